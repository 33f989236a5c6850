"""The workers: few, bounded, and unable to hurt the caller."""

from __future__ import annotations

import threading

import pytest

from ks_compat.parallel.workers import Task, Workers


def nothing() -> None:
    pass


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, MemoryError, GeneratorExit])
def test_whatever_a_task_raises_ends_there(error: type[BaseException]) -> None:
    done: list[str] = []

    def fail() -> None:
        raise error

    workers = Workers(1, 10, 5)
    assert workers.submit(Task(fail, nothing))
    assert workers.submit(Task(lambda: done.append("next"), nothing))
    assert workers.drain(5)
    assert done == ["next"]


def test_a_full_queue_takes_no_more() -> None:
    go, taken = threading.Event(), threading.Event()
    workers = Workers(1, 2, 60)

    def wait() -> None:
        taken.set()
        go.wait(30)

    assert workers.submit(Task(wait, nothing))
    assert taken.wait(30)
    assert [workers.submit(Task(nothing, nothing)) for _ in range(3)] == [True, True, False]
    go.set()
    assert workers.drain(5)
    assert workers.submit(Task(nothing, nothing))


def test_a_task_that_hangs_is_told_to_be_late_once_and_uses_up_its_worker() -> None:
    go, late = threading.Event(), []
    workers = Workers(2, 10, 0.05)
    started = threading.Barrier(3, timeout=30)

    def hang() -> None:
        started.wait()
        go.wait(30)

    for name in ("one", "other"):
        assert workers.submit(Task(hang, lambda name=name: late.append(name)))
    started.wait()
    assert not workers.drain(0.3)

    assert sorted(late) == ["one", "other"]
    assert workers.hung == 2
    assert not workers.submit(Task(nothing, nothing))
    assert len(workers._threads) == 2
    go.set()
    assert workers.drain(5)
    assert workers.hung == 0


def test_one_that_hangs_does_not_hold_up_the_next() -> None:
    go, done, taken = threading.Event(), threading.Event(), threading.Event()
    workers = Workers(2, 10, 60)

    def hang() -> None:
        taken.set()
        go.wait(30)

    workers.submit(Task(hang, nothing))
    workers.submit(Task(done.set, nothing))

    assert done.wait(30)
    go.set()
    assert workers.drain(5)


def test_an_idle_worker_ends_and_another_starts_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ks_compat.parallel.workers.IDLE", 0.001)
    workers, done = Workers(2, 1000, 60), []
    for _ in range(100):
        assert workers.submit(Task(lambda: done.append(1), nothing))
        for thread in list(workers._threads):
            thread.join(0.002)
    assert workers.drain(10)
    for thread in list(workers._threads):
        thread.join(10)

    assert len(done) == 100
    assert workers._threads == []


def test_never_more_threads_than_allowed() -> None:
    at_once, most, lock = [], [], threading.Lock()

    def work() -> None:
        with lock:
            at_once.append(1)
            most.append(len(at_once))
        with lock:
            at_once.pop()

    workers = Workers(3, 1000, 60)
    for _ in range(500):
        workers.submit(Task(work, nothing))
    assert workers.drain(30)
    assert len(most) == 500
    assert max(most) <= 3


def test_a_thread_is_begun_before_there_is_work_so_that_the_caller_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    workers, waiting, start = Workers(2, 10, 60), [], threading.Thread.start

    def begin(thread: threading.Thread) -> None:
        waiting.append(workers._tasks.qsize())
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", begin)
    assert workers.submit(Task(nothing, nothing))
    assert workers.drain(5)

    assert waiting == [0]


def test_where_no_thread_can_be_begun_the_next_task_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    workers, done = Workers(1, 10, 60), threading.Event()
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", _refused)
        assert not workers.submit(Task(nothing, nothing))

    assert workers.submit(Task(done.set, nothing))
    assert done.wait(20)
    assert workers.drain(5)


def _refused(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")
