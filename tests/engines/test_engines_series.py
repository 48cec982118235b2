"""Many observations one by one: in processes and without, what fails, what is remembered, Stop."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from fit_toys import predicted, request, spectrum
from xspec_standin import make_xspec, xspec_environ
from xspec_toys import fit_of, loaded, write_toy

from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import ErrorsRequest, FitRequest, FluxRequest, SourceResponse
from nuwidgets.domain.series import PointRequest, SeriesRequest
from nuwidgets.engines import fit_pool
from nuwidgets.engines import series as series_engine
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.fit_engines import FitEngines
from nuwidgets.engines.fit_pool import FitPool
from nuwidgets.engines.series import SeriesFits, points_of
from nuwidgets.engines.series_point import flux_ends, measured
from nuwidgets.engines.xspec.engine import XspecEngine
from nuwidgets.engines.xspec.installation import find_xspec
from nuwidgets.errors import CancelledError, EngineFailedError, FileError, InputError

BAND = Band(2, 10)
INDICES = (1.5, 1.8, 2.2)


@pytest.fixture
def at_once(monkeypatch):
    """Processes are started at once, though the fits are short."""
    monkeypatch.setattr(series_engine, "PATIENCE_S", 0.0)


def noisy(index, seed=1, **changes):
    counts = np.random.default_rng(seed).poisson(predicted("powerlaw", (index, 0.5)))
    return spectrum(counts, **changes)


@pytest.fixture(scope="module")
def spectra():
    return tuple(noisy(index) for index in INDICES)


def series(n=3, names=("a", "b", "c"), **changes):
    whole = replace(request("powerlaw", n, statistic="cstat"), **changes)
    return SeriesRequest(whole, names[:n], BAND, at_once=1)


class Counting:
    """The embedded engine, which counts what it is asked."""

    name, version = "embedded", "test"

    def __init__(self, spoil=None):
        self.engine, self.asked, self.spoil = EmbeddedEngine(), [], spoil

    def solve(self, asked, above, token):
        self.asked.append(asked)
        if self.spoil:
            self.spoil(asked)
        return self.engine.solve(asked, above, token)

    @property
    def n_fits(self):
        return sum(isinstance(one, FitRequest) for one in self.asked)


def test_each_observation_has_its_own_values(spectra):
    found = FitEngines(EmbeddedEngine).solve(series(), spectra, Token())
    assert [point.name for point in found.points] == ["a", "b", "c"]
    for point, index in zip(found.points, INDICES, strict=True):
        interval = point.intervals[0]
        assert interval.lo < index < interval.hi
        assert interval.hi - interval.lo < 0.3
        lo, hi = point.flux_interval
        assert lo < point.flux_erg_per_cm2_s < hi
        assert len(point.folded.counts) == point.fit.n_bins == 100
        assert (point.why, point.exposure_s) == ("", 1000.0)
    assert (found.provenance.engine, found.failed) == ("embedded", {})


def test_processes_give_what_this_one_gives(spectra, at_once):
    here = SeriesFits(EmbeddedEngine().solve).solve(series(), spectra, Token(), processes=False)

    def refuse(*_asked):
        raise AssertionError("a process was to fit")

    asked = replace(series(), at_once=2)
    there = SeriesFits(refuse).solve(asked, spectra, Token(), processes=True)
    for one, two in zip(here.points, there.points, strict=True):
        assert [p.value for p in one.fit.parameters] == [p.value for p in two.fit.parameters]
        assert (one.intervals, one.flux_interval) == (two.intervals, two.flux_interval)
        assert np.array_equal(one.folded.model_rate, two.folded.model_rate)
        assert two.request == one.request


def test_without_processes_it_is_fitted_here(spectra, at_once, monkeypatch):
    monkeypatch.setattr(fit_pool.sys, "executable", "/nowhere/python")
    asked = replace(series(), at_once=2)
    found = SeriesFits(EmbeddedEngine().solve).solve(asked, spectra, Token(), processes=True)
    assert found.failed == {}


def test_a_process_that_dies_is_no_reason_to_fail(spectra, at_once, monkeypatch):
    monkeypatch.setattr(fit_pool, "PROGRAM", "nuwidgets.errors")  # ends at once
    asked = replace(series(2), at_once=2)
    found = SeriesFits(EmbeddedEngine().solve).solve(asked, spectra[:2], Token(), processes=True)
    assert found.failed == {}


def test_one_that_cannot_be_fitted_says_why(spectra):
    above = (
        spectra[0],
        spectrum(np.zeros(100)),
        FileError("Cannot read 'c.pha': it ends too early."),
        replace(spectra[1], response=None),
        spectra[2],
    )
    asked = series(5, tuple("abcde"))
    found = FitEngines(EmbeddedEngine).solve(asked, above, Token())
    assert found.failed == {
        "b": "Nothing was fitted: there are no counts in the source region.",
        "c": "Cannot read 'c.pha': it ends too early.",
        "d": "Nothing was fitted: the spectrum has no response. Set rmf_path and arf_path of its"
        " dataset.",
    }
    assert repr(found) == "<Series: 2 of 5 observations fitted>"
    assert found.point("c").folded is None
    assert any(text.startswith("b: Nothing was fitted") for text in found.provenance.warnings)


def test_too_few_bins_are_said(spectra):
    asked = series(1, ignore=("**-10.85",))
    found = FitEngines(EmbeddedEngine).solve(asked, spectra[:1], Token())
    assert found.failed["a"].startswith("Cannot fit 2 free parameters to 1 bins.")


def test_errors_that_fail_leave_the_fit(spectra):
    def spoil(asked):
        if isinstance(asked, ErrorsRequest | FluxRequest):
            raise EngineFailedError("not today")

    asked = points_of(series(1))[0]
    point = measured(asked, spectra[0], Token(), Counting(spoil).solve)
    assert point.fit is not None
    assert point.why == "No intervals: not today No flux: not today"
    assert (point.intervals, np.isnan(point.flux_erg_per_cm2_s)) == ((), True)


def test_no_intervals_where_none_are_asked(spectra):
    engine = Counting()
    asked = replace(points_of(series(1))[0], delta=0.0)
    point = measured(asked, spectra[0], Token(), engine.solve)
    assert point.intervals == ()
    assert point.flux_erg_per_cm2_s > 0
    assert not any(isinstance(one, ErrorsRequest) for one in engine.asked)


def test_a_better_fit_met_on_the_way_is_taken(spectra):
    engine = Counting()

    def ask(asked, above, token):
        found = engine.solve(asked, above, token)
        if isinstance(asked, FitRequest):  # as if it had stopped early
            wrong = tuple(replace(p, value=p.value * 1.2) for p in found.parameters)
            return replace(found, parameters=wrong)
        return found

    point = measured(points_of(series(1))[0], spectra[0], Token(), ask)
    assert point.fit.parameters[0].value == pytest.approx(INDICES[0], abs=0.1)


def test_what_was_fitted_is_not_fitted_again(spectra):
    engine = Counting()
    fits = SeriesFits(engine.solve)
    fits.solve(series(2), spectra[:2], Token(), processes=False)
    assert engine.n_fits == 2
    found = fits.solve(series(3), spectra, Token(), processes=False)
    assert engine.n_fits == 3
    assert len(found.points) == 3
    fits.solve(replace(series(3), delta=1.0), spectra, Token(), processes=False)
    assert engine.n_fits == 6
    token = Token()
    token.anew = True
    fits.solve(series(3), spectra, token, processes=False)
    assert engine.n_fits == 9


def test_rows_come_as_they_are_done(spectra):
    heard = []
    asked = replace(series(), delta=0.0)
    SeriesFits(EmbeddedEngine().solve).solve(asked, spectra, Token(heard.append), processes=False)
    assert (heard[-1].fraction, heard[-1].line) == (1.0, "c: 3 of 3")
    assert len(heard[-1].partial.points) == 3


def cancelled_at(begun, token):
    thread = threading.Thread(target=lambda: (begun.wait(5), token.cancel()))
    thread.start()
    return thread


def test_stop_ends_all_of_them(spectra):
    token, begun = Token(), threading.Event()
    engine = Counting(lambda _asked: begun.set())
    thread = cancelled_at(begun, token)
    with pytest.raises(CancelledError, match="Stopped"):
        SeriesFits(engine.solve).solve(
            replace(series(3), at_once=2), spectra, token, processes=False
        )
    thread.join()
    assert engine.n_fits < 3


def test_stop_ends_processes(spectra, at_once):
    begun = threading.Event()
    token = Token(lambda _progress: begun.set())
    thread = cancelled_at(begun, token)
    with pytest.raises(CancelledError, match="Stopped"):
        SeriesFits(Counting().solve).solve(
            replace(series(3), at_once=2), spectra, token, processes=True
        )
    thread.join()


def test_a_stopped_process_is_gone(spectra):
    pool = FitPool(1)
    one = points_of(series(1))[0]
    assert pool.measured(one, spectra[0], Token()).fit is not None
    child = pool._workers[0]._child
    pool.stop()
    assert child.process.poll() is not None


def test_what_cannot_be_sent_to_a_process_is_fitted_here(spectra):
    pool = FitPool(1)
    strange = replace(spectra[0], counts=spectra[0].counts.astype(np.float16))
    assert pool.measured(points_of(series(1))[0], strange, Token()) is None
    pool.stop()


def test_nothing_to_fit_is_said():
    with pytest.raises(InputError, match="no model is set"):
        points_of(SeriesRequest(replace(request("powerlaw"), expression=""), ("a",), BAND))
    with pytest.raises(InputError, match="there are no observations"):
        points_of(SeriesRequest(replace(request("powerlaw"), spectra=()), (), BAND))


def test_each_has_its_part_of_the_whole_fit():
    whole = request("powerlaw", 3, ignore=("**-3.", "2:5.-6.", "3:7.-**"), p1=1.5, p5=2.5)
    tied = tuple(replace(p, link="p1") if p.number in (3, 5) else p for p in whole.parameters)
    whole = replace(
        whole,
        parameters=tied,
        groups=(1, 2, 2),
        responses=(SourceResponse(3, 2, "same"),),
    )
    whole = replace(whole, parameters=whole.parameters[:4])
    one, two, three = points_of(SeriesRequest(whole, ("a", "b", "c"), BAND))
    assert [p.number for p in two.fit.parameters] == [1, 2]
    assert two.fit.parameters[0].value == 1.5
    assert two.fit.parameters[0].free
    assert one.fit.ignore == ("**-3.",)
    assert two.fit.ignore == ("**-3.", "1:5.-6.")
    assert [len(x.fit.responses) for x in (one, two, three)] == [0, 0, 1]
    assert three.fit.responses[0].spectrum == 1
    assert isinstance(three, PointRequest)


def test_the_flux_of_a_free_norm_has_its_errors(spectra):
    frozen = request("powerlaw", statistic="cstat", p1=1.5)
    frozen = replace(
        frozen, parameters=tuple(replace(p, frozen=p.number == 1) for p in frozen.parameters)
    )
    point = measured(PointRequest(frozen, "a", BAND), spectra[0], Token(), EmbeddedEngine().solve)
    (interval,), norm = point.intervals, point.fit.parameters[1].value
    lo, hi = (end / point.flux_erg_per_cm2_s for end in point.flux_interval)
    assert lo == pytest.approx(interval.lo / norm, rel=1e-3)
    assert hi == pytest.approx(interval.hi / norm, rel=1e-3)


def test_a_flux_that_the_data_do_not_tell_has_no_interval(spectra):
    fit = EmbeddedEngine().solve(points_of(series(1))[0].fit, spectra[:1], Token())
    assert all(map(np.isnan, flux_ends(fit, 1e-12, 2.706, lambda _moved: np.nan)))
    lo, hi = flux_ends(fit, 1e-12, 2.706, lambda _moved: 1e-12)
    assert np.isnan(lo)
    assert np.isnan(hi)


def test_xspec_fits_them_where_it_is_chosen(tmp_path):
    engine = XspecEngine(find_xspec(xspec_environ(make_xspec(tmp_path / "xspec"))))
    paths = write_toy(tmp_path / "a"), write_toy(tmp_path / "b", seed=2, slope=2.1)
    requests, above = loaded(*paths)
    engines = FitEngines(EmbeddedEngine)
    engines._xspec = engine
    asked = SeriesRequest(fit_of(requests, engine="xspec"), ("a", "b"), BAND)
    try:
        found = engines.solve(asked, above, Token())
    finally:
        engine.stop()
    assert found.provenance.engine == "xspec"
    slopes = [point.fit.parameters[0].value for point in found.points]
    assert slopes == pytest.approx([1.7, 2.1], abs=0.2)
    assert all(point.flux_interval[0] < point.flux_erg_per_cm2_s for point in found.points)
