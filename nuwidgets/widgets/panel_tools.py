"""The small row in a panel's head: undo, redo, the same as code, and a note that says why.

Python's traits are the truth; `undo()`, `redo()` and `copy()` do what the buttons do.
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
ACTIONS = ("undo", "redo", "code")


class PanelTools(anywidget.AnyWidget):
    """Buttons for undo, redo, code and a note; the keys for undo work in the whole panel.

    Attributes
    ----------
    act : callable
        Called with ``"undo"``, ``"redo"`` or ``"code"``; the last is answered by `show_code`.
    hear : callable
        Called as ``hear(action, content)`` with what a hand asks for; does it at once unless
        replaced, e.g. by ``door.hear``.
    code, said : str
        What was shown last, and said.

    Examples
    --------
    >>> tools = PanelTools(undo_says="source region of 60001110002A")
    >>> asked = []
    >>> tools.act = asked.append
    >>> tools.undo()
    >>> asked
    ['undo']
    >>> tools
    PanelTools(undo: source region of 60001110002A)
    """

    _esm = (STATIC / "panel_tools.js").read_text(encoding="utf-8")
    _css = (STATIC / "panel_tools.css").read_text(encoding="utf-8")

    undo_says = traitlets.Unicode(help="What undo takes back; empty: nothing.").tag(sync=True)
    redo_says = traitlets.Unicode(help="What redo does again; empty: nothing.").tag(sync=True)
    note = traitlets.Unicode(help="Why it is as it is.").tag(sync=True)
    note_about = traitlets.Unicode(help="What the note is about; empty: none.").tag(sync=True)
    code_about = traitlets.Unicode(help="What the code does; empty: no code.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.act: Callable[[str], object] = _nothing
        self.hear: Callable[..., object] = _at_once
        self.code = self.said = ""
        self.on_msg(lambda _tools, content, _buffers: self.hear(self._asked, content))

    def _asked(self, content: dict[str, Any]) -> None:
        kind = content.get("kind")
        if kind not in ACTIONS:
            raise InputError(f"The tools cannot do {kind!r}. {nearest(str(kind), ACTIONS)}")
        self.act(kind)

    def undo(self) -> None:
        """Take back the last change, as the button does."""
        self.hear(self._asked, {"kind": "undo"})

    def redo(self) -> None:
        """Do again what was taken back last, as the button does."""
        self.hear(self._asked, {"kind": "redo"})

    def copy(self) -> None:
        """Ask for the code, as the button does; it comes by `show_code`."""
        self.hear(self._asked, {"kind": "code"})

    def show_code(self, text: str) -> None:
        """Give the code to the page that asked: to its clipboard, and beneath the row."""
        self.code = text
        self.send({"kind": "code", "text": text})

    def say(self, words: str) -> None:
        """Show a few words beside the buttons for a moment."""
        self.said = words
        self.send({"kind": "said", "text": words})

    def __repr__(self) -> str:
        """Say what can be undone and redone, the same in every run."""
        can = {"undo": self.undo_says, "redo": self.redo_says}
        said = ", ".join(f"{name}: {says}" for name, says in can.items() if says)
        return f"PanelTools({said or 'nothing to undo'})"


def _nothing(_kind: str) -> None:
    pass


def _at_once(action: Callable[..., object], *content: object) -> object:
    return action(*content)
