"""Components and expressions against XSPEC's own numbers and against integrals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from nuwidgets.errors import InputError
from nuwidgets.science.models import absorption
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.gaunt import gaunt
from nuwidgets.science.models.grid import Grid

DATA = Path(__file__).parent / "data"
REFERENCE = json.loads((DATA / "xspec_models.json").read_text())
MODEL_DAT = json.loads((DATA / "xspec_model_dat.json").read_text())
LOG120 = np.geomspace(0.3, 100.0, 121)
NUSTAR = 1.6 + 0.04 * np.arange(1961)
# relative agreement wanted; the second number is absolute, for a norm of 1
TOLERANCE = {"powerlaw": 1e-6, "gaussian": 1e-6, "constant": 1e-6, "cutoffpl": 2e-5}


def cases(*models: str) -> list:
    return [
        pytest.param(case, id=f"{case['model']}-{case['abund']}-{case['xsect']}-{case['values']}")
        for case in REFERENCE["cases"]
        if case["model"] in models
    ]


def compare(case: dict, grid: str) -> tuple[np.ndarray, np.ndarray]:
    expression = Expression.parse(case["model"])
    thermal = "bb" in case["model"] or "brems" in case["model"]
    edges, step = (LOG120, 3) if grid == "log120" else (NUSTAR, 80)
    if thermal:  # XSPEC 12.9 hands these two single precision edges
        edges = edges.astype(np.float32).astype(float)
    mine = expression.evaluate(edges, case["values"], case["abund"], case["xsect"])[::step]
    return mine, np.array([np.nan if v is None else v for v in case[grid]])


@pytest.mark.parametrize("grid", ["log120", "nustar004"])
@pytest.mark.parametrize("case", cases("powerlaw", "cutoffpl", "gaussian", "constant"))
def test_elementary_components_agree_with_xspec(case: dict, grid: str) -> None:
    mine, theirs = compare(case, grid)
    # at index 1.0000001 XSPEC subtracts two powers and keeps 6 digits; its line stops at 5.5 sigma
    rtol = 4e-6 if case["values"][0] == 1.0000001 else TOLERANCE[case["model"]]
    atol = 1e-8 * case["values"][-1] if case["model"] == "gaussian" else 0.0
    np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=atol)


@pytest.mark.parametrize("grid", ["log120", "nustar004"])
@pytest.mark.parametrize("case", cases("bbody", "bremss"))
def test_thermal_components_agree_with_xspec(case: dict, grid: str) -> None:
    mine, theirs = compare(case, grid)
    shown = theirs > 1e-30  # below, single precision ends
    np.testing.assert_allclose(mine[shown], theirs[shown], rtol=1.5e-5)


def optical_depth_error(case: dict, grid: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mine, theirs = compare(case, grid)
    shown = theirs > 1e-25
    lo = (LOG120[:-1][::3] if grid == "log120" else NUSTAR[:-1][::80])[shown]
    nothing = np.log(theirs[shown])
    return lo, -nothing, np.log(mine[shown]) - nothing


@pytest.mark.parametrize("grid", ["log120", "nustar004"])
@pytest.mark.parametrize("case", cases("TBabs", "phabs"))
def test_absorption_agrees_with_xspec(case: dict, grid: str) -> None:
    # XSPEC averages the opacity of grains inside a bin: on 5 % bins that is 6e-5 of the depth
    lo, depth, error = optical_depth_error(case, grid)
    inside_edge = np.zeros(lo.size, bool)
    if case["model"] == "TBabs" and grid == "log120":  # fine structure of O and Fe, 5 % bins
        inside_edge = (lo > 0.50) & (lo < 0.76)
    if case["xsect"] == "bcmc" and case["model"] == "phabs":  # coarse bins that hold an edge
        width = 0.05 * lo if grid == "log120" else 0.04
        edges = np.array([0.349, 0.401, 0.5317, 0.598, 0.708, 0.853, 0.867, 1.072, 1.305, 1.56])
        edges = np.concatenate([edges, [1.839, 2.47, 2.822, 3.203, 4.038, 5.989, 7.112, 7.709]])
        edges = np.append(edges, 8.333)
        inside_edge = ((lo[:, None] < edges) & (edges < (lo + width)[:, None])).any(axis=1)
    limit = np.where(inside_edge, 0.05 * depth, np.maximum(1e-4, 6e-5 * depth))
    assert (np.abs(error) <= limit).all()


@pytest.mark.parametrize("grid", ["log120", "nustar004"])
@pytest.mark.parametrize(
    "case",
    cases("tbabs*powerlaw", "phabs(powerlaw)", "tbabs*(bb+brems)", "constant*tbabs*cutoffpl"),
)
def test_products_agree_with_xspec(case: dict, grid: str) -> None:
    mine, theirs = compare(case, grid)
    lo = LOG120[:-1:3] if grid == "log120" else NUSTAR[:-1:80]
    shown = (theirs > 1e-30) & (lo > (2.0 if grid == "log120" else 1.0))
    np.testing.assert_allclose(mine[shown], theirs[shown], rtol=1e-4)


@pytest.mark.parametrize("grid", ["log120", "nustar004"])
@pytest.mark.parametrize("case", cases("constant*tbabs*(powerlaw+gaussian)"))
def test_nested_sum_agrees_with_xspec(case: dict, grid: str) -> None:
    mine, theirs = compare(case, grid)
    lo = LOG120[:-1:3] if grid == "log120" else NUSTAR[:-1:80]
    np.testing.assert_allclose(mine[lo > 2.0], theirs[lo > 2.0], rtol=1e-4)


@pytest.mark.parametrize("name", [name for name in MODEL_DAT if name != "xspec"])
def test_parameters_are_those_of_model_dat(name: str) -> None:
    component = COMPONENTS[name]
    lines = MODEL_DAT[name]["lines"]
    assert MODEL_DAT[name]["header"].split()[-2] == component.kind
    assert len(lines) == component.n_shape
    for line, definition in zip(lines, component.parameters, strict=False):
        words = line.replace('" "', "-").split()
        numbers = (
            definition.default, definition.hard_lo, definition.soft_lo,
            definition.soft_hi, definition.hard_hi, definition.delta,
        )  # fmt: skip
        assert words[0] == definition.name
        assert words[1].replace("-", "") == definition.unit
        assert [float(word) for word in words[2:]] == list(numbers)


@pytest.mark.parametrize(
    ("index", "cutoff"), [(1.0, 15.0), (-3.0, 1.0), (9.0, 0.5), (2.0, 500.0), (0.5, 3.0)]
)
def test_cutoff_powerlaw_is_the_integral(index: float, cutoff: float) -> None:
    edges = np.array([0.0, 0.01, 0.02, 0.3, 5.0, 5.04, 20.0, 165.0])
    mine = Expression.parse("cutoffpl").evaluate(edges, [index, cutoff, 1.0])
    edges[0] = 1e-5
    for lo, hi, value in zip(edges[:-1], edges[1:], mine, strict=True):
        exact = integrate.quad(
            lambda t: np.exp((1 - index) * t - np.exp(t) / cutoff),
            np.log(lo), np.log(hi), epsabs=0, epsrel=1e-11, limit=500,
        )[0]  # fmt: skip
        assert value == pytest.approx(exact, rel=1e-8, abs=1e-50)


@pytest.mark.parametrize("index", [1.0, 1 + 1e-9, 1 - 9e-5, 1 + 1.1e-4, 2.0, -2.0])
def test_powerlaw_is_smooth_through_one(index: float) -> None:
    edges = np.array([1.0, 1.001, 2.0, 79.0])
    mine = Expression.parse("powerlaw").evaluate(edges, [index, 1.0])
    for lo, hi, value in zip(edges[:-1], edges[1:], mine, strict=True):
        exact = integrate.quad(
            lambda t: np.exp((1 - index) * t), np.log(lo), np.log(hi), epsrel=1e-12
        )[0]
        assert value == pytest.approx(exact, rel=1e-9)


def test_gaussian_holds_one_photon_and_its_tails() -> None:
    line = Expression.parse("gaussian")
    edges = np.linspace(1.0, 12.0, 301)
    for sigma in (0.0, 1e-6, 0.1, 0.5):
        assert line.evaluate(edges, [6.4, sigma, 2.0]).sum() == pytest.approx(2.0, rel=1e-12)
    far = line.evaluate([6.4 + 8 * 0.1, 6.4 + 9 * 0.1], [6.4, 0.1, 1.0])
    assert far[0] == pytest.approx(6.2208e-16, rel=1e-4)  # Q(8) - Q(9) of a normal distribution


def test_grid_edges_at_zero_and_reversed_bins() -> None:
    grid = Grid([0.0, 0.0, 0.1, 0.2])
    np.testing.assert_allclose(grid.edges_kev, [1e-4, 1e-4, 0.1, 0.2])
    power = Expression.parse("tbabs*powerlaw")
    swift = power.evaluate([0.0, 0.005, 0.01, 1.0], [0.1, 1.7, 1.0])
    assert np.isfinite(swift).all()
    exosat = power.evaluate([0.9278106093, 0.4434653521, 0.6], [0.5, 2.2, 0.013])
    # first value of the EXOSAT spectrum in XSPEC 12.9.1 (folding.json)
    assert exosat[0] == pytest.approx(-0.001050706506, rel=1e-3)
    for name in ("bbody", "bremss", "gaussian", "cutoffpl"):
        expression = Expression.parse(name)
        defaults = [p.value for p in expression.parameters()]
        assert np.isfinite(expression.evaluate([0.93, 0.44, 0.6], defaults)).all()


@pytest.mark.parametrize("edges", [[1.0], [[1.0, 2.0]], [1.0, np.nan]])
def test_unusable_edges_are_refused(edges: list) -> None:
    with pytest.raises(InputError, match="at least two finite energies"):
        Grid(edges)


def test_edges_without_positive_energy_are_refused() -> None:
    with pytest.raises(InputError, match="no edge is above 0"):
        Grid([-1.0, 0.0])


def test_unknown_tables_are_refused_with_the_nearest() -> None:
    absorbed = Expression.parse("phabs*po")
    with pytest.raises(InputError, match=r"abundance table 'wilms'. Did you mean 'wilm'"):
        absorbed.evaluate([1.0, 2.0], [1, 1, 1], "wilms")
    with pytest.raises(InputError, match=r"cross section 'verner'. Did you mean 'vern'"):
        absorbed.evaluate([1.0, 2.0], [1, 1, 1], "wilm", "verner")
    with pytest.raises(InputError, match="there is no such table"):
        absorbed.evaluate([1.0, 2.0], [1, 1, 1], "aspl", "bcmc")
    assert Expression.parse("tb*po").evaluate([1.0, 2.0], [1, 1, 1], "aspl", "bcmc") > 0


def test_cross_sections_continue_beyond_the_table() -> None:
    energy = np.array([1e-6, 0.01, 99.0, 165.0])
    value = absorption.sigma(energy, "tbabs")
    assert (np.diff(value) < 0).all()
    assert value[-1] / value[-2] == pytest.approx((165 / 99) ** -3, rel=1e-2)


def test_fine_structure_of_oxygen_and_iron_is_resolved() -> None:
    data = json.loads((DATA / "xspec_opacity.json").read_text())
    lo, hi, theirs = (np.array(data[key]) for key in ("lo_kev", "hi_kev", "sigma"))
    mine = (absorption.sigma(lo, "tbabs") + absorption.sigma(hi, "tbabs")) / 2
    np.testing.assert_allclose(mine, theirs, rtol=4e-3)
    smooth = (hi < 0.52) | ((lo > 0.60) & (hi < 0.69)) | (lo > 0.75)
    np.testing.assert_allclose(mine[smooth], theirs[smooth], rtol=1e-4)


def test_edges_of_the_tables_are_sharp() -> None:
    below, above = absorption.sigma(np.array([7.12399, 7.12401]), "tbabs")
    assert above / below > 2.0


def test_gaunt_factor_ends_at_50_kt_and_outside_the_cold_table() -> None:
    assert gaunt(np.array([51.0]), 1.0, 1.0) == 0.0
    assert gaunt(np.array([1.0]), 1e-4, 1.0) == 0.0
    # Karzas & Latter: about 1 at u = 1 near gamma^2 = 1
    assert gaunt(np.array([0.0136]), 0.0136, 1.0) == pytest.approx(1.2, abs=0.2)


def test_evaluator_recomputes_only_what_moved() -> None:
    evaluator = Evaluator(Expression.parse("tbabs*powerlaw"), NUSTAR)
    evaluator([1.0, 2.0, 1.0])
    column, law = evaluator._memory
    sigma, unit = column[1.0,], law[2.0,]
    evaluator([1.0, 2.0, 3.0])
    evaluator([1.0, 2.1, 3.0])
    evaluator([1.0, 2.0, 3.0])
    assert column == {(1.0,): sigma}
    assert list(law) == [(2.0,), (2.1,)]
    assert law[2.0,] is unit
    for index in (2.2, 2.3):
        evaluator([1.0, index, 3.0])
    assert list(law) == [(2.1,), (2.2,), (2.3,)]


def test_evaluator_gives_parts_and_terms() -> None:
    expression = Expression.parse("const*tbabs(po+gauss)")
    evaluator = Evaluator(expression, LOG120)
    values = [0.9, 0.5, 1.7, 1.0, 6.4, 0.1, 2.0]
    whole = evaluator(values)
    factor, transmission, power, line = evaluator.parts(values)
    np.testing.assert_allclose(whole, factor * transmission * (power + line), rtol=1e-14)
    whole[:] = 0.0  # the answer is the caller's own
    assert evaluator(values).sum() > 0


def test_evaluator_refuses_wrong_values() -> None:
    evaluator = Evaluator(Expression.parse("po"), [1.0, 2.0])
    with pytest.raises(InputError, match="it has 2 parameters"):
        evaluator([1.0])
    with pytest.raises(InputError, match="must be a finite number"):
        evaluator([1.0, np.inf])
