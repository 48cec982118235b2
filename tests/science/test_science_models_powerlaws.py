"""Power laws that are shifted, pegged, bent or broken, against XSPEC and against integrals."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from nuwidgets.science.models.broken import piecewise_linear
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.grid import Grid
from nuwidgets.science.models.powerlaws import XSPEC_PEG_ERG_PER_KEV

REFERENCE = json.loads(
    (Path(__file__).parent / "data" / "xspec_models_powerlaws.json").read_text(encoding="utf-8")
)
GRIDS = {"log120": np.geomspace(0.3, 100.0, 121), "nustar004": 1.6 + 0.04 * np.arange(1961)}
# XSPEC hands these single precision edges
SINGLE = {"logpar", "grbm", "pegpwrlw"}
TOLERANCE = {"logpar": 3e-6, "grbm": 2e-7}
EDGES = [0.3, 0.31, 1.0, 1.04, 4.9, 5.2, 9.0, 40.0, 79.0]
# reversed, without width, at 0 keV
AWKWARD = [[0.93, 0.44, 0.6, 7.0], [0.0, 0.0, 0.1, 0.2, 0.2, 5.0, 120.0]]


def evaluate(model: str, edges: np.ndarray | list, values: list) -> np.ndarray:
    return Expression.parse(model).evaluate(edges, values, "wilm", "vern")


def defaults(model: str) -> list[float]:
    return [p.default for p in COMPONENTS[model].parameters]


@pytest.mark.parametrize(
    "row", REFERENCE["rows"], ids=lambda r: f"{r['model']}-{r['grid']}-{r['values'][:5]}"
)
def test_additive_components_agree_with_xspec(row: dict) -> None:
    edges = GRIDS[row["grid"]]
    if row["model"] in SINGLE:
        edges = edges.astype(np.float32).astype(float)
    mine = evaluate(row["model"], edges, row["values"])[:: row["every"]]
    theirs = np.array(row["xspec"])
    rtol = np.full(theirs.size, TOLERANCE.get(row["model"], 1e-8))
    if row["model"] == "pegpwrlw":
        # XSPEC subtracts two powers in single precision: that noise is some 1e-7 over the bin's width
        rtol = 1e-6 + 5e-7 / np.diff(np.log(edges))[:: row["every"]]
        assert np.median(mine / theirs) == pytest.approx(1.0, abs=3e-5)
    assert (np.abs(mine / theirs - 1.0) <= rtol).all()


@pytest.mark.parametrize("name", REFERENCE["model_dat"])
def test_parameters_are_those_of_model_dat(name: str) -> None:
    component = COMPONENTS[name]
    lines = REFERENCE["model_dat"][name]
    assert component.kind == "add"
    assert [p.name for p in component.parameters] == [
        *(line.split()[0].lstrip("*") for line in lines),
        "norm",
    ]
    for line, definition in zip(lines, component.parameters, strict=False):
        words = line.replace('" "', "-").split()
        assert words[1].replace("-", "") == definition.unit
        assert float(words[2]) == definition.default
        assert definition.frozen == (line.startswith("*") or float(words[-1]) < 0)
        if len(words) > 3:
            limits = (definition.hard_lo, definition.soft_lo, definition.soft_hi)
            assert [float(word) for word in words[3:6]] == list(limits)
            assert float(words[6]) == definition.hard_hi
            assert abs(float(words[7])) == definition.delta


@pytest.mark.parametrize("edges", AWKWARD)
@pytest.mark.parametrize("name", REFERENCE["model_dat"])
def test_every_limit_gives_finite_photons(name: str, edges: list) -> None:
    for at, definition in enumerate(COMPONENTS[name].parameters[:-1]):
        for value in (definition.hard_lo, definition.soft_lo, definition.hard_hi):
            values = defaults(name)
            values[at] = value
            assert np.isfinite(evaluate(name, edges, values)).all(), (definition.name, value)


def integral(density, edges: list, breaks: tuple = ()) -> list[float]:
    return [
        integrate.quad(
            density, lo, hi, points=[b for b in breaks if lo < b < hi] or None,
            epsabs=0, epsrel=1e-11, limit=200,
        )[0]
        for lo, hi in pairwise(edges)
    ]  # fmt: skip


@pytest.mark.parametrize("above", [1.0, 2.7, -1.5])
def test_broken_powerlaw_is_the_integral(above: float) -> None:
    mine = evaluate("bknpower", EDGES, [1.6, 5.0, above, 1.0])
    exact = integral(
        lambda e: e**-1.6 if e < 5.0 else 5.0 ** (above - 1.6) * e**-above, EDGES, (5.0,)
    )
    np.testing.assert_allclose(mine, exact, rtol=1e-9)


def test_broken_powerlaw_without_a_bend_or_with_a_break_below_everything() -> None:
    power = evaluate("powerlaw", EDGES, [1.6, 1.0])
    np.testing.assert_allclose(evaluate("bknpower", EDGES, [1.6, 5.0, 1.6, 1.0]), power, rtol=1e-12)
    low = evaluate("bknpower", EDGES, [1.0, 1e-3, 1.6, 1.0])
    np.testing.assert_allclose(low, power * 1e-3**0.6, rtol=1e-12)


def test_twice_broken_powerlaw_with_breaks_together_or_reversed_has_one() -> None:
    once = evaluate("bknpower", EDGES, [1.1, 6.0, 2.9, 1.0])
    for second in (6.0, 3.0):
        twice = evaluate("bkn2pow", EDGES, [1.1, 6.0, 2.0, second, 2.9, 1.0])
        np.testing.assert_allclose(twice, once, rtol=1e-12)


def test_redshifted_powerlaw_is_that_of_shifted_bins() -> None:
    for index in (1.0, 1.7, -2.0):
        shifted = evaluate("powerlaw", np.multiply(EDGES, 1.5), [index, 1.0]) / 1.5
        mine = evaluate("zpowerlw", EDGES, [index, 0.5, 1.0])
        np.testing.assert_allclose(mine, shifted, rtol=1e-12)


@pytest.mark.parametrize("index", [1.0, 1.7, 2.0, 2.5, -1.0])
def test_pegged_powerlaw_has_the_flux_between_its_pegs(index: float) -> None:
    edges = np.geomspace(3.0, 79.0, 20001)
    for pegs in ([3.0, 79.0], [79.0, 3.0]):
        photons = evaluate("pegpwrlw", edges, [index, *pegs, 5.0])
        middle = np.sqrt(edges[:-1] * edges[1:])
        flux = (photons * middle).sum() * XSPEC_PEG_ERG_PER_KEV
        assert flux == pytest.approx(5e-12, rel=1e-7)


@pytest.mark.parametrize("index", [1.0, 2.2])
def test_pegged_powerlaw_with_one_peg_has_a_micro_jansky_there(index: float) -> None:
    photons = evaluate("pegpwrlw", [4.9999, 5.0001], [index, 5.0, 5.0, 1.0])[0]
    # 1 micro-Jansky = 1.509190e-3 keV/cm2/s/keV (1e-29 erg/cm2/s/Hz over Planck's constant)
    assert photons / 2e-4 * 5.0 == pytest.approx(1.509190e-3, rel=1e-6)


@pytest.mark.parametrize(("alpha", "beta"), [(1.5, 0.2), (0.0, 4.0), (4.0, -1.0), (1.0, 0.0)])
def test_log_parabola_is_the_integral(alpha: float, beta: float) -> None:
    mine = evaluate("logpar", EDGES, [alpha, beta, 3.0, 1.0])
    exact = integral(lambda e: (e / 3.0) ** -(alpha + beta * np.log10(e / 3.0)), EDGES)
    np.testing.assert_allclose(mine, exact, rtol=1e-8)


def test_log_parabola_without_curvature_is_a_powerlaw() -> None:
    power = evaluate("powerlaw", EDGES, [1.8, 1.0])
    mine = evaluate("logpar", EDGES, [1.8, 0.0, 2.0, 1.0])
    np.testing.assert_allclose(mine, power * 2.0**1.8, rtol=1e-9)


def test_grb_continuum_is_smooth_at_its_break() -> None:
    # break at (alpha - beta) fold = 15 keV, where value and slope agree
    edges = 15.0 + 1e-3 * np.arange(-3, 4)
    photons = evaluate("grbm", edges, [-0.5, -2.0, 10.0, 1.0])
    assert np.abs(np.diff(np.log(photons), 2)).max() < 1e-8
    fine = np.linspace(20.0, 30.0, 2001)
    above = evaluate("powerlaw", fine, [2.0, 1.0])
    ratio = evaluate("grbm", fine, [-0.5, -2.0, 10.0, 1.0]) / above
    np.testing.assert_allclose(ratio, 0.15**1.5 * np.exp(-1.5) * 100.0**2, rtol=1e-6)


def test_grb_continuum_without_a_steeper_end_is_a_powerlaw() -> None:
    for alpha in (-2.0, -3.0):
        mine = evaluate("grbm", [50.0, 50.001], [alpha, -2.0, 300.0, 1.0])
        assert mine[0] == pytest.approx(0.001 * 0.5**-2, rel=1e-4)


def test_straight_lines_pass_through_their_points_in_any_order() -> None:
    grid = Grid([0.1, 0.2, 1.9, 2.1, 2.4, 2.6, 9.0, 50.0])
    energies, rates = np.arange(1.0, 11.0), np.log10(np.arange(2.0, 12.0))
    mine = piecewise_linear(grid, *energies, *rates) / grid.width_kev
    np.testing.assert_allclose(mine, [2.0, 2.05, 3.0, 3.25, 3.5, 6.8, 11.0], rtol=1e-12)
    turned = piecewise_linear(grid, *energies[::-1], *rates[::-1]) / grid.width_kev
    np.testing.assert_allclose(turned, mine, rtol=1e-15)
