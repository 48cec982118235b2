"""The image grid: many observations as small images of one field, day by day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.campaign import event_files
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import band_boxes, together
from nuwidgets.panels.export import export_row
from nuwidgets.panels.grid_hands import HOW, give_hands
from nuwidgets.panels.grid_look import DAY, NAME, RATE, SORTS, GridLook
from nuwidgets.panels.image_grid_tiles import (
    days_of,
    days_words,
    factors_of,
    image_tile,
    lines_of,
    region_shapes,
    source_rates,
    top_of,
)
from nuwidgets.panels.onlooking import look_at
from nuwidgets.widgets.image_grid import COLORMAPS, GRID_STRETCHES, ImageGridView, image_traits

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.thumbnails import Thumbnails
    from nuwidgets.session import Session

PLACE = "image grid"
COUNTS, PER_KS = "counts", "counts ks⁻¹"
USUAL: dict[str, Any] = {
    "sort": DAY,
    "size": 150,
    "colormap": "inferno",
    "stretch": "log",
    "values": COUNTS,
    "range_hi": None,
    "regions": True,
}
"""How the images are looked at; without an upper limit one is found from the images."""
CENTER = "s.thumbnails.center = (ra_deg, dec_deg)"


class ImageGridPanel(Panel):
    """Small images of all event files, in the same colours, with their regions.

    A click looks at an observation (`Session.look_at`), a tick includes it in the fit
    (`Session.use`).

    Parameters
    ----------
    session : Session
        Its event files are shown.
    most_px : int
        Height from which the tiles scroll, CSS pixels.
    """

    view: ImageGridView
    """The tiles; there is none while the session has no datasets for it."""

    def __init__(self, session: Session, *, most_px: int = 640) -> None:
        super().__init__(session, "Images by day", most_px=most_px)

    def build(self) -> None:
        """Make controls for the event files of now; the tiles stay where they are."""
        self.remaking.looks_at = lambda: self.session.names
        self._datasets = {d.name: d for d in event_files(self.session)}
        self._step = self.session.thumbnails
        self._due: set[Callable[[], object]] = set()
        if not self._datasets:
            if hasattr(self, "view"):
                del self.view  # it is closed with the body
            self.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
            return
        if not hasattr(self, "view"):
            self.view = ImageGridView(most_px=self.options["most_px"])
            give_hands(self, self.view)
        self.look = GridLook(self, PLACE, USUAL, self._draw)
        how = w.HTML(HOW).add_class("nuw-note")
        save = export_row(self, "images_by_day.pdf", self._figure)
        self.fill(self._settings(), self._colours(), self.view, how, save)
        self.follow(self._step)
        self.head.serve(self._step, self.session.shared)
        look_at(self, self._step)
        self._watch()
        self._draw()

    def _settings(self) -> w.Widget:
        lo, hi = band_boxes(self, [self._step], "Energy [keV]", "s.thumbnails.band = (0.3, 10)")
        field = w.FloatText(
            description="field [′]",  # noqa: RUF001
            step=1.0,
            tooltip="s.thumbnails.field_arcmin = 10",
            layout=w.Layout(width="110px"),
        )
        field.style.description_width = "initial"
        self.tie(field, self._step, "field_arcmin")
        center = self.button("Centre on source", CENTER, self._center)
        sort = self.look.choice("sort", "sort by", SORTS, "190px")
        row = w.HBox([together(lo, hi), field, center, sort])
        return row.add_class("nuw-row")

    def _colours(self) -> w.Widget:
        look = self.look
        self.top = look.number("range_hi", "up to", "found")
        row = w.HBox(
            [
                look.choice("colormap", "colours", COLORMAPS, "155px"),
                look.choice("stretch", "stretch", GRID_STRETCHES, "140px"),
                look.choice("values", "values", (COUNTS, PER_KS), "158px"),
                self.top,
                look.tick("regions", "regions"),
                look.size(),
            ]
        )
        return row.add_class("nuw-row")

    def _watch(self) -> None:
        self.watch(self._step, ["product"], self._draw)
        self.watch(self.session, ["used", "focus"], partial(self._soon, self._dress))
        self.watch(self.session.find, ["event_mjd"], self._dress)
        self.watch(self.session.shared, ["apart"], partial(self._soon, self._dress))
        for dataset in self._datasets.values():
            roles = ["source", "background"]
            self.watch(dataset.regions, roles, partial(self._soon, self._outline))
            for step in (dataset.events, dataset.screen):
                self.watch(step, ["error"], partial(self._soon, self._dress))

    def _soon(self, draw: Callable[[], object]) -> None:
        """Draw once for all that changes in one visit."""
        if draw not in self._due:
            self._due.add(draw)
            self.door.promise(partial(self.guard, self.door.speak, self._now, draw))

    def _now(self, draw: Callable[[], object]) -> None:
        if draw in self._due:
            self._due.discard(draw)
            if not self.closed:
                draw()

    def _draw(self) -> None:
        """Show the images, in the colours that are chosen."""
        product, look = self._step.product, self.look.now()
        news: dict[str, Any] = {"tiles": self._tiles(), "focus": list(self.session.focus)}
        news |= {name: look[name] for name in ("colormap", "stretch")}
        news |= {"tile_px": look["size"], "unit": look["values"], "alt": self._words()}
        if product is not None:
            factors = factors_of(product, per_ks=look["values"] == PER_KS)
            found = top_of(product, factors)
            self.top.placeholder = f"{found:.3g}"
            news |= {
                **image_traits(product.counts),
                "places": {
                    name: [
                        k,
                        *map(
                            float, (product.pixel_arcsec[k], *product.offset_arcsec(k), factors[k])
                        ),
                    ]
                    for k, name in enumerate(product.names)
                },
                "field_arcsec": 60.0 * product.field_arcmin,
                "range_hi": look["range_hi"] if (look["range_hi"] or 0.0) > 0 else found,
                "regions": self._shapes(product),
            }
        self.view.tell(**news)

    def _dress(self) -> None:
        """Say of the tiles what is to be said now."""
        self.view.tell(tiles=self._tiles(), focus=list(self.session.focus), alt=self._words())

    def _outline(self) -> None:
        """Draw the regions where they are now."""
        product = self._step.product
        if product is not None:
            self.view.tell(regions=self._shapes(product))

    def _shapes(self, product: Thumbnails) -> dict[str, list[dict[str, Any]]]:
        if not self.look["regions"]:
            return {}
        every = self._datasets.items()
        pairs = [
            (n, d.regions.source or Region(), d.regions.background or Region()) for n, d in every
        ]
        return region_shapes(product, pairs)

    def _facts(self) -> dict[str, dict[str, Any]]:
        """Give day, exposure and counts of each observation that has an image."""
        product: Thumbnails | None = self._step.product
        if product is None:
            return {}
        starts = dict(zip(product.names, product.start_mjd.tolist(), strict=True))
        days = days_of(starts, self.session.find.event_mjd)
        return {
            name: {
                "day": days[name],
                "exposure_s": float(product.exposure_s[k]),
                "counts": int(product.counts[k].sum(dtype=int)),
            }
            for k, name in enumerate(product.names)
        }

    def _tiles(self) -> list[dict[str, Any]]:
        facts, apart, used = self._facts(), self.session.shared.apart, self.session.used
        return [
            image_tile(d, facts.get(d.name, {}), apart=d.name in apart, used=d.name in used)
            for d in self._sorted(facts)
        ]

    def _sorted(self, facts: dict[str, dict[str, Any]]) -> list[EventDataset]:
        every, by = [*self._datasets.values()], self.look["sort"]
        if by == NAME:
            return sorted(every, key=lambda d: d.name)
        known = {name: one["day"] for name, one in facts.items() if np.isfinite(one["day"])}
        days = {d.name: known.get(d.name, np.inf) for d in every}
        if by == RATE and self._step.product is not None:
            sources = {d.name: d.regions.source or Region() for d in every}
            rates = source_rates(self._step.product, sources)
            return sorted(every, key=lambda d: (-rates.get(d.name, -1.0), days[d.name]))
        return sorted(every, key=lambda d: (days[d.name], d.name))

    def _words(self) -> str:
        """Say in one sentence what is shown."""
        facts, product = self._facts(), self._step.product
        if not facts:
            return f"Images of {len(self._datasets)} observations, not made yet"
        counts = [one["counts"] for one in facts.values()]
        when = days_words(one["day"] for one in facts.values())
        return (
            f"Images of {len(facts)} observations{when},"
            f" {product.request.band if product.request else ''},"
            f" {product.field_arcmin:g} arcmin wide,"
            f" {min(counts):,} to {max(counts):,} counts in the field"
        )

    def _center(self) -> None:
        """Put the middle of the field on the source."""
        shared, first = self.session.shared, next(iter(self._datasets.values()))
        region = shared.source or first.regions.source or Region()
        shape: Any = next((one for one in region.shapes if hasattr(one, "ra_deg")), None)
        if shape is None:
            raise InputError(
                "Cannot centre the images: there is no source region on the sky. Draw one first."
            )
        self._step.center = (shape.ra_deg, shape.dec_deg)

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.image_grid import figure_image_grid

        product = self._step.product
        if product is None:
            raise InputError("There are no images to draw yet. Wait for them.")
        view, tiles = self.view, [dict(tile) for tile in self.view.tiles]
        colours = view.colormap, view.stretch
        return partial(
            figure_image_grid,
            product,
            tiles,
            lines=lines_of(dict(view.regions)),
            colours=colours,
            limits=(view.range_lo, view.range_hi),
            per_ks=self.look["values"] == PER_KS,
        )
