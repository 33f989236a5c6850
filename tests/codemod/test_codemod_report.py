"""The report: its invariant, its schema, SARIF, and a page for each code."""

from __future__ import annotations

import json
import re
import shutil
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from ks_codemods import codes, migrate
from ks_codemods.reporting import pages
from ks_codemods.reporting.sarif import sarif

ROOT = Path(__file__).parent.parent.parent
BOTS = ROOT / "tests" / "bots"
SCHEMA = json.loads(resources.files("ks_codemods.reporting").joinpath("report.schema.json").read_text())
ODD = (
    "from ks_api_client.ks_api import KSTradeApi\n# KSTradeApi\nc = KSTradeApi('S3CRET', 'u')\nc.margin()\n"
    "x = 'ks_api_client'\nclass A(KSTradeApi): ...\n"
)


@pytest.fixture
def report(tmp_path: Path):
    shutil.copytree(BOTS, tmp_path / "bots")
    (tmp_path / "odd é #.py").write_text(ODD)
    (tmp_path / "bad.py").write_text("import ks_api_client\n(\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "bad.py")
    (tmp_path / "requirements.txt").write_text("ks-api-client\n")
    return migrate([tmp_path, tmp_path / "link.py"])


def test_every_site_has_one_outcome(report):
    document = report.to_json()
    counts = document["summary"]
    kinds = ("native_sites", "bridged_sites", "facade_sites", "flagged_sites")
    sites = [site for file in document["files"] for site in file["sites"]]
    assert sum(counts[kind] for kind in kinds) == counts["sites"] == len(sites)
    assert all(counts[kind] for kind in kinds)
    by_file = [[(site["line"], site["column"], site["code"]) for site in file["sites"]] for file in document["files"]]
    assert all(len(places) == len(set(places)) for places in by_file)
    assert sum(counts[name] for name in ("native", "facade", "untouched", "errors")) == counts["files"]
    assert {site["code"] for site in sites} <= set(codes.CODES)


def test_json_is_what_the_schema_says(report):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = json.loads(json.dumps(report.to_json()))
    jsonschema.validate(document, SCHEMA)
    document["files"][0]["outcome"] = "moved"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_sarif_is_what_github_takes(report, tmp_path):
    document = sarif(report, tmp_path)
    assert (document["version"], "sarif-2.1.0" in document["$schema"]) == ("2.1.0", True)
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"].startswith(f"### {rule['id']}: ")
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"].endswith("/")
    marks = set()
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert re.fullmatch(r"[\w./%-]+", place["artifactLocation"]["uri"])
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert min(place["region"].values()) >= 1
        marks.add((place["artifactLocation"]["uri"], result["partialFingerprints"]["ksCompatSite/v1"]))
    assert len(run["results"]) == report.to_json()["summary"]["sites"]
    assert len({mark for _, mark in marks}) > 10
    assert "S3CRET" not in json.dumps(document)


def test_a_fingerprint_goes_with_its_line(tmp_path):
    bot = tmp_path / "bot.py"

    def marks():
        return [result["partialFingerprints"] for result in sarif(migrate([bot]), tmp_path)["runs"][0]["results"]]

    bot.write_text(ODD)
    before = marks()
    bot.write_text("import os\n\n\n" + ODD)
    assert marks() == before
    assert len({json.dumps(mark) for mark in before}) == len(before)


def test_each_code_has_a_page_and_each_page_a_code():
    headings = re.findall(r"^### (KS\d{3}): (.*)$", pages.text(), re.MULTILINE)
    assert dict(headings) == codes.CODES
    assert len(headings) == len(codes.CODES)
    assert all("To do:" in pages.page(code) for code in codes.CODES)


def test_the_migration_guide_has_the_same_pages():
    assert pages.text().strip() in (ROOT / "MIGRATION.md").read_text(encoding="utf-8")


def test_each_code_is_used():
    used = "".join(path.read_text() for path in (ROOT / "codemods" / "ks_codemods").rglob("*.py"))
    names = {value: name for name, value in vars(codes).items() if isinstance(value, str) and value in codes.CODES}
    assert {code for code in codes.CODES if f"codes.{names[code]}" not in used} == set()
