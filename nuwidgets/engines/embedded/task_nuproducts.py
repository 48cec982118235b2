"""``nuproducts``: spectra, light curves, image and response of a region of cleaned events.

The order is that of NuSTARDAS: user's good times, image, then source and background. What only the
calibration (CALDB) can tell is left out or approximate, and said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest
from nuwidgets.engines.embedded import task_nuproducts_words as given
from nuwidgets.engines.embedded.image import solve_image
from nuwidgets.engines.embedded.lightcurve import solve_lightcurve
from nuwidgets.engines.embedded.screen import solve_screen
from nuwidgets.engines.embedded.selection import solve_selection
from nuwidgets.engines.embedded.spectrum import solve_spectrum
from nuwidgets.files.arf import write_arf
from nuwidgets.files.gti import parse_gti_file
from nuwidgets.files.image import write_image
from nuwidgets.files.lightcurve import write_lightcurve
from nuwidgets.files.pha import write_pha
from nuwidgets.files.regions import write_regions
from nuwidgets.files.rmf import write_rmf
from nuwidgets.missions.base import mission_of
from nuwidgets.science.grouping import group_min

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.events import Events
    from nuwidgets.domain.selection import Selection
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.task_run import Run

NAME, WORDS, values = given.NAME, given.WORDS, given.values
NOT_CORRECTED = (
    "Light curves are not corrected for light outside the region nor for vignetting (nulccorr);"
    " BACKSCAL not for the exposure in gaps (nubackscale)."
)
USER_BAD = 5
"""QUALITY of channels that the user calls bad."""


def run(run: Run) -> None:
    """Extract everything.

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If a parameter is missing or cannot be used.
    """
    path = given.events_path(run)
    run.token.report(None, "reading events")
    events = _screened(run, given.events_of(run, path), str(path))
    screen = ScreenRequest(EventsRequest(str(path)))
    band = given.band_of(run, mission_of(events.pointing.telescope))
    regions = given.regions_of(run, events)
    wanted = SelectionRequest(screen, regions["source"], regions.get("background", Region()))
    curves = LightCurveRequest(
        wanted,
        band,
        run.number("binsize"),
        subtract_background=False,
        correct_livetime=run.flag("correctlc"),
    )
    with run.into(run.text("outdir") or "."):
        names = _Names(run, given.stem_of(run, path), with_background="background" in regions)
        selection = solve_selection(wanted, (events,), run.token)
        run.warnings += selection.provenance.warnings
        _regions(run, names, regions, events)
        _image(run, names, events, ImageRequest(screen, band))
        _spectra(run, names, selection)
        _light_curves(run, names, selection, curves)
    run.approximate.append(NOT_CORRECTED)


class _Names:
    """Where each product is to be written; None for what is not wanted."""

    def __init__(self, run: Run, stem: str, *, with_background: bool) -> None:
        self.stem, self._run = stem, run
        self.image = self._of("imagefile", "_sk.img")
        self.source = self._of("phafile", "_sr.pha")
        self.curve = self._of("lcfile", "_sr.lc")
        self.background = self._of("bkgphafile", "_bk.pha") if with_background else None
        self.background_curve = self._of("bkglcfile", "_bk.lc") if with_background else None
        spectrum = self.source is not None
        self.arf = self._of("outarffile", "_sr.arf") if spectrum and run.flag("runmkarf") else None
        self.rmf = self._of("outrmffile", "_sr.rmf") if spectrum and run.flag("runmkrmf") else None
        grouped = spectrum and run.flag("rungrppha")
        self.grouped = self._of("grpphafile", "_sr_grp.pha") if grouped else None
        self.source_region = run.place(f"{stem}_src.reg")
        self.background_region = run.place(f"{stem}_bkg.reg") if with_background else None

    def _of(self, parameter: str, ending: str) -> Path | None:
        return self._run.product(parameter, f"{self.stem}{ending}")


def _screened(run: Run, events: Events, path: str) -> Events:
    """Give the events of the user's times and grades."""
    run.warnings += events.provenance.warnings
    user, gti_path = None, run.text("usrgtifile")
    if gti_path:
        user, said = parse_gti_file(run.input(gti_path))
        run.warnings += said
    kept = solve_screen(ScreenRequest(EventsRequest(path), user), (events,), run.token)
    grades = given.grades_of(run)
    return kept if grades is None else kept.where(np.isin(kept.grade, grades))


def _regions(run: Run, names: _Names, regions: dict[str, Region], events: Events) -> None:
    frame = "fk5" if events.plane else "physical"
    for name, path in (("source", names.source_region), ("background", names.background_region)):
        if path is not None:
            write_regions(path, regions[name], frame, events.plane)
    run.token.check()


def _image(run: Run, names: _Names, events: Events, request: ImageRequest) -> None:
    if names.image is not None:
        run.token.report(None, "image")
        write_image(names.image, solve_image(request, (events,), run.token), events.pointing)


def _spectra(run: Run, names: _Names, selection: Selection) -> None:
    """Write the spectra and the response, linked by their names."""
    if selection.request is None or (names.source is None and names.background is None):
        return
    run.token.report(None, "spectra")
    plane = selection.events.plane
    request = ExtractedSpectrumRequest(selection.request)
    spectrum = solve_spectrum(request, (selection,), run.token)
    if names.background is not None and spectrum.background is not None:
        write_pha(names.background, spectrum.background, plane, is_background=True)
    if names.source is None:
        return
    linked = _with_response(run, names, spectrum)
    write_pha(names.source, linked, plane)
    if names.grouped is not None:
        write_pha(names.grouped, _grouped(run, linked), plane)


def _with_response(run: Run, names: _Names, spectrum: Spectrum) -> Spectrum:
    """Write the response that is wanted; give the spectrum that names it."""
    links = {"BACKFILE": names.background}
    provenance = Provenance(warnings=spectrum.provenance.warnings)
    response = spectrum.response
    if response is not None and (names.arf is not None or names.rmf is not None):
        run.token.report(None, "response")
        links |= {"ANCRFILE": names.arf, "RESPFILE": names.rmf}
        provenance = spectrum.provenance
        run.approximate.append(f"ARF and RMF are {provenance.approximate}.")
        if names.arf is not None:
            write_arf(names.arf, response, spectrum.pointing)
        if names.rmf is not None:
            write_rmf(names.rmf, response, spectrum.pointing)
    run.warnings += provenance.warnings
    run.token.check()
    named = tuple((key, path.name) for key, path in links.items() if path is not None)
    return replace(spectrum, links=named, provenance=provenance)


def _grouped(run: Run, spectrum: Spectrum) -> Spectrum:
    """Give the spectrum as grppha's ``bad`` and ``group min`` leave it."""
    low, high = run.whole("grppibadlow"), run.whole("grppibadhigh")
    outside = (spectrum.channel < low) | (spectrum.channel > high)
    marks = np.where(outside, USER_BAD, spectrum.quality)
    columns = group_min(spectrum.counts, run.number("grpmincounts"), marks)
    return replace(spectrum, grouping=columns.grouping, quality=columns.quality)


def _light_curves(
    run: Run, names: _Names, selection: Selection, request: LightCurveRequest
) -> None:
    """Write the light curves of the source and of the background, neither subtracted."""
    both = ((names.curve, "source"), (names.background_curve, "background"))
    for path, name in both:
        cut = getattr(selection, name)
        if path is None or cut is None:
            continue
        run.token.report(None, f"light curve of the {name}")
        alone = replace(selection, source=cut, background=None)
        curve = solve_lightcurve(request, (alone,), run.token)
        run.warnings += curve.provenance.warnings
        write_lightcurve(path, curve)
