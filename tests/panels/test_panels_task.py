"""The task panel: any task by its name, its form, its log, what it made; with and without HEASoft."""

from __future__ import annotations

import threading

import pytest
from headas_standin import make_headas
from ipywidgets.widgets.widget import _instances
from pipeline_bench import ONE, ended, observations, surround, until

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.domain.task import TaskRun
from nuwidgets.files.par_file import ParFile, ParParameter
from nuwidgets.missions.tasks import Task
from nuwidgets.panels.base import Panel
from nuwidgets.panels.task import TaskPanel
from nuwidgets.panels.task_field import text, tip
from nuwidgets.panels.task_form import TaskForm, top_of
from nuwidgets.panels.task_log import TaskLog, piece
from nuwidgets.panels.task_result import result_html

BAD = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def headas(tmp_path_factory):
    return make_headas(tmp_path_factory.mktemp("heasoft"))


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    folder = observations(tmp_path_factory.mktemp("sky"))[0]
    return f"{folder}/event_uf/nu{ONE}A_uf.evt.gz"


@pytest.fixture
def panel(headas, tmp_path, monkeypatch):
    surround(monkeypatch, headas)
    with nw.Session(live=False) as session:
        session.download.folder = tmp_path / "data"
        made = TaskPanel(session)
        yield made
        assert "could not be drawn" not in made.message.value
        made.close()


@pytest.fixture
def bare(tmp_path, monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    with nw.Session(live=False) as session:
        session.download.folder = tmp_path
        made = TaskPanel(session)
        yield made
        assert "could not be drawn" not in made.message.value
        made.close()


def choose(panel, name):
    panel.name.set_state({"value": name})


def type_in(panel, name, value):
    panel.form.fields[name].control.set_state({"value": value})


def test_it_says_what_to_do_first(panel):
    assert panel.go.disabled
    assert panel.go.tooltip == "Name a task first."
    assert {"ftlist", "nupipeline", "xrtpipeline"} <= set(panel.name.options)


def test_a_task_runs_and_its_log_and_files_are_shown(panel, events):
    choose(panel, "ftlist")
    type_in(panel, "infile", events)
    assert not panel.go.disabled
    panel.go.click()
    ended(panel.session.task)
    assert panel.session.task.state is State.FRESH
    until(lambda: panel.task_log.view.n_lines > 5)
    assert "● done" in panel.result.value
    assert "exit status 0" in panel.result.value
    assert panel.task_log.view.path == panel.session.task.product.log_path
    assert panel.task_log.view.about == "ftlist"


def test_what_fails_says_so_and_its_log_stays(panel):
    choose(panel, "ftlist")
    type_in(panel, "infile", "/nowhere.fits")
    panel.go.click()
    ended(panel.session.task)
    assert panel.session.task.state is State.FAILED
    assert "exit status 1" in panel.message.value
    until(lambda: "does not exist" in panel.task_log.view.text)
    assert panel.result.value == ""


def test_a_crash_shows_its_log_too(panel, events, monkeypatch):
    monkeypatch.setenv("STANDIN_FAULT", "ftlist=segv")
    choose(panel, "ftlist")
    type_in(panel, "infile", events)
    panel.go.click()
    ended(panel.session.task)
    assert "SIGSEGV" in panel.message.value
    until(lambda: panel.task_log.view.path.endswith("task.log"))


def test_stop_ends_what_hangs_and_what_it_said_stays(panel, events, monkeypatch):
    monkeypatch.setenv("STANDIN_FAULT", "ftlist=hang")
    choose(panel, "ftlist")
    type_in(panel, "infile", events)
    panel.go.click()
    until(lambda: "waiting" in panel.task_log.view.text)
    panel.stop.click()
    ended(panel.session.task)
    assert panel.session.task.state is State.EMPTY
    assert "waiting" in panel.task_log.view.text
    assert panel.task_log.view.layout.display is None


def test_another_task_comes_with_what_the_tutorials_tell_it(panel):
    choose(panel, "ftgrouppha")
    assert dict(panel.session.task.parameters)["grouptype"] == "optsnmin"
    assert panel.form.fields["grouptype"].control.value == "optsnmin"
    assert panel.says.value == "Joins the channels of a spectrum into bins."
    choose(panel, "ftlist")
    assert "grouptype" not in dict(panel.session.task.parameters)


def test_what_a_pipeline_fills_in_is_on_top_here(panel):
    panel.name.value = "nuproducts"
    wanted = {"indir", "instrument", "outdir", "srcregionfile", "bkgregionfile", "binsize"}
    assert wanted <= set(panel.form.fields)


def test_undo_brings_back_task_and_parameters_together(panel):
    choose(panel, "ftgrouppha")
    before = panel.session.task.parameters
    panel.session.edits.end()
    panel.session.task.parameters = (*before, ("infile", "a.pha"))
    choose(panel, "ftlist")
    panel.head.tools.undo()
    assert panel.name.value == panel.session.task.name
    assert "could not" not in panel.message.value


def test_a_name_that_nothing_has_is_said_with_the_nearest(panel):
    choose(panel, "ftlis")
    assert panel.go.disabled
    assert "Did you mean &#x27;ftlist&#x27;" in panel.note.value
    assert panel.form.fields == {}
    choose(panel, "rm -rf /")
    assert panel.session.task.name == "ftlis"
    assert panel.name.value == "ftlis"
    assert "Give the name of a task" in panel.message.value


def test_without_heasoft_the_embedded_tasks_are_offered_and_it_says_why(bare):
    assert set(bare.name.options) == {"ftgrouppha", "nuexpomap", "nuproducts"}
    assert "HEADAS is not set" in bare.why.value
    choose(bare, "ftgrouppha")
    assert bare.go.disabled
    assert bare.go.tooltip == "Give infile, outfile first."
    bare.session.task.parameters = {"infile": "a.pha", "outfile": "b.pha"}
    assert not bare.go.disabled
    assert "infile" in bare.form.fields
    choose(bare, "nupipeline")
    assert bare.go.disabled
    assert "no task &#x27;nupipeline&#x27; here" in bare.note.value
    bare.session.task.engine = "heasoft"
    assert bare.go.disabled


def test_closing_leaves_no_widget_behind(panel):
    panel.close()  # it would follow
    before = set(_instances)
    other = TaskPanel(panel.session)
    choose(other, "nuproducts")
    other.form.switch.click()
    type_in(other, "binsize", "x")
    other.form.filter.value = "lc"
    other.close()
    assert [type(_instances[key]).__name__ for key in set(_instances) - before] == []


# ---- the form ----------------------------------------------------------------------------------


def parameter(name, kind="s", mode="h", default="", **more):
    limits = {"lo": None, "hi": None, "choices": (), "prompt": f"What {name} is", **more}
    return ParParameter(name, kind, mode, default, **limits)


PAR = ParFile(
    "toy",
    (
        parameter("infile", "f", "a"),
        parameter("n", "i", default=5, lo=1.0, hi=9.0),
        parameter("x", "r", default=0.5),
        parameter("flag", "b", default=True),
        parameter("way", default="fast", choices=("slow", "fast")),
        parameter("odd", default="", choices=("a", "b")),
    ),
)


@pytest.fixture
def form():
    with nw.Session(live=False) as session:
        panel = Panel(session, "Toy")
        made = TaskForm(panel, session.task, "s.task", "toy")
        made.show(PAR, Task("toy", shown=("n", "x", "flag", "way", "odd")))
        yield made
        made.clear()
        panel.close()


def test_each_kind_of_parameter_has_its_control(form):
    kinds = {name: type(field.control).__name__ for name, field in form.fields.items()}
    assert kinds == {
        "infile": "Text", "n": "Text", "x": "Text", "flag": "Checkbox", "way": "Dropdown",
        "odd": "Dropdown",
    }  # fmt: skip
    values = {name: field.control.value for name, field in form.fields.items()}
    assert values == {"infile": "", "n": "5", "x": "0.5", "flag": True, "way": "fast", "odd": ""}


@pytest.mark.parametrize(
    ("name", "typed", "taken"),
    [("n", "7", 7), ("x", "1e-3", 0.001), ("x", "INDEF", "INDEF"), ("infile", "a b", "a b"),
     ("infile", BAD, BAD)],
)  # fmt: skip
def test_what_is_typed_is_taken_with_its_type(form, name, typed, taken):
    form.fields[name].control.set_state({"value": typed})
    assert form._step.parameters == ((name, taken),)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [("n", "10", "from 1 to 9"), ("n", "2.5", "a whole number"), ("x", BAD, "a number")],
)
def test_what_is_refused_is_said_and_undone(form, name, typed, words):
    field = form.fields[name]
    before = field.control.value
    field.control.set_state({"value": typed})
    assert words in field.note.value
    assert "<img" not in field.note.value
    assert field.control.value == before
    assert form._step.parameters == ()


def test_the_same_number_written_otherwise_is_the_usual_one(form):
    form.fields["x"].control.set_state({"value": "0.50"})
    assert form._step.parameters == ()


def test_parameters_that_are_asked_for_come_first_then_those_set_most():
    names = [one.name for one in top_of(list(PAR.parameters), Task("toy", shown=("way",)))]
    assert names == ["infile", "way"]
    plain = [parameter("a"), parameter("b")]
    assert top_of(plain, Task("toy")) == plain


def test_tooltips_say_what_may_be():
    words = tip(PAR.by_name["n"], 5, "s.task")
    assert words == (
        "What n is. a whole number from 1 to 9. usual: 5.\ns.task.parameters = {'n': 5}"
    )
    assert text(None) == "NONE"


# ---- log and result ----------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path):
    """A log view in a panel, and the file it reads."""
    path = tmp_path / "task.log"
    with nw.Session(live=False) as session:
        panel = Panel(session, "Toy")
        made = TaskLog(panel, lambda name: str(path) if name == "a" else "")
        made.path = path
        yield made
        session.door.errands.shutdown(wait=True)
        assert panel.message.value == ""
        made.view.close()
        panel.close()


def test_a_log_that_is_not_there_yet_is_waited_for(log):
    log.show("a")
    log.path.write_text("one\n")
    log.wake()
    until(lambda: log.view.text == "one")
    with log.path.open("a") as file:
        file.write("two\nthr")
    log.wake()
    until(lambda: log.view.text == "one\ntwo")


def test_a_log_that_is_begun_anew_is_shown_anew(log):
    log.path.write_text("a long line of before\n")
    log.show("a")
    until(lambda: log.view.n_lines == 1)
    log.path.unlink()
    log.path.write_text("new\n")
    log.wake()
    until(lambda: log.view.text == "new")
    assert log.view.n_lines == 1


def test_another_run_is_another_log(log):
    log.path.write_text("one\n")
    log.show("a")
    until(lambda: log.view.n_lines == 1)
    log.show("b")
    assert (log.view.about, log.view.text) == ("b", "")
    log.show("")
    assert log.view.layout.display == "none"


def test_only_one_reads_at_a_time(log, monkeypatch):
    inside, most = [], []
    read = log._read

    def slow(name):
        inside.append(name)
        most.append(len(inside))
        threading.Event().wait(0.02)
        found = read(name)
        inside.pop()
        return found

    monkeypatch.setattr(log, "_read", slow)
    log.path.write_text("x\n" * 10)
    log.show("a")
    for _ in range(50):
        log.wake()
    until(lambda: log.view.n_lines == 10)
    until(lambda: not log._busy)
    assert max(most) == 1
    assert len(most) <= 3


def test_search_and_piece_use_the_numbers_of_the_file(log):
    log.path.write_bytes(b"".join(b"\x1b[31mline %d\x1b[0m\r\n" % n for n in range(1, 2001)))
    log.view.search = "LINE 777"
    log.show("a")
    until(lambda: log.view.matches == [[777, "line 777"]])
    log.view.at = 777
    until(lambda: log.view.first == 577)
    assert log.view.text.split("\n")[200] == "line 777"
    assert piece(str(log.path), 1999) == ["line 1999", "line 2000"]


def test_the_result_is_text_and_lists_its_files():
    run = TaskRun("t", files=tuple(f"{n}{BAD}" for n in range(210)), folder=BAD, exit_code=0,
                  seconds=1.5)  # fmt: skip
    shown = result_html(run)
    assert "<img" not in shown
    assert shown.count("<li>") == 201
    assert "… and 10 more" in shown
    assert "exit status 0 · 1.5 s" in shown
    assert "<details" not in result_html(TaskRun("t", state="failed", problem="No room."))
