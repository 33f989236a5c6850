# ruff: noqa: E501 - one line for each case
"""The 27 bugs that good codemod authors shipped (spec/craft.md 2), each under its number: held here, or where it is held."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from ks_codemods import migrate

HEAD = "from ks_api_client import ks_api\nc = ks_api.KSTradeApi(T, U, 'k')\n"
NATIVE = "from ks_compat import NeoClient, v1\nc = NeoClient(access_token=T, ucc=U, raise_as=v1.old_error)\n"

HELD_HERE = {
    '01_kwargs_may_hold_the_keyword': ("c.place_order(order_type='N', **x)", "c.place_order(**v1.place_order(order_type='N', **x))"),
    '02_args_shift_positions': ('c.order_report(*x)', 'v1.old_order_report(c, *x)'),
    '03_keywords_out_of_order': ("c.place_order(price=0, quantity=1, transaction_type='BUY', instrument_token=1, order_type='N')", 'c.place_order(order_type="MKT", price=0, quantity=1, transaction_type=\'B\', instrument_token=1, product=\'CARRY\', tag="string")'),
    '04_keyword_in_new_form_already': ("c.place_order('N', 1, 'BUY', 1, 0, product='MIS')", "c.place_order(**v1.place_order('N', 1, 'BUY', 1, 0, product='MIS'))"),
    '05_joined_texts': ("c.place_order('N', 1, 'B' 'UY', 1, 0, validity=f'GFD', tag='a\\tb')", "c.place_order(**v1.place_order('N', 1, 'B' 'UY', 1, 0, validity=f'GFD', tag='a\\tb'))"),
    '06_parentheses': ("x = ((c).quote((1)))[('success')][0]['ltp']", 'x = str(((c).quotes((1)))[0].ltp)'),
    '07_comments_and_semicolons': ("if x: c.login('p'  # secret\n    ); c.margin(  # all of it\n    )", 'if x: c.totp_login(); c.limits(  # all of it\n    )'),
    '08_loosely_bound_values': ('c.quote(1 if x else 2)\nc.cancel_order((lambda: 5)())', 'c.quotes(v1.tokens(1 if x else 2))\nc.cancel_order((lambda: 5)())'),
    '09_aliased_import': ("def f():\n    from ks_api_client import ks_api as k\n    k.KSTradeApi(T, U, 'k').logout()", 'def f():\n    from ks_compat import ks_api as k\n    NeoClient(access_token=T, ucc=U, raise_as=v1.old_error).logout()'),
    '10_bare_reference': ('run(c.order_report)', None),
    '11_attribute_written': ("c.host = 'x'", None),
    '13_name_defined_later': ("def f(): return c.place_order(kind, 1, side, 1, 0)\nkind, side = 'N', 'BUY'", 'def f(): return c.place_order(product=v1.native_product(kind), instrument_token=1, transaction_type=v1.native_side(side), quantity=1, order_type="MKT", price=0, tag="string")\nkind, side = \'N\', \'BUY\''),
    '14_default_means_something_else': ("c.place_order('N', 1, 'BUY', 1, 0)\nc.positions('OPEN')", 'c.place_order(product=\'CARRY\', instrument_token=1, transaction_type=\'B\', quantity=1, order_type="MKT", price=0, tag="string")\nc.positions(with_ltp=True)'),
    '15_merge_order_of_a_dict': ("c.place_order(**{**x, 'price': 0})", "c.place_order(**v1.place_order(**{**x, 'price': 0}))"),
    '16_only_statement_of_a_block': ("try: c.login('x')\nexcept Exception: pass", 'try: c.totp_login()\nexcept Exception: pass'),
    '17_kind_of_a_tuple': ('x = (c.margin(),)\nfor k in (c,): k.logout()', 'x = (v1.margin_answer(c.limits()),)\nfor k in (c,): k.logout()'),
    '21_rebound_on_a_branch': ('if x: c = other()', None),
    '22_message_text': ("try: c.margin()\nexcept Exception as e: print('fault' in str(e), e.body)", "try: c.limits()\nexcept Exception as e: print('fault' in str(e), e.body)"),
    '23_result_as_dict': ("r = c.order_report()\nprint(r['success'][0]['status'], r)", "r = v1.order_book_answer(c.order_report())\nprint(r['success'][0]['status'], r)"),
    '26_call_in_a_call': ("c.cancel_order(c.place_order('N', 1, 'BUY', 1, 0)['Success']['NSE']['orderId'])", 'c.cancel_order(int(c.place_order(product=\'CARRY\', instrument_token=1, transaction_type=\'B\', quantity=1, order_type="MKT", price=0, tag="string").on(\'NSE\').order_id))'),
    '27_same_method_on_another_object': ("k = KiteConnect()\nk.place_order(order_type='N', price=0)\nc.logout()", "k = KiteConnect()\nk.place_order(order_type='N', price=0)\nc.logout()"),
}  # fmt: skip
"""Bug: the lines after the head, and what they become; None: the client stays on the facade, and they as they are."""
HELD_ELSEWHERE = {
    "10_taken_methods_subclasses_patches": (
        "test_codemod_taken.NATIVE",
        "test_codemod_groups_held.HELD",
        "test_constructs.HELD",
    ),
    "09_imports_in_all_forms": ("test_constructs.IMPORTS", "test_constructs.test_imports"),
    "12_imports_and_what_still_uses_them": ("test_constructs.IMPORTS", "test_projects.HELD_PROJECTS"),
    "18_line_ends_encodings_and_odd_bytes": ("test_files.BYTES", "test_files.test_bytes_survive"),
    "19_notebooks_links_and_read_only_files": (
        "test_codemod_notebooks.test_all_other_bytes_stay",
        "test_codemod_walking.test_links_are_not_followed",
        "test_codemod_walking.test_a_read_only_file_is_reported_and_stays_read_only",
    ),
    "20_injected_clients": ("test_codemod_injected.test_told_and_left", "test_codemod_groups_held.HELD"),
    "24_texts_that_name_the_old_package": ("test_codemod_27_bugs.test_texts_are_reported_and_not_edited",),
    "25_a_second_run_changes_nothing": ("test_bots.test_a_second_run_changes_nothing",),
}
"""Bug: tests (or tables of cases) that hold it."""
NUMBERS = range(1, 28)


@pytest.mark.parametrize(("before", "after"), HELD_HERE.values(), ids=HELD_HERE)
def test_bug(before: str, after: str | None, tmp_path: Path) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text(f"{HEAD}{before}\n")
    (file,) = migrate([tmp_path], write=True).files
    swapped = HEAD.replace("ks_api_client", "ks_compat")
    assert bot.read_text() == (f"{swapped}{before}\n" if after is None else f"{NATIVE}{after}\n")
    assert file.outcome == ("facade" if after is None else "native")
    assert not migrate([tmp_path]).left_to_do


def test_what_is_removed_is_not_needed_any_more(tmp_path: Path) -> None:
    """Bug 12: the import stays while anything reads it."""
    bot = tmp_path / "bot.py"
    bot.write_text(f"{HEAD}print(ks_api.KSTradeApi)\n")
    migrate([tmp_path], write=True)
    assert bot.read_text() == f"from ks_compat import ks_api\n{NATIVE}print(ks_api.KSTradeApi)\n"


def test_texts_are_reported_and_not_edited(tmp_path: Path) -> None:
    """Bug 24: docstrings and comments that name the old package."""
    text = '"""Uses ks_api_client."""\n# pip install ks_api_client\n'
    bot = tmp_path / "bot.py"
    bot.write_text(text)
    (file,) = migrate([tmp_path], write=True).files
    assert [(site.line, site.code) for site in file.sites] == [(1, "KS301"), (2, "KS302")]
    assert bot.read_text() == text


def test_each_bug_has_its_tests() -> None:
    for names in HELD_ELSEWHERE.values():
        for name in names:
            module, _, attribute = name.partition(".")
            assert getattr(import_module(module), attribute)
    assert {int(name[:2]) for name in (*HELD_HERE, *HELD_ELSEWHERE)} == set(NUMBERS)
