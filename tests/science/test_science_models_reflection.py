"""Reflection against XSPEC's numbers and against a Monte Carlo with absorption."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nuwidgets.science.models import reflection, scattering
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.grid import Grid

LOG120 = np.geomspace(0.3, 100.0, 121)
NUSTAR = 1.6 + 0.04 * np.arange(1961)
FINE = np.geomspace(0.5, 100.0, 301)


def evaluate(model: str, edges: np.ndarray, values: list, abundance: str = "wilm") -> np.ndarray:
    return Expression.parse(model).evaluate(edges, values, abundance, "vern")


@pytest.mark.parametrize(("kind", "name"), [("additive", "pexrav"), ("convolution", "reflect")])
def test_reflection_is_near_xspecs(kind, name, shared_reference):
    book = json.loads((shared_reference / "models.json").read_text())
    kept = book["grids"]["nustar004"]["stored_indices"]
    model = {"reflect": "reflect*powerlaw"}.get(name, name)
    for case in book[kind][name]["cases"]:
        mine = evaluate(model, NUSTAR, case["pars"], case["abund"])[kept]
        theirs, lo = np.array(case["nustar004"]), NUSTAR[:-1][kept]
        shown = lo < 60.0
        alone = {"pexrav": case["pars"][2] > 100, "reflect": case["pars"][0] < 0}[name]
        off = np.abs(mine / np.where(shown, theirs, 1.0) - 1)[shown]
        assert off.max() < (0.09 if alone else 0.06), case["pars"]
        assert off[lo[shown] < 5.0].max() < 0.015 or case["pars"][0] == 2.0, case["pars"]


def test_without_reflection_it_is_a_cut_off_power_law():
    mine = evaluate("pexrav", LOG120, [1.7, 100.0, 0.0, 0.5, 1.0, 1.0, 0.45, 2.0])
    # norm: photons/keV/cm2/s at 1 keV here, as XSPEC 12.9.1's numbers show
    cut = evaluate("cutoffpl", LOG120, [1.7, 100.0 / 1.5, 2.0]) * np.exp(1.5 / 100.0)
    np.testing.assert_allclose(mine, cut, rtol=1e-12)


def test_no_cut_off_is_a_power_law():
    mirror = COMPONENTS["pexrav"].prepare(Grid(LOG120), "wilm", "vern")
    mine = COMPONENTS["pexrav"].compute(mirror, 2.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.45)
    np.testing.assert_allclose(mine, evaluate("powerlaw", LOG120, [2.0, 1.0]), rtol=1e-9)


def test_parts_add_up_and_negative_is_the_reflection_alone():
    values = [1.8, 150.0, 1.0, 0.0, 1.0, 1.0, 0.6, 1.0]
    both = evaluate("pexrav", FINE, values)
    direct = evaluate("pexrav", FINE, [*values[:2], 0.0, *values[3:]])
    mirror = COMPONENTS["pexrav"].prepare(Grid(FINE), "wilm", "vern")
    alone = COMPONENTS["pexrav"].compute(mirror, 1.8, 150.0, -1.0, 0.0, 1.0, 1.0, 0.6)
    np.testing.assert_allclose(both - direct, alone, rtol=1e-9)
    assert (alone > 0).all()


def test_reflect_of_a_power_law_is_pexrav_where_nothing_is_missing():
    edges = np.geomspace(0.5, 3000.0, 900)
    slab = [1.0, 0.0, 1.0, 1.0, 0.45]
    mine = evaluate("reflect*powerlaw", edges, [*slab, 2.0, 1.0])
    theirs = evaluate("pexrav", edges, [2.0, 1e6, *slab, 1.0])
    low = edges[1:] < 200.0
    np.testing.assert_allclose(mine[low], theirs[low], rtol=8e-3)


def test_iron_deepens_its_edge_and_metals_darken():
    def alone(metals: float, iron: float) -> np.ndarray:
        values = [0.0, metals, iron, 0.6, 2.0, 1.0]
        return evaluate("reflect*powerlaw", FINE, [-1.0, *values])

    energy = FINE[:-1]
    below, above = np.searchsorted(energy, [6.8, 7.4])
    usual, rich = alone(1.0, 1.0), alone(1.0, 3.0)
    assert rich[above] / rich[below] < 0.8 * usual[above] / usual[below]
    dark = alone(3.0, 3.0) / usual
    assert (dark[energy < 5] < 0.55).all()
    assert dark[np.searchsorted(energy, 50.0)] > 0.9


def test_fine_grids_use_nodes_that_say_the_same():
    values = [1.9, 200.0, 1000.0, 0.0, 1.0, 1.0, 0.6, 1e-4]
    fine = np.geomspace(1.0, 100.0, 1601)
    few = evaluate("pexrav", fine[::4], values)
    many = evaluate("pexrav", fine, values).reshape(-1, 4).sum(axis=1)
    assert reflection.nodes(fine).size < fine.size
    edges = np.array(reflection.EDGES_KEV)
    holds = (0.98 * fine[:-1:4, None] < edges) & (1.02 * fine[4::4, None] > edges)
    away = ~holds.any(axis=1)  # beside an edge photons come from its other side
    np.testing.assert_allclose(many[away], few[away], rtol=5e-3)


def test_nothing_is_made_anew_while_only_the_spectrum_changes(monkeypatch):
    calls = []
    true = reflection.green
    monkeypatch.setattr(reflection, "green", lambda *a: calls.append(a) or true(*a))
    evaluator = Evaluator(Expression.parse("pexrav"), FINE)
    for index in (1.7, 1.8, 1.9):
        evaluator([index, 100.0, 1.0, 0.0, 1.0, 1.0, 0.45, 1.0])
    assert len(calls) == 1
    evaluator([1.9, 100.0, 1.0, 0.0, 1.0, 1.0, 0.5, 1.0])
    assert len(calls) == 2


@pytest.mark.parametrize("name", ["pexrav", "reflect"])
def test_parameters_are_those_of_model_dat(name, shared_reference):
    book = json.loads((shared_reference / "models.json").read_text())
    lines = book["additive" if name == "pexrav" else "convolution"][name]["model_dat"]["lines"]
    assert len(lines) == len(COMPONENTS[name].parameters) - (name == "pexrav")
    for line, p in zip(lines, COMPONENTS[name].parameters, strict=False):
        words = line.replace('" "', "-").split()
        numbers = [p.default, p.hard_lo, p.soft_lo, p.soft_hi, p.hard_hi, p.delta]
        assert words[0] == p.name
        assert [*map(float, words[2:7]), abs(float(words[7]))] == numbers
        assert p.frozen == (float(words[7]) < 0)


def test_first_scatterings_are_those_of_a_slab_that_scatters_once():
    # Thomson, once: p(mu) = 1/2 int phase mu / (mu + mu0) dmu0, the phase averaged over azimuth
    counted = scattering.histories(0.5, 20_000, 1)[:, :, 0].sum(axis=1)
    mu0 = (np.arange(2000) + 0.5) / 2000
    for row, mu in enumerate(scattering.COSINES):
        square = mu**2 * mu0**2 + (1 - mu**2) * (1 - mu0**2) / 2
        exact = np.mean(0.375 * (1 + square) * mu / (mu + mu0))
        assert counted[row] == pytest.approx(exact, rel=0.02)


def test_the_table_is_what_the_histories_count():
    logs, counted = reflection._table()
    row = int(np.searchsorted(logs, np.log(100.0) - 1e-6))
    mine = scattering.histories(100.0, 4000, 7).sum(axis=(1, 2))
    theirs = (counted[row] * np.diff(scattering.SHIFTS)[:, None]).sum(axis=(1, 2))
    np.testing.assert_allclose(mine, theirs, rtol=0.06)


def test_klein_nishina_at_both_ends():
    # Thomson at 0; (3/8x)(ln 2x + 1/2) far above (Klein & Nishina 1929)
    assert scattering.klein_nishina(np.array([0.0]))[0] == 1.0
    x = 1e4
    assert scattering.klein_nishina(np.array([x]))[0] == pytest.approx(
        3 / 8 / x * (np.log(2 * x) + 0.5), rel=1e-3
    )
    both = scattering.klein_nishina(np.array([0.02 - 1e-9, 0.02 + 1e-9]))
    assert both[0] == pytest.approx(both[1], rel=1e-5)
    cosine = np.linspace(-1, 1, 2001)
    whole = np.trapezoid(scattering.phase(np.full(2001, 0.5), cosine), cosine)
    assert whole == pytest.approx(1.0, rel=1e-5)


def test_survival_is_that_of_a_monte_carlo_with_absorption():
    random = np.random.default_rng(1)
    n_photon, lo, hi, out = 60_000, 2.5, 1000.0, 0.6
    energy = lo * (hi / lo) ** random.random(n_photon)
    weight = energy**-0.9 * np.log(hi / lo) / n_photon  # E^-1.9 per keV
    table = np.geomspace(0.5, 1000.0, 20_001)
    ne = 1.0 + 2.0 * 10.0 ** (10.99 - 12.0)
    absorbed = reflection.absorption(table, "wilm", 1.0, 1.0) / (ne * reflection.THOMSON)

    def scatters(kev: np.ndarray) -> np.ndarray:
        return scattering.klein_nishina(kev / scattering.ELECTRON_KEV)

    def opacity(kev: np.ndarray) -> np.ndarray:
        return scatters(kev) + np.interp(kev, table, absorbed)

    mu = random.random(n_photon)
    depth = -np.log(random.random(n_photon)) * mu / opacity(energy)
    edges = np.array([3.0, 4.5, 7.0, 10.0, 14.0, 20.0, 30.0, 45.0, 70.0])
    counted = np.zeros(edges.size - 1)
    for _ in range(60):
        weight = weight * scatters(energy) / opacity(energy)
        x = energy / scattering.ELECTRON_KEV
        cosine = scattering._turned(-mu, np.full(mu.size, out), random)
        later = energy / (1.0 + x * (1.0 - cosine))
        leaves = weight * scattering.phase(x, cosine) * np.exp(-depth * opacity(later) / out)
        counted += np.histogram(later, edges, weights=leaves)[0]
        cosine = scattering._scattered(x, random)
        mu = scattering._turned(mu, cosine, random)
        energy = energy / (1.0 + x * (1.0 - cosine))
        depth = depth - np.log(random.random(mu.size)) * mu / opacity(energy)
        kept = (depth > 0) & (energy > 1.0)
        energy, mu, depth, weight = energy[kept], mu[kept], depth[kept], weight[kept]
    fine = np.geomspace(edges[0], edges[-1], 601)
    mirror = COMPONENTS["pexrav"].prepare(Grid(fine), "wilm", "vern")
    mine = COMPONENTS["pexrav"].compute(mirror, 1.9, 0.0, -1.0, 0.0, 1.0, 1.0, out)
    below = np.interp(edges, fine, np.concatenate([[0.0], np.cumsum(mine)]))
    np.testing.assert_allclose(np.diff(below), counted, rtol=0.06)
