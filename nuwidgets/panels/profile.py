"""The profile panel: how counts fall off around the source, and where a circle cuts best."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.domain.colors import colors
from nuwidgets.domain.profile import best_of
from nuwidgets.domain.region import Circle
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, band_boxes, through_door, together
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.export import export_row, table_row
from nuwidgets.panels.onlooking import look_at
from nuwidgets.panels.profile_words import profile_words
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import BRUSH

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.profile import Profile
    from nuwidgets.session import Session

VIEW = "profile"
HALF_MARK_ARCSEC = 0.7
"""Half the width of the line that marks the best radius."""
_USE = 's.datasets["…"].profile.use_best()'


class ProfilePanel(Panel):
    """Radial profiles of the session's event files, and the radius of the largest S/N.

    Parameters
    ----------
    session : Session
        Its event datasets are drawn in one plot.
    width_px : int
        Width of the plot where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Radial profile", width_px=width_px)

    def build(self) -> None:
        """Make plot and controls for the event datasets of now."""
        self._datasets = event_datasets(self)
        self._drawn: tuple[Any, ...] = ()
        if not self._datasets:
            return
        self._make_plot()
        self.summary = w.HTML().add_class("nuw-sentence")
        self.use = self.button("Use best radius", _USE, self._use, style="primary")
        save = export_row(self, "profile.pdf", self._figure)
        table = table_row(self, "profile.csv", self._table)
        acts = w.HBox([self.use, save, table]).add_class("nuw-row")
        self.fill(*self._settings(), self.plot, self.summary, acts)
        steps = [d.profile for d in self._datasets.values()]
        look_at(self, *steps)
        self.follow(*steps)
        self.head.serve(*steps)
        for dataset in self._datasets.values():
            self.watch(dataset.profile, ["product"], self._draw)
            self.watch(dataset.profile, ["product", "state"], self._describe)
            self.watch(dataset.regions, ["source"], self._mark_now)
        self._draw()
        self._describe()

    def _make_plot(self) -> None:
        log = bool(self.session.views.get(VIEW, {}).get("log", False))
        panels = [PanelSpec("counts arcsec⁻²", log_y=True, height_px=210)]
        panels.append(PanelSpec("S/N", height_px=110))
        label, width = "Radius [arcsec]", self.options["width_px"]
        self.plot = CurveView(label, panels, log_x=log, width_px=width)
        through_door(self.door, self.plot)
        self.plot.add_spans("best", color=BRUSH, label="best radius")
        said = {"fit": "PSF + background", "background": "background"}
        hues = colors(self._datasets)
        for name, color in hues.items():
            self.plot.add_points(name, color=color, label=name)
        for name, color in hues.items():
            below, under = f"{name} background", said.pop("background", "")
            self.plot.add_steps(f"{name} fit", color=color, label=said.pop("fit", ""))
            self.plot.add_steps(below, color=color, label=under, width=1.2, dashed=True)
            self.plot.add_steps(f"{name} S/N", 1, color=color, width=1.6)
            self.plot.add_dots(f"{name} now", 1, color=color, hollow=True, size_px=9)
        self.log_x = w.Checkbox(value=log, description="log radius", indent=False)
        self.log_x.layout.width, self.log_x.tooltip = "auto", "plot.set_log_x(log=True)"
        behind(self.door, self.log_x)
        self.log_x.observe(self._scaled, "value")

    def _scaled(self, change: Any) -> None:
        self.door.speak(partial(self.plot.set_log_x, log=bool(change["new"])))
        self.session.view(VIEW, log=bool(change["new"]))

    def _settings(self) -> tuple[w.Widget, ...]:
        steps, at = [d.profile for d in self._datasets.values()], 's.datasets["…"].profile.'
        lo, hi = band_boxes(self, steps, "Energy [keV]", f"{at}band = (3, 79)")
        rings = w.FloatText(description='rings ["]', step=1.0, tooltip=f"{at}binsize_arcsec = 4")
        far = w.FloatText(description='out to ["]', step=20.0, tooltip=f"{at}max_arcsec = 300")
        for box in (rings, far):
            box.layout.width, box.style.description_width = "130px", "60px"
        middle = w.Checkbox(description="middle at the centroid", indent=False)
        holes = w.Checkbox(description="without excluded shapes", indent=False)
        middle.tooltip, holes.tooltip = f"{at}centroid = True", f"{at}mask_excluded = True"
        weighed = w.Checkbox(description="weighed by exposure", indent=False)
        weighed.tooltip = f"{at}exposure = True"
        for tick in (middle, holes, weighed):
            tick.layout.width = "auto"
        masks = w.Text(
            description="leave out", placeholder="names of regions", continuous_update=False
        )
        masks.tooltip = f'{at}mask = ("knot", "NE")'
        masks.layout.width, masks.style.description_width = "240px", "72px"
        self.tie(rings, steps, "binsize_arcsec")
        self.tie(far, steps, "max_arcsec")
        self.tie(middle, steps, "centroid")
        self.tie(holes, steps, "mask_excluded")
        self.tie(weighed, steps, "exposure")
        self.tie(masks, steps, "mask", to_control=", ".join)
        first = w.HBox([together(lo, hi), rings, far, self.log_x]).add_class("nuw-row")
        return first, w.HBox([middle, holes, weighed, masks]).add_class("nuw-row").add_class(
            "nuw-ticks"
        )

    def _profiles(self) -> dict[str, Profile]:
        products = {n: d.profile.product for n, d in self._datasets.items()}
        return {name: product for name, product in products.items() if product is not None}

    def _draw(self) -> None:
        profiles = self._profiles()
        if not profiles or tuple(profiles.values()) == self._drawn:
            return
        self._drawn = tuple(profiles.values())
        for name, one in profiles.items():
            edges = np.array(one.edges_arcsec)
            edges[0] = edges[1] / 4  # a logarithmic axis has no 0
            lo, hi, mean = edges[:-1], edges[1:], one.mean_arcsec
            rate, error = one.per_arcsec2, one.error_per_arcsec2
            self.plot.set_points(name, lo, hi, mean, rate, rate - error, rate + error)
            background = one.background_per_arcsec2
            self.plot.set_steps(f"{name} fit", edges, one.source_per_arcsec2 + background)
            self.plot.set_steps(f"{name} background", edges, background)
            radii = np.append(one.radius_arcsec[0] / 2, one.radius_arcsec)
            self.plot.set_steps(f"{name} S/N", radii, one.snr)
        best = best_of(list(profiles.values()))
        ends = () if best is None else ((best - HALF_MARK_ARCSEC, best + HALF_MARK_ARCSEC),)
        self.plot.set_spans("best", ends)
        self._mark_now()

    def _mark_now(self) -> None:
        """Mark the S/N of the source circle as it is."""
        for name, one in self._profiles().items():
            radius = self._radius_now(name)
            place = [] if radius is None or radius > one.radius_arcsec[-1] else [radius]
            self.plot.set_dots(f"{name} now", place, np.interp(place, one.radius_arcsec, one.snr))

    def _radius_now(self, name: str) -> float | None:
        shape = next(iter(self._datasets[name].regions.source.shapes), None)
        return shape.radius_arcsec if isinstance(shape, Circle) else None

    def _describe(self) -> None:
        steps = [d.profile for d in self._datasets.values()]
        known = self._profiles()
        best = best_of(list(known.values())) if known else None
        allow(self.use, _USE, "" if best is not None else "No source is seen in a profile.")
        if not self.calm(*steps):
            return
        words = [profile_words(n, one, self._radius_now(n)) for n, one in known.items()]
        if best is not None and len(known) > 1:
            words.append(f"Together best at {best:.0f} arcsec.")
        self.plot.alt = "Radial profile. " + " ".join(words)
        self.summary.value = "".join(f"<div>{html.escape(text)}</div>" for text in words)

    def _use(self) -> None:
        known = self._profiles()
        best = best_of(list(known.values()))
        if best is None:
            raise InputError("Cannot use the best radius: no source is seen in a profile.")
        for name in known:
            self._datasets[name].profile.use_best(best)

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.profile import figure_profile

        return partial(figure_profile, self._made())

    def _table(self) -> Callable[[], Any]:
        made = self._made()

        def table() -> Any:
            from astropy.table import vstack

            tables = [one.table for one in made]
            for one in tables:
                one.add_column(one.meta["instrument"], index=0, name="instrument")
            return vstack(tables, metadata_conflicts="silent")

        return table

    def _made(self) -> list[Profile]:
        made = list(self._profiles().values())
        if not made:
            raise InputError("There is no profile to write yet.")
        return made
