"""Event files: the columns an analysis needs, with the pixel grid, good times and dead time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nuwidgets.domain.events import Events
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.gti import find_gti, gti_of
from nuwidgets.files.hk import read_housekeeping
from nuwidgets.files.pointing import column_keys, plane_of, pointing_of
from nuwidgets.files.table import columns_of, read_columns
from nuwidgets.science.binned_rates import LiveClock

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.files.fits import FitsFile, Hdu
    from nuwidgets.files.header import Header

NO_PIXEL = -2
MAX_SIDE = 20000
MIN_COVERED = 0.999
PIXELS = {"X", "Y"}
OTHER_PLACES = {"DET1X", "DET1Y", "RAWX", "RAWY", "DETX", "DETY"}
"""Columns of files that do have places, but no pixels of the sky yet."""
RIGHT_HK = (
    "Give the housekeeping file of the same observation and module, hk/nu<obsid>A_fpm.hk (or B)."
)


def find_events(file: FitsFile) -> Hdu | None:
    """Give the table of events: EXTNAME EVENTS, or HDUCLAS1 EVENTS; None without one."""
    named = [h for h in file.tables if h.name == "EVENTS"]
    classed = [h for h in file.tables if h.says("HDUCLAS1", "EVENTS")]
    return next(iter(named + classed), None)


def _axis(
    values: NDArray[Any], hdu: Hdu, number: int, null: float
) -> tuple[NDArray[Any], int, tuple[str, ...]]:
    """Give pixels counted from 0 in place of 1, how many the axis has, and what to warn of.

    -2 where there is no pixel; the axis ends at TLMAX, or at the last event where there is none.
    """
    side = hdu.header.number(f"TLMAX{number}", 0.0)
    most = int(side) if 1 <= side <= MAX_SIDE else MAX_SIDE
    if values.dtype.kind == "f":
        bad = ~np.isfinite(values) | (values < -MAX_SIDE)
        beyond = ~bad & (values >= most + 0.5)
        pixels = np.floor(np.where(bad | beyond, 0, values) + 0.5).astype(np.int32)
    else:
        bad = values == null if math.isfinite(null) else values < 0
        bad |= values < 0
        beyond = ~bad & (values > most)
        pixels = values if values.dtype.kind == "i" else values.astype(np.int32)
    pixels -= 1
    pixels[bad | beyond] = NO_PIXEL
    needed = int(pixels.max(initial=0)) + 1
    n_beyond = int(np.count_nonzero(beyond))
    said = f"{n_beyond} events lie beyond pixel {most}, the last of column {number}: left out."
    return pixels, most if most == int(side) else needed, (said,) if n_beyond else ()


def _header_deadc(file: FitsFile, hdu: Hdu) -> tuple[float, tuple[str, ...]]:
    """Give the live-time fraction that the header states, and a warning where it does not."""
    header = file.keywords(hdu)
    ontime = header.number("ONTIME", 0.0)
    ratio = (
        header.number("LIVETIME", header.number("EXPOSURE")) / ontime if ontime > 0 else math.nan
    )
    deadc = header.number("DEADC", ratio)
    if 0 < deadc <= 1:
        return deadc, ()
    said = (
        "The header has no usable DEADC: the live time is taken to be the whole good time."
        " Give the housekeeping file (hk_path) for dead time."
    )
    return 1.0, (said,)


def _gti(file: FitsFile, hdu: Hdu, time_s: Floats) -> tuple[Gti, tuple[str, ...]]:
    """Give the good times, from TSTART and TSTOP or the events where there is no table."""
    header = file.keywords(hdu)
    table, said = find_gti(file), tuple[str, ...]()
    if table is not None:
        gti, said = gti_of(table, header.number("TIMEZERO", 0.0))
        if gti.intervals:
            return gti, said
    start, stop = header.number("TSTART"), header.number("TSTOP")
    source = "TSTART to TSTOP"
    if not start < stop and len(time_s):
        start, stop = float(np.nanmin(time_s)), float(np.nextafter(np.nanmax(time_s), np.inf))
        source = "the first to the last event"
    if not start < stop:
        raise FileError(
            f"Cannot use {hdu.label}: it has no good times, no TSTART and TSTOP and no events."
            " Give an event file with a GTI extension."
        )
    missing = f"There are no good time intervals: {source} is taken."
    return Gti(((start, stop),)), (*said, missing)


def _check_belongs(hk: Pointing, events: Pointing, hk_path: str) -> None:
    """Refuse housekeeping of the other module or of another observation."""
    for key, what in (("obs_id", "observation"), ("instrument", "module")):
        theirs, ours = getattr(hk, key), getattr(events, key)
        if theirs and ours and theirs.upper() != ours.upper():
            raise FileError(
                f"Cannot take the live times of {hk_path!r}: it is of {what} {theirs}, and these"
                f" events are of {ours}. {RIGHT_HK}"
            )


def _livetime(gti: Gti, pointing: Pointing, hk_path: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give the live-time record and DEADC over the good times, and what to warn of."""
    record, hk = read_housekeeping(hk_path)
    _check_belongs(hk, pointing, hk_path)
    clock = LiveClock.of(record, gti)
    deadc = clock.mean
    if not 0 < deadc <= 1:
        raise FileError(
            f"The live times of {hk_path!r} do not cover the good times of these events. {RIGHT_HK}"
        )
    covered = float(clock.covered_s[-1]) / gti.ontime_s
    said = (
        f"The live times of {hk_path!r} cover only {100 * covered:.1f} % of the good times; their"
        f" mean, {deadc:.4f}, is taken for the rest."
    )
    return {"livetime": record, "deadc": deadc}, (said,) if covered < MIN_COVERED else ()


def _columns(hdu: Hdu) -> dict[str, NDArray[Any]]:
    known = set(columns_of(hdu))
    need = {"TIME", "PI"} | (PIXELS if known & (PIXELS | OTHER_PLACES) else set())
    missing = sorted(need - known)
    if missing:
        raise FileError(
            f"Cannot use the events of {hdu.label}: there is no column {', '.join(missing)}."
            " Give a level-2 event file (event_cl/..._cl.evt) with TIME, PI and sky pixels X, Y."
        )
    columns = read_columns(hdu, ("TIME", "X", "Y", "PI", "GRADE", "DET_ID"))
    for name, values in columns.items():
        if values.ndim != 1 or values.dtype.kind not in "iuf":
            raise FileError(
                f"Cannot use the events of {hdu.label}: column {name} is not one number per event."
                " Give an event file of one telescope, as its pipeline wrote it."
            )
    return columns


class _Pixels(NamedTuple):
    """Where events lie, of how many pixels along (y, x), on which sky, and what to warn of."""

    x: NDArray[Any]
    y: NDArray[Any]
    shape: tuple[int, int]
    plane: TangentPlane | None
    said: tuple[str, ...]


def _pixels(hdu: Hdu, columns: dict[str, NDArray[Any]], header: Header) -> _Pixels:
    """Give the pixels of the sky; one for all where events are a list of times alone."""
    table = columns_of(hdu)
    if "X" not in columns:
        nowhere = np.zeros(len(columns["TIME"]), np.int16)
        said = "The events have no X and Y: all of them lie in one pixel, and are the source."
        return _Pixels(nowhere, nowhere, (1, 1), None, (said,))
    numbers = table["X"].number, table["Y"].number
    (x, width, x_says), (y, height, y_says) = (
        _axis(columns[name], hdu, number, header.number(f"TNULL{number}"))
        for name, number in zip("XY", numbers, strict=True)
    )
    plane, says = plane_of(header, *(column_keys(n) for n in numbers))
    return _Pixels(x, y, (height, width), plane, (says, *x_says, *y_says))


def _opened(file: FitsFile, hdu: Hdu, hk_path: str) -> Events:
    """Give the events of a table."""
    columns, header = _columns(hdu), file.keywords(hdu)
    time = columns["TIME"]
    zero = header.number("TIMEZERO", 0.0)
    if zero:
        time = time + zero
    pixels = _pixels(hdu, columns, header)
    gti, gti_says = _gti(file, hdu, time)
    pointing = pointing_of(header)
    deadc, dead_says = _header_deadc(file, hdu)
    grade_says = () if "GRADE" in columns else ("There is no GRADE column: all grades are 0.",)
    fields: dict[str, Any] = {"deadc": deadc}
    if hk_path:
        fields, dead_says = _livetime(gti, pointing, hk_path)
    said = (*pixels.said, *gti_says, *dead_says, *grade_says)
    return Events(
        time_s=np.asarray(time, float),
        x=pixels.x,
        y=pixels.y,
        pi=columns["PI"],
        grade=columns.get("GRADE", np.zeros(len(time), np.uint8)),
        gti=gti,
        pointing=pointing,
        plane=pixels.plane,
        shape=pixels.shape,
        det_id=columns.get("DET_ID"),
        provenance=Provenance(warnings=tuple(s for s in said if s)),
        **fields,
    )


def read_events(path: str | PathLike[str], hk_path: str | PathLike[str] = "") -> Events:
    """Give the events of a level-2 event file, or of a list of arrival times and channels.

    Parameters
    ----------
    path : path
        Event file, plain or .gz.
    hk_path : path
        Housekeeping file with the live times; empty: the header's DEADC holds.

    Raises
    ------
    FileError
        If a file is missing, broken, has no events, or lacks TIME or PI, or X and Y though it has
        other places; or if the housekeeping file is not of this observation.
    """
    with open_fits(path) as file:
        hdu = find_events(file)
        if hdu is None:
            raise FileError(
                f"{file.path!r} has no events: its extensions are {file.contents}. Give an event"
                " file, e.g. event_cl/nu<obsid>A01_cl.evt."
            )
        return _opened(file, hdu, str(hk_path))
