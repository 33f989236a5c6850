"""The threads on which the other side runs: few, never waited for, and never able to hurt the caller."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

IDLE = 10.0
"""Seconds after which a worker that has nothing to do ends: a client that is dropped leaves no threads behind."""


@dataclass
class Task:
    """``run`` is done on a worker; ``late`` is called once instead of a result when it passed the time limit."""

    run: Callable[[], None]
    late: Callable[[], None]
    started: float = field(default=0.0, init=False)


class Workers:
    """At most ``count`` daemon threads and ``waiting`` tasks.

    A thread cannot be killed. One that passes ``time_limit`` (seconds) keeps its place: a candidate that hangs uses up
    the workers and then nothing of it runs any more, instead of ever more threads.
    """

    def __init__(self, count: int, waiting: int, time_limit: float) -> None:
        self._count, self._waiting, self._time_limit = count, waiting, time_limit
        self.renew()
        _LIVING.add(self)

    def renew(self) -> None:
        """Nothing waiting, no threads, fresh locks: at the start, and in a forked child, which has none of them."""
        self._tasks: queue.Queue[Task] = queue.Queue(self._waiting)
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._running: dict[int, Task] = {}
        self._idle = 0

    def submit(self, task: Task) -> bool:
        """Takes a task to be done later; False if there is no room. Never waits, never raises."""
        try:
            if not self.room():
                return False
            while not self._taken(task):
                # Before the task: Thread.start waits for the thread, and one that found work would go on with that.
                self._begin()
        except (queue.Full, RuntimeError):  # RuntimeError: no new thread, or the interpreter is going down
            return False
        return True

    def room(self) -> bool:
        """Whether a task would be taken now. Tells those that are late."""
        self.check()
        return not self._tasks.full() and self.hung < self._count

    @property
    def hung(self) -> int:
        """How many workers are past the time limit."""
        limit = time.monotonic() - self._time_limit
        return sum(task.started < limit for task in list(self._running.values()))

    def check(self) -> None:
        """Tells the tasks that have passed the time limit that they are late."""
        limit = time.monotonic() - self._time_limit
        for task in list(self._running.values()):
            if task.started < limit:
                self._tell(task)

    def drain(self, timeout: float) -> bool:
        """Waits until all is done, at most ``timeout`` seconds; whether it is."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if not self._tasks.unfinished_tasks:
                return True
            self.check()
            time.sleep(0.005)
        return not self._tasks.unfinished_tasks

    def _tell(self, task: Task) -> None:
        with self._lock:
            late, task.late = task.late, _nothing
        with contextlib.suppress(Exception):
            late()

    def _taken(self, task: Task) -> bool:
        """Gives a task to those that are there; False where a thread is to be started first."""
        with self._lock:
            if self._tasks.qsize() >= self._idle and len(self._threads) < self._count:
                return False
            # Under the lock: a thread that has nothing to do ends under it.
            self._tasks.put_nowait(task)
            return True

    def _begin(self) -> None:
        thread = threading.Thread(target=self._work, name="ks-compat-parallel", daemon=True)
        with self._lock:
            if len(self._threads) >= self._count:  # another caller was first
                return
            self._threads.append(thread)
            self._idle += 1
        try:
            thread.start()
        except RuntimeError:
            with self._lock:
                self._threads.remove(thread)
                self._idle -= 1
            raise

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=IDLE)
            except queue.Empty:
                task = None
            with self._lock:
                if task is None and not self._tasks.qsize():
                    self._idle -= 1
                    self._threads.remove(threading.current_thread())
                    return
                self._idle -= task is not None
            if task is None:
                continue
            task.started = time.monotonic()
            self._running[threading.get_ident()] = task
            try:
                task.run()
            except BaseException:  # noqa: BLE001 - whatever the candidate raises, SystemExit too, ends here
                pass
            finally:
                del self._running[threading.get_ident()]
                with self._lock:
                    self._idle += 1
                self._tasks.task_done()


def _nothing() -> None:
    pass


_LIVING: weakref.WeakSet[Workers] = weakref.WeakSet()


def _forked() -> None:
    for workers in list(_LIVING):
        workers.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
