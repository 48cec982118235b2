"""Joint fits of many data groups, block by block, against the same taken as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token, predicted, request, spectrum

from nuwidgets.domain.fit import ErrorsRequest
from nuwidgets.engines.embedded import errors, fit
from nuwidgets.engines.embedded.fit import best, solve_fit
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.errors import InputError
from nuwidgets.science.confidence import Search
from nuwidgets.science.joint_confidence import JointSearch
from nuwidgets.science.models.groups import tie_groups, untie_groups

POWERLAW, CUT = "tbabs*powerlaw", "tbabs*cutoffpl"
TWO = "tbabs*(bbodyrad + powerlaw)"


def joint(expression, values, *, n=5, statistic="cstat", tied=(1,), seed=1, exposure_s=1000.0):
    """A fit of n groups whose values go from a first to a last one, all but `tied` untied."""
    rng = np.random.default_rng(seed)
    first, last = np.array(values, float).T
    above = tuple(
        spectrum(
            rng.poisson(predicted(expression, one, exposure_s=exposure_s)),
            exposure_s=exposure_s,
            poisson=True,
        )
        for one in np.linspace(first, last, n)
    )
    asked = request(expression, n, statistic)
    size = len(values)
    return replace(
        asked,
        parameters=tuple(
            replace(p, link=p.link if (p.number - 1) % size + 1 in tied else "")
            for p in asked.parameters
        ),
    ), above


def changed(case, number, **changes):
    asked, above = case
    parameters = tuple(replace(p, **changes) if p.number == number else p for p in asked.parameters)
    return replace(asked, parameters=parameters), above


PLAIN = joint(POWERLAW, [(1, 1), (1.5, 2.5), (0.01, 0.02)])
SIX = joint(POWERLAW, [(1, 1), (1.5, 2.0), (0.01, 0.02)], n=6, seed=10)
CASES = {
    "cstat": PLAIN,
    "chi": joint(POWERLAW, [(1, 1), (1.5, 2.5), (0.1, 0.2)], statistic="chi", seed=2),
    "nothing tied": joint(POWERLAW, [(1, 1), (1.5, 2.5), (0.01, 0.02)], tied=(), seed=3),
    "three tied": joint("constant*tbabs*powerlaw", [(1, 1), (1, 1), (1.7, 1.7), (0.02, 0.02)],
                        n=12, tied=(2, 3, 4), seed=4),
    "cut-off": joint(CUT, [(1, 1), (1, 1), (5, 8), (0.02, 0.02)], tied=(1, 2), seed=5),
    "faint": joint(POWERLAW, [(1, 1), (1.7, 1.7), (1e-3, 1e-3)], n=8, seed=6),
    "no absorption": joint(POWERLAW, [(0, 0), (1.5, 1.5), (0.01, 0.01)], seed=7),
    "two components": joint(TWO, [(1, 1), (0.8, 1.2), (20, 5), (1.8, 1.8), (0.01, 0.01)], seed=8),
    "bremsstrahlung": joint("tbabs*bremss", [(1, 1), (2, 6), (0.02, 0.02)], seed=9),
    "index at its limit": changed(PLAIN, 2, hard_hi=1.4, soft_hi=1.4, value=1.2),
    "nH frozen": changed(PLAIN, 1, frozen=True),
    "formulas": changed(changed(SIX, 5, link="p2 + 0.25"), 8, link="2*p2 - 1"),
}  # fmt: skip


def taken_as_a_whole(asked, above, delta=None):
    """The minimum, and the ends of some intervals, without blocks."""
    with opened(asked, above, Token()) as problem:
        assert problem.arrow is not None
        problem.arrow = None
        found = best(problem, problem.start, Token())
        if delta is None:
            return found, problem.free, None
        numbers = tuple(int(index) + 1 for index in problem.free[:4])
        return found, problem.free, errors._all(problem, numbers, delta, Token())[1]


@pytest.mark.parametrize("name", CASES)
def test_the_minimum_is_that_of_the_whole(name):
    asked, above = CASES[name]
    found = solve_fit(asked, above, Token())
    whole, free, _ = taken_as_a_whole(asked, above)
    values = np.array([p.value for p in found.parameters])[free]
    assert found.statistic < whole.statistic + 1e-3
    if found.statistic > whole.statistic - 1e-3:
        sigma = np.nan_to_num(np.array(found.sigma)[free], nan=1e-3)
        assert np.all(np.abs(values - whole.x) < 0.05 * sigma + 1e-6)
    assert found.converged


@pytest.mark.parametrize("name", ["cstat", "faint", "cut-off", "no absorption", "formulas"])
def test_intervals_are_those_of_the_whole(name):
    asked, above = CASES[name]
    fitted = solve_fit(asked, above, Token())
    at_best = replace(asked, parameters=fitted.parameters)
    _, free, whole = taken_as_a_whole(at_best, above, 2.706)
    numbers = tuple(int(index) + 1 for index in free[:4])
    for one in errors.solve_errors(
        ErrorsRequest(at_best, 2.706, numbers), above, Token()
    ).intervals:
        wanted = whole[one.number]
        width = wanted.hi - wanted.lo
        assert (one.lo, one.hi) == pytest.approx((wanted.lo, wanted.hi), abs=5e-3 * width)
        assert one.flags == wanted.flags


def test_a_group_that_moves_alone_costs_one_folding():
    asked, above = PLAIN
    with opened(asked, above, Token()) as problem:
        x = problem.start
        problem.slopes(x)
        before = problem._n_folded
        problem.slopes(x)
        assert problem._n_folded == before
        moved = x.copy()
        moved[-1] *= 1.1
        problem.statistic(moved)
        assert problem._n_folded == before + 1
        problem.slopes(moved)
        assert problem._n_folded == before + 1 + 4


def test_blocks_are_data_groups():
    asked, above = PLAIN
    with opened(asked, above, Token()) as problem:
        assert (problem.free[problem.arrow.shared] + 1).tolist() == [1]
        blocks = [(problem.free[own] + 1).tolist() for own in problem.arrow.blocks]
        assert blocks == [[2, 3], [5, 6], [8, 9], [11, 12], [14, 15]]
        parts = [problem.part_statistic(block, problem.start) for block in range(5)]
        assert sum(parts) == pytest.approx(problem.statistic(problem.start))


def test_a_component_that_vanished_in_one_group_comes_back():
    asked, above = CASES["two components"]
    number = next(p.number for p in asked.parameters if p.group == 3 and p.component == "bbodyrad")
    away = changed(changed((asked, above), number, value=1e-3), number + 1, value=1e-4)
    found, plain = solve_fit(*away, Token()), solve_fit(asked, above, Token())
    assert found.statistic == pytest.approx(plain.statistic, abs=0.2)


def test_joint_searches_leave_single_fits_alone():
    asked, above = joint(POWERLAW, [(1, 1), (1.7, 1.7), (0.01, 0.01)], n=2)
    with opened(asked, above, Token()) as problem:
        assert problem.arrow is None
        found = fit.best(problem, problem.start, Token())
        search = errors._search(problem, None, found, 2, 1.0)
        assert isinstance(search, Search)
        assert not isinstance(search, JointSearch)


def test_a_name_with_its_component_unties_all_groups():
    tied = request("tbabs*(bbodyrad + bremss)", 6).parameters
    apart = untie_groups(tied, "bbodyrad.kT", "bremss.kT")
    assert [p.number for p in apart if p.free and p.name == "kT"] == [
        number for group in range(6) for number in (5 * group + 2, 5 * group + 4)
    ]
    assert tie_groups(apart, "bremss.kT", "bbodyrad.kT") == tied
    with pytest.raises(InputError, match="kT"):
        untie_groups(tied, "kT")
