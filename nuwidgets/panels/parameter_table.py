"""Parameters by data group: a table of a joint fit, and controls for the cell one is at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.parameter_groups import group_names
from nuwidgets.panels.parameter_notes import error_words
from nuwidgets.panels.parameter_row import digits, number
from nuwidgets.science.models.resolved import values
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.base import Panel

TIED = "tied"
"""Stands where a parameter is tied to group 1."""
MANY = 6
"""With more data groups each has a line, and each parameter a column."""


class ParameterTable:
    """One line for each parameter, one column for each data group; of many groups turned round.

    Parameters
    ----------
    panel : Panel
        Where it stands.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._fit = panel, panel.session.fit
        self._showing, self._turned = False, False
        self.table = RowTable(alt="parameters of the data groups", height=260)
        self.group = w.Dropdown(layout=w.Layout(width="240px"))
        self.group.style.description_width = "70px"
        how = 's.fit.set("…=…")'
        self.value = w.Text(
            placeholder="value", tooltip=how, continuous_update=False, layout=w.Layout(width="92px")
        )
        self.link = w.Text(
            placeholder="= link",
            tooltip='s.fit.link("…", "…")',
            continuous_update=False,
            layout=w.Layout(width="92px"),
        )
        self.freeze = w.Checkbox(description="freeze", indent=False, layout=w.Layout(width="64px"))
        self.what = w.HTML()
        self._untie = panel.button("untie", 's.fit.untie("…")', self._act("untie"))
        self._tie = panel.button("tie", 's.fit.tie("…")', self._act("tie"))
        controls = [self.what, self.group, self.value, self.freeze, self.link]
        strip = w.HBox([*controls, self._untie, self._tie]).add_class("nuw-row")
        self.box = w.VBox([self.table, strip])
        self._listen()
        self.show()

    def _listen(self) -> None:
        for control in (self.table, self.group, self.value, self.link, self.freeze):
            behind(self._panel.door, control)
        self.table.observe(self._moved, "selected")
        self.group.observe(self._moved, "value")
        self.value.observe(self._typed, "value")
        self.link.observe(self._linked, "value")
        self.freeze.observe(self._frozen, "value")

    def close(self) -> None:
        """Let go of the table; the panel closes the widgets."""
        for control in (self.table, self.group, self.value, self.link, self.freeze):
            control.unobserve_all()

    @property
    def chosen(self) -> Parameter | None:
        """The parameter of the line and group one is at."""
        line, column = self.table.selected, self.group.value
        place, group = (column, line) if self._turned else (line, str(column))
        mine = [p for p in self._fit.parameters if _place(p) == place]
        return next((p for p in mine if str(p.group) == group), None)

    def show(self) -> None:
        """Bring table and controls to the parameters of now."""
        self._showing = True
        try:
            self._fill()
            self._show_chosen()
        finally:
            self._showing = False

    def _fill(self) -> None:
        parameters = self._fit.parameters
        groups = sorted({p.group for p in parameters})
        self._turned = len(groups) > MANY
        names = group_names(self._panel.session)
        heads = {str(g): f"{g}: {names[g]}" if g in names else f"group {g}" for g in groups}
        places = {_place(p): _words(p) for p in parameters}
        resolved = dict(zip((p.number for p in parameters), values(parameters), strict=True))
        first = {_place(p): p.number for p in parameters if p.group == 1}
        cells = {
            (_place(p), str(p.group)): self._cell(p, resolved[p.number], first[_place(p)])
            for p in parameters
        }
        lines, columns = (heads, places) if self._turned else (places, heads)
        rows = [
            [key, words, *(cells[(c, key) if self._turned else (key, c)] for c in columns)]
            for key, words in lines.items()
        ]
        self._choose_from(columns)
        shown = ["observation" if self._turned else "parameter", *columns.values()]
        if rows != self.table.rows or shown != self.table.columns:
            self.table.fill(shown, rows, align=list(columns.values()))
        if not self.table.selected and rows:
            self.table.selected = self._looked_at() or rows[0][0]

    def _looked_at(self) -> str:
        """Give the data group of the observation that is looked at, where each has a line."""
        focus, names = self._panel.session.focus, group_names(self._panel.session)
        one = focus[0] if self._turned and len(focus) == 1 else ""
        return next((str(g) for g, name in names.items() if one and one in name.split(", ")), "")

    def _choose_from(self, columns: dict[str, str]) -> None:
        """Offer the columns; the last one at first."""
        kind = str if self._turned else int
        options = tuple((words, kind(key)) for key, words in columns.items())
        self.group.description = "parameter" if self._turned else "group"
        if self.group.options != options:
            self.group.options = options
            self.group.value = options[-1][1] if options else None

    def _cell(self, p: Parameter, value: float, first: int) -> str:
        if p.link == f"p{first}":
            return TIED
        if p.link:
            return f"{digits(value)} = {p.link}"
        error = error_words(self._panel.session, p)[0]
        return " ".join(x for x in (digits(p.value), error, "frozen" if p.frozen else "") if x)

    def _show_chosen(self) -> None:
        now = self.chosen
        off = now is None
        for control in (self.value, self.link, self.freeze):
            control.disabled = off
        self._untie.disabled = off or not now or not now.link
        self._tie.disabled = off or not now or bool(now.link) or now.group == 1
        if now is None:
            return
        parameters = self._fit.parameters
        self.what.value = f'<span class="nuw-num"><b>{now.number}</b></span>'
        self.value.value = digits(values(parameters)[now.number - 1])
        self.link.value = f"= {now.link}" if now.link else ""
        self.freeze.value = now.frozen

    def _moved(self, _change: Any) -> None:
        if not self._showing:
            self._panel.door.do(self._panel.guard, self.show)

    def _hear(self, action: Any, *content: Any) -> None:
        """Do what a hand asks for; what is refused is undone."""
        if not self._showing:
            self._panel.say("")
            self._panel.door.do(self._panel.guard, action, *content)
            self._panel.door.speak(self.show)

    def _typed(self, change: Any) -> None:
        def put(text: str) -> None:
            now = self.chosen
            if now is not None and text != digits(values(self._fit.parameters)[now.number - 1]):
                self._fit.set(f"{now.number}={number(text)!r}")

        self._hear(put, change["new"])

    def _linked(self, change: Any) -> None:
        def put(text: str) -> None:
            now, target = self.chosen, text.strip().removeprefix("=").strip()
            if now is not None and target != now.link:
                self._fit.link(now.number, target or None)

        self._hear(put, change["new"])

    def _frozen(self, change: Any) -> None:
        def put(*, frozen: bool) -> None:
            now = self.chosen
            if now is not None and frozen != now.frozen:
                (self._fit.freeze if frozen else self._fit.thaw)(str(now.number))

        self._hear(lambda: put(frozen=change["new"]))

    def _act(self, name: str) -> Any:
        def act() -> None:
            if self.chosen is not None:
                getattr(self._fit, name)(str(self.chosen.number))

        return act


def _words(p: Parameter) -> str:
    """Name a parameter, in whatever group, with its unit."""
    unit = f" [{p.unit}]" if p.unit else ""
    model = f"{p.model}:" if p.model else ""
    return f"{model}{p.component}.{p.name}{unit}"


def _place(parameter: Parameter) -> str:
    """Say which parameter it is, in whatever group."""
    return f"{parameter.model}|{parameter.component_number}|{parameter.name}"
