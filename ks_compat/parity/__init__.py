"""Whether two programs send the same requests: compared byte by byte, differences told field by field."""

from ks_compat.comparison import Difference, WireRequest, compare, fields_of
from ks_compat.parity.run import Run, run_bot, run_on_sandbox

__all__ = ["Difference", "Run", "WireRequest", "compare", "fields_of", "run_bot", "run_on_sandbox"]
