"""The loopback server of the native client's tests, for this folder too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "native"))
