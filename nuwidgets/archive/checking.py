"""Check a file while it comes: a thread reads it a little behind what is written."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.jobs import size_of
from nuwidgets.errors import FileError
from nuwidgets.files.wholeness import check_whole

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.files.wholeness import Wholeness

SMALL = 1 << 16
"""Up to this size a file is checked between transfers: sooner done than handed over, bytes."""
LARGE = 4 << 20
"""From this size on a file is checked while it comes, bytes."""


class Checker:
    """Checks files in threads of its own: those of the loop are for the network.

    Parameters
    ----------
    at_once : int
        How many files may come at the same time.
    """

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="nuwidgets-check")
        self._stopped = False

    def close(self) -> None:
        """Give up what is under way."""
        self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def go_on(self) -> None:
        """Raise FileError when checks are to be given up."""
        if self._stopped:
            raise FileError("The check was given up.")

    def begin(self, *args: Any) -> asyncio.Future[Wholeness]:
        """Check a file in a thread."""
        return asyncio.get_running_loop().run_in_executor(self._pool, check_whole, *args)

    async def check(self, path: Path, name: str) -> Wholeness:
        """Say whether a file that is here is whole."""
        if size_of(path) <= SMALL:
            return check_whole(path, name, self.go_on)
        return await self.begin(path, name, self.go_on)


class Check:
    """The check of a file that is about to come.

    Parameters
    ----------
    checker : Checker
        Has the threads.
    part : Path
        Where it is written; a large one is begun here.
    name : str
        What it is called.
    size_bytes : int or None
        How large it will be: a small one is checked at its end.
    """

    def __init__(self, checker: Checker, part: Path, name: str, size_bytes: int | None) -> None:
        self._checker, self._part, self._name = checker, part, name
        self._grows, self._spoiled = True, False
        self._task: asyncio.Future[Wholeness] | None = None
        if (size_bytes or 0) >= LARGE:
            part.touch()
            self._task = checker.begin(part, name, self._still, lambda: self._grows)

    def _still(self) -> None:
        self._checker.go_on()
        if self._spoiled:
            raise FileError("The check was given up.")

    def spoil(self) -> None:
        """Take in that the file begins anew: what was read of it is of no use."""
        self._spoiled = True

    async def result(self) -> Wholeness:
        """Say whether the file, now that it is here, is whole."""
        self._grows = False
        if self._task is None or self._spoiled:
            self.drop()
            return await self._checker.check(self._part, self._name)
        return await self._task

    def drop(self) -> None:
        """Let it end by itself; nobody asks for its result."""
        self._grows, self._spoiled = False, True
        if self._task is not None:
            self._task.add_done_callback(_forget)


def _forget(task: asyncio.Future[Wholeness]) -> None:
    if not task.cancelled():
        task.exception()
