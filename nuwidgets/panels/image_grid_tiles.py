"""What the tiles of an image grid say and show: order, words, places, regions, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.core.links import failed_of
from nuwidgets.domain.pixel_shapes import PixelShape
from nuwidgets.domain.region import Region
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.panels.region_codec import from_view, to_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.thumbnails import Thumbnails

TOP_PERCENT = 99.9
"""Of the pixels of each image so many are within the colours."""
ARCSEC = 1.0 / 3600.0
PER_KS = 1000.0
INKS = {"source": ("#5DF08A", "-"), "background": ("#8FF5DC", "--")}
"""Colour and line of the regions in a figure, as on the screen."""
EXCLUDED = "#FF7A70"


def days_of(starts_mjd: dict[str, float], event_mjd: float | None) -> dict[str, float]:
    """Give the day of each observation, since the event or else since the first of them."""
    known = [start for start in starts_mjd.values() if np.isfinite(start)]
    origin = event_mjd if event_mjd is not None else min(known, default=0.0)
    return {name: start - origin for name, start in starts_mjd.items()}


def day_words(day: float) -> str:
    """Write a day; empty for none.

    Examples
    --------
    >>> day_words(125.31), day_words(float("nan"))
    ('day 125.3', '')
    """
    return f"day {day:.1f}" if np.isfinite(day) else ""


def days_words(days: Iterable[float]) -> str:
    """Write from when to when; empty where no day is known.

    Examples
    --------
    >>> days_words([3.0, 1.25, float("nan")])
    ', day 1.2 to 3.0'
    """
    known = [day for day in days if np.isfinite(day)]
    return f", day {min(known):.1f} to {max(known):.1f}" if known else ""


def time_words(seconds: float) -> str:
    """Write an exposure.

    Examples
    --------
    >>> time_words(4812.0), time_words(640.0), time_words(float("nan"))
    ('4.8 ks', '640 s', '')
    """
    if not np.isfinite(seconds):
        return ""
    return f"{seconds / PER_KS:.1f} ks" if seconds >= PER_KS else f"{seconds:.0f} s"


def image_tile(
    dataset: EventDataset, facts: dict[str, Any], *, apart: bool, used: bool
) -> dict[str, Any]:
    """Give what a tile says of an observation; `facts` are its day, exposure and counts."""
    failed = failed_of(dataset.screen)
    own = "own regions" if apart else ""
    state = "failed" if failed else ("apart" if apart else "") if facts else "waiting"
    why = str(failed.error) if failed else "" if facts else "not read yet"
    day = day_words(facts["day"] if facts else np.nan) or dataset.name
    exposure = time_words(facts["exposure_s"]) if facts else ""
    counts = f"{facts['counts']:,} counts in the field" if facts else ""
    left_out = "" if used else "not in the fit"
    said = (day, dataset.name, exposure, counts, own, left_out, why)
    return {
        "id": dataset.name,
        "title": day,
        "note": exposure,
        "foot": " · ".join(filter(None, (dataset.name, own))),
        "state": state,
        "why": why,
        "used": used,
        "says": ", ".join(filter(None, said)),
    }


def factors_of(product: Thumbnails, *, per_ks: bool) -> Floats:
    """Give what the counts of each image are multiplied by, shape (n,)."""
    if not per_ks:
        return np.ones(len(product.names))
    with np.errstate(divide="ignore"):
        factors: Floats = np.where(product.exposure_s > 0, PER_KS / product.exposure_s, 0.0)
    return factors


def top_of(product: Thumbnails, factors: Floats) -> float:
    """Give the upper end of the colours: that which holds nearly all pixels of every image."""
    if not product.counts.size:
        return 1.0
    flat = product.counts.reshape(len(product.names), -1)
    tops = np.percentile(flat, TOP_PERCENT, axis=1) * factors
    least = float(np.min(factors, initial=1.0, where=factors > 0))
    return max(float(tops.max()), least)


def source_rates(product: Thumbnails, sources: dict[str, Region]) -> dict[str, float]:
    """Give the counts/s of each image inside the source region, background not subtracted."""
    y, x = np.mgrid[: product.side, : product.side]
    found = {}
    for k, name in enumerate(product.names):
        source, plane, exposure = sources.get(name, Region()), product.planes[k], 0.0
        if plane is not None and source and product.exposure_s[k] > 0:
            inside = source.contains(x, y, plane)
            exposure = float(product.counts[k][inside].sum() / product.exposure_s[k])
        found[name] = exposure
    return found


def region_shapes(
    product: Thumbnails, regions: Iterable[tuple[str, Region, Region]]
) -> dict[str, list[dict[str, Any]]]:
    """Give the shapes that are drawn, in arcsec from the middle: those of most under ``""``.

    Parameters
    ----------
    product : Thumbnails
        Says where the middle is.
    regions : iterable of (str, Region, Region)
        Name, source and background of each observation.
    """
    if product.center is None:
        return {}
    plane = TangentPlane(*product.center, 0.0, 0.0, -ARCSEC, ARCSEC)
    pairs = {name: (source, background) for name, source, background in regions}
    turns = [*pairs.values()]
    usual = max(turns, key=turns.count) if turns else None
    made = {pair: _items(*pair, plane) for pair in dict.fromkeys(turns)}
    own = {name: made[pair] for name, pair in pairs.items() if pair != usual}
    return {"": made[usual], **own} if usual is not None else own


def _items(source: Region, background: Region, plane: TangentPlane) -> list[dict[str, Any]]:
    found = []
    for role, region in (("source", source), ("background", background)):
        # pixels of one observation's image are another place in these
        on_sky = Region(tuple(s for s in region.shapes if not isinstance(s, PixelShape)))
        found += [{**item, "label": ""} for item in to_view(on_sky, role, plane)]
    return found


def lines_of(shapes: dict[str, list[dict[str, Any]]]) -> dict[str, list[tuple[Any, Any, str, str]]]:
    """Give the rims of shapes as a figure has them: x, y, colour and line, by name."""
    from nuwidgets.figures.outline import outline

    found: dict[str, list[tuple[Any, Any, str, str]]] = {}
    for name, items in shapes.items():
        found[name] = []
        for item in items:
            colour, dash = INKS[item["role"]]
            colour, dash = (EXCLUDED, ":") if item["exclude"] else (colour, dash)
            for shape in from_view([item], item["role"], None).shapes:
                place: Any = shape
                found[name].append((*outline(place), colour, dash))
    return found
