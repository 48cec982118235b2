"""An image with regions that a user moves: pixels, colours, zoom, sky read-out.

Python's traits are the truth and work without a browser. Pixels travel once, as bytes; stretch,
colour map, limits and zoom are applied in the browser. Image coordinates are pixels, x right and
y up, with pixel centres at integers from 0.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

STATIC = Path(__file__).with_name("static")
STRETCHES = ("linear", "sqrt", "log", "asinh")
COLORMAPS = ("viridis", "inferno", "gray", "inverted gray", "heat")
SHAPES = {
    "circle": ("x", "y", "r"),
    "annulus": ("x", "y", "r1", "r2"),
    "ellipse": ("x", "y", "a", "b", "angle"),
    "box": ("x", "y", "w", "h", "angle"),
    "polygon": (),
}
"""The numbers of each shape: pixels, and degrees counterclockwise for `angle`."""
ROLES = ("source", "background")
WCS_KEYS = ("ra_ref_deg", "dec_ref_deg", "x_ref", "y_ref", "x_step_deg", "y_step_deg")
VIEW_KEYS = ("x", "y", "zoom")


def _script() -> str:
    parts = ("image_maths.js", "image_regions.js", "image_view.js")
    return "\n".join((STATIC / part).read_text(encoding="utf-8") for part in parts)


class ImageView(anywidget.AnyWidget):
    """An image whose regions can be dragged; usable, testable and complete without a browser.

    Parameters
    ----------
    **traits
        Any trait below, by name.

    Raises
    ------
    InputError
        If a region, view or projection lacks a number, or a name is not known.

    Notes
    -----
    While a shape is dragged `dragging` is true and `regions` follows at the browser's pace, whole
    lists, newest first. A state is final when `regions` changes while `dragging` is false (a key,
    a quick drag) or when `dragging` falls: observe both to commit.

    Examples
    --------
    >>> view = ImageView(alt="Counts of FPMA")
    >>> view.set_image([[0, 1], [2, 3]])
    >>> view.regions = [{"id": "src", "shape": "circle", "x": 1, "y": 0, "r": 0.5}]
    >>> view
    ImageView(2x2 pixels, 1 region)
    """

    _esm = _script()
    _css = (STATIC / "image_view.css").read_text(encoding="utf-8")

    image = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List([1, 1]).tag(sync=True)
    dtype = traitlets.Enum(("uint8", "uint16", "float32"), "float32").tag(sync=True)
    stretch = traitlets.Enum(STRETCHES, "log").tag(sync=True)
    colormap = traitlets.Enum(COLORMAPS, "inferno").tag(sync=True)
    range_lo = traitlets.Float(0.0).tag(sync=True)
    range_hi = traitlets.Float(1.0).tag(sync=True)
    view = traitlets.Dict().tag(sync=True, echo_update=False)
    wcs = traitlets.Dict().tag(sync=True)
    regions = traitlets.List(traitlets.Dict()).tag(sync=True, echo_update=False)
    selected = traitlets.Unicode().tag(sync=True, echo_update=False)
    dragging = traitlets.Bool(default_value=False).tag(sync=True, echo_update=False)
    can_delete = traitlets.Bool(default_value=False).tag(sync=True)
    alt = traitlets.Unicode("image").tag(sync=True)
    width = traitlets.Int(480, min=300).tag(sync=True)
    height = traitlets.Int(480, min=100).tag(sync=True)

    def set_image(self, values: ArrayLike, value_range: tuple[float, float] | None = None) -> None:
        """Show an image.

        Parameters
        ----------
        values : array_like, shape (n_y, n_x)
            Row 0 is the lowest. NaN pixels stay empty.
        value_range : (float, float), optional
            Values at the two ends of the colour map; lowest and highest of the image unless given.

        Raises
        ------
        InputError
            If the array is not a plane of numbers, or the range does not rise.
        """
        plane = _plane(values)
        lo, hi = value_range or _limits(plane)
        if not lo < hi:
            raise InputError(
                f"Cannot colour the image from {lo!r} to {hi!r}: the lower limit must be below "
                "the upper. Give value_range=(lower, upper)."
            )
        pixels = _smallest(plane)
        with self.hold_sync(), self.hold_trait_notifications():
            if self.image and list(plane.shape) != self.shape:
                self.view = {}
            self.shape, self.dtype = list(plane.shape), pixels.dtype.name
            self.range_lo, self.range_hi = float(lo), float(hi)
            self.image = pixels.tobytes()

    @traitlets.validate("regions")
    def _check_regions(self, proposal: dict[str, Any]) -> list[dict[str, Any]]:
        regions = [_region(item) for item in proposal["value"]]
        names = [item["id"] for item in regions]
        if len(set(names)) < len(names):
            raise InputError(
                f"Cannot show the regions: the ids {names!r} are not all different. "
                "Give each region its own id."
            )
        return regions

    @traitlets.validate("view")
    def _check_view(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return _numbers("the view of the image", proposal["value"], VIEW_KEYS)

    @traitlets.validate("wcs")
    def _check_wcs(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return _numbers("the sky coordinates of the image", proposal["value"], WCS_KEYS)

    def __repr__(self) -> str:
        """Size and number of regions, the same in every run."""
        n_y, n_x = self.shape if self.image else (0, 0)
        plural = "" if len(self.regions) == 1 else "s"
        return f"ImageView({n_x}x{n_y} pixels, {len(self.regions)} region{plural})"


def _plane(values: ArrayLike) -> NDArray[Any]:
    plane = np.asarray(values)
    if plane.ndim != 2 or plane.size == 0 or plane.dtype.kind not in "buif":  # noqa: PLR2004
        raise InputError(
            f"Cannot show an array of shape {plane.shape!r} and type {plane.dtype.name!r} as an "
            "image: it must be two-dimensional, not empty, and of numbers."
        )
    return plane


def _limits(plane: NDArray[Any]) -> tuple[float, float]:
    finite = plane[np.isfinite(plane)]
    if finite.size == 0:
        return 0.0, 1.0
    lo, hi = float(finite.min()), float(finite.max())
    return (lo, hi) if lo < hi else (lo, lo + 1.0)


def _smallest(plane: NDArray[Any]) -> NDArray[Any]:
    """Give the pixels in the smallest of the three types that keeps each value."""
    if plane.dtype.kind != "f" or np.isfinite(plane).all():
        for kind, top in (("<u1", 255), ("<u2", 65535)):
            if plane.min() >= 0 and plane.max() <= top and not np.mod(plane, 1).any():
                return np.ascontiguousarray(plane, dtype=kind)
    return np.ascontiguousarray(plane, dtype="<f4")


def _region(item: dict[str, Any]) -> dict[str, Any]:
    shape, role = item.get("shape"), item.get("role", "source")
    for given, known in ((shape, SHAPES), (role, ROLES)):
        if given not in known:
            hint = nearest(str(given), known)
            raise InputError(f"Cannot show the region {item!r}: {given!r} is not known. {hint}")
    lacking = [key for key in ("id", *SHAPES[str(shape)]) if key not in item and key != "angle"]
    corners = item.get("pts", ())
    if shape == "polygon" and len(corners) < 3:  # noqa: PLR2004
        lacking.append("pts with three corners")
    if lacking:
        raise InputError(
            f"Cannot show the region {item!r}: it lacks {', '.join(lacking)}. "
            "Give every number of the shape, in pixels."
        )
    numbers = [item[key] for key in SHAPES[str(shape)] if key in item]
    numbers += [number for corner in corners for number in corner]
    _finite(f"the region {item!r}", numbers)
    return {"role": "source", "exclude": False, "label": "", **item}


def _numbers(what: str, given: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    if given and set(given) != set(keys):
        raise InputError(
            f"Cannot use {given!r} as {what}: it must be empty or hold {', '.join(keys)}."
        )
    _finite(what, list(given.values()))
    return given


def _finite(what: str, numbers: list[Any]) -> None:
    bad = [n for n in numbers if not isinstance(n, int | float) or not math.isfinite(n)]
    if bad:
        raise InputError(f"Cannot use {what}: {bad[0]!r} is not a finite number. Give a number.")
