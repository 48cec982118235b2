"""The pipeline and tasks as code: what they made is made again, by the same engine."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import nuwidgets as nw
from nuwidgets.domain.archive_file import FilesRequest
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.pipeline import Pipeline, PipelineRequest
from nuwidgets.domain.record import Deed, SessionRecord, StepRecord
from nuwidgets.domain.task import DONE, FAILED, TaskRequest, TaskRun
from nuwidgets.scripts import script
from nuwidgets.scripts.makers import AUTO, overall_engine
from nuwidgets.scripts.processed import covers, leads_elsewhere, processed

OBS_ID = "99601110002"
RUN = f"/ws/runs/{OBS_ID}-FPMA_nupipeline_0123456789ab/products"
FILES = (f"nu{OBS_ID}A01_cl.evt", f"nu{OBS_ID}A_fpm.hk")


def headed(text):
    """Give the line that makes the session."""
    return next(line for line in text.splitlines() if line.startswith("s = nw.Session("))


@pytest.fixture
def s(tmp_path):
    """A session with a downloaded observation, nothing opened."""
    with nw.Session(live=False) as s:
        s.find.server, s.find.target = "demo", "SIMULATED AGN"
        s.download.folder, s.download.opens = tmp_path / "data", False
        s.find.run()
        s.find.select(OBS_ID)
        yield s


def test_what_the_archive_has_cleaned_is_opened_again(s, run_script, marks, is_formatted):
    s.pipeline.note("the other one has stray light", "instrument")
    s.pipeline.instrument = "FPMA"
    s.pipeline.run()
    s.datasets[f"{OBS_ID}A"].lightcurve.run()
    s.datasets[f"{OBS_ID}A"].spectrum.run()
    s.pipeline.parameters = {"saamode": "OPTIMIZED", "tentacle": True}
    s.pipeline.at_once, s.pipeline.timeout_s, s.pipeline.order = 2, 60.0, ("a",)
    text = s.script()
    is_formatted(text)
    assert headed(text) == 's = nw.Session("embedded", live=False)'
    assert (
        "s.download.run()\n\n# Calibrate and screen\n"
        "# The events are those that the archive has cleaned.\n"
        "# why: the other one has stray light\n"
        's.pipeline.instrument = "FPMA"\ns.pipeline.run()\n'
        "# Set, but not used when this was written:\n"
        's.pipeline.parameters = {"saamode": "OPTIMIZED", "tentacle": True}\n'
    ) in text
    assert f'a = s.datasets["{OBS_ID}A"]\n' in text
    assert "s.pipeline.engine" not in text
    assert run_script(text)[0] == json.loads(json.dumps(marks(s)))


def test_heasoft_makes_the_same_again(heasoft, s, run_script, marks, tmp_path):
    assert heasoft
    s.download.preset = "everything"
    made = s.pipeline.run()
    assert not made.failed
    a, b = s.datasets.values()
    a.lightcurve.run()
    a.spectrum.run()
    b.spectrum.engine = "embedded"
    s.task.subject = "the first"
    s.task.call("ftlist", infile=a.events.path, option="T")
    s.fit.model = "tbabs*powerlaw"
    s.fit.run()
    assert a.spectrum.product.provenance.engine == "heasoft"
    text = s.script()
    assert headed(text) == "s = nw.Session(live=False)"
    assert "\ns.pipeline.run()\n" in text
    assert 'b.spectrum.engine = "embedded"\na.spectrum.run()\n' in text
    assert "a.lightcurve.run()\n" in text
    assert text.index('s.task.subject = "the first"') < text.index("s.task.call(")
    assert text.index("s.task.call(") < text.index("# Data")
    runs = sorted(path.name for path in (tmp_path / "data" / "runs").iterdir())
    assert run_script(text)[0] == json.loads(json.dumps(marks(s)))
    assert sorted(path.name for path in (tmp_path / "data" / "runs").iterdir()) == runs


# ---- records made by hand ---------------------------------------------------------------------


def made_by(record, request, product=None, state="fresh", choice="auto", history=()):
    """Give a record whose pipeline has answered a request."""
    names = ("folders", "instrument", "parameters")
    settings = {"engine": choice, "opens": True, **{n: getattr(request, n) for n in names}}
    step = StepRecord("pipeline", settings, {}, state, request, request, product)
    steps = {**record.steps, "pipeline": step}
    return replace(record, steps=steps, history=(*record.history, *history))


@pytest.fixture
def pipelined(make_record):
    """Give a record of one dataset whose events lie at a path."""

    def make(path=f"{RUN}/{FILES[0]}", hk_path=f"{RUN}/{FILES[1]}", name=f"{OBS_ID}A"):
        record = make_record(path, name)
        one = record.datasets[0]
        events = one.steps["events"]
        settings = {**events.settings, "hk_path": hk_path}
        steps = {**one.steps, "events": replace(events, settings=settings)}
        one = replace(one, steps=steps, pointing=Pointing("NuSTAR", "FPMA", OBS_ID))
        return replace(record, datasets=(one,))

    return make


def product_of(request, state=DONE, folder=RUN, files=FILES, task="nupipeline"):
    return Pipeline((TaskRun(task, f"{OBS_ID} FPMA", state, folder, files),), request)


FOLDERS = PipelineRequest(None, (f"/raw/{OBS_ID}",), engine="heasoft")


@pytest.mark.parametrize(
    ("changes", "product", "taken"),
    [
        ({}, product_of(FOLDERS), True),
        ({}, None, True),
        ({"hk_path": ""}, product_of(FOLDERS), False),
        ({"hk_path": ""}, product_of(FOLDERS, files=FILES[:1]), True),
        ({"hk_path": "/elsewhere/a.hk"}, product_of(FOLDERS, files=FILES[:1]), False),
        ({"hk_path": "/elsewhere/a.hk"}, None, False),
        ({"name": "mine"}, product_of(FOLDERS), False),
        ({"path": f"/other/{FILES[0]}"}, product_of(FOLDERS), False),
        ({"path": f"/other/{FILES[0]}", "hk_path": ""}, None, False),
        ({"path": ""}, product_of(FOLDERS), False),
        ({}, product_of(FOLDERS, state=FAILED), False),
        ({}, product_of(FOLDERS, task="strange"), False),
        ({}, product_of(FOLDERS, files=("a.evt",)), False),
    ],
)
def test_which_events_the_pipeline_opened(pipelined, changes, product, taken):
    record = made_by(pipelined(**changes), FOLDERS, product)
    text = script(record)
    assert (f'a = s.datasets["{OBS_ID}A"]\n' in text) is taken
    assert ("a = s.add_events(" in text) is not taken
    assert f's.pipeline.folders = "/raw/{OBS_ID}"\ns.pipeline.run()\n' in text


def test_the_cleaned_events_of_a_folder_are_opened_by_the_pipeline(pipelined):
    folder = f"/raw/{OBS_ID}"
    request = PipelineRequest(None, (folder,))
    record = pipelined(f"{folder}/event_cl/{FILES[0]}.gz", "")
    assert 's.datasets["' in script(made_by(record, request))
    other = pipelined(f"{folder}/event_cl/nu{OBS_ID}A02_cl.evt.gz", "")
    assert "add_events" in script(made_by(other, request))
    closed = made_by(record, request)
    step = closed.steps["pipeline"]
    step = replace(step, settings={**step.settings, "opens": False})
    text = script(replace(closed, steps={**closed.steps, "pipeline": step}))
    assert "s.pipeline.opens = False\ns.pipeline.run()\n" in text
    assert "add_events" in text


def test_events_that_the_pipeline_did_not_lead_to_are_added_after_it(pipelined):
    record = pipelined(f"/mine/{FILES[0]}", "")
    record = made_by(record, FOLDERS, product_of(FOLDERS))
    text = script(record)
    assert "s.datasets[" not in text
    assert text.index("s.pipeline.run()") < text.index("s.add_events(")
    assert "\ns.use(a.name)\n" not in text  # nothing is fitted
    (dataset,) = record.datasets
    assert leads_elsewhere(record, [FOLDERS], dataset)
    assert not leads_elsewhere(record, [replace(FOLDERS, engine="")], dataset)


def test_earlier_runs_are_run_before_the_last_one(pipelined):
    first = replace(FOLDERS, parameters=(("saacalc", 3),))
    last = PipelineRequest(None, ("/raw/99601110004",), engine="heasoft")
    gone = Pipeline((TaskRun("nupipeline", "99601110004 FPMA", DONE, "/x", ()),), last)
    deeds = tuple(Deed(float(n), "pipeline", "", request=r) for n, r in enumerate((first, last)))
    record = made_by(pipelined(), last, gone, history=deeds)
    assert processed(record, record.datasets) == {f"{OBS_ID}A": first}
    assert (
        f's.pipeline.folders = "/raw/{OBS_ID}"\ns.pipeline.parameters = {{"saacalc": 3}}\n'
        's.pipeline.run()\ns.pipeline.folders = "/raw/99601110004"\n'
        "s.pipeline.parameters = {}\ns.pipeline.run()\n"
    ) in script(record)


def wanted(obs_id=OBS_ID, folder="/ws"):
    find = FindRequest("Crab", "NuSTAR")
    return DownloadRequest(FilesRequest(find, (obs_id,)), folder)


def download_step(request):
    settings = {"folder": request.folder, "opens": True}
    return StepRecord("download", settings, {}, "fresh", request, request)


def test_the_pipeline_runs_on_the_download_it_ran_on(pipelined):
    first, second = wanted(), wanted("99601110004")
    request = PipelineRequest(first, engine="heasoft")
    record = made_by(pipelined(), request, product_of(request))
    steps = {**record.steps, "download": download_step(first)}
    text = script(replace(record, steps=steps))
    assert text.count("s.download.run()") == 1
    assert text.index("s.download.run()") < text.index("s.pipeline.run()")
    assert f's.datasets["{OBS_ID}A"]' in text
    steps["download"] = download_step(second)
    text = script(replace(record, steps=steps))
    parts = [text.index("s.download.run()"), text.index("s.pipeline.run()")]
    parts.append(text.index('s.find.select("99601110004")'))
    assert parts == sorted(parts)
    assert text.count("s.download.run()") == 2
    assert text.count("is not fetched again") == 1


def test_a_request_covers_the_modules_and_observations_it_names(pipelined):
    (one,) = pipelined().datasets
    assert covers(FOLDERS, one)
    assert covers(PipelineRequest(wanted()), one)
    assert not covers(PipelineRequest(wanted("1")), one)
    assert not covers(replace(FOLDERS, instrument="FPMB"), one)
    assert not covers(FOLDERS, replace(one, pointing=Pointing("Voyager", "FPMA", OBS_ID)))


def test_where_runs_are_kept_is_said_before_the_first(pipelined):
    record = made_by(pipelined(), FOLDERS, product_of(FOLDERS))
    folder = StepRecord("download", {"folder": "/ws"}, {}, "empty")
    text = script(replace(record, steps={**record.steps, "download": folder}))
    assert "# Workspace\n# Runs of tasks are kept" in text
    assert text.count('s.download.folder = "/ws"\n') == 1
    assert text.index("s.download.folder") < text.index("s.pipeline.run()")
    assert "Workspace" not in script(record)


# ---- engines ----------------------------------------------------------------------------------


def answered_by(record, engine, choice=None):
    """Give a record whose spectrum was made by an engine."""
    (one,) = record.datasets
    step = one.steps["spectrum"]
    settings = step.settings if choice is None else {**step.settings, "engine": choice}
    step = replace(step, answered=replace(step.answered, engine=engine), settings=settings)
    return replace(record, datasets=(replace(one, steps={**one.steps, "spectrum": step}),))


@pytest.mark.parametrize(
    ("engine", "choice", "head", "lines"),
    [
        ("", "auto", 's = nw.Session("embedded", live=False)', []),
        ("", "embedded", 's = nw.Session("embedded", live=False)', []),
        ("heasoft", "auto", "s = nw.Session(live=False)", []),
        ("heasoft", "heasoft", "s = nw.Session(live=False)", ['a.spectrum.engine = "heasoft"']),
    ],
)
def test_a_script_says_which_engine_makes_it(make_record, engine, choice, head, lines):
    record = answered_by(make_record(f"/d/nu{OBS_ID}A01_cl.evt"), engine, choice)
    text = script(record)
    assert headed(text) == head
    assert [line for line in text.splitlines() if ".engine = " in line] == lines
    assert "a.spectrum.run()\n" in text
    (part,) = [line for line in script(record, only=("1A.spectrum",)).splitlines() if "run" in line]
    assert part == "a.spectrum.run()"


def test_engines_that_differ_are_said_one_by_one(pipelined):
    record = answered_by(made_by(pipelined(), FOLDERS, product_of(FOLDERS)), "")
    text = script(record)
    assert headed(text) == "s = nw.Session(live=False)"
    assert 'a.spectrum.engine = "embedded"\n' in text
    told = script(made_by(answered_by(pipelined(), "heasoft", "auto"), FOLDERS, choice="heasoft"))
    assert 's.pipeline.engine = "heasoft"\ns.pipeline.run()\n' in told
    assert 'a.spectrum.engine = "auto"\n' in told  # it begins with that of the pipeline
    whole = made_by(answered_by(pipelined(), "heasoft", "heasoft"), FOLDERS, choice="heasoft")
    assert headed(script(whole)) == 's = nw.Session("heasoft", live=False)'
    assert ".engine" not in script(whole)
    mixed = made_by(answered_by(pipelined(), "heasoft", "auto"), replace(FOLDERS, engine=""))
    assert 's.pipeline.engine = "embedded"\ns.pipeline.run()\n' in script(mixed)


def test_a_setting_of_the_engine_that_nothing_was_made_with_is_said_at_the_end(pipelined):
    record = made_by(pipelined(), FOLDERS, product_of(FOLDERS), state="stale", choice="embedded")
    rest = script(record).partition("# Set, but not used when this was written:\n")[2]
    assert rest.startswith('s.pipeline.engine = "embedded"\n')


def test_another_engine_of_the_session_is_said_alone(make_record):
    record = replace(answered_by(make_record(), ""), engine="mock")
    assert headed(script(record)) == 's = nw.Session("mock", live=False)'
    assert ".engine" not in script(record)
    assert overall_engine(record, ()) == AUTO


def test_a_spectrum_of_heasoft_is_called_before_the_fit(make_record):
    from nuwidgets.science.models.expression import Expression

    parameters = Expression.parse("tbabs*powerlaw").parameters(1)
    record = make_record(parameters=parameters)
    assert "spectrum.run()" not in script(answered_by(record, ""))
    assert "a.spectrum.run()\n" in script(answered_by(record, "heasoft"))


# ---- tasks ------------------------------------------------------------------------------------


def task_record(*requests, settings=None, notes=()):
    last = requests[-1] if requests else None
    now = {"name": "", "parameters": (), "subject": "", "engine": "auto", **(settings or {})}
    if settings is None and last:
        now |= {"name": last.task, "parameters": last.parameters, "subject": last.subject}
    step = StepRecord("task", {**now, "notes": notes}, {}, "fresh", last, last)
    history = tuple(Deed(float(n), "task", "", request=r) for n, r in enumerate(requests))
    return SessionRecord(steps={"task": step}, history=history)


LIST = TaskRequest("ftlist", (("infile", "/a.evt"), ("option", "T")), engine="heasoft")
GROUP = TaskRequest("ftgrouppha", (("infile", "/a.pha"), ("groupscale", 6.0)), "a", "")


def test_tasks_are_called_in_their_order(is_formatted):
    record = task_record(LIST, GROUP, LIST, notes=(("", "to see\nwhat is in it"),))
    text = script(record)
    is_formatted(text)
    assert (
        "# Run tasks\n# Tasks that were run by name; one that ended well before is not run again.\n"
        's.task.call("ftlist", infile="/a.evt", option="T")\n'
        "# why: to see\n# what is in it\n"
        's.task.subject = "a"\n'
        's.task.engine = "embedded"\n'
        's.task.call("ftgrouppha", infile="/a.pha", groupscale=6.0)\n'
    ) in text
    assert text.count("s.task.call") == 2


def test_tasks_of_one_engine_need_no_more_words():
    only = replace(GROUP, engine="", inputs=(), subject="")
    text = script(task_record(only))
    assert headed(text) == 's = nw.Session("embedded", live=False)'
    assert ".engine" not in text
    assert script(SessionRecord()).count("task") == 0
    assert "Run tasks" not in script(task_record(settings={"name": "ftlist"}))


def test_parameters_that_are_no_names_in_python_are_set():
    odd = TaskRequest("fthedit", (("lambda", 1), ("infile", 'a"b')), engine="heasoft")
    text = script(task_record(odd))
    assert (
        's.task.name = "fthedit"\n'
        's.task.parameters = {"lambda": 1, "infile": \'a"b\'}\ns.task.run()\n'
    ) in text
    own = TaskRequest("fthedit", (("task", "x"),), engine="heasoft")
    assert 's.task.parameters = {"task": "x"}\n' in script(task_record(own))


def test_what_no_task_was_run_with_is_set_at_the_end():
    record = task_record(LIST, settings={"name": "ftcopy", "parameters": (("infile", "b"),)})
    assert script(record).endswith(
        "# Set, but not used when this was written:\n"
        's.task.name = "ftcopy"\ns.task.parameters = {"infile": "b"}\n'
    )


def test_the_part_of_a_panel_is_its_settings_and_its_call(pipelined):
    record = made_by(pipelined(), FOLDERS, product_of(FOLDERS))
    assert script(record, only=("pipeline",)) == (
        f's.pipeline.folders = "/raw/{OBS_ID}"\ns.pipeline.run()\n'
    )
    empty = made_by(SessionRecord(), PipelineRequest())
    assert script(empty, only=("pipeline",)) == "\n"
    settings = {"name": "ftlist", "parameters": (("infile", "a"),), "engine": "heasoft"}
    notes = (("name", "what is in it"), ("parameters", "all of it"))
    record = task_record(settings={**settings, "subject": "x"}, notes=notes)
    assert script(record, only=("task",)) == (
        's.task.subject = "x"\ns.task.engine = "heasoft"\n'
        '# why: what is in it\n# why: all of it\ns.task.call("ftlist", infile="a")\n'
    )
    assert script(task_record(settings={}), only=("task",)) == "\n"


def test_a_check_is_written_where_it_is_asked_for(s):
    s.pipeline.instrument = "FPMA"
    s.pipeline.run()
    one = s.datasets[f"{OBS_ID}A"]
    one.image.engine = "embedded"
    one.image.run()
    text = s.script()
    assert "compare" not in text
    assert 'a.image.engine = "embedded"\na.image.run()\n' in text
    assert s.script(only=(f"{OBS_ID}A.compare",)) == (
        f'a = s.datasets["{OBS_ID}A"]\n\n# Both engines beside each other\na.compare.run()\n'
    )
