"""NuSTAR's exposure map: how long each sky pixel was seen, from the detectors' places on the sky."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.endings import begin_task, end_task, task_failed
from headas_tasks.nustar_calibrated import REFERENCE, turn_of
from headas_tasks.products import mark, opened, who

if TYPE_CHECKING:
    from headas_tasks.run import Run

STEP_S, SIDE, DET_SIDE = 10.0, 1000, 360
begin, ended, failed = begin_task, end_task, task_failed


def work(run: Run) -> None:
    run.need("infile", "det1reffile", "expomapfile")
    values = run.values
    path = values.named(
        "expomapfile", str(run.out / (Path(values["infile"]).name.split("_cl")[0] + "_ex.img"))
    )
    run.check_new(path)
    seconds, header = exposure(values["infile"], values["det1reffile"], values.number("pixbin"))
    if values.yes("vignflag"):
        seconds = seconds * vignetting(values.number("energy"))
    half = int(values["skysize"]) // 2
    middle = [round(values.number(f"sky{axis}") - 0.5) for axis in "xy"]
    low = [max(m - half, 0) for m in middle]
    part = seconds[low[1] : middle[1] + half, low[0] : middle[0] + half]
    write_map(path, part, header, low)
    mark(
        path,
        run,
        PIXBIN=values.number("pixbin"),
        PERCENT=values.number("percent"),
        VIGNAPP=values.yes("vignflag"),
    )
    if values.yes("vignflag"):
        mark(path, run, VIGNEN=values.number("energy"))


def exposure(events_path: str, det1_path: str, pixbin: float) -> tuple[Any, Any]:
    """Give live seconds of each sky pixel, shape (1000, 1000), and the events' header."""
    with opened(events_path) as hdus:
        header, gti = hdus["EVENTS"].header, hdus["GTI"].data
        matrix = turn_of(hdus["EVENTS"].data)[0]
        mids = np.concatenate(
            [
                np.arange(a, b, STEP_S) + STEP_S / 2
                for a, b in zip(gti["START"], gti["STOP"], strict=True)
            ]
        )
    with opened(det1_path) as hdus:
        place = hdus["DET1_REFPOINT"].data
        x, y = (np.interp(mids, place["TIME"], place[f"{axis}_DET1"]) for axis in "XY")
    cells = np.stack([(x - x.min()) // pixbin, (y - y.min()) // pixbin], 1)
    _, which = np.unique(cells, axis=0, return_inverse=True)
    share = np.bincount(which) / len(mids)
    at = np.stack([np.bincount(which, v) for v in (x, y)], 1) / np.bincount(which)[:, None]
    seen = sum(weight * _seen(matrix, middle) for weight, middle in zip(share, at, strict=True))
    return seen * header["EXPOSURE"], header


def _seen(matrix: Any, reference: Any) -> Any:
    """Give 1 for the sky pixels that fall on a detector, else 0."""
    from nuwidgets.simulation.detector import detector_of

    back = np.linalg.inv(matrix)
    pixels = np.arange(1, SIDE + 1, dtype=float)
    dx, dy = pixels[None, :] - reference[0], pixels[:, None] - reference[1]
    det_x = back[0, 0] * dx + back[0, 1] * dy + REFERENCE
    det_y = back[1, 0] * dx + back[1, 1] * dy + REFERENCE
    return (detector_of(det_x, det_y) >= 0).astype(float)


def vignetting(energy_kev: float) -> Any:
    """Give the map of the approximate vignetting around the middle of the field."""
    from nuwidgets.science.nustar_response import PIXEL_ARCSEC
    from nuwidgets.science.nustar_response import vignetting as at

    pixels = np.arange(SIDE) - (SIDE - 1) / 2
    angle = np.hypot(pixels[None, :], pixels[:, None]) * PIXEL_ARCSEC / 60
    steps = np.linspace(0, angle.max(), 400)
    return np.interp(angle, steps, [float(at(a, np.array([energy_kev]))[0]) for a in steps])


def write_map(path: str | Path, seconds: Any, header: Any, low: list[int]) -> None:
    """Write a sky map with its coordinates."""
    from astropy.io import fits

    names = list(header["TTYPE*"].values())
    primary = fits.PrimaryHDU(seconds.astype(np.float32))
    for n, name in enumerate("XY", 1):
        c = names.index(name) + 1
        primary.header.update({
            f"CTYPE{n}": header[f"TCTYP{c}"], f"CRPIX{n}": header[f"TCRPX{c}"] - low[n - 1],
            f"CRVAL{n}": float(header[f"TCRVL{c}"]), f"CDELT{n}": header[f"TCDLT{c}"], f"CUNIT{n}": "deg",
            f"CTYPE{n}P": name, f"CRPIX{n}P": 1.0, f"CRVAL{n}P": 1.0 + low[n - 1], f"CDELT{n}P": 1.0,
        })  # fmt: skip
    primary.header.update(
        who(header)
        | {k: header[k] for k in ("EXPOSURE", "ONTIME", "LIVETIME", "DEADC") if k in header}
    )
    primary.header.update(
        {
            "BUNIT": "s",
            "CONTENT": "EXPOSURE MAP",
            "HDUCLASS": "OGIP",
            "HDUCLAS1": "IMAGE",
            "HDUCLAS2": "EXPOSURE",
        }
    )
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    primary.writeto(path, overwrite=True)
