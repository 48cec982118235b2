"""The model of a fit as text, completed and read while one types, and components to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.component_browser import ComponentBrowser
from nuwidgets.science.models.complete import complete
from nuwidgets.science.models.diagnose import HEAD, marks, problem, segments
from nuwidgets.widgets.expression_edit import ExpressionEdit

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel


class ModelEditor:
    """The editor of `fit.model`, with a fold of all components beneath.

    Parameters
    ----------
    panel : Panel
        Whose model it is.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.editor = ExpressionEdit(
            check=problem,
            mark=marks,
            offer=complete,
            description="model",
            placeholder="tbabs*powerlaw",
            tooltip='s.fit.model = "tbabs*powerlaw"',
        )
        self.editor.hear = panel.door.hear
        behind(panel.door, self.editor)
        panel.tie(self.editor, panel.session.fit, "model")
        self.components = ComponentBrowser(panel, self.put)
        self.fold = panel.button("Components ▾", "All components, with what they are", self._switch)
        self.fold.add_class("nuw-more")
        self.fold.layout.width = "128px"
        self.line = w.HBox([self.editor, self.fold]).add_class("nuw-model-line")

    def put(self, operation: str, name: str) -> None:
        """Join a component to the model, as the buttons of the browser do; to that of source 1."""
        text = self.editor.text
        start, end = segments(text)[0]
        head = HEAD.match(text, start, end)
        start = head.end() if head else start
        joined = _joined(text[start:end].strip(), operation, name)
        self.editor.write(f"{text[:start]}{' ' if head else ''}{joined}{text[end:]}")
        self.editor.enter()

    def _switch(self) -> None:
        opened = self.components.switch()
        self.fold.description = "Components " + ("▴" if opened else "▾")


def _joined(before: str, operation: str, name: str) -> str:
    """Give a model with one more component."""
    if not before:
        return name
    if operation == "+":
        return f"{before} + {name}"
    return f"{name}*{before}" if _enclosed(before) else f"{name}*({before})"


def _enclosed(text: str) -> bool:
    """Whether every sum of a text stands in brackets."""
    depth = 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "+" and not depth:
            return False
    return True
