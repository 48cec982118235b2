"""The controls of the spectrum panel: what is plotted, and the files of each spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.domain.plot import ERRORS, KINDS, LOWER, X_AXES
from nuwidgets.steps.file_spectrum import FileSpectrumStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.panels.base import Panel

LOWER_WORDS = {"": "nothing"}
X_WORDS = {"keV": "energy", "channel": "bins", "angstrom": "wavelength"}
Y_AXES = {None: "as usual", True: "logarithmic", False: "linear"}
FILES = {
    "rmf_path": "response (rmf)",
    "arf_path": "area (arf)",
    "background_path": "background",
}
"""Settings of a spectrum that name files, and their words."""


def plot_row(panel: Panel) -> w.Widget:
    """Give the row that says what is plotted: kind, lower pane, components, background."""
    curve = panel.session.curve
    kind = _dropdown("plot", [(name, name) for name in KINDS], 's.curve.plot = "eeufspec"', 148)
    kind.style.description_width = "34px"
    lower = [(LOWER_WORDS.get(name, name), name) for name in LOWER]
    below = _dropdown("below", lower, 's.curve.lower = "delchi"', 148)
    below.style.description_width = "42px"
    components = _tick("components", "s.curve.components = True")
    background = _tick("background", "s.curve.background = True")
    panel.tie(kind, curve, "plot")
    panel.tie(below, curve, "lower")
    panel.tie(components, curve, "components")
    panel.tie(background, curve, "background")
    return w.HBox([kind, below, components, background]).add_class("nuw-row")


def axes_row(panel: Panel) -> w.Widget:
    """Give the row of what is seldom changed: axes, joined bins, rates per area."""
    curve = panel.session.curve
    x_axis = _dropdown("x axis", [(X_WORDS[n], n) for n in X_AXES], 's.curve.x_axis = "keV"', 160)
    log_x = _tick("log x", "s.curve.log_x = False")
    y_axis = _dropdown("y axis", list(Y_AXES.values()), "s.curve.log_y = False", 160)
    area = _tick("per area", "s.curve.area = True: rates over the effective area")
    panel.tie(x_axis, curve, "x_axis")
    panel.tie(log_x, curve, "log_x")
    meant = {words: log for log, words in Y_AXES.items()}
    panel.tie(y_axis, curve, "log_y", to_control=Y_AXES.get, from_control=meant.get)
    panel.tie(area, curve, "area")
    for one in (x_axis, y_axis):
        one.style.description_width = "46px"
    return w.HBox([x_axis, log_x, y_axis, area]).add_class("nuw-row")


def rebin_row(panel: Panel) -> w.Widget:
    """Give the row that joins bins for the plot alone."""
    curve, tip = panel.session.curve, 's.curve.rebin = "5 20"'
    sigma = w.FloatText(
        description="join to [sigma]", step=0.5, tooltip=tip, layout=w.Layout(width="160px")
    )
    most = w.BoundedIntText(
        description="bins at most",
        min=1,
        max=10_000,
        tooltip=tip,
        layout=w.Layout(width="170px"),
    )
    error = _dropdown("errors", list(ERRORS), 's.curve.rebin = "5 20 sqrt"', 150)
    error.style.description_width = "46px"
    for one in (sigma, most):
        one.style.description_width = "96px"
    panel.tie(sigma, curve, "rebin", field="min_sigma")
    panel.tie(most, curve, "rebin", field="max_bins")
    panel.tie(error, curve, "rebin", field="error")
    note = w.HTML('<span class="nuw-note">Joined for the plot alone.</span>')
    return w.HBox([sigma, most, error, note]).add_class("nuw-row")


def files_box(panel: Panel, names: Sequence[str]) -> w.Widget:
    """Give boxes for the paths of each spectrum's response, area and background."""
    rows: list[w.Widget] = []
    for name in names:
        step = panel.session.datasets[name].spectrum
        label = w.Label(name).add_class("nuw-label")
        known = [setting for setting in FILES if step.has_trait(setting)]
        boxes = [_path(panel, step, name, setting) for setting in known]
        rows.append(w.VBox([label, *boxes]))
    return w.VBox(rows, layout=w.Layout(width="100%"))


def _path(panel: Panel, step: Any, name: str, setting: str) -> w.Widget:
    usual = "the one that the file names" if isinstance(step, FileSpectrumStep) else "approximate"
    if setting == "background_path":
        usual += "; none: without"
    box = w.Text(
        description=FILES[setting],
        placeholder=usual,
        continuous_update=False,
        tooltip=f's.datasets["{name}"].spectrum.{setting} = "…"',
        layout=w.Layout(width="auto", max_width="560px"),
    )
    box.style.description_width = "104px"
    return panel.tie(box, step, setting)


def _dropdown(description: str, options: Sequence[Any], tooltip: str, width_px: int) -> Any:
    return w.Dropdown(
        options=options,
        description=description,
        tooltip=tooltip,
        layout=w.Layout(width=f"{width_px}px"),
    )


def _tick(description: str, tooltip: str) -> Any:
    return w.Checkbox(
        description=description,
        indent=False,
        tooltip=tooltip,
        layout=w.Layout(width="auto"),
    )
