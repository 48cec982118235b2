"""compTT and zlogpar against XSPEC's numbers, limits and the formulas they come from."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nuwidgets.science.models import titarchuk
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.expression import Expression

LOG120 = np.geomspace(0.3, 100.0, 121)
NUSTAR = 1.6 + 0.04 * np.arange(1961)


def evaluate(model: str, edges: np.ndarray | list, values: list) -> np.ndarray:
    return Expression.parse(model).evaluate(edges, values, "wilm", "vern")


def single(edges: np.ndarray) -> np.ndarray:
    """Give edges as XSPEC's Fortran sees them."""
    return edges.astype(np.float32).astype(float)


def test_it_is_near_xspecs(shared_reference):
    book = json.loads((shared_reference / "models.json").read_text())
    kept = book["grids"]["nustar004"]["stored_indices"]
    for case in book["additive"]["compTT"]["cases"]:
        limit = 0.04 if case["pars"][3] == 100.0 else 4e-3
        for edges, name in ((LOG120, "log120"), (NUSTAR, "nustar004")):
            mine = evaluate("compTT", single(edges), case["pars"])
            mine = mine[kept] if name == "nustar004" else mine
            theirs = np.array(case[name])
            shown = theirs > 1e-15 * theirs.max()
            np.testing.assert_allclose(mine[shown], theirs[shown], rtol=limit)


def test_it_meets_xspec_where_the_factor_is_fitted(monkeypatch, shared_reference):
    book = json.loads((shared_reference / "models.json").read_text())
    case = next(c for c in book["additive"]["compTT"]["cases"] if c["pars"][2] == 300.0)
    monkeypatch.setattr(titarchuk, "flattening", lambda *_: 0.2363)
    mine = evaluate("compTT", single(LOG120), case["pars"])
    np.testing.assert_allclose(mine, case["log120"], rtol=6e-5)


def test_the_index_of_cold_plasma_is_sunyaevs_and_titarchuks():
    # alpha = -3/2 + sqrt(9/4 + beta / theta) (1980A&A....86..121S)
    for beta, theta in ((1e-4, 1e-4), (5e-4, 1e-4), (1e-6, 1e-3)):
        assert titarchuk.index(beta, theta) == pytest.approx(
            -1.5 + np.sqrt(2.25 + beta / theta), rel=2e-3
        )
    assert titarchuk.flattening(0.7, 1e-9, 0.1) == pytest.approx(1.0)


def test_beta_of_thick_plasma_is_that_of_diffusion():
    # pi^2 / (12 (tau + 2/3)^2) for a disc, four times that for a sphere (T94)
    assert titarchuk.beta(50.0, disc=True) == pytest.approx(np.pi**2 / 12 / (50 + 2 / 3) ** 2)
    assert titarchuk.beta(50.0, disc=False) == pytest.approx(np.pi**2 / 3 / (50 + 2 / 3) ** 2)


def test_beta_falls_with_depth_without_a_step():
    depth = np.geomspace(0.01, 20.0, 400)
    for disc in (True, False):
        values = np.array([titarchuk.beta(float(tau), disc=disc) for tau in depth])
        assert (np.diff(values) < 0).all()
        assert np.abs(np.diff(np.log(values))).max() < 0.06


def test_the_tail_has_its_index_and_the_foot_is_wiens():
    theta = 100.0 / titarchuk.ELECTRON_KEV
    alpha = titarchuk.index(titarchuk.beta(0.5, disc=True), theta)

    def density(energy: float) -> float:
        edges = [energy * (1 - 1e-4), energy * (1 + 1e-4)]
        return evaluate("compTT", edges, [0.0, 0.01, 100.0, 0.5, 1.0, 1.0])[0] / energy / 2e-4

    assert np.log(density(0.4) / density(0.8)) / np.log(2) == pytest.approx(1 + alpha, abs=4e-3)
    assert density(2e-4) / density(1e-4) == pytest.approx(4.0, rel=0.02)


def test_a_sphere_upscatters_less_than_a_disc_of_the_same_depth():
    hard = slice(80, None)
    disc, sphere = (
        evaluate("compTT", LOG120, [0.0, 0.1, 50.0, 2.0, switch, 1.0]) for switch in (1.0, 2.0)
    )
    assert (sphere[hard] < disc[hard]).all()


def test_a_redshift_moves_it():
    values = [0.2, 40.0, 1.0, 1.0, 1.0]
    moved = evaluate("compTT", LOG120, [0.5, *values])
    np.testing.assert_allclose(moved, evaluate("compTT", LOG120 * 1.5, [0.0, *values]) / 1.5)


def test_limits_give_finite_numbers_without_warnings():
    own = COMPONENTS["compTT"].parameters
    edges = [1e-3, 0.3, 1.0, 7.0, 12.0, 500.0]
    for definition in own:
        for value in (definition.soft_lo, definition.soft_hi, definition.hard_lo):
            values = [value if p is definition else p.default for p in own]
            mine = evaluate("compTT", edges, values)
            assert np.isfinite(mine).all(), (definition.name, value)
            assert (mine >= 0).all()


def test_parameters_are_those_of_model_dat(shared_reference):
    book = json.loads((shared_reference / "models.json").read_text())
    lines = book["additive"]["compTT"]["model_dat"]["lines"]
    for line, p in zip(lines, COMPONENTS["compTT"].parameters[:-1], strict=True):
        words = line.replace('" "', "-").split()
        numbers = [p.default, p.hard_lo, p.soft_lo, p.soft_hi, p.hard_hi, p.delta]
        assert words[0] == p.name
        assert [*map(float, words[2:7]), abs(float(words[7]))] == numbers
        assert p.frozen == (float(words[7]) < 0)


def test_a_straight_parabola_is_a_redshifted_power_law():
    mine = evaluate("zlogpar", LOG120, [1.8, 0.0, 1.0, 0.7, 2.0])
    np.testing.assert_allclose(mine, evaluate("zpowerlw", LOG120, [1.8, 0.7, 2.0]), rtol=1e-7)


def test_a_parabola_at_no_redshift_is_logpar():
    values = [1.8, 0.4, 3.0]
    mine = evaluate("zlogpar", LOG120, [*values, 0.0, 1.0])
    np.testing.assert_allclose(mine, evaluate("logpar", LOG120, [*values, 1.0]), rtol=1e-12)
    bent = evaluate("zlogpar", [1.9999, 2.0001], [*values, 0.5, 1.0])[0] / 2e-4
    assert bent == pytest.approx(1.0, rel=1e-6)  # at the pivot, 3 keV at the source
