"""How images are looked at: colours, limits, zoom and pan, remembered in the session's views."""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.pixel_shapes import binned
from nuwidgets.panels.view_links import rescaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.image import Image
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.panels.base import Panel
    from nuwidgets.widgets.image_view import ImageView

FIELD_PIXELS = 380.0
"""Width of the part of the sky first shown, pixels: NuSTAR's field and a little around."""
COLOURS = ("stretch", "colormap")
LIMITS = ("range_lo", "range_hi")


class ImageLooks:
    """Brings images to the looks of an earlier time, and remembers what a hand changes.

    Parameters
    ----------
    panel : Panel
        Its session remembers.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._session = panel, panel.session
        self._own: dict[str, tuple[float, float]] = {}
        self._binning: dict[str, int] = {}
        self._drawing = False

    def take(self, name: str, view: ImageView) -> None:
        """Give a new view the looks that are remembered, and follow its hand from now on."""
        known = self._known(name)
        for trait in (*COLOURS, *LIMITS):
            if known.get(trait) is not None:
                setattr(view, trait, known[trait])
        # what a hand has set is never equal to what the image brings
        self._own[name] = (
            math.nan if known.get("range_lo") is not None else view.range_lo,
            math.nan if known.get("range_hi") is not None else view.range_hi,
        )
        view.observe(partial(self._changed, name, view), [*COLOURS, *LIMITS, "view"])

    def _known(self, name: str) -> dict[str, Any]:
        return self._session.views.get(f"image.{name}", {})

    @contextmanager
    def drawing(self, name: str, image: Image) -> Iterator[None]:
        """Take what changes inside for the image's doing, not a hand's."""
        self._drawing = True
        try:
            yield
        finally:
            self._drawing = False
            self._binning[name] = image.binning

    def _changed(self, name: str, view: ImageView, _change: object) -> None:
        if not self._drawing and name in self._binning:
            self._panel.door.do(self._panel.guard, self._remember, name, view)

    def _remember(self, name: str, view: ImageView) -> None:
        now: dict[str, Any] = {trait: getattr(view, trait) for trait in COLOURS}
        for trait, own in zip(LIMITS, self._own[name], strict=True):
            value = getattr(view, trait)
            now[trait] = None if value == own else value
        now["view"], now["binning"] = dict(view.view), self._binning[name]
        known = self._known(name)
        news = {key: value for key, value in now.items() if known.get(key) != value}
        if news:
            self._session.view(f"image.{name}", **news)

    def limits(self, name: str, view: ImageView, image: Image) -> tuple[float, float]:
        """Give the limits of the colours: those of the image, or what a hand has set."""
        before = self._own[name]
        top = float(image.counts.max()) if image.counts.size else 0.0
        own = 0.0, max(top, 1.0)
        lo, hi = view.range_lo, view.range_hi
        shown = own[0] if lo == before[0] else lo, own[1] if hi == before[1] else hi
        self._own[name] = own
        return shown if shown[0] < shown[1] else own

    def look(
        self, dataset: EventDataset, image: Image, plane: TangentPlane | None
    ) -> dict[str, float]:
        """Give the part of the image that is shown first: as remembered, or around the source."""
        known = self._known(dataset.name)
        if "view" in known:
            return rescaled(known["view"], known.get("binning", 1), image.binning)
        n_y, n_x = image.counts.shape
        shapes = dataset.regions.source.to_pixel(plane).shapes
        first = binned(shapes[0], image.binning) if shapes else None
        at = (first.x, first.y) if first and isinstance(first.x, float) else None
        x, y = at or ((n_x - 1) / 2, (n_y - 1) / 2)
        zoom = max(n_x, n_y) * image.binning / FIELD_PIXELS
        return {"x": x, "y": y, "zoom": max(1.0, zoom)}
