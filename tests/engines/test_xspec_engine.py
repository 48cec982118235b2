"""XSPEC as an engine, played by the stand-in: what is asked arrives, what is answered is understood.

The stand-in's numbers are the embedded engine's: where both agree, every setting has arrived.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fit_toys import predicted, spectrum
from xspec_standin import make_xspec, xspec_environ
from xspec_toys import fit_of, loaded, with_parameter, write_toy

from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.contours import ContoursRequest
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.fit import ErrorsRequest, FluxRequest, SourceResponse
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.xspec.engine import XspecEngine
from nuwidgets.engines.xspec.installation import find_xspec
from nuwidgets.errors import EngineFailedError, InputError
from nuwidgets.science.models import foreign, own

EMBEDDED = EmbeddedEngine()


@pytest.fixture(scope="module")
def headas(tmp_path_factory):
    return make_xspec(tmp_path_factory.mktemp("xspec"))


@pytest.fixture(scope="module")
def engine(headas):
    engine = XspecEngine(find_xspec(xspec_environ(headas)))
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spectra")
    return write_toy(folder), write_toy(folder, "other", 2, slope=2.1)


@pytest.fixture(scope="module")
def pair(toys):
    return loaded(*toys)


@pytest.fixture(scope="module")
def one(toys):
    return loaded(toys[0])


def both(engine, request, above):
    return engine.solve(request, above, Token()), EMBEDDED.solve(request, above, Token())


def same_fit(xspec, ours):
    assert xspec.statistic == pytest.approx(ours.statistic, abs=1e-4)
    assert [p.value for p in xspec.parameters] == pytest.approx(
        [p.value for p in ours.parameters], rel=1e-4
    )
    np.testing.assert_allclose(xspec.sigma, ours.sigma, rtol=1e-3)
    assert (xspec.dof, xspec.n_bins) == (ours.dof, ours.n_bins)


def test_a_fit_is_that_of_the_other_engine_and_says_who_made_it(engine, one):
    requests, above = one
    request = fit_of(requests, ignore=("**-2. 9.-**",))
    xspec, ours = both(engine, request, above)
    same_fit(xspec, ours)
    np.testing.assert_allclose(xspec.covariance, ours.covariance, rtol=1e-3)
    assert xspec.null_probability == pytest.approx(ours.null_probability, rel=1e-3)
    assert xspec.test_statistic == pytest.approx(ours.test_statistic, rel=1e-6)
    signed = xspec.provenance
    assert (signed.engine, signed.version) == ("xspec", "12.9.1")
    assert dict(signed.versions) == {"PyXspec": "2.0.0", "XSPEC": "12.9.1"}
    assert "Fit statistic" in "\n".join(signed.log_tail)
    assert "Model powerlaw" in Path(signed.log_path).read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"statistic": "cstat"},
        {"statistic": "pgstat"},
        {"weight": "gehrels"},
        {"weight": "model"},
        {"systematic": 0.2},
        {"test_statistic": "pchi"},
        {"abundance": "angr"},
        {"ignore": ("1-10 bad", "5.-6. notice 5.5-5.7")},
    ],
    ids=str,
)
def test_every_setting_arrives(engine, one, change):
    requests, above = one
    plain = fit_of(requests, "tbabs*powerlaw", p1=1.0)
    request = replace(plain, **change)
    xspec, ours = both(engine, CurveRequest(request), above)
    without = EMBEDDED.solve(CurveRequest(plain), above, Token())
    key = "test_statistic" if "test_statistic" in change else "statistic"
    assert getattr(xspec, key) == pytest.approx(getattr(ours, key), rel=1e-8)
    assert getattr(xspec, key) != pytest.approx(getattr(without, key), rel=1e-8)


def test_the_cross_section_arrives(engine, one):
    requests, above = one
    request = fit_of(requests, "phabs*powerlaw", p1=1.0, cross_section="bcmc")
    xspec, ours = both(engine, CurveRequest(request), above)
    assert xspec.statistic == pytest.approx(ours.statistic, rel=1e-8)


def test_a_curve_has_the_same_arrays(engine, one):
    requests, above = one
    request = CurveRequest(fit_of(requests, ignore=("**-2. 9.-**",)))
    xspec, ours = both(engine, request, above)
    mine, other = xspec.spectra[0], ours.spectra[0]
    for name in ("rate", "error", "model_rate", "background_rate", "contribution", "counts"):
        np.testing.assert_allclose(getattr(mine, name), getattr(other, name), rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(mine.e_lo_kev, other.e_lo_kev, rtol=1e-9)
    for name in ("unfolded", "area_cm2", "time_s", "areascal"):
        np.testing.assert_allclose(getattr(mine, name), getattr(other, name), rtol=1e-6)
    np.testing.assert_array_equal(mine.bin_number, other.bin_number)
    assert len(mine.models) == 1
    np.testing.assert_allclose(mine.models[0].photons, other.models[0].photons, rtol=1e-9)
    np.testing.assert_allclose(mine.models[0].edges_kev, other.models[0].edges_kev, rtol=1e-9)
    assert mine.background_rate.any()
    assert xspec.statistic_name == ours.statistic_name


def test_groups_limits_freezing_and_links_arrive(engine, pair):
    requests, above = pair
    request = fit_of(requests, "tbabs*powerlaw")
    request = with_parameter(request, 5, link="")
    request = with_parameter(request, 6, link="2*p3 - 0.1*p3^1.5/sqrt(p3)")
    request = with_parameter(request, 1, frozen=True, value=0.3)
    request = with_parameter(request, 2, hard_lo=1.0, soft_lo=1.0, soft_hi=3.0, hard_hi=3.0)
    same_fit(*both(engine, request, above))


def test_spectra_of_one_group_share_parameters(engine, pair):
    requests, above = pair
    request = fit_of(requests, n_groups=1, groups=(1, 1))
    xspec, ours = both(engine, request, above)
    same_fit(xspec, ours)
    assert len(xspec.parameters) == 2


def test_groups_may_come_in_any_order(engine, pair):
    requests, above = pair
    request = fit_of(requests, groups=(2, 1), ignore=("1:1-30",))
    request = with_parameter(with_parameter(request, 3, link=""), 4, link="")
    xspec, ours = both(engine, request, above)
    same_fit(xspec, ours)
    xspec, ours = both(engine, CurveRequest(request), above)
    for mine, other in zip(xspec.spectra, ours.spectra, strict=True):
        np.testing.assert_allclose(mine.model_rate, other.model_rate, rtol=1e-6)
    assert len(xspec.spectra[0].rate) == 70


def test_a_second_source_has_its_own_model_and_response(engine, pair, toys):
    requests, above = pair
    request = fit_of(
        requests,
        "powerlaw; 2:bkg powerlaw",
        responses=(
            SourceResponse(1, 2, "same"),
            SourceResponse(2, 2, str(toys[0].with_suffix(".rmf"))),
        ),
    )
    request = with_parameter(request, 5, value=0.5, frozen=True)
    request = with_parameter(request, 6, link="0.3*p2")
    same_fit(*both(engine, request, above))
    xspec, ours = both(engine, CurveRequest(request), above)
    for mine, other in zip(xspec.spectra, ours.spectra, strict=True):
        assert (
            [one.name for one in mine.models] == [one.name for one in other.models] == ["", "bkg"]
        )
        np.testing.assert_allclose(mine.model_rate, other.model_rate, rtol=1e-6)


@pytest.mark.parametrize("how", ["min 30", "constant 4", "none"])
def test_a_grouping_on_the_fly_is_written_into_a_file(engine, toys, how):
    requests, above = loaded(toys[0], grouping=how)
    same_fit(*both(engine, fit_of(requests), above))


def test_a_spectrum_without_a_file_is_written_with_its_response(engine):
    rng = np.random.default_rng(5)
    above = (
        spectrum(
            rng.poisson(predicted("powerlaw", (1.7, 0.02)) + 4.0),
            background=spectrum(rng.poisson(40.0, 100), backscal=np.full(100, 10.0)),
            grouping=np.tile([1, -1], 50),
        ),
    )
    events = SelectionRequest(ScreenRequest(EventsRequest("none.evt")), None, None)
    requests = (ExtractedSpectrumRequest(events, Grouping("constant", 2)),)
    xspec, ours = both(engine, fit_of(requests), above)
    same_fit(xspec, ours)
    assert xspec.n_bins == 50


def test_other_companions_than_the_files_own_arrive(engine, toys):
    for more in (
        {"background_path": "none"},
        {"background_path": str(toys[1].with_suffix(".bak"))},
        {"arf_path": "none"},
    ):
        requests, above = loaded(toys[0], **more)
        request = fit_of(requests, p2=0.01 if "arf_path" not in more else 1.0)
        same_fit(*both(engine, request, above))


def test_names_that_are_no_word_for_xspec_are_no_obstacle(engine, tmp_path):
    path = write_toy(tmp_path / "a folder; with $names", "my toy")
    requests, above = loaded(path)
    same_fit(*both(engine, fit_of(requests), above))


def test_the_working_folder_does_not_matter(engine, toys, tmp_path, monkeypatch):
    monkeypatch.chdir(toys[0].parent)
    requests, above = loaded(Path(toys[0].name))
    same_fit(*both(engine, fit_of(requests), above))


def test_errors_have_letters_and_leave_frozen_ones_alone(engine, one):
    requests, above = one
    fit = with_parameter(fit_of(requests, "tbabs*powerlaw"), 1, frozen=True, value=0.0)
    request = ErrorsRequest(fit, 1.0, (2, 1))
    xspec, ours = both(engine, request, above)
    for mine, other in zip(xspec.intervals, ours.intervals, strict=True):
        assert mine.number == other.number
        assert (mine.lo, mine.hi) == pytest.approx((other.lo, other.hi), rel=1e-3)
    assert [i.flags for i in xspec.intervals] == ["FFFFFFFFF", "FFFFFTFFF"]
    assert xspec.better_fit is not None  # better than where the request started
    assert xspec.better_fit.statistic == pytest.approx(ours.better_fit.statistic, abs=1e-4)


def test_an_interval_ends_at_the_limit_that_was_met(engine, one):
    requests, above = one
    fit = with_parameter(fit_of(requests, "tbabs*powerlaw"), 2, hard_hi=1.81, soft_hi=1.81)
    start = EMBEDDED.solve(fit, above, Token())
    request = ErrorsRequest(replace(fit, parameters=start.parameters), 2.706, (1, 2))
    for found in both(engine, request, above):
        absorption, slope = found.intervals
        assert (absorption.lo, absorption.flags[3], absorption.flags[6]) == (0.0, "T", "T")
        assert (slope.hi, slope.flags[4], slope.flags[7]) == (1.81, "T", "T")
        assert slope.lo < start.parameters[1].value


def test_errors_of_all_free_parameters_go_on_where_the_fit_is_poor(engine, one):
    requests, above = one
    fit = with_parameter(fit_of(requests), 1, frozen=True, value=4.0)
    found = engine.solve(ErrorsRequest(fit, 2.706), above, Token())
    assert [i.number for i in found.intervals] == [2]
    assert found.intervals[0].lo < found.intervals[0].hi
    assert found.intervals[0].flags == "FFFFFFFFT"
    assert "does not describe the data" in " ".join(found.provenance.warnings)


def test_the_rise_of_the_statistic_does_not_stick(engine, one):
    requests, above = one
    fit = engine.solve(fit_of(requests), above, Token())
    start = replace(fit.request, parameters=fit.parameters)
    narrow = engine.solve(ErrorsRequest(start, 1.0), above, Token()).intervals[0]
    wide = engine.solve(ErrorsRequest(start, 9.0), above, Token()).intervals[0]
    assert (wide.hi - wide.lo) / (narrow.hi - narrow.lo) == pytest.approx(3.0, rel=0.05)


def test_flux_reaches_beyond_the_response(engine, one):
    requests, above = one
    for band in (Band(2, 10), Band(0.5, 40)):
        xspec, ours = both(engine, FluxRequest(fit_of(requests), band), above)
        assert xspec.erg_per_cm2_s == pytest.approx(ours.erg_per_cm2_s, rel=1e-6)
        assert xspec.photons_per_cm2_s == pytest.approx(ours.photons_per_cm2_s, rel=1e-6)
        assert xspec.erg_intervals == ()


def test_flux_with_draws_has_ends(engine, one):
    requests, above = one
    found = engine.solve(FluxRequest(fit_of(requests), Band(2, 10), draws=50), above, Token())
    (lo, hi), value = found.erg_intervals[0], found.erg_per_cm2_s[0]
    assert lo < value < hi
    assert found.photons_intervals[0][0] > 0
    (said,) = (text for text in found.provenance.warnings if "fitted first" in text)
    assert said.startswith("The parameters were not those of the best fit: XSPEC")
    best = engine.solve(fit_of(requests), above, Token())
    request = FluxRequest(replace(best.request, parameters=best.parameters), Band(2, 10), draws=50)
    again = engine.solve(request, above, Token())
    assert not [text for text in again.provenance.warnings if "fitted first" in text]
    assert again.erg_per_cm2_s == pytest.approx(found.erg_per_cm2_s, rel=1e-3)


@pytest.mark.parametrize("change", [{"component": "powerlaw"}, {"unabsorbed": True}])
def test_flux_of_a_part_is_refused(engine, one, change):
    request = FluxRequest(fit_of(one[0]), Band(2, 10), **change)
    with pytest.raises(InputError, match="XSPEC's flux is that of the whole model"):
        engine.solve(request, one[1], Token())


@pytest.mark.parametrize(
    "axes", [("PhoIndex delta 0.02 3",), ("PhoIndex 1.6 1.8 3", "log norm 0.015 0.025 2")]
)
def test_contours_are_those_of_the_other_engine(engine, one, axes):
    requests, above = one
    xspec, ours = both(engine, ContoursRequest(fit_of(requests), axes), above)
    np.testing.assert_allclose(xspec.x, ours.x, rtol=1e-4)
    np.testing.assert_allclose(xspec.y, ours.y, rtol=1e-4)
    np.testing.assert_allclose(xspec.rise, ours.rise, atol=1e-2)
    np.testing.assert_allclose(xspec.refitted, ours.refitted, rtol=1e-2)
    assert xspec.n_done == ours.n_done > 3


@pytest.mark.parametrize(
    ("axes", "words"), [((), "no parameter is stepped"), (("PhoIndex 1 2 3",), "frozen or linked")]
)
def test_contours_that_cannot_be(engine, one, axes, words):
    fit = with_parameter(fit_of(one[0]), 1, frozen=True)
    with pytest.raises(InputError, match=words):
        engine.solve(ContoursRequest(fit, axes), one[1], Token())


def test_without_a_model_there_are_the_data_alone(engine, one):
    requests, above = one
    found = engine.solve(
        CurveRequest(replace(fit_of(requests), expression="", parameters=())), above, Token()
    )
    assert math.isnan(found.statistic)
    assert len(found.spectra[0].rate) == 100


# ---- what cannot be ------------------------------------------------------------------------------


def test_a_dead_end_is_refused_before_xspec_crashes(engine, one):
    requests, above = one
    engine.start()
    with pytest.raises(InputError, match="Nothing is left to fit"):
        engine.solve(fit_of(requests, ignore=("**-**",)), above, Token())
    engine.solve(fit_of(requests), above, Token())


def test_nothing_to_fit_is_refused(engine, one):
    requests, above = one
    fit = fit_of(requests)
    with pytest.raises(InputError, match="there is no spectrum"):
        engine.solve(replace(fit, spectra=()), (), Token())
    frozen = with_parameter(with_parameter(fit, 1, frozen=True), 2, frozen=True)
    for request in (frozen, ErrorsRequest(frozen), ContoursRequest(frozen, ("1 1 2",))):
        with pytest.raises(InputError, match="every parameter is frozen or linked"):
            engine.solve(request, above, Token())
    with pytest.raises(InputError, match="for a rise of -1"):
        engine.solve(ErrorsRequest(fit, -1), above, Token())
    with pytest.raises(InputError, match=r"with 1 parameters: it has 2"):
        engine.solve(replace(fit, parameters=fit.parameters[:1]), above, Token())
    with pytest.raises(InputError, match="only multiplies"):
        engine.solve(fit_of(requests, "tbabs"), above, Token())


def test_a_spectrum_without_response_is_refused(engine, toys):
    requests, above = loaded(toys[0], rmf_path="none")
    with pytest.raises(InputError, match="no response"):
        engine.solve(fit_of(requests), above, Token())


def test_what_xspec_does_not_know_is_said_with_its_reason(engine, one):
    requests, above = one

    @own.model("mine", parameters=[("a", "", 1.0, 0.0, 2.0)])
    def mine(edges_kev, a):
        return np.ones(len(edges_kev) - 1)

    try:
        with pytest.raises(EngineFailedError, match=r"Model Command Error.*No component is called"):
            engine.solve(fit_of(requests, "powerlaw + mine"), above, Token())
    finally:
        own.forget("mine")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("stubborn", r"XSPEC did not take abund = 'wilm': it has 'angr'"),
        ("narrow", r"XSPEC has .* for parameter 1 \(nH\), not 7\.0 as it was told"),
    ],
)
def test_what_xspec_drops_in_silence_is_an_error(headas, one, fault, words):
    requests, above = one
    engine = XspecEngine(find_xspec(xspec_environ(headas, fault)))
    try:
        with pytest.raises(EngineFailedError, match=words):
            engine.solve(fit_of(requests, "tbabs*powerlaw", p1=7.0), above, Token())
    finally:
        engine.stop()


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (".pha", "did not read the spectrum"),
        (".rmf", "did not take the response"),
        (".arf", "did not take the arf"),
        (".bak", "did not take the background"),
    ],
)
def test_a_file_that_is_gone_is_an_error(engine, tmp_path, ending, words):
    path = write_toy(tmp_path / "gone")
    requests, above = loaded(path)
    path.with_suffix(ending).unlink()
    with pytest.raises(EngineFailedError, match=words):
        engine.solve(fit_of(requests), above, Token())


# ---- models that XSPEC alone has -----------------------------------------------------------------


@pytest.fixture
def listed(headas, monkeypatch):
    from nuwidgets.engines.xspec.models import listed
    from nuwidgets.science.models.expression import _parse

    monkeypatch.setenv("HEADAS", str(headas))
    foreign.use_reader(listed)
    yield
    foreign.use_reader(lambda: ())
    _parse.cache_clear()


def test_a_model_that_xspec_alone_has_is_fitted_by_xspec_alone(engine, one, listed):
    requests, above = one
    request = fit_of(requests, "slimbb", p1=1.5, p4=0.01)
    request = with_parameter(with_parameter(request, 3, frozen=True), 2, frozen=True)
    found = engine.solve(request, above, Token())
    assert found.parameters[0].value == pytest.approx(1.7, abs=0.2)
    curve = engine.solve(
        CurveRequest(replace(request, parameters=found.parameters)), above, Token()
    )
    assert curve.statistic == pytest.approx(found.statistic, rel=1e-6)
    with pytest.raises(
        InputError, match=r"slimbb .* computed by XSPEC only\. Set s\.fit\.engine = \"xspec\""
    ):
        EMBEDDED.solve(request, above, Token())


def test_xspec_describes_a_model_itself(engine):
    found = engine.describe("slimbb")
    assert found["expression"] == "slimbb"
    assert [(p[0], p[1], len(p[3])) for p in found["parameters"]] == [
        ("slimbb", "kTin", 6), ("slimbb", "pivotE", 1), ("slimbb", "switch", 6), ("slimbb", "norm", 6),
    ]  # fmt: skip
    with pytest.raises(EngineFailedError, match="Model Command Error"):
        engine.describe("nosuchmodel")
