"""One line for a later data group: what it is, how much of it is tied, and buttons that untie."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.panels.base import close_all

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session


def group_names(session: Session) -> dict[int, str]:
    """Give the datasets of each data group, e.g. ``{2: "60001110002B"}``."""
    groups = session.fit.groups or tuple(range(1, len(session.used) + 1))
    names: dict[int, str] = {}
    for name, group in zip(session.used, groups, strict=False):
        names[group] = f"{names[group]}, {name}" if group in names else name
    return names


class GroupLine:
    """The head of one later data group of a model, or of several that are all tied.

    Parameters
    ----------
    panel : Panel
        Where it stands.
    model : str
        Name of the model.
    groups : tuple of int
        The data groups, from 2.
    """

    def __init__(self, panel: Panel, model: str, groups: tuple[int, ...]) -> None:
        self._panel, self._fit = panel, panel.session.fit
        self._model, self._groups = model, groups
        self._words = w.HTML()
        opener = panel.button("untie…", "Which parameters are to be free here", self._fold)
        self._buttons = w.HBox(layout=w.Layout(display="none")).add_class("nuw-row")
        line = w.HBox([self._words, opener.add_class("nuw-small"), self._buttons])
        self.box = line.add_class("nuw-row")
        opener.layout.display = None if self._tied() else "none"
        self.show()

    def _mine(self) -> list[Parameter]:
        parameters = self._fit.parameters
        return [p for p in parameters if p.model == self._model and p.group in self._groups]

    def _tied(self) -> dict[tuple[str, str], list[Parameter]]:
        """Give the parameters that are linked, those of one name together."""
        found: dict[tuple[str, str], list[Parameter]] = {}
        for p in self._mine():
            if p.link:
                found.setdefault((f"{p.component}.{p.name}", str(p.component_number)), []).append(p)
        return found

    def show(self) -> None:
        """Say how much is tied."""
        free = sum(not p.link for p in self._mine())
        title, rest = self._title(), f"{free} not tied" if free else "all tied"
        text = f'<span class="nuw-num"><b>{html.escape(title)}</b>: {rest}</span>'
        if text != self._words.value:
            self._words.value = text

    def _title(self) -> str:
        first, *others = self._groups
        if others:
            return f"groups {first} to {others[-1]}"
        name = group_names(self._panel.session).get(first, "")
        return f"group {first}" + (f" ({name})" if name else "")

    def close(self) -> None:
        """Nothing is tied to the fit here; the panel closes the widgets."""

    def _fold(self) -> None:
        """Show a button for each parameter that can be untied, or fold them away."""
        old = self._buttons.children
        buttons = () if old else tuple(self._button(n, p) for (n, _), p in self._tied().items())
        self._buttons.children = buttons
        self._buttons.layout.display = "none" if old else None
        close_all(old)

    def _button(self, name: str, parameters: list[Parameter]) -> w.Widget:
        numbers = [str(p.number) for p in parameters]
        how = f"s.fit.untie({', '.join(map(repr, numbers))})"
        button = self._panel.button(name, how, partial(self._fit.untie, *numbers))
        return button.add_class("nuw-small")
