"""The process of one run of a bot: ``python -m ks_compat.parity.child FORM BOT [ARG...]``, clock and tags fixed.

FORM ``facade`` runs as ``ks-compat run`` does, ``native`` as plain Python: what a migrated bot still wants of the old
package is not there.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from ks_compat.native import ambient
from ks_compat.runner import run

_FIXED: list[AbstractContextManager[None]] = []
"""Entered, kept and never left: threads of the bot may outlive its last line."""


def main() -> None:
    """Runs the bot; an exception that ends it is noted in KS_COMPAT_PARITY_ERROR."""
    form, bot, arguments = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    noted, moment = Path(os.environ["KS_COMPAT_PARITY_ERROR"]), float(os.environ["KS_COMPAT_PARITY_MOMENT"])
    _FIXED.append(ambient.fixed(moment))
    _FIXED[0].__enter__()
    # The folder of this module, which -m put there, is no folder of the bot's.
    del sys.path[0]
    try:
        if form == "facade":
            run(bot, arguments)
        else:
            sys.argv = [str(bot), *arguments]
            sys.path.insert(0, str(bot.parent))
            runpy.run_path(str(bot), run_name="__main__")
    except Exception as error:  # noqa: BLE001 - what ended the bot is the result
        noted.write_text(json.dumps(f"{type(error).__name__}: {error}"), encoding="utf-8")
        sys.exit(1)


if __name__ == "__main__":
    main()
