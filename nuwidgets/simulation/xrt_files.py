"""A look of the simulated campaign in the archive's form: events, frames, attitude, a log.

What the archive has and this does not: unfiltered events, orbit, products, the other instruments.
Such data can be analysed, not calibrated anew.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.science.swift_response import N_CHANNELS, PIXEL_ARCSEC
from nuwidgets.simulation.campaign import BROKEN, DEC_DEG, RA_DEG, TARGET, TARGET_ID, WINDOWED
from nuwidgets.simulation.packing import pack, pack_bytes
from nuwidgets.simulation.sky_columns import sky_keywords
from nuwidgets.simulation.xrt_scene import LEAPS_S, MJD_2001, SIDE, XrtScene, draw

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.simulation.campaign import Look
    from nuwidgets.simulation.xrt_scene import XrtPhotons

UT_TO_TT_DAYS = 7.4287037e-4
"""MJDREFF: terrestrial time less UTC at the beginning of 2001, days."""
KEPT_BYTES = 12_000
"""So much of a broken file is there; whole it has more than twice as many."""
_ATTITUDE_S = 5.0
_FORMS = {
    "TIME": ("D", "s"), "X": ("I", "pixel"), "Y": ("I", "pixel"), "RAWX": ("I", "pixel"),
    "RAWY": ("I", "pixel"), "DETX": ("I", "pixel"), "DETY": ("I", "pixel"), "PHAS": ("9I", "chan"),
    "PHA": ("I", "chan"), "PI": ("I", "chan"), "GRADE": ("I", None), "STATUS": ("16X", None),
    "PixsAbove": ("I", None), "CCDFrame": ("J", None),
}  # fmt: skip


def write_look(folder: Path, look: Look) -> None:
    """Simulate an observation into its folder."""
    scene, stem = XrtScene(look), f"sw{look.obs_id}"
    code = "wtw2" if look.kind == WINDOWED else "pcw3"
    events = folder / "xrt" / "event" / f"{stem}x{code}po_cl.evt"
    pack(events, _file(scene, _events(scene, draw(scene)), _gti(scene)))
    if look.kind == BROKEN:
        place = events.with_name(events.name + ".gz")
        place.write_bytes(place.read_bytes()[:KEPT_BYTES])
    pack(folder / "xrt" / "hk" / f"{stem}xhd.hk", _file(scene, _frames(scene)))
    for name, jump_deg in (("sat", 2e-3), ("pat", 0.0)):
        pack(folder / "auxil" / f"{stem}{name}.fits", _file(scene, *_attitude(scene, jump_deg)))
    says = f"SIMULATED: nothing was logged.\n{look.obs_id} {TARGET}. {look.comment}\n"
    pack_bytes(folder / "log" / f"{stem}.log", says.encode())


def date_text(time_s: float) -> str:
    """Give a mission time as a date, UTC."""
    utc = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=time_s - LEAPS_S)
    return utc.strftime("%Y-%m-%dT%H:%M:%S")


def _keywords(scene: XrtScene) -> dict[str, Any]:
    """Give the header keywords that all files share."""
    look, plane, gti = scene.look, scene.plane, scene.gti
    start, stop, ontime = gti.intervals[0][0], gti.intervals[-1][1], gti.ontime_s
    return {
        "TELESCOP": "SWIFT", "INSTRUME": "XRT", "OBS_ID": look.obs_id,
        "TARG_ID": int(TARGET_ID), "SEG_NUM": look.segment, "OBJECT": TARGET,
        "RA_OBJ": RA_DEG, "DEC_OBJ": DEC_DEG, "RA_NOM": plane.ra_ref_deg,
        "DEC_NOM": plane.dec_ref_deg, "RA_PNT": plane.ra_ref_deg, "DEC_PNT": plane.dec_ref_deg,
        "PA_PNT": look.roll_deg, "EQUINOX": 2000.0, "RADECSYS": "FK5", "ATTFLAG": "110",
        "TASSIGN": "SATELLITE", "TIMESYS": "TT", "MJDREFI": MJD_2001, "MJDREFF": UT_TO_TT_DAYS,
        "TIMEREF": "LOCAL", "CLOCKAPP": False, "UTCFINIT": 0.0, "TIMEUNIT": "s",
        "TIMEZERO": 0.0, "TIMEDEL": scene.frame_s, "TIMEPIXR": 0.5, "TSTART": start,
        "TSTOP": stop, "TELAPSE": stop - start, "ONTIME": ontime, "LIVETIME": ontime,
        "EXPOSURE": ontime, "DEADC": 1.0, "DEADAPP": True, "DATE-OBS": date_text(start),
        "DATE-END": date_text(stop), "DATAMODE": "WINDOWED" if scene.windowed else "PHOTON",
        "OBS_MODE": "POINTING", "XRTVSUB": 6, "ORIGIN": "nuwidgets",
        "CREATOR": "nuwidgets simulation", "COMMENT": "SIMULATED: no telescope saw this.",
    }  # fmt: skip


def _file(scene: XrtScene, *tables: Any) -> Any:
    """Put tables behind an empty primary array, each with the shared keywords; an HDUList."""
    from astropy.io import fits

    hdus = fits.HDUList([fits.PrimaryHDU(), *tables])
    for hdu in hdus:
        hdu.header.update(_keywords(scene))
    return hdus


def _table(name: str, columns: Mapping[str, tuple[str, str | None, Any]]) -> Any:
    """Give a table of columns: form, unit and values by name."""
    from astropy.io import fits

    made = [fits.Column(n, form, unit, array=array) for n, (form, unit, array) in columns.items()]
    return fits.BinTableHDU.from_columns(made, name=name)


def _events(scene: XrtScene, photons: XrtPhotons) -> Any:
    """Give the table of events."""
    det_x, det_y, x, y = (
        np.rint(values).astype(int)
        for values in (photons.det_x, photons.det_y, photons.x, photons.y)
    )
    n = len(det_x)
    pha = np.rint(photons.pi * 3.7).astype(int)
    charges = np.zeros((n, 9), int)
    charges[:, 0] = pha
    values: dict[str, Any] = {
        "TIME": photons.time_s, "X": x, "Y": y, "RAWX": det_x - 1, "RAWY": det_y - 1,
        "DETX": det_x, "DETY": det_y, "PHAS": charges, "PHA": pha, "PI": photons.pi,
        "GRADE": photons.grade, "STATUS": np.zeros((n, 16), bool),
        "PixsAbove": np.minimum(photons.grade, 4) + 1, "CCDFrame": photons.frame + 1,
    }  # fmt: skip
    table = _table("EVENTS", {name: (*_FORMS[name], values[name]) for name in _FORMS})
    table.header.update(_sky_keywords(scene))
    table.header.update({"HDUCLASS": "OGIP", "HDUCLAS1": "EVENTS", "HDUCLAS2": "ACCEPTED"})
    return table


def _sky_keywords(scene: XrtScene) -> dict[str, Any]:
    """Give the keywords that place the columns X and Y on the sky, and the range of PI."""
    names = list(_FORMS)
    words = sky_keywords(scene.plane, names, SIDE, PIXEL_ARCSEC)
    n = names.index("PI") + 1
    return words | {f"TLMIN{n}": 0, f"TLMAX{n}": N_CHANNELS - 1}


def _gti(scene: XrtScene) -> Any:
    """Give the good times."""
    columns = {"START": ("D", "s", scene.gti.start_s), "STOP": ("D", "s", scene.gti.stop_s)}
    table = _table("GTI", columns)
    table.header.update({"HDUCLASS": "OGIP", "HDUCLAS1": "GTI"})
    return table


def _frames(scene: XrtScene) -> Any:
    """Give one row for each frame of the camera; in windowed timing for each 600 rows."""
    step = scene.frame_s * (600 if scene.windowed else 1)
    start = np.concatenate([np.arange(a, b - step / 2, step) for a, b in scene.gti.intervals])
    whole = np.floor(start).astype(int)
    frame = np.floor((start - scene.start_s) / step + 0.5).astype(int) + 1
    n = len(start)
    return _table("FRAME", {
        "TIME": ("D", "s", start), "ENDTIME": ("D", "s", start + step),
        "FSTS": ("J", "s", whole), "CCDFrame": ("J", None, frame),
        "XRTMode": ("B", None, np.full(n, 5 if scene.windowed else 6)),
        "CCDTemp": ("E", "C", np.full(n, -62.0)), "Vsub": ("E", "V", np.full(n, 6.0)),
        "RA": ("D", "deg", np.full(n, scene.plane.ra_ref_deg)),
        "Dec": ("D", "deg", np.full(n, scene.plane.dec_ref_deg)),
        "Roll": ("D", "deg", np.full(n, scene.look.roll_deg)),
    })  # fmt: skip


def _attitude(scene: XrtScene, jump_deg: float) -> tuple[Any, Any]:
    """Give where the telescope points, and whether it is settled, every few seconds.

    `jump_deg` is by how much the raw attitude lies beside in the first half minute.
    """
    from scipy.spatial.transform import Rotation

    start, stop = scene.gti.intervals[0][0], scene.gti.intervals[-1][1]
    time: Floats = np.arange(start - 30, stop + 30, _ATTITUDE_S)
    plane, roll = scene.plane, scene.look.roll_deg
    dec = plane.dec_ref_deg + np.where(time < start, jump_deg, 0.0)
    ra = np.full(len(time), plane.ra_ref_deg)
    turns = np.stack([ra, 90.0 - dec, np.full(len(time), 90.0 - roll)], axis=1)
    quaternion = Rotation.from_euler("ZYZ", turns, degrees=True).as_quat()
    pointing = np.stack([ra, dec, np.full(len(time), roll)], axis=1)
    flags = np.zeros((len(time), 8), bool)
    flags[:, :2] = True  # within ten arcmin, settled
    return (
        _table("ATTITUDE", {
            "TIME": ("D", "s", time), "QPARAM": ("4D", None, quaternion),
            "POINTING": ("3D", "deg", pointing),
        }),
        _table("ACS_DATA", {"TIME": ("D", "s", time), "FLAGS": ("8X", None, flags)}),
    )  # fmt: skip
