"""Compare the rates of two bands along time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.hardness import Hardness
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.lightcurve import light_curves
from nuwidgets.science.hardness import difference, ratio

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Mask
    from nuwidgets.domain.hardness import HardnessRequest
    from nuwidgets.domain.lightcurve import LightCurve
    from nuwidgets.domain.selection import Selection

FORMULAS = {"difference": difference, "ratio": ratio}


def solve_hardness(request: HardnessRequest, above: tuple[Selection], token: Any) -> Hardness:
    """Give the hardness of a selection along time.

    Raises
    ------
    InputError
        As for light curves.
    """
    asked = LightCurveRequest(
        request.selection,
        request.soft,
        request.binsize_s,
        request.subtract_background,
        request.correct_livetime,
        region=request.region,
        area=request.area,
        bins=request.bins,
        bands=(request.hard,),
    )
    soft = light_curves(asked, above[0], token, "hardness")
    hard = soft.parts[0]
    few = (soft.counts < request.min_counts) | (hard.counts < request.min_counts)
    hardness, error = FORMULAS[request.definition](
        soft.rate_per_s, soft.error_per_s, hard.rate_per_s, hard.error_per_s
    )
    return Hardness(
        time_s=soft.time_s,
        width_s=soft.width_s,
        soft=soft.rate_per_s,
        soft_error=soft.error_per_s,
        hard=hard.rate_per_s,
        hard_error=hard.error_per_s,
        hardness=np.where(few, np.nan, hardness),
        hardness_error=np.where(few, np.nan, error),
        intensity=soft.rate_per_s + hard.rate_per_s,
        intensity_error=np.hypot(soft.error_per_s, hard.error_per_s),
        fracexp=soft.fracexp,
        binsize_s=request.binsize_s,
        gti=soft.gti,
        pointing=soft.pointing,
        background_subtracted=soft.background_subtracted,
        request=request,
        provenance=Provenance(warnings=_warnings(request, soft, few)),
    )


def _warnings(request: HardnessRequest, soft: LightCurve, few: Mask) -> tuple[str, ...]:
    """Say what a user should know before trusting the hardness."""
    said = list(dict.fromkeys((*soft.provenance.warnings, *soft.parts[0].provenance.warnings)))
    good = soft.fracexp > 0
    n_few = int(np.count_nonzero(few & good))
    if n_few:
        said.append(
            f"{n_few} of {int(good.sum())} bins have fewer than {request.min_counts} counts in a"
            " band, and no hardness. Take longer bins or wider bands."
        )
    lo, hi = request.soft, request.hard
    if lo.lo_kev < hi.hi_kev and hi.lo_kev < lo.hi_kev:
        said.append(f"The bands {lo} and {hi} overlap: some counts are in both.")
    elif lo.lo_kev > hi.lo_kev:
        said.append(f"The soft band, {lo}, lies above the hard one, {hi}.")
    return tuple(said)
