"""The phased parallel run: the old client and the new one side by side, and no order ever sent by both."""

from ks_compat.parallel.client import ParallelKSTradeApi
from ks_compat.parallel.plan import Plan, PlanError

__all__ = ["ParallelKSTradeApi", "Plan", "PlanError"]
