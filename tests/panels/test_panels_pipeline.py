"""The pipeline panel on a stand-in HEASoft: form, lines, queue, log, report, and picking up."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from headas_standin import make_headas
from pipeline_bench import (
    ONE,
    TWO,
    ended,
    observations,
    run_on_disk,
    states,
    surround,
    until,
)

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.domain.progress import Part
from nuwidgets.domain.task import TaskRun
from nuwidgets.panels.pipeline import FIRST, PipelinePanel
from nuwidgets.panels.pipeline_choice import observations_html
from nuwidgets.panels.pipeline_lines import elsewhere, moved, moving, queue_of, verdict
from nuwidgets.panels.pipeline_lines import ended as ended_lines
from nuwidgets.panels.pipeline_report import report_html, sum_words
from nuwidgets.panels.pipeline_runs import OLD

BAD = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def headas(tmp_path_factory):
    return make_headas(tmp_path_factory.mktemp("heasoft"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return observations(tmp_path_factory.mktemp("sky"))


@pytest.fixture
def opened(headas, folders, tmp_path, monkeypatch):
    """Give a function that opens a session with HEASoft on a workspace."""
    sessions = []

    def make(**faults):
        surround(monkeypatch, headas, **faults)
        session = nw.Session(live=False)
        session.download.folder = tmp_path / "data"
        session.pipeline.folders, session.pipeline.opens = folders, False
        sessions.append(session)
        return session

    yield make
    for session in sessions:
        session.pipeline.cancel()
        session.close()


@pytest.fixture
def shown(opened):
    """Give a function that opens a session, and the panel on it."""
    panels = []

    def make(**faults):
        panels.append(PipelinePanel(opened(**faults)))
        return panels[-1]

    yield make
    for panel in panels:
        assert "could not be drawn" not in panel.message.value
        panel.close()


# ---- what is to be done ------------------------------------------------------------------------


def test_it_says_which_engine_answers_and_on_what(shown, headas):
    panel = shown()
    assert f"HEASoft in {headas}" in panel.choice.why.value
    assert f"<b>2 observations</b>: {ONE}, {TWO}" in panel.choice.which.value
    assert panel.go.description == "Run"
    assert not panel.go.disabled


def test_without_observations_the_button_says_what_to_do_first(shown):
    panel = shown()
    panel.session.pipeline.folders = ()
    assert panel.go.disabled
    assert panel.go.tooltip == panel.note.value == FIRST


def test_without_heasoft_the_embedded_engine_answers_and_the_panel_says_why(
    folders, tmp_path, monkeypatch
):
    monkeypatch.delenv("HEADAS", raising=False)
    with nw.Session(live=False) as session:
        session.download.folder = tmp_path
        session.pipeline.folders, session.pipeline.opens = folders, False
        panel = PipelinePanel(session)
        assert "HEADAS is not set" in panel.choice.why.value
        assert "as the archive has cleaned them" in panel.choice.why.value
        assert panel.form.fields == {}
        assert panel.go.description == "Open the archive&#x27;s events".replace("&#x27;", "'")
        panel.go.click()
        ended(session.pipeline)
        assert set(states(panel).values()) == {"skipped"}
        assert panel.note.value == "4 taken from the archive."
        assert panel.runs.list.lines[0]["says"].startswith("not run: the archive's cleaned events")
        panel.runs.list.selected = panel.runs.list.lines[1]["key"]
        assert panel.runs.log.view.layout.display == "none"
        session.pipeline.engine = "heasoft"
        assert panel.go.disabled
        assert "HEADAS is not set" in panel.go.tooltip
        panel.close()


def test_the_form_has_the_tutorials_parameters_on_top_and_makes_the_others_when_asked(shown):
    panel = shown()
    few = len(panel.form.fields)
    assert "saamode" in panel.form.fields
    assert "indir" not in panel.form.fields
    began = time.perf_counter()
    panel.form.switch.click()
    assert time.perf_counter() - began < 2.0
    assert len(panel.form.fields) > few + 100
    assert panel.session.views["pipeline"]["more"] is True
    panel.form.filter.value = "hot pixel"
    assert 0 < len(panel.form.more.children) < 20
    panel.form.filter.value = ""
    assert len(panel.form.more.children) > 100


def test_only_what_differs_from_the_tutorial_is_a_parameter(shown):
    panel = shown()
    field, step = panel.form.fields["saamode"], panel.session.pipeline
    field.control.set_state({"index": field.control.options.index(("STRICT", "STRICT"))})
    assert step.parameters == (("saamode", "STRICT"),)
    assert field.back in field.row.children
    field.back.click()
    assert step.parameters == ()
    assert field.row.children == (field.control,)
    panel.form.fields["clobber"].control.set_state({"value": False})
    assert step.parameters == (("clobber", False),)
    panel.form.fields["clobber"].control.set_state({"value": True})
    assert step.parameters == ()


def test_a_refused_value_is_said_beside_its_field_and_undone(shown):
    panel = shown()
    field = panel.form.fields["saacalc"]
    field.control.set_state({"value": "7"})
    assert "a whole number from 1 to 3" in field.note.value
    assert field.note in field.row.children
    assert field.control.value == "2"
    field.control.set_state({"value": "3"})
    assert panel.session.pipeline.parameters == (("saacalc", 3),)
    assert field.note not in field.row.children


def test_what_python_sets_is_shown_and_a_stranger_is_named(shown):
    panel = shown()
    panel.session.pipeline.parameters = {"saacalc": 1, "hpbinsize": 300.0}
    assert panel.form.fields["saacalc"].control.value == "1"
    assert "changed: hpbinsize" in panel.form.trouble.value
    panel.session.pipeline.parameters = {"saamod": "NONE"}
    assert "no parameter &#x27;saamod&#x27;. Did you mean &#x27;saamode&#x27;" in (
        panel.form.trouble.value
    )


def test_every_field_says_its_call(shown):
    panel = shown()
    tooltip = panel.form.fields["saamode"].control.tooltip
    assert "one of NONE, OPTIMIZED, STRICT" in tooltip
    assert "usual: NONE" in tooltip
    assert "s.pipeline.parameters = {'saamode': 'NONE'}" in tooltip


def test_two_panels_agree(shown, opened):
    one = shown()
    two = PipelinePanel(one.session)
    one.form.fields["saacalc"].control.set_state({"value": "3"})
    assert two.form.fields["saacalc"].control.value == "3"
    one.choice.folders.set_state({"value": "/a, /b"})
    assert two.choice.folders.value == "/a, /b"
    two.close()


# ---- what goes on ------------------------------------------------------------------------------


def test_runs_side_by_side_one_failure_hides_nothing(shown):
    panel = shown(STANDIN_FAULT=f"nupipeline:nuscreen@{ONE}-FPMB=fail")
    panel.go.click()
    until(lambda: panel.runs.list.lines)
    ended(panel.session.pipeline)
    until(lambda: panel.runs.log.view.n_lines > 50)
    assert states(panel) == {
        f"{ONE} FPMA": "done", f"{ONE} FPMB": "failed", f"{TWO} FPMA": "done",
        f"{TWO} FPMB": "done",
    }  # fmt: skip
    assert panel.note.value == "3 of 4 runs done, 1 failed."
    assert "1 of 4 did not end well" in panel.status.value
    assert panel.go.description == "Run again what failed (1)"
    failed = next(one for one in panel.runs.list.lines if one["state"] == "failed")
    assert failed["says"].startswith("exit status 1 after ")
    assert "wrong values in the input file" in failed["says"]
    assert "wrong values in the input file" in panel.runs.report.value
    panel.runs.list.selected = failed["key"]
    until(lambda: "wrong values in the input file" in panel.runs.log.view.text)
    assert panel.runs.log.view.path.endswith("task.log")


def test_again_only_what_failed_runs(shown, monkeypatch):
    panel = shown(STANDIN_FAULT=f"nupipeline:nuhotpix@{ONE}-FPMB=fail")
    panel.go.click()
    ended(panel.session.pipeline)
    began = {run.name: run.began_s for run in panel.session.pipeline.product.runs}
    monkeypatch.setenv("STANDIN_FAULT", "")
    panel.go.click()
    ended(panel.session.pipeline)
    until(lambda: panel.session.pipeline.state is State.FRESH)
    again = {run.name for run in panel.session.pipeline.product.runs
             if run.began_s != began[run.name]}  # fmt: skip
    assert again == {f"{ONE} FPMB nupipeline"}
    assert set(states(panel).values()) == {"done"}
    assert panel.go.description == "Run"


def test_one_is_stopped_and_the_others_go_on(shown):
    panel = shown(STANDIN_FAULT=f"nupipeline:numetrology@{ONE}-FPMA=hang")
    panel.session.pipeline.at_once = 2
    panel.go.click()
    key = f"{ONE} FPMA nupipeline"
    until(lambda: states(panel).get(f"{TWO} FPMB") == "running")
    panel.runs.list.ask("stop", key)
    ended(panel.session.pipeline)
    assert states(panel)[f"{ONE} FPMA"] == "stopped"
    assert sorted(states(panel).values()) == ["done", "done", "done", "stopped"]
    assert panel.session.pipeline.product[f"{ONE} FPMA"].folder == ""


def test_when_all_are_stopped_each_says_how_far_it_was_and_its_log_stays(shown):
    panel = shown(STANDIN_FAULT=f"nupipeline:numetrology@{ONE}-FPMB=hang")
    step = panel.session.pipeline
    step.at_once = 1
    panel.go.click()
    until(lambda: states(panel).get(f"{ONE} FPMB") == "running")
    panel.runs.list.selected = f"{ONE} FPMB nupipeline"
    until(lambda: panel.runs.log.view.n_lines > 5)
    panel.stop.click()
    ended(step)
    assert states(panel) == {
        f"{ONE} FPMA": "done", f"{ONE} FPMB": "stopped", f"{TWO} FPMA": "not begun",
        f"{TWO} FPMB": "not begun",
    }  # fmt: skip
    assert panel.note.value == "Stopped; 1 of 4 runs had ended well and is kept."
    assert panel.runs.log.view.path.endswith("task.log")
    step.parameters = {"saacalc": 3}
    assert panel.runs.list.lines == []
    assert panel.note.value == ""


def test_what_was_made_with_other_settings_stays_in_sight_and_is_greyed(shown):
    panel = shown()
    step = panel.session.pipeline
    step.instrument = "FPMA"
    panel.go.click()
    ended(step)
    before = panel.runs.list.lines
    step.parameters = {"saacalc": 3}
    assert panel.runs.list.lines == before
    assert OLD in panel._dom_classes
    assert panel.note.value == "These are of other settings."
    assert panel.go.description == "Run"
    step.parameters = {}
    assert OLD not in panel._dom_classes
    assert panel.note.value == "2 of 2 runs done."


def test_what_waits_is_reordered_and_begins_in_that_order(shown):
    panel = shown(STANDIN_FAULT=f"nupipeline:numetrology@{ONE}-FPMA=hang")
    step = panel.session.pipeline
    step.at_once = 1
    panel.go.click()
    until(lambda: len(panel.runs.list.lines) == 4)
    until(lambda: states(panel)[f"{ONE} FPMA"] == "running")
    assert "up" not in panel.runs.list.lines[1]["can"]
    last = f"{TWO} FPMB nupipeline"
    panel.runs.list.ask("up", last)
    panel.runs.list.ask("up", last)
    assert [one["key"] for one in panel.runs.list.lines][1] == last
    assert step.order[0] == last
    panel.runs.list.ask("stop", f"{ONE} FPMA nupipeline")
    until(lambda: states(panel)[f"{TWO} FPMB"] == "running")
    panel.stop.click()
    ended(step)
    assert step.state is State.EMPTY


def test_the_log_is_followed_and_all_of_it_is_searched(shown):
    panel = shown(STANDIN_FAULT=f"nupipeline:nuflagbad@{ONE}-FPMA=chatty")
    panel.session.pipeline.folders = panel.session.pipeline.folders[:1]
    panel.session.pipeline.instrument = "FPMA"
    view = panel.runs.log.view
    panel.go.click()
    ended(panel.session.pipeline)
    until(lambda: view.n_lines > 200_000)
    assert view.text.count("\n") == 499
    view.search = "PROCESSING row   1234 of"
    until(lambda: view.n_matches == 1)
    number, line = view.matches[0]
    assert "processing row   1234 of" in line
    view.at = number
    until(lambda: view.first < number)
    assert view.text.split("\n")[number - view.first] == line
    view.at = 0
    assert "Exit with no errors" in view.text
    view.search = ""
    until(lambda: not view.matches)


def test_what_an_earlier_kernel_began_is_picked_up(opened, headas, folders, tmp_path):
    session = opened(STANDIN_PAUSE_S="0.4")
    session.pipeline.folders, session.pipeline.instrument = folders[:1], "FPMA"
    code = (
        "import nuwidgets as nw; s = nw.Session(live=False);"
        f"s.download.folder = {str(tmp_path / 'data')!r}; s.pipeline.folders = {folders[:1]!r};"
        "s.pipeline.instrument = 'FPMA'; s.pipeline.opens = False; s.pipeline.run()"
    )
    other = subprocess.Popen([sys.executable, "-c", code])
    try:
        log = f"{ONE} FPMA nupipeline"
        until(lambda: "Running" in _text(session.processing.log_path(log)))
        assert session.processing.under_way()
    finally:
        other.kill()
        other.wait()
    panel = PipelinePanel(session)
    until(lambda: session.pipeline.state is State.RUNNING)
    ended(session.pipeline)
    assert states(panel) == {f"{ONE} FPMA": "done"}
    assert session.pipeline.product.runs[0].began_s < time.time() - 1.0
    panel.close()


def _text(path):
    return Path(path).read_text() if path and Path(path).is_file() else ""


def test_runs_of_others_in_the_same_workspace_are_shown_and_stopped(shown, opened, folders):
    first = shown(STANDIN_FAULT="nupipeline:numetrology=hang")
    first.session.pipeline.folders, first.session.pipeline.instrument = folders[:1], "FPMA"
    first.go.click()
    until(lambda: states(first) == {f"{ONE} FPMA": "running"})
    second = opened()
    second.pipeline.parameters = {"saacalc": 1}
    panel = PipelinePanel(second)
    until(lambda: panel.runs.list.lines)
    line = panel.runs.list.lines[0]
    assert line["says"] == "goes on: begun by another kernel"
    until(lambda: panel.runs.log.view.n_lines > 0)
    panel.runs.list.ask("stop", line["key"])
    ended(first.session.pipeline)
    until(lambda: not panel.runs.list.lines)
    assert states(first) == {f"{ONE} FPMA": "stopped"}
    panel.close()


# ---- words -------------------------------------------------------------------------------------


def test_a_queue_has_first_what_was_put_first():
    parts = [Part("a", "running"), Part("b", "waiting"), Part("c", "waiting")]
    assert queue_of(parts, ()) == ["b", "c"]
    assert queue_of(parts, ("a", "c", "gone")) == ["c", "b"]
    assert moved(("b", "c"), "b", -5) == ("b", "c")
    lines = moving(parts, ("c",))
    assert [(one["key"], one["can"]) for one in lines] == [
        ("a", ["stop"]), ("c", ["down", "stop"]), ("b", ["up", "stop"]),
    ]  # fmt: skip


def test_verdicts():
    assert verdict(TaskRun("t", files=("a",), folder="/x", seconds=754.0)) == (
        "1 file · 12 min 34 s"
    )
    assert verdict(TaskRun("t", state="stopped", seconds=75.0)) == (
        "stopped after 75 s; nothing is kept"
    )
    assert verdict(
        TaskRun("t", state="failed", exit_code=-11, seconds=2.0, problem="It died.")
    ) == ("signal 11 after 2.0 s · It died.")
    assert verdict(TaskRun("t", state="failed", problem="No room.")) == "No room."
    assert ended_lines([TaskRun("t", "a b", "failed")])[0]["kind"] == "failed"


def test_runs_of_other_kernels_are_those_that_run_and_are_not_ours():
    known = [
        run_on_disk("a t", "running", "1"), run_on_disk("b t", "done", "2"),
        run_on_disk("c t", "running", "3"),
    ]  # fmt: skip
    assert [one["key"] for one in elsewhere(known, ["c t"])] == ["~1"]


def test_the_report_goes_by_observation_and_is_text():
    runs = [
        TaskRun("t", f"{BAD} FPMA", files=(BAD,), folder=f"/x/{BAD}"),
        TaskRun("t", f"{BAD} FPMB", "failed", exit_code=1, problem=BAD, error_line=f"e{BAD}",
                log_tail=(BAD,)),
        TaskRun("t", "2 FPMA", "stopped"),
    ]  # fmt: skip
    text = report_html(runs)
    assert "<img" not in text
    assert text.count("<b>") == 2
    assert text.count("&lt;img") >= 6
    assert sum_words(runs) == "1 of 3 runs done, 1 stopped, 1 failed."
    assert sum_words([TaskRun("t", state="failed")]) == "1 failed."
    assert sum_words([]) == report_html([]) == ""


def test_many_observations_are_counted_and_names_are_text():
    text = observations_html(tuple(f"{n}{BAD}" for n in range(8)), own=False)
    assert text.startswith("<b>8 observations</b> of the download: 0&lt;img")
    assert text.endswith(" and 2 more")
    assert "<img" not in text
