"""Spectra, light curves and images made by HEASoft's tasks, as the domain's own products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum
from nuwidgets.engines.embedded.image import finished
from nuwidgets.engines.heasoft.bench import Bench
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of
from nuwidgets.missions.targets import resolved

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events, ScreenRequest
    from nuwidgets.domain.selection import Selection
    from nuwidgets.engines.heasoft.engine import HeasoftEngine

TABLE: dict[type, str] = {
    ExtractedSpectrumRequest: "solve_spectrum",
    LightCurveRequest: "solve_lightcurve",
    ImageRequest: "solve_image",
}
"""Which function here answers each type of request."""


def solve_spectrum(
    request: ExtractedSpectrumRequest, above: tuple[Selection], token: Any, engine: HeasoftEngine
) -> Spectrum:
    """Give the spectrum of a selection, with background and response, grouped as asked.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    InputError
        If the tasks cannot do what is asked.
    """
    selection = above[0]
    maker = _maker(request.selection.screen, selection.events)
    made: Spectrum = maker.spectrum(request, selection, Bench(engine, token))
    return made


def solve_lightcurve(
    request: LightCurveRequest, above: tuple[Selection], token: Any, engine: HeasoftEngine
) -> LightCurve:
    """Give the light curve of a selection; raises as `solve_spectrum`."""
    selection = above[0]
    if beyond := request.beyond_tasks:
        raise InputError(
            f"HEASoft's products cannot make this light curve: {' and '.join(beyond)}. nuproducts"
            " and xrtproducts bin the source in equal bins, in one band. Choose these, or the"
            " embedded engine."
        )
    maker = _maker(request.selection.screen, selection.events)
    made: LightCurve = maker.lightcurve(request, selection, Bench(engine, token))
    return made


def solve_image(
    request: ImageRequest, above: tuple[Events], token: Any, engine: HeasoftEngine
) -> Image:
    """Give the image in one band or several, a run of the tasks each; raises as `solve_spectrum`.

    The exposure that counts are divided by, if asked, is the embedded engine's, or that of a file.
    """
    if request.frame != "sky" or request.quantity == "exposure":
        raise InputError(
            f"Cannot have frame={request.frame!r} and quantity={request.quantity!r} from HEASoft:"
            " its image is one of counts on the sky. Set engine='auto'."
        )
    maker, bench = _maker(request.screen, above[0]), Bench(engine, token)
    plain = replace(request, bands=(), smooth_px=0.0, quantity="counts", exposure=None)
    made: list[Image] = [
        maker.image(replace(plain, band=band), above[0], bench)
        for band in (request.band, *request.bands)
    ]
    first = made[0]
    if request == plain:
        return first
    planes = [one.counts for one in made]
    image = finished(request, above[0], planes, first.plane, token)
    more, own = image.provenance, first.provenance
    said = tuple(dict.fromkeys((*own.warnings, *more.warnings)))
    together = replace(own, warnings=said, approximate=more.approximate)
    return replace(image, provenance=together)


def _maker(screen: ScreenRequest, events: Events) -> Any:
    """Give the module that knows the mission's tasks."""
    mission = mission_of(events.pointing.telescope)
    heasoft = mission.processing
    if not heasoft.products:
        raise InputError(
            f"HEASoft makes no products of {mission.name} here. Use the embedded engine, or run"
            " its tasks by their names."
        )
    mode = mission.mode_of(events.pointing)
    usual = heasoft.grades[0] if heasoft.grades else (0, "")
    most, how = next((g for g in heasoft.grades if mode and g[0] == mode.max_grade), usual)
    grade = screen.max_grade
    if grade is not None and grade < most:
        raise InputError(
            f"HEASoft's products cannot leave out grades above {grade}: {mission.products}"
            f" takes all of the event file. Make the events anew by {how.format(grade=grade)}, and"
            " set max_grade to None; or use the embedded engine."
        )
    return resolved(mission, heasoft.products, "products by HEASoft")
