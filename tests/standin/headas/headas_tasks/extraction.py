"""Counts of regions as xselect gives them: spectrum, light curve, image, in files.

The counting is that of nuwidgets' own readers and masks; the files are written as HEASoft has them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.faults import TaskError
from headas_tasks.products import file_of, mark, saved, table

if TYPE_CHECKING:
    from pathlib import Path

    from headas_tasks.run import Run

GIF = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)


class Token:
    """Nobody watches and nobody stops."""

    def check(self) -> None:
        """Go on."""

    def report(self, *said: Any, **more: Any) -> None:
        """Tell nobody."""


def screened(path: str | Path, hk_path: str | Path, gti_path: str) -> Any:
    """Give the events of a file in the user's good times."""
    from nuwidgets.domain.events import EventsRequest, ScreenRequest
    from nuwidgets.engines.embedded.events import solve_events
    from nuwidgets.engines.embedded.screen import solve_screen
    from nuwidgets.errors import NuwidgetsError
    from nuwidgets.files.gti import read_gti

    request = EventsRequest(str(path), str(hk_path))
    try:
        events = solve_events(request, (), Token())
        gti = read_gti(gti_path) if gti_path else None
        return solve_screen(ScreenRequest(request, gti), (events,), Token())
    except NuwidgetsError as error:
        raise TaskError(str(error)) from error


def region_of(run: Run, path: str, events: Any, usual: Any) -> Any:
    """Give the region of a DS9 file, in pixels; `usual` where none is named."""
    from nuwidgets.domain.region import Region
    from nuwidgets.errors import NuwidgetsError
    from nuwidgets.files.regions import parse_region_file

    if not path:
        return Region.of(usual).to_pixel(events.plane)
    try:
        parsed = parse_region_file(path, events.plane)
    except NuwidgetsError as error:
        raise TaskError(f"cannot read region file '{path}': {error}") from error
    if parsed.unsupported or not parsed.region.shapes:
        raise TaskError(
            f"cannot use region file '{path}': {' '.join(parsed.unsupported) or 'no shape'}"
        )
    return parsed.region.to_pixel(events.plane)


def position(run: Run, ra: str, dec: str, events: Any) -> tuple[float, float]:
    """Give the pixel of a place: degrees, sexagesimal, or OBJECT."""
    from nuwidgets.files.regions import parse_angle

    pointing = events.pointing
    if ra.upper() == "OBJECT":
        at = pointing.ra_obj_deg, pointing.dec_obj_deg
    else:
        at = parse_angle(ra, hours=":" in ra), parse_angle(dec)
    x, y = events.plane.to_pixel(*at)
    return float(x), float(y)


def band_of(events: Any, first: int, last: int) -> Any:
    """Give the energies of channels first to last."""
    from nuwidgets.domain.band import Band
    from nuwidgets.missions.base import mission_of

    mission = mission_of(events.pointing.telescope)
    return Band(
        mission.first_kev + first * mission.channel_kev,
        mission.first_kev + (last + 1) * mission.channel_kev,
    )


def cut(events: Any, region: Any) -> Any:
    from nuwidgets.engines.embedded.selection import cut_region

    made = cut_region(events, region)
    if not made.n_pixels:
        raise TaskError("the region lies outside the image")
    return made


def counted(events: Any, one: Any) -> Any:
    from nuwidgets.engines.embedded.spectrum import counted as count

    return count(one, events)


def curve(events: Any, one: Any, band: Any, binsize_s: float, *, live: bool) -> Any:
    """Give a light curve; the background stays in it."""
    from nuwidgets.domain.lightcurve import LightCurveRequest
    from nuwidgets.domain.selection import Selection, SelectionRequest
    from nuwidgets.engines.embedded.lightcurve import solve_lightcurve

    chosen = SelectionRequest(None, one.region)
    request = LightCurveRequest(
        chosen, band, binsize_s, subtract_background=False, correct_livetime=live
    )
    return solve_lightcurve(request, (Selection(one, None, events),), Token())


def write_spectrum(run: Run, path: str, spectrum: Any, plane: Any, **keywords: Any) -> None:
    from nuwidgets.files.pha import write_pha

    write_pha(path, replace(spectrum, grouping=spectrum.grouping * 0), plane, overwrite=True)
    _without_grouping(path)
    mark(path, run, **keywords)


def _without_grouping(path: str) -> None:
    """Put keywords for the columns GROUPING and QUALITY, as the extractor does."""
    from astropy.io import fits

    with fits.open(path, mode="update") as hdus:
        old = hdus["SPECTRUM"]
        kept = [c for c in old.columns if c.name not in ("GROUPING", "QUALITY")]
        new = fits.BinTableHDU.from_columns(kept, header=old.header, name="SPECTRUM")
        new.header.update({"GROUPING": 0, "QUALITY": 0})
        hdus[hdus.index_of("SPECTRUM")] = new


def write_curve(run: Run, path: str, light: Any, factor: float = 1.0, **keywords: Any) -> None:
    """Write a light curve as the extractor does; corrected rates keep the others beside them."""
    from nuwidgets.files.output import pointing_keywords

    seen = light.fracexp > 0
    start = float(light.time_s[0])
    live = np.where(light.livetime_corrected, light.live_fraction, 1.0)[seen]
    rate, error = light.rate_per_s[seen], light.error_per_s[seen]
    columns = [
        ("TIME", "D", "s", light.time_s[seen] - start),
        ("RATE", "E", "count/s", rate * factor),
        ("ERROR", "E", "count/s", error * factor),
        ("FRACEXP", "E", "", light.fracexp[seen]),
    ]
    if light.livetime_corrected:
        columns += [
            ("RATE_ORIG", "E", "count/s", rate * live),
            ("ERROR_ORIG", "E", "count/s", error * live),
        ]
    words = {k: v for k, v in pointing_keywords(light.pointing).items() if v is not None}
    words |= {
        "TIMEZERO": start,
        "TIMEDEL": light.binsize_s,
        "TIMEPIXR": 0.0,
        "HDUCLASS": "OGIP",
        "HDUCLAS1": "LIGHTCURVE",
        "HDUCLAS2": "TOTAL",
        "HDUCLAS3": "RATE",
        "BACKAPP": False,
        "VIGNAPP": False,
        "DEADAPP": bool(light.livetime_corrected),
    }
    made = table("RATE", columns, words | keywords)
    saved(path, file_of(made, _gti(light.gti)))
    mark(path, run)


def write_plotted(run: Run, path: str, light: Any, factor: float = 1.0) -> None:
    """Write a light curve as lcurve does (.flc)."""
    from nuwidgets.files.output import pointing_keywords

    seen = light.fracexp > 0
    start, half = float(light.time_s[0]), light.binsize_s / 2
    columns = [
        ("TIME", "D", "s", light.time_s[seen] - start + half),
        ("XAX_E", "E", "s", np.full(seen.sum(), half)),
        ("RATE1", "E", "count/s", light.rate_per_s[seen] * factor),
        ("ERROR1", "E", "count/s", light.error_per_s[seen] * factor),
        ("FRACEXP", "E", "", light.fracexp[seen]),
    ]
    words = {k: v for k, v in pointing_keywords(light.pointing).items() if v is not None}
    made = table(
        "RATE", columns, words | {"TIMEZERO": start, "TIMEDEL": light.binsize_s, "TIMEPIXR": 0.5}
    )
    saved(path, file_of(made))
    mark(path, run)


def _gti(gti: Any) -> Any:
    return table("GTI", [("START", "D", "s", gti.start_s), ("STOP", "D", "s", gti.stop_s)])


def write_sky(run: Run, path: str, events: Any, first: int, last: int) -> None:
    """Write the counts image of the whole field."""
    from nuwidgets.domain.image import Image
    from nuwidgets.files.image import write_image

    good = (events.pi >= first) & (events.pi <= last)
    rows, columns = events.shape
    edges = np.arange(rows + 1) - 0.5, np.arange(columns + 1) - 0.5
    counts = np.histogram2d(events.y[good], events.x[good], bins=edges)[0].astype(int)
    write_image(path, Image(counts, events.plane), events.pointing, overwrite=True)
    mark(path, run)


def write_region(path: str | Path, region: Any, events: Any) -> None:
    from nuwidgets.domain.region import Region, to_sky
    from nuwidgets.files.regions import write_regions

    sky = Region(tuple(to_sky(shape, events.plane) for shape in region.shapes))
    write_regions(path, sky, "fk5", events.plane, overwrite=True)
