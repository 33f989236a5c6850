"""Calls of the broker's own SDK, one program a line on stdin; its only change is where its fixed hosts are.

Run by ``four_ways``: ``python official_calls.py PORT`` with the account in the environment. Each line is a JSON text: a
program on a fresh ``client``. The answer is a JSON text: empty, or the error that the SDK gave.
"""

import json
import os
import sys

import httpcore

PORT = int(sys.argv[1])
connect = httpcore.SyncBackend.connect_tcp


def connect_tcp(self, host, port, *args, **kwargs):
    if (host, port) != ("127.0.0.1", PORT):
        raise SystemExit(f"the SDK asked for {host}:{port}")
    return connect(self, host, port, *args, **kwargs)


class Watched:
    """The SDK's client; it gives errors back as values, here they are raised."""

    def __init__(self, client):
        self._client = client

    def __getattr__(self, name):
        method = getattr(self._client, name)

        def call(**arguments):
            answer = method(**arguments)
            if isinstance(answer, dict) and {"Error", "error", "Error Message"} & {*answer}:
                raise RuntimeError(f"{name}: {answer!r}")
            return answer

        return call


def main():
    httpcore.SyncBackend.connect_tcp = connect_tcp
    from neo_api_client import NeoAPI
    from neo_api_client.utils import neo_utility

    here = f"http://127.0.0.1:{PORT}"
    neo_utility.SESSION_PROD_BASE_URL = neo_utility.PROD_BASE_URL = here
    neo_utility.CONFIG_SERVICE_URL_PROD = f"{here}/5config/config"
    for line in sys.stdin:
        client, error = NeoAPI(consumer_key=os.environ["ACCESS_TOKEN"]), ""
        names = {name: os.environ[name] for name in ("MOBILE_NUMBER", "UCC", "TOTP", "MPIN")}
        try:
            exec(compile(json.loads(line), "official", "exec"), {"client": Watched(client), **names})
        except Exception as raised:  # noqa: BLE001 - whatever ended it is the answer
            error = f"{type(raised).__name__}: {raised}"
        client.api_client.rest_client.close()
        print(json.dumps(error), flush=True)


main()
