"""The one thread that writes a record for a bot, and looks at what other processes wrote."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress

from ks_compat.instruments.clock import ist_date
from ks_compat.parallel.counting import Counting, Key, shortened
from ks_compat.parallel.known import Known
from ks_compat.parallel.observation import Observation, OwnedOrder
from ks_compat.parallel.schema import RecordError
from ks_compat.parallel.shared import Transition
from ks_compat.parallel.store import Store

_log = logging.getLogger("ks_compat.parallel")
WAITING = 20_000
"""Observations in memory while the record cannot be reached; those beyond are counted as dropped."""
BATCH = 1000
SOON, REFRESH = 0.1, 1.0
"""Seconds: until an observation is written; between two looks at what other processes did, and two tries in vain."""
_TASKS = 50


class Writer:
    """Queues, and a thread that empties them. Nothing that it is given to do raises here; only ``flush`` waits."""

    def __init__(self, store: Store, known: Known, keep: int, now: Callable[[], float]) -> None:
        """Reads what is in the record; one that cannot be reached is tried again later."""
        self._store, self._known, self._keep, self._now = store, known, keep, now
        self._counting = Counting()
        self._untrimmed = 0
        self._complained = self._prepared = self._closed = False
        self.reachable = False
        """Whether the record could be read when it was last tried."""
        self.known = False
        """Whether it could ever be read."""
        self._read_at = -math.inf
        self._gone = False
        self.renew()
        with suppress(RecordError):
            self._guarded(self._refresh)
        self._start()

    def renew(self) -> None:
        """Empty queues and fresh locks: at the start, and in a forked child, whose parent keeps what was waiting."""
        self._lock = threading.Lock()
        self._done = threading.Condition(self._lock)
        self._wake, self._urgent = threading.Event(), threading.Event()
        self._seen: deque[tuple[Observation, int]] = deque()
        self._owned: deque[OwnedOrder] = deque()
        self._moves: deque[Transition] = deque()
        self._tasks: deque[Callable[[], None]] = deque(maxlen=_TASKS)
        self._lost: Counter[Key] = Counter()
        self._thread: threading.Thread | None = None
        self._busy = False

    def observe(self, seen: Observation, stay: int) -> None:
        """Writes an observation soon. One too many is only counted, as dropped."""
        with self._lock:
            if len(self._seen) < WAITING:
                self._seen.append((shortened(seen), stay))
            else:
                day = ist_date(seen.at).isoformat()
                self._lost[Key(day, seen.method, seen.phase, stay, "outcome", "dropped")] += 1
        self._wake.set()
        self._start()

    def own(self, order: OwnedOrder) -> None:
        """Writes an order at once."""
        self._owned.append(order)
        self._urge()

    def move(self, to: Transition) -> None:
        """Writes a change of a phase at once, before all else."""
        self._moves.append(to)
        self._urge()

    def soon(self, task: Callable[[], None]) -> None:
        """Runs ``task`` on the thread; what it raises is noted."""
        self._tasks.append(task)
        self._wake.set()
        self._start()

    @property
    def age(self) -> float:
        """Seconds since the record was read."""
        return time.monotonic() - self._read_at

    def refresh(self, store: Store) -> list[Transition]:
        """Reads through ``store``, from any thread; the changes that are lost. Raises RecordError."""
        at = time.monotonic()
        changes, orders = store.transitions(), store.orders(self._known.after)
        lost = self._known.refresh(changes, orders, lambda: {move.method for move in list(self._moves)})
        self._read_at = max(at, self._read_at)
        return lost

    def failed(self, error: RecordError) -> None:
        """Notes that the record cannot be used, once."""
        self.reachable = False
        if not self._complained:
            self._complained = True
            cause = str(error).rstrip(".")
            _log.warning("%s. The bot goes on; new orders go to the old side until this is mended.", cause)

    def flush(self, timeout: float) -> bool:
        """Waits until all is written, at most ``timeout`` seconds; whether it is."""
        end = time.monotonic() + timeout
        self._urge()
        with self._done:
            while self._waiting() and (left := end - time.monotonic()) > 0:
                self._done.wait(min(left, 0.05))
            return not self._waiting()

    def close(self) -> None:
        """Writes what is left, within two seconds, and ends the thread. Does nothing the second time."""
        if self._closed:
            return
        self.flush(2.0 if self.reachable else 0.2)
        self._closed = True
        self._urge()
        if self._thread is not None and self._thread is not threading.current_thread():
            with suppress(RuntimeError):  # it was never started
                self._thread.join(2.0)

    def _start(self) -> None:
        if self._thread is not None or self._closed:
            return
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._work, name="ks-compat-record", daemon=True)
        with suppress(RuntimeError):  # the interpreter is going down
            self._thread.start()

    def _urge(self) -> None:
        self._urgent.set()
        self._wake.set()
        self._start()

    def _waiting(self) -> bool:
        return bool(self._busy or self._seen or self._owned or self._moves or self._lost)

    # -- the thread ----------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        looked = time.monotonic()
        while not (self._closed and not self._waiting()):
            if self._wake.wait(REFRESH) and not self._closed:
                self._urgent.wait(SOON)
            self._wake.clear()
            self._urgent.clear()
            try:
                self._guarded(self._write)
                if not self.reachable or time.monotonic() - looked >= REFRESH:
                    self._guarded(self._refresh)
                    looked = time.monotonic()
            except RecordError:
                if self._closed:
                    return
                time.sleep(REFRESH)
            while self._tasks:
                with suppress(RecordError):
                    self._guarded(self._tasks.popleft())

    def _guarded(self, step: Callable[[], None]) -> None:
        """Does a step with the record; notes the first failure."""
        try:
            if not self._prepared:
                self._store.prepare()
                self._prepared = True
            step()
        except RecordError as error:
            self._prepared, self._gone = False, self._gone or error.gone
            self.failed(error)
            raise
        except Exception as error:  # noqa: BLE001 - the thread of a bot's record must outlive its own mistakes
            self.failed(RecordError(f"The record failed: {type(error).__name__}."))
            raise RecordError(str(error)) from None

    def _refresh(self) -> None:
        lost = self.refresh(self._store)
        if lost or self._gone:
            # It may be another file now: what this process knows is written again, and what is there stays.
            self._moves.extend(lost)
            self._store.restore(self._known.all_of(ist_date(self._now()).isoformat()))
            self._gone = False
            self._wake.set()
        self.reachable = self.known = True
        if self._complained:
            self._complained = False
            _log.warning("The record of the parallel run can be used again.")

    def _write(self) -> None:
        with self._lock:
            self._busy = True
        try:
            self._write_urgent()
            while self._write_batch():
                self._write_urgent()
            if self._untrimmed >= max(100, self._keep // 20):
                self._store.trim(self._keep, self._now())
                self._untrimmed = 0
        finally:
            with self._done:
                self._busy = False
                self._done.notify_all()

    def _write_urgent(self) -> None:
        # Each stays in its queue until it is written.
        while self._moves:
            done = self._store.force(self._moves[0])
            self._moves.popleft()
            if done.method not in {later.method for later in list(self._moves)}:
                self._known.changed(done)
        while self._owned:
            orders = list(self._owned)[:BATCH]
            self._own(orders)
            for _ in orders:
                self._owned.popleft()

    def _own(self, orders: list[OwnedOrder]) -> None:
        try:
            self._store.own(orders)
        except RecordError as error:
            if not error.refused:
                raise
            for order in orders if len(orders) > 1 else ():
                self._own([order])

    def _write_batch(self) -> bool:
        with self._lock:
            batch = [self._seen[n] for n in range(min(BATCH, len(self._seen)))]
            lost, self._lost = self._lost, Counter()
        if not batch and not lost:
            return False
        try:
            self._keep_batch(batch, lost)
        except RecordError:
            with self._lock:
                self._lost.update(lost)
            raise
        with self._lock:
            for _ in batch:
                self._seen.popleft()
        self._untrimmed += len(batch)
        return True

    def _keep_batch(self, batch: list[tuple[Observation, int]], lost: Counter[Key]) -> None:
        try:
            counts = Counter(lost)
            for seen, stay in batch:
                counts.update(self._counting.counted(seen, stay))
            self._store.write([seen for seen, _ in batch], counts)
        except Exception as error:
            if isinstance(error, RecordError) and not error.refused:
                raise
            # One that is refused must not be in the way of the others.
            for each in batch if len(batch) > 1 else ():
                self._keep_batch([each], Counter())
