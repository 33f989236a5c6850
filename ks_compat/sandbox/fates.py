"""What a fault has in store for an order: a rejection or a fill that comes late, a book that lags."""

from dataclasses import dataclass
from enum import Enum, auto


class Turn(Enum):
    """What comes late."""

    REJECTED = auto()
    """The risk check's no: until then the order is on its way to the exchange."""
    FILLED = auto()
    """The fill: until then the order is open."""
    SHOWN = auto()
    """The book: until then it shows the order as it was before the call, or not at all."""


@dataclass(frozen=True)
class Fate:
    """A turn, and when it comes: after so many looks at a report of orders, or where `looks` is 0 after `seconds`."""

    turn: Turn
    seconds: float
    looks: int = 0


@dataclass
class Clock:
    """Counts a fate down. `due_at` is in Unix seconds of the sandbox's clock."""

    due_at: float
    looks: int

    @classmethod
    def of(cls, fate: Fate, now: float) -> "Clock":
        """Start the countdown of a fate."""
        # A look that is still to be missed leaves one more to come.
        return cls(now + fate.seconds, fate.looks + 1 if fate.looks else 0)

    def struck(self, now: float, *, looked: bool) -> bool:
        """Whether the turn has come. `looked`: a report is being read, which counts."""
        if not self.looks:
            return now >= self.due_at
        if looked:
            self.looks -= 1
        return self.looks == 0 and looked
