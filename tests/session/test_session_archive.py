"""What was searched, listed and downloaded: saved and opened, undone, and in the history."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.core import edits
from nuwidgets.core import keeper as keeping
from nuwidgets.core.job import State
from nuwidgets.domain.download import FAILED
from nuwidgets.domain.observation import FindRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import InputError

FIRST, SECOND = "99601110002", "99801110002"
OWN = ("find", "files", "download")


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


@pytest.fixture
def opened():
    """Closes what was opened, and lets nobody else's session stay in the list."""
    sessions = []
    yield lambda session: sessions.append(session) or session
    for session in sessions:
        session.close()
    assert not keeping.OPEN


@pytest.fixture
def s(opened, work, monkeypatch):
    """A session that has found the simulated source; nothing joins by time."""
    monkeypatch.setattr(edits, "TOGETHER_S", -1.0)
    s = opened(nw.Session(live=False))
    s.find.server = "demo"
    s.find.target = "SIMULATED AGN"
    s.download.folder = work / "data"
    s.find.run()
    return s


@pytest.fixture
def saved(s, work):
    """A session with a download of one observation; saved and closed."""
    s.find.select(FIRST)
    s.download.run()
    s.save(work / "a.nuw")
    s.close()
    return s


@pytest.fixture
def offline(monkeypatch):
    """No socket can be made, and nothing that would be computed is."""

    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(EmbeddedEngine, "solve", refuse)


def check_same(back, before):
    assert {name: getattr(back, name).state for name in OWN} == dict.fromkeys(OWN, State.FRESH)
    for name in ("start_mjd", "stop_mjd", "exposure_s"):
        one, two = (getattr(s.find.product, name) for s in (before, back))
        assert one.tobytes() == two.tobytes()
        assert np.isnan(one).any() == np.isnan(two).any()
    assert back.find.product.columns == before.find.product.columns
    assert back.find.product.hindrance == before.find.product.hindrance
    assert back.find.product.provenance == before.find.product.provenance
    assert back.files.product.observations == before.files.product.observations
    assert repr(back.download.product) == repr(before.download.product)
    assert back.find.settings() == before.find.settings()
    assert back.files.settings() == before.files.settings()
    assert back.names == before.names


def test_all_is_as_it_was_without_network_and_engine(saved, work, opened, offline):
    back = opened(nw.load(work / "a.nuw"))
    check_same(back, saved)
    assert back.download.settings() == saved.download.settings()
    assert back.download.product.observations == saved.download.product.observations
    assert back.history.deeds == saved.history.deeds
    for name in OWN:  # fresh: nothing is asked
        step = getattr(back, name)
        assert step.run() is step.product


def test_a_fresh_process_without_sockets_opens_it(saved, work):
    code = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event.startswith('socket.') and event != 'socket.gethostname':\n"
        "        raise OSError(f'{event}: no network here')\n"
        "sys.addaudithook(refuse)\n"
        "import nuwidgets as nw\n"
        f"s = nw.load({str(work / 'a.nuw')!r})\n"
        "print(s.find.state.value, s.files.state.value, s.download.product, *s.names)\n"
        "s.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    product = repr(saved.download.product)
    assert done.stdout == f"fresh fresh {product} {FIRST}A {FIRST}B\n"


def test_a_workspace_that_was_moved_holds(saved, work, opened, offline):
    moved = work.rename(work.with_name("moved"))
    back = opened(nw.load(moved / "a.nuw"))
    check_same(back, saved)
    assert back.missing == ()
    assert back.download.folder == str(moved / "data")
    assert back.download.product.folder == str(moved / "data")
    assert back.download.product.folders == (moved / "data" / "nustar" / FIRST,)
    paths = {Path(one.events.path) for one in back.datasets.values()}
    assert all(path.is_relative_to(moved) and path.is_file() for path in paths)
    assert {one.events.state for one in back.datasets.values()} == {State.KEPT}


def test_a_session_that_went_alone_knows_where_its_data_are(saved, work, tmp_path, opened):
    (tmp_path / "far" / "away").mkdir(parents=True)
    shutil.copy(work / "a.nuw", tmp_path / "far" / "away")
    back = opened(nw.load(tmp_path / "far" / "away" / "a.nuw"))
    check_same(back, saved)
    assert back.download.folder == str(work / "data")


def test_a_folder_that_is_gone_is_no_missing_file(s, work, opened, offline):
    s.find.select(FIRST)
    s.save(work.parent / "b.nuw")
    s.close()
    back = opened(nw.load(work.parent / "b.nuw"))
    assert (back.missing, back.find.selected) == ((), (FIRST,))
    assert back.download.folder == str(work / "data")
    assert (back.find.state, back.files.state) == (State.FRESH, State.EMPTY)


def test_another_engine_does_not_search_again(saved, work, opened):
    plain = json.loads((work / "a.nuw").read_text(encoding="utf-8"))
    (work / "a.nuw").write_text(json.dumps({**plain, "engine_version": "0.0.1"}), encoding="utf-8")
    back = opened(nw.load(work / "a.nuw"))
    check_same(back, saved)
    assert {one.events.state for one in back.datasets.values()} == {State.EMPTY}


def test_a_session_of_a_time_without_search_opens_quietly(saved, work, opened):
    plain = json.loads((work / "a.nuw").read_text(encoding="utf-8"))
    for name in OWN:
        del plain["steps"][name]
    (work / "a.nuw").write_text(json.dumps(plain), encoding="utf-8")
    back = opened(nw.load(work / "a.nuw"))
    assert {getattr(back, name).state for name in OWN} == {State.EMPTY}
    assert back.find.request() == FindRequest("", "NuSTAR")
    assert back.names == saved.names


def test_a_list_that_leads_out_of_the_folder_is_not_followed(saved, work, opened):
    plain = json.loads((work / "a.nuw").read_text(encoding="utf-8"))
    files = plain["steps"]["files"]["product"]
    files["paths"] = [f"../../{path}" for path in files["paths"]]
    (work / "a.nuw").write_text(json.dumps(plain), encoding="utf-8")
    before = sorted(work.rglob("*.gz"))
    back = opened(nw.load(work / "a.nuw"))
    back.download.preset = "everything"
    back.download.opens = False
    product = back.download.run()
    assert "is no name of a file in an observation's folder" in product.failed[FIRST]
    assert sorted(work.rglob("*.gz")) == before


def test_what_failed_is_tried_again_after_opening(s, work, opened):
    s.find.select(FIRST)
    s.download.run()
    one = replace(s.download.product.observations[0], state=FAILED, problem="The line was cut.")
    product = replace(s.download.product, observations=(one,))
    s.door.do(s.download.ledger.adopt, product)
    assert s.download.state is State.STALE
    s.save(work / "a.nuw")
    s.close()
    back = opened(nw.load(work / "a.nuw"))
    assert back.download.state is State.STALE
    assert back.download.stale_because() == (f"{FIRST} (it failed)",)
    assert back.download.run().failed == {}
    assert back.download.state is State.FRESH


def test_a_selection_is_taken_back_and_done_again(s):
    s.find.select(FIRST)
    s.find.select(SECOND, add=True)
    assert s.undo() == "find.selected"
    assert s.find.selected == (FIRST,)
    s.redo()
    assert s.find.selected == (FIRST, SECOND)
    s.undo()
    s.undo()
    assert (s.find.selected, s.find.state) == ((), State.FRESH)


def test_a_window_of_time_and_its_origin_are_one_change(s):
    start_mjd = s.find.product.start_mjd[s.find.product.index(FIRST)]
    s.find.select(days=(-1, 1), since=start_mjd)
    assert s.find.selected == (FIRST,)
    s.undo()
    assert (s.find.selected, s.find.event_mjd) == ((), None)
    s.redo("find")
    assert (s.find.selected, s.find.event_mjd) == ((FIRST,), start_mjd)


def test_settings_taken_back_make_a_download_hold_again(s):
    s.find.select(FIRST)
    s.download.run()
    s.download.preset = "everything"
    s.download.also = ("a/b",)
    s.files.host = "heasarc"
    s.find.radius_arcmin = 3.0
    assert [s.find.state, s.files.state, s.download.state] == [State.STALE] * 3
    for name in ("find.radius_arcmin", "files.host", "download.also", "download.preset"):
        assert s.undo(name.partition(".")[0]) == name
    assert [s.find.state, s.files.state, s.download.state] == [State.FRESH] * 3
    s.redo()
    assert s.download.preset == "everything"


def test_a_line_of_the_history_brings_its_selection_back(s, work, opened):
    s.find.select(FIRST)
    s.download.modules = ("A",)
    s.download.run()
    s.find.radius_arcmin = 3.0
    s.find.run()
    s.find.select(SECOND)
    s.download.modules = ()
    s.download.run()
    lines = {n: deed for n, deed in enumerate(s.history) if deed.step in OWN}
    assert [deed.step for deed in lines.values()] == ["find", "download", "find", "download"]
    size = s.download.product
    assert lines[max(lines)].says == repr(size).strip("<>")
    assert {deed.engine for deed in lines.values()} == {"archive"}
    assert lines[max(lines)].says.startswith("Download: 1 observation, 5 files, ")
    s.save(work / "a.nuw")
    s.close()
    back = opened(nw.load(work / "a.nuw"))
    number = next(n for n, deed in lines.items() if deed.step == "download")
    back.history.restore(number)
    assert (back.find.selected, back.find.radius_arcmin) == ((FIRST,), None)
    assert (back.download.modules, back.download.state) == (("A",), State.STALE)
    assert back.find.run().obs_id
    assert back.download.run().observations[0].state == "already here"
    back.undo("download", "find", "files")
    back.history.restore(max(lines))
    assert (back.find.selected, back.download.modules) == ((SECOND,), ())


def test_a_search_for_another_source_forgets_what_it_did_not_find(s):
    s.find.select(FIRST, SECOND)
    s.find.target = "10 10"
    s.find.run()
    assert (len(s.find.product), s.find.selected) == (0, ())
    s.undo()
    s.undo()
    assert (s.find.selected, s.find.target) == ((FIRST, SECOND), "SIMULATED AGN")
    with pytest.raises(InputError, match="nothing to undo in download"):
        s.undo("download.preset")


def test_data_found_elsewhere_hold_for_the_history_too(saved, work, opened):
    data = (work / "data").rename(work.parent / "elsewhere")
    with pytest.warns(nw.errors.SessionWarning, match="Files are not where they were"):
        back = opened(nw.load(work / "a.nuw"))
    assert {os.path.basename(path) for path in back.missing} == {  # noqa: PTH119
        f"nu{FIRST}{end}" for end in ("A01_cl.evt.gz", "A_fpm.hk.gz", "B01_cl.evt.gz", "B_fpm.hk.gz")
    }  # fmt: skip
    lines = len(back.history)
    assert back.find_files(data) == ()
    assert {one.events.state for one in back.datasets.values()} == {State.KEPT}
    check_same(back, saved)
    assert back.download.folder == back.download.product.folder == str(data)
    assert back.download.product.folders == (data / "nustar" / FIRST,)
    assert len(back.history) == lines
    text = back.script()
    assert f'"{data}"\n' in text.partition("s.download.folder = ")[2]
    assert f'a = s.datasets["{FIRST}A"]\n' in text
