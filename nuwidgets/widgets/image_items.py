"""What may lie on an image view: regions, overlays, markers, and numbers that go with them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

SHAPES = {
    "circle": ("x", "y", "r"),
    "annulus": ("x", "y", "r1", "r2"),
    "ellipse": ("x", "y", "a", "b", "angle"),
    "ellannulus": ("x", "y", "a1", "b1", "a2", "b2", "angle"),
    "box": ("x", "y", "w", "h", "angle"),
    "polygon": (),
    "panda": ("x", "y", "r1", "r2", "start", "stop"),
    "point": ("x", "y"),
}
"""The numbers of each shape: pixels, and degrees counterclockwise from +x for angles."""
STYLES = ("detector", "gap", "contour", "axis", "psf")
SHOWN = {"grid": False, "compass": True, "scale": True, "overlays": True, "markers": True}
"""What can be shown over an image, and whether it is unless told."""
WCS_KEYS = ("ra_ref_deg", "dec_ref_deg", "x_ref", "y_ref", "x_step_deg", "y_step_deg")
DETECTOR_KEYS = ("matrix", "reference", "place", "axis", "arcsec", "names")
ASKED = ("undo", "redo", "centroid", "order")
_CORNERS = 3


def region_item(item: dict[str, Any]) -> dict[str, Any]:
    """Give a region with all its marks; refuse one that cannot be drawn."""
    shape = item.get("shape")
    if shape not in SHAPES:
        hint = nearest(str(shape), SHAPES)
        raise InputError(f"Cannot show the region {item!r}: {shape!r} is not known. {hint}")
    lacking = [key for key in ("id", *SHAPES[str(shape)]) if key not in item and key != "angle"]
    corners = item.get("pts", ())
    if shape == "polygon" and len(corners) < _CORNERS:
        lacking.append("pts with three corners")
    if lacking:
        raise InputError(
            f"Cannot show the region {item!r}: it lacks {', '.join(lacking)}. "
            "Give every number of the shape, in pixels."
        )
    numbers = [item[key] for key in SHAPES[str(shape)] if key in item]
    finite(f"the region {item!r}", numbers + [number for corner in corners for number in corner])
    whole = {"role": "source", "exclude": False, "label": "", **item}
    if not isinstance(whole["role"], str) or not whole["role"]:
        raise InputError(
            f"Cannot show the region {item!r}: {whole['role']!r} is no role. "
            "Give the name of what it is for, e.g. 'source'."
        )
    return whole


def region_items(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give regions with all their marks; refuse two of one id."""
    regions = [region_item(item) for item in items]
    names = [item["id"] for item in regions]
    if len(set(names)) < len(names):
        raise InputError(
            f"Cannot show the regions: the ids {names!r} are not all different. "
            "Give each region its own id."
        )
    return regions


def overlay_item(item: dict[str, Any]) -> dict[str, Any]:
    """Give a line or polygon over the image with all its marks; refuse what cannot be drawn."""
    whole = {"kind": "line", "label": "", "style": "contour", **item}
    for key, known in (("kind", ("line", "polygon")), ("style", STYLES)):
        if whole[key] not in known:
            hint = nearest(str(whole[key]), known)
            raise InputError(f"Cannot draw {item!r}: {whole[key]!r} is not a {key}. {hint}")
    places(f"the overlay {whole['label']!r}", whole.get("pts", ()))
    return whole


def marker_item(item: dict[str, Any]) -> dict[str, Any]:
    """Give a marker with its label; refuse one without a place."""
    places(f"the marker {item!r}", [[item.get("x"), item.get("y")]])
    return {"label": "", **item}


def shown_item(given: dict[str, Any]) -> dict[str, bool]:
    """Give what is shown, with what is usual where nothing is said; refuse unknown names."""
    for name, value in given.items():
        if name not in SHOWN or not isinstance(value, bool):
            raise InputError(
                f"Cannot show {name!r}={value!r}: it must be a known name with True or False. "
                f"{nearest(str(name), SHOWN)}"
            )
    return {**SHOWN, **given}


def detector_item(given: dict[str, Any]) -> dict[str, Any]:
    """Give how detector pixels lie in the image, or nothing; refuse half a description."""
    if not given:
        return {}
    whole = {"axis": [], "arcsec": 0.0, "names": "DET1", **given}
    if set(whole) != set(DETECTOR_KEYS) or len(whole["matrix"]) != 4:  # noqa: PLR2004
        raise InputError(
            f"Cannot use {given!r} as the detector's place: it must be empty or hold "
            f"{', '.join(DETECTOR_KEYS)}, the matrix with four numbers."
        )
    pairs = [whole["reference"], whole["place"], *([whole["axis"]] if whole["axis"] else [])]
    places("the detector's place", pairs)
    finite("the detector's place", [*whole["matrix"], whole["arcsec"]])
    return whole


def numbers_item(what: str, given: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Give named numbers that are whole or empty."""
    if given and set(given) != set(keys):
        raise InputError(
            f"Cannot use {given!r} as {what}: it must be empty or hold {', '.join(keys)}."
        )
    finite(what, list(given.values()))
    return given


def places(what: str, points: Iterable[Any]) -> None:
    """Refuse points that are not pairs of finite numbers."""
    for point in points:
        if len(point) != 2:  # noqa: PLR2004
            raise InputError(f"Cannot use {what}: {point!r} is not a point. Give x and y.")
        finite(what, list(point))


def finite(what: str, numbers: list[Any]) -> None:
    """Refuse what is not a finite number."""
    bad = [n for n in numbers if not isinstance(n, int | float) or not math.isfinite(n)]
    if bad:
        raise InputError(f"Cannot use {what}: {bad[0]!r} is not a finite number. Give a number.")


def asked_item(content: dict[str, Any]) -> dict[str, Any]:
    """Give what a hand asks for, whole; refuse what is not known."""
    ask = content.get("ask")
    if ask not in ASKED:
        raise InputError(f"The image cannot ask for {ask!r}. {nearest(str(ask), ASKED)}")
    by = 1 if content.get("by", 1) > 0 else -1
    return {"ask": ask, "ids": [str(name) for name in content.get("ids", ())], "by": by}
