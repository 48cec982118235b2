"""The parameters of a fit: a row for each, headings for models, one line for groups all tied."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

import ipywidgets as w

from nuwidgets.errors import InputError
from nuwidgets.panels.base import close_all
from nuwidgets.panels.fit_sources import SourceLine
from nuwidgets.panels.parameter_groups import GroupLine, group_names
from nuwidgets.panels.parameter_notes import error_html
from nuwidgets.panels.parameter_row import ParameterRow
from nuwidgets.panels.parameter_slider import slider_range as slider_range  # noqa: PLC0414  public
from nuwidgets.panels.parameter_table import ParameterTable
from nuwidgets.science.models.composite import Composite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.model import Parameter
    from nuwidgets.panels.base import Panel

Part: TypeAlias = GroupLine | ParameterTable | SourceLine
MOST_ROWS = 24
"""Where so many parameters of later groups are untied, they are shown as a table at first."""
MOST_LINES = 4
"""More groups that are all tied share one line."""
VIEW = "fit"
"""Name under which a session remembers how the panel looks."""


class ParameterRows:
    """The rows of one fit; made anew when the model is another one.

    Parameters
    ----------
    panel : Panel
        Whose rows they are.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._fit = panel, panel.session.fit
        self._shape: tuple[Any, ...] = ()
        self._rows: dict[int, ParameterRow] = {}
        self._parts: list[Part] = []
        self._lines, self._later = w.VBox(), w.VBox()
        tip = "Show the later groups as rows or as a table"
        self._switch = panel.button("", tip, self._turn).add_class("nuw-small")
        self._switch.layout.align_self = "flex-start"
        self.box = w.VBox([self._lines, self._switch, self._later])

    @property
    def shown(self) -> list[Parameter]:
        """The parameters that have a row: those of group 1, and untied ones of later groups.

        Beside a table only the group of an observation that is looked at is among the later ones.
        """
        parameters, tied = self._fit.parameters, tied_numbers(self._fit.parameters)
        untied = [p for p in parameters if p.group == 1 or p.number not in tied]
        if self._is_table(parameters, tied):
            return [p for p in untied if p.group in (1, self._seen_group())]
        return untied

    def _seen_group(self) -> int:
        """Give the data group of the one observation that is looked at; 1 for none or several."""
        focus = self._panel.session.focus
        names = group_names(self._panel.session)
        found = [group for group, name in names.items() if name in focus]
        return found[0] if len(found) == len(focus) == 1 else 1

    @property
    def as_table(self) -> bool:
        """Whether the later groups are shown as a table."""
        return self._is_table(self._fit.parameters, tied_numbers(self._fit.parameters))

    def _is_table(self, parameters: tuple[Parameter, ...], tied: set[int]) -> bool:
        later = [p for p in parameters if p.group > 1]
        chosen = self._panel.session.views.get(VIEW, {}).get("table")
        return bool(later) and (
            len(later) - len(tied) > MOST_ROWS if chosen is None else bool(chosen)
        )

    def show(self) -> None:
        """Show the parameters of now."""
        shown = self.shown
        if self._shape_of(shown) != self._shape:
            self.redo()
        for parameter in shown:
            row = self._rows[parameter.number]
            if not (parameter.link or row.slider.holds(parameter.value)):
                row.reach()
            self._rows[parameter.number].tell(error_html(self._panel.session, parameter))
        for part in self._parts:
            part.show()

    def redo(self) -> None:
        """Arrange the rows anew; those that are as they were stay."""
        shown, before = self.shown, self._rows
        known = dict(zip(before, self._shape[0] if self._shape else (), strict=True))
        self._shape = self._shape_of(shown)
        self._rows = {
            p.number: before[p.number]
            if known.get(p.number) == key
            else ParameterRow(self._panel, p)
            for p, key in zip(shown, self._shape[0], strict=True)
        }
        kept = [row.box for row in self._rows.values()]
        for one in (*(r for r in before.values() if r.box not in kept), *self._parts):
            one.close()
        self._parts = []
        self._arrange(shown, kept)

    def _arrange(self, shown: list[Parameter], kept: list[w.Widget]) -> None:
        old = (*self._lines.children, *self._later.children)
        self._lines.children = tuple(self._line_by_line(shown))
        table = self.as_table
        self._later.children = (self._part(ParameterTable(self._panel)),) if table else ()
        close_all(old, spare=kept)
        several = any(p.group > 1 for p in self._fit.parameters)
        self._switch.description = "Groups as rows" if table else "Groups as a table"
        self._switch.layout.display = None if several else "none"

    def close(self) -> None:
        """Untie every control; the panel closes the widgets."""
        for one in (*self._rows.values(), *self._parts):
            one.close()

    def _shape_of(self, shown: list[Parameter]) -> tuple[Any, ...]:
        rows = tuple(_shape_of_row(p) for p in shown)
        later = [p for p in self._fit.parameters if p.group > 1 and not self.as_table]
        tied = tuple(p.link for p in later)  # a table brings itself up to date
        return rows, tied, self.as_table, group_names(self._panel.session)

    def _line_by_line(self, shown: list[Parameter]) -> Iterator[w.Widget]:
        heads = self._headings()
        for model, parameters in groupby(shown, key=lambda p: p.model):
            if head := heads.get(model):
                yield head
            for group, rows in groupby(parameters, key=lambda p: p.group):
                if group > 1:
                    yield self._group(model, group)
                yield from (self._rows[p.number].box for p in rows)
            if not self.as_table:
                yield from self._all_tied(model, shown)

    def _headings(self) -> dict[str, w.Widget]:
        """Give a heading for each model, where there are several or one with a name."""
        try:
            models = Composite.parse(self._fit.model).models if self._fit.model else ()
        except InputError:  # a component of one's own that was forgotten meanwhile
            return {}
        if len(models) < 2 and not any(one.name for one in models):  # noqa: PLR2004
            return {}
        return {one.name: self._part(SourceLine(self._panel, one)) for one in models}

    def _all_tied(self, model: str, shown: list[Parameter]) -> Iterator[w.Widget]:
        """Give a line for each later group of a model of which no parameter has a row."""
        with_row = {p.group for p in shown if p.model == model}
        groups = {p.group for p in self._fit.parameters if p.model == model}
        tied = tuple(sorted(groups - with_row))
        if len(tied) > MOST_LINES:
            yield self._group(model, *tied)
        else:
            yield from (self._group(model, group) for group in tied)

    def _group(self, model: str, *groups: int) -> w.Widget:
        return self._part(GroupLine(self._panel, model, groups))

    def _part(self, part: Part) -> w.Widget:
        self._parts.append(part)
        return part.box

    def _turn(self) -> None:
        self._panel.session.view(VIEW, table=not self.as_table)
        self._panel.door.speak(self.show)


def _shape_of_row(p: Parameter) -> tuple[Any, ...]:
    return p.number, p.component, p.component_number, p.name, p.unit, p.group, p.link, p.model


def tied_numbers(parameters: tuple[Parameter, ...]) -> set[int]:
    """Give the parameters of later groups that are tied to their like in group 1, nothing more."""
    first = {
        (p.model, p.component_number, p.name): f"p{p.number}" for p in parameters if p.group == 1
    }
    return {
        p.number
        for p in parameters
        if p.group > 1 and p.link and p.link == first.get((p.model, p.component_number, p.name))
    }
