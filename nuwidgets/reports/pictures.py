"""The figures of a report, each in two looks and two formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.evolution import Evolution
from nuwidgets.errors import InputError
from nuwidgets.figures import (
    figure_bytes,
    figure_evolution,
    figure_image,
    figure_lightcurve,
    figure_longterm,
    figure_spectrum,
)
from nuwidgets.reports import facts
from nuwidgets.reports.wording import one_line
from nuwidgets.science.longterm_flux import flux_curve

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.record import SessionRecord

DPI = {"screen": 150.0, "print": 600.0}
"""Pixels per inch of each look's PNG."""
LONGEST = 60


def pictures(record: SessionRecord) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Give the files of all figures, by name, and a sentence for each that cannot be drawn."""
    files: dict[str, bytes] = {}
    problems: list[str] = []
    for name, draw in _drawings(record).items():
        try:
            for look, dpi in DPI.items():
                figure = draw(look)
                for kind in ("pdf", "png"):
                    files[f"figures/{name}-{look}.{kind}"] = figure_bytes(figure, kind, dpi=dpi)
        except InputError as error:
            problems.append(f"Missing: the figure {name}. {error}")
    return files, tuple(problems)


def _drawings(record: SessionRecord) -> dict[str, Callable[[str], Any]]:
    found: dict[str, Callable[[str], Any]] = {}
    curve = facts.product(record, "curve")
    if curve is not None:
        old = record.steps["curve"].state not in ("fresh", "kept")
        title = "out of date" if old else ""
        found["spectrum"] = lambda look: figure_spectrum(curve, title=title, look=look)
    named = {one.name: one for one in facts.shown_datasets(record)}
    steps = [one.steps["lightcurve"] for one in named.values() if "lightcurve" in one.steps]
    steps = [step for step in steps if step.product is not None]
    if steps:
        least = min(float(step.settings.get("min_fracexp", 0.5)) for step in steps)
        curves, title = [step.product for step in steps], _title(record)
        found["lightcurve"] = lambda look: figure_lightcurve(curves, least, title=title, look=look)
    found |= _over_time(record)
    words = file_words(tuple(named))
    for name, one in named.items():
        image = one.steps["image"].product if "image" in one.steps else None
        if image is not None:
            regions = facts.regions_of(one) or (None, None)
            found[f"image-{words[name]}"] = _image(image, regions, name)
    return found


def _over_time(record: SessionRecord) -> dict[str, Callable[[str], Any]]:
    """Give what is drawn of many observations against time."""
    series, longterm = (facts.product(record, name) for name in ("series", "longterm"))
    event = record.steps["find"].settings.get("event_mjd") if "find" in record.steps else None
    found: dict[str, Callable[[str], Any]] = {}
    if longterm is not None and longterm.names:
        found["longterm"] = lambda look: figure_longterm(longterm, event_mjd=event, look=look)
    if longterm is not None and longterm.names and series is not None:
        fluxes = flux_curve(longterm, series)
        found["fluxes"] = lambda look: figure_longterm(fluxes, event_mjd=event, look=look)
    if series is not None:
        found["parameters"] = lambda look: figure_evolution(
            Evolution.of_series(series), event_mjd=event, look=look
        )
    return found


def _image(image: Any, regions: Any, name: str) -> Callable[[str], Any]:
    title = f"{one_line(name)}, {image.request.band}"
    return lambda look: figure_image(image, *regions, title=title, look=look)


def _title(record: SessionRecord) -> str:
    """Give the object's name, if all datasets saw the same."""
    names = {one_line(one.pointing.object_name) for one in facts.shown_datasets(record)}
    return names.pop() if len(names) == 1 else ""


def file_words(names: tuple[str, ...]) -> dict[str, str]:
    """Give each name as part of a file's name: plain letters, all different."""
    given: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_+-]+", "_", name)[:LONGEST].strip("_") or "dataset"
        taken = {word.lower() for word in given.values()}
        turns = (plain if n == 1 else f"{plain}_{n}" for n in range(1, len(names) + 2))
        given[name] = next(word for word in turns if word.lower() not in taken)
    return given
