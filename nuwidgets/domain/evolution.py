"""Parameters against time: one row for each parameter of each observation, with its errors.

They come from fits one by one (`Evolution.of_series`), or from a joint fit with a data group for
each observation (`Evolution.of_joint`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.evolution_rows import EvolutionRow, Moment, flux_row, rows_of
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.fit import Errors, FitResult, Flux
    from nuwidgets.domain.series import Series
    from nuwidgets.domain.spectrum import Spectrum

SERIES, JOINT = "series", "joint"
COLUMNS = {
    "name": ("", "short name of the dataset"),
    "middle_mjd": ("d", "middle of the good times, MJD (TT)"),
    "half_mjd": ("d", "half of the time from the first good time to the last"),
    "exposure_s": ("s", "live time"),
    "label": ("", "component and name of the parameter, or flux"),
    "unit": ("", "unit of value, sigma, lo and hi"),
    "value": ("", "best fit, or what it was frozen at or tied to"),
    "sigma": ("", "one-sigma error from the covariance; NaN where there is none"),
    "lo": ("", "lower end of the interval; NaN where there is none"),
    "hi": ("", "upper end of the interval; NaN where there is none"),
    "flags": ("", "XSPEC's nine problem letters; empty without an interval"),
    "problems": ("", "the same in words"),
    "status": ("", "free, frozen, tied, or at its limit"),
    "bound": ("", "what the interval is: both ends, an upper or a lower limit, or none"),
}
"""Columns of `Evolution.table`: their units and what they hold."""


@dataclass(frozen=True, eq=False)
class Track:
    """One parameter against time; n observations, in the order of time."""

    label: str
    """Component and name, e.g. ``"bbodyrad.kT"``, or ``"flux"``."""
    unit: str
    """Unit of the values; empty when dimensionless."""
    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    middle_mjd: Floats
    """Middle of each observation, MJD (TT), shape (n,)."""
    half_mjd: Floats
    """Half of each observation's length, days, shape (n,)."""
    value: Floats
    """Best values, shape (n,)."""
    lo: Floats
    """Lower ends: of the interval, else one sigma below; NaN where there is none, shape (n,)."""
    hi: Floats
    """Upper ends: of the interval, else one sigma above; NaN where there is none, shape (n,)."""
    upper: Mask
    """Whether `hi` is an upper limit and the value means little, shape (n,)."""
    lower: Mask
    """Whether `lo` is a lower limit and the value means little, shape (n,)."""
    moved: Mask
    """Whether the observation's own fit moved it: neither frozen nor tied, shape (n,)."""
    rows: tuple[EvolutionRow, ...]
    """All that is known of each."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Evolution:
    """Parameters of all observations against time."""

    rows: tuple[EvolutionRow, ...] = ()
    """One for each parameter of each observation, in the order of time."""
    kind: str = SERIES
    """``"series"`` for fits one by one, ``"joint"`` for data groups of one fit."""
    delta: float = math.nan
    """Rise of the statistic that the intervals stand for; NaN where there are none."""
    missing: tuple[tuple[str, str], ...] = ()
    """Observations without a fit, and why: pairs (name, sentence)."""

    @classmethod
    def of_series(cls, series: Series) -> Evolution:
        """Take the fits of observations one by one.

        Parameters
        ----------
        series : Series
            As of ``s.series.run()``; also one that is not complete yet.
        """
        rows: list[EvolutionRow] = []
        for point in series.points:
            if point.fit is None:
                continue
            moment = Moment.of(point.name, point.pointing, point.gti, point.exposure_s)
            rows += rows_of(moment, point.fit, point.intervals)
            if math.isfinite(point.flux_erg_per_cm2_s):
                rows.append(flux_row(moment, point.flux_erg_per_cm2_s, *point.flux_interval))
        asked = series.request.delta if series.request else 0.0
        return cls(_by_time(rows), SERIES, asked or math.nan, tuple(series.failed.items()))

    @classmethod
    def of_joint(
        cls,
        result: FitResult,
        errors: Errors | None = None,
        *,
        spectra: Sequence[Spectrum] = (),
        names: Sequence[str] = (),
        flux: Flux | None = None,
    ) -> Evolution:
        """Take the data groups of one fit.

        Parameters
        ----------
        result : FitResult
            As of ``s.fit.run()``.
        errors : Errors, optional
            Its intervals, as of ``s.errors.run()``.
        spectra : sequence of Spectrum
            The spectra that were fitted, in their order: they say when.
        names : sequence of str
            Short names of their datasets; those of the spectra where left out.
        flux : Flux, optional
            As of ``s.flux.run()``.

        Raises
        ------
        InputError
            If the spectra are not as many as those of the fit.
        """
        groups = _groups(result, len(spectra))
        names = tuple(names) or tuple(one.name for one in spectra)
        if not len(spectra) == len(names) == len(groups):
            raise InputError(
                f"Cannot tell when parameters were measured: the fit spans {len(groups)} spectra,"
                f" but {len(spectra)} spectra and {len(names)} names were given. Give those that"
                " were fitted, in their order."
            )
        rows: list[EvolutionRow] = []
        for n, (spectrum, name, group) in enumerate(zip(spectra, names, groups, strict=True)):
            moment = Moment.of(name, spectrum.pointing, spectrum.gti, spectrum.exposure_s)
            rows += rows_of(moment, result, errors.intervals if errors else (), group)
            if flux is not None:
                ends = flux.erg_intervals[n] if flux.erg_intervals else (math.nan, math.nan)
                rows.append(flux_row(moment, flux.erg_per_cm2_s[n], *ends))
        return cls(_by_time(rows), JOINT, errors.delta if errors else math.nan)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Labels of all parameters, in the order of the model; ``"flux"`` last."""
        found = dict.fromkeys(row.label for row in sorted(self.rows, key=lambda row: row.place))
        return tuple(found)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the observations that were fitted, in the order of time."""
        return tuple(dict.fromkeys(row.name for row in self.rows))

    @property
    def changing(self) -> tuple[str, ...]:
        """Labels of what was moved by the fits: what is worth drawing first."""
        moved = {row.label for row in self.rows if row.status not in ("frozen", "tied")}
        return tuple(label for label in self.parameters if label in moved)

    def of(self, label: str) -> Track:
        """Give one parameter against time.

        Raises
        ------
        InputError
            If there is none of this name.
        """
        rows = tuple(row for row in self.rows if row.label == label)
        if not rows:
            raise InputError(
                f"No parameter {label!r} was fitted. {nearest(label, self.parameters)}"
            )
        return Track(
            label,
            rows[0].unit,
            tuple(row.name for row in rows),
            _column(rows, "middle_mjd"),
            _column(rows, "half_mjd"),
            _column(rows, "value"),
            _column(rows, "end_lo"),
            _column(rows, "end_hi"),
            np.array([row.bound == "upper" for row in rows]),
            np.array([row.bound == "lower" for row in rows]),
            np.array([row.status not in ("frozen", "tied") for row in rows]),
            rows,
        )

    def shifted(self, event_mjd: float) -> Evolution:
        """Give the same with times in days since an event, MJD (TT)."""
        rows = (replace(row, middle_mjd=row.middle_mjd - event_mjd) for row in self.rows)
        return replace(self, rows=tuple(rows))

    def table(self) -> Table:
        """Give all rows as an astropy table, with units and words."""
        from astropy.table import Column, Table

        made = [
            Column(
                [getattr(row, name) for row in self.rows],
                name=name,
                dtype=_dtype(name),
                unit=unit or None,
                description=words,
            )
            for name, (unit, words) in COLUMNS.items()
        ]
        about = {"kind": self.kind, "rise_of_the_statistic": self.delta}
        return Table(made, meta=about | {"missing": dict(self.missing)})

    def __repr__(self) -> str:
        return f"<Evolution: {len(self.parameters)} parameters of {len(self.names)} observations>"


def _dtype(name: str) -> type:
    numbers = ("middle_mjd", "half_mjd", "exposure_s", "value", "sigma", "lo", "hi")
    return float if name in numbers else str


def _column(rows: tuple[EvolutionRow, ...], name: str) -> Any:
    return np.array([getattr(row, name) for row in rows], float)


def _by_time(rows: Iterable[EvolutionRow]) -> tuple[EvolutionRow, ...]:
    """Sort by time; what has none stays at the end, in its order."""
    return tuple(
        sorted(rows, key=lambda r: r.middle_mjd if math.isfinite(r.middle_mjd) else math.inf)
    )


def _groups(result: FitResult, n_spectra: int) -> tuple[int, ...]:
    """Give the data group of each spectrum."""
    if result.request is None:
        return tuple(range(1, n_spectra + 1))
    return result.request.groups or tuple(range(1, len(result.request.spectra) + 1))
