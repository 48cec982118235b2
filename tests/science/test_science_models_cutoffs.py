"""Cut-offs, edges and absorption lines, against XSPEC and against integrals."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.cutoffs import SOFT, THOMSON, fraction_above, klein_nishina
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.grid import Grid

REFERENCE = json.loads(
    (Path(__file__).parent / "data" / "xspec_models_cutoffs.json").read_text(encoding="utf-8")
)
GRIDS = {"log120": np.geomspace(0.3, 100.0, 121), "nustar004": 1.6 + 0.04 * np.arange(1961)}
# in double precision in XSPEC too; the others keep 7 digits of energies and factors
DOUBLE = {"spexpcut": 1e-9, "gabs": 1e-8}
EDGES = [0.3, 0.31, 1.0, 1.04, 4.9, 5.2, 9.0, 40.0, 79.0]
# reversed, without width, at 0 keV
AWKWARD = [[0.93, 0.44, 0.6, 7.0], [0.0, 0.0, 0.1, 0.2, 0.2, 5.0, 120.0]]


def evaluate(model: str, edges: np.ndarray | list, values: list) -> np.ndarray:
    return Expression.parse(model).evaluate(edges, values, "wilm", "vern")


def defaults(model: str) -> list[float]:
    return [p.default for p in COMPONENTS[model].parameters]


def mean_over(factor, edges: list, breaks: tuple = ()) -> list[float]:
    return [
        integrate.quad(
            factor, lo, hi, points=[b for b in breaks if lo < b < hi] or None,
            epsabs=0, epsrel=1e-11, limit=400,
        )[0] / (hi - lo)
        for lo, hi in pairwise(edges)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row", REFERENCE["rows"], ids=lambda r: f"{r['model']}-{r['grid']}-{r['values']}"
)
def test_factors_agree_with_xspec(row: dict) -> None:
    model, values, edges = row["model"], row["values"], GRIDS[row["grid"]]
    if model not in DOUBLE:
        edges = edges.astype(np.float32).astype(float)
    mine = evaluate(model, edges, values)[:: row["every"]]
    theirs = np.array(row["xspec"])
    rtol = np.full(theirs.size, DOUBLE.get(model, 2e-6))
    if model == "expfac":
        # XSPEC subtracts two exponentials in single precision: noise of 1e-7 over (factor * width)
        share = 1.0 - 1.0 / np.maximum(mine, 1.0)
        rtol += 1.5e-7 / (values[1] * np.diff(edges))[:: row["every"]] * share
    shown = theirs > 1e-25  # below, single precision ends
    assert (np.abs(mine - theirs) <= rtol * theirs)[shown].all()
    assert (mine[~shown] < 2e-25).all()


@pytest.mark.parametrize("name", REFERENCE["model_dat"])
def test_parameters_are_those_of_model_dat(name: str) -> None:
    component = COMPONENTS[name]
    assert component.kind == "mul"
    for line, definition in zip(REFERENCE["model_dat"][name], component.parameters, strict=True):
        words = line.replace('" "', "-").replace('"   "', "-").replace('"', "").split()
        numbers = (
            definition.default, definition.hard_lo, definition.soft_lo,
            definition.soft_hi, definition.hard_hi, definition.delta,
        )  # fmt: skip
        assert words[0] == definition.name
        assert words[1].replace("-", "") == definition.unit
        assert [float(word) for word in words[2:7]] == list(numbers[:-1])
        assert abs(float(words[7])) == definition.delta
        assert (float(words[7]) < 0) == definition.frozen


@pytest.mark.parametrize("edges", AWKWARD)
@pytest.mark.parametrize("name", REFERENCE["model_dat"])
def test_every_limit_gives_finite_factors(name: str, edges: list) -> None:
    for at, definition in enumerate(COMPONENTS[name].parameters):
        for value in (definition.hard_lo, definition.soft_lo, definition.hard_hi):
            values = defaults(name)
            values[at] = value
            factors = evaluate(name, edges, values)
            assert np.isfinite(factors).all(), (definition.name, value)
            assert (factors >= 0).all(), (definition.name, value)


def test_cutoff_is_an_exponential_above_and_one_below() -> None:
    fine = np.linspace(9.0, 60.0, 20001)
    middle = (fine[:-1] + fine[1:]) / 2
    mine = evaluate("highecut", fine, [10.0, 15.0])
    # XSPEC's plateau: exp(-0.001 keV / fold) below the cut-off
    np.testing.assert_allclose(mine[middle < 10.0], np.exp(-1e-3 / 15.0), rtol=1e-12)
    above = middle > 10.01
    np.testing.assert_allclose(mine[above], np.exp((10.0 - middle[above]) / 15.0), rtol=1e-8)


@pytest.mark.parametrize(("shifted", "own"), [("zhighect", "highecut"), ("zedge", "edge")])
def test_redshift_moves_to_the_energies_of_the_source(shifted: str, own: str) -> None:
    values = {"highecut": [8.0, 12.0], "edge": [7.1, 0.7]}[own]
    mine = evaluate(shifted, EDGES, [*values, 0.5])
    np.testing.assert_allclose(mine, evaluate(own, np.multiply(EDGES, 1.5), values), rtol=1e-12)
    np.testing.assert_array_equal(
        evaluate(shifted, EDGES, [*values, 0.0]), evaluate(own, EDGES, values)
    )


@pytest.mark.parametrize("factor", [0.0, 1e-9, 0.3, 5.0])
def test_exponential_factor_is_the_mean(factor: float) -> None:
    mine = evaluate("expfac", EDGES, [2.0, factor, 5.0])
    exact = mean_over(lambda e: 1.0 + 2.0 * np.exp(-factor * e) * (e > 5.0), EDGES, (5.0,))
    np.testing.assert_allclose(mine, exact, rtol=1e-9)


def test_super_exponential_cutoff_with_exponent_one_and_without_cutoff_energy() -> None:
    edges = np.array(EDGES)
    both = np.exp(-edges / 7.0)
    mine = evaluate("spexpcut", edges, [7.0, 1.0])
    np.testing.assert_allclose(mine, (both[:-1] + both[1:]) / 2, rtol=1e-12)
    for alpha, value in ((2.0, 0.0), (0.0, np.exp(-1.0)), (-2.0, 1.0)):
        np.testing.assert_allclose(evaluate("spexpcut", edges, [0.0, alpha]), value, rtol=1e-12)


@pytest.mark.parametrize("index", [0.0, 1.0, 2.0, 3.3])
def test_powerlaw_factor_is_the_mean(index: float) -> None:
    mine = evaluate("plabs", EDGES, [index, 3.0])
    np.testing.assert_allclose(mine, mean_over(lambda e: 3.0 * e**-index, EDGES), rtol=1e-9)


def test_klein_nishina_has_its_limits_and_no_seam() -> None:
    energy = np.array([1e-6, 510.99891, 1e6])
    low, one, high = klein_nishina(energy)
    assert low == pytest.approx(1.0, rel=1e-8)
    # x = 1: 3/4 (2 (4/3 - ln 3) + ln(3)/2 - 4/9)
    assert one == pytest.approx(0.75 * (2 * (4 / 3 - np.log(3)) + np.log(3) / 2 - 4 / 9), rel=1e-12)
    x = energy[2] / energy[1]
    assert high == pytest.approx(3 / 8 / x * (np.log(2 * x) + 0.5), rel=1e-3)
    seam = SOFT * energy[1] * np.array([1 - 1e-9, 1 + 1e-9])
    assert np.diff(klein_nishina(seam))[0] == pytest.approx(0.0, abs=1e-9)


def test_scattering_out_of_the_beam_is_thomsons_at_low_energies() -> None:
    mine = evaluate("cabs", [1e-5, 2e-5], [100.0])[0]
    assert mine == pytest.approx(np.exp(-100.0 * THOMSON), rel=1e-6)


def test_edge_is_sharp_and_falls_with_the_cube() -> None:
    mine = evaluate("edge", [6.9999, 7.0, 7.0001, 14.0, 14.0001], [7.0, 1.3])
    assert mine[0] == 1.0
    assert mine[1] == pytest.approx(np.exp(-1.3), rel=1e-4)
    assert mine[3] == pytest.approx(np.exp(-1.3 / 8), rel=1e-5)
    np.testing.assert_array_equal(evaluate("edge", [1.0, 2.0, 3.0], [0.0, 5.0]), 1.0)


def test_smeared_edge_of_little_width_is_an_edge() -> None:
    edges = [5.0, 7.0, 8.0, 9.0, 20.0]
    sharp = evaluate("edge", edges, [7.0, 1.3])
    smeared = evaluate("smedge", edges, [7.0, 1.3, -3.0, 0.01])
    np.testing.assert_allclose(smeared[2:], sharp[2:], rtol=1e-9)
    # depth (1 - 1/e) one width above the edge
    above = evaluate("smedge", [8.9999, 9.0001], [7.0, 1.3, 0.0, 2.0])[0]
    assert above == pytest.approx(np.exp(-1.3 * (1 - np.exp(-1.0))), rel=1e-6)


@pytest.mark.parametrize("sigma", [3.0, 0.1, 0.004])
@pytest.mark.parametrize("strength", [1e-3, 1.0, 50.0])
def test_gaussian_absorption_is_the_mean(sigma: float, strength: float) -> None:
    edges = [1.0, 4.0, 4.99, 5.0, 5.02, 5.2, 6.0, 30.0]
    depth = strength / (np.sqrt(2 * np.pi) * sigma)
    mine = evaluate("gabs", edges, [5.0, sigma, strength])
    breaks = tuple(5.0 + sigma * k for k in (-6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6))
    exact = mean_over(
        lambda e: np.exp(-depth * np.exp(-0.5 * ((e - 5.0) / sigma) ** 2)), edges, breaks
    )
    np.testing.assert_allclose(mine, exact, rtol=1e-8, atol=1e-15)


def test_gaussian_absorption_that_is_weak_takes_its_strength_and_without_width_nothing() -> None:
    edges = np.linspace(0.5, 9.5, 101)
    missing = ((1.0 - evaluate("gabs", edges, [5.0, 0.3, 1e-5])) * np.diff(edges)).sum()
    assert missing == pytest.approx(1e-5, rel=1e-4)
    np.testing.assert_array_equal(evaluate("gabs", edges, [5.0, 0.0, 1.0]), 1.0)


def test_cyclotron_line_has_its_depth_at_the_fundamental_and_the_harmonic() -> None:
    first = evaluate("cyclabs", [29.9999, 30.0001], [1.7, 30.0, 5.0, 0.0, 10.0])[0]
    assert first == pytest.approx(np.exp(-1.7), rel=1e-6)
    second = evaluate("cyclabs", [59.9999, 60.0001], [0.0, 30.0, 5.0, 0.8, 10.0])[0]
    assert second == pytest.approx(np.exp(-0.8), rel=1e-6)


def test_fraction_above_counts_reversed_bins_and_those_without_width() -> None:
    grid = Grid([1.0, 3.0, 2.0, 2.0, 4.0])
    np.testing.assert_allclose(fraction_above(grid, 2.0), [0.5, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(fraction_above(grid, 5.0, 2.0), [0.25, 0.5, 0.0, 0.75])
