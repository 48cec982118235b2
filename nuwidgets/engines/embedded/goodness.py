"""Goodness of a fit: spectra drawn from the best fit, fitted in turn."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.goodness import Goodness
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare
from nuwidgets.engines.embedded.fit import best, result
from nuwidgets.engines.embedded.problem import opened, require_value
from nuwidgets.engines.embedded.redrawn import put_data, redrawn
from nuwidgets.errors import InputError
from nuwidgets.science.draws import gaussian_draws
from nuwidgets.science.minimize import covariance, minimize
from nuwidgets.science.profile import NEW_MINIMUM

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitResult
    from nuwidgets.domain.goodness import GoodnessRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.problem import Problem

STAGE = "goodness"
CLOSE = 1e-3
"""Foretold distance to the minimum at which the fit of a simulated spectrum may stop."""
REST_S = 0.1
"""What there is so far is given at most once in this time, s."""


def solve_goodness(request: GoodnessRequest, above: tuple[Spectrum, ...], token: Any) -> Goodness:
    """Give the test statistic of data simulated from the best fit, after making sure of it.

    Raises
    ------
    InputError
        Fewer than one simulated data set, or what a fit refuses.
    EngineFailedError
        The model has no finite value at the start.
    CancelledError
        Stopped through the token.
    """
    if request.n < 1:
        raise InputError(
            f"Cannot judge the fit by {request.n!r} simulated data sets. Give a number above 0,"
            " e.g. 100."
        )
    with opened(request.fit, above, token) as problem:
        given = problem.statistic(problem.start)
        require_value(given, request.fit)
        trials = _Trials(request, problem, token)
        if given - trials.found.statistic > NEW_MINIMUM:
            trials.better_fit = result(problem, trials.found)
        return trials.run()


class _Trials:
    """The trials of one request."""

    def __init__(self, request: GoodnessRequest, problem: Problem, token: Any) -> None:
        self.request, self.problem, self.token = request, problem, token
        self.found = best(problem, problem.start, token)
        rates = problem.rates(self.found.x)
        self.observed, self.test_name = compare.test(request.fit, problem.data, rates)
        self.doubts = problem.doubts
        self.approximate = compare.approximate(problem.data)
        self.values = np.full(request.n, np.nan)
        self.fit_values = np.full(request.n, np.nan)
        self.n_astray = 0
        self.better_fit: FitResult | None = None

    def run(self) -> Goodness:
        """Simulate, fit and test, one data set after the other."""
        real, shown_s = self.problem.data, 0.0
        rng = np.random.default_rng(self.request.seed)
        for number, x in enumerate(self._truths(rng)):
            drawn = zip(real, self.problem.rates(x), strict=True)
            data = tuple(redrawn(one, rate, rng) for one, rate in drawn)
            put_data(self.problem, data)
            try:
                self._try(number, x)
            finally:
                put_data(self.problem, real)
            partial = None
            if time.monotonic() - shown_s >= REST_S:
                partial, shown_s = self.product(), time.monotonic()
            done = f"{number + 1} of {self.request.n} simulated"
            self.token.report((number + 1) / self.request.n, STAGE, done, partial=partial)
        return self.product()

    def _truths(self, rng: np.random.Generator) -> Floats:
        """Give the values that each data set is drawn from, shape (n, n_free)."""
        x, n = self.found.x, self.request.n
        if not self.request.draw:
            return np.tile(x, (n, 1))
        limits = self.problem.lo, self.problem.hi
        return gaussian_draws(x, covariance(self.found)[0], limits, n, rng)

    def _try(self, number: int, x: Floats) -> None:
        """Fit the data of now, from the truth, and test the fit."""
        if self.request.refit:
            found = minimize(self.problem, x, close=CLOSE)
            x = found.x
            self.n_astray += not found.converged
        rates = self.problem.rates(x)
        parts = self.problem.statistics(rates)
        self.fit_values[number] = sum(float(part.sum()) for part in parts)
        value, _ = compare.test(self.request.fit, self.problem.data, rates)
        self.values[number] = value

    def product(self) -> Goodness:
        """Give what there is."""
        return Goodness(
            values=self.values.copy(),
            observed=self.observed,
            fit_values=self.fit_values.copy(),
            fit_observed=self.found.statistic,
            test_name=self.test_name,
            statistic_name=compare.words(self.problem.kinds),
            better_fit=self.better_fit,
            request=self.request,
            provenance=Provenance(
                warnings=(*self._troubles(), *self.doubts), approximate=self.approximate
            ),
        )

    def _troubles(self) -> tuple[str, ...]:
        """Give sentences about fits that are not to be trusted."""
        if not self.n_astray:
            return ()
        sentence = (
            f"{self.n_astray} of {self.request.n} fits of simulated data ended before they reached"
            " a minimum."
        )
        return (sentence,)
