"""What must not happen to a session file, to undo and to the history."""

from __future__ import annotations

import json
import shutil

import pytest

import nuwidgets as nw
from nuwidgets.core import edits
from nuwidgets.core.job import State
from nuwidgets.core.keeper import OPEN
from nuwidgets.errors import FileError, InputError, SessionWarning
from nuwidgets.files.versions import versions_of
from nuwidgets.session import Session


@pytest.fixture
def saved(tmp_path, observation):
    """A session file with a fit, its session closed."""
    data = tmp_path / "data" / observation.name
    shutil.copytree(observation, data)
    path = tmp_path / "a.nuw"
    with nw.open(data, keep=path) as session:
        session.fit.model, session.fit.ignore = "powerlaw", "**-3. 79.-**"
        session.fit.run()
        session.errors.run()
        session.settle()
    return path


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def test_a_load_that_is_interrupted_leaves_the_file_alone(saved, monkeypatch):
    before = saved.read_bytes()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("nuwidgets.recording.restore_answer", stop)
    with pytest.raises(KeyboardInterrupt):
        nw.load(saved)
    monkeypatch.undo()
    assert saved.read_bytes() == before
    assert saved not in OPEN
    with nw.load(saved) as session:
        assert not session.keeper.read_only
        assert session.fit.state is State.FRESH


def test_a_step_of_a_newer_version_is_left_out_with_a_warning(saved):
    empty = {"state": "empty", "settings": {}, "usual": {}}
    edit(saved, lambda data: data["steps"].update(timing=empty))
    with pytest.warns(SessionWarning, match="timing is not known to this version"):
        session = nw.load(saved)
    assert session.fit.state is State.FRESH
    session.close()


def test_a_setting_of_a_newer_version_is_left_out_with_a_warning(saved):
    edit(saved, lambda data: data["steps"]["fit"]["settings"].update(magic=1))
    with pytest.warns(SessionWarning, match="fit has no setting 'magic' in this version"):
        nw.load(saved).close()


def test_a_dataset_that_is_used_but_not_there_is_said(saved):
    edit(saved, lambda data: data["used"].append("nope"))
    with pytest.warns(SessionWarning, match="'nope'"):
        nw.load(saved).close()


def test_an_older_version_is_read_only(saved):
    with nw.load(saved) as session:
        session.live.paused = True  # reading FITS in other threads mutes warnings meanwhile
        session.fit.set(PhoIndex=3.0)
    version = versions_of(saved)[0]
    before = version.read_bytes()
    with pytest.warns(SessionWarning, match="older version"):
        session = nw.load(version)
    session.live.paused = True
    session.fit.set(PhoIndex=1.0)
    session.close()
    assert version.read_bytes() == before
    with pytest.warns(SessionWarning, match="this is a copy"):
        session = nw.load(version, when_open="copy")
    assert session.keeper.path.parent == saved.parent
    session.close()


def test_a_save_that_is_interrupted_leaves_no_second_keeper(saved, monkeypatch):
    with nw.load(saved) as session:

        def stop(_self):
            raise KeyboardInterrupt

        monkeypatch.setattr("nuwidgets.core.keeper.Keeper.flush", stop)
        with pytest.raises(KeyboardInterrupt):
            session.save(saved.with_name("b.nuw"))
        monkeypatch.undo()
        assert session.keeper.path == saved
        assert session.save(saved.with_name("b.nuw")).exists()


def test_a_last_save_that_fails_is_not_silent(tmp_path, observation):
    folder = tmp_path / "work"
    folder.mkdir()
    session = nw.open(observation, keep=folder / "a.nuw")
    shutil.rmtree(folder)
    session.fit.model = "powerlaw"
    with pytest.warns(SessionWarning, match="A copy is in"):
        session.close()


def test_pausing_is_saved(saved):
    with nw.load(saved) as session:
        session.live.paused = True
    with nw.load(saved) as session:
        assert session.live.paused


@pytest.mark.parametrize("name", ["fit", "errors", "flux"])
def test_every_line_brings_the_fit_back(session, name):
    session.fit.model, session.fit.ignore = "powerlaw", "**-3. 79.-**"
    session.fit.run()
    session.errors.run()
    session.flux.run()
    parameters, grouping = (
        session.fit.parameters,
        session.step(f"{session.used[0]}.spectrum").grouping,
    )
    line = max(n for n, deed in enumerate(session.history) if deed.step == name)
    session.fit.model = "tbabs*powerlaw"
    session.step(f"{session.used[0]}.spectrum").grouping = "min 50"
    session.history.restore(line)
    assert (session.fit.model, session.fit.parameters) == ("powerlaw", parameters)
    assert session.step(f"{session.used[0]}.spectrum").grouping == grouping
    session.settle()
    assert session.step(name).state is State.FRESH


def test_going_back_to_other_datasets_keeps_what_was_there(session):
    names = session.used
    session.fit.model, session.fit.ignore = "powerlaw", "**-3. 79.-**"
    session.fit.run()
    session.use(names[1])
    session.fit.model = "tbabs*cutoffpl"
    session.fit.set(PhoIndex=2.5)
    model, parameters = session.fit.model, session.fit.parameters
    line = next(n for n, deed in enumerate(session.history) if deed.step == "fit")
    session.history.restore(line)
    assert (session.used, session.fit.model) == (names, "powerlaw")
    session.undo()
    assert (session.used, session.fit.model) == ((names[1],), model)
    assert session.fit.parameters == parameters


def test_a_line_whose_settings_are_lost_is_a_sentence(saved):
    edit(saved, lambda data: data["history"].append({"when_s": 1.0, "step": "fit", "says": "lost"}))
    with nw.load(saved) as session:
        line = next(n for n, deed in enumerate(session.history) if deed.says == "lost")
        with pytest.raises(InputError, match="are not known any more"):
            session.history.restore(line)


def test_costly_products_go_along_to_another_file(saved, monkeypatch):
    monkeypatch.setattr("nuwidgets.files.session_products.KEEP_S", 0.0)
    with nw.load(saved) as session:
        for dataset in session.datasets.values():
            dataset.image.run()
    assert list(saved.with_name("a-kept").iterdir())
    with nw.load(saved) as session:
        assert next(iter(session.datasets.values())).image.state is State.KEPT
        session.save(saved.with_name("b.nuw"))
    names = {path.name for path in saved.with_name("b-kept").iterdir()}
    assert {path.name for path in saved.with_name("a-kept").iterdir()} <= names


def test_a_kept_product_outlives_a_setting_that_moved_and_came_back(saved, monkeypatch):
    monkeypatch.setattr("nuwidgets.files.session_products.KEEP_S", 0.0)
    with nw.load(saved) as session:
        next(iter(session.datasets.values())).image.run()
    monkeypatch.setattr("nuwidgets.files.session_products.KEEP_S", 1e9)
    with nw.load(saved) as session:
        session.live.paused = True
        next(iter(session.datasets.values())).image.binning = 2
    with nw.load(saved) as session:
        image = next(iter(session.datasets.values())).image
        assert image.state is State.EMPTY
        image.binning = 1
        assert image.state is State.KEPT
        assert image.ledger.load is not None
        assert image.ledger.load().total == image.run().total


def test_data_that_moved_are_found_for_history_and_undo(saved):
    shutil.move(saved.parent / "data", saved.parent / "elsewhere")
    with pytest.warns(SessionWarning, match="not where they were"):
        session = nw.load(saved)
    assert session.find_files(saved.parent / "elsewhere") == ()
    assert session.fit.state is State.FRESH
    with pytest.raises(InputError, match="nothing to undo"):
        session.undo()
    line = next(n for n, deed in enumerate(session.history) if deed.step == "fit")
    session.fit.set(PhoIndex=1.0)
    session.history.restore(line)
    assert session.fit.state is State.FRESH
    session.close()
    nw.load(saved).close()  # no warning


def test_data_that_go_while_it_is_open_are_found(saved):
    with nw.load(saved) as session:
        shutil.move(saved.parent / "data", saved.parent / "elsewhere")
        assert session.find_files(saved.parent / "elsewhere") == ()
        assert session.fit.run().converged


def test_a_gesture_that_never_ends_does_not_swallow_undo(session, monkeypatch):
    monkeypatch.setattr(edits, "LONGEST_S", 0.0)
    monkeypatch.setattr(edits, "TOGETHER_S", -1.0)
    session.edits.begin()
    session.errors.delta = 1.0
    session.flux.band = (3, 10)
    assert session.undo() == "flux.band"
    assert session.errors.delta == 1.0


def test_what_is_no_session_file_is_named_so(tmp_path, session):
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(FileError, match="is there already"):
        session.save(path)
    assert path.read_text() == "mine"


def test_a_session_of_nothing_is_saved(tmp_path):
    with Session() as session:
        session.save(tmp_path / "a.nuw")
    with nw.load(tmp_path / "a.nuw") as session:
        assert session.datasets == {}
