"""Which failures of the network pass, and how long to wait for that."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
PAUSE_S = 0.5
"""First wait before something is asked for again, s; the next are twice as long each."""
LONGEST_PAUSE_S = 30.0
TRIES = 4
"""So often a list is asked for."""
_FINAL = range(400, 500)
_AGAIN = (408, 425, 429)


def is_final(error: BaseException) -> bool:
    """Whether asking again is of no use: there is no such thing, or it is not allowed."""
    status = getattr(error, "status", None)
    missing = isinstance(error, FileNotFoundError | PermissionError)
    return missing or (status in _FINAL and status not in _AGAIN)


async def pause(error: BaseException, failures: int) -> None:
    """Wait before the next try: longer each time, and at least as long as the host asks for."""
    pause_s = PAUSE_S * 2 ** max(0, failures - 1) * random.uniform(0.8, 1.2)  # noqa: S311
    asked = str((getattr(error, "headers", None) or {}).get("Retry-After", ""))
    if asked.isdigit():
        pause_s = max(pause_s, float(asked))
    await asyncio.sleep(min(pause_s, LONGEST_PAUSE_S))


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Do something that may fail for a moment; what it raises last is raised."""
    for failures in range(1, TRIES):
        try:
            return await work()
        except Exception as error:  # each library has errors of its own
            if is_final(error):
                raise
            await pause(error, failures)
    return await work()
