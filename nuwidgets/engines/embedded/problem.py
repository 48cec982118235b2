"""A fit as a function: values of the free parameters in, statistic and slopes out.

Each spectrum belongs to a data group and sees one or several sources, each through a response of
its own; what they give is summed. Spectra on equal energies whose shapes are tied share one
evaluator, so a model is computed once for FPMA and FPMB that differ by a constant.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.engines.embedded import compare, evaluators, fitdata, sources
from nuwidgets.errors import EngineFailedError
from nuwidgets.science.minimize import Slopes
from nuwidgets.science.models.resolved import Resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.fitdata import SourceFold
    from nuwidgets.science.models.evaluate import Evaluator

STEP = 1e-6
"""Step of numerical derivatives of the model, as a share of the value or of its `delta`."""


class Problem:
    """Models, their parameters and the data they are compared with.

    Parameters
    ----------
    request : FitRequest
        What is asked.
    above : tuple of Spectrum
        The spectra.
    token : object
        ``token.check()`` is called before each folding.

    Raises
    ------
    InputError
        No spectra, a statistic or model that is not known, parameters that are not the model's,
        a source that no spectrum sees, or nothing left after ignoring.
    """

    def __init__(self, request: FitRequest, above: tuple[Spectrum, ...], token: Any) -> None:
        self.request, self._token = request, token
        compare.check(request)
        composite = sources.composite_of(request, len(above))
        self._composite = composite
        self.data = fitdata.prepare_all(above, request.ignore, request.responses, request.stamp)
        self.kinds = tuple(compare.kind(request, one) for one in self.data)
        self.n_evaluations = 0
        parameters = request.parameters
        self._links = Resolved(parameters)
        self._root = np.array(self._links.root, int) - 1
        self._base = np.array([p.value for p in parameters])
        self.free = np.array([i for i, p in enumerate(parameters) if p.free], int)
        self.lo = np.array([parameters[i].hard_lo for i in self.free])
        self.hi = np.array([parameters[i].hard_hi for i in self.free])
        self._delta = np.array([abs(parameters[i].delta) for i in self.free])
        self.terms = sources.terms_of(request, composite, self.data, self._links.root)
        """What each spectrum sees of each source."""
        self._touched = sources.touched(request, self.terms, self._links, self.free)
        self._used = [
            [i for i, touched in enumerate(self._touched) if number in touched]
            for number in range(len(self.data))
        ]
        self._evaluators: dict[Any, Evaluator] = {}

    @property
    def start(self) -> Floats:
        """Values of the free parameters as asked, shape (n_free,)."""
        return np.asarray(self._base[self.free])

    @property
    def n_bins(self) -> int:
        """Bins compared."""
        return sum(len(one.counts) for one in self.data)

    @property
    def dof(self) -> int:
        """Bins minus free parameters."""
        return self.n_bins - len(self.free)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sentences about what is doubtful: the statistic for these data, components."""
        every = [c for one in self._composite.models for c in one.expression.components]
        far = {component.name: component.approximate for component in every}
        said = (f"{name}: {words}" for name, words in far.items() if words)
        return (*compare.doubts(self.kinds, self.data), *said)

    def full(self, x: Floats) -> Floats:
        """Give the values of all parameters, links resolved, shape (n_parameters,)."""
        values = self._base.copy()
        values[self.free] = x
        if self._links.formulas:
            return np.array(self._links.full(values.tolist()))
        return np.asarray(values[self._root])

    def rates(self, x: Floats) -> list[Floats]:
        """Give the folded model of each spectrum, counts/s."""
        return [_sum(parts) for parts in self._rates(self.full(x))]

    def _rates(self, values: Floats) -> list[list[Floats]]:
        """Give what each source adds to each spectrum, counts/s."""
        return [[self._fold(term, values) for term in terms] for terms in self.terms]

    def statistics(self, rates: list[Floats]) -> list[Floats]:
        """Give what each bin of each spectrum adds to the statistic."""
        return [
            compare.contributions(how, data, rate)
            for how, data, rate in zip(self.kinds, self.data, rates, strict=True)
        ]

    def statistic(self, x: Floats) -> float:
        """Give the statistic, infinite where the model has no value."""
        self.n_evaluations += 1
        total = float(sum(part.sum() for part in self.statistics(self.rates(x))))
        return total if np.isfinite(total) else float("inf")

    def slopes(self, x: Floats) -> Slopes:
        """Give the statistic and its derivatives."""
        self.n_evaluations += 1 + len(x)
        parts = self._rates(self.full(x))
        rates = [_sum(one) for one in parts]
        gradient, curvature = np.zeros(len(x)), np.zeros((len(x), len(x)))
        for number, columns in enumerate(self._jacobian(x, parts)):
            first, second = compare.slopes(self.kinds[number], self.data[number], rates[number])
            used = self._used[number]
            matrix = np.array([columns[i] for i in used]).reshape(len(used), len(rates[number]))
            gradient[used] += matrix @ first
            curvature[np.ix_(used, used)] += (matrix * second) @ matrix.T
        total = float(sum(part.sum() for part in self.statistics(rates)))
        return Slopes(total, gradient, curvature)

    def _jacobian(self, x: Floats, parts: list[list[Floats]]) -> list[dict[int, Floats]]:
        """Give, for each spectrum, the derivative of its rates by what it depends on."""
        columns: list[dict[int, Floats]] = [{} for _ in self.data]
        for index, touched in enumerate(self._touched):
            step = STEP * max(abs(x[index]), self._delta[index], 1e-30)
            moved = x.copy()
            moved[index] += step if x[index] + step <= self.hi[index] else -step
            step, values = moved[index] - x[index], self.full(moved)
            for number, terms in touched.items():
                slope = _sum(
                    [
                        (self._fold(self.terms[number][t], values) - parts[number][t]) / step
                        for t in terms
                    ]
                )
                columns[number][index] = np.nan_to_num(slope, posinf=0.0, neginf=0.0)
        return columns

    def _fold(self, term: sources.Term, values: Floats) -> Floats:
        self._token.check()
        own = values[term.span]
        if self._links.formulas and not np.isfinite(own).all():
            return np.full(term.fold.matrix.shape[0], np.nan)
        return np.asarray(term.fold.matrix @ self._evaluators[term.key](own))

    def seen(self, spectrum: int) -> tuple[tuple[str, SourceFold, Evaluator, slice], ...]:
        """Give what a spectrum sees of each source, for use while evaluators are taken.

        Parameters
        ----------
        spectrum : int
            Its index, from 0.

        Returns
        -------
        tuple of (str, SourceFold, Evaluator, slice)
            Name of the model, its response, its evaluator, and where its parameters stand in
            `full()`.
        """
        return tuple(
            (term.model.name, term.fold, self._evaluators[term.key], term.span)
            for term in self.terms[spectrum]
        )

    def take_evaluators(self) -> None:
        """Take the evaluators of these models that nobody uses, or make new ones."""
        for term in (one for terms in self.terms for one in terms):
            if term.key not in self._evaluators:
                self._evaluators[term.key] = evaluators.take(
                    term.key, self.request, term.model.expression, term.fold.edges_kev
                )

    def give_evaluators(self) -> None:
        """Leave the evaluators, with what they remember, to the next request."""
        edges = {one.key: one.fold.edges_kev for terms in self.terms for one in terms}
        evaluators.give({key: (edges[key], one) for key, one in self._evaluators.items()})
        self._evaluators = {}


def _sum(parts: list[Floats]) -> Floats:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


@contextmanager
def opened(request: FitRequest, above: tuple[Spectrum, ...], token: Any) -> Iterator[Problem]:
    """Give the problem of a request, with evaluators that are its own meanwhile."""
    problem = Problem(request, above, token)
    problem.take_evaluators()
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            yield problem
    finally:
        problem.give_evaluators()


def require_value(statistic: float, request: FitRequest) -> None:
    """Refuse a statistic that is not a number.

    Raises
    ------
    EngineFailedError
        If it is not finite.
    """
    if not np.isfinite(statistic):
        values = ", ".join(f"{p.name}={p.value:g}" for p in request.parameters)
        raise EngineFailedError(
            f"Cannot compare {request.expression!r} with the data: at {values} the model gives"
            " no finite number of photons. Bring the parameters nearer to their defaults."
        )
