"""The fit panel: a model, one row per parameter, the statistic, Fit, Errors, Reset."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.job import State
from nuwidgets.domain.fit import CHI, CSTAT
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import band_boxes
from nuwidgets.panels.parameter_rows import ParameterRows
from nuwidgets.science.models.absorption import ABUNDANCES, CROSS_SECTIONS

if TYPE_CHECKING:
    from nuwidgets.session import Session

_STATISTICS = (("chi-square", CHI), ("cstat / W", CSTAT))


class FitPanel(Panel):
    """Model, parameters and what came out; sliders move the curve while they are dragged.

    Parameters
    ----------
    session : Session
        Its fit is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Fit")

    def build(self) -> None:
        """Make model, rows, buttons and results."""
        session = self.session
        self.result = w.HTML().add_class("nuw-big")
        self.flux = w.HTML().add_class("nuw-num").add_class("nuw-flux")
        self.rows = ParameterRows(self)
        self._ends.append(self.rows.close)
        self.fill(self._model(), self.rows.box, self._buttons(), self.result, self._flux())
        self.follow(session.fit, beside=(session.errors, session.curve))
        self.head.serve(session.fit, session.errors, session.flux)
        self.watch(session.fit, ["parameters", "product", "state"], self.rows.show)
        self.watch(session.fit, ["product", "state", "model"], self._show_result)
        self.watch(session.errors, ["product", "state"], self.rows.show)
        self.watch(session.curve, ["product", "state", "error"], self._show_result)
        self.watch(session.flux, ["product", "state"], self._show_flux)
        for show in (self.rows.show, self._show_result, self._show_flux):
            show()

    def _model(self) -> w.Widget:
        fit = self.session.fit
        model = w.Text(
            description="model",
            continuous_update=False,
            placeholder="tbabs*powerlaw",
            tooltip='s.fit.model = "tbabs*powerlaw"',
            layout=w.Layout(width="360px"),
        )
        statistic = w.Dropdown(
            options=_STATISTICS,
            description="statistic",
            tooltip='s.fit.statistic = "cstat"',
            layout=w.Layout(width="210px"),
        )
        self.tie(model, fit, "model")
        self.tie(statistic, fit, "statistic")
        more = w.Accordion(children=[self._more()], titles=("More",))
        more.selected_index = None
        more.layout.width = "100%"
        return w.VBox([w.HBox([model, statistic]).add_class("nuw-row"), more])

    def _more(self) -> w.Widget:
        fit = self.session.fit
        abundance = w.Dropdown(options=ABUNDANCES, description="abundance")
        cross = w.Dropdown(options=CROSS_SECTIONS, description="cross section")
        abundance.tooltip = 's.fit.abundance = "wilm"'
        cross.tooltip = 's.fit.cross_section = "vern"'
        delta = w.FloatText(description="error Δ", tooltip="s.errors.delta = 2.706")
        for box in (abundance, cross, delta):
            box.layout.width = "190px"
        self.tie(abundance, fit, "abundance")
        self.tie(cross, fit, "cross_section")
        self.tie(delta, self.session.errors, "delta")
        return w.HBox([abundance, cross, delta]).add_class("nuw-row")

    def _buttons(self) -> w.Widget:
        fit, errors = self.session.fit, self.session.errors
        buttons = (
            ("Fit", "s.fit.run()", fit.submit, "primary"),
            ("Errors", "s.errors.run()", errors.submit, ""),
            ("Reset", "s.fit.reset()", fit.reset, ""),
        )
        self.acts = [self.button(t, tip, act, style=style) for t, tip, act, style in buttons]
        return w.HBox(self.acts).add_class("nuw-row")

    def _flux(self) -> w.Widget:
        lo, hi = band_boxes(self, [self.session.flux], "flux [keV]", "s.flux.band = (2, 10)")
        return w.HBox([lo, hi, self.flux]).add_class("nuw-row")

    def _show_result(self) -> None:
        fit, curve = self.session.fit, self.session.curve
        for button in self.acts:
            button.disabled = not (fit.model and fit.above)
        if curve.state is State.STALE:
            return  # a newer statistic is on its way, or the message says why not
        text = ""
        if curve.product is not None and fit.model:
            shown = curve.product
            name = html.escape(shown.statistic_name or fit.statistic)
            text = f"{name} <b>{shown.statistic:.2f}</b> for {shown.dof} degrees of freedom"
            best = fit.product
            if fit.state is State.FRESH and best is not None:
                text += " · best fit"
                if math.isfinite(best.null_probability):
                    text += f", null probability {best.null_probability:.2g}"
                if not best.converged:
                    text += " (the minimiser does not trust it)"
        if text != self.result.value:
            self.result.value = text

    def _show_flux(self) -> None:
        step = self.session.flux
        text = ""
        if step.product is not None:
            values = [f"{v:.4g}" for v in step.product.erg_per_cm2_s]
            text = f"{', '.join(dict.fromkeys(values))} erg cm⁻² s⁻¹ (absorbed)"
        if step.state is State.FAILED:
            text = html.escape(str(step.error))
        if text != self.flux.value:
            self.flux.value = text
