"""A session saved and opened again: nothing computed, nothing lost."""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import warnings
import weakref

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.campaign import CAMPAIGN
from nuwidgets.core import keeper as keeping
from nuwidgets.core.job import State
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import FileError, InputError, SessionWarning
from nuwidgets.files.kept import load_product
from nuwidgets.files.session_file import read_session
from nuwidgets.fitting import FITTING
from nuwidgets.measuring import MEASURING


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def solves(monkeypatch):
    """The requests that the engine was asked to answer."""
    asked, solve = [], EmbeddedEngine.solve

    def listening(self, request, above, token):
        asked.append(type(request).__name__)
        return solve(self, request, above, token)

    monkeypatch.setattr(EmbeddedEngine, "solve", listening)
    return asked


@pytest.fixture
def work(tmp_path, observation):
    """A folder with an observation, to be moved and spoiled."""
    shutil.copytree(observation, tmp_path / "work" / "data" / observation.name)
    return tmp_path / "work"


@pytest.fixture
def data(work, observation):
    return work / "data" / observation.name


@pytest.fixture
def opened():
    """Closes what was opened, and lets nobody else's session stay in the list."""
    sessions = []
    yield lambda session: sessions.append(session) or session
    for session in sessions:
        session.close()
    assert not keeping.OPEN


@pytest.fixture
def fitted(data, work, opened):
    """A saved session with a fit, its errors, notes, a view and moved regions; closed."""
    session = opened(nw.open(data))
    first, second = session.datasets.values()
    first.regions.source = nw.Circle(*middle(first), 70.0)
    first.regions.note("Off the chip gap.", "source")
    second.screen.user_gti = nw.Gti(((first.pointing.tstart_s, first.pointing.tstop_s - 500),))
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 40.-**"
    session.fit.run()
    session.errors.run()
    session.view("image", scale="log")
    session.settle()
    session.save(work / "a.nuw")
    session.close()
    return session


def middle(dataset):
    shape = dataset.regions.source.shapes[0]
    return shape.ra_deg, shape.dec_deg


def settings_of(session):
    return {one.path: one.settings for one in session.record().every_step}


def test_all_is_as_it_was_and_nothing_was_computed(fitted, work, opened, solves):
    back = opened(nw.load(work / "a.nuw"))
    assert settings_of(back) == settings_of(fitted)
    assert (back.names, back.used) == (fitted.names, fitted.used)
    assert back.fit.state is State.FRESH
    assert back.fit.product.statistic == fitted.fit.product.statistic
    assert np.array_equal(back.fit.product.covariance, fitted.fit.product.covariance)
    assert back.errors.state is State.FRESH
    assert back.errors.product.intervals == fitted.errors.product.intervals
    assert back.views == {"image": {"scale": "log"}}
    assert back.history.deeds == fitted.history.deeds
    assert next(iter(back.datasets.values())).regions.notes == (("source", "Off the chip gap."),)
    empty = [one.path for one in back.record().every_step if one.state not in ("fresh", "kept")]
    unseen = ("compare", *MEASURING)
    never = [f"99901110002{letter}.{name}" for letter in "AB" for name in unseen]
    asked = ("curve", "errors", "flux")
    unasked = [name for name in FITTING if name not in asked]
    assert empty == [*never, "find", "files", "download", "pipeline", "task", *CAMPAIGN, *unasked]
    assert back.errors.run() is back.errors.product
    assert solves == []


def test_products_come_when_they_are_asked_for(fitted, work, opened):
    back = opened(nw.load(work / "a.nuw"))
    first = next(iter(back.datasets.values()))
    assert (first.spectrum.state, first.spectrum.product) == (State.KEPT, None)
    before = next(iter(fitted.datasets.values())).spectrum.product
    assert np.array_equal(first.spectrum.run().counts, before.counts)
    assert first.spectrum.state is State.FRESH
    assert back.fit.state is State.FRESH


def test_a_changed_setting_is_stale_and_changed_back_is_fresh(fitted, work, opened):
    back = opened(nw.load(work / "a.nuw"))
    back.live.paused = True
    back.fit.set(PhoIndex=1.0)
    assert (back.fit.state, back.errors.state) == (State.STALE, State.STALE)
    back.fit.parameters = fitted.fit.parameters
    assert (back.fit.state, back.errors.state) == (State.FRESH, State.FRESH)


def test_data_that_were_touched_make_everything_stale(fitted, work, data, opened):
    events = next(data.glob("event_cl/*A01_cl.evt"))
    os.utime(events, ns=(1, 1))
    back = opened(nw.load(work / "a.nuw"))
    first, second = back.datasets.values()
    fresh = [step.fresh for step in (first.events, second.events, back.fit, back.errors)]
    assert fresh == [False, True, False, False]


def test_the_same_file_gives_the_same_session(data, work, opened):
    path = work / "b.nuw"
    session = opened(nw.open(data, keep=path))
    session.fit.model = "powerlaw"
    assert nw.open(data, keep=path) is session
    assert nw.load(path) is session
    assert nw.open(path) is session
    assert nw.open(path).fit.model == "powerlaw"
    session.close()
    again = opened(nw.open(data, keep=path))
    assert again is not session
    assert again.fit.model == "powerlaw"


def test_the_demo_is_kept_too(tmp_path, monkeypatch, data, opened):
    monkeypatch.setattr("nuwidgets.simulation.demo_folder", lambda _folder=None: data)
    session = opened(nw.demo(keep=tmp_path / "demo.nuw"))
    session.fit.model = "bbody"
    session.close()
    assert opened(nw.demo(keep=tmp_path / "demo.nuw")).fit.model == "bbody"


def test_what_cannot_be_opened_leaves_no_session_file(tmp_path):
    with pytest.raises(FileError, match=r"none\.evt"):
        nw.open(tmp_path / "none.evt", keep=tmp_path / "c.nuw")
    assert not (tmp_path / "c.nuw").exists()
    assert not keeping.OPEN


def test_a_session_that_is_dropped_is_not_held(data, work):
    session = nw.open(data, keep=work / "b.nuw")
    session.close()
    gone = weakref.ref(session)
    del session
    gc.collect()
    assert gone() is None


def test_saving_elsewhere_goes_on_there(fitted, work, opened):
    back = opened(nw.load(work / "a.nuw"))
    place = back.save(work / "other")
    assert place == work / "other.nuw"
    back.fit.model = "bbody"
    back.save()
    assert read_session(place).record.steps["fit"].settings["model"] == "bbody"
    assert read_session(work / "a.nuw").record.steps["fit"].settings["model"] != "bbody"
    assert list(keeping.OPEN) == [place]


def test_a_file_with_another_session_is_refused(fitted, work, opened):
    with nw.Session(live=False) as other:
        with pytest.raises(FileError, match=r"is there already.*overwrite=True"):
            other.save(work / "a.nuw")
        other.save(work / "a.nuw", overwrite=True)
        assert read_session(work / "a.nuw").record.datasets == ()
    (version,) = (work / "a-versions").iterdir()
    assert len(read_session(version).record.datasets) == 2


def test_a_file_that_is_open_is_refused(fitted, work, opened):
    back = opened(nw.load(work / "a.nuw"))
    words = r"Cannot save in .*open in another notebook"
    with nw.Session(live=False) as other, pytest.raises(FileError, match=words):
        other.save(work / "a.nuw", overwrite=True)
    assert nw.load(work / "a.nuw") is back
    assert len(read_session(work / "a.nuw").record.datasets) == 2


def test_without_a_name_there_is_nowhere_to_save():
    with nw.Session(live=False) as session, pytest.raises(FileError, match="no file was named"):
        session.save()


def test_a_moved_workspace_is_as_it_was(fitted, work, tmp_path, opened, solves):
    moved = work.rename(tmp_path / "moved")
    back = opened(nw.load(moved / "a.nuw"))
    assert (back.fit.state, back.missing, solves) == (State.FRESH, (), [])
    first = next(iter(back.datasets.values()))
    assert first.events.path.startswith(str(moved))
    assert first.spectrum.run().total > 0


def test_data_that_were_moved_are_found(fitted, work, data, tmp_path, opened, solves):
    new = data.rename(tmp_path / "archive")
    with pytest.warns(SessionWarning, match=r"not where they were: .*s\.find_files\('folder'\)"):
        back = opened(nw.load(work / "a.nuw"))
    assert len(back.missing) == 4
    assert not back.fit.fresh
    with pytest.raises(FileError, match="it is no folder"):
        back.find_files(tmp_path / "none")
    assert back.find_files(work) == back.missing
    assert back.find_files(tmp_path) == ()
    assert back.fit.state is State.FRESH
    assert back.fit.product.statistic == fitted.fit.product.statistic
    assert back.errors.fresh
    assert next(iter(back.datasets.values())).events.path.startswith(str(new))
    back.settle()
    assert solves == [] or "FitRequest" not in solves


def test_a_broken_file_names_a_version(fitted, work, opened):
    back = opened(nw.load(work / "a.nuw"))
    back.fit.model = "bbody"
    back.close()
    (work / "a.nuw").write_text("{")
    with pytest.raises(FileError, match=r"newest version of it that can be opened is '.*\.nuw'"):
        nw.load(work / "a.nuw")


def test_an_engine_that_is_not_here_is_said(fitted, work, opened):
    plain = json.loads((work / "a.nuw").read_text())
    (work / "a.nuw").write_text(json.dumps({**plain, "engine": "abacus"}))
    with pytest.warns(SessionWarning, match="abacus.*Another engine computes here"):
        back = opened(nw.load(work / "a.nuw"))
    assert settings_of(back) == settings_of(fitted)
    assert not back.fit.fresh


def test_an_engine_of_another_version_computes_anew(fitted, work, opened):
    plain = json.loads((work / "a.nuw").read_text())
    (work / "a.nuw").write_text(json.dumps({**plain, "engine_version": "0.0.1"}))
    back = opened(nw.load(work / "a.nuw"))
    assert settings_of(back) == settings_of(fitted)
    assert not back.fit.fresh


def test_settings_that_are_not_known_are_left_out(fitted, work, opened):
    plain = json.loads((work / "a.nuw").read_text())
    plain["steps"]["fit"]["settings"]["magic"] = 1
    plain["steps"]["flux"]["settings"]["band"] = "all"
    (work / "a.nuw").write_text(json.dumps(plain))
    with pytest.warns(SessionWarning, match="flux.band was left as it is"):
        back = opened(nw.load(work / "a.nuw"))
    assert back.fit.model == "constant*tbabs*powerlaw"


def test_a_wrong_way_to_open_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"when_open='write'\. Give 'read' or 'copy'"):
        nw.load(tmp_path / "a.nuw", when_open="write")
    with pytest.raises(FileError, match="as a session file"):
        nw.load(3)


def test_costly_products_are_read_and_made_again_if_they_are_gone(
    data, work, opened, monkeypatch, solves
):
    monkeypatch.setattr("nuwidgets.files.session_products.KEEP_S", 0.0)
    session = opened(nw.open(data))
    session.settle()
    session.save(work / "a.nuw")
    session.close()
    kept = sorted((work / "a-kept").iterdir())
    names = {path.name.rpartition("-")[0].rpartition(".")[2] for path in kept}
    assert names == {"image", "lightcurve", "spectrum", "curve"}
    solves.clear()
    back = opened(nw.load(work / "a.nuw"))
    first, second = back.datasets.values()
    before = next(iter(session.datasets.values())).spectrum.product
    assert np.array_equal(first.spectrum.run().counts, before.counts)
    assert first.spectrum.product.request == before.request
    assert "ExtractedSpectrumRequest" not in solves
    for path in kept:
        if "B.spectrum" in path.name:
            path.write_bytes(path.read_bytes()[:-1])
        elif "B.lightcurve" in path.name:
            path.unlink()
            with pytest.raises(FileError, match="No such file"):
                load_product(path, "")
    assert second.spectrum.run().total > 0
    assert second.lightcurve.run().time_s.size
    assert {"ExtractedSpectrumRequest", "LightCurveRequest"} <= set(solves)


def test_random_edits_come_back_equal(data, work, opened):
    rng = random.Random(11)  # noqa: S311
    session = opened(nw.open(data))
    session.live.paused = True
    session.save(work / "a.nuw")
    for _ in range(8):
        for _ in range(rng.randrange(1, 6)):
            edit(rng, session)
        session.save()
        wanted = session.record()
        found = read_session(work / "a.nuw").record
        assert settings(found) == settings(wanted)
        assert [one.chosen for one in found.every_step] == [one.chosen for one in wanted.every_step]
        session.close()
        with warnings.catch_warnings(action="error"):
            session = opened(nw.load(work / "a.nuw"))
        assert settings(session.record()) == settings(wanted)
        assert session.used == wanted.used
        assert session.live.paused


def settings(record):
    return {one.path: one.settings for one in record.every_step}


def edit(rng, session):
    dataset = rng.choice(list(session.datasets.values()))
    ra, dec = 10 + rng.random(), -60 + rng.random()
    span = dataset.pointing.tstart_s
    edits = (
        lambda: setattr(dataset.regions, "source", nw.Circle(ra, dec, 1 + 99 * rng.random())),
        lambda: setattr(dataset.regions, "background", nw.Annulus(ra, dec, 100, 200 + ra)),
        lambda: setattr(dataset.image, "band", nw.Band(1 + rng.random(), 20 + rng.random())),
        lambda: setattr(dataset.lightcurve, "binsize_s", 10 + rng.random()),
        lambda: setattr(dataset.screen, "user_gti", nw.Gti(((span, span + 99 * rng.random()),))),
        lambda: setattr(dataset.spectrum, "grouping", f"min {rng.randrange(1, 50)}"),
        lambda: setattr(session.fit, "model", rng.choice(["powerlaw", "tbabs*bbody", "bbody"])),
        lambda: session.fit.model and setattr(session.fit, "ignore", f"**-{3 + rng.random()}"),
        lambda: session.use(*rng.sample(session.names, rng.randrange(1, 3))),
        lambda: dataset.image.note(rng.choice(["", "Because Ä."]), "band"),
        lambda: session.view("image", scale=rng.random()),
        lambda: setattr(session.errors, "delta", rng.choice([1.0, 2.706, 6.63])),
    )
    rng.choice(edits)()
