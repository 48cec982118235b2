"""The fit panel: a model, one row per parameter, the statistic, Fit, Errors, Reset."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.job import State
from nuwidgets.domain.fit import CHI, CSTAT
from nuwidgets.panels.base import Panel
from nuwidgets.panels.parameter_rows import ParameterRows

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
        fit = session.fit
        self.result = w.HTML().add_class("nuw-big")
        self.flux = w.HTML().add_class("nuw-num")
        self.rows = ParameterRows(self)
        self._ends.append(self.rows.close)
        self.fill(self._model(), self.rows.box, self._buttons(), self.result, self._flux())
        self.follow(fit, beside=(session.errors,))
        self.watch(fit, ["parameters"], self.rows.show)
        self.watch(fit, ["product", "state"], self._show_result)
        self.watch(session.errors, ["product", "state"], self.rows.show)
        self.watch(session.curve, ["product", "state", "error"], self._show_result)
        self.watch(session.flux, ["product", "state"], self._show_flux)
        for show in (self.rows.show, self._show_result, self._show_flux):
            self.door.do(self.guard, show)

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
        abundance = w.Dropdown(options=("wilm", "angr", "aspl"), description="abundance")
        cross = w.Dropdown(options=("vern", "bcmc"), description="cross section")
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
        made = [self.button(t, tip, act, style=style) for t, tip, act, style in buttons]
        return w.HBox(made).add_class("nuw-row")

    def _flux(self) -> w.Widget:
        step = self.session.flux
        lo = w.FloatText(description="flux [keV]", layout=w.Layout(width="160px"))
        hi = w.FloatText(description="to", layout=w.Layout(width="100px"))
        lo.style.description_width, hi.style.description_width = "86px", "20px"
        lo.tooltip = hi.tooltip = "s.flux.band = (2, 10)"
        self.tie(lo, step, "band", field="lo_kev")
        self.tie(hi, step, "band", field="hi_kev")
        return w.HBox([lo, hi, self.flux]).add_class("nuw-row")

    def _show_result(self) -> None:
        fit, curve = self.session.fit, self.session.curve
        text = ""
        if curve.product is not None and self.session.fit.model:
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
        if text != self.result.value and curve.state is not State.STALE:
            self.result.value = text
        failed = curve.state is State.FAILED and bool(fit.model)
        self.say_of("curve", str(curve.error) if failed else "")
        warnings = fit.product.provenance.warnings if fit.product is not None else ()
        self.say_of("warnings", " ".join(warnings) if fit.state is State.FRESH else "")

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
