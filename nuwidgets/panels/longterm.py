"""The long-term panel: rate or flux of the source over all observations, with upper limits."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import band_boxes, together
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.longterm_points import (
    FLUX,
    KINDS,
    RATE,
    described,
    flux_points,
    rate_points,
)
from nuwidgets.panels.longterm_time import PLACE, TimeChoice, label_of, link, scale_box
from nuwidgets.panels.onlooking import look_at
from nuwidgets.science.axis_scale import SCALES, is_log
from nuwidgets.science.longterm_flux import flux_curve, fluxes_of
from nuwidgets.widgets.point_items import PointPanel
from nuwidgets.widgets.point_view import PointView

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.flux_curve import FluxCurve
    from nuwidgets.domain.longterm import LongTerm
    from nuwidgets.session import Session

COUNTS, SERIES, JOINT = "counts", "series", "joint"
QUANTITIES = (("rate", COUNTS), ("flux, fits one by one", SERIES), ("flux, joint fit", JOINT))
HEIGHT = 240
"""Of the plot, CSS pixels."""
MISSING = {
    COUNTS: "No event files in this session.",
    SERIES: "No fluxes yet: fit the observations one by one, s.series.run().",
    JOINT: "No fluxes yet: fit all observations, s.flux.run().",
}


class LongTermPanel(Panel):
    """Rate or flux against time, upper limits where nothing is detected; a click looks at one.

    Parameters
    ----------
    session : Session
        All its event files are drawn.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Long-term light curve", width_px=width_px)

    def build(self) -> None:
        """Make controls and plot."""
        session, self._step = self.session, self.session.longterm
        self.remaking.looks_at = lambda: session.names
        self._drawn: tuple[Any, ...] = ()
        self.plot = PointView(width=self.options["width_px"], alt="Long-term light curve")
        self.time = TimeChoice(self, self._draw)
        self.summary = w.HTML().add_class("nuw-note")
        self.fill(*self._settings(), self.plot, self.summary, self._saves())
        link(self, self.plot)
        look_at(self, self._step)
        self.follow(self._step)
        self.head.serve(self._step)
        for step in (self._step, session.series, session.flux):
            self.watch(step, ["product", "state"], self._draw)
        self.watch(session, ["used"], self._draw)
        self._draw()

    def _settings(self) -> tuple[w.Widget, ...]:
        known = self.session.views.get(PLACE, {})
        self.quantity = w.Dropdown(
            options=QUANTITIES,
            value=known.get("quantity") if known.get("quantity") in MISSING else COUNTS,
            description="show",
            tooltip="s.longterm; fluxes of s.series or s.flux by science.longterm_flux.flux_curve",
            layout=w.Layout(width="220px"),
        )
        self.quantity.style.description_width = "34px"
        self.scale = scale_box(known.get("scale"))
        for control, name in ((self.quantity, "quantity"), (self.scale, "scale")):
            behind(self.door, control)
            control.observe(partial(self._turned, name), "value")
        lo, hi = band_boxes(self, [self._step], "Energy [keV]", "s.longterm.band = (0.3, 10)")
        limit = self._level("limits at [%]", "level", 99.73, "158px")
        error = self._level("errors at [%]", "error_level", 68.27, "158px")
        whole = w.Checkbox(description="correct for the PSF", indent=False)
        whole.tooltip, whole.layout.width = "s.longterm.corrected = True", "150px"
        self.tie(whole, self._step, "corrected")
        rows = [self.quantity, self.time.kind, self.scale], [together(lo, hi), limit, error, whole]
        return tuple(w.HBox(row).add_class("nuw-row") for row in rows)

    def _level(self, words: str, setting: str, example: float, width: str) -> w.Widget:
        box = w.FloatText(description=words, layout=w.Layout(width=width))
        box.style.description_width = "initial"
        box.tooltip = f"s.longterm.{setting} = {example!r}"
        self.tie(box, self._step, setting)
        return box

    def _saves(self) -> w.Widget:
        figure = export_row(self, "longterm.pdf", self._figure)
        table = table_row(self, "longterm.ecsv", self._table)
        return w.HBox([figure, table]).add_class("nuw-row")

    def _turned(self, name: str, change: Any) -> None:
        self.session.view(PLACE, **{name: change["new"]})
        self.door.do(self.guard, self._draw)

    def _shown(self) -> LongTerm | FluxCurve | None:
        """Give what is to be drawn; None where it is not there yet."""
        rates: LongTerm | None = self._step.product
        if rates is None or self.quantity.value == COUNTS:
            return rates
        one_by_one = self.quantity.value == SERIES
        step = self.session.series if one_by_one else self.session.flux
        product: Any = step.product
        if product is None or product.request is None:
            return None
        fluxes = fluxes_of(product) if one_by_one else self._joint(product)
        return flux_curve(rates, fluxes, product.request.band)

    def _joint(self, product: Any) -> dict[str, tuple[float, float, float]]:
        """Give the fluxes of the data groups of the joint fit, by name."""
        nothing = (float("nan"), float("nan"))
        ends = product.erg_intervals or [nothing] * len(product.erg_per_cm2_s)
        named = zip(self.session.used, product.erg_per_cm2_s, ends, strict=False)
        fresh = self.session.flux.state in (State.FRESH, State.KEPT)
        return {name: (flux, *pair) for name, flux, pair in named} if fresh else {}

    def _draw(self) -> None:
        products = self._step.product, self.session.series.product, self.session.flux.product
        looks = self.quantity.value, self.scale.value, self.time.kind.value
        states = self.session.series.state, self.session.flux.state
        now = *products, *states, *looks, self.session.used, self.session.find.event_mjd
        if now == self._drawn:
            return
        self._drawn, shown = now, self._shown()
        flux = self.quantity.value != COUNTS
        unit = FLUX if flux else RATE
        self.plot.empty = MISSING[self.quantity.value]
        if shown is None:
            self.plot.show([PointPanel(unit, (), height=HEIGHT)], KINDS, "Time")
            self.summary.value = ""
            return
        axis = self.time.axis(shown.start_mjd)
        make: Callable[..., Any] = flux_points if flux else rate_points
        points = make(shown, axis, self.session.used)
        log = is_log(SCALES[self.scale.value], [point.y for point in points])
        panel = PointPanel(f"{shown.band} [{unit}]", points, log, HEIGHT)
        self.plot.show([panel], KINDS, label_of(axis), dates=axis.dates)
        words = described(points, unit)
        self.plot.alt = f"{'Flux' if flux else 'Rate'} against time: {words}."
        self.summary.value = html.escape(f"{words[0].upper()}{words[1:]}. {self._kind_words()}")

    def _kind_words(self) -> str:
        """Say what the numbers are, and what was not done to them."""
        asked = self._step.product.request if self._step.product else None
        if asked is None:
            return ""
        if self.quantity.value != COUNTS:
            late = self.session.series.state is State.STALE and self.quantity.value == SERIES
            old = "The fits are out of date. " if late else ""
            return (
                f"{old}Limits at {asked.level:g} % are those of the rate, by the flux per rate of"
                " the fitted observation nearest in time."
            )
        part = (
            "divided by the part of a point source's photons in the region"
            if asked.corrected
            else "of the region, not corrected for what lies outside"
        )
        return (
            f"Net rates {part}; errors at {asked.error_level:g} %, detections and limits at"
            f" {asked.level:g} % (Kraft, Burrows & Nousek 1991)."
        )

    def _need(self) -> LongTerm | FluxCurve:
        shown = self._shown()
        if shown is None:
            raise InputError(f"Nothing to save. {MISSING[self.quantity.value]}")
        return shown

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.longterm import figure_longterm

        shown = self._need()
        axis = self.time.axis(shown.start_mjd)
        event = axis.event_mjd if axis.counted else None
        return partial(figure_longterm, shown, event_mjd=event, log=SCALES[self.scale.value])

    def _table(self) -> Callable[[], Any]:
        return self._need().table
