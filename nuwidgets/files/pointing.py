"""Keywords that say who looked at what, and when, and how pixels lie on the sky."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.sky import TangentPlane

if TYPE_CHECKING:
    from nuwidgets.files.header import Header

MAX_PIXEL_DEG = 0.1
POLE_DEG = 90.0
RA_TURN_DEG = 360.0


def mjdref_of(header: Header) -> float:
    """Give the reference time MJDREF or MJDREFI + MJDREFF, days; 0 where there is none."""
    if "MJDREFI" in header:
        return header.number("MJDREFI", 0.0) + header.number("MJDREFF", 0.0)
    return header.number("MJDREF", 0.0)


def _angle(header: Header, key: str, largest: float) -> float | None:
    """Give an angle, deg; None where it is absent or, as for the Sun, stands for nothing."""
    value = header.number(key)
    return value if abs(value) <= largest else None


def _volts(header: Header) -> float | None:
    value = header.number("XRTVSUB")
    return None if math.isnan(value) else value


def pointing_of(header: Header) -> Pointing:
    """Give the telescope, target and times that a header names."""
    return Pointing(
        telescope=header.name("TELESCOP"),
        instrument=header.name("INSTRUME"),
        obs_id=header.name("OBS_ID"),
        object_name=header.name("OBJECT"),
        date_obs=header.name("DATE-OBS"),
        tstart_s=header.number("TSTART", 0.0),
        tstop_s=header.number("TSTOP", 0.0),
        ra_obj_deg=_angle(header, "RA_OBJ", RA_TURN_DEG),
        dec_obj_deg=_angle(header, "DEC_OBJ", POLE_DEG),
        mjdref_days=mjdref_of(header),
        timesys=header.name("TIMESYS") or "TT",
        timeref=header.name("TIMEREF") or "LOCAL",
        mode=header.name("DATAMODE"),
        substrate_v=_volts(header),
    )


def plane_of(
    header: Header, x_keys: dict[str, str], y_keys: dict[str, str]
) -> tuple[TangentPlane | None, str]:
    """Give the tangent plane of two pixel axes, or None and a sentence that says why.

    Parameters
    ----------
    header : Header
    x_keys, y_keys : dict
        Names of the keywords ``type``, ``ref``, ``value`` and ``step`` of each axis.

    Notes
    -----
    Solar files keep offsets from the Sun's centre in arcsec under ``RA---TAN`` and a unit of deg;
    a pixel of more than 0.1 deg gives them away.
    """
    types = header.text(x_keys["type"]).upper(), header.text(y_keys["type"]).upper()
    if not (types[0].startswith("RA") and types[1].startswith("DEC") and types[0].endswith("TAN")):
        return None, f"The pixels have no sky coordinates (axes {types[0]!r}, {types[1]!r})."
    values = [header.number(k["value"]) for k in (x_keys, y_keys)]
    refs = [header.number(k["ref"]) for k in (x_keys, y_keys)]
    steps = [header.number(k["step"]) for k in (x_keys, y_keys)]
    if any(math.isnan(v) for v in (*values, *refs, *steps)) or 0.0 in steps:
        return None, "The pixels have no sky coordinates: keywords are missing or no numbers."
    if max(map(abs, steps)) > MAX_PIXEL_DEG or abs(values[1]) > POLE_DEG:
        return None, (
            f"The sky coordinates of the pixels cannot be trusted: a pixel of {steps[1]:g} deg at"
            f" ({values[0]:g}, {values[1]:g}) deg. Regions must be in physical pixels."
        )
    return TangentPlane(values[0], values[1], refs[0] - 1, refs[1] - 1, steps[0], steps[1]), ""


def column_keys(number: int) -> dict[str, str]:
    """Give the names of the coordinate keywords of a table column."""
    return {
        "type": f"TCTYP{number}",
        "ref": f"TCRPX{number}",
        "value": f"TCRVL{number}",
        "step": f"TCDLT{number}",
    }


def axis_keys(number: int) -> dict[str, str]:
    """Give the names of the coordinate keywords of an image axis."""
    return {
        "type": f"CTYPE{number}",
        "ref": f"CRPIX{number}",
        "value": f"CRVAL{number}",
        "step": f"CDELT{number}",
    }
