"""The grid of spectra: each observation's data and model, small and on the same axes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, unready
from nuwidgets.panels.export import export_row
from nuwidgets.panels.grid_hands import HOW, give_hands
from nuwidgets.panels.grid_look import DAY, NAME, RATE, SORTS, GridLook
from nuwidgets.panels.image_grid_tiles import days_of, days_words
from nuwidgets.panels.spectrum_grid_tiles import (
    Drawn,
    drawn_curve,
    drawn_series,
    seen_of,
    spectrum_tile,
)
from nuwidgets.science.small_spectra import limits_of
from nuwidgets.widgets.spectrum_grid import SpectrumGridView, spectrum_traits

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.series import Series
    from nuwidgets.panels.spectrum_grid_tiles import Seen
    from nuwidgets.session import Session

PLACE = "spectrum grid"
AUTO, EACH, JOINT = "auto", "one by one", "joint"
SHARED, OWN = "the same", "each its own"
USUAL: dict[str, Any] = {
    "fits": AUTO,
    "sort": DAY,
    "size": 180,
    "rates": SHARED,
    "ratio": False,
    "log_x": True,
    "log_y": True,
}
"""How the spectra are looked at; ``"auto"`` is one by one once there are such fits."""
FIT = "s.series.run()"
JOINED = "Bins are joined for these pictures, until 3 sigma or a twelfth of all; not in the fit."


class SpectrumGridPanel(Panel):
    """Spectra with their models, one tile for each dataset, on the same axes.

    The models are those of the fits one by one (`Session.series`), or the joint one at the
    parameters of now. A click looks at an observation, a tick includes it in the fit.

    Parameters
    ----------
    session : Session
        Its datasets are shown.
    most_px : int
        Height from which the tiles scroll, CSS pixels.
    """

    view: SpectrumGridView
    """The tiles; there is none while the session has no datasets for it."""

    def __init__(self, session: Session, *, most_px: int = 640) -> None:
        super().__init__(session, "Spectra by day", most_px=most_px)

    def build(self) -> None:
        """Make controls for the datasets of now; the tiles stay where they are."""
        self.remaking.looks_at = lambda: self.session.names
        self._series, self._curve = self.session.series, self.session.curve
        self._joint: dict[str, Drawn] = {}
        self._joint_of: tuple[Any, tuple[str, ...]] = (None, self.session.used)
        self._due = False
        if not self.session.datasets:
            if hasattr(self, "view"):
                del self.view  # it is closed with the body
            self.fill(w.HTML('<span class="nuw-note">No spectra in this session.</span>'))
            return
        if not hasattr(self, "view"):
            self.view = SpectrumGridView(most_px=self.options["most_px"])
            give_hands(self, self.view)
        self.look = GridLook(self, PLACE, USUAL, self._turn)
        self._built_for = self._fits
        notes = w.HTML(f"{HOW}<br>{JOINED}").add_class("nuw-note")
        save = export_row(self, "spectra_by_day.pdf", self._figure)
        acts = w.HBox([self._fit_button(), save]).add_class("nuw-row")
        self.fill(self._settings(), self._axes(), self.view, acts, notes)
        one, other = self._series, self._curve
        if self._built_for == JOINT:
            one, other = other, one  # type: ignore[assignment]  # both are steps
        self.follow(one, beside=(other,))
        self.head.serve(self._series)
        self._watch()
        self._draw()

    def warnings_of(self, products: list[Any]) -> list[str]:
        """Leave out what a tile says of its own observation."""
        own = tuple(f"{name}: " for name in self.session.datasets)
        return [text for text in super().warnings_of(products) if not text.startswith(own)]

    @property
    def _fits(self) -> str:
        """Which fits are shown: those chosen, else one by one once there are any."""
        fits: str = self.look["fits"]
        if fits != AUTO:
            return fits
        return JOINT if self._series.state is State.EMPTY else EACH

    def _fit_button(self) -> w.Widget:
        self.run = self.button("Fit one by one", FIT, self._series.submit, style="primary")
        self._allow()
        return self.run

    def _allow(self) -> None:
        allow(self.run, FIT, unready(self.session))

    def _settings(self) -> w.Widget:
        look = self.look
        row = w.HBox(
            [
                look.choice("fits", "models of", (AUTO, EACH, JOINT), "190px"),
                look.tick("ratio", "data / model"),
                look.choice("sort", "sort by", SORTS, "190px"),
                look.size(),
            ]
        )
        return row.add_class("nuw-row")

    def _axes(self) -> w.Widget:
        look = self.look
        rates = look.choice("rates", "rates from and to", (SHARED, OWN), "250px")
        row = w.HBox([rates, look.tick("log_x", "log energy"), look.tick("log_y", "log rate")])
        return row.add_class("nuw-row").add_class("nuw-ticks")

    def _watch(self) -> None:
        self.watch(self._series, ["product", "progress", "state"], self._soon)
        self.watch(self._curve, ["product"], self._soon)
        self.watch(self.session, ["used", "focus"], self._soon)
        self.watch(self.session.find, ["event_mjd"], self._soon)
        self.watch(self.session.fit, ["model"], self._allow)
        for dataset in self.session.datasets.values():
            self.watch(dataset.spectrum, ["product", "error"], self._soon)

    def _soon(self) -> None:
        """Draw once for all that changes in one visit."""
        if not self._due:
            self._due = True
            self.door.promise(partial(self.guard, self.door.speak, self._now))

    def _now(self) -> None:
        if self._due and not self.closed:
            self._due = False
            self._turn()

    def _turn(self) -> None:
        """Draw; where other fits are to be shown, follow these from now on."""
        if self._fits != self._built_for:
            self.rebuild()
        else:
            self._draw()

    def _shown_series(self) -> Series | None:
        """Give the fits one by one; while they are made those that are done so far."""
        progress = self._series.progress
        if self._series.state is State.RUNNING and progress is not None and progress.partial:
            now: Series = progress.partial
            return now
        product: Series | None = self._series.product
        return product

    def _take_curve(self) -> dict[str, Drawn]:
        """Give what the joint model looks like, each by the name that it was computed for."""
        product, used = self._curve.product, self.session.used
        last, of = self._joint_of
        if product is None or product is last:
            return self._joint
        # an answer that comes late is of the datasets that were used before
        certain = self._curve.state is State.FRESH or of == used
        if certain and len(product.spectra) == len(used):
            self._joint_of = product, used
            model = bool(self.session.fit.model)
            self._joint = drawn_curve(product, used, with_model=model)
        return self._joint

    def _drawn(self) -> dict[str, Drawn]:
        """Give what is drawn of each dataset, by name."""
        joint = self._take_curve()
        if self._built_for == JOINT:
            return joint
        series = self._shown_series()
        return drawn_series(series) if series is not None else {}

    def _draw(self) -> None:
        """Show what there is, in one message."""
        drawn, look = self._drawn(), self.look
        seen = {name: seen_of(one) for name, one in self.session.datasets.items()}
        small = {n: d.small for n, d in drawn.items() if d.small is not None}
        x, y = limits_of(small.values(), log_y=look["log_y"])
        own: dict[str, list[float]] = {}
        if look["rates"] == OWN:
            own = {n: [*limits_of([s], log_y=look["log_y"])[1]] for n, s in small.items()}
        tiles = self._tiles(drawn, seen)
        self.view.tell(
            **spectrum_traits({name: one.rows for name, one in small.items()}),
            tiles=tiles,
            focus=list(self.session.focus),
            x_range=[*x],
            y_range=[*y],
            y_ranges=own,
            tile_px=look["size"],
            alt=self._words(tiles, seen),
            **{name: look[name] for name in ("log_x", "log_y", "ratio")},
        )

    def _tiles(self, drawn: dict[str, Drawn], seen: dict[str, Seen]) -> list[dict[str, Any]]:
        days = self._days(seen)
        used = self.session.used
        return [
            spectrum_tile(d, drawn.get(n, Drawn()), days[n], seen[n], used=n in used)
            for n, d in self._sorted(days, seen)
        ]

    def _days(self, seen: dict[str, Seen]) -> dict[str, float]:
        starts = {name: one.start_mjd for name, one in seen.items()}
        return days_of(starts, self.session.find.event_mjd)

    def _sorted(self, days: dict[str, float], seen: dict[str, Seen]) -> list[tuple[str, Dataset]]:
        by = self.look["sort"]
        known = {name: day if np.isfinite(day) else np.inf for name, day in days.items()}
        rates = {n: one.rate_per_s if np.isfinite(one.rate_per_s) else 0 for n, one in seen.items()}

        def place(item: tuple[str, Dataset]) -> tuple[Any, ...]:
            name = item[0]
            return (name,) if by == NAME else (-rates[name] if by == RATE else 0, known[name], name)

        return sorted(self.session.datasets.items(), key=place)

    def _words(self, tiles: list[dict[str, Any]], seen: dict[str, Seen]) -> str:
        """Say in one sentence what is shown."""
        failed = [tile["id"] for tile in tiles if tile["state"] == "failed"]
        modelled = sum(bool(tile["note"]) for tile in tiles)
        what = "fitted one by one" if self._built_for == EACH else "with the joint model"
        words = f"Spectra of {len(tiles)} observations{days_words(self._days(seen).values())},"
        words += f" {modelled} {what}"
        return f"{words}; failed: {', '.join(failed)}" if failed else words

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.spectrum_grid import figure_spectrum_grid

        small = {n: d.small for n, d in self._drawn().items() if d.small is not None}
        if not small:
            raise InputError("There is no spectrum to draw yet. Wait for one, or tick some.")
        tiles = [dict(tile) for tile in self.view.tiles]
        names = ("ratio", "log_x", "log_y")
        axes: dict[str, Any] = {name: bool(self.look[name]) for name in names}
        own = self.look["rates"] == OWN
        return partial(figure_spectrum_grid, small, tiles, own_rates=own, **axes)
