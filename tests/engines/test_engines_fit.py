"""The embedded fit on spectra whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token, changed, predicted, request, response, spectrum

from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import CurveRequest, ErrorsRequest, FluxRequest
from nuwidgets.engines.embedded import fitdata
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.engines.embedded.errors import solve_errors
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.engines.embedded.flux import solve_flux
from nuwidgets.errors import CancelledError, EngineFailedError, InputError

TRUTH = (1.7, 0.5)


def noisy(expression="powerlaw", values=TRUTH, seed=1, **options):
    counts = predicted(expression, values, **options)
    return spectrum(np.random.default_rng(seed).poisson(counts), **options)


@pytest.mark.parametrize("statistic", ["chi", "cstat"])
def test_exact_data_give_back_the_truth(statistic):
    exact = spectrum(predicted("powerlaw", TRUTH))
    found = solve_fit(request("powerlaw", statistic=statistic), (exact,), Token())
    assert [p.value for p in found.parameters] == pytest.approx(TRUTH, rel=1e-5)
    assert found.statistic == pytest.approx(0.0, abs=1e-5)
    assert found.converged
    assert found.dof == 98
    assert found.n_bins == 100
    assert found.statistics == (pytest.approx(found.statistic),)
    assert found.n_evaluations > 5
    assert not found.covariance.flags.writeable


@pytest.mark.parametrize("statistic", ["chi", "cstat"])
def test_sigma_is_the_scatter_of_many_drawings(statistic):
    drawn = [solve_fit(request("powerlaw", statistic=statistic), (noisy(seed=i),), Token())
             for i in range(60)]  # fmt: skip
    index = np.array([one.parameters[0].value for one in drawn])
    assert index.std() == pytest.approx(np.mean([one.sigma[0] for one in drawn]), rel=0.25)


def test_null_probability_is_that_of_chi_square_only():
    found = solve_fit(request("powerlaw"), (noisy(),), Token())
    from scipy.stats import chi2

    assert found.null_probability == pytest.approx(chi2.sf(found.statistic, 98))
    assert np.isnan(solve_fit(request("powerlaw", statistic="cstat"), (noisy(),), Token())
                    .null_probability)  # fmt: skip


def test_two_spectra_share_a_model_up_to_a_constant():
    truth = (1.0, 0.3, 1.9, 0.4)
    first = noisy("constant*phabs*powerlaw", truth, seed=3)
    second = noisy("constant*phabs*powerlaw", (1.25, *truth[1:]), seed=4)
    asked = request("constant*phabs*powerlaw", 2, "cstat")
    found = solve_fit(asked, (first, second), Token())
    values = [p.value for p in found.parameters]
    assert values[0] == 1.0
    assert abs(values[4] - 1.25) < 3 * found.sigma[4]
    assert found.sigma[4] < 0.03
    assert values[5:] == values[1:4]
    assert np.isnan(found.sigma[5:]).all()
    assert len(found.statistics) == 2
    assert sum(found.statistics) == pytest.approx(found.statistic)


def test_a_frozen_parameter_stays_and_a_chain_of_links_follows():
    asked = changed(request("powerlaw+powerlaw", p1=1.7, p3=1.7), 3, link="p1")
    asked = changed(changed(asked, 4, link="p2"), 1, frozen=True)
    found = solve_fit(asked, (spectrum(predicted("powerlaw", TRUTH)),), Token())
    assert [p.value for p in found.parameters] == pytest.approx([1.7, 0.25, 1.7, 0.25], rel=1e-6)
    assert np.isnan([found.sigma[i] for i in (0, 2, 3)]).all()
    assert found.covariance.shape == (1, 1)


def test_a_value_at_its_limit_is_said_and_has_no_sigma():
    asked = changed(request("powerlaw"), 1, hard_hi=1.5, value=1.2)
    found = solve_fit(asked, (spectrum(predicted("powerlaw", TRUTH)),), Token())
    assert found.parameters[0].value == 1.5
    assert np.isnan(found.sigma[0])
    assert np.isfinite(found.sigma[1])
    assert any("PhoIndex (parameter 1) ended at its upper limit 1.5" in text
               for text in found.provenance.warnings)  # fmt: skip


def test_parameters_that_mean_the_same_are_told():
    found = solve_fit(changed(request("constant*powerlaw"), 1, frozen=False), (noisy(),), Token())
    assert not found.converged
    assert any("cannot tell the free parameters apart" in t for t in found.provenance.warnings)


def test_the_w_statistic_is_used_with_a_background():
    rng = np.random.default_rng(5)
    model, extra = predicted("powerlaw", TRUTH), np.full(100, 30.0)
    back = spectrum(rng.poisson(4 * extra), backscal=np.full(100, 4.0))
    both = spectrum(rng.poisson(model + extra), background=back)
    found = solve_fit(request("powerlaw", statistic="cstat"), (both,), Token())
    assert found.statistic_name == "W-statistic (cstat with a background)"
    assert abs(found.parameters[0].value - 1.7) < 3 * found.sigma[0]
    assert 60 < found.statistic < 140
    subtracted = solve_fit(request("powerlaw"), (both,), Token())
    assert "background subtracted" in subtracted.statistic_name
    assert subtracted.parameters[0].value == pytest.approx(found.parameters[0].value, abs=0.1)
    mixed = solve_curve(CurveRequest(request("powerlaw", 2, "cstat")), (both, noisy()), Token())
    assert mixed.statistic_name.startswith("W-statistic")
    assert "and C-statistic" in mixed.statistic_name


def test_doubtful_statistics_are_said():
    few = noisy(exposure_s=10.0)
    said = solve_fit(request("powerlaw"), (few,), Token()).provenance.warnings
    assert any("fewer than 20 counts" in text and text.startswith("toy: ") for text in said)
    empty = replace(few, background=spectrum(np.zeros(100)))
    said = solve_fit(request("powerlaw", statistic="cstat"), (empty,), Token()).provenance.warnings
    assert any("100 of 100 bins hold no background counts" in text for text in said)
    gauss = replace(noisy(), poisson=False, stat_error=np.full(100, 3.0))
    said = solve_fit(request("powerlaw", statistic="cstat"), (gauss,), Token()).provenance.warnings
    assert any("errors are not Poisson's" in text for text in said)
    rooted = replace(few, poisson=False, stat_error=np.sqrt(few.counts))
    said = solve_fit(request("powerlaw", statistic="cstat"), (rooted,), Token()).provenance.warnings
    assert said == ()


def test_an_approximate_response_is_carried_on():
    from nuwidgets.domain.provenance import Provenance

    rough = replace(response(), provenance=Provenance(approximate="A response from memory."))
    one = spectrum(predicted("powerlaw", TRUTH), matrix=rough)
    asked = request("powerlaw")
    assert solve_fit(asked, (one,), Token()).provenance.approximate == "A response from memory."
    curve = solve_curve(CurveRequest(asked), (one,), Token())
    assert curve.provenance.approximate == "A response from memory."


def test_a_curve_compares_without_fitting():
    one = replace(noisy(), areascal=np.full(100, 0.5))
    asked = request("powerlaw", p1=1.7, p2=1.0)
    curve = solve_curve(CurveRequest(asked), (one,), Token())
    shown = curve.spectra[0]
    assert shown.model_rate == pytest.approx(predicted("powerlaw", TRUTH) / 1000.0)
    assert shown.rate == pytest.approx(one.counts / 1000.0)
    assert shown.contribution.sum() == pytest.approx(curve.statistic)
    assert curve.statistic == pytest.approx(
        np.sum((one.counts - predicted("powerlaw", TRUTH)) ** 2 / one.counts)
    )
    assert (curve.n_bins, curve.dof) == (100, 98)


def test_ignored_and_bad_channels_are_left_out_and_bins_joined():
    grouping = np.where(np.arange(100) % 2, -1, 1)
    one = replace(noisy(), grouping=grouping, quality=np.where(np.arange(100) < 10, 5, 0))
    asked = request("powerlaw", ignore=("bad", "9.-**"))
    curve = solve_curve(CurveRequest(asked), (one,), Token())
    assert curve.spectra[0].e_lo_kev[0] == pytest.approx(2.0)
    assert curve.spectra[0].e_hi_kev[-1] < 9.0
    assert curve.n_bins == 34


def test_spectra_made_ready_are_remembered_and_share_energies():
    first, second = noisy(seed=1), noisy(seed=2)
    ready = fitdata.prepare(first, (), 1)
    assert fitdata.prepare(first, (), 1) is ready
    assert fitdata.prepare(second, (), 1).edges_kev is ready.edges_kev
    for last in range(20, 40):
        fitdata.prepare(first, (f"{last}-**",), 1)
    assert fitdata.prepare(first, (), 1) is not ready


def test_a_flux_is_the_integral_of_the_model():
    asked = request("powerlaw", p1=2.0, p2=0.3)
    flux = solve_flux(FluxRequest(asked, Band(2, 10)), (noisy(),), Token())
    assert flux.photons_per_cm2_s[0] == pytest.approx(0.3 * (1 / 2 - 1 / 10), rel=1e-9)
    assert flux.erg_per_cm2_s[0] == pytest.approx(0.3 * np.log(5) * 1.602176634e-9, rel=2e-4)
    assert flux.provenance.warnings == ()


def test_a_flux_beyond_the_response_is_filled_and_said():
    asked = request("powerlaw", p1=2.0, p2=0.3)
    flux = solve_flux(FluxRequest(asked, Band(0.2, 20)), (noisy(),), Token())
    assert flux.photons_per_cm2_s[0] == pytest.approx(0.3 * (1 / 0.2 - 1 / 20), rel=1e-3)
    assert "reaches beyond the energies of the response" in flux.provenance.warnings[0]


def test_errors_of_a_parabola_are_its_sigma():
    exact = spectrum(predicted("powerlaw", (1.7, 500.0)))
    asked = request("powerlaw", p1=1.7, p2=500.0)
    found = solve_fit(asked, (exact,), Token())
    errors = solve_errors(ErrorsRequest(asked, 1.0), (exact,), Token())
    for number, one in enumerate(errors.intervals, start=1):
        best, sigma = found.parameters[number - 1].value, found.sigma[number - 1]
        assert (one.number, one.flags) == (number, "FFFFFFFFF")
        assert best - one.lo == pytest.approx(sigma, rel=5e-3)
        assert one.hi - best == pytest.approx(sigma, rel=5e-3)
    assert errors.better_fit is None


def test_errors_start_from_a_better_fit_and_give_it_back():
    token = Token()
    errors = solve_errors(ErrorsRequest(request("powerlaw"), 2.706, (1,)), (noisy(),), token)
    assert errors.better_fit.parameters[0].value == pytest.approx(1.7, abs=0.1)
    low, high = errors.intervals[0].lo, errors.intervals[0].hi
    assert low < errors.better_fit.parameters[0].value < high
    assert any(stage == "errors" for _, stage, _ in token.lines)


def test_a_limit_inside_the_interval_and_a_frozen_parameter_are_flagged():
    exact = spectrum(predicted("phabs*powerlaw", (0.001, *TRUTH), exposure_s=10.0), exposure_s=10.0)
    asked = changed(request("phabs*powerlaw", p1=0.001, p2=1.7, p3=0.5), 3, frozen=True)
    errors = solve_errors(ErrorsRequest(asked, 2.706, (1, 3)), (exact,), Token())
    assert (errors.intervals[0].lo, errors.intervals[0].flags) == (0.0, "FFFTFFTFF")
    assert (errors.intervals[1].lo, errors.intervals[1].hi) == (0.5, 0.5)
    assert errors.intervals[1].flags == "FFFFFTFFF"


def test_a_bad_fit_is_flagged_but_searched():
    exact = spectrum(predicted("powerlaw+gaussian", (*TRUTH, 6.0, 0.1, 1.0)))
    errors = solve_errors(ErrorsRequest(request("powerlaw"), 1.0, (1,)), (exact,), Token())
    assert errors.intervals[0].flags[8] == "T"
    assert errors.intervals[0].lo < errors.intervals[0].hi
    assert "does not describe the data" in errors.provenance.warnings[0]


def test_a_second_valley_met_on_the_way_becomes_the_fit():
    # two lines, the search starts in the valley of the weaker one
    exact = spectrum(predicted("gaussian+gaussian", (3.0, 0.1, 0.02, 5.0, 0.1, 0.05)) + 1.0)
    asked = request("gaussian", statistic="cstat", p1=3.0, p2=0.1, p3=0.02)
    errors = solve_errors(ErrorsRequest(asked, 2000.0, (1,)), (exact,), Token())
    assert errors.intervals[0].flags[0] == "T" or errors.better_fit is not None


@pytest.mark.parametrize(
    ("solve", "wrap"),
    [
        (solve_fit, lambda fit: fit),
        (solve_curve, CurveRequest),
        (solve_errors, ErrorsRequest),
        (solve_flux, lambda fit: FluxRequest(fit, Band(2, 10))),
    ],
)
def test_what_cannot_be_asked_is_refused(solve, wrap):
    one = noisy()
    asked = request("powerlaw")

    def ask(fit, *above):
        return solve(wrap(fit), above, Token())

    with pytest.raises(InputError, match="no spectrum"):
        ask(asked)
    if solve is not solve_flux:  # a flux has no statistic
        with pytest.raises(InputError, match=r"the statistic 'cstats'.*Did you mean 'cstat'"):
            ask(replace(asked, statistic="cstats"), one)
    with pytest.raises(InputError, match="two components follow"):
        ask(replace(asked, expression="powerlaw powerlaw"), one)
    with pytest.raises(InputError, match="only multiplies"):
        ask(replace(asked, expression="tbabs"), one)
    with pytest.raises(InputError, match="with 1 parameters: it has 2"):
        ask(replace(asked, parameters=asked.parameters[:1]), one)
    with pytest.raises(InputError, match="no response"):
        ask(asked, replace(one, response=None))
    with pytest.raises(InputError, match="Parameter 1 is linked to number 9"):
        ask(changed(asked, 1, link="p9"), one)


def test_nothing_left_nothing_free_and_too_little_are_refused():
    one = noisy()
    with pytest.raises(InputError, match="Nothing is left to fit"):
        solve_fit(request("powerlaw", ignore=("**-**",)), (one,), Token())
    frozen = changed(changed(request("powerlaw"), 1, frozen=True), 2, frozen=True)
    with pytest.raises(InputError, match="every parameter is frozen or linked"):
        solve_fit(frozen, (one,), Token())
    with pytest.raises(InputError, match="2 free parameters to 1 bins"):
        solve_fit(request("powerlaw", ignore=("2-**",)), (one,), Token())
    with pytest.raises(InputError, match="Cannot ignore 'x'"):
        solve_fit(request("powerlaw", ignore=("x",)), (one,), Token())
    with pytest.raises(InputError, match="it has 100 channels"):
        solve_fit(request("powerlaw"), (replace(one, response=replace(
            response(), channel=np.arange(7))),), Token())  # fmt: skip
    with pytest.raises(InputError, match="rise of 0"):
        solve_errors(ErrorsRequest(request("powerlaw"), 0), (one,), Token())
    with pytest.raises(InputError, match="parameters 1 to 2"):
        solve_errors(ErrorsRequest(request("powerlaw"), 1.0, (3,)), (one,), Token())


def test_a_model_without_value_fails_in_words():
    asked = changed(request("powerlaw", p1=-400.0), 1, hard_lo=-500.0)
    with pytest.raises(EngineFailedError, match="no finite number of photons"):
        solve_fit(asked, (noisy(),), Token())
    with pytest.raises(EngineFailedError, match="no finite number of photons"):
        solve_errors(ErrorsRequest(asked), (noisy(),), Token())
    with pytest.raises(EngineFailedError, match="no finite value there"):
        solve_flux(FluxRequest(asked, Band(2, 10)), (noisy(),), Token())


def test_a_fit_and_a_search_stop_when_told():
    with pytest.raises(CancelledError):
        solve_fit(request("powerlaw"), (noisy(),), Token(patience=12))
    with pytest.raises(CancelledError):
        solve_errors(ErrorsRequest(request("powerlaw")), (noisy(),), Token(patience=25))
    assert solve_fit(request("powerlaw"), (noisy(),), Token()).converged


def test_told_to_stop_nothing_more_is_evaluated():
    # wherever it comes: in a damped step, in MIGRAD, in HESSE, in MINOS or in the search
    asked, one = request("phabs*powerlaw", p1=0.1), noisy()
    for solve, wrapped in ((solve_fit, asked), (solve_errors, ErrorsRequest(asked))):
        free = Token()
        solve(wrapped, (one,), free)
        for patience in np.linspace(5, free.checks - 1, 12, dtype=int):
            token = Token(int(patience))
            with pytest.raises(CancelledError):
                solve(wrapped, (one,), token)
            assert token.checks == patience + 1


def test_a_component_that_vanished_comes_back():
    exact = spectrum(predicted("powerlaw+gaussian", (1.7, 1.0, 4.0, 0.2, 0.02)))
    asked = changed(request("powerlaw+gaussian", statistic="cstat", p3=9.0, p4=0.2), 4, frozen=True)
    found = solve_fit(asked, (exact,), Token())
    assert found.statistic == pytest.approx(0.0, abs=1e-3)
    assert found.parameters[2].value == pytest.approx(4.0, abs=1e-2)


def test_a_component_that_is_not_there_stays_away():
    found = solve_fit(request("powerlaw+bbody"), (spectrum(predicted("powerlaw", TRUTH)),), Token())
    assert found.statistic == pytest.approx(0.0, abs=1e-3)
    assert found.parameters[0].value == pytest.approx(1.7, abs=0.05)


def test_progress_tells_the_statistic():
    token = Token()
    solve_fit(request("powerlaw"), (noisy(),), token)
    assert token.lines[0][1] == "fit"
    assert token.lines[0][2].startswith("step 1: statistic ")
    told = [float(line.split()[-1]) for _, _, line in token.lines]
    assert told == sorted(told, reverse=True)


def test_links_that_go_round_are_refused():
    asked = changed(changed(request("powerlaw"), 1, link="p2"), 2, link="p1")
    for solve, question in ((solve_fit, asked), (solve_flux, FluxRequest(asked, Band(2, 10)))):
        with pytest.raises(InputError, match="the links lead back to it"):
            solve(question, (noisy(),), Token())


def test_two_threads_do_not_disturb_each_other():
    from concurrent.futures import ThreadPoolExecutor

    one, asked = noisy(), request("phabs*powerlaw", p1=0.1)

    def both(turn):
        at = changed(asked, 2, value=1.0 + 0.1 * (turn % 5))
        curve = solve_curve(CurveRequest(at), (one,), Token())
        return turn % 5, curve.statistic, solve_fit(at, (one,), Token()).statistic

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(both, range(40)))
    for turn in range(5):
        same = [answer for answer in answers if answer[0] == turn]
        assert len({round(statistic, 6) for _, statistic, _ in same}) == 1
    assert max(a[2] for a in answers) - min(a[2] for a in answers) < 1e-4
