"""The fit panel: a model, one row per parameter, the statistic, Fit, Errors, what came out."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.job import State
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, band_boxes, unready
from nuwidgets.panels.fit_model import ModelEditor
from nuwidgets.panels.fit_more import MoreOfFit, statistic_box
from nuwidgets.panels.fit_progress import Falling
from nuwidgets.panels.fit_result import result_html
from nuwidgets.panels.fit_style import FIT_STYLE
from nuwidgets.panels.parameter_rows import ParameterRows
from nuwidgets.panels.results_export import ResultsExport

if TYPE_CHECKING:
    from nuwidgets.session import Session


FEW_FLUXES = 4
"""Of so many data groups each flux is said, of more from where to where they go."""


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
        self.result = w.HTML().add_class("nuw-big")
        self.flux = w.HTML().add_class("nuw-num").add_class("nuw-flux")
        self.model, self.more = ModelEditor(self), MoreOfFit(self)
        self.rows, self.falling = ParameterRows(self), Falling(self.session)
        self.export = ResultsExport(self)
        self.ends += [self.rows.close, self.model.components.close]
        self.fill(
            w.HTML(FIT_STYLE, layout=w.Layout(display="none")),
            *self._settings(),
            self.rows.box,
            self._buttons(),
            self.result,
            self._flux(),
            self.export.box,
        )
        self._follow()

    def _follow(self) -> None:
        session = self.session
        fit, errors, curve = session.fit, session.errors, session.curve
        self.follow(fit, beside=(errors, curve))
        self.head.serve(fit, errors, session.flux)
        self.watch(fit, ["parameters", "product", "state", "groups", "responses"], self.rows.show)
        self.watch(fit, ["product", "state", "model"], self._show_result)
        self.watch(fit, ["progress", "state"], self.falling.show)
        self.watch(fit, ["statistic", "weight", "test_statistic"], self.more.show)
        self.watch(fit, ["product", "state", "parameters"], self.export.show)
        self.watch(errors, ["product", "state"], self.rows.show)
        self.watch(curve, ["product", "state", "error"], self._show_result)
        self.watch(session.flux, ["product", "state"], self._show_flux)
        for show in (self.rows.show, self._show_result, self._show_flux, self.export.show):
            show()

    def _settings(self) -> tuple[w.Widget, ...]:
        more = w.Accordion(children=[self.more.box], titles=("More",))
        more.selected_index = None
        more.layout.width = "100%"
        line = w.HBox([self.model.line, statistic_box(self)]).add_class("nuw-model-line")
        self.model.line.layout.flex = "1 1 420px"
        return line, self.model.components.box, more

    def _buttons(self) -> w.Widget:
        fit, errors = self.session.fit, self.session.errors
        buttons = (
            ("Fit", "s.fit.run()", fit.submit, "primary"),
            ("Errors", "s.errors.run()", errors.submit, ""),
            ("Reset", "s.fit.reset()", fit.reset, ""),
        )
        self.acts = [self.button(t, tip, act, style=style) for t, tip, act, style in buttons]
        self._hows = [how for _, how, *_ in buttons]
        return w.HBox([*self.acts, self.falling.box]).add_class("nuw-row")

    def _flux(self) -> w.Widget:
        lo, hi = band_boxes(self, [self.session.flux], "flux [keV]", "s.flux.band = (2, 10)")
        return w.HBox([lo, hi, self.flux]).add_class("nuw-row")

    def _show_result(self) -> None:
        curve = self.session.curve
        for button, how in zip(self.acts, self._hows, strict=True):
            allow(button, how, unready(self.session))
        if curve.state is State.STALE:
            return  # a newer statistic is on its way, or the message says why not
        text = result_html(self.session)
        if text != self.result.value:
            self.result.value = text

    def _show_flux(self) -> None:
        step = self.session.flux
        text = ""
        if step.product is not None:
            fluxes = step.product.erg_per_cm2_s
            said = list(dict.fromkeys(f"{v:.4g}" for v in fluxes))
            if len(said) > FEW_FLUXES:
                said = [f"{min(fluxes):.4g} to {max(fluxes):.4g}"]
            text = f"{', '.join(said)} erg cm⁻² s⁻¹ (absorbed)"
        if step.state is State.FAILED:
            text = html.escape(str(step.error))
        if text != self.flux.value:
            self.flux.value = text
