"""Several sources, data groups and linked formulas in the embedded fit."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pytest
from fit_toys import CHANNELS_KEV, EDGES_KEV, Token, predicted, response, spectrum

from nuwidgets.domain.band import Band
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.fake import FakeRequest
from nuwidgets.domain.fit import ErrorsRequest, FitRequest, FluxRequest, SourceResponse
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded import evaluators
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.engines.embedded.errors import solve_errors
from nuwidgets.engines.embedded.fake import solve_fake
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.engines.embedded.flux import solve_flux
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.arf import write_arf
from nuwidgets.files.rmf import write_rmf
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.models import parameters as pars
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.groups import untie_groups
from nuwidgets.science.models.own import forget, model

WIDE = {"area_cm2": 60.0, "width_kev": 0.6}
"""Another response than the spectra's own."""
TRUTH = (1.7, 0.5)


def asked(text, spectra=1, n_groups=None, *, values=(), links=(), **fields):
    """A fit of a composite; values as `"norm=2"`, links as pairs of names."""
    parameters = Composite.parse(text).parameters(n_groups or spectra)
    parameters = pars.set_values(parameters, *values)
    for name, to in links:
        parameters = pars.link(parameters, name, to)
    files = tuple(FileSpectrumRequest(f"{i}.pha") for i in range(spectra))
    return FitRequest(files, text, parameters, **fields)


def drawn(counts, seed=1, **options):
    return spectrum(np.random.default_rng(seed).poisson(counts), **options)


def at(request, *above):
    """The statistic and the derivatives at the request's values."""
    with opened(request, above, Token()) as problem:
        return problem.statistic(problem.start), problem.slopes(problem.start)


def same(spectrum, source):
    return SourceResponse(spectrum, source, "same")


def write(folder, **how):
    """Write a response as RMF and ARF; give both paths."""
    paths = folder / "wide.rmf", folder / "wide.arf"
    write_rmf(paths[0], response(**how), Pointing("TEST", "TEST"), overwrite=True)
    write_arf(paths[1], response(**how), Pointing("TEST", "TEST"), overwrite=True)
    return tuple(map(str, paths))


@pytest.fixture
def wide(tmp_path):
    """The paths of a response that smears more and sees less."""
    return write(tmp_path, **WIDE)


def test_a_second_source_through_the_same_response_is_a_second_component():
    one = drawn(predicted("powerlaw+gaussian", (*TRUTH, 6.0, 0.3, 0.05)))
    values = "PhoIndex=1.7", "powerlaw.norm=0.5", "LineE=6", "Sigma=0.3", "gaussian.norm=0.05"
    summed = asked("powerlaw + gaussian", values=values)
    apart = asked("powerlaw; 2:line gaussian", values=values, responses=(same(1, 2),))
    together, alone = at(summed, one), at(apart, one)
    assert alone[0] == pytest.approx(together[0], rel=1e-12)
    np.testing.assert_allclose(alone[1].gradient, together[1].gradient, rtol=1e-6)
    np.testing.assert_allclose(alone[1].curvature, together[1].curvature, rtol=1e-6)
    both = solve_fit(summed, (one,), Token()), solve_fit(apart, (one,), Token())
    assert both[0].statistic == pytest.approx(both[1].statistic, abs=1e-6)
    for mine, other in zip(both[0].parameters, both[1].parameters, strict=True):
        assert mine.value == pytest.approx(other.value, rel=1e-4)
    assert [p.model for p in both[1].parameters] == ["", "", "line", "line", "line"]


def test_two_sources_with_responses_of_their_own_give_back_the_truth(wide):
    background = (0.3, 0.4)
    counts = predicted("powerlaw", TRUTH)
    behind = predicted("powerlaw", background, matrix=response(**WIDE))
    rng = np.random.default_rng(3)
    on = spectrum(rng.poisson(counts + behind), name="on")
    off = spectrum(rng.poisson(behind), name="off", matrix=response())
    fit = asked(
        "powerlaw; 2:bkg powerlaw",
        2,
        values=("norm=0.2",),
        links=(("bkg:2:norm", "bkg:norm"),),
        statistic="cstat",
        responses=(SourceResponse(1, 2, *wide), SourceResponse(2, 2, *wide)),
    )
    frozen = pars.set_values(untie_groups(fit.parameters, "powerlaw.norm"), "2:norm=0")
    fit = replace(fit, parameters=pars.freeze(frozen, "2:norm"))
    found = solve_fit(fit, (on, off), Token())
    assert found.converged
    values = {p.label: (p.value, s) for p, s in zip(found.parameters, found.sigma, strict=True)}
    for label, truth in zip(
        ("powerlaw.PhoIndex", "powerlaw.norm", "bkg:powerlaw.PhoIndex", "bkg:powerlaw.norm"),
        (*TRUTH, *background),
        strict=True,
    ):
        value, sigma = values[label]
        assert abs(value - truth) < 4 * sigma < 0.5 * truth
    assert 0.8 < found.statistic / found.dof < 1.2
    assert found.dof == 200 - 4
    errors = solve_errors(ErrorsRequest(fit, 1.0, (5,)), (on, off), Token())
    value, sigma = values["bkg:powerlaw.PhoIndex"]
    assert errors.intervals[0].hi - value == pytest.approx(sigma, rel=0.1)


def test_a_spectrum_that_no_free_parameter_reaches_adds_its_part():
    first, second = (drawn(predicted("powerlaw", TRUTH), seed) for seed in (1, 2))
    fit = asked("powerlaw", 2, values=("PhoIndex=1.7", "norm=0.5"))
    fit = replace(fit, parameters=untie_groups(fit.parameters, "norm"))
    fit = replace(fit, parameters=pars.freeze(fit.parameters, "PhoIndex", "1:norm"))
    found = solve_fit(fit, (first, second), Token())
    alone = asked("powerlaw", values=("PhoIndex=1.7", "norm=0.5"))
    alone = replace(alone, parameters=pars.freeze(alone.parameters, "PhoIndex"))
    assert found.parameters[3].value == pytest.approx(
        solve_fit(alone, (second,), Token()).parameters[1].value, rel=1e-4
    )
    assert found.statistics[0] == pytest.approx(at(alone, first)[0], rel=1e-12)


def test_a_source_reaches_only_spectra_that_have_a_response_for_it():
    model = "powerlaw; 2:bkg gaussian"
    values = "PhoIndex=1.7", "powerlaw.norm=0.5", "LineE=6", "Sigma=0.3", "gaussian.norm=0.5"
    fit = asked(model, 2, values=values, responses=(same(2, 2),))
    with opened(fit, (spectrum(np.ones(100)), spectrum(np.ones(100))), Token()) as problem:
        first, second = problem.rates(problem.start)
        assert [seen[0] for seen in problem.seen(0)] == [""]
        assert [seen[0] for seen in problem.seen(1)] == ["", "bkg"]
    alone = predicted("powerlaw", TRUTH, exposure_s=1.0)
    np.testing.assert_allclose(first, alone, rtol=1e-12)
    line = predicted("gaussian", (6.0, 0.3, 0.5), exposure_s=1.0)
    np.testing.assert_allclose(second, alone + line, rtol=1e-12)


def test_source_1_may_be_seen_through_another_response(wide):
    counts = predicted("powerlaw", TRUTH, matrix=response(**WIDE))
    fit = asked("powerlaw", responses=(SourceResponse(1, 1, *wide),))
    found = solve_fit(fit, (spectrum(counts),), Token())
    assert [p.value for p in found.parameters] == pytest.approx(TRUTH, rel=1e-4)
    without = replace(spectrum(counts), response=None)
    assert solve_fit(fit, (without,), Token()).statistic == pytest.approx(0.0, abs=1e-3)


def test_a_spectrum_may_be_all_of_a_second_source():
    fit = asked("2:bkg powerlaw", values=("PhoIndex=1.7", "norm=0.5"), responses=(same(1, 2),))
    assert at(fit, spectrum(predicted("powerlaw", TRUTH)))[0] == pytest.approx(0.0, abs=1e-9)


def test_a_response_file_that_changed_is_read_again(wide, tmp_path):
    one = spectrum(np.ones(100))
    fit = asked("powerlaw; 2:bkg powerlaw", responses=(SourceResponse(1, 2, *wide),))
    before = solve_curve(CurveRequest(replace(fit, stamp=((1, 1),))), (one,), Token())
    write(tmp_path, area_cm2=6.0, width_kev=0.6)
    os.utime(wide[0], (1, 1))
    old = solve_curve(CurveRequest(replace(fit, stamp=((1, 1),))), (one,), Token())
    after = solve_curve(CurveRequest(replace(fit, stamp=((2, 2),))), (one,), Token())
    np.testing.assert_array_equal(old.spectra[0].model_rate, before.spectra[0].model_rate)
    assert (after.spectra[0].model_rate < 0.8 * before.spectra[0].model_rate).all()


def test_spectra_of_one_data_group_share_all_parameters():
    spectra = tuple(drawn(predicted("powerlaw", TRUTH), seed) for seed in (1, 2, 3))
    grouped = asked("powerlaw", 3, 2, groups=(1, 1, 2))
    tied = solve_fit(grouped, spectra, Token())
    assert len(tied.parameters) == 4
    assert len(tied.statistics) == 3
    each = solve_fit(asked("powerlaw", 3), spectra, Token())
    assert tied.statistic == pytest.approx(each.statistic, abs=1e-6)
    apart = replace(grouped, parameters=untie_groups(grouped.parameters, "PhoIndex", "norm"))
    free = solve_fit(apart, spectra, Token())
    first = solve_fit(asked("powerlaw", 2, 1, groups=(1, 1)), spectra[:2], Token())
    last = solve_fit(asked("powerlaw"), spectra[2:], Token())
    assert free.statistic == pytest.approx(first.statistic + last.statistic, abs=1e-5)
    assert free.parameters[2].value == pytest.approx(last.parameters[0].value, rel=1e-4)


def test_a_formula_is_what_one_would_put_in_by_hand():
    spectra = drawn(predicted("powerlaw", TRUTH)), drawn(predicted("powerlaw", (1.7, 0.55)), 2)
    start = "PhoIndex=1.6", "norm=0.4"
    fit = asked("powerlaw", 2, values=start, links=(("2:norm", "1.1*p2"),), statistic="cstat")
    scaled = asked("constant*powerlaw", 2, values=(*start, "2:factor=1.1"), statistic="cstat")
    scaled = replace(scaled, parameters=pars.freeze(scaled.parameters, "2:factor"))
    mine, other = at(fit, *spectra), at(scaled, *spectra)
    assert mine[0] == pytest.approx(other[0], rel=1e-12)
    np.testing.assert_allclose(mine[1].gradient, other[1].gradient, rtol=1e-5)
    np.testing.assert_allclose(mine[1].curvature, other[1].curvature, rtol=1e-5)
    found, put = solve_fit(fit, spectra, Token()), solve_fit(scaled, spectra, Token())
    assert found.statistic == pytest.approx(put.statistic, abs=1e-6)
    assert found.parameters[3].value == pytest.approx(1.1 * found.parameters[1].value)
    assert np.isnan(found.sigma[3])
    assert found.dof == put.dof == 198


def test_derivatives_go_through_formulas_of_formulas():
    one = drawn(predicted("powerlaw+gaussian", (*TRUTH, 6.0, 0.3, 0.05)))
    links = ("LineE", "3*PhoIndex"), ("gaussian.norm", "LineE / 100")
    fit = asked("powerlaw+gaussian", values=("PhoIndex=1.9", "powerlaw.norm=0.4"), links=links)
    with opened(fit, (one,), Token()) as problem:
        assert problem.full(problem.start).tolist() == pytest.approx([1.9, 0.4, 5.7, 0.1, 0.057])
        slopes = problem.slopes(problem.start)
        for index, start in enumerate(problem.start):
            step = np.zeros(3)
            step[index] = 1e-5 * start
            ends = problem.statistic(problem.start + step), problem.statistic(problem.start - step)
            by_hand = (ends[0] - ends[1]) / (2 * step[index])
            assert slopes.gradient[index] == pytest.approx(by_hand, rel=1e-3)


def test_a_formula_without_a_value_makes_the_statistic_infinite():
    one = drawn(predicted("powerlaw", TRUTH))
    fit = asked("powerlaw", links=(("norm", "log(PhoIndex - 1.5)"),), values=("PhoIndex=1",))
    with opened(fit, (one,), Token()) as problem:
        assert problem.statistic(problem.start) == np.inf
        assert np.isfinite(problem.statistic(np.array([4.0])))


def test_groups_that_nothing_moves_are_not_folded_again():
    fit = asked("powerlaw", 20, values=("PhoIndex=1.7",))
    fit = replace(fit, parameters=untie_groups(fit.parameters, "PhoIndex", "norm"))
    spectra = tuple(spectrum(np.ones(100)) for _ in range(20))
    token = Token()
    with opened(fit, spectra, token) as problem:
        assert len(problem.free) == 40
        problem.slopes(problem.start)
    assert token.checks == 20 + 40


def test_evaluators_are_made_anew_when_a_model_of_ones_own_is(request):
    request.addfinalizer(lambda: forget("flat"))
    one, fit = spectrum(np.ones(100)), None
    for height in (1.0, 2.0):

        @model("flat")
        def flat(edges_kev, height=height):
            return np.full(edges_kev.size - 1, height)

        fit = fit or asked("flat")
        curve = solve_curve(CurveRequest(fit), (one,), Token())
        assert curve.spectra[0].model_rate[50] == pytest.approx(200 * height, rel=1e-3)


def test_few_evaluators_are_kept():
    evaluators.give(dict.fromkeys(range(evaluators.KEPT + 5), (EDGES_KEV, None)))
    assert len(evaluators._kept) == evaluators.KEPT
    evaluators._kept.clear()


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (asked("powerlaw; 2:bkg powerlaw"), r"'2:bkg powerlaw': no spectrum has a response for"),
        (asked("2:bkg powerlaw"), r"Nothing describes spectrum 1 \(toy\): it sees source 1, and"),
        (asked("powerlaw", responses=(same(2, 2),)), "as response of spectrum 2: there are 1"),
        (asked("powerlaw", groups=(1, 1)), r"1 spectra into the data groups \(1, 1\)"),
        (asked("powerlaw", groups=(2,)), "from 1 and without gaps"),
        (asked("tbabs"), "only multiplies and gives no photons"),
        (asked("powerlaw", n_groups=2), "with 4 parameters: it has 2"),
    ],
)
def test_what_does_not_go_together_is_refused(fit, words):
    with pytest.raises(InputError, match=words):
        at(fit, spectrum(np.ones(100)))


def test_what_moves_nothing_is_refused():
    fit = asked("powerlaw; 2:bkg powerlaw", 2, responses=(same(2, 2),))
    spectra = spectrum(np.ones(100)), spectrum(np.ones(100))
    at(fit, *spectra)
    fit = replace(fit, parameters=untie_groups(fit.parameters, "bkg:norm"))
    with pytest.raises(InputError, match=r"depends on parameter 6 \(bkg:powerlaw.norm\): no spec"):
        at(fit, *spectra)
    fit = replace(fit, parameters=pars.freeze(fit.parameters, "bkg:norm"))
    assert np.isfinite(at(fit, *spectra)[0])


def test_a_response_that_does_not_fit_is_refused(tmp_path, wide):
    one = replace(spectrum(np.ones(100)), n_channels=50)
    with pytest.raises(FileError, match="has 100 channels, the spectrum"):
        at(asked("powerlaw; 2:bkg powerlaw", responses=(SourceResponse(1, 2, *wide),)), one)
    lost = SourceResponse(1, 2, str(tmp_path / "lost.rmf"))
    with pytest.raises(FileError, match=r"lost\.rmf"):
        at(asked("powerlaw; 2:bkg powerlaw", responses=(lost,)), spectrum(np.ones(100)))
    short = replace(spectrum(np.ones(99)), response=response())
    with pytest.raises(InputError, match="it has 99 channels, its response 100"):
        at(asked("powerlaw"), short)
    without = replace(spectrum(np.ones(100)), response=None)
    with pytest.raises(InputError, match="it has no response"):
        at(asked("powerlaw; 2:bkg powerlaw", responses=(same(1, 2),)), without)
    assert len(CHANNELS_KEV) == 101


def test_two_data_groups_are_xspecs(shared_data, shared_reference):
    """XSPEC 12.9.1 on two real spectra of Ginga, absorption and norm of its own for each."""
    text = (shared_reference / "fits.json").read_text()
    record = next(r for r in json.loads(text)["fits"] if r["label"] == "ginga_losum_hisum_groups")
    folder = shared_data / "fit_sets" / "ginga_lac"
    files = tuple(FileSpectrumRequest(str(folder / one["file"])) for one in record["spectra"])
    spectra = tuple(map(load_spectrum, files))
    parameters = Composite.parse(record["expression"]).parameters(2)
    parameters = untie_groups(parameters, "nH", "powerlaw.norm")
    for number, (_, _, value) in enumerate(record["at_start"]["params"][:5], start=1):
        parameters = pars.set_value(parameters, number, value)
    parameters = pars.set_values(parameters, "2:nH=20", "2:powerlaw.norm=0.2")
    ignore = ("1-2:1-3 37-48",)
    fit = FitRequest(files, record["expression"], parameters, ignore=ignore, abundance="angr")
    best = record["best"]
    theirs = {p["global_index"]: p["value"] for p in best["params"]}
    there = replace(
        fit, parameters=tuple(replace(p, value=theirs[p.number]) for p in fit.parameters)
    )
    assert at(fit, *spectra)[0] == pytest.approx(record["at_start"]["statistic"], rel=1e-5)
    assert at(there, *spectra)[0] == pytest.approx(best["statistic"], rel=1e-5)
    found = solve_fit(fit, spectra, Token())
    assert (found.n_bins, found.dof) == (record["n_bins"], best["dof"])
    assert best["statistic"] - 0.03 < found.statistic < best["statistic"], "XSPEC stops early"
    for sigma, one in zip(found.sigma, best["params"], strict=True):
        if one["sigma"] > 0:
            assert sigma == pytest.approx(one["sigma"], rel=0.05)


def test_a_linked_parameter_has_the_value_of_its_link_for_an_interval():
    one = drawn(predicted("powerlaw+gaussian", (*TRUTH, 6.0, 0.3, 0.05)))
    links = [("gaussian.norm", "0.1*powerlaw.norm")]
    request = asked("powerlaw+gaussian", values=("LineE=6", "Sigma=0.3"), links=links)
    found = solve_errors(ErrorsRequest(request, numbers=(5,)), (one,), Token())
    (interval,) = found.intervals
    assert interval.flags == "FFFFFTFFF"
    assert interval.lo == interval.hi == found.better_fit.parameters[4].value
    assert interval.lo == pytest.approx(0.1 * found.better_fit.parameters[1].value)
    assert request.parameters[4].value == 1.0


def test_fluxes_and_simulated_spectra_go_through_the_response_of_the_fit(wide):
    one = drawn(predicted("powerlaw", TRUTH))
    other = SourceResponse(1, 1, *wide)
    values = ("PhoIndex=1.7", "norm=0.5")
    request = asked("powerlaw", values=values, responses=(other,))
    without = replace(one, response=None)
    (flux,) = solve_flux(FluxRequest(request, Band(2, 10)), (without,), Token()).erg_per_cm2_s
    own = asked("powerlaw", values=values)
    (same,) = solve_flux(FluxRequest(own, Band(2, 10)), (one,), Token()).erg_per_cm2_s
    assert flux == pytest.approx(same, rel=1e-4)
    (fake,) = solve_fake(FakeRequest(request, noise=False), (without,), Token()).spectra
    expected = predicted("powerlaw", TRUTH, matrix=response(**WIDE))
    assert fake.counts == pytest.approx(expected, rel=1e-5)
    assert dict(fake.links)["RESPFILE"] == wide[0]
    assert fake.response.matrix.sum() == pytest.approx(response(**WIDE).matrix.sum(), rel=1e-5)
