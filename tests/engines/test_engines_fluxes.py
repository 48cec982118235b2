"""Fluxes, luminosities and equivalent widths of known models, with errors."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token, changed, predicted, request, spectrum

from nuwidgets.domain.band import Band
from nuwidgets.domain.eqwidth import EqWidthRequest
from nuwidgets.domain.fit import FluxRequest
from nuwidgets.domain.luminosity import LuminosityRequest
from nuwidgets.engines.embedded import drawn
from nuwidgets.engines.embedded.eqwidth import solve_eqwidth
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.engines.embedded.flux import solve_flux
from nuwidgets.engines.embedded.luminosity import solve_luminosity
from nuwidgets.errors import CancelledError, EngineFailedError, InputError
from nuwidgets.science.cosmology import CM_PER_MPC, Cosmology, sphere_cm2
from nuwidgets.science.models.composite import Composite

BAND = Band(2, 10)
TRUTH = {"p1": 1.7, "p2": 0.5}


def noisy(expression="powerlaw", values=(1.7, 0.5), seed=1):
    return spectrum(np.random.default_rng(seed).poisson(predicted(expression, values)))


def fitted(expression="powerlaw", data=None, **values):
    """The request at the best fit, and the data."""
    data = noisy() if data is None else data
    asked = request(expression, **(values or TRUTH))
    found = solve_fit(asked, (data,), Token())
    return replace(asked, parameters=found.parameters), data, found


# ---- flux ----------------------------------------------------------------------------------


def test_flux_errors_are_those_of_the_norm_where_only_that_is_free():
    asked, data, found = fitted()
    asked = changed(asked, 1, frozen=True)
    found = solve_fit(asked, (data,), Token())
    flux = solve_flux(FluxRequest(asked, BAND, draws=4000, level=68.27), (data,), Token())
    (erg,), ((lo, hi),) = flux.erg_per_cm2_s, flux.erg_intervals
    assert (hi - lo) / 2 / erg == pytest.approx(
        found.sigma[1] / found.parameters[1].value, rel=0.05
    )
    ((lo_photons, hi_photons),) = flux.photons_intervals
    assert lo_photons / flux.photons_per_cm2_s[0] == pytest.approx(lo / erg)
    assert hi_photons / flux.photons_per_cm2_s[0] == pytest.approx(hi / erg)


def test_flux_errors_know_that_parameters_hang_together():
    asked, data, found = fitted()
    flux = solve_flux(FluxRequest(asked, BAND, draws=4000, level=68.27), (data,), Token())
    (erg,), ((lo, hi),) = flux.erg_per_cm2_s, flux.erg_intervals
    step, slopes = 1e-5, []
    for number in (1, 2):
        value = asked.parameters[number - 1].value
        moved = changed(asked, number, value=value * (1 + step))
        there = solve_flux(FluxRequest(moved, BAND), (data,), Token()).erg_per_cm2_s[0]
        slopes.append((there - erg) / (value * step))
    sigma = math.sqrt(np.array(slopes) @ found.covariance @ np.array(slopes))
    assert (hi - lo) / 2 == pytest.approx(sigma, rel=0.05)
    apart = math.hypot(*(np.array(slopes) * found.sigma))
    assert apart > 1.3 * sigma


def test_draws_of_one_seed_are_the_same():
    asked, data, _ = fitted()
    one, same, other = (
        solve_flux(FluxRequest(asked, BAND, 50, seed=seed), (data,), Token()) for seed in (1, 1, 2)
    )
    assert one.erg_intervals == same.erg_intervals != other.erg_intervals


def test_without_draws_there_are_no_intervals_and_no_fit_is_needed():
    flux = solve_flux(FluxRequest(request("powerlaw", p1=3.0), BAND), (noisy(),), Token())
    assert flux.erg_intervals == flux.photons_intervals == ()
    assert flux.provenance.warnings == ()


def test_a_component_and_the_rest_are_the_whole():
    asked = request("phabs(powerlaw + bbody)", p1=2.0)
    fluxes = [
        solve_flux(FluxRequest(asked, BAND, component=name), (noisy(),), Token()).erg_per_cm2_s[0]
        for name in ("", "powerlaw", "3")
    ]
    assert fluxes[0] == pytest.approx(fluxes[1] + fluxes[2], rel=1e-12)


def test_an_unabsorbed_flux_is_that_of_the_model_without_absorbers():
    asked = request("phabs(powerlaw + bbody)", p1=2.0)
    bare = request("powerlaw + bbody")
    free = solve_flux(FluxRequest(asked, BAND, unabsorbed=True), (noisy(),), Token())
    plain = solve_flux(FluxRequest(bare, BAND), (noisy(),), Token())
    assert free.erg_per_cm2_s == pytest.approx(plain.erg_per_cm2_s, rel=1e-12)
    assert free.absorbers == ("phabs",)
    said = solve_flux(FluxRequest(bare, BAND, unabsorbed=True), (noisy(),), Token())
    assert said.provenance.warnings == ("Nothing in the model absorbs: the flux is as it stands.",)


def sources():
    """A fit of two sources to two spectra in one data group."""
    text = "powerlaw; 2:bkg phabs*bbody"
    asked = request("powerlaw", 2)
    return replace(
        asked, expression=text, parameters=Composite.parse(text).parameters(1), groups=(1, 1)
    )


@pytest.mark.parametrize(
    ("component", "alone"),
    [
        ("", "powerlaw"),
        ("bkg:", "phabs*bbody"),
        ("2:bbody", "phabs*bbody"),
        ("bkg:2", "phabs*bbody"),
    ],
)
def test_models_of_several_sources_are_called_by_name(component, alone):
    both = (noisy(), noisy(seed=2))
    flux = solve_flux(FluxRequest(sources(), BAND, component=component), both, Token())
    wanted = solve_flux(FluxRequest(request(alone), BAND), (noisy(),), Token())
    assert flux.erg_per_cm2_s == pytest.approx(wanted.erg_per_cm2_s * 2, rel=1e-12)


def test_a_model_that_is_not_there_is_refused():
    asked = FluxRequest(sources(), BAND, component="backg:bbody")
    with pytest.raises(InputError, match=r"No model is called 'backg'. Did you mean 'bkg'"):
        solve_flux(asked, (noisy(), noisy()), Token())


def test_a_flux_that_is_no_number_is_refused():
    asked = request("powerlaw", p1=-400.0)
    with pytest.raises(EngineFailedError, match="the model has no finite value there"):
        solve_flux(FluxRequest(asked, BAND), (noisy(),), Token())


def test_parameters_that_are_not_the_best_are_said():
    asked, data, _ = fitted()
    moved = changed(asked, 1, value=asked.parameters[0].value + 0.3)
    flux = solve_flux(FluxRequest(moved, BAND, 50), (data,), Token())
    assert "The parameters are not those of the best fit" in flux.provenance.warnings[0]


def test_parameters_at_a_limit_stay_and_that_is_said():
    asked, data, _ = fitted("phabs*powerlaw", p1=0.0, p2=1.7, p3=0.5)
    asked = changed(asked, 2, hard_lo=2.5, value=2.5)
    flux = solve_flux(FluxRequest(asked, BAND, 50), (data,), Token())
    (held,) = [s for s in flux.provenance.warnings if "at a limit do not move" in s]
    assert held.endswith("in the draws: 2.")


def test_parameters_that_do_the_same_are_said():
    asked = request("powerlaw + powerlaw", p1=1.7, p2=0.25, p3=1.7, p4=0.25)
    flux = solve_flux(FluxRequest(asked, BAND, 50), (noisy(),), Token())
    assert any("cannot tell the free parameters apart" in s for s in flux.provenance.warnings)


@pytest.mark.parametrize(("draws", "level"), [(5, 90.0), (100, 0.0), (100, 100.0)])
def test_draws_that_say_nothing_are_refused(draws, level):
    with pytest.raises(InputError, match=r"Cannot find errors from .* give at least 20 draws"):
        solve_flux(FluxRequest(request("powerlaw"), BAND, draws, level), (noisy(),), Token())


def test_nothing_free_has_no_errors():
    asked = changed(changed(request("powerlaw"), 1, frozen=True), 2, frozen=True)
    with pytest.raises(InputError, match="There is nothing to draw: every parameter is frozen"):
        solve_flux(FluxRequest(asked, BAND, 50), (noisy(),), Token())


def test_draws_without_an_answer_are_refused_or_said():
    asked, data, _ = fitted()
    with pytest.raises(InputError, match="No draw gave a finite value"):
        drawn.intervals(asked, (data,), Token(), lambda _v: np.array([np.nan]), (50, 90.0, 1))
    best = asked.parameters[0].value
    half = lambda v: np.array([np.nan if v[0] < best else v[0]])  # noqa: E731
    ends, said = drawn.intervals(asked, (data,), Token(), half, (400, 90.0, 1))
    assert ends.min() >= best
    assert "of the draws gave no finite value" in said[0]


def test_draws_are_stopped_and_told():
    asked, data, _ = fitted()
    token = Token()
    solve_flux(FluxRequest(asked, BAND, 50), (data,), token)
    assert (0.5, "errors", "draw 26 of 50") in token.lines
    with pytest.raises(CancelledError):
        solve_flux(FluxRequest(asked, BAND, 500), (data,), Token(patience=100))


# ---- luminosity ----------------------------------------------------------------------------


def test_a_luminosity_is_the_flux_in_the_redshifted_band_over_the_sphere():
    asked = request("powerlaw", **TRUTH)
    found = solve_luminosity(
        LuminosityRequest(asked, Band(3, 12), redshift=0.5), (noisy(),), Token()
    )
    flux = solve_flux(FluxRequest(asked, Band(2, 8)), (noisy(),), Token()).erg_per_cm2_s[0]
    assert found.erg_per_s[0] == pytest.approx(flux * sphere_cm2(0.5, Cosmology()), rel=1e-12)
    from astropy.cosmology import FlatLambdaCDM

    exact_mpc = FlatLambdaCDM(70, 0.27).luminosity_distance(0.5).value
    exact = flux * 4 * math.pi * (exact_mpc * CM_PER_MPC) ** 2
    assert found.erg_per_s[0] == pytest.approx(exact, rel=1e-2)
    assert found.distance_mpc == pytest.approx(exact_mpc, rel=4e-3)
    assert f"{found.distance_mpc:.4g} Mpc" in repr(found)


def test_a_known_distance_is_taken_as_it_is():
    asked = request("powerlaw", **TRUTH)
    near = LuminosityRequest(asked, BAND, distance_mpc=3.9)
    found = solve_luminosity(near, (noisy(),), Token())
    flux = solve_flux(FluxRequest(asked, BAND), (noisy(),), Token()).erg_per_cm2_s[0]
    assert found.erg_per_s[0] == pytest.approx(flux * 4 * math.pi * (3.9 * CM_PER_MPC) ** 2)
    assert found.distance_mpc == 3.9


def test_errors_of_a_luminosity_are_those_of_its_flux():
    asked, data, _ = fitted()
    far = LuminosityRequest(asked, BAND, distance_mpc=10.0, draws=100)
    found = solve_luminosity(far, (data,), Token())
    flux = solve_flux(FluxRequest(asked, BAND, 100), (data,), Token())
    scale = found.erg_per_s[0] / flux.erg_per_cm2_s[0]
    assert found.erg_intervals[0] == pytest.approx([e * scale for e in flux.erg_intervals[0]])


def test_a_luminosity_is_the_one_that_clumin_was_told():
    # clumin itself is compared with XSPEC 12.9.1 in the tests of the models
    asked = request("clumin*powerlaw", p1=2.0, p2=8.0, p3=0.1, p4=44.5, p5=1.7, p6=1.0)
    far = LuminosityRequest(asked, Band(2, 8), redshift=0.1)
    found = solve_luminosity(far, (noisy(),), Token())
    assert math.log10(found.erg_per_s[0]) == pytest.approx(44.5, abs=1e-6)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"redshift": 0.0}, "Cannot find the distance of redshift 0.0"),
        ({"redshift": -2.0}, "a redshift above -1"),
        ({"distance_mpc": -1.0}, "a distance is above 0"),
        ({"redshift": 0.1, "lambda0": 2.0}, "Cannot find distances with"),
    ],
)
def test_without_a_distance_there_is_no_luminosity(how, words):
    with pytest.raises(InputError, match=words):
        solve_luminosity(LuminosityRequest(request("powerlaw"), BAND, **how), (noisy(),), Token())


# ---- equivalent width ----------------------------------------------------------------------


def line(norm=0.003, absorbed="", continuum=0.02):
    """A line at 5.025 keV, the middle of an energy bin, on a flat continuum."""
    expression = f"{absorbed}(powerlaw + gaussian)" if absorbed else "powerlaw + gaussian"
    values = [0.0, continuum, 5.025, 0.1, norm]
    values = [1.0, *values] if absorbed else values
    return request(expression, **{f"p{i}": v for i, v in enumerate(values, start=1)})


@pytest.mark.parametrize("fraction", [0.05, 0.2, 0.0])
def test_the_width_of_a_line_on_a_flat_continuum_is_its_norm_over_that(fraction):
    found = solve_eqwidth(EqWidthRequest(line(), fraction=fraction), (noisy(),), Token())
    assert found.width_kev[0] == pytest.approx(0.003 / 0.02, rel=1e-6)
    assert found.energy_kev[0] == pytest.approx(5.025)
    assert found.photons_per_cm2_s[0] == pytest.approx(0.003, rel=1e-6)
    assert found.continuum_per_kev[0] == pytest.approx(0.02, rel=1e-9)
    assert repr(found) == "<EqWidth of gaussian_2: 0.15 keV>"


def test_what_absorbs_line_and_continuum_alike_changes_little():
    found = solve_eqwidth(EqWidthRequest(line(absorbed="phabs")), (noisy(),), Token())
    assert found.width_kev[0] == pytest.approx(0.15, rel=1e-3)
    assert found.component == "gaussian_3"


def test_the_continuum_is_averaged_around_the_line():
    asked = changed(line(), 1, value=2.0)
    lo, hi = 5.025 * 0.8, 5.025 * 1.2
    mean = 0.02 * (1 / lo - 1 / hi) / (hi - lo)
    found = solve_eqwidth(EqWidthRequest(asked, "gaussian", 0.2), (noisy(),), Token())
    assert found.width_kev[0] == pytest.approx(0.003 / mean, rel=1e-3)


def test_a_line_without_photons_has_a_width_of_nothing():
    found = solve_eqwidth(EqWidthRequest(line(norm=0.0)), (noisy(),), Token())
    assert found.width_kev == (0.0,)
    assert found.energy_kev[0] == pytest.approx(5.025)


def test_errors_of_a_width_are_those_of_the_norm():
    truth = (0.0, 0.05, 5.025, 0.1, 0.004)
    data = noisy("powerlaw + gaussian", truth, seed=4)
    asked = line(norm=0.004, continuum=0.05)
    for number in (1, 2, 3, 4):
        asked = changed(asked, number, frozen=True)
    found = solve_fit(asked, (data,), Token())
    asked = replace(asked, parameters=found.parameters)
    width = solve_eqwidth(EqWidthRequest(asked, draws=3000, level=68.27), (data,), Token())
    ((lo, hi),) = width.intervals_kev
    assert (hi - lo) / 2 == pytest.approx(found.sigma[4] / 0.05, rel=0.06)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (EqWidthRequest(request("powerlaw")), "has no lines. Set component to powerlaw_1"),
        (EqWidthRequest(request("gaussian")), "no other additive component. Add a continuum"),
        (EqWidthRequest(request("po + ga + ga")), "has 2 lines. Set component to powerlaw_1 or"),
        (EqWidthRequest(line(), fraction=1.0), "Cannot average the continuum over a fraction 1.0"),
        (EqWidthRequest(line(), "lorentz"), "No component of .* is 'lorentz'"),
    ],
)
def test_widths_that_cannot_be_had_are_refused(asked, words):
    with pytest.raises(InputError, match=words):
        solve_eqwidth(asked, (noisy(),), Token())


def test_without_a_continuum_there_is_no_width():
    with pytest.raises(EngineFailedError, match="what is around it has no photons"):
        solve_eqwidth(EqWidthRequest(line(continuum=0.0)), (noisy(),), Token())
