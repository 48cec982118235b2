"""What makes a statistic doubtful for the spectra at hand, in sentences that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.fit import CHI

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.engines.embedded.compare import Kind
    from nuwidgets.engines.embedded.fitdata import FitData

ENOUGH_COUNTS = 20
"""Counts in a bin from which Gaussian errors are passable."""
BIASED = {
    "standard": "chi-squared is biased. Group more, or use cstat.",
    "gehrels": "Gehrels' errors are too large and chi-squared comes out too small. Group more,"
    " or use cstat.",
    "churazov": "an error is that of the bin and its neighbours together. cstat needs none.",
    "model": "errors that follow the model draw it upwards. Group more, or use cstat.",
}
"""What each weight of chi-squared does with few counts."""


def unused(kinds: tuple[Kind, ...]) -> tuple[str, ...]:
    """Say what a Poisson statistic has been given in vain."""
    given = [one for one in kinds if one.statistic != CHI]
    if not given:
        return ()
    one, found = given[0], []
    if one.weight != "standard":
        found.append(
            f"The weight {one.weight!r} is not used: {one.asked} takes its errors from the counts."
            " Use chi for it."
        )
    if one.systematic:
        found.append(
            f"The systematic error of {one.systematic:.3g} is not used: {one.asked} has no place"
            " for it. Use chi for it."
        )
    return tuple(found)


def of_one(how: Kind, data: FitData) -> list[str]:
    """Give sentences about one spectrum, without its name."""
    if how.statistic == CHI:
        return _of_chi(how, data)
    found = []
    if not (data.poisson_source if how.asked == "pgstat" else data.poisson):
        found.append(f"its errors are not Poisson's, but {how.asked} takes them as such. Use chi.")
    if data.background is None:
        if how.asked != "cstat":
            found.append(f"it has no background, so {how.asked} is cstat's C-statistic.")
        return found
    sentence = {
        "wstat": _of_w,
        "pgstat": _of_pg,
        "pstat": _of_p,
        "lstat": _of_l,
    }[how.statistic](data, data.background)
    return found + [sentence] * bool(sentence)


def _of_chi(how: Kind, data: FitData) -> list[str]:
    found = []
    if not data.poisson and how.weight != "standard":
        found.append(
            f"its errors are not Poisson's, but the weight {how.weight!r} makes them from the"
            " counts. Use the standard weight."
        )
    few = _number(data.counts < ENOUGH_COUNTS) if data.poisson else 0
    if few:
        found.append(
            f"{few} of {len(data.counts)} bins hold fewer than {ENOUGH_COUNTS} counts, where"
            f" {BIASED[how.weight]}"
        )
    return found


def _of_w(data: FitData, background: Floats) -> str:
    empty = _number(background == 0)
    if not empty:
        return ""
    return (
        f"{empty} of {len(data.counts)} bins hold no background counts, where the W-statistic is"
        " biased. Group so that each holds one or more."
    )


def _of_pg(data: FitData, background: Floats) -> str:
    few = _number(background < ENOUGH_COUNTS) if data.poisson else 0
    if not few:
        return ""
    return (
        f"{few} of {len(data.counts)} bins hold fewer than {ENOUGH_COUNTS} background counts,"
        " whose errors are not Gaussian as pgstat takes them. Use cstat."
    )


def _of_p(data: FitData, _: Floats) -> str:
    if not data.poisson:
        return ""
    return "its background is counted, not known exactly: pstat leaves out its errors. Use cstat."


def _of_l(data: FitData, _: Floats) -> str:
    odd = _number((np.rint(data.counts) != data.counts) | (data.counts < 0))
    if not odd:
        return ""
    return (
        f"{odd} of {len(data.counts)} bins hold no whole number of counts; lstat rounds them."
        " Use cstat."
    )


def _number(mask: Mask) -> int:
    return int(np.count_nonzero(mask))
