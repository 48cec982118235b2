"""Rates of a source as fluxes: what was fitted as it is, the rest by the flux per rate nearby.

The flux per rate is that of the same telescope's fitted observation nearest in time: fitted flux
over measured net rate, both of the same counts, so that their noise is mostly the same and leaves
the ratio. It holds as long as the spectrum does not change in between, and the regions are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.flux_curve import CONVERTED, FITTED, LIMIT, NOTHING, FluxCurve
from nuwidgets.domain.series import Series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.longterm import LongTerm

    Fluxes = Mapping[str, tuple[float, float, float]]

NAN = float("nan")


@dataclass(frozen=True)
class _Row:
    """One observation's flux."""

    flux: float = NAN
    lo: float = NAN
    hi: float = NAN
    limit: float = NAN
    kind: str = NOTHING
    by: str = ""


def fluxes_of(series: Series) -> dict[str, tuple[float, float, float]]:
    """Give the fluxes of fits one by one and their intervals, erg/cm2/s, by name."""
    return {
        point.name: (point.flux_erg_per_cm2_s, *point.flux_interval)
        for point in series.points
        if point.fit is not None and np.isfinite(point.flux_erg_per_cm2_s)
    }


def flux_curve(rates: LongTerm, fluxes: Fluxes | Series, band: Band | None = None) -> FluxCurve:
    """Give the flux of each observation, or its upper limit.

    Parameters
    ----------
    rates : LongTerm
        Rates of all observations, as of ``s.longterm.run()``.
    fluxes : Series or mapping
        Fits one by one, as of ``s.series.run()``; or name -> flux, lower and upper end of its
        interval, erg/cm2/s, of those that were fitted.
    band : Band, optional
        Energies of the fluxes, keV; those of the series, else of the rates, unless given.
    """
    if isinstance(fluxes, Series):
        band = band or (fluxes.request.band if fluxes.request else None)
        fluxes = fluxes_of(fluxes)
    per_rate = _flux_per_rate(rates, fluxes)
    rows = [_row(rates, i, fluxes, *_nearest(rates, i, per_rate)) for i in range(len(rates.names))]

    def column(name: str) -> Floats:
        return np.array([getattr(row, name) for row in rows], float)

    return FluxCurve(
        rates.names,
        band or rates.band,
        rates.start_mjd,
        rates.stop_mjd,
        flux_erg_per_cm2_s=column("flux"),
        lo_erg_per_cm2_s=column("lo"),
        hi_erg_per_cm2_s=column("hi"),
        limit_erg_per_cm2_s=column("limit"),
        kind=tuple(row.kind for row in rows),
        by=tuple(row.by for row in rows),
    )


def _flux_per_rate(rates: LongTerm, fluxes: Fluxes) -> dict[int, float]:
    """Give erg/cm2 per count of the detected observations that were fitted, by row."""
    found = {}
    for i, name in enumerate(rates.names):
        flux = fluxes.get(name, (NAN,))[0]
        if rates.detected[i] and rates.rate_per_s[i] > 0 and flux > 0:
            found[i] = flux / float(rates.rate_per_s[i])
    return found


def _nearest(rates: LongTerm, row: int, per_rate: dict[int, float]) -> tuple[float, str]:
    """Give the flux per rate of the fitted observation nearest in time, and its name."""
    middle, telescope = rates.middle_mjd, rates.telescope
    alike = (i for i in per_rate if telescope[i] == telescope[row])
    away = {i: abs(middle[i] - middle[row]) for i in alike}
    away = {i: days for i, days in away.items() if np.isfinite(days)}
    if not away:
        return NAN, ""
    near = min(away, key=lambda i: away[i])
    return per_rate[near], rates.names[near]


def _row(rates: LongTerm, row: int, fluxes: Fluxes, per_rate: float, by: str) -> _Row:
    own = fluxes.get(rates.names[row])
    limit = per_rate * float(rates.limit_per_s[row])
    if not rates.detected[row]:
        known = np.isfinite(limit)
        return _Row(limit=limit, kind=LIMIT, by=by) if known else _Row()
    if own is not None and own[0] > 0:
        return _Row(*own, limit, FITTED, by)
    if not np.isfinite(per_rate):
        return _Row()
    columns = rates.rate_per_s, rates.rate_lo_per_s, rates.rate_hi_per_s
    flux, lo, hi = (per_rate * float(column[row]) for column in columns)
    return _Row(flux, lo, hi, limit, CONVERTED, by)
