"""How images are looked at: colours, limits, zoom and pan, remembered in the session's views."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import binned
from nuwidgets.panels.view_links import rescaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.image import Image
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.panels.base import Panel
    from nuwidgets.widgets.image_view import ImageView

FIELD_PIXELS = 380.0
"""Width of the part of the sky first shown, pixels: NuSTAR's field and a little around."""
COLOURS = ("stretch", "colormap")
LIMITS = ("range_lo", "range_hi")
TOP_PERCENT = 99.9
"""Of values over the exposure so many are within the colours: at the rim they are noise."""


@dataclass
class Seen:
    """What a view shows."""

    own: tuple[float, float]
    """Limits of the colours that the image brings."""
    unit: str = "counts"
    """Of its values."""
    binning: int = 0
    """Sky pixels per pixel; 0 while nothing is shown."""
    sky: bool = True
    """Whether it is the sky."""
    blinks: bool = False
    """Whether several planes are shown in turn, each with limits of its own."""


class ImageLooks:
    """Brings views to the looks of an earlier time, and remembers what a hand changes.

    Parameters
    ----------
    panel : Panel
        Its session remembers.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._session = panel, panel.session
        self._seen: dict[str, Seen] = {}
        self._drawing = False

    def take(self, key: str, view: ImageView) -> None:
        """Give a new view the looks that are remembered, and follow its hand from now on."""
        known = self._known(key)
        for trait in (*COLOURS, *LIMITS):
            if known.get(trait) is not None:
                setattr(view, trait, known[trait])
        # what a hand has set is never equal to what the image brings
        own = (
            math.nan if known.get("range_lo") is not None else view.range_lo,
            math.nan if known.get("range_hi") is not None else view.range_hi,
        )
        self._seen[key] = Seen(own, known.get("unit", "counts"))
        view.observe(partial(self._changed, key, view), [*COLOURS, *LIMITS, "view"])

    def _known(self, key: str) -> dict[str, Any]:
        return self._session.views.get(f"image.{key}", {})

    @contextmanager
    def drawing(self, key: str, image: Image, *, blinks: bool = False) -> Iterator[None]:
        """Take what changes inside for the image's doing, not a hand's."""
        self._drawing, seen = True, self._seen[key]
        try:
            yield
        finally:
            self._drawing = False
            seen.binning, seen.sky, seen.blinks = image.binning, image.frame == "sky", blinks

    def _changed(self, key: str, view: ImageView, _change: object) -> None:
        if not self._drawing and self._seen[key].binning:
            self._panel.door.do(self._panel.guard, self._remember, key, view)

    def _remember(self, key: str, view: ImageView) -> None:
        seen = self._seen[key]
        now: dict[str, Any] = {trait: getattr(view, trait) for trait in COLOURS}
        if not seen.blinks:
            now["unit"] = seen.unit
            for trait, own in zip(LIMITS, seen.own, strict=True):
                value = getattr(view, trait)
                now[trait] = None if value == own else value
        if seen.sky:
            now["view"], now["binning"] = dict(view.view), seen.binning
        known = self._known(key)
        news = {name: value for name, value in now.items() if known.get(name) != value}
        if news:
            self._session.view(f"image.{key}", **news)

    def limits(
        self, key: str, view: ImageView, values: NDArray[Any], unit: str
    ) -> tuple[float, float]:
        """Give the limits of the colours: those of the image, or what a hand has set."""
        seen, own = self._seen[key], own_limits(values, unit)
        before, same = seen.own, seen.unit == unit and not seen.blinks
        seen.own, seen.unit = own, unit
        if not same:
            return own
        lo, hi = view.range_lo, view.range_hi
        shown = own[0] if lo == before[0] else lo, own[1] if hi == before[1] else hi
        return shown if shown[0] < shown[1] else own

    def look(
        self, key: str, dataset: EventDataset, image: Image, plane: TangentPlane | None
    ) -> dict[str, float]:
        """Give the part of the image that is shown first: as remembered, or around the source."""
        if image.frame != "sky":
            return {}
        known = self._known(key)
        if "view" in known:
            return rescaled(known["view"], known.get("binning", 1), image.binning)
        n_y, n_x = image.counts.shape
        shapes = dataset.regions.source.to_pixel(plane).shapes
        first = binned(shapes[0], image.binning) if shapes else None
        at = (first.x, first.y) if first and isinstance(first.x, float) else None
        x, y = at or ((n_x - 1) / 2, (n_y - 1) / 2)
        zoom = max(n_x, n_y) * image.binning / FIELD_PIXELS
        return {"x": x, "y": y, "zoom": max(1.0, zoom)}


def own_limits(values: NDArray[Any], unit: str) -> tuple[float, float]:
    """Give the limits of the colours that an image brings."""
    if values.dtype.kind in "iu":
        return 0.0, max(float(values.max()) if values.size else 0.0, 1.0)
    finite = values[np.isfinite(values)]
    if "⁻¹" in unit:
        finite = finite[finite > 0]
        top = float(np.percentile(finite, TOP_PERCENT)) if finite.size else 0.0
    else:
        top = float(finite.max()) if finite.size else 0.0
    return 0.0, top if top > 0 else 1.0
