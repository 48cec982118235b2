"""How a grid of tiles is looked at: controls whose values the session remembers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.widgets.grid_view import LARGEST_PX, SMALLEST_PX

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel

DAY, RATE, NAME = "day", "rate", "name"
SORTS = (("day", DAY), ("rate, brightest first", RATE), ("name", NAME))


class GridLook:
    """Controls of a grid; what they say is remembered by the session, and followed.

    Parameters
    ----------
    panel : Panel
        Its session remembers.
    place : str
        Under which name.
    usual : dict
        What is shown unless something is remembered.
    changed : callable
        Called when something is to be shown otherwise.
    """

    def __init__(
        self, panel: Panel, place: str, usual: dict[str, Any], changed: Callable[[], object]
    ) -> None:
        self._panel, self._place, self._usual, self._changed = panel, place, usual, changed
        self._boxes: dict[str, Any] = {}
        self._numbers: set[str] = set()
        self._writing = False
        self._seen = self.now()
        after = panel.door.after
        after.append(self._follow)
        panel.ends.append(partial(after.remove, self._follow))

    def now(self) -> dict[str, Any]:
        """Give what is to be shown."""
        known = self._panel.session.views.get(self._place, {})
        return {key: known.get(key, value) for key, value in self._usual.items()}

    def __getitem__(self, key: str) -> Any:
        return self._seen[key]

    def take(self, key: str, box: Any) -> Any:
        """Let a control say one of them."""
        box.tooltip = f's.view("{self._place}", {key}={self._usual[key]!r})'
        self._boxes[key] = box
        self._show(key)
        behind(self._panel.door, box)
        box.observe(partial(self._chosen, key), "value")
        return box

    def choice(self, key: str, words: str, options: Any, width: str) -> w.Widget:
        """Give a box to choose from."""
        box = w.Dropdown(options=options, description=words, layout=w.Layout(width=width))
        box.style.description_width = "initial"
        return self.take(key, box)

    def tick(self, key: str, words: str) -> w.Widget:
        """Give a box to tick."""
        box = w.Checkbox(description=words, indent=False, layout=w.Layout(width="auto"))
        return self.take(key, box)

    def number(self, key: str, words: str, without: str) -> w.Widget:
        """Give a box for a number; empty is none, which `without` stands for."""
        box = w.Text(
            description=words,
            placeholder=without,
            continuous_update=False,
            layout=w.Layout(width="105px"),
        )
        box.style.description_width = "38px"
        self._numbers.add(key)
        return self.take(key, box)

    def size(self) -> w.Widget:
        """Give the slider of the tiles' size."""
        slider = w.IntSlider(
            min=SMALLEST_PX,
            max=LARGEST_PX,
            step=10,
            description="size",
            readout=False,
            layout=w.Layout(width="140px"),
        )
        slider.style.description_width = "initial"
        return self.take("size", slider)

    def _chosen(self, key: str, change: Any) -> None:
        if not self._writing:
            self._panel.door.do(self._panel.guard, self._remember, key, change["new"])

    def _remember(self, key: str, value: Any) -> None:
        if key in self._numbers:
            value = self._read(key, value)
        self._panel.session.view(self._place, **{key: value})
        self._panel.say("")

    def _read(self, key: str, text: str) -> float | None:
        """Give a typed number, None for nothing; what is none is said and undone.

        Raises
        ------
        InputError
            If it is no number.
        """
        try:
            return float(text) if text.strip() else None
        except ValueError as error:
            self._panel.door.speak(self._show, key)
            raise InputError(
                f"Cannot use {text!r} as a limit. Type a number, or nothing for the usual one."
            ) from error

    def _follow(self) -> None:
        """Look whether what the session remembers was changed, by whomever."""
        now = self.now()
        if now != self._seen:
            self._seen = now
            self._panel.guard(self._panel.door.speak, self._turn)

    def _turn(self) -> None:
        for key in self._boxes:
            self._show(key)
        self._changed()

    def _show(self, key: str) -> None:
        """Let a control say what is remembered; what it cannot show stays as it is."""
        self._writing = True
        try:
            value = self._seen[key]
            if key in self._numbers:
                value = "" if value is None else f"{value:g}"
            if self._boxes[key].value != value:
                self._boxes[key].value = value
        finally:
            self._writing = False
