"""zTBabs and vphabs against XSPEC's numbers, and against the tables they are made from."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models.abundances import ATOMIC_NUMBERS, SYMBOLS, abundances
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.elements import element, helium, hydrogen
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.grainless import without_grains

LOG120 = np.geomspace(0.3, 100.0, 121)
NUSTAR = 1.6 + 0.04 * np.arange(1961)
STRUCTURE_KEV = ((0.5, 0.61), (0.69, 0.765), (0.845, 0.89))
"""Structure of O, Fe L and Ne, known of TBabs as points of a table only."""
TABLES = ("wilm", "angr", "aspl")


def depth(model: str, edges: np.ndarray, values: list, abundance: str) -> np.ndarray:
    return -np.log(Expression.parse(model).evaluate(edges, values, abundance, "vern"))


def cases(folder, name: str) -> list:
    book = json.loads((folder / "models.json").read_text())
    kept = book["grids"]["nustar004"]["stored_indices"]
    rows = book["multiplicative"][name]["cases"]
    pairs = [(case, LOG120, np.arange(120), "log120") for case in rows]
    pairs += [(case, NUSTAR, np.array(kept), "nustar004") for case in rows]
    return [(case, edges, at, np.array(case[grid], float)) for case, edges, at, grid in pairs]


def test_ztbabs_is_xspecs(shared_reference):
    for case, edges, kept, theirs in cases(shared_reference, "zTBabs"):
        nh, redshift = case["pars"]
        lo, hi = edges[:-1][kept] * (1 + redshift), edges[1:][kept] * (1 + redshift)
        shown = (theirs > 1e-15) & (hi < 99)
        for start, end in STRUCTURE_KEV:
            shown &= (hi < start) | (lo > end)
        mine = Expression.parse("zTBabs").evaluate(edges, case["pars"], case["abund"])[kept]
        limit = np.where(lo > 0.6, 1e-5, 2e-4)
        tau = np.maximum(1.0, -np.log(theirs[shown]))
        assert (np.abs(mine[shown] / theirs[shown] - 1) <= limit[shown] * tau).all(), (nh, redshift)


def test_ztbabs_has_xspecs_depths():
    # XSPEC 12.9.1, wilm, nH 1: bins that begin at 1.28, 3.06, 5.48 and 7.32 keV
    mine = depth("zTBabs", LOG120, [1.0, 0.0], "wilm")[[30, 48, 60, 66]]
    theirs = [0.8574969249, 0.0886880670, 0.0171087852, 0.0152937222]
    np.testing.assert_allclose(mine, theirs, rtol=1e-5)


def test_gas_absorbs_more_than_grains_and_aspl_stands_between():
    energy = np.geomspace(0.3, 40.0, 300)
    by = {name: without_grains(energy, name) for name in TABLES}
    assert all((values >= 1.0).all() for values in by.values())
    np.testing.assert_allclose(by["aspl"], (by["wilm"] + by["angr"]) / 2, rtol=1e-12)
    assert (without_grains(np.array([60.0, 500.0]), "angr") == 1.0).all()


def test_vphabs_is_xspecs_with_all_abundances_one(shared_reference):
    for case, edges, kept, theirs in cases(shared_reference, "vphabs"):
        mine = Expression.parse("vphabs").evaluate(edges, case["pars"], case["abund"])[kept]
        shown = (theirs > 1e-15) & (edges[1:][kept] < 99)
        tau = np.maximum(1.0, -np.log(theirs[shown]))
        assert (np.abs(mine[shown] / theirs[shown] - 1) <= 1e-6 * tau).all()


@pytest.mark.parametrize("start", TABLES)
@pytest.mark.parametrize("end", TABLES)
def test_abundances_lead_from_one_table_to_another(start, end):
    edges = np.geomspace(0.3, 50.0, 400)
    given, wanted = abundances(start), abundances(end)
    numbers = [ATOMIC_NUMBERS[symbol] for symbol in SYMBOLS[1:]]
    values = [wanted[z] / given[z] for z in numbers]
    mine = depth("vphabs", edges, [0.01, *values], start)
    np.testing.assert_allclose(mine, depth("phabs", edges, [0.01], end), rtol=8e-3)


def test_taking_away_iron_takes_away_its_edge():
    # Verner et al. 1996: 0.0337 Mb at the K edge of Fe; Anders & Grevesse 1989: 4.68e-5
    edges = np.array([7.1, 7.11, 7.13, 7.14])
    without = [1.0] * 18
    without[1 + SYMBOLS[1:].index("Fe")] = 0.0
    jump = depth("vphabs", edges, [1.0] * 18, "angr") - depth("vphabs", edges, without, "angr")
    assert jump[2] - jump[0] == pytest.approx(0.0337e4 * 4.68e-5, rel=0.02)


def test_hydrogen_and_helium_have_their_known_cross_sections():
    # thresholds 13.6 and 24.59 eV: 6.3 and 7.4 Mb (Verner et al. 1996)
    assert hydrogen(np.array([0.0136]))[0] / 1e4 == pytest.approx(6.35, rel=0.01)
    assert helium(np.array([0.02459]))[0] / 1e4 == pytest.approx(7.4, rel=0.02)
    assert element(np.array([1.0]), "H") == pytest.approx(hydrogen(np.array([1.0])))


def test_a_redshift_moves_the_energies():
    edges = np.geomspace(1.0, 20.0, 50)
    values = [2.0, *np.linspace(0.0, 2.0, 17)]
    at_source = depth("vphabs", edges * 1.5, values, "wilm")
    np.testing.assert_allclose(depth("zvphabs", edges, [*values, 0.5], "wilm"), at_source)


@pytest.mark.parametrize("name", ["zTBabs", "vphabs", "zvphabs"])
def test_limits_give_finite_factors_without_warnings(name):
    expression = Expression.parse(name)
    evaluator = Evaluator(expression, np.array([0.0, 0.001, 0.3, 1.0, 7.0, 12.0, 150.0]))
    parameters = expression.parameters()
    values = [p.value for p in parameters]
    for index, p in enumerate(parameters):
        for limit in (p.hard_lo, p.hard_hi):
            mine = evaluator([limit if i == index else v for i, v in enumerate(values)])
            assert (mine >= 0).all()
            assert (mine <= 1).all()
    assert evaluator([0.0, *values[1:]]).tolist() == [1.0] * 6


@pytest.mark.parametrize("name", ["zTBabs", "vphabs"])
def test_parameters_are_those_of_model_dat(name, shared_reference):
    book = json.loads((shared_reference / "models.json").read_text())
    lines = book["multiplicative"][name]["model_dat"]["lines"]
    assert len(lines) == len(COMPONENTS[name].parameters)
    for line, p in zip(lines, COMPONENTS[name].parameters, strict=True):
        words = line.replace('" "', "-").split()
        numbers = [p.default, p.hard_lo, p.soft_lo, p.soft_hi, p.hard_hi, p.delta]
        assert words[0] == p.name
        assert [*map(float, words[2:7]), abs(float(words[7]))] == numbers
        assert p.frozen == (float(words[7]) < 0)


def test_a_table_that_is_not_there_is_missed_at_once():
    with pytest.raises(InputError, match="there is no such table"):
        Evaluator(Expression.parse("vphabs"), [1.0, 2.0], "aspl", "bcmc")
