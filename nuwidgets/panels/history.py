"""Undo: what was, before each change a person would call one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 100


class History:
    """Remembers what was; gives it back.

    Parameters
    ----------
    now : callable
        Gives a comparable snapshot.
    restore : callable
        Takes a snapshot and makes things as they were.
    """

    def __init__(self, now: Callable[[], Any], restore: Callable[[Any], object]) -> None:
        self._now, self._restore = now, restore
        self._before: list[Any] = []

    def remember(self) -> None:
        """Keep what is now, unless it is what was kept last."""
        now = self._now()
        if not self._before or self._before[-1] != now:
            self._before = [*self._before[-LIMIT + 1 :], now]

    def undo(self) -> None:
        """Go back to what was kept last and differs from now.

        Raises
        ------
        InputError
            If there is nothing to undo.
        """
        now = self._now()
        while self._before:
            before = self._before.pop()
            if before != now:
                self._restore(before)
                return
        raise InputError("Nothing to undo: the regions are as they were at first.")
