"""What Swift's tasks write besides counts: sky maps, response, orbit and filter files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.products import file_of, mark, opened, saved, table, who

if TYPE_CHECKING:
    from pathlib import Path

    from headas_tasks.run import Run

SIDE, FIELD_PIXELS = 1000, 590
RMF_OLD, RMF_NEW = "swxpc0to12s6_20110101v014.rmf", "swxpc0to12s6_20130101v014.rmf"
"""Names of the response by epoch: which one it is must be discovered."""
NEW_FROM = 2013
CORE_ARCSEC, SLOPE = 5.8, 1.55
"""King profile at 1.5 keV (Moretti et al. 2005)."""
APPROXIMATE = "stand-in: smooth area and Gaussian redistribution, not Swift's calibration"


def rmf_name(date_obs: str) -> str:
    """Give the name of the response for a date."""
    return RMF_NEW if int(date_obs[:4]) >= NEW_FROM else RMF_OLD


def seen(header: Any) -> Any:
    """Give 1 for the sky pixels of the turned square field, else 0."""
    angle = np.radians(float(header.get("PA_PNT", 0.0)))
    at = np.arange(SIDE) - (SIDE - 1) / 2
    dx, dy = at[None, :], at[:, None]
    u, v = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
    half = FIELD_PIXELS / 2
    return ((abs(u) <= half) & (abs(v) <= half)).astype(float)


def vignetting() -> Any:
    """Give the map of a smooth loss towards the rim."""
    at = np.arange(SIDE) - (SIDE - 1) / 2
    angle = np.hypot(at[None, :], at[:, None]) * 2.3573 / 60
    return np.clip(1 - 0.0012 * angle**2, 0, 1)


def write_orbit(run: Run, stem: str, header: Any) -> None:
    """Write the orbit and the filter file, one row a second."""
    time = np.arange(header["TSTART"], header["TSTOP"], 1.0)
    zeros = np.zeros(len(time))
    flags = [(n, "1X", "", (zeros + 1).astype(bool)) for n in ("SETTLED", "TEN_ARCMIN")]
    rows = [
        ("TIME", "D", "s", time),
        ("RA", "D", "deg", zeros + header["RA_PNT"]),
        ("DEC", "D", "deg", zeros + header["DEC_PNT"]),
        ("ELV", "D", "deg", zeros + 60),
        ("CCDTemp", "D", "deg C", zeros - 62.0),
        *flags,
    ]
    for ending, name in (("s.attorb", "ORBIT"), ("s.mkf", "FILTER")):
        path = run.out / f"{stem}{ending}"
        run.check_new(path)
        saved(path, file_of(table(name, rows, who(header))))
        mark(path, run)


def write_pixels(run: Run, stem: str, header: Any) -> None:
    """Write lists of bad and of hot pixels: there are none."""
    none = np.zeros(0)
    columns = [
        ("RAWX", "I", "", none),
        ("RAWY", "I", "", none),
        ("TIME", "D", "s", none),
        ("STATUS", "16X", "", np.zeros((0, 16), bool)),
    ]
    for ending in ("_bp.fits", "_hp.fits"):
        path = run.out / f"{stem}{ending}"
        saved(path, file_of(table("BADPIX", columns, who(header))))
        mark(path, run)


def response(name: str, enclosed: float) -> Any:
    """Give a response: 2400 energies to 12 keV, 1024 channels of 10 eV."""
    from scipy.sparse import csr_array
    from scipy.special import ndtr

    from nuwidgets.domain.provenance import Provenance
    from nuwidgets.domain.response import Response

    edges = np.maximum(np.arange(2401) * 0.005, 1e-4)
    middle, channels = (edges[1:] + edges[:-1]) / 2, np.arange(1025) * 0.01
    sigma = 0.06 * np.sqrt(0.3 + middle / 6) / 1.2
    chance = np.diff(ndtr((channels[:, None] - middle) / sigma), axis=0)
    area = enclosed * 135 * np.exp(-((np.log(middle / 1.6) / 0.95) ** 2))
    chance[chance < 1e-6] = 0
    matrix = csr_array(chance * area)
    return Response(
        edges,
        matrix,
        np.arange(1024),
        channels[:-1],
        channels[1:],
        area,
        provenance=Provenance(approximate=APPROXIMATE),
    )


def enclosed(mask: Any, x: float, y: float, pixel_arcsec: float) -> float:
    """Give the King profile's part inside a mask."""
    rows, columns = np.nonzero(mask.inside)
    r = np.hypot(columns + mask.frame.x - x, rows + mask.frame.y - y) * pixel_arcsec
    profile = (1 + (r / CORE_ARCSEC) ** 2) ** -SLOPE
    whole = np.pi * CORE_ARCSEC**2 / (SLOPE - 1) / pixel_arcsec**2
    return float(min(profile.sum() / whole, 1.0))


def header_of(path: str | Path) -> Any:
    with opened(path) as hdus:
        return hdus["EVENTS"].header
