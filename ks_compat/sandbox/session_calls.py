"""Around the session: client IP, feed addresses and logout (spec/v2.md 1.7 to 1.9)."""

from ks_compat.sandbox import timefmt
from ks_compat.sandbox.state import State
from ks_compat.sandbox.wire import Call, Reply, json_reply

_DATA_CENTRES = ("E21", "E22", "E41", "E43")


def client_ip(state: State, call: Call) -> Reply:
    """`GET /login/1.0/get-client-ip`: the address the request came from; success is stCode 1000 here."""
    row = {"ip": call.sender, "time": timefmt.to_the_millisecond(state.clock())}
    return json_reply({"data": [row], "stCode": 1000, "status": "success"})


def feed_addresses(state: State, _call: Call) -> Reply:
    """`GET /5config/config`: both feeds of every data centre at the sandbox itself, which serves none yet."""
    configs = {}
    for centre in _DATA_CENTRES:
        configs[f"{centre}_broadcast_source"] = "ks"
        configs[f"{centre}_ks_broadcast_endpoint"] = state.own_url + "/ufeed"
        configs[f"{centre}_ks_interactive_endpoint"] = state.own_url + "/realtime"
    return json_reply({"data": {"configs": configs}})


def logout(state: State, call: Call) -> Reply:
    """`POST /apim/login/2.0/logout`: the session is over; the answer is inferred."""
    state.sessions.end(call.header("auth"))
    return json_reply({"stat": "Ok", "stCode": 200})
