"""Confidence intervals of the parameters of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import CHI, Errors, Interval
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare
from nuwidgets.engines.embedded.fit import best, result
from nuwidgets.engines.embedded.problem import opened, require_value
from nuwidgets.errors import InputError
from nuwidgets.science.confidence import NEW_MINIMUM, NewMinimumError, Search, flags
from nuwidgets.science.joint_confidence import JointSearch
from nuwidgets.science.reduced import Around

if TYPE_CHECKING:
    from nuwidgets.domain.fit import ErrorsRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.problem import Problem
    from nuwidgets.science.minimize import Minimum

MOST_RESTARTS = 10
"""How often a better fit may be met before the search goes on regardless."""
TOO_BAD = 2.0
"""Reduced chi-square above which intervals mean little (XSPEC refuses them)."""


def solve_errors(request: ErrorsRequest, above: tuple[Spectrum, ...], token: Any) -> Errors:
    """Give the confidence intervals, after making sure of the best fit.

    Raises
    ------
    InputError
        A rise that is not positive, a parameter that does not exist, or what a fit refuses.
    EngineFailedError
        The model has no finite value at the start.
    CancelledError
        Stopped through the token.
    """
    if not request.delta > 0:
        raise InputError(
            f"Cannot find errors for a rise of {request.delta!r} in the statistic. Give a number"
            " above 0, e.g. 2.706 for 90 % or 1.0 for 68.3 %."
        )
    with opened(request.fit, above, token) as problem:
        numbers = _numbers(request)
        given = problem.statistic(problem.start) if len(problem.free) else np.nan
        if len(problem.free):
            require_value(given, request.fit)
        found, intervals, met = _all(problem, numbers, request.delta, token)
        better = given - found.statistic > NEW_MINIMUM
        troubles = _troubles(problem, found, tuple(intervals[number] for number in numbers), met)
        return Errors(
            intervals=tuple(intervals[number] for number in numbers),
            delta=request.delta,
            better_fit=result(problem, found) if better else None,
            request=request,
            provenance=Provenance(
                warnings=(*troubles, *problem.doubts),
                approximate=compare.approximate(problem.data),
            ),
        )


def _numbers(request: ErrorsRequest) -> tuple[int, ...]:
    """Give the numbers of the parameters that are meant."""
    known = {p.number for p in request.fit.parameters}
    for number in request.numbers:
        if number not in known:
            raise InputError(
                f"Cannot find the error of parameter {number!r}: the model has parameters 1 to"
                f" {max(known, default=0)}. Give one of these numbers."
            )
    free = tuple(p.number for p in request.fit.parameters if p.free)
    return tuple(dict.fromkeys(request.numbers)) or free


def _all(
    problem: Problem, numbers: tuple[int, ...], delta: float, token: Any
) -> tuple[Minimum, dict[int, Interval], set[int]]:
    """Give the minimum, the intervals around it, and whose search met a better one.

    What was found around another minimum is searched anew from each better one.
    """
    found, met = best(problem, problem.start, token), set[int]()
    around = _around(problem, found)
    done: dict[int, tuple[Minimum, Interval]] = {}
    restarts = MOST_RESTARTS + (len(problem.arrow.blocks) if problem.arrow else 0)
    while restarts and (left := _left(numbers, done, found)):
        for count, number in enumerate(left, start=len(numbers) - len(left)):
            token.report(count / len(numbers), "errors", f"parameter {number}")
            search = _search(problem, around, found, number, delta)
            try:
                done[number] = found, _interval(problem, found, number, search, new=number in met)
            except NewMinimumError as better:
                met.add(number)
                token.report(None, "errors", f"parameter {number}: a better fit, starting again")
                found, restarts = best(problem, better.x, token), restarts - 1
                around = _around(problem, found)
            if not restarts:
                break
    token.report(1.0, "errors", "")
    lost = {number: _lost(problem, found, number) for number in _left(numbers, done, found)}
    return found, {number: lost.get(number) or done[number][1] for number in numbers}, met


def _left(
    numbers: tuple[int, ...], done: dict[int, tuple[Minimum, Interval]], found: Minimum
) -> list[int]:
    """Give the numbers that have no interval around a minimum yet."""
    return [n for n in numbers if n not in done or done[n][0] is not found]


def _around(problem: Problem, found: Minimum) -> Around | None:
    return None if problem.arrow is None else Around(problem, problem.arrow, found.x)


def _search(
    problem: Problem, around: Around | None, found: Minimum, number: int, delta: float
) -> Search | JointSearch | None:
    """Give the search for the interval of one parameter; None where it is not free."""
    parameter = problem.request.parameters[number - 1]
    if not parameter.free:
        return None
    index = int(np.flatnonzero(problem.free == number - 1)[0])
    step = max(abs(parameter.value) / 10, parameter.delta)
    if around is None:
        return Search(problem, found, index, delta, step)
    return JointSearch(around, found, index, delta, step)


def _interval(
    problem: Problem,
    found: Minimum,
    number: int,
    search: Search | JointSearch | None,
    *,
    new: bool,
) -> Interval:
    """Give the interval of one parameter, with XSPEC's letters."""
    if search is None:
        value = float(problem.full(found.x)[number - 1])
        return Interval(number, value, value, flags({"frozen"}))
    if new:
        search.problems.add("new_minimum")
    if _too_bad(problem, found):
        search.problems.add("too_bad")
    lo, hi = search.end(-1), search.end(+1)
    return Interval(number, lo, hi, flags(search.problems))


def _lost(problem: Problem, found: Minimum, number: int) -> Interval:
    """Give the interval of a parameter whose search met better fits without end."""
    value = float(problem.full(found.x)[number - 1])
    return Interval(number, value, value, flags({"new_minimum", "low_failed", "high_failed"}))


def _too_bad(problem: Problem, found: Minimum) -> bool:
    chi = problem.request.statistic == CHI and problem.dof > 0
    return chi and found.statistic / problem.dof > TOO_BAD


def _troubles(
    problem: Problem, found: Minimum, intervals: tuple[Interval, ...], met: set[int]
) -> tuple[str, ...]:
    """Give sentences about what makes the intervals doubtful."""
    troubles = []
    if _too_bad(problem, found):
        troubles.append(
            f"Reduced chi-square is {found.statistic / problem.dof:.3g}: the model does not"
            " describe the data, and the intervals mean little."
        )
    for number in sorted(met):
        label = problem.request.parameters[number - 1].label
        troubles.append(
            f"A better fit was met on the way along {label} (parameter {number}): the search began"
            " anew from it, and all intervals are around it."
        )
    told = {"new_minimum", "too_bad"}
    for one in intervals:
        label = problem.request.parameters[one.number - 1].label
        troubles += [
            f"{label} (parameter {one.number}): {sentence[0].lower()}{sentence[1:]}"
            for name, sentence in one.named_problems.items()
            if name not in told
        ]
    return tuple(troubles)
