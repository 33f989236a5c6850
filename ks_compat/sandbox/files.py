"""The scrip master files and where they lie: spec/v2.md 2.15."""

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.master import DATA, MASTER_FILES
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, error_list, json_reply

FOLDER = "/wso2-scripmaster/v1/prod"
# In the order of the sample scrip_master_file_paths.json.
_PATHS = (
    "transformed/cde_fo.csv",
    "transformed/mcx_fo.csv",
    "transformed/nse_fo.csv",
    "transformed/bse_fo.csv",
    "transformed/nse_com.csv",
    "transformed-v1/bse_cm-v1.csv",
    "transformed-v1/nse_cm-v1.csv",
)


def file_paths(state: State, _call: Call) -> Reply:
    """`GET /script-details/1.0/masterscrip/file-paths`: the URLs of today's files, today in IST."""
    base = state.files_url + FOLDER
    paths = [f"{base}/{_today(state)}/{path}" for path in _PATHS]
    return json_reply({"data": {"baseFolder": base, "filesPaths": paths}})


def master_file(state: State, call: Call) -> Reply:
    """`GET /wso2-scripmaster/v1/prod/{day}/{folder}/{name}`: one CSV; only today's folder exists."""
    path = f"{call.path['folder']}/{call.path['name']}"
    if call.path["day"] != _today(state) or path not in _PATHS:
        raise error_list("404", "Not found", 404)
    return Reply(200, _csv(call.path["name"]), "text/csv")


def _csv(name: str) -> bytes:
    if name in MASTER_FILES.values():
        return (DATA / name).read_bytes()
    # The sandbox lists no such instruments: a header-only file, as the servers publish on some days.
    header, newline, _ = (DATA / MASTER_FILES["nse_fo"]).read_bytes().partition(b"\n")
    return header + newline


def _today(state: State) -> str:
    return timefmt.in_ist(state.clock()).date().isoformat()
