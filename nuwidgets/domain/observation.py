"""Observations of a catalogue: what was searched for, and the rows that were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats

ROW = "__row"
"""Column by which the archive knows a row."""


@dataclass(frozen=True)
class FindRequest:
    """Ask for the observations around a target."""

    target: str
    """Name of a source, or a position as text."""
    mission: str
    """Name of the mission, e.g. ``"NuSTAR"``."""
    radius_arcmin: float | None = None
    """Radius of the search, arcmin; None is the catalogue's own."""
    server: str = "heasarc"
    """Whose catalogue: ``"heasarc"``, or the simulated one of ``"demo"``."""


@dataclass(frozen=True)
class Column:
    """A column of a catalogue, in plain values."""

    name: str
    """Its name in the catalogue."""
    values: tuple[Any, ...]
    """Texts or numbers, None where there is nothing."""
    unit: str = ""
    """Unit as astropy reads it; empty for none."""
    says: str = ""
    """What it is."""


@dataclass(frozen=True, eq=False)
class Observations:
    """Rows of a mission's catalogue, in its order."""

    catalog: str
    """Name of the catalogue, e.g. ``"numaster"``."""
    columns: tuple[Column, ...]
    """Its columns; all have one length."""
    obs_id: tuple[str, ...]
    """Number of each observation, as text."""
    start_mjd: Floats
    """Start of each observation, MJD, shape (n,); NaN where it is not known."""
    stop_mjd: Floats
    """End of each observation, MJD, shape (n,); NaN where it is not known."""
    exposure_s: Floats
    """Exposure, s, shape (n,); NaN where it is not known."""
    hindrance: tuple[str, ...]
    """Why an observation cannot be downloaded, a sentence; empty where it can."""
    caution: tuple[str, ...]
    """What should be known before an observation is used; empty for nothing."""
    ra_deg: float = float("nan")
    """Right ascension of what was searched around, deg (ICRS)."""
    dec_deg: float = float("nan")
    """Declination of what was searched around, deg (ICRS)."""
    radius_arcmin: float = float("nan")
    """Radius of the search, arcmin."""
    shown: tuple[str, ...] = ()
    """Names of the columns that a table shows at first."""
    provenance: Provenance = field(default_factory=Provenance)
    """How it was found."""

    def __len__(self) -> int:
        """Give the number of observations."""
        return len(self.obs_id)

    def __repr__(self) -> str:
        plural = "" if len(self) == 1 else "s"
        return f"<Observations: {len(self)} row{plural} of {self.catalog}>"

    def column(self, name: str) -> Column:
        """Give a column by its name.

        Raises
        ------
        InputError
            If there is none.
        """
        known = {column.name: column for column in self.columns}
        if name not in known:
            raise InputError(f"There is no column {name!r}. {nearest(name, known)}")
        return known[name]

    @property
    def table(self) -> Table:
        """All columns with their units, as an astropy table; what is missing is masked."""
        from astropy.table import MaskedColumn, Table
        from astropy.units import Unit

        table = Table(masked=False)
        for column in self.columns:
            mask = [value is None for value in column.values]
            kinds = {type(value) for value in column.values if value is not None}
            empty: Any = "" if not kinds or str in kinds else 0
            values = [empty if value is None else value for value in column.values]
            made = MaskedColumn(values, name=column.name, mask=mask, description=column.says)
            if column.unit:
                made.unit = Unit(column.unit, parse_strict="silent")
            table[column.name] = made if any(mask) else made.filled()
        table.meta["catalog"] = self.catalog
        return table

    def index(self, obs_id: str) -> int:
        """Give the row of an observation.

        Raises
        ------
        InputError
            If it was not found by this search.
        """
        if obs_id not in self._rows:
            known = nearest(str(obs_id), self.obs_id[:100])
            raise InputError(f"The observation {obs_id!r} is not among those found. {known}")
        return self._rows[obs_id]

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The first row of each observation."""
        return {obs_id: n for n, obs_id in reversed(list(enumerate(self.obs_id)))}

    def within(self, lo_mjd: float, hi_mjd: float) -> tuple[str, ...]:
        """Give the observations that can be downloaded and start in a window of time.

        Parameters
        ----------
        lo_mjd, hi_mjd : float
            Ends of the window, MJD.
        """
        inside = (self.start_mjd >= lo_mjd) & (self.start_mjd < hi_mjd)
        return self._those(np.flatnonzero(inside), lambda n: not self.hindrance[n])

    def _those(
        self, numbers: Iterable[Any], wanted: Callable[[int], bool] = lambda _n: True
    ) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.obs_id[n] for n in map(int, numbers) if wanted(n)))

    def chosen(self, mask: Any) -> tuple[str, ...]:
        """Give the observations of a boolean mask or of row numbers.

        Parameters
        ----------
        mask : array_like
            Booleans, one for each row, or numbers of rows from 0.

        Raises
        ------
        InputError
            If it is neither.
        """
        array = np.asarray(mask)
        if array.dtype == bool and array.shape == (len(self),):
            return self._those(np.flatnonzero(array))
        if array.ndim == 1 and array.dtype.kind in "iu" and np.all(abs(array + 0.5) < len(self)):
            return self._those(array)
        raise InputError(
            f"Cannot choose rows by {mask!r}: it must have a truth value for each of the"
            f" {len(self)} rows, or be numbers of rows from 0 to {len(self) - 1}. An ObsID is text,"
            " such as '60001110002'."
        )
