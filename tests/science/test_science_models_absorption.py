"""Absorbers against XSPEC's own numbers, their limits, and the papers they come from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models import extinction, redshifted, wabs
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.grid import Grid

DATA = Path(__file__).parent / "data"
REFERENCE = json.loads((DATA / "xspec_models_absorption.json").read_text())
EDGES = {"log120": np.geomspace(0.3, 100.0, 121), "nustar004": 1.6 + 0.04 * np.arange(1961)}
STEP = {"log120": 3, "nustar004": 80}
REDSHIFTED = {"zphabs", "zwabs", "zpcfabs", "TBpcf"}
GRAINS = {"TBpcf"}
LIMITS = {"TBpcf": 2e-5}
"""Relative, for an optical depth up to 1. XSPEC averages the grains of TBpcf over 5 % bins."""
TOP_KEV = 99.0
"""XSPEC ends its tables at 100 keV; ours go on."""
BCMC_KEV = np.array([
    0.349, 0.401, 0.5317, 0.598, 0.708, 0.853, 0.867, 1.072, 1.305, 1.56, 1.839, 2.47, 2.822,
    2.91, 3.203, 4.038, 5.989, 7.112, 7.709, 8.333,
])  # fmt: skip
"""Edges of Balucinska-Church & McCammon: a coarse bin that holds one differs."""
STRUCTURE_KEV = ((0.45, 0.61), (0.68, 0.84), (0.86, 0.88))
"""Fine structure of O and Fe L and the edge of Ne in TBabs, known as points of a table only."""


def cases() -> list:
    return [
        pytest.param(case, id=f"{case['model']}-{case['abund']}-{case['xsect']}-{case['values']}")
        for case in REFERENCE["cases"]
    ]


def bins(case: dict, grid: str) -> tuple[np.ndarray, np.ndarray]:
    """Give the ends of the bins that are kept, as the absorber sees them."""
    factor = 1.0 + (case["values"][-1] if case["model"] in REDSHIFTED else 0.0)
    edges = EDGES[grid] * factor
    return edges[:-1][:: STEP[grid]], edges[1:][:: STEP[grid]]


def holds(lo: np.ndarray, hi: np.ndarray, energy_kev: np.ndarray) -> np.ndarray:
    return ((lo[:, None] < energy_kev) & (energy_kev < hi[:, None])).any(axis=1)


@pytest.mark.parametrize("grid", ["log120", "nustar004"])
@pytest.mark.parametrize("case", cases())
def test_absorbers_agree_with_xspec(case: dict, grid: str) -> None:
    expression = Expression.parse(case["model"])
    mine = expression.evaluate(EDGES[grid], case["values"], case["abund"], case["xsect"])
    mine, theirs = mine[:: STEP[grid]], np.array(case[grid])
    lo, hi = bins(case, grid)
    shown = np.ones(mine.size, bool)
    if case["model"] != "dust":  # it alone may be negative
        shown &= (theirs > 1e-15) & ((hi < TOP_KEV) | (case["model"] in {"wabs", "zwabs"}))
    if case["xsect"] == "bcmc":
        shown &= ~holds(lo, hi, BCMC_KEV)
    for start, end in STRUCTURE_KEV if case["model"] in GRAINS else ():
        shown &= (hi < start) | (lo > end)
    mine, theirs = mine[shown], theirs[shown]
    depth = -np.log(np.where(theirs > 0, theirs, 1.0))
    limit = 4e-5 if case["xsect"] == "bcmc" else LIMITS.get(case["model"], 1e-6)
    assert (np.abs(mine / theirs - 1) <= limit * np.maximum(1.0, depth)).all()


@pytest.mark.parametrize("name", sorted(REFERENCE["model_dat"]))
def test_parameters_are_those_of_model_dat(name: str) -> None:
    component = COMPONENTS[name]
    text = REFERENCE["model_dat"][name]
    assert text["header"].split()[-2] == component.kind == "mul"
    assert len(text["lines"]) == len(component.parameters)
    for line, definition in zip(text["lines"], component.parameters, strict=True):
        words = line.replace('" "', "-").split()
        numbers = (
            definition.default, definition.hard_lo, definition.soft_lo,
            definition.soft_hi, definition.hard_hi, definition.delta,
        )  # fmt: skip
        given = [float(word) for word in words[2:]]
        assert (words[0], words[1].replace("-", "")) == (definition.name, definition.unit)
        assert [*given[:5], abs(given[5])] == list(numbers)
        assert definition.frozen == (given[5] < 0)


def test_a_combination_without_a_table_is_missed_at_once() -> None:
    with pytest.raises(InputError, match="there is no such table"):
        Evaluator(Expression.parse("zphabs"), [1.0, 2.0], "aspl", "bcmc")


def test_wabs_is_morrison_and_mccammon() -> None:
    # at 1 keV: (120.6 + 169.3 - 47.7) 1e-24 cm2
    narrow = wabs.pieces(Grid([1.0, 1.0 + 1e-9]))
    assert wabs.transmission(narrow, 1.0)[0] == pytest.approx(np.exp(-2.422), rel=1e-6)
    high = wabs.pieces(Grid([20.0, 20.0 + 1e-9, 40.0, 40.0 + 1e-9]))
    assert high.ends[0, 0] / high.ends[0, 2] == pytest.approx(8.0)


def test_wabs_averages_over_all_breaks_of_one_wide_bin() -> None:
    fine = np.linspace(0.25, 12.0, 200_001)
    mean = wabs.transmission(wabs.pieces(Grid(fine)), 0.0)
    np.testing.assert_array_equal(mean, 1.0)
    wide = wabs.pieces(Grid([0.25, 12.0]))
    assert wide.share.sum() == pytest.approx(1.0)
    assert 0.0 < wabs.transmission(wide, 0.1)[0] < 1.0
    turned = wabs.transmission(wabs.pieces(Grid([12.0, 0.25])), 0.1)
    np.testing.assert_array_equal(turned, wabs.transmission(wide, 0.1))


@pytest.mark.parametrize("name", ["zphabs", "zwabs", "zpcfabs", "TBpcf"])
def test_a_redshift_moves_the_energies(name: str) -> None:
    expression = Expression.parse(name)
    values = [parameter.value for parameter in expression.parameters()]
    edges = np.geomspace(1.0, 20.0, 50)
    at_source = expression.evaluate(edges * 1.5, values)
    np.testing.assert_allclose(expression.evaluate(edges, [*values[:-1], 0.5]), at_source)


def test_a_redshift_that_stays_is_not_computed_again() -> None:
    calls = []

    def count(grid: Grid) -> float:
        calls.append(grid.edges_kev[0])
        return 0.0

    shifted = redshifted.Shifted(Grid([1.0, 2.0]), count)
    for redshift in (0.0, 0.0, 1.0, 1.0, -1.0):
        shifted(redshift)
    assert calls == [1.0, 2.0, redshifted.SMALLEST]


@pytest.mark.parametrize("name", sorted(REFERENCE["model_dat"]))
def test_limits_give_no_warning_and_finite_numbers(name: str) -> None:
    expression = Expression.parse(name)
    evaluator = Evaluator(expression, np.array([0.0, 0.001, 0.3, 1.0, 7.0, 12.0, 150.0]))
    parameters = expression.parameters()
    values = [parameter.value for parameter in parameters]
    assert np.isfinite(evaluator(values)).all()
    for index, parameter in enumerate(parameters):
        for limit in (parameter.hard_lo, parameter.hard_hi):
            moved = [limit if i == index else value for i, value in enumerate(values)]
            assert np.isfinite(evaluator(moved)).all()
    if parameters[0].name == "nH":
        assert evaluator([0.0, *values[1:]]).tolist() == [1.0] * 6


def test_a_covered_source_is_the_mean_of_free_and_absorbed() -> None:
    edges = np.geomspace(0.5, 10.0, 40)
    free = Expression.parse("phabs").evaluate(edges, [3.0])
    for fraction in (0.0, 0.3, 1.0):
        part = Expression.parse("pcfabs").evaluate(edges, [3.0, fraction])
        np.testing.assert_allclose(part, 1 - fraction + fraction * free, rtol=1e-14)


def test_dust_scatters_nothing_out_of_a_beam_that_holds_the_halo() -> None:
    energy = np.array([0.5, 1.0, 3.0])
    np.testing.assert_allclose(extinction.dust(energy, 0.1, 2.0), [1 - 0.4 + 0.025, 0.925, 1.0])
    np.testing.assert_array_equal(extinction.dust(energy, 0.1, 0.0), 1.0)


def kev(per_micron: float) -> np.ndarray:
    return np.array([per_micron / extinction.PER_MICRON / 1e3])


@pytest.mark.parametrize(
    ("law", "per_micron", "magnitudes"),
    [
        (extinction.redden, 1.82, 3.1),  # V, by definition
        (extinction.redden, 1 / 2.2, 0.114 * 3.1),  # K; Cardelli et al. 1989, table 3
        (extinction.redden, 2.27, 1.337 * 3.1),  # B, likewise
        (extinction.redden, 4.6, 9.88),  # the bump at 2175 Angstrom
        (extinction.uvred, 3.65, 6.24),  # where the first two formulas of Seaton 1979 meet
        (extinction.uvred, 4.6, 9.80),
        (extinction.uvred, 9.0, 11.47),
    ],
)
def test_reddening_is_that_of_the_papers(law, per_micron: float, magnitudes: float) -> None:
    given = -2.5 * np.log10(law(kev(per_micron), 1.0)[0])
    assert given == pytest.approx(magnitudes, rel=0.015)


@pytest.mark.parametrize("law", [extinction.redden, extinction.uvred])
def test_reddening_is_continuous_and_ends_at_the_lyman_limit(law) -> None:
    per_micron = np.linspace(0.4, 10.9, 4000)
    fading = law(per_micron / extinction.PER_MICRON / 1e3, 0.1)
    assert (np.abs(np.diff(fading)) < 2.5e-3).all()
    assert (law(kev(20.0), 5.0), law(kev(10.9), 5.0) < 1e-4) == ([1.0], [True])
