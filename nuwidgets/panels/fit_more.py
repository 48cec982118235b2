"""How a fit compares: statistic and its weights, test statistic, tables, engine, data groups."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.domain.fit import CHI, STATISTICS, TEST_STATISTICS, WEIGHTS
from nuwidgets.errors import InputError
from nuwidgets.science.models.absorption import ABUNDANCES, CROSS_SECTIONS
from nuwidgets.steps.fit_settings import ENGINES

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel

SHORT = {
    "chi": "chi-square",
    "cstat": "cstat / W",
    "pgstat": "pgstat",
    "pstat": "pstat",
    "lstat": "lstat",
}
"""Names of statistics in the panel."""


def statistic_box(panel: Panel) -> w.Widget:
    """Give the choice of the statistic."""
    options = [(SHORT.get(name, name), name) for name in STATISTICS]
    box = w.Dropdown(
        options=options,
        description="statistic",
        tooltip='s.fit.statistic = "cstat"',
        layout=w.Layout(width="196px"),
    )
    panel.tie(box, panel.session.fit, "statistic")
    return box


class MoreOfFit:
    """What stands under "More" in the fit panel, with words for what is chosen.

    Parameters
    ----------
    panel : Panel
        Whose settings they are.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._fit = panel, panel.session.fit
        self.words = w.HTML().add_class("nuw-note")
        boxes = (*self._choices(), self._systematic(), self._delta(), self._groups())
        self.box = w.VBox([w.HBox(boxes).add_class("nuw-row"), self.words])
        self.show()

    def show(self) -> None:
        """Say in words what is in use."""
        fit = self._fit
        parts = [f"Made small: {STATISTICS[fit.statistic]}."]
        if fit.statistic == CHI:
            parts.append(f"Errors: {WEIGHTS[fit.weight]}.")
        parts.append(f"Goodness: {TEST_STATISTICS[fit.test_statistic]}.")
        text = html.escape(" ".join(parts))
        if text != self.words.value:
            self.words.value = text
        self.weight.disabled = fit.statistic != CHI

    def _choices(self) -> tuple[w.Widget, ...]:
        self.weight = self._choice("weight", tuple(WEIGHTS), "weights", '"gehrels"')
        return (
            self.weight,
            self._choice("test_statistic", tuple(TEST_STATISTICS), "goodness", '"pchi"'),
            self._choice("abundance", tuple(ABUNDANCES), "abundance", '"wilm"'),
            self._choice("cross_section", tuple(CROSS_SECTIONS), "cross section", '"vern"'),
            self._choice("engine", ENGINES, "engine", '"xspec"'),
        )

    def _choice(self, name: str, options: tuple[str, ...], words: str, example: str) -> w.Widget:
        box = w.Dropdown(options=options, description=words)
        box.tooltip = f"s.fit.{name} = {example}"
        self._panel.tie(box, self._fit, name)
        return _placed(box)

    def _systematic(self) -> w.Widget:
        box = w.FloatText(description="systematic", tooltip="s.fit.systematic = 0.03", step=0.01)
        self._panel.tie(box, self._fit, "systematic")
        return _placed(box)

    def _delta(self) -> w.Widget:
        box = w.FloatText(description="error Δ", tooltip="s.errors.delta = 2.706")
        self._panel.tie(box, self._panel.session.errors, "delta")
        return _placed(box)

    def _groups(self) -> w.Widget:
        box = w.Text(
            description="data groups",
            placeholder="each its own",
            tooltip="s.fit.groups = (1, 1, 2)",
            continuous_update=False,
        )
        self._panel.tie(
            box,
            self._fit,
            "groups",
            to_control=lambda groups: " ".join(map(str, groups)),
            from_control=_numbers,
        )
        return _placed(box)


def _placed(box: Any) -> w.Widget:
    box.layout.width, box.style.description_width = "196px", "88px"
    placed: w.Widget = box
    return placed


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError as error:
        raise InputError(
            f"Cannot use {text!r} as data groups. Type one number for each spectrum, e.g. 1 1 2."
        ) from error
