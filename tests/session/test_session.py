"""The session: a change reaches all that depends on it, and nothing else."""

from __future__ import annotations

import gc
import os
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from traitlets import TraitError

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.errors import BusyError, EngineMissingError, FileError, InputError


def test_a_region_moves_everything_below(session):
    session.fit.model = "tbabs*powerlaw"
    session.settle()
    first = next(iter(session.datasets.values()))
    before = first.spectrum.product, first.lightcurve.product, session.curve.product
    first.regions.source = nw.Circle(280.0, 35.0, 60.0)
    session.settle()
    after = first.spectrum.product, first.lightcurve.product, session.curve.product
    assert all(a is not b for a, b in zip(before, after, strict=True))
    assert after[0].total == len(first.regions.product.source.pi)
    assert after[0].total < before[0].total


def test_the_best_fit_is_fresh_and_a_slider_makes_it_stale(session):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 40.-**"
    best = session.fit.run()
    assert session.fit.state is State.FRESH
    assert session.fit.parameters == best.parameters
    at = session.fit.parameter("PhoIndex").value
    session.fit.set(PhoIndex=at + 0.5)
    assert session.fit.state is State.STALE
    assert "parameters" in session.fit.stale_because()
    session.fit.set(PhoIndex=at)
    assert session.fit.state is State.FRESH
    session.settle()
    assert session.curve.product.statistic == pytest.approx(best.statistic, abs=1e-6)


def test_cross_calibration_is_free_for_the_second_module_only(session):
    session.fit.model = "constant*powerlaw"
    factors = [p for p in session.fit.parameters if p.name == "factor"]
    assert [(p.group, p.frozen, p.link) for p in factors] == [(1, True, ""), (2, False, "")]
    session.use(next(iter(session.datasets)))
    assert [p.group for p in session.fit.parameters] == [1, 1, 1]


def test_a_new_model_keeps_what_the_old_one_knew(session):
    session.fit.model = "tbabs*powerlaw"
    session.fit.set(nH=3.25)
    session.fit.freeze("nH")
    session.fit.model = "tbabs*cutoffpl"
    assert session.fit.parameter("nH").value == 3.25
    assert session.fit.parameter("nH").frozen
    session.fit.reset()
    assert session.fit.parameter("nH").value == 1.0


def test_links(session):
    session.fit.model = "powerlaw+gaussian"
    session.fit.link("gaussian.norm", "powerlaw.norm")
    assert (
        session.fit.parameter("gaussian.norm").link
        == f"p{session.fit.parameter('powerlaw.norm').number}"
    )
    session.fit.link("gaussian.norm", None)
    assert session.fit.parameter("gaussian.norm").link == ""


def test_other_datasets_leave_what_the_user_chose(session):
    fit, names = session.fit, tuple(session.datasets)
    fit.model = "constant*powerlaw"
    fit.link("3", "2")
    fit.set("5=1.9")
    fit.freeze("4")
    fit.thaw("1")
    chosen = fit.parameters
    session.use(*names)
    assert fit.parameters == chosen
    session.use(names[0])
    assert fit.parameters == chosen[:3]
    session.use(*names)
    assert fit.parameters[1:3] == chosen[1:3]
    fit.set(PhoIndex=3)
    fit.reset()
    assert [p.value for p in fit.parameters[:2]] == [1.0, 1.0]


def test_errors_and_flux_rest_on_the_best_fit(session):
    session.fit.model = "powerlaw"
    session.fit.ignore = "**-3. 40.-**"
    session.fit.run()
    errors = session.errors.run()
    best = session.fit.parameter("PhoIndex")
    interval = next(i for i in errors.intervals if i.number == best.number)
    assert interval.lo < best.value < interval.hi
    session.flux.band = (3, 10)
    flux = session.flux.run()
    assert 1e-12 < flux.erg_per_cm2_s[0] < 1e-10


def test_a_better_fit_met_by_the_errors_becomes_the_fit(session):
    session.fit.model = "powerlaw"
    session.fit.ignore = "**-3. 40.-**"
    first = session.fit.run()
    session.fit.set(PhoIndex=first.parameters[0].value + 0.7)
    seen = []
    session.errors.observe(lambda change: seen.append(change["new"]), "state")
    errors = session.errors.run()
    assert errors.better_fit.parameters == session.fit.parameters
    assert (session.fit.state, session.errors.state) == (State.FRESH, State.FRESH)
    assert State.STALE not in seen
    assert session.errors.run() is errors
    assert session.fit.run() is session.fit.product
    assert session.fit.product.statistic == pytest.approx(first.statistic, abs=1e-3)
    assert session.fit.product.provenance.engine == "embedded"
    for interval in errors.intervals:
        assert interval.lo < session.fit.parameter(interval.number).value < interval.hi
    session.settle()
    assert session.curve.product.statistic == pytest.approx(first.statistic, abs=1e-3)


def test_user_times_reach_every_product(session):
    session.settle()
    first = next(iter(session.datasets.values()))
    gti = first.events.product.gti
    half = nw.Gti(gti.intervals[: len(gti.intervals) // 2 or 1])
    before = first.spectrum.product.exposure_s
    first.screen.user_gti = half
    session.settle()
    assert first.spectrum.product.exposure_s < before
    assert np.all(half.contains(first.regions.product.source.time_s))
    assert first.lightcurve.product.gti == half


def test_nothing_is_computed_when_not_live(observation):
    with nw.Session(live=False) as quiet:
        data = quiet.add_events(observation / f"event_cl/nu{observation.name}A01_cl.evt")
        assert data.spectrum.state is State.EMPTY
        assert data.spectrum.run().total > 0


@pytest.mark.parametrize(
    ("action", "error", "words"),
    [
        (lambda s: s.use("nobody"), InputError, "No dataset 'nobody'"),
        (lambda s: s.remove("nobody"), InputError, "No dataset 'nobody'"),
        (lambda s: s.add_events("missing.evt"), FileError, "missing.evt"),
        (lambda s: setattr(s.fit, "modle", "powerlaw"), InputError, "Did you mean 'model'"),
        (lambda s: setattr(s.fit, "model", "powr*"), InputError, "powr"),
        (lambda s: setattr(s.fit, "model", 3), InputError, "Give its expression as text"),
        (lambda s: setattr(s.fit, "statistic", "chee"), InputError, "chee"),
        (lambda s: s.fit.set(Gamma=2), InputError, "Gamma"),
        (lambda _s: nw.Session("xspek"), EngineMissingError, "xspek"),
    ],
)
def test_refusals_say_what_to_do(session, action, error, words):
    session.fit.model = "powerlaw"
    with pytest.raises(error, match=words):
        action(session)
    assert session.fit.model == "powerlaw"


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("source", 3, "Cannot use 3 as a region"),
        ("background", ["circle"], "as a region"),
    ],
)
def test_regions_refuse_what_is_no_region(session, setting, value, words):
    first = next(iter(session.datasets.values()))
    with pytest.raises(InputError, match=words):
        setattr(first.regions, setting, value)


def test_other_settings_refuse_nonsense(session):
    first = next(iter(session.datasets.values()))
    with pytest.raises(InputError, match="as good times"):
        first.screen.user_gti = "always"
    with pytest.raises(InputError, match="as an energy band"):
        first.image.band = (3, 4, 5)
    with pytest.raises(InputError, match="Cannot group by 5"):
        first.spectrum.grouping = 5


def _copied(path, folder):
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    return copy


def test_a_file_that_was_changed_is_read_again(observation, tmp_path):
    path = _copied(observation / f"event_cl/nu{observation.name}A01_cl.evt", tmp_path)
    with nw.Session(live=False) as quiet:
        data = quiet.add_events(path)
        first = data.image.run()
        assert data.image.run() is first
        other = observation / f"event_cl/nu{observation.name}B01_cl.evt"
        path.write_bytes(other.read_bytes())
        os.utime(path, ns=(1, 1))
        assert data.image.state is State.FRESH  # nobody has looked
        assert data.image.run().total != first.total
        path.unlink()
        with pytest.raises(FileError, match=path.name):
            data.image.run()


def test_paths_are_kept_whole(session, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    spectrum = next(iter(session.datasets.values())).spectrum
    spectrum.rmf_path, spectrum.arf_path = "a.rmf", "~/a.arf"
    request = spectrum.request()
    assert request.rmf_path == str(tmp_path / "a.rmf")
    assert request.arf_path == str(tmp_path / "home/a.arf")
    assert request.stamp == ((), ())
    for wrong, words in ((b"a.rmf", "as a path"), ("~nobody-here/a.rmf", "Give it whole")):
        with pytest.raises(InputError, match=words):
            spectrum.rmf_path = wrong


@pytest.mark.parametrize(
    ("step", "setting", "value", "words"),
    [
        ("fit", "parameters", ("x",), "as parameters. Set the model"),
        ("fit", "parameters", 5, "as parameters. Set the model"),
        ("fit", "abundance", "nonsense", "must be any of.*wilm"),
        ("fit", "cross_section", "nonsense", "must be any of.*vern"),
        *(
            ("errors", "delta", value, "rise of the statistic. Give a number above 0")
            for value in (0, -1.0, float("nan"), float("inf"), "2.7", np.zeros(3), None)
        ),
        ("lightcurve", "binsize_s", -5.0, "length of a bin. Give a number above 0"),
        ("lightcurve", "binsize_s", float("nan"), "length of a bin. Give a number above 0"),
    ],
)
def test_settings_refuse_nonsense_at_once(session, step, setting, value, words):
    session.fit.model = "powerlaw"
    home = session if step in ("fit", "errors") else next(iter(session.datasets.values()))
    own = getattr(home, step)
    before = getattr(own, setting)
    with pytest.raises(InputError, match=words):
        setattr(own, setting, value)
    assert getattr(own, setting) == before


def test_remove_forgets_a_dataset_and_the_rest_goes_on(session):
    session.fit.model = "powerlaw"
    session.settle()
    name = next(iter(session.datasets))
    session.remove(name)
    session.settle()
    assert name not in session.datasets
    assert len(session.curve.product.spectra) == 1


def test_open_and_demo(tmp_path, observation):
    with nw.open(observation) as opened:
        assert list(opened.datasets) == [f"{observation.name}A", f"{observation.name}B"]
    (tmp_path / "x.reg").write_text('fk5\ncircle(1,2,3")\n')
    with pytest.raises(InputError, match="Open an observation's folder"):
        nw.open(tmp_path / "x.reg")


def test_what_cannot_be_opened_leaves_no_session_open(tmp_path, monkeypatch):
    closed = []
    monkeypatch.setattr(nw.Session, "close", lambda self: closed.append(self) or None)
    with pytest.raises(FileError, match=r"nothing\.evt"):
        nw.open(tmp_path / "nothing.evt")
    assert len(closed) == 1


def test_a_session_is_freed_without_close(shared_data, monkeypatch):
    monkeypatch.setattr("nuwidgets.core.live.IDLE_S", 0.02)
    session = nw.open(shared_data / "fit_sets/chandra_3c273/3c273.pi")
    session.fit.model = "powerlaw"
    session.settle()
    kept, end_s = weakref.ref(session), time.monotonic() + 5
    del session
    while kept() is not None and time.monotonic() < end_s:
        gc.collect()
        time.sleep(0.01)
    assert kept() is None


def test_a_closed_session_refuses_before_its_engine_stops():
    class Stopping(nw.MockEngine):
        def stop(self):
            with pytest.raises(BusyError, match="its session is closed"):
                session.curve.run()
            stopped.append(True)

    stopped = []
    session = nw.Session(Stopping(lambda *asked: asked[0]), live=False)
    session.close()
    assert stopped


def test_a_mock_engine_answers_instead():
    seen = []

    def answer(request, above, token):
        seen.append(request)
        return request

    with nw.Session(nw.MockEngine(answer), live=False) as mocked:
        mocked.fit.model = "powerlaw"
        assert mocked.curve.run() == mocked.curve.request()
        assert seen == [mocked.curve.request()]


def test_without_events_and_without_obs_id_names_stay_apart(shared_data):
    path = shared_data / "fit_sets/chandra_3c273/3c273.pi"
    with nw.open(path) as opened:
        opened.add_spectrum(path, grouping="min 20")
        assert list(opened.datasets) == ["3c273", "3c273_2"]
        assert "3c273" in repr(opened)


def test_names_and_used_are_told_when_all_is_settled(session):
    first, second = session.datasets
    seen = []

    def handler(change):
        whole = tuple(session.datasets) == session.names and len(session.fit.above)
        seen.append((change.name, change.new, whole == len(session.used)))

    session.observe(handler, ["names", "used"])
    session.use(second)
    session.use(second)
    session.remove(first)
    assert seen == [("used", (second,), True), ("names", (second,), True)]
    with pytest.raises(TraitError, match="read-only"):
        session.used = (first,)


def test_datasets_added_by_many_threads_are_all_used(shared_data):
    path = shared_data / "fit_sets/chandra_3c273/3c273.pi"
    with nw.Session(live=False) as one:
        with ThreadPoolExecutor(8) as pool:
            added = list(pool.map(lambda _n: one.add_spectrum(path), range(8)))
        assert {d.name for d in added} == set(one.names) == set(one.used)
        assert len(one.fit.above) == 8
        one.remove("3c273_2")
        assert one.add_spectrum(path).name == "3c273_2"


def test_settings_of_the_spectrum_go_with_an_event_file(observation):
    path = observation / "event_cl" / f"nu{observation.name}A01_cl.evt"
    with nw.open(path, grouping="min 20") as session:
        assert str(next(iter(session.datasets.values())).spectrum.grouping) == "min 20"
    with pytest.raises(InputError, match="SpectrumStep has no setting 'groping'"):
        nw.open(path, groping="min 20")
