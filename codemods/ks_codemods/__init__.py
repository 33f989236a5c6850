"""The codemod that moves bots from ``ks_api_client`` to the native client, or to the facade where it has no proof.

What it promises stands in DESIGN.md; which clients go native is listed in ``ks_codemods.groups``. The rooms, each on
those before it: ``reading`` (files and their text), ``naming`` (what a name means), ``reporting``, ``old_hosts``
(addresses, mentions), ``writing`` (journal, requirements), ``analysis`` (where a client flows), ``edits`` (what stands
in the place of old code). ``groups`` decides, ``migration`` runs it all.
"""

from ks_codemods.migration import migrate
from ks_codemods.reporting.report import FileReport, Report, Site

__all__ = ["FileReport", "Report", "Site", "migrate"]
