"""Thermal and Comptonised continua and lines, against XSPEC and against integrals and limits."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, special

from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.disks import rings
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.kompaneets import ELECTRON_KEV, optical_depth, spectrum
from nuwidgets.science.models.upscattered import log_upscattered

REFERENCE = json.loads(
    (Path(__file__).parent / "data" / "xspec_models_thermal.json").read_text(encoding="utf-8")
)
GRIDS = {"log120": np.geomspace(0.3, 100.0, 121), "nustar004": 1.6 + 0.04 * np.arange(1961)}
DOUBLE = {"lorentz", "zgauss"}  # XSPEC hands the others edges in single precision
REDSHIFT = {"zbbody": 1, "zbremss": 1, "zgauss": 2, "nthComp": 4}
# reversed, at 0 keV, without width, one bin over everything
AWKWARD = [[0.93, 0.44, 0.6, 7.0], [0.0, 0.0, 0.1, 0.2, 0.2, 5.0, 120.0], [1e-3, 500.0]]
NAMES = list(REFERENCE["model_dat"])


def evaluate(model: str, edges: np.ndarray | list, values: list) -> np.ndarray:
    return Expression.parse(model).evaluate(edges, values, "wilm", "vern")


def density(model: str, energy_kev: float | np.ndarray, values: list) -> np.ndarray:
    energy = np.atleast_1d(energy_kev)
    half = 5e-5 * energy
    return np.array(
        [evaluate(model, [e - h, e + h], values)[0] / 2 / h for e, h in zip(energy, half, strict=True)]
    )  # fmt: skip


def tolerance(model: str, values: list, energy: np.ndarray) -> np.ndarray:
    """Give what XSPEC's own precision and, where said, its coarser rules leave."""
    rtol = {"lorentz": 1e-6, "zgauss": 1e-6, "diskbb": 1.2e-4, "bmc": 5e-4}.get(model, 2e-5)
    if model == "diskpbb":  # coarse rule of XSPEC below the inner edge's temperature
        warm, last = energy > values[0], energy > 20 * values[0]
        return np.where(last, 2e-3, np.where(warm, 5e-4, 0.022))
    if model == "compST":  # XSPEC's series loses its digits
        return np.where(energy < 5 * values[0], 1e-4, np.inf)
    if model == "nthComp":
        hot = values[1] >= 20
        # XSPEC treats cold tails above 0.1 mc2 otherwise; its discs and flat spectra are coarser
        flat_or_disc = values[3] > 0 or values[0] < 1.1
        below = 2e-3 if flat_or_disc else 1.5e-4
        return np.where(energy < 45, below, 6e-4 if hot else 0.13)
    return np.full(energy.size, rtol)


@pytest.mark.parametrize(
    "row", REFERENCE["rows"], ids=lambda r: f"{r['model']}-{r['grid']}-{r['values']}"
)
def test_continua_and_lines_agree_with_xspec(row: dict) -> None:
    model, values, every, edges = row["model"], row["values"], row["every"], GRIDS[row["grid"]]
    stretch = 1.0 + (values[REDSHIFT[model]] if model in REDSHIFT else 0.0)
    if model not in DOUBLE:
        edges = edges.astype(np.float32) * np.float32(stretch)
        edges = edges.astype(float) / stretch
    mine, theirs = evaluate(model, edges, values)[::every], np.array(row["xspec"])
    energy = (edges[:-1] * stretch)[::every]
    # below, single precision ends; XSPEC's lines end where little of them is left
    floor = {"zgauss": 2e-8 * values[-1], "lorentz": 1.2e-6 * values[-1]}.get(model, 0.0)
    shown = theirs > 1e-30
    allowed = tolerance(model, values, energy)[shown] * theirs[shown] + floor
    assert (np.abs(mine - theirs)[shown] <= allowed).all()
    assert (mine[theirs == 0] <= max(floor, 1e-20)).all()


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_model_dat(name: str) -> None:
    component, lines = COMPONENTS[name], REFERENCE["model_dat"][name]
    assert component.kind == "add"
    assert len(lines) == component.n_shape
    for line, definition in zip(lines, component.parameters, strict=False):
        words = line.replace('" "', "-").split()
        numbers = [
            definition.default, definition.hard_lo, definition.soft_lo,
            definition.soft_hi, definition.hard_hi, definition.delta,
        ]  # fmt: skip
        assert words[0] == definition.name
        assert words[1].replace("-", "") == definition.unit
        wanted = [float(word) for word in words[2:]]
        assert [*wanted[:-1], abs(wanted[-1])] == numbers
        assert definition.frozen == (wanted[-1] < 0)


@pytest.mark.parametrize("edges", AWKWARD)
@pytest.mark.parametrize("name", NAMES)
def test_awkward_bins_and_limits_of_parameters_give_numbers(name: str, edges: list) -> None:
    parameters = COMPONENTS[name].parameters
    start = [p.default for p in parameters]
    for number, parameter in enumerate(parameters[:-1]):
        for value in (parameter.default, parameter.hard_lo, parameter.hard_hi):
            values = [*start[:number], value, *start[number + 1 :]]
            assert np.isfinite(evaluate(name, edges, values)).all()
    for corner in ("hard_lo", "hard_hi"):
        assert np.isfinite(
            evaluate(name, edges, [getattr(p, corner) for p in parameters[:-1]] + [1.0])
        ).all()


def test_black_body_has_the_luminosity_of_stefan_and_boltzmann() -> None:
    edges = np.geomspace(1e-3, 200.0, 6001)
    middle = (edges[1:] + edges[:-1]) / 2
    # 1e39 erg/s at 10 kpc in keV/cm2/s
    wanted = 1e39 / (4 * np.pi * (3.0857e22) ** 2) / 1.602177e-9
    assert (evaluate("bbody", edges, [2.0, 1.0]) * middle).sum() == pytest.approx(wanted, rel=4e-3)
    # a sphere of 1 km: 4 pi R^2 sigma T^4, with 1 keV = 1.160452e7 K
    sphere = 4 * np.pi * 1e10 * 5.67037e-5 * (2 * 1.160452e7) ** 4 / 1e39 * wanted
    surface = (evaluate("bbodyrad", edges, [2.0, 1.0]) * middle).sum()
    assert surface == pytest.approx(sphere, rel=5e-3)


@pytest.mark.parametrize("model", ["bbody", "bremss"])
def test_redshift_stretches_energies_and_time(model: str) -> None:
    edges = np.geomspace(0.3, 20.0, 200)
    near = evaluate(f"z{model}", edges, [1.5, 0.0, 1.0])
    np.testing.assert_allclose(near, evaluate(model, edges, [1.5, 1.0]), rtol=1e-14)
    far = evaluate(f"z{model}", edges / 3.0, [1.5, 2.0, 1.0])
    np.testing.assert_allclose(far, near / 3.0, rtol=1e-13)


def test_rings_are_their_integral_and_a_power_law_far_below() -> None:
    for exponent in (0.5, 0.75, 1.0):
        for x in (1e-6, 1e-2, 1.0, 30.0):
            exact = integrate.quad(
                lambda s, x=x, p=exponent: np.exp(2 * s / p + x - x * np.exp(s))
                / -np.expm1(-x * np.exp(s)),
                0, np.log1p(60 / x), epsabs=0, epsrel=1e-10, limit=400,
            )[0] * np.exp(-x)  # fmt: skip
            assert rings(np.array([x]), exponent)[0] == pytest.approx(exact, rel=1e-7)
        order = 2.0 / exponent
        far = rings(np.array([1e-8]), exponent)[0] * 1e-8**order
        assert far == pytest.approx(special.gamma(order) * special.zeta(order), rel=1e-4)


def test_discs_sum_over_bins_and_can_be_dark() -> None:
    fine = np.geomspace(0.3, 60.0, 2001)
    whole = evaluate("diskbb", [0.3, 60.0], [1.0, 1.0])[0]
    assert evaluate("diskbb", fine, [1.0, 1.0]).sum() == pytest.approx(whole, rel=1e-8)
    assert (evaluate("diskbb", fine, [0.0, 1.0]) == 0).all()
    same = evaluate("diskpbb", fine, [1.0, 0.75, 1.0]) / evaluate("diskbb", fine, [1.0, 1.0])
    np.testing.assert_allclose(same, 2.780 / 2.7701, rtol=1e-12)


def test_lorentzian_is_whole_above_zero_and_exact_far_away() -> None:
    edges = np.concatenate([[1e-12], np.linspace(1.0, 12.0, 500), [1e9]])
    line = evaluate("lorentz", edges, [6.4, 0.2, 1.0])
    assert line.sum() == pytest.approx(1.0, rel=1e-9)
    core = evaluate("lorentz", [6.3, 6.5], [6.4, 0.2, 1.0])[0]
    assert core == pytest.approx(0.5, rel=6e-3)  # the full width at half maximum holds one half
    far = evaluate("lorentz", [1e5, 1e5 + 1], [6.4, 0.2, 1.0])[0]
    assert far == pytest.approx(0.1 / np.pi / (1e5 - 5.9) ** 2 / (core / 0.5), rel=1e-7)


def test_redshifted_line_loses_photons_to_time() -> None:
    for sigma in (0.0, 0.1):
        line = evaluate("zgauss", np.linspace(1.0, 12.0, 301), [6.4, sigma, 1.0, 1.0])
        assert line.sum() == pytest.approx(0.5, rel=1e-12)


def test_bulk_motion_keeps_photons_and_has_its_index() -> None:
    edges = np.geomspace(1e-4, 1e6, 20001)
    seed = evaluate("bbody", edges, [1.0, 1.0])
    alone = evaluate("bmc", edges, [1.0, 1.3, -8.0, 1.0])
    np.testing.assert_allclose(alone[edges[1:] < 15], seed[edges[1:] < 15], rtol=1e-5)
    spread = evaluate("bmc", edges, [1.0, 1.3, 8.0, 1.0])
    assert spread.sum() == pytest.approx(seed.sum(), rel=1e-5)
    ratio = np.divide(*density("bmc", np.array([2e3, 1e3]), [1.0, 1.3, 8.0, 1.0]))
    assert ratio == pytest.approx(2**-2.3, rel=1e-6)


def test_upscattered_integral_is_the_confluent_function() -> None:
    for index in (0.1, 1.0, 3.0):
        for x in (0.01, 1.0, 20.0):
            mine = np.exp(log_upscattered(np.array([x]), index)[0])
            exact = special.gamma(index) * x**index * special.hyperu(index, 2 * index + 4, x)
            assert mine == pytest.approx(exact, rel=1e-6)


def test_sunyaev_titarchuk_is_one_at_1_kev_a_power_law_below_and_wien_above() -> None:
    values = [50.0, 1.0, 1.0]
    assert density("compST", 1.0, values)[0] == pytest.approx(1.0, rel=1e-6)
    index = -1.5 + np.sqrt(2.25 + np.pi**2 * 510.999 / (3 * (5 / 3) ** 2 * 50.0))
    low = density("compST", np.array([2e-3, 1e-3]), values)
    assert low[0] / low[1] == pytest.approx(2 ** (-1 - index), rel=1e-4)
    high = density("compST", np.array([60.0, 50.0]), [1.0, 10.0, 1.0])
    assert high[0] / high[1] == pytest.approx(1.2**2 * np.exp(-10), rel=0.12)


def test_thermal_comptonisation_is_one_at_1_kev_with_its_index() -> None:
    values = [1.8, 500.0, 0.01, 0.0, 0.0, 1.0]
    assert density("nthComp", 1.0, values)[0] == pytest.approx(1.0, rel=1e-4)
    low = density("nthComp", np.array([4.0, 1.0]), values)
    assert np.log(low[1] / low[0]) / np.log(4.0) == pytest.approx(1.8, abs=0.02)
    theta = 50.0 / ELECTRON_KEV
    depth = optical_depth(1.8, theta)
    index = -0.5 + np.sqrt(2.25 + 1 / (theta * depth * (1 + depth / 3)))
    assert index == pytest.approx(1.8, rel=1e-12)


@pytest.mark.parametrize("disc", [False, True])
def test_comptonisation_keeps_the_number_of_photons(disc: bool) -> None:
    energy, flux = spectrum(2.2, 10.0, 0.5, disc=disc)
    seed = rings(energy / 0.5, 0.75) if disc else 1 / np.expm1(np.minimum(energy / 0.5, 700.0))
    assert (flux / energy).sum() == pytest.approx(
        (seed * (energy / ELECTRON_KEV) ** 3).sum() / ELECTRON_KEV, rel=1e-8
    )


def test_every_bin_counts_once() -> None:
    edges = np.geomspace(0.5, 50.0, 4001)
    for model in ("bmc", "compST", "nthComp"):
        values = [p.default for p in COMPONENTS[model].parameters]
        fine = evaluate(model, edges, values)
        coarse = evaluate(model, edges[::2], values)
        np.testing.assert_allclose(
            coarse, [fine[a:b].sum() for a, b in pairwise(range(0, 4001, 2))], rtol=3e-4
        )
