"""How far a download is: bytes and files, rate, time left, by observation and in all."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from nuwidgets.domain.archive_file import in_units
from nuwidgets.domain.progress import Part

WINDOW_S = 5.0
"""A rate is that of the last seconds, s."""
_DAY_S = 86400.0


@dataclass(eq=False)
class Count:
    """What there is to do of one observation, or of all, and what is done."""

    name: str
    """Number of the observation."""
    n_files: int = 0
    """Files that are wanted."""
    total_bytes: int = 0
    """Their size, bytes, as far as it is known."""
    done_files: int = 0
    """Files that are here."""
    done_bytes: int = 0
    """Bytes that are here."""
    state: str = "waiting"
    """``"waiting"``, ``"running"``, ``"done"``, ``"already here"`` or ``"failed"``."""
    moved: deque[tuple[float, int]] = field(default_factory=deque)
    """When how many bytes came, in the last seconds."""

    def came(self, size_bytes: int, now_s: float) -> None:
        """Take in that bytes came over the network; negative ones are to be fetched again."""
        self.done_bytes += size_bytes
        if size_bytes > 0:
            self.moved.append((now_s, size_bytes))
        while self.moved and now_s - self.moved[0][0] > WINDOW_S:
            self.moved.popleft()

    def rate_per_s(self, now_s: float, began_s: float) -> float:
        """Give the bytes that came per second, of late."""
        recent = [size for at_s, size in self.moved if now_s - at_s <= WINDOW_S]
        return sum(recent) / max(min(WINDOW_S, now_s - began_s), 0.2)

    @property
    def fraction(self) -> float | None:
        """The part that is done, by bytes; by files where no size is known."""
        if self.total_bytes > 0:
            return min(1.0, self.done_bytes / self.total_bytes)
        return self.done_files / self.n_files if self.n_files else None

    def words(self, now_s: float, began_s: float) -> str:
        """Say how far it is."""
        said = [
            f"{self.done_files} of {self.n_files} files",
            f"{in_units(self.done_bytes)} of {in_units(self.total_bytes)}",
        ]
        rate = self.rate_per_s(now_s, began_s)
        left = self.total_bytes - self.done_bytes
        if rate > 0 and self.state == "running":
            said.append(f"{in_units(rate)}/s")
            if left > 0:
                said.append(f"{duration(left / rate)} left")
        return " · ".join(said)


class Meter:
    """Counts of each observation and of all; used in one thread, read in another.

    Parameters
    ----------
    counts : list of Count
        One for each observation.
    """

    def __init__(self, counts: list[Count]) -> None:
        self.counts = {count.name: count for count in counts}
        self.began_s = time.monotonic()
        self.all = Count(
            "all",
            sum(count.n_files for count in counts),
            sum(count.total_bytes for count in counts),
            state="running",
        )
        self.notes: dict[str, str] = {}
        """What is to be said of an observation beside numbers."""

    def came(self, name: str, size_bytes: int) -> None:
        """Take in that bytes of an observation came."""
        now_s = time.monotonic()
        self.counts[name].came(size_bytes, now_s)
        self.all.came(size_bytes, now_s)

    def here(self, name: str, size_bytes: int) -> None:
        """Take in bytes that were here before: they are no part of the rate."""
        self.counts[name].done_bytes += size_bytes
        self.all.done_bytes += size_bytes

    def sized(self, name: str, more_bytes: int) -> None:
        """Take in that a file is larger than was known, or smaller."""
        self.counts[name].total_bytes += more_bytes
        self.all.total_bytes += more_bytes

    def ended(self, name: str) -> None:
        """Take in that a file is here."""
        self.counts[name].done_files += 1
        self.all.done_files += 1

    def line(self) -> str:
        """Say how far all is."""
        return self.all.words(time.monotonic(), self.began_s)

    def parts(self) -> tuple[Part, ...]:
        """Say how far each observation is."""
        now_s = time.monotonic()
        return tuple(
            Part(
                count.name,
                count.state,
                count.fraction,
                self.notes.get(count.name) or count.words(now_s, self.began_s),
            )
            for count in self.counts.values()
        )


def duration(seconds: float) -> str:
    """Give a time in words.

    Examples
    --------
    >>> duration(7.4), duration(90), duration(7260)
    ('7 s', '1 min 30 s', '2 h 1 min')
    """
    if seconds >= _DAY_S:
        return "more than a day"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
