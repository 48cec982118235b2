"""A module's simulated data in the archive's form: event file and housekeeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.science.nustar_response import PIXEL_ARCSEC
from nuwidgets.simulation.detector import detector_of, raw_pixels
from nuwidgets.simulation.sky_columns import sky_keywords
from nuwidgets.simulation.times import date_of
from nuwidgets.simulation.truth import SIDE

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.arrays import Integers, Mask
    from nuwidgets.simulation.photons import Photons, Scene

_DET2_SHIFT = 120
_FORMS = {
    "TIME": "D", "DET_ID": "B", "RAWX": "B", "RAWY": "B", "STATUS": "16X", "GRADE": "I",
    "SURRPI": "J", "PI": "J", "DET1X": "I", "DET1Y": "I", "DET2X": "I", "DET2Y": "I",
    "X": "I", "Y": "I",
}  # fmt: skip
_UNITS = {"TIME": "s", "PI": "chan", "SURRPI": "chan", "X": "pixel", "Y": "pixel"}


def keywords(scene: Scene) -> dict[str, Any]:
    """Give the header keywords that all files share."""
    truth, gti, clock = scene.truth, scene.gti, scene.clock
    start, stop = gti.intervals[0][0], gti.intervals[-1][1]
    plane, ontime = truth.plane, gti.ontime_s
    return {
        "TELESCOP": "NuSTAR", "INSTRUME": f"FPM{scene.mount.module}", "OBS_ID": truth.obs_id,
        "OBJECT": truth.object_name, "RA_OBJ": truth.ra_deg, "DEC_OBJ": truth.dec_deg,
        "RA_NOM": plane.ra_ref_deg, "DEC_NOM": plane.dec_ref_deg, "RA_PNT": plane.ra_ref_deg,
        "DEC_PNT": plane.dec_ref_deg, "PA_PNT": truth.roll_deg, "EQUINOX": 2000.0,
        "RADECSYS": "FK5", "TASSIGN": "SATELLITE", "TIMESYS": "TT", "MJDREFI": 55197,
        "MJDREFF": 7.6601852e-4, "TIMEREF": "LOCAL", "CLOCKAPP": False, "TIMEUNIT": "s",
        "TIMEZERO": 0.0, "TSTART": start, "TSTOP": stop, "TELAPSE": stop - start,
        "ONTIME": ontime, "LIVETIME": clock.livetime_s, "EXPOSURE": clock.livetime_s,
        "DEADC": clock.livetime_s / ontime, "DEADAPP": False, "DATE-OBS": _date(start),
        "DATE-END": _date(stop), "OBSMODE": scene.mode, "DATAMODE": "NONE", "ORIGIN": "nuwidgets",
        "CREATOR": "nuwidgets simulation", "COMMENT": "SIMULATED: no telescope saw this.",
    }  # fmt: skip


def _date(time_s: float) -> str:
    """Give a mission time as a date, UTC."""
    return date_of(time_s).strftime("%Y-%m-%dT%H:%M:%S")


def event_file(scene: Scene, photons: Photons) -> Any:
    """Give the level-2 event file with its good times, an HDUList."""
    from astropy.io import fits

    columns = _columns(photons)
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column(name, form, _UNITS.get(name), array=columns[name])
            for name, form in _FORMS.items()
        ],
        name="EVENTS",
    )
    table.header.update(_sky_keywords(scene))
    table.header.update({"HDUCLASS": "OGIP", "HDUCLAS1": "EVENTS", "HDUCLAS2": "ACCEPTED"})
    gti = fits.BinTableHDU.from_columns(
        [
            fits.Column("START", "D", "s", array=scene.gti.start_s),
            fits.Column("STOP", "D", "s", array=scene.gti.stop_s),
        ],
        name="GTI",
    )
    gti.header.update({"HDUCLASS": "OGIP", "HDUCLAS1": "GTI"})
    return completed(scene, [table, gti])


def housekeeping_file(scene: Scene) -> Any:
    """Give the live fraction of each second (HK1FPM), an HDUList."""
    from astropy.io import fits

    clock = scene.clock
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("TIME", "D", "s", array=clock.time_s),
            fits.Column("LIVETIME", "D", array=clock.live_fraction),
        ],
        name="HK1FPM",
    )
    return completed(scene, [table])


def completed(scene: Scene, tables: list[Any]) -> Any:
    """Put tables behind an empty primary array, each with the shared keywords; an HDUList."""
    from astropy.io import fits

    hdus = fits.HDUList([fits.PrimaryHDU(), *tables])
    for hdu in hdus:
        hdu.header.update(keywords(scene))
    return hdus


def save(path: Path, hdus: Any) -> None:
    """Write a file where it belongs, over what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hdus.writeto(path, overwrite=True)


def _columns(photons: Photons) -> dict[str, Any]:
    """Give the columns of the event table; positions count from 1."""
    which = detector_of(photons.det_x, photons.det_y)
    raw_x, raw_y = raw_pixels(photons.det_x, photons.det_y, which)
    det = np.rint(photons.det_x).astype(int), np.rint(photons.det_y).astype(int)
    n = len(which)
    return {
        "TIME": photons.time_s, "DET_ID": which, "RAWX": raw_x, "RAWY": raw_y,
        "STATUS": _bits(photons.status, n), "GRADE": photons.grade, "SURRPI": np.zeros(n, int),
        "PI": photons.pi, "DET1X": det[0], "DET1Y": det[1],
        "DET2X": det[0] + _DET2_SHIFT, "DET2Y": det[1] + _DET2_SHIFT,
        "X": np.rint(photons.x).astype(int) + 1, "Y": np.rint(photons.y).astype(int) + 1,
    }  # fmt: skip


def _bits(status: Integers | None, n: int) -> Mask:
    """Give the bits of `n` status words, the highest first, shape (n, 16)."""
    words = np.zeros(n, int) if status is None else status
    return ((words[:, None] >> np.arange(15, -1, -1)) & 1).astype(bool)


def _sky_keywords(scene: Scene) -> dict[str, Any]:
    """Give the keywords that place the columns X and Y on the sky."""
    names = list(_FORMS)
    words = sky_keywords(scene.truth.plane, names, SIDE, PIXEL_ARCSEC)
    n = names.index("PI") + 1
    return words | {f"TLMIN{n}": 0, f"TLMAX{n}": 4095, f"TNULL{n}": -4095}
