"""Where events fell on NuSTAR's detectors, its bad pixels, and the tracks of det1 and oa files.

Extensions of a level-2 event file: EVENTS with RAWX, RAWY, DET1X, DET1Y, and a BADPIX table for
each detector (DETNAM). A det1 file has X_DET1, Y_DET1, an oa file X_OA, Y_OA (NuSTARDAS Software
Guide). Pixels count from 1 there, from 0 here; RAWX and RAWY from 0 in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.detector_events import BadPixel, DetectorEvents, Track
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import FileError
from nuwidgets.files.events import NO_PIXEL, find_events
from nuwidgets.files.fits import astropy_at_work, open_fits
from nuwidgets.files.table import columns_of, n_rows, need_columns, read_columns
from nuwidgets.science.nustar_detector import N_DETECTORS, N_RAW, SIDE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.files.fits import FitsFile, Hdu

BAD = 1 | 2 | 4 | 32
"""Bits of BADFLAG that mean a pixel itself is bad: in CALDB, disabled, the user's, hot."""
_PLACES = ("TIME", "DET_ID", "RAWX", "RAWY", "DET1X", "DET1Y", "X", "Y")
_FILES = {"DET1": "the det1 file nu<obsid>A_det1.fits (or B)", "OA": "nu<obsid>A_oa.fits (or B)"}
_NAMES = ("time_s", "det_id", "raw_x", "raw_y", "det_x", "det_y", "x", "y")


def read_detector_events(
    path: str | PathLike[str], most: int = 0
) -> tuple[DetectorEvents, tuple[BadPixel, ...], float | None]:
    """Give the events of a file that have all places, its bad pixels, and its roll angle.

    Parameters
    ----------
    path : path
        Event file, plain or .gz.
    most : int
        Take every second, third, ... event where there are more than so many; 0: take all.

    Returns
    -------
    events : DetectorEvents
    bad : tuple of BadPixel
        Empty where the file does not say.
    roll_deg : float or None
        PA_PNT, deg.

    Raises
    ------
    FileError
        If the file cannot be read, or its events have no place on the detectors.
    """
    with open_fits(path) as file:
        hdu = _events_of(file)
        step = -(-n_rows(hdu) // most) if most else 1
        events = _places(hdu, hdu.header.number("TIMEZERO", 0.0), step or 1)
        roll = file.keywords(hdu).number("PA_PNT")
        known = np.isfinite(roll) and 0 <= roll <= 360  # noqa: PLR2004
        return events, tuple(_bad_pixels(file)), float(roll) if known else None


def read_det1(path: str | PathLike[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give the DET1 pixels of all events of a file, in its order, from 0; -2 where there is none.

    Returns
    -------
    x, y : ndarray of int16, shape (n,)

    Raises
    ------
    FileError
        If the file cannot be read, or its events have no place on the detectors.
    """
    with open_fits(path) as file:
        columns = need_columns(_events_of(file), "DET1X", "DET1Y")
        x, y = (np.asarray(columns[name]).astype(np.int16) for name in ("DET1X", "DET1Y"))
        outside = (x < 1) | (x > SIDE) | (y < 1) | (y > SIDE)
        x, y = x - 1, y - 1
        x[outside] = y[outside] = NO_PIXEL
        return x, y


def _events_of(file: FitsFile) -> Hdu:
    hdu = find_events(file)
    if hdu is None:
        raise FileError(
            f"{file.path!r} has no events: its extensions are {file.contents}. Give the"
            " cleaned event file of a module, event_cl/nu<obsid>A01_cl.evt (or B)."
        )
    return hdu


def _places(hdu: Hdu, zero_s: float, step: int) -> DetectorEvents:
    columns = _thinned(hdu, step)
    for name in ("DET1X", "DET1Y", "X", "Y"):
        columns[name] = columns[name].astype(float) - 1
    columns["TIME"] = columns["TIME"].astype(float) + zero_s
    good = np.isfinite(columns["TIME"])
    limits = {"DET_ID": N_DETECTORS, "RAWX": N_RAW, "RAWY": N_RAW, "DET1X": SIDE, "DET1Y": SIDE}
    for name, past in limits.items():
        good &= (columns[name] >= 0) & (columns[name] < past)
    good &= (columns["X"] >= 0) & (columns["Y"] >= 0)
    kept = [columns[name][good] for name in _PLACES]
    whole = [v.astype(int) if 0 < i < 4 else v for i, v in enumerate(kept)]  # noqa: PLR2004
    return DetectorEvents(**dict[str, Any](zip(_NAMES, whole, strict=True)))


def _thinned(hdu: Hdu, step: int) -> dict[str, NDArray[Any]]:
    """Give every step-th row of the columns, without copying the others."""
    table = columns_of(hdu)
    if step == 1 or not set(_PLACES) <= set(table):
        return need_columns(hdu, *_PLACES)
    with astropy_at_work():
        data = hdu.data
        mapped = [data.field(table[name].number - 1)[::step] for name in _PLACES]
    return {n: np.array(v, v.dtype.newbyteorder("=")) for n, v in zip(_PLACES, mapped, strict=True)}


def _bad_pixels(file: FitsFile) -> Iterator[BadPixel]:
    """Give each pixel that was bad, with all its times."""
    for hdu in file.tables:
        number = hdu.header.text("DETNAM").upper().removeprefix("DET")
        if hdu.name != "BADPIX" or number not in map(str, range(N_DETECTORS)):
            continue
        pixels: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for x, y, start, stop in _bad_rows(hdu):
            if 0 <= x < N_RAW and 0 <= y < N_RAW and start < stop:
                pixels.setdefault((x, y), []).append((start, stop))
        for (x, y), times in pixels.items():
            yield BadPixel(int(number), x, y, Gti(tuple(times)))


def _bad_rows(hdu: Hdu) -> Iterator[tuple[int, int, float, float]]:
    """Give RAWX, RAWY, start and stop, s, of the rows that say a pixel itself is bad."""
    columns = need_columns(hdu, "RAWX", "RAWY", "TIME")
    columns |= read_columns(hdu, ("BADFLAG", "TIME_STOP"))
    start = np.nan_to_num(np.asarray(columns["TIME"], float))
    stop = np.asarray(columns.get("TIME_STOP", np.full(len(start), np.inf)), float)
    stop = np.where(np.isfinite(stop), stop, np.finfo(float).max)
    bad = _words(columns["BADFLAG"]) & BAD if "BADFLAG" in columns else np.ones(len(start), int)
    for row in np.flatnonzero(bad):
        x, y = (int(columns[name][row]) for name in ("RAWX", "RAWY"))
        yield x, y, float(start[row]), float(stop[row])


def _words(flags: NDArray[Any]) -> NDArray[np.int64]:
    """Give status words as numbers; a column of bits has the highest first."""
    if flags.ndim == 1:
        return flags.astype(np.int64)
    weights = 1 << np.arange(flags.shape[1] - 1, -1, -1)
    words: NDArray[np.int64] = flags.astype(np.int64) @ weights
    return words


def read_track(path: str | PathLike[str], what: str = "DET1") -> Track:
    """Give where a point of the telescope was on the sky, sorted in time.

    Parameters
    ----------
    path : path
        A det1 or an oa file.
    what : str
        ``"DET1"`` for the detectors' reference point, ``"OA"`` for the optical axis.

    Raises
    ------
    FileError
        If the file cannot be read or has no such columns or rows.
    """
    names = "TIME", f"X_{what}", f"Y_{what}"
    with open_fits(path) as file:
        hdu = next((h for h in file.tables if set(names) <= set(columns_of(h))), None)
        if hdu is None:
            raise FileError(
                f"{file.path!r} does not tell where the telescope looked: no table with"
                f" {', '.join(names)}, only {file.contents}. Give {_FILES[what]}."
            )
        time, x, y = (np.asarray(need_columns(hdu, *names)[name], float) for name in names)
        time = time + hdu.header.number("TIMEZERO", 0.0)
        good = np.isfinite(time) & (x > 0) & (y > 0)  # -1 stands for unknown
        if not good.any():
            raise FileError(f"{hdu.label} has no row that tells a place. Give {_FILES[what]}.")
        order = np.argsort(time[good], kind="stable")
        return Track(time[good][order], x[good][order] - 1, y[good][order] - 1)
