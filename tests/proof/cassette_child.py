"""A bot in a process of its own, with its part of a cassette. Talks to the test by pickle: nothing touches the disk."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import pytest
import vcr
from cassette_names import NAMES
from cassette_support import at_present, lead_to_loopback, tap, vcr_settings
from pytest_recording import network
from vcr.cassette import CassetteNotFoundError

from ks_compat.native import ambient
from ks_compat.parity import run_bot


class Memory:
    """vcrpy's persister: what is to be played, and what was recorded."""

    def __init__(self, interactions: list[tuple[Any, Any]]) -> None:
        self.interactions = interactions

    def load_cassette(self, cassette_path: str, serializer: object) -> tuple[list[Any], list[Any]]:
        if not self.interactions:
            raise CassetteNotFoundError
        return [request for request, _ in self.interactions], [response for _, response in self.interactions]

    def save_cassette(self, cassette_path: str, cassette_dict: dict[str, list[Any]], serializer: object) -> None:
        self.interactions = list(zip(cassette_dict["requests"], cassette_dict["responses"], strict=True))


def main() -> None:
    """Reads a task, runs its bot, writes what became of it."""
    task = pickle.load(sys.stdin.buffer)
    NAMES.secrets, NAMES.drawn = task["names"]
    memory, is_replay = Memory(task["interactions"]), task["mode"] == "none"
    tape = vcr.VCR(record_mode="none" if is_replay else "new_episodes")
    tape.register_persister(memory)
    with pytest.MonkeyPatch.context() as monkeypatch:
        if is_replay:
            network.block()
        if task["is_live"]:
            monkeypatch.setattr(ambient, "fixed", at_present)
        lead_to_loopback(monkeypatch)
        with tape.use_cassette("in memory", **{**vcr_settings(), "serializer": "yaml"}) as cassette:
            sent = tap(cassette, monkeypatch)
            run = run_bot(Path(task["bot"]), task["environment"], task["moment"])
    error = None if run.error is None else f"{type(run.error).__name__}: {run.error}"
    told = {"printed": run.printed, "error": error, "sent": sent, "names": (NAMES.secrets, NAMES.drawn)}
    recorded = [] if is_replay else memory.interactions
    sys.stdout.buffer.write(pickle.dumps({**told, "recorded": recorded}))


if __name__ == "__main__":
    main()
