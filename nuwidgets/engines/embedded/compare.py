"""How one spectrum is compared with its folded model: which statistic, its slopes, its doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from nuwidgets.domain.fit import CHI
from nuwidgets.science.slopes import chi_slopes, cstat_slopes, wstat_slopes
from nuwidgets.science.statistics import chi, cstat, wstat

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.engines.embedded.fitdata import FitData

Kind: TypeAlias = Literal["chi", "cstat", "wstat"]
WORDS: dict[Kind, str] = {
    "chi": "chi-squared (background subtracted, standard weights)",
    "cstat": "C-statistic (cstat without a background)",
    "wstat": "W-statistic (cstat with a background)",
}
"""What each statistic is, in words."""
ENOUGH_COUNTS = 20
"""Counts in a bin from which chi-square's Gaussian errors are passable."""


def kind(statistic: str, data: FitData) -> Kind:
    """Give the statistic that `statistic` means for one spectrum, as XSPEC chooses."""
    if statistic == CHI:
        return "chi"
    return "cstat" if data.background is None else "wstat"


def words(kinds: tuple[Kind, ...]) -> str:
    """Say what the statistic is; several where the spectra differ."""
    return " and ".join(WORDS[one] for one in dict.fromkeys(kinds))


def contributions(how: Kind, data: FitData, rate: Floats) -> Floats:
    """Give what each bin adds to the statistic, shape (n,).

    Parameters
    ----------
    how : str
        ``"chi"``, ``"cstat"`` or ``"wstat"``.
    data : FitData
        The spectrum.
    rate : ndarray, shape (n,), counts/s
        Folded model.
    """
    if how == "chi":
        return chi(data.rate, data.variance, rate)
    if data.background is None:
        return cstat(data.counts, data.time_s, rate)
    times = data.time_s, data.background_time_s
    return wstat(data.counts, data.background, *times, rate)


def slopes(how: Kind, data: FitData, rate: Floats) -> tuple[Floats, Floats]:
    """Give first and second derivatives of `contributions` by the rate, shape (n,) each."""
    if how == "chi":
        return chi_slopes(data.rate, data.variance, rate)
    if data.background is None:
        return cstat_slopes(data.counts, data.time_s, rate)
    times = data.time_s, data.background_time_s
    return wstat_slopes(data.counts, data.background, *times, rate)


def doubts(kinds: tuple[Kind, ...], spectra: tuple[FitData, ...]) -> tuple[str, ...]:
    """Give sentences about what makes the statistic doubtful for these spectra."""
    return tuple(
        f"{data.name}: {sentence}" if data.name else sentence[0].upper() + sentence[1:]
        for how, data in zip(kinds, spectra, strict=True)
        for sentence in _doubts(how, data)
    )


def approximate(spectra: tuple[FitData, ...]) -> str:
    """Say why the answer is approximate, if a spectrum or its response is."""
    return " ".join(dict.fromkeys(one.approximate for one in spectra if one.approximate))


def _doubts(how: Kind, data: FitData) -> list[str]:
    n_bins = len(data.counts)
    if how == "chi":
        few = int(np.count_nonzero(data.counts < ENOUGH_COUNTS)) if data.poisson else 0
        sentence = (
            f"{few} of {n_bins} bins hold fewer than {ENOUGH_COUNTS} counts, where chi-squared"
            " is biased. Group more, or use cstat."
        )
        return [sentence] * bool(few)
    found = []
    if not data.poisson:
        found.append("its errors are not Poisson's, but cstat takes them as such. Use chi.")
    empty = 0 if data.background is None else int(np.count_nonzero(data.background == 0))
    if empty:
        found.append(
            f"{empty} of {n_bins} bins hold no background counts, where the W-statistic is"
            " biased. Group so that each holds one or more."
        )
    return found
