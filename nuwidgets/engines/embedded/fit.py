"""The best fit of a model to spectra."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import CHI, FitResult
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import absent, compare
from nuwidgets.engines.embedded.problem import Problem, opened, require_value
from nuwidgets.engines.embedded.problem_block import ProblemBlock
from nuwidgets.errors import InputError
from nuwidgets.science.minimize import LOOSE, Minimum, covariance, minimize
from nuwidgets.science.probe import lower_nearby

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum

DIPS, DIP = 5, 0.01
"""How many lower dips beside a minimum are gone down into, and how much lower they must lie."""


def solve_fit(request: FitRequest, above: tuple[Spectrum, ...], token: Any) -> FitResult:
    """Give the best fit.

    Raises
    ------
    InputError
        A model, parameters, statistic or spectra that cannot be compared, or nothing to vary.
    EngineFailedError
        The model has no finite value at the start.
    CancelledError
        Stopped through the token.
    """
    with opened(request, above, token) as problem:
        return result(problem, best(problem, problem.start, token))


def best(problem: Problem, start: Floats, token: Any) -> Minimum:
    """Give the minimum near `start`, the norms scaled to the data beforehand.

    A component that vanishes on the way is tried again where the data want it most, and dips
    right beside the minimum are tried too.

    Raises
    ------
    InputError
        No parameter is free, or there are fewer bins than free parameters.
    EngineFailedError
        The model has no finite value at the start.
    """
    if not len(start):
        raise InputError(
            "Nothing can be fitted: every parameter is frozen or linked. Thaw at least one."
        )
    if problem.dof < 0:
        raise InputError(
            f"Cannot fit {len(start)} free parameters to {problem.n_bins} bins. Freeze some"
            " parameters, notice more channels, or group less."
        )
    start = np.clip(start, problem.lo, problem.hi)
    scaled = renormed(problem, start)
    require_value(problem.statistic(scaled), problem.request)

    def report(number: int, statistic: float) -> None:
        token.report(None, "fit", f"step {number}: statistic {statistic:.6g}")

    found = minimize(problem, scaled, report=report)
    if problem.arrow is None:
        return improved(problem, found, report=report)
    for _ in range(DIPS):
        x = found.x.copy()
        for number, own in enumerate(problem.arrow.blocks):
            token.report(None, "fit", f"block {number + 1} of {len(problem.arrow.blocks)}")
            block = ProblemBlock(problem, problem.arrow, number, x)
            x[own] = improved(block, block.beside(found, own), close=LOOSE).x
        other = lower_nearby(problem, found, DIP, _among(problem.arrow.shared, len(x)))
        if other is None and np.array_equal(x, found.x):
            break
        here = x if other is None or problem.statistic(x) < problem.statistic(other) else other
        found = minimize(problem, here, report=report)
    return found


def improved(problem: Problem | ProblemBlock, found: Minimum, **report: Any) -> Minimum:
    """Give a minimum with absent components tried again, and dips right beside it."""
    while (again := absent.revived(problem, found)) is not None:
        other = minimize(problem, again, **report)
        if other.statistic > found.statistic - absent.GAIN:
            break
        found = other
    for _ in range(DIPS):
        if (again := lower_nearby(problem, found, DIP)) is None:
            break
        found = minimize(problem, again, **report)
    return found


def _among(indices: Any, n: int) -> Mask:
    return np.isin(np.arange(n), indices)


def renormed(problem: Problem, start: Floats) -> Floats:
    """Give the start with all free norms multiplied by what brings the model to the data.

    As XSPEC's ``renorm`` does before a fit; the start itself where nothing is won by it.
    """
    names = [problem.request.parameters[i].name for i in problem.free]
    is_norm = np.array([name == "norm" for name in names])
    if not is_norm.any():
        return start
    rest = problem.rates(np.where(is_norm, 0.0, start))
    scaling = [a - b for a, b in zip(problem.rates(start), rest, strict=True)]
    wanted = [data.rate - b for data, b in zip(problem.data, rest, strict=True)]
    if problem.request.statistic == CHI:
        weights = [1 / data.variance for data in problem.data]
        above = sum(
            float(np.sum(w * y * m)) for w, y, m in zip(weights, wanted, scaling, strict=True)
        )
        below = sum(float(np.sum(w * m * m)) for w, m in zip(weights, scaling, strict=True))
    else:
        above = sum(float(np.sum(d.time_s * y)) for d, y in zip(problem.data, wanted, strict=True))
        below = sum(float(np.sum(d.time_s * m)) for d, m in zip(problem.data, scaling, strict=True))
    factor = above / below if below > 0 else 0.0
    if not (np.isfinite(factor) and factor > 0):
        return start
    scaled = np.clip(np.where(is_norm, start * factor, start), problem.lo, problem.hi)
    return scaled if problem.statistic(scaled) < problem.statistic(start) else start


def result(problem: Problem, found: Minimum) -> FitResult:
    """Give the product of a minimum."""
    request = problem.request
    matrix, distinct = covariance(found)
    values = problem.full(found.x)
    sigma = np.full(len(values), np.nan)
    sigma[problem.free] = np.sqrt(np.diag(matrix))
    rates = problem.rates(found.x)
    parts = [float(part.sum()) for part in problem.statistics(rates)]
    doubts = problem.doubts
    test, test_name = compare.test(request, problem.data, rates)
    return FitResult(
        parameters=tuple(
            replace(p, value=float(v)) for p, v in zip(request.parameters, values, strict=True)
        ),
        sigma=tuple(sigma.tolist()),
        covariance=matrix,
        statistic=found.statistic,
        dof=problem.dof,
        n_bins=problem.n_bins,
        converged=found.converged and distinct,
        statistic_name=compare.words(problem.kinds),
        null_probability=_null_probability(problem, found.statistic),
        statistics=tuple(parts),
        n_evaluations=problem.n_evaluations,
        request=request,
        test_statistic=test,
        test_name=test_name,
        provenance=Provenance(
            warnings=(*_troubles(problem, found, distinct=distinct), *doubts),
            approximate=compare.approximate(problem.data),
        ),
    )


def _null_probability(problem: Problem, statistic: float) -> float:
    """Give the chance of a larger chi-square; NaN for other statistics."""
    from scipy.special import chdtrc

    if problem.request.statistic != CHI or problem.dof <= 0:
        return float("nan")
    return float(chdtrc(problem.dof, statistic))


def _troubles(problem: Problem, found: Minimum, *, distinct: bool) -> tuple[str, ...]:
    """Give sentences about what went wrong in a fit."""
    troubles = []
    if not found.converged:
        troubles.append("The fit stopped before it reached a minimum: start from other values.")
    if not distinct:
        troubles.append(
            "The data cannot tell the free parameters apart, so their errors mean nothing:"
            " freeze or link some."
        )
    parameters = [problem.request.parameters[i] for i in problem.free]
    for p, value, held in zip(parameters, found.x, found.held, strict=True):
        if held:
            side = "lower" if value <= p.hard_lo else "upper"
            troubles.append(
                f"{p.component} {p.name} (parameter {p.number}) ended at its {side} limit"
                f" {value:g}: it has no error."
            )
    return tuple(troubles)
