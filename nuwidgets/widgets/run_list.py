"""Things that are done side by side, one line each: state, bar, words, and buttons of their own.

Every line has a key. Python's traits are the truth; `ask` does what the buttons do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

STATIC = Path(__file__).with_name("static")
KINDS = ("empty", "running", "fresh", "stale", "failed")
"""Colours of a state; the state is said in words too."""
ACTIONS = ("up", "down", "stop")
_FIELDS: dict[str, Any] = {
    "key": str, "name": str, "state": str, "kind": str, "fraction": (float, int, type(None)),
    "says": str, "can": list,
}  # fmt: skip


class RunList(anywidget.AnyWidget):
    """Lines that one chooses, stops, and puts in another order.

    Attributes
    ----------
    lines : list of dict
        Of each line its ``key``, ``name``, ``state`` (a word), ``kind`` (one of `KINDS`),
        ``fraction`` (part done, 0 to 1; None where nobody can say), ``says`` (how far it is) and
        ``can`` (those of `ACTIONS` that have a button).
    selected : str
        Key of the line one is at; empty is none.
    how : dict
        Action -> the Python that does the same, for the tooltip of its button.
    act : callable
        Called as ``act(action, key)`` when a button is pressed.
    hear : callable
        Called as ``hear(action, content)`` with what a hand asks for; does it at once unless
        replaced, e.g. by ``door.hear``.

    Raises
    ------
    InputError
        If a line lacks a field, or has another kind of value in it.

    Examples
    --------
    >>> runs = RunList(alt="runs")
    >>> runs.lines = [line("a", "60001110002 FPMA", "running", can=["stop"])]
    >>> asked = []
    >>> runs.act = lambda action, key: asked.append((action, key))
    >>> runs.ask("stop", "a")
    >>> asked
    [('stop', 'a')]
    >>> runs
    RunList(1 line)
    """

    _esm = (STATIC / "run_list.js").read_text(encoding="utf-8")
    _css = (STATIC / "run_list.css").read_text(encoding="utf-8")

    lines: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    how: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)
    alt = traitlets.Unicode("runs").tag(sync=True)
    empty = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(220, min=60).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.act: Callable[[str, str], object] = _nothing
        self.hear: Callable[..., object] = _at_once
        self.on_msg(lambda _runs, content, _buffers: self.hear(self._asked, content))

    def ask(self, action: str, key: str) -> None:
        """Do what a button of a line does.

        Raises
        ------
        InputError
            If there is no such line, or it has no such button.
        """
        self.hear(self._asked, {"kind": action, "key": key})

    def _asked(self, content: dict[str, Any]) -> None:
        action, key = str(content.get("kind")), str(content.get("key"))
        if action not in ACTIONS:
            raise InputError(f"A line cannot do {action!r}. {nearest(action, ACTIONS)}")
        can = {one["key"]: one["can"] for one in self.lines}
        if action in can.get(key, ()):  # else it has ended while the hand was on its way
            self.act(action, key)

    @traitlets.validate("lines")
    def _check_lines(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = list(proposal["value"])
        for one in lines:
            bad = [n for n, kind in _FIELDS.items() if not isinstance(one.get(n, one), kind)]
            if bad or one["kind"] not in KINDS:
                raise InputError(
                    f"Cannot show the line {one!r}: it needs {', '.join(_FIELDS)},"
                    f" and a kind of {', '.join(KINDS)}. Make it with line()."
                )
        return lines

    @traitlets.observe("lines")
    def _drop_what_is_gone(self, _change: object) -> None:
        if self.selected and self.selected not in {one["key"] for one in self.lines}:
            self.selected = ""

    def __repr__(self) -> str:
        plural = "" if len(self.lines) == 1 else "s"
        return f"RunList({len(self.lines)} line{plural})"


def line(
    key: str,
    name: str,
    state: str,
    *,
    kind: str = "empty",
    fraction: float | None = None,
    says: str = "",
    can: tuple[str, ...] | list[str] = (),
) -> dict[str, Any]:
    """Give a line of a `RunList`."""
    return {
        "key": key, "name": name, "state": state, "kind": kind, "fraction": fraction,
        "says": says, "can": list(can),
    }  # fmt: skip


def _nothing(_action: str, _key: str) -> None:
    pass


def _at_once(action: Callable[..., object], *content: object) -> object:
    return action(*content)
