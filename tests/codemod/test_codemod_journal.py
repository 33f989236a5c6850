"""The journal of a writing run: it undoes all or nothing, keeps secrets to the owner, and survives a kill."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ks_codemods import migrate
from ks_codemods.writing import journal

BOT = b"from ks_api_client import ks_api\r\nc = ks_api.KSTradeApi('t', 'S3CRET', 'k')\r\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("a.py", "b.py", "sub/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(BOT)
    return tmp_path


def written(root: Path) -> journal.Run:
    report = migrate([root])
    run = journal.record(root, report.changed)
    report.write()
    return run


def sources(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(root.rglob("*.py"))]


def test_undo_restores_the_bytes_and_the_permissions(project):
    (project / "a.py").chmod(0o750)
    run = written(project)
    assert all(b"NeoClient" in content for content in sources(project))
    assert len(journal.undo(run)) == 3
    assert sources(project) == [BOT] * 3
    assert stat.S_IMODE((project / "a.py").stat().st_mode) == 0o750


def test_a_file_that_has_changed_since_stops_the_whole_undo(project):
    run = written(project)
    after = sources(project)
    (project / "sub" / "c.py").write_bytes(after[2] + b"# mine\n")
    with pytest.raises(journal.UndoRefused, match=r"sub/c\.py"):
        journal.undo(run)
    assert sources(project) == [*after[:2], after[2] + b"# mine\n"]


@pytest.mark.parametrize("harm", ["deleted", "link", "damaged"])
def test_what_cannot_be_undone_whole_is_not_undone(project, harm):
    run = written(project)
    if harm == "deleted":
        (project / "b.py").unlink()
    elif harm == "link":
        (project / "b.py").unlink()
        (project / "b.py").symlink_to(project / "a.py")
    else:
        run.entries[1].saved.write_bytes(b"")
    with pytest.raises(journal.UndoRefused):
        journal.undo(run)
    assert b"NeoClient" in (project / "a.py").read_bytes()


def test_runs_are_undone_one_after_the_other(project):
    first = written(project)
    (project / "d.py").write_bytes(BOT)
    second = written(project)
    assert [run.name for run in journal.runs(project)] == [second.name, first.name]
    journal.undo(second)
    assert journal.runs(project)[0].is_undone
    assert (project / "d.py").read_bytes() == BOT
    with pytest.raises(journal.UndoRefused, match="already"):
        journal.undo(second)
    journal.undo(first)
    assert sources(project) == [BOT] * 4


def test_the_journal_is_for_the_owner_alone_and_not_for_git(project):
    run = written(project)
    home = project / ".ks-compat"
    assert (home / ".gitignore").read_text() == "*\n"
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700
    kept = list(run.folder.iterdir())
    assert len(kept) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert "S3CRET" not in (run.folder / "run.json").read_text()
    assert not migrate([project]).left_to_do, "the journal is no part of the project"


def test_a_project_that_was_moved_can_be_undone(project, tmp_path_factory):
    written(project)
    moved = tmp_path_factory.mktemp("moved") / "bots"
    project.rename(moved)
    (run,) = journal.runs(moved)
    journal.undo(run)
    assert sources(moved) == [BOT] * 3


def test_a_file_that_changes_between_reading_and_writing_stops_the_writing(project):
    report = migrate([project])
    (project / "b.py").write_bytes(BOT + b"# saved by an editor\n")
    with pytest.raises(OSError, match=r"b\.py has changed"):
        report.write()
    assert sources(project) == [BOT, BOT + b"# saved by an editor\n", BOT]


KILLED = """
import os, signal, sys
from pathlib import Path
from ks_codemods import migrate
from ks_codemods.reading import files
from ks_codemods.writing import journal
root, calls, stop = Path(sys.argv[1]), 0, int(sys.argv[2])
replace, fsync = os.replace, os.fsync
def dying(original):
    def call(*args):
        global calls
        calls += 1
        if calls == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args)
    return call
os.replace, os.fsync = dying(replace), dying(fsync)
report = migrate([root])
journal.record(root, report.changed)
report.write()
"""


@pytest.mark.parametrize("stop", [1, 3, 5, 6, 7, 8, 9, 10, 11, 12])
def test_a_kill_leaves_each_file_old_or_new_and_can_be_undone(project, stop):
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), str(project), str(stop)], check=False)
    killed = done.returncode == -signal.SIGKILL
    assert killed == (stop <= 11)
    found = sources(project)
    assert all(content == BOT or content.endswith(b"raise_as=v1.old_error)\r\n") for content in found)
    runs = journal.runs(project)
    assert runs or found == [BOT] * 3, "nothing is written before the journal stands"
    for run in runs:
        journal.undo(run)
    assert sources(project) == [BOT] * 3


def test_a_journal_that_is_not_ours_is_refused(project):
    written(project)
    (folder,) = (project / ".ks-compat" / "journal").iterdir()
    (folder / "run.json").write_text(json.dumps({"files": [{}]}))
    with pytest.raises(journal.UndoRefused, match="cannot be read"):
        journal.runs(project)


def test_the_journal_is_found_from_a_folder_inside(project):
    written(project)
    assert journal.root_of(project / "sub") == project.resolve()
