"""The model at given parameters beside the data: what a plot follows while a slider moves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.curve import Curve
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare, fitdata
from nuwidgets.engines.embedded.curve_parts import before, beside
from nuwidgets.engines.embedded.problem import opened

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.curve import CurveRequest, FoldedSpectrum
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.problem import Problem


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
        spectra = _folded(problem, rates, components=request.components)
        test, words = compare.test(request.fit, problem.data, rates)
        return Curve(
            spectra=spectra,
            statistic=float(sum(one.contribution.sum() for one in spectra)),
            dof=problem.dof,
            n_bins=problem.n_bins,
            statistic_name=compare.words(problem.kinds),
            provenance=Provenance(
                warnings=problem.doubts,
                approximate=compare.approximate(problem.data),
            ),
            test_statistic=test,
            test_name=words,
        )


def _folded(
    problem: Problem, rates: list[Floats], *, components: bool
) -> tuple[FoldedSpectrum, ...]:
    """Give each spectrum beside its model, folded and unfolded."""
    values = problem.full(problem.start)
    parts = problem.statistics(rates)
    found = []
    for number, data in enumerate(problem.data):
        kind = problem.kinds[number]
        one = beside(data, kind.statistic, rates[number], parts[number])
        more = before(data, problem.seen(number), values, components=components)
        found.append(replace(one, **more))
    return tuple(found)


def _data_alone(request: CurveRequest, above: tuple[Spectrum, ...]) -> Curve:
    data = fitdata.prepare_all(above, request.fit.ignore)
    n_bins = sum(len(one.counts) for one in data)
    blanks = [np.full(len(one.counts), np.nan) for one in data]
    kind = request.fit.statistic
    return Curve(
        spectra=tuple(beside(one, kind, b, b) for one, b in zip(data, blanks, strict=True)),
        statistic=float("nan"),
        dof=n_bins,
        n_bins=n_bins,
        statistic_name="no model",
        provenance=Provenance(approximate=compare.approximate(data)),
    )
