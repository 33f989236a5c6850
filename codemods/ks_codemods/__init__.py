"""The codemod that moves bots from ``ks_api_client`` to the native client, or to the facade where it has no proof.

What it promises stands in DESIGN.md; which clients go native is listed in ``ks_codemods.groups``.
"""

from ks_codemods.migration import migrate
from ks_codemods.report import FileReport, Report, Site

__all__ = ["FileReport", "Report", "Site", "migrate"]
