"""The model at given parameters beside the data: what a plot follows while a slider moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import Curve, FoldedSpectrum
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare, fitdata
from nuwidgets.engines.embedded.problem import opened

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import CurveRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.fitdata import FitData


def solve_curve(request: CurveRequest, above: tuple[Spectrum, ...], token: Any) -> Curve:
    """Give the folded model beside each spectrum; without a model the data alone.

    Raises
    ------
    InputError
        A model, parameters, statistic or spectra that cannot be compared.
    """
    if not request.fit.expression.strip():
        return _data_alone(request, above)
    with opened(request.fit, above, token) as problem:
        rates = problem.rates(problem.start)
        parts = problem.statistics(rates)
        return Curve(
            spectra=tuple(map(_beside, problem.data, rates, parts)),
            statistic=float(sum(part.sum() for part in parts)),
            dof=problem.dof,
            n_bins=problem.n_bins,
            statistic_name=compare.words(problem.kinds),
            provenance=Provenance(
                warnings=compare.doubts(problem.kinds, problem.data),
                approximate=compare.approximate(problem.data),
            ),
        )


def _data_alone(request: CurveRequest, above: tuple[Spectrum, ...]) -> Curve:
    data = fitdata.prepare_all(above, request.fit.ignore)
    n_bins = sum(len(one.counts) for one in data)
    blanks = [np.full(len(one.counts), np.nan) for one in data]
    return Curve(
        spectra=tuple(map(_beside, data, blanks, blanks)),
        statistic=float("nan"),
        dof=n_bins,
        n_bins=n_bins,
        statistic_name="no model",
        provenance=Provenance(approximate=compare.approximate(data)),
    )


def _beside(data: FitData, rate: Floats, part: Floats) -> FoldedSpectrum:
    """Give one spectrum with its model; rates are as the file counts, not per AREASCAL."""
    return FoldedSpectrum(
        name=data.name,
        e_lo_kev=data.e_lo_kev,
        e_hi_kev=data.e_hi_kev,
        rate=data.rate * data.areascal,
        error=np.sqrt(data.variance) * data.areascal,
        model_rate=rate * data.areascal,
        background_rate=data.background_rate * data.areascal,
        contribution=part,
        counts=data.counts,
    )
