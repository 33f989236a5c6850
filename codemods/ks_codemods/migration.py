"""The run: read, analyse, decide, rewrite, and (if asked) write."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import libcst as cst

from ks_codemods import codes, groups, injected
from ks_codemods.analysis import patches
from ks_codemods.analysis.flows import Flows, Reason
from ks_codemods.analysis.places import Attr, Place, Returned
from ks_codemods.edits.imports import Imports
from ks_codemods.edits.new_names import NewNames
from ks_codemods.edits.results import Results
from ks_codemods.groups import ClientSite, Group
from ks_codemods.methods import SESSION_TEXTS
from ks_codemods.naming.project import Module, Project
from ks_codemods.old_hosts import addresses
from ks_codemods.old_hosts.mentions import mentions
from ks_codemods.reading import files, walking
from ks_codemods.reading.splices import Region, Splice, spliced
from ks_codemods.reporting.report import FileReport, Report, Site
from ks_codemods.rewriting import Rewrite
from ks_codemods.writing import manifests


def migrate(
    paths: Sequence[Path],
    *,
    write: bool = False,
    ignored: Collection[str] = (),
    progress: Callable[[str], object] = str,
) -> Report:
    """Rewrites the files that ``paths`` mean, or says what it would do.

    ``ignored`` codes are not listed; a client with a site that would have one of the 1xx stays on the facade.
    ``progress`` is told what is done next. Writes without a journal: ``ks_codemods.writing.journal`` keeps one.
    Raises FileNotFoundError, before anything is written, for a path that does not exist.
    """
    with warnings.catch_warnings():
        # Of the files that are read, about their texts: no concern of this run.
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        report = _migrated(walking.find(paths), paths, ignored, progress)
    if write:
        report.write()
    return report


def _migrated(
    found: walking.Found, paths: Sequence[Path], ignored: Collection[str], progress: Callable[[str], object]
) -> Report:
    progress(f"reading {len(found.sources):,} files")
    alone = [path.parent for path in paths if not path.is_dir()]
    known = {*found.sources, *found.ignored}
    beside = [path for folder in dict.fromkeys(alone) for path, _ in walking.walk(folder)]
    sources = [path for path in dict.fromkeys(beside) if path not in known and path.suffix in walking.SOURCES]
    project = Project(found.sources, [*found.ignored, *sources])
    files_of_code = _reports(project, found.sources, ignored, progress)
    files_of_code += _ignored_by_git(project, found.ignored)
    report = Report([*files_of_code, *manifests.reports(found.manifests, files_of_code)], frozenset(ignored))
    if not report.has_sites:
        for path in project.content.naming([b"ks_compat"]):
            report.native_already.append(path)
    return report


def _reports(
    project: Project, given: list[Path], ignored: Collection[str], progress: Callable[[str], object]
) -> list[FileReport]:
    held: list[Reason] = []
    kept: dict[cst.CSTNode, Reason] = {}
    while True:
        flows = _flows(project, progress)
        found = groups.find(project, flows)
        for group in found:
            group.reasons += [reason for reason in held if reason.module in group.modules]
            group.reasons += [kept[site.node] for site in group.sites if site.node in kept]
        progress(f"rewriting {sum(not group.reasons for group in found):,} clients")
        run = _Run(project, flows, found, ignored, {reason.module for reason in held})
        reports = {module: run.file(module) for module in project.modules if module.given}
        broken = [module for module in run.broken if module not in {reason.module for reason in held}]
        unwanted = {node: reason for node, reason in run.unwanted.items() if node not in kept}
        if not broken and not unwanted:
            break
        kept |= unwanted
        # A rewrite that would not parse is a fault of this program: the clients of that file stay on the facade.
        held += [Reason(module, module.source.module, "the rewritten file would not parse") for module in broken]
    _tell_injected(project, flows, reports)
    by_path = {module.path: report for module, report in reports.items()}
    return [by_path.get(path) or _unparsed(project, path) for path in given]


def _tell_injected(project: Project, flows: Flows, reports: dict[Module, FileReport]) -> None:
    """Adds the calls on clients from elsewhere; files that are read for these alone have no say in anything else."""
    if not injected.uses_the_old_package(project):
        return
    found = injected.Injected(project, Flows(project) if project.parse_lookalikes() else flows)
    for module in project.modules:
        sites = _in_words(module, found.sites(module)) if module.given else []
        if sites:
            report = reports.setdefault(module, FileReport(module.path))
            report.sites = sorted([*report.sites, *sites])


def _in_words(module: Module, sites: Iterable[Site]) -> list[Site]:
    """The sites with the words that say where in a notebook they are."""
    words = module.source.words
    return [replace(s, message=f"{words(s.line)}: {s.message}") if words(s.line) else s for s in sites]


def _unparsed(project: Project, path: Path) -> FileReport:
    error = project.unfit.get(path)
    if error is None:
        return FileReport(path)
    site = Site(1, 1, "", "flagged", error.code, str(error))
    matters = files.may_matter(project.content.get(path))
    return FileReport(path, outcome="error", sites=[site], message=f"{error.code} {error}", may_matter=matters)


def _ignored_by_git(project: Project, paths: list[Path]) -> list[FileReport]:
    site = Site(1, 1, "", "flagged", codes.IGNORED, codes.CODES[codes.IGNORED])
    named = set(project.content.naming(files.NEEDLES)) if paths else set()
    return [FileReport(path, sites=[site]) for path in paths if path in named]


def _flows(project: Project, progress: Callable[[str], object]) -> Flows:
    """The flows, once all files that can reach a client are parsed."""
    while True:
        progress(f"following the clients through {len(project.modules):,} files")
        flows = Flows(project)
        found = flows.groups()
        places = [place for group in found for place in group]
        if not places or not _parsed_more(project, places):
            return flows


def _parsed_more(project: Project, places: Collection[Place]) -> bool:
    """Parses all files that can be loaded with the parsed ones; whether there were any new ones."""
    attributes = {place.name for place in places if isinstance(place, Attr)}
    methods = {place.function.node.name.value for place in places if isinstance(place, Returned)}
    found = False
    while project.parse_importing() | project.parse_imported() | project.parse_reading(attributes, methods):
        found = True
    return found


class _Run:
    """The edits and sites of decided groups."""

    def __init__(
        self, project: Project, flows: Flows, found: list[Group], ignored: Collection[str], spoiled: Collection[Module]
    ) -> None:
        """``spoiled``: files of which a rewrite would not parse."""
        self._project, self._flows, self._ignored, self._spoiled = project, flows, ignored, spoiled
        self._sites: dict[Module, list[tuple[ClientSite, Group]]] = {}
        kinds: dict[cst.CSTNode, str] = {}
        for group in found:
            for site in group.sites:
                self._sites.setdefault(site.module, []).append((site, group))
                if not group.reasons and site.rewrite is not None and site.rewrite.result:
                    kinds[site.node] = site.rewrite.result
        self._results = Results(project, flows, kinds)
        self._has_stand_ins = any(patches.stand_ins(project))
        self.broken: list[Module] = []
        """Files whose rewrite would not parse."""
        self.unwanted: dict[cst.CSTNode, Reason] = {}
        """Sites that would have an ignored code."""

    def file(self, module: Module) -> FileReport:
        """One file's report."""
        splices: list[Splice] = []
        sites: list[Site] = []
        gone: set[cst.CSTNode] = set()
        for site, group in self._sites.get(module, []):
            if group.reasons:
                sites.append(_facade(site, group))
                continue
            edits, made = self._native(site)
            splices += edits
            sites.append(made)
            if made.code in self._ignored:
                self.unwanted[site.node] = Reason(module, site.node, f"{made.code} is ignored in this run")
            if site.method == "KSTradeApi":
                gone.add(_root(site.node.func if isinstance(site.node, cst.Call) else site.node))
        named = {site.node for site, _ in self._sites.get(module, [])}
        is_wanted = codes.OLD_FILE not in self._ignored and module not in self._spoiled
        old = addresses.find(self._project, module, named, rewriting=is_wanted)
        splices += old.splices
        sites += old.sites
        sites = sorted([*sites, *self._classes(module, named), *mentions(module.source)])
        return _report(module, sites, self._text(module, splices, gone))

    def _text(self, module: Module, splices: list[Splice], gone: set[cst.CSTNode]) -> str:
        names = NewNames.of(self._project, module)
        written = "".join(part for splice in splices for part in splice.parts if isinstance(part, str))
        first_use = min((splice.start for splice in splices), default=0)
        imports = Imports(self._project, self._flows, module, gone, first_use, swapping=not self._has_stand_ins)
        added = imports.edits(names.imported(written), names.lines(written))
        before = module.source.text
        try:
            after = names.put_into(spliced(before, [*splices, *added]))
            if after != before:
                cst.parse_module(after.encode(module.source.module.encoding))
                return module.source.printed(after)
        except (ValueError, cst.ParserSyntaxError):
            self.broken.append(module)
        return module.source.shown

    def _native(self, site: ClientSite) -> tuple[list[Splice], Site]:
        source, node = site.module.source, site.node
        if site.rewrite is not None and site.rewrite.code:
            code = site.rewrite.code
            return list(site.rewrite.splices), _site(site, "bridged", code, codes.CODES[code])
        if site.rewrite is not None and not isinstance(node, cst.Call):
            edit = Splice(*source.core(node), (site.rewrite.method,))
            return [edit], _site(site, "native", codes.CLASS_NAME, codes.CODES[codes.CLASS_NAME])
        if isinstance(node, cst.Attribute):
            edit = Splice(*source.core(node.attr), (SESSION_TEXTS[site.method],))
            return [edit], _site(site, "native", codes.SESSION_TEXT, codes.CODES[codes.SESSION_TEXT])
        assert isinstance(node, cst.Call)
        assert site.rewrite is not None
        # A rewrite without a method writes the whole call itself.
        named = [_named(site.module, node, site.rewrite)] if site.rewrite.method else []
        splices = [*named, *site.rewrite.splices]
        if not site.rewrite.result:
            return splices, _site(site, "native", codes.CONSTRUCTOR, codes.CODES[codes.CONSTRUCTOR])
        uses, bridged = self._results.edits(site.module, node)
        code = codes.BRIDGED if bridged else codes.AT_RUN_TIME if site.rewrite.at_run_time else codes.NATIVE
        outcome = "native" if code == codes.NATIVE else "bridged"
        return [*uses, *splices], _site(site, outcome, code, codes.CODES[code])

    def _classes(self, module: Module, known: Collection[cst.CSTNode]) -> list[Site]:
        """Uses of the class itself that belong to no client and are no calls of it: a subclass, an alias."""
        sites = []
        for occurrence in [*module.names.names, *module.names.attributes]:
            if (
                occurrence.how is None
                and occurrence.node not in known
                and self._project.is_constructor(module, occurrence.node)
            ):
                parent = module.source.parent(occurrence.node)
                if not (isinstance(parent, cst.Call) and parent.func is occurrence.node):
                    line, column = module.source.position(occurrence.node)
                    message = codes.CODES[codes.CLASS_USE]
                    sites.append(Site(line, column, "KSTradeApi", "facade", codes.CLASS_USE, message))
        return sites


def _named(module: Module, call: cst.Call, rewrite: Rewrite) -> Splice:
    """The native method in place of the old one."""
    source, func = module.source, call.func
    if isinstance(func, cst.Call) and rewrite.result:  # getattr(client, "quote")(...)
        return Splice(*source.core(func), (Region(*source.whole(func.args[0].value)), f".{rewrite.method}"))
    name = func.attr if isinstance(func, cst.Attribute) and rewrite.result else func
    return Splice(*source.core(name), (rewrite.method,))


def _site(site: ClientSite, outcome: str, code: str, message: str) -> Site:
    line, column = site.module.source.position(site.node)
    return Site(line, column, site.method, outcome, code, message)  # type: ignore[arg-type]


def _facade(site: ClientSite, group: Group) -> Site:
    own = next((reason for reason in group.reasons if reason.node is site.node), None)
    if own is not None:
        return _site(site, "facade", codes.HOLDING, f"stays on the facade, held back here: {own}")
    return _site(site, "facade", codes.HELD, f"stays on the facade, held back by {group.reasons[0]}")


def _report(module: Module, sites: list[Site], after: str) -> FileReport:
    source = module.source
    outcomes = {site.outcome for site in sites}
    changed = source.shown != after
    if changed and files.is_read_only(module.path):
        sites = [Site(1, 1, "", "flagged", codes.READ_ONLY, codes.CODES[codes.READ_ONLY]), *sites]
    sites = _in_words(module, sites)
    report = FileReport(module.path, changed, "untouched", sites, "", source.shown, after, may_matter=True)
    if changed:
        report.old_bytes, report.new_bytes = source.encoded(source.shown), source.encoded(after)
    if "facade" in outcomes:
        report.outcome = "facade"
    elif outcomes & {"native", "bridged"}:
        report.outcome = "native"
    elif changed:
        report.outcome = "facade"
    return report


def _root(node: cst.CSTNode) -> cst.CSTNode:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node
