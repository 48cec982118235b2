"""A period and its epoch, and when a range of phases comes round."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats

MOST = 100_000
"""More stretches of time than this are refused."""


@dataclass(frozen=True)
class Ephemeris:
    """A period that may change, and when phase 0 was (formula: `science.time_scales.phase`)."""

    period_s: float
    """Period at the epoch, s."""
    epoch_mjd: float
    """When phase 0 was, MJD in the time scale of the data."""
    pdot: float = 0.0
    """Change of the period, s/s."""

    def __post_init__(self) -> None:
        """Refuse what is no period."""
        finite = all(map(math.isfinite, (self.period_s, self.epoch_mjd, self.pdot)))
        if not finite or self.period_s <= 0:
            raise InputError(
                f"Cannot count phases with the period {self.period_s!r} s, the epoch"
                f" {self.epoch_mjd!r} and the derivative {self.pdot!r}. Give a period above 0 s"
                " and finite numbers."
            )

    @property
    def words(self) -> str:
        """Say what it is."""
        change = f", Ṗ = {self.pdot:.3g}" if self.pdot else ""
        return f"P = {self.period_s:.10g} s{change}, epoch MJD {self.epoch_mjd:.10g}"

    def since_s(self, cycles: Floats) -> Floats:
        """Give when so many cycles have passed, s since the epoch; shape as given."""
        turns = np.asarray(cycles, float)
        root = np.sqrt(np.maximum(1 - 2 * self.pdot * turns, 0.0))
        since: Floats = 2 * turns * self.period_s / (1 + root)
        return since

    def stretches(self, lo: float, hi: float, within: Floats) -> Floats:
        """Give when phases from `lo` to `hi` come round.

        Parameters
        ----------
        lo, hi : float
            Phases, at most one cycle apart; those beyond 1 are of the next cycle.
        within : ndarray, shape (n, 2)
            When to look, cycles since the epoch.

        Returns
        -------
        ndarray, shape (m, 2), s since the epoch, rising
            They may reach beyond the ends of `within`.

        Raises
        ------
        InputError
            If there are too many.
        """
        if not len(within):
            return np.empty((0, 2))
        first, last = np.floor(within[:, 0]), np.floor(within[:, 1])
        count = float(np.sum(last - first + 2))
        if count > MOST:
            raise InputError(
                f"Cannot choose phases {lo:g} to {hi:g} of {count:.3g} cycles: that is more than"
                f" {MOST} stretches of time. Choose times first, or take a longer period."
            )
        turns = [np.arange(a - 1, b + 1) for a, b in zip(first, last, strict=True)]
        every = np.unique(np.concatenate(turns))
        ends = every + lo, every + min(hi, lo + 1.0)
        return np.column_stack([self.since_s(end) for end in ends])
