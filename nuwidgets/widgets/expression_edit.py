"""An editor of expressions: what is wrong is underlined while one types, names are completed.

It knows no grammar: what is wrong, what a word is and what may stand somewhere is asked of three
functions. Python's traits are the truth and work without a browser.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import anywidget
import traitlets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STATIC = Path(__file__).with_name("static")
LONGEST = 20_000
"""Letters that a text may have."""


class Problem(Protocol):
    """Why a text cannot be used: a sentence and a place."""

    @property
    def message(self) -> str:
        """What is wrong."""

    @property
    def start(self) -> int:
        """Where, from 0."""

    @property
    def end(self) -> int:
        """Where it ends."""

    @property
    def unfinished(self) -> bool:
        """Whether one need only go on."""


class Choices(Protocol):
    """What may replace the word at the caret."""

    @property
    def start(self) -> int:
        """Where that word begins, from 0."""

    @property
    def end(self) -> int:
        """Where it ends."""

    @property
    def choices(self) -> Sequence[Any]:
        """Each with ``insert``, ``name``, ``kind`` and ``words``."""


class ExpressionEdit(anywidget.AnyWidget):
    """A text with completion and instant diagnostics; only what can be read becomes its value.

    Parameters
    ----------
    check : callable
        Gives what is wrong with a text, or None; see `Problem`.
    mark : callable
        Gives the words of a text, each with ``start``, ``end`` and ``kind``.
    offer : callable
        Called as ``offer(text, position)``; gives what may stand there, see `Choices`.
    **traits
        Any trait below, by name.

    Attributes
    ----------
    value : str
        The last text that could be read and was entered (Enter, or leaving the field).
    text : str
        What stands in the field, right or wrong.
    placeholder, description : str
        Shown while it is empty; name of the field.
    tooltip : str
        The Python that does the same; inherited.
    hear : callable
        Called as ``hear(action, content)`` with what a hand does; does it at once unless replaced,
        e.g. by ``door.hear``.

    Examples
    --------
    >>> editor = ExpressionEdit(value="a")
    >>> editor.write("a+b")
    >>> editor.value, editor.text
    ('a', 'a+b')
    >>> editor.enter()
    True
    >>> editor
    ExpressionEdit('a+b')
    """

    _esm = (STATIC / "expression_edit.js").read_text(encoding="utf-8")
    _css = (STATIC / "expression_edit.css").read_text(encoding="utf-8")

    value = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    reading: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    """What was found in which text: ``text``, ``problem`` (empty when right), ``marks``."""
    placeholder = traitlets.Unicode().tag(sync=True)
    description = traitlets.Unicode("expression").tag(sync=True)

    def __init__(
        self,
        *,
        check: Callable[[str], Problem | None] | None = None,
        mark: Callable[[str], Sequence[Any]] | None = None,
        offer: Callable[[str, int], Choices] | None = None,
        **traits: Any,
    ) -> None:
        self._check, self._mark, self._offer = check, mark, offer
        self._entering = False
        self.hear: Callable[..., object] = _at_once
        super().__init__(**traits)
        self.on_msg(lambda _editor, content, _buffers: self.hear(self._asked, content))
        self._read()

    @property
    def problem(self) -> str:
        """What is wrong with the text; empty when it can be used."""
        return str(self.reading.get("problem", {}).get("message", ""))

    def completions(self, text: str, position: int) -> Choices | None:
        """Give what may stand at a position of a text; None where nobody knows."""
        return self._offer(text, position) if self._offer else None

    def write(self, text: str) -> None:
        """Put a text into the field, as typing does; `value` stays until `enter`."""
        self.text = text[:LONGEST]

    def enter(self) -> bool:
        """Make the text the value, as Enter does; gives whether it could be used."""
        if self.problem:
            return False
        wanted = self.text.strip()
        self._entering = True  # a text that is refused stays in the field, to be mended
        try:
            self.value = wanted
        finally:
            self._entering = False
        if self.value == wanted:
            self.text = wanted
        return self.value == wanted

    def back(self) -> None:
        """Let the field show the value again, as Escape does."""
        self.text = self.value

    def _asked(self, content: dict[str, Any]) -> None:
        kind, text = content.get("kind"), content.get("text")
        if isinstance(text, str) and kind in ("typed", "entered"):
            self.write(text)
        if kind == "typed":
            self._answer(content)
        elif kind == "entered":
            self.enter()
        elif kind == "back":
            self.back()

    def _answer(self, content: dict[str, Any]) -> None:
        """Tell the page what may stand at its caret."""
        found = self.completions(self.text, int(content.get("at", 0)))
        rows = [[c.insert, c.name, c.kind, c.words] for c in found.choices] if found else []
        place = [found.start, found.end] if found else [0, 0]
        self.send({"kind": "choices", "turn": content.get("turn"), "place": place, "choices": rows})

    def read_again(self) -> None:
        """Judge the text anew: what is known beside it has changed."""
        self._read()

    @traitlets.observe("text")
    def _read(self, _change: object = None) -> None:
        wrong = self._check(self.text) if self._check else None
        words = self._mark(self.text) if self._mark else ()
        names = ("message", "start", "end", "unfinished")
        self.reading = {
            "text": self.text,
            "problem": {name: getattr(wrong, name) for name in names} if wrong else {},
            "marks": [[word.start, word.end, word.kind] for word in words],
        }

    @traitlets.observe("value")
    def _show(self, _change: object) -> None:
        if not self._entering:
            self.text = self.value

    def __repr__(self) -> str:
        return f"ExpressionEdit({self.value!r})"


def _at_once(action: Callable[..., object], *content: object) -> object:
    return action(*content)
