"""Columns of housekeeping, filter and orbit files: what was, second by second.

Every table with TIME counts: those of NuSTAR's ``_fpm.hk``, ``.mkf``, ``.attorb`` and ``_chu123``,
and of Swift's ``.mkf``. A name that several tables have is told apart by the table's: CHU1.VALID.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.goodtimes import HkColumn
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.table import columns_of, read_columns
from nuwidgets.files.time_shift import shift_s
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Pointing
    from nuwidgets.files.fits import FitsFile, Hdu

LONGEST_VECTOR = 32
"""Elements of a longer vector are not named one by one."""
_NUMBERS = "LBIJKED"


@dataclass(frozen=True, eq=False)
class HkFile:
    """What was read of a file."""

    columns: tuple[HkColumn, ...]
    """The columns that were asked for, as far as there are such."""
    names: tuple[str, ...]
    """Names of all columns of numbers."""
    warnings: tuple[str, ...] = ()
    """What is to be said."""


@dataclass(frozen=True)
class _Place:
    """Where a name leads to."""

    hdu: Hdu
    column: str
    element: int | None = None
    """Number from 0 within a vector; None for a column of single numbers."""


def read_hk(path: str | PathLike[str], names: Iterable[str], pointing: Pointing) -> HkFile:
    """Give columns of a file by name, in the clock of events, and what others it has.

    Parameters
    ----------
    path : path
    names : iterable of str
        In capitals: ``"ELV"``, an element of a vector ``"CHUQ[4]"``, ``"CHU1.VALID"`` where
        several tables have one; those that the file lacks are left out.
    pointing : Pointing
        Of the events.

    Raises
    ------
    FileError
        If the file cannot be read, has no table with TIME, or another clock.
    """
    with open_fits(path) as file:
        known = _places(file)
        if not known:
            raise FileError(
                f"{file.path!r} says nothing along time: it has no table with TIME and numbers,"
                f" only {file.contents}. Give a housekeeping, filter (.mkf) or orbit file."
            )
        wanted = [name for name in dict.fromkeys(names) if name in known]
        columns, said = [], dict[str, None]()
        for name in wanted:
            column, says = _column(file, name, known[name], pointing)
            columns.append(column)
            said.update(dict.fromkeys(filter(None, (says,))))
        return HkFile(tuple(columns), tuple(known), tuple(said))


def _places(file: FitsFile) -> dict[str, _Place]:
    """Give where each name leads to; names that several tables have are told apart."""
    tables = [(hdu, columns_of(hdu)) for hdu in file.tables]
    timed = [(hdu, columns) for hdu, columns in tables if "TIME" in columns]
    found: list[tuple[str, _Place]] = []
    for hdu, columns in timed:
        for name, column in columns.items():
            if column.code not in _NUMBERS or not 1 <= column.repeat <= LONGEST_VECTOR:
                continue
            if column.repeat == 1:
                found.append((name, _Place(hdu, name)))
            else:
                elements = range(column.repeat)
                found += [(f"{name}[{n + 1}]", _Place(hdu, name, n)) for n in elements]
    often = Counter(name for name, _ in found)
    named = {name if often[name] == 1 else f"{p.hdu.name}.{name}": p for name, p in found}
    return {
        name: place for name, place in named.items() if place.column != "TIME" or len(timed) == 1
    }


def _column(file: FitsFile, name: str, place: _Place, pointing: Pointing) -> tuple[HkColumn, str]:
    """Give a column, its rows rising in time, and a sentence where its clock is another one."""
    hdu = place.hdu
    header, number = file.keywords(hdu), columns_of(hdu)[place.column].number
    shift, says = shift_s(header, pointing, file.path)
    cells = read_columns(hdu, ("TIME", place.column))
    time = np.asarray(cells["TIME"], float).ravel() + header.number("TIMEZERO", 0.0) + shift
    raw = cells[place.column].reshape(len(time), -1)[:, place.element or 0]
    value = _without_null(raw, header.number(f"TNULL{number}"))
    order = np.argsort(time, kind="stable")
    order = order[np.isfinite(time[order])]
    unit = header.name(f"TUNIT{number}")
    plain = "" if unit.upper() in ("NA", "N/A", "UNITLESS") else unit
    return HkColumn(name, plain, time[order], value[order]), says


def _without_null(raw: Any, null: float) -> Floats:
    values = np.array(raw, float)
    if raw.dtype.kind in "iu" and np.isfinite(null):
        values[values == null] = np.nan
    return values


def hk_files_of(events_path: str | PathLike[str]) -> tuple[str, ...]:
    """Give the housekeeping, filter and orbit files that lie beside an event file.

    They are looked for beside it, and in the other folders of its observation.
    """
    events = Path(events_path)
    for mission in missions().values():
        if match := re.match(mission.stem_pattern, events.name):
            words = {"module": "", **match.groupdict()}
            names = [pattern.format(**words) for pattern in mission.hk_files]
            home = Path(mission.home_of(events.parent))
            beside = [home / place for place in mission.places]
            up = [events.parent.parent / place for place in mission.places]
            places = [f / name for name in names for f in (events.parent, *beside, *up)]
            both = (p for place in places for p in (place, place.with_name(f"{place.name}.gz")))
            return tuple(dict.fromkeys(str(p.resolve()) for p in both if p.is_file()))
    return ()
