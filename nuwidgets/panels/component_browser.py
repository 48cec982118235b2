"""All components in a list: what they are, their parameters, where their formula stands, a plot."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.component_plot import plot_of
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.words import KINDS, WORDS, describe
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel
    from nuwidgets.science.models.component import Component

COLUMNS = ("name", "kind", "what it is", "family")


class ComponentBrowser:
    """A list of components with a filter, and one of them in detail.

    Parameters
    ----------
    panel : Panel
        Where it stands.
    put : callable
        Called as ``put(operation, name)`` with ``"+"`` or ``"*"`` by the buttons.
    """

    def __init__(self, panel: Panel, put: Callable[[str, str], object]) -> None:
        self._panel, self._put = panel, put
        self.table = RowTable(searchable=True, alt="components", height=190)
        behind(panel.door, self.table)
        self.about = w.HTML().add_class("nuw-report")
        self.plot = w.HTML()
        self.add = panel.button("Add +", "Add it to the model", lambda: self._use("+"))
        self.multiply = panel.button(
            "Multiply *", "Multiply the model by it", lambda: self._use("*")
        )
        acts = w.HBox([self.add, self.multiply]).add_class("nuw-row")
        detail = w.HBox([w.VBox([self.about, acts]), self.plot]).add_class("nuw-component")
        self.box = w.VBox([self.table, detail], layout=w.Layout(display="none"))
        self.table.observe(self._chosen, "selected")

    @property
    def opened(self) -> bool:
        """Whether it is in sight."""
        return self.box.layout.display is None

    @property
    def component(self) -> Component | None:
        """The component one is at."""
        return COMPONENTS.get(self.table.selected)

    def switch(self) -> bool:
        """Show it, or fold it away; gives whether it is in sight now."""
        if not self.opened:
            self.fill()
        self.box.layout.display = "none" if self.opened else None
        return self.opened

    def fill(self) -> None:
        """List the components of now, family by family."""
        rows = [
            (name, name, KINDS[one.kind], describe(one).sentence, describe(one).family)
            for name, one in sorted(COMPONENTS.items(), key=_order)
        ]
        self.table.fill(COLUMNS, rows)
        if not self.table.selected and rows:
            self.table.selected = rows[0][0]

    def close(self) -> None:
        """Let go of the table; the panel closes the widgets."""
        self.table.unobserve_all()

    def _chosen(self, _change: Any) -> None:
        self._panel.door.do(self._panel.guard, self._panel.door.speak, self._show)

    def _show(self) -> None:
        component = self.component
        self.about.value = details(component) if component else ""
        self.plot.value = plot_of(component) if component else ""
        self.add.disabled = component is None or component.kind != "add"
        self.multiply.disabled = component is None or component.kind == "add"

    def _use(self, operation: str) -> None:
        if self.component is not None:
            self._put(operation, self.component.name)


def _order(item: tuple[str, Component]) -> tuple[int, str]:
    families = list(dict.fromkeys(words.family for words in WORDS.values()))
    family = describe(item[1]).family
    return families.index(family) if family in families else len(families), item[0].lower()


def details(component: Component) -> str:
    """Give what there is to know of a component, as HTML."""
    words = describe(component)
    source = f" Formula: {words.source}." if words.source else ""
    head = f"<b>{html.escape(component.name)}</b> · {KINDS[component.kind]} · {words.family}"
    names = ("parameter", "unit", "default", "hard min", "soft min", "soft max", "hard max", "")
    rows = [
        (p.name, p.unit, f"{p.default:g}", *(f"{x:g}" for x in (p.hard_lo, p.soft_lo)),
         *(f"{x:g}" for x in (p.soft_hi, p.hard_hi)), "frozen" if p.frozen else "")
        for p in component.parameters
    ]  # fmt: skip
    lines = "".join(
        f"<tr>{''.join(f'<td>{html.escape(x)}</td>' for x in row)}</tr>" for row in rows
    )
    cells = "".join(f"<th>{name}</th>" for name in names)
    return (
        f"<div>{head}</div><div>{html.escape(words.sentence + source)}</div>"
        f'<table class="nuw-definitions"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{lines}</tbody></table>"
    )
