"""Mission seconds as dates: MJD in the file's own time system, UTC, and the phase of a period."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Pointing

DAY_S = 86400.0
_SCALES = {"TT": "tt", "TDT": "tt", "ET": "tt", "TDB": "tdb", "UTC": "utc", "TAI": "tai"}


def to_mjd(time_s: Floats | float, pointing: Pointing) -> Floats:
    """Give MJD, days, in the time system of the file (`Pointing.timesys`); shape as given.

    A double holds an MJD to about a microsecond: no use for phases of fast pulsars, which `phase`
    takes from seconds.

    Raises
    ------
    InputError
        If the reference time is not known.
    """
    return _reference_days(pointing) + np.asarray(time_s, float) / DAY_S


def from_mjd(mjd_days: Floats | float, pointing: Pointing) -> Floats:
    """Give mission seconds of MJD, days, in the time system of the file; shape as given."""
    seconds: Floats = (np.asarray(mjd_days, float) - _reference_days(pointing)) * DAY_S
    return seconds


def to_time(time_s: Floats | float, pointing: Pointing) -> Any:
    """Give an astropy Time in the time system of the file, shape as given.

    Times at the barycentre (TIMEREF SOLARSYSTEM) are those there, not those of the arrival here.

    Raises
    ------
    InputError
        If the reference time or the time system is not known.
    """
    from astropy.time import Time

    scale = _SCALES.get(pointing.timesys.upper())
    if scale is None:
        raise InputError(
            f"Cannot give dates: the times are in {pointing.timesys!r}, and {', '.join(_SCALES)}"
            " are known. Use seconds, or correct TIMESYS in the event file."
        )
    days = np.asarray(time_s, float) / DAY_S
    whole = np.floor(days)
    return Time(_reference_days(pointing) + whole, days - whole, format="mjd", scale=scale)


def to_utc(time_s: Floats | float, pointing: Pointing) -> Any:
    """Give dates in UTC as numpy's datetime64 in microseconds, shape as given; raises as `to_time`.

    A leap second itself is given as the second after it.
    """
    return to_time(time_s, pointing).utc.datetime64.astype("datetime64[us]")


def phase(
    time_s: Floats | float,
    pointing: Pointing,
    epoch_mjd: float,
    period_s: float,
    pdot: float = 0.0,
) -> Floats:
    """Give cycles since an epoch, whole and part, of a period that grows evenly; shape as given.

    Parameters
    ----------
    time_s : ndarray or float, s
        Mission seconds.
    pointing : Pointing
        Says the reference time.
    epoch_mjd : float, days
        When the phase is 0, in the time system of the file.
    period_s : float, s
        The period at the epoch.
    pdot : float, s/s
        How the period grows.

    Notes
    -----
    With dt since the epoch, f = 1 / P and f' = -P' / P^2 the phase is ``f dt + f' dt^2 / 2``, to
    second order in dt (f'' = 2 P'^2 / P^3 is left out).

    Raises
    ------
    InputError
        If the period is not above 0, or the reference time is not known.
    """
    if not 0 < period_s < math.inf or not math.isfinite(pdot + epoch_mjd):
        raise InputError(
            f"Cannot fold times by a period of {period_s!r} s, derivative {pdot!r}, epoch MJD"
            f" {epoch_mjd!r}. Give a period above 0 s, and finite numbers."
        )
    reference = _reference_days(pointing)
    since_s = np.asarray(time_s, float) - (epoch_mjd - reference) * DAY_S
    frequency = 1.0 / period_s
    cycles: Floats = since_s * frequency - 0.5 * pdot * (since_s * frequency) ** 2
    return cycles


def _reference_days(pointing: Pointing) -> float:
    if pointing.mjdref_days > 0:
        return pointing.mjdref_days
    raise InputError(
        "Cannot give dates: the event file says no reference time (MJDREF). Use seconds."
    )
