"""The download panel against the stand-in archive: nothing moves before a button is pressed."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest
from archive_standin import ArchiveStandin
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances
from standin_rows import DEC_DEG, RA_DEG

import nuwidgets as nw
from nuwidgets.archive.on_disk import OnDisk, look
from nuwidgets.archive.places import Places
from nuwidgets.core.job import State
from nuwidgets.domain.archive_file import ArchiveFile, Files, FilesRequest, ObservationFiles
from nuwidgets.domain.download import DownloadRequest, Fetched
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.progress import Part
from nuwidgets.panels.download import DownloadPanel, selection_html
from nuwidgets.panels.download_go import LIST_FIRST, NONE_CHOSEN, SELECT_FIRST
from nuwidgets.panels.download_lines import Line, ended, lines_html, moving, resting
from nuwidgets.panels.download_wanted import by_hand, keys_of, sum_words, wanted

ONE, TWO = "60001110002", "60001110004"
EVENTS_A = f"{ONE}/event_cl/nu{ONE}A01_cl.evt.gz"
ORBIT = f"{ONE}/auxil/nu{ONE}_orb.fits.gz"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with ArchiveStandin(tmp_path_factory.mktemp("archive")) as made:
        yield made


@pytest.fixture
def standin(server, monkeypatch):
    monkeypatch.setattr("nuwidgets.archive.patience.PAUSE_S", 0.01)
    monkeypatch.setattr("nuwidgets.archive.client.PAUSE_S", 0.01)
    server.requests.clear()
    yield server
    server.faults.clear()


def opened(standin, folder):
    """Give a session that asks the stand-in."""
    made = nw.Session(live=False)
    made.servers.known["heasarc"] = Places(
        says="The stand-in", vo_url=standin.server.vo_url, data_url=standin.server.data_url,
        bucket="", mount="", remembered=False,
    )  # fmt: skip
    made.download.folder, made.download.opens = folder / "data", False
    made.find.target = f"{RA_DEG} {DEC_DEG}"
    return made


@pytest.fixture
def session(standin, tmp_path):
    with opened(standin, tmp_path) as made:
        made.find.run()
        yield made


@pytest.fixture
def panel(session):
    made = DownloadPanel(session)
    yield made
    assert "could not be drawn" not in made.message.value
    made.close()


@pytest.fixture
def listed(session, panel):
    session.find.select(ONE, TWO)
    session.files.run()
    until(lambda: " free in " in panel.go.total.value)
    return panel


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def ended_well(panel):
    until(lambda: panel.session.download.state is State.FRESH)
    until(lambda: panel.go.button.description == "Check")


def watchers(session):
    """Count the observers of a session and of the steps that get data."""
    owners = (session, session.edits, session.history, *session.own_steps.values())
    kinds = (kinds for owner in owners for kinds in owner._trait_notifiers.values())
    return sum(len(handlers) for kind in kinds for handlers in kind.values())


def test_it_says_what_to_do_first(panel, session):
    assert "s.find.select" in panel.selection.value
    assert panel.list.disabled
    assert panel.list.tooltip == SELECT_FIRST
    assert panel.go.button.disabled
    assert panel.go.why.value == SELECT_FIRST
    session.find.select(ONE)
    assert f"<b>1 observation</b> selected: {ONE}" in panel.selection.value
    assert not panel.list.disabled
    assert panel.list.tooltip == "s.files.run(anew=True)"
    assert panel.go.button.tooltip == LIST_FIRST


def test_only_buttons_ask_the_network(standin, session, panel):
    standin.requests.clear()
    session.find.select(ONE, TWO)
    for preset in ("everything", "reprocess"):
        session.download.preset = preset
    session.download.modules, session.download.pattern = ("A",), "*.evt.gz"
    assert standin.requests == []
    panel.list.click()
    until(lambda: session.files.state is State.FRESH)
    assert standin.requests != []
    standin.requests.clear()
    session.download.pattern, session.download.modes = "", ("occultation",)
    panel.files.table.picked = panel.files.table.picked[1:]
    session.find.select(ONE)
    second = DownloadPanel(session)
    until(lambda: " free in " in second.go.total.value)
    second.close()
    assert standin.requests == []


def test_the_list_is_a_table_whose_ticks_are_the_choice(listed):
    table = listed.files.table
    assert table.picked == keys_of(listed.session.download.choice)
    row = next(row for row in table.rows if row[0] == EVENTS_A)
    size = next(f.size_bytes for f in listed.session.files.product.observations[0].files
                if EVENTS_A.endswith(f.path))  # fmt: skip
    assert row[1:4] == [ONE, "event_cl", EVENTS_A.rpartition("/")[2]]
    assert row[5] == "cleaned events"
    assert row[4].split()[0] == f"{size / 1000:.3g}"
    assert not listed.list.disabled  # the archive may be asked again
    assert listed.choice.why.value == "heasarc: The stand-in has the files."


def test_the_sum_is_said_before_anything_moves(listed):
    chosen = listed.session.download.choice
    count = sum(len(one.files) for one in chosen)
    in_all = len(listed.session.files.product)
    assert listed.go.total.value.startswith(f"{count} of {in_all} files, ")
    listed.session.download.preset = "everything"
    assert listed.go.total.value.startswith(f"all {in_all} files, ")
    assert not listed.go.button.disabled
    listed.session.download.pattern = "nothing*"
    assert listed.go.why.value == NONE_CHOSEN
    assert listed.go.button.disabled


def test_ticks_are_files_beside_the_preset(listed):
    download, table = listed.session.download, listed.files.table
    before = list(table.picked)
    table.set_state({"picked": [key for key in [*before, ORBIT] if key != EVENTS_A]})
    assert download.also == (ORBIT,)
    assert download.without == (EVENTS_A,)
    assert listed.hand.value == "1 added, 1 left out by hand"
    assert keys_of(download.choice) == table.picked
    listed.head.tools.undo()
    assert (download.also, download.without) == ((), ())
    assert table.picked == before
    assert listed.hand.value == ""
    download.without = (EVENTS_A,)
    assert EVENTS_A not in table.picked
    listed.reset.click()
    assert table.picked == before
    assert listed.reset.layout.display == "none"


def test_what_was_ticked_of_other_observations_stays(listed):
    session = listed.session
    session.download.without = (EVENTS_A,)
    session.find.select(TWO)
    session.files.run()
    other = f"{TWO}/auxil/nu{TWO}_orb.fits.gz"
    listed.files.table.set_state({"picked": [*listed.files.table.picked, other]})
    assert session.download.without == (EVENTS_A,)
    assert session.download.also == (other,)


def test_modules_are_ticked_and_one_must_stay(listed):
    download = listed.session.download
    first, second = listed.choice.modules["NuSTAR"].children
    assert (first.value, second.value) == (True, True)
    first.set_state({"value": False})
    assert download.modules == ("B",)
    assert not [key for key in listed.files.table.picked if "A01_cl" in key]
    second.set_state({"value": False})
    assert "Cannot leave out module B too" in listed.message.value
    assert second.value
    assert download.modules == ("B",)
    first.set_state({"value": True})
    assert download.modules == ()
    assert listed.message.value == ""


def test_modes_are_ticked_and_none_is_what_the_preset_has(listed):
    download, row = listed.session.download, listed.choice.modes["NuSTAR"]
    boxes = {box.description: box for box in row.children[1:-1]}
    assert row.children[-1].value == "(none ticked: science)"
    boxes["occultation"].set_state({"value": True})
    boxes["science"].set_state({"value": True})
    assert download.modes == ("science", "occultation")
    assert any("A02_cl" in key for key in listed.files.table.picked)
    download.modes = ()
    assert not boxes["science"].value
    download.preset = "everything"
    assert row.children[-1].value == "(none ticked: all)"


def test_the_controls_are_those_of_the_mission(panel, session):
    assert panel.choice.modes["Swift"].layout.display == "none"
    session.find.mission = "Swift"
    assert panel.choice.modes["Swift"].layout.display is None
    assert panel.choice.modes["NuSTAR"].layout.display == "none"
    assert panel.choice.modules["Swift"].children == ()


def test_a_pattern_stands_in_place_of_the_preset(listed):
    assert not listed.choice.preset.disabled
    listed.choice.pattern.set_state({"value": "event_cl/*A01_cl.evt*"})
    assert listed.session.download.pattern == "event_cl/*A01_cl.evt*"
    assert listed.choice.preset.disabled
    assert [key[:11] for key in listed.files.table.picked] == [ONE, TWO]


def test_a_mirror_is_named_where_one_is_chosen(panel, session):
    assert panel.choice.mirror.layout.display == "none"
    panel.choice.host.set_state({"index": 4})
    assert session.download.host == "mirror"
    assert panel.choice.mirror.layout.display is None
    panel.choice.mirror.set_state({"value": "/archive"})
    assert session.files.mirror == "/archive"


def test_a_refused_setting_says_why_nothing_is_chosen(listed):
    listed.session.download.modules = ("C",)
    assert "NuSTAR has no module" in listed.go.why.value
    assert listed.go.button.disabled
    assert listed.files.table.picked == []
    listed.session.download.modules = ()
    assert not listed.go.button.disabled


def test_what_does_not_fit_is_red_and_cannot_be_begun(listed, monkeypatch):
    monkeypatch.setattr("nuwidgets.archive.on_disk.free_bytes", lambda _folder: 50_100_000)
    listed.choice.folder.set_state({"value": "elsewhere"})
    until(lambda: "do not fit" in listed.go.total.value)
    assert '<span class="nuw-failed">' in listed.go.total.value
    assert listed.go.button.disabled
    assert "Choose fewer files, or another folder." in listed.go.button.tooltip


def test_it_is_downloaded_and_said_where(listed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = listed.session
    listed.go.button.click()
    ended_well(listed)
    assert not listed.go.button.disabled  # what is here may be checked
    assert listed.lines.value.count("● done") == 2
    assert f"data/nustar/{ONE}" in listed.lines.value
    assert "up to date" in listed.status.value
    until(lambda: ", all of them here already; " in listed.go.total.value)
    session.download.preset = "everything"
    assert "not" not in listed.go.why.value
    assert listed.go.button.description == "Go on"
    assert listed.lines.value.count("● begun") == 2
    session.download.preset = "cleaned events"
    assert listed.go.button.description == "Check"


def test_what_fails_is_said_with_the_way_out_and_tried_again(listed, standin):
    standin.faults.status(f"*/nu{TWO}A01_cl.evt.gz", 404, times=None)
    listed.go.button.click()
    until(lambda: "1 of 2 failed" in listed.status.value)
    until(lambda: listed.go.button.description == "Go on")
    assert "● failed" in listed.lines.value
    assert f"nu{TWO}A01_cl.evt.gz could not be fetched" in listed.lines.value
    assert "One observation failed. Go on tries again" in listed.go.why.value
    assert listed.message.value == ""
    standin.faults.clear()
    listed.go.button.click()
    ended_well(listed)
    assert "● already here" in listed.lines.value
    assert "● done" in listed.lines.value


def test_stop_and_go_on(listed, standin):
    session = listed.session
    session.download.preset = "everything"
    standin.faults.delay("*/event_uf/*", 30.0)
    listed.go.button.click()
    until(lambda: "● running" in listed.lines.value)
    until(lambda: session.download.progress and session.download.progress.fraction)
    listed.stop.click()
    until(lambda: session.download.state is not State.RUNNING)
    until(lambda: listed.go.button.description == "Go on")
    assert "begun, not ended" in listed.status.value
    assert "● begun" in listed.lines.value
    standin.faults.clear()
    listed.go.button.click()
    ended_well(listed)
    assert "up to date" in listed.status.value


def test_files_that_are_here_already_are_only_opened(listed, tmp_path, standin):
    listed.session.download.run()
    with opened(standin, tmp_path) as other:
        other.find.run()
        other.find.select(ONE, TWO)
        other.files.run()
        second = DownloadPanel(other)
        until(lambda: second.go.button.description == "Check")
        other.download.opens = True
        assert second.go.button.description == "Open"
        assert second.lines.value.count("● already here") == 2
        second.close()


def test_an_observation_that_cannot_be_listed_has_its_line(session, panel, standin):
    session.find.select(ONE, TWO)
    standin.faults.status(f"*/{TWO}/", 404, times=None)
    session.files.run()
    until(lambda: "● failed" in panel.lines.value)
    assert "heasarc" in panel.lines.value
    assert panel.message.value == ""
    assert not panel.go.button.disabled


def test_another_selection_makes_the_list_old(listed):
    listed.session.find.select(ONE)
    assert "nuw-aged" in listed.listing._dom_classes
    assert listed.go.why.value == LIST_FIRST
    assert not listed.list.disabled
    listed.session.find.select(ONE, TWO)
    assert "nuw-aged" not in listed.listing._dom_classes
    assert not listed.go.button.disabled


def test_the_table_folds_and_that_is_remembered(listed):
    assert listed.fold.description == "Files ▴"
    listed.fold.click()
    assert listed.listing.layout.display == "none"
    second = DownloadPanel(listed.session)
    assert second.listing.layout.display == "none"
    assert second.fold.description == "Files ▾"
    second.close()


def test_an_opened_session_shows_all_and_asks_nobody(listed, standin, tmp_path):
    listed.session.download.run()
    listed.session.save(tmp_path / "mine.nuw")
    standin.requests.clear()
    with nw.open(tmp_path / "mine.nuw") as again:
        panel = DownloadPanel(again)
        until(lambda: panel.go.button.description == "Check")
        assert panel.lines.value.count("● done") == 2
        assert panel.files.table.picked == listed.files.table.picked
        panel.close()
    assert standin.requests == []


def test_a_kept_answer_is_not_fetched_by_looking(session, standin):
    session.find.select(ONE)
    for step in (session.files, session.download):
        step.ledger.remember(step.request())
    assert session.download.state is State.KEPT
    standin.requests.clear()
    panel = DownloadPanel(session)
    session.download.opens = True
    assert "up to date" in panel.status.value
    assert session.files.state is session.download.state is State.KEPT
    assert standin.requests == []
    panel.close()


def test_datasets_that_come_leave_it_as_it_is(listed, observation):
    children = listed.children
    listed.session.add_events(observation / "event_cl" / f"nu{observation.name}A01_cl.evt")
    assert listed.children == children
    assert f"{observation.name}A" in repr(listed)


def test_two_panels_agree(listed):
    second = DownloadPanel(listed.session)
    listed.choice.preset.set_state({"index": 2})
    assert second.choice.preset.value == "everything"
    assert second.files.table.picked == listed.files.table.picked
    second.files.table.set_state({"picked": [EVENTS_A]})
    assert listed.files.table.picked == [EVENTS_A]
    second.close()


def test_close_leaves_no_observer_and_no_widget(listed):
    session = listed.session
    before, alive = watchers(session), set(_instances)
    second = DownloadPanel(session)
    until(lambda: " free in " in second.go.total.value)
    assert watchers(session) > before
    second.close()
    gc.collect()
    assert watchers(session) == before
    assert {type(_instances[key]).__name__ for key in set(_instances) - alive} == set()


def test_it_may_be_shown_when_the_session_is_closed(standin, tmp_path):
    made = opened(standin, tmp_path)
    made.close()
    panel = DownloadPanel(made)
    assert panel.message.value == ""
    panel.close()


# ---- without a panel -----------------------------------------------------------------------


def observation_of(obs_id, *paths, size_bytes=1000, problem=""):
    files = tuple(ArchiveFile(path, size_bytes) for path in sorted(paths))
    return ObservationFiles(obs_id, f"https://heasarc.gsfc.nasa.gov/{obs_id}/", files, problem)


def asked(**settings):
    find = FindRequest("x", "NuSTAR", None, "heasarc")
    return DownloadRequest(FilesRequest(find, (ONE,)), "/nowhere/data", **settings)


PATHS = (f"event_cl/nu{ONE}A01_cl.evt.gz", f"event_cl/nu{ONE}B01_cl.evt.gz",
         f"hk/nu{ONE}A_fpm.hk.gz", f"auxil/nu{ONE}_orb.fits.gz")  # fmt: skip
LISTED = Files("NuSTAR", "heasarc", "", (observation_of(ONE, *PATHS), observation_of(TWO, "x.cat")))
KEYS = keys_of(LISTED.observations)


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from([*KEYS, "60009999999/x"])))
def test_any_ticks_are_what_is_chosen(ticked, before):
    also, without = by_hand(ticked, wanted(LISTED, asked()), asked(without=tuple(sorted(before))))
    chosen = wanted(LISTED, asked(also=also, without=without))
    assert chosen.keys == ticked
    assert {key for key in without if key not in KEYS} == before - set(KEYS)


def test_encrypted_files_are_not_wanted():
    files = Files("NuSTAR", "heasarc", "", (observation_of(ONE, "x.evt.gz.gpg", "x.cat.gz"),))
    assert keys_of(wanted(files, asked(preset="everything")).observations) == [f"{ONE}/x.cat.gz"]


def test_the_sum_in_words():
    chosen = wanted(LISTED, asked())
    assert sum_words(chosen, None, asked()) == ("3 of 5 files, 3 kB (5 kB in all)", "")
    disk = OnDisk(10_000, 0, {f"{ONE}/{PATHS[0]}": 1000})
    text = "3 of 5 files, 3 kB (5 kB in all), 1 of them here already"
    assert sum_words(chosen, disk, asked()) == (f"{text}; 10 kB free in /nowhere/data/", "")
    assert sum_words(chosen, OnDisk(2000, 0, disk.whole), asked())[1] == ""
    said, lack = sum_words(chosen, OnDisk(1999, 0, disk.whole), asked())
    assert said == text
    assert lack.startswith("2 kB do not fit: 2 kB free in /nowhere/data/. Choose fewer")
    unknown = Files("NuSTAR", "heasarc", "", (observation_of(ONE, *PATHS, size_bytes=None),))
    assert ", at least 0 B (" in sum_words(wanted(unknown, asked()), None, asked())[0]


def test_linked_files_need_no_room_unless_they_are_copied():
    one = ObservationFiles(ONE, "/FTP/x/", (ArchiveFile(PATHS[0], 1000),))
    chosen = wanted(Files("NuSTAR", "sciserver", "", (one,)), asked())
    assert sum_words(chosen, OnDisk(10), asked())[1] == ""
    assert "do not fit" in sum_words(chosen, OnDisk(10), asked(copy=True))[1]


def test_a_number_that_is_a_path_is_not_looked_up(tmp_path):
    (tmp_path / "nuwidgets-manifest.jsonl").write_text("")
    disk = look(str(tmp_path / "data"), "NuSTAR", (observation_of("../..", "x.cat"),))
    assert disk.found(observation_of("../..", "x.cat")).n_files == 0
    assert disk.free_bytes is not None


def test_lines_are_text_whatever_a_host_says():
    bad = "<img src=x onerror=alert(1)>"
    drawn = lines_html((Line(bad, bad, 0.5, bad), *moving((Part(bad, bad, None, bad),))))
    assert "<img" not in drawn
    assert drawn.count("&lt;img") == 8
    assert "<img" not in selection_html((bad,))


def test_only_some_of_many_observations_are_named():
    said = selection_html(tuple(f"600000000{n:02}" for n in range(20)))
    assert "<b>20 observations</b>" in said
    assert said.endswith(" and 14 more")


def test_lines_at_rest_are_those_of_the_disk():
    chosen = wanted(LISTED, asked())
    assert resting(chosen, None) == ()
    assert resting(chosen, OnDisk()) == ()
    key = f"{ONE}/{PATHS[0]}"
    begun = resting(chosen, OnDisk(whole={key: 1000}))
    assert [line.state for line in begun] == ["begun", "waiting"]
    assert begun[0].fraction == pytest.approx(1 / 3)
    whole = resting(chosen, OnDisk(whole=dict.fromkeys(KEYS, 1000)))
    assert whole[0] == Line(ONE, "already here", 1.0, "3 files · 3 kB")
    lost = Files("NuSTAR", "heasarc", "", (observation_of(ONE, problem="No files of it."),))
    line = Line(ONE, "failed", 0.0, "No files of it.")
    assert resting(wanted(lost, asked()), None) == (line,)


def test_lines_of_what_ended(tmp_path):
    folder = str(Path(tmp_path) / ONE)
    done, bad = (
        Fetched(ONE, folder, "done", 3, 3000),
        Fetched(ONE, folder, "failed", 1, 1000, "x.evt could not be fetched."),
    )
    chosen = wanted(LISTED, asked())
    assert ended((done,), chosen)[0] == Line(ONE, "done", 1.0, f"3 files · 3 kB · {folder}")
    line = ended((bad,), chosen)[0]
    assert line.says == "x.evt could not be fetched. 1 file · 1 kB are here."
    assert line.fraction == pytest.approx(1 / 3)
