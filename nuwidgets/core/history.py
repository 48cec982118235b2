"""The history of a session: which product was made when, by what, how long it took."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import traitlets as t

from nuwidgets.core.requests import swap
from nuwidgets.domain.record import Deed
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from astropy.table import Table

    from nuwidgets.core.step import Step

    AnyStep = Step[Any, Any]

LIMIT = 1000
"""So many lines are kept; the oldest go first."""
TOGETHER_S = 2.0
"""Products of a step that follows its settings are one line while they come so fast."""


class History(t.HasTraits):
    """What was done, oldest first.

    Parameters
    ----------
    follows : callable
        Says whether a step follows its settings by itself.
    used : callable
        Gives the names of the datasets that the fit spans.
    restore : callable
        Takes a deed and brings the settings of its product back.
    """

    length = t.Int(0, read_only=True, help="Number of lines.")
    turn = t.Int(0, read_only=True, help="Rises whenever a line is added or replaced.")

    def __init__(
        self,
        follows: Callable[[AnyStep], bool],
        used: Callable[[], tuple[str, ...]],
        restore: Callable[[Deed], object],
    ) -> None:
        super().__init__()
        self._follows, self._used, self._restore = follows, used, restore
        self._deeds: list[Deed] = []
        self._ends: dict[str, Any] = {}

    def watch(self, path: str, step: AnyStep) -> None:
        """Write down the products of a step."""
        if step.recorded:
            handler = partial(self._made, path, step)
            step.observe(handler, "product")
            self._ends[path] = partial(step.unobserve, handler, "product")
            self._made(path, step, None)

    def forget(self, path: str) -> None:
        """Follow a step no more; its lines stay."""
        self._ends.pop(path, lambda: None)()

    def _made(self, path: str, step: AnyStep, _change: object) -> None:
        """Add a line. Called behind the door."""
        product, answered = step.product, step.ledger.answered
        if product is None or answered is None:
            return
        last = next((d for d in reversed(self._deeds) if d.step == path), None)
        if last is not None and last.request == answered[0]:
            return  # known already: brought back, or met again
        now_s = time.time()
        if last and self._follows(step) and now_s - last.when_s < TOGETHER_S:
            self._deeds = [deed for deed in self._deeds if deed is not last]
        self._deeds = [*self._deeds[-LIMIT + 1 :], self._deed(path, product, answered[0], now_s)]
        self._show()

    def _deed(self, path: str, product: Any, request: Any, now_s: float) -> Deed:
        made = getattr(product, "provenance", None)
        says = repr(product).splitlines()[0].strip("<>")
        if made is None:
            return Deed(now_s, path, says, request=request, used=self._used())
        origin = made.engine, made.version, made.seconds, made.warnings
        return Deed(now_s, path, says, *origin, request, self._used())

    def bring_back(self, deeds: tuple[Deed, ...]) -> None:
        """Begin with the lines of an earlier session. Behind the door."""
        self._deeds = list(deeds)
        self._show()

    def replace_paths(self, found: dict[str, str]) -> None:
        """Let lines name files where they are now. Behind the door."""
        for old, new in found.items():
            self._deeds = [replace(d, request=swap(d.request, old, new)) for d in self._deeds]
        self._show()

    def _show(self) -> None:
        self.set_trait("length", len(self._deeds))
        self.set_trait("turn", self.turn + 1)

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """All lines, oldest first."""
        return tuple(self._deeds)

    def table(self) -> Table:
        """Give a table: when (UTC), step, product, engine, version, seconds, warnings."""
        from astropy.table import Table
        from astropy.time import Time

        rows = self.deeds
        when = [Time(deed.when_s, format="unix").isot[:19] for deed in rows]
        columns: dict[str, list[Any]] = {"when_utc": when}
        for name in ("step", "says", "engine", "version", "seconds"):
            columns[name] = [getattr(deed, name) for deed in rows]
        columns["warnings"] = [" ".join(deed.warnings) for deed in rows]
        kinds = [float if name == "seconds" else str for name in columns]
        table = Table(columns, dtype=kinds)
        table["seconds"].unit = "s"
        return table

    def restore(self, number: int) -> Deed:
        """Bring back the settings that a product was made with.

        Parameters
        ----------
        number : int
            Line of the history from 0; negative numbers count from the end.

        Raises
        ------
        InputError
            If there is no such line, or its dataset was removed.
        """
        try:
            deed = self._deeds[number]
        except (IndexError, TypeError) as error:
            raise InputError(
                f"There is no line {number!r} in the history. It has {len(self._deeds)} lines,"
                " counted from 0."
            ) from error
        self._restore(deed)
        return deed

    def __len__(self) -> int:
        """Give the number of lines."""
        return len(self._deeds)

    def __iter__(self) -> Iterator[Deed]:
        """Give line after line, oldest first."""
        return iter(self.deeds)

    def __getitem__(self, number: int) -> Deed:
        """Give one line."""
        return self._deeds[number]

    def __repr__(self) -> str:
        rows = [f"  {n:3d} {d.step}: {d.says} ({d.engine} {d.version})" for n, d in enumerate(self)]
        return "\n".join([f"<History: {len(self)} lines>", *rows[-20:]])
