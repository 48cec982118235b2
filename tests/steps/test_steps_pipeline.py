"""Settings of the pipeline and of single tasks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.domain.pipeline import Pipeline
from nuwidgets.domain.progress import Part
from nuwidgets.domain.task import FAILED, TaskRun
from nuwidgets.errors import InputError
from nuwidgets.session import Session
from nuwidgets.steps.parameters import as_parameters
from nuwidgets.steps.pipeline import PipelineStep
from nuwidgets.steps.task import TaskStep


@pytest.fixture
def door():
    door = Door(workers=2)
    yield door
    door.close()


def test_parameters_are_pairs_in_their_order():
    given = {"outdir": Path("/a/b"), "clobber": True, "binsize": 256.0, "n": 3, "gti": None}
    made = as_parameters(given)
    assert made == (
        ("outdir", "/a/b"), ("clobber", True), ("binsize", 256.0), ("n", 3), ("gti", None),
    )  # fmt: skip
    assert as_parameters(made) == made
    assert as_parameters(()) == as_parameters(None) == ()


def test_files_that_are_there_become_whole_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src.reg").write_text("circle(1,2,3)")
    given = {
        "src": "src.reg",
        "list": "@src.reg",
        "out": "x.pha",
        "how": "min",
        "long": "a." * 3000,
        "some": "src.reg[1]",
        "outfile": "src.reg",
    }
    made = dict(as_parameters(given))
    assert made == given | {
        "src": str(tmp_path / "src.reg"),
        "list": f"@{tmp_path}/src.reg",
        "some": f"{tmp_path}/src.reg[1]",
    }


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("clobber=yes", "Give a dict"),
        (3, "Give a dict"),
        ({3: 4}, "Give a word"),
        ({"a b": 4}, "Give a word"),
        ({"a": [1, 2]}, "Give a text, a number"),
        ({"a": float("nan")}, "Give a finite number"),
        ({"a": "x\ny"}, "Give one line"),
    ],
)
def test_other_parameters_are_refused(value, says):
    with pytest.raises(InputError, match=says):
        as_parameters(value)


def test_folders_take_the_place_of_the_download(tmp_path):
    with Session(live=False) as s:
        assert s.pipeline.above == (s.download,)
        assert s.pipeline.request().download == s.download.request()
        s.pipeline.folders = tmp_path
        assert s.pipeline.folders == (str(tmp_path),)
        assert s.pipeline.above == ()
        assert s.pipeline.request().download is None
        s.pipeline.folders = ()
        assert s.pipeline.above == (s.download,)


def test_other_files_in_a_folder_are_other_input(tmp_path, door):
    step = PipelineStep(lambda request, *_: Pipeline((), request), door=door, folders=tmp_path)
    step.run()
    assert step.state is State.FRESH
    (tmp_path / "event_uf").mkdir()
    (tmp_path / "event_uf" / "nu1A_uf.evt").write_bytes(b"x")
    assert step.run() is not None
    assert len(step.work._jobs) == 0
    assert step.request() == step.product.request


def test_what_did_not_end_well_is_tried_again(door, tmp_path):
    asked = []

    def solve(request, above, token):
        asked.append(request)
        return Pipeline((TaskRun("nupipeline", "1 FPMA", FAILED, problem="It broke."),), request)

    step = PipelineStep(solve, door=door, folders=tmp_path)
    step.run()
    assert step.state is State.STALE
    assert step.stale_because() == ("1 FPMA (it failed)",)
    step.run()
    assert len(asked) == 2


def test_one_run_is_stopped_by_its_name(door, tmp_path):
    go, begun = threading.Event(), threading.Event()
    names = ("1 FPMA nupipeline", "1 FPMB nupipeline")

    def solve(request, above, token):
        token.report(0.1, "screening", parts=tuple(Part(name, "running") for name in names))
        begun.set()
        go.wait(10)
        return Pipeline((), request)

    step = PipelineStep(solve, door=door, folders=tmp_path)
    with pytest.raises(InputError, match=r"no such run is under way\. Under way: nothing"):
        step.stop_one("1 FPMA")
    future = step.submit()
    begun.wait(10)
    step.stop_one("1 FPMA")
    assert step.stops == {"1 FPMA nupipeline"}
    step.stop_one("1 FPMB nupipeline")
    assert step.stops == set(names)
    with pytest.raises(InputError, match="Under way: 1 FPMA nupipeline, 1 FPMB nupipeline"):
        step.stop_one("2 FPMA")
    go.set()
    future.result(10)
    step.submit().result(10)
    assert step.stops == frozenset()


@pytest.mark.parametrize("value", ["a b", "../x", 3, "x;rm"])
def test_a_task_has_a_name(value, door):
    with pytest.raises(InputError, match="Give the name of a task"):
        TaskStep(lambda *_: None, door=door, name=value)


@pytest.mark.parametrize(("before", "behind"), [("", ""), ("", "[EVENTS][PI > 35]"), ("@", "")])
def test_a_changed_input_file_makes_a_task_stale(tmp_path, door, before, behind):
    file = tmp_path / "a.evt"
    file.write_bytes(b"one")
    step = TaskStep(lambda request, *_: TaskRun(request.task, request=request), door=door)
    first = step.call("ftlist", infile=f"{before}{file}{behind}", option="T")
    assert first.request.given["option"] == "T"
    assert step.run() is first
    file.write_bytes(b"other")
    assert step.run() is not first
    assert step.product.request.stamp != first.request.stamp


def test_engines_are_chosen_for_all_at_once(session):
    session.engine = "heasoft"
    each = [s for d in session.datasets.values() for s in (d.spectrum, d.lightcurve)]
    assert {step.engine for step in (*each, session.pipeline, session.task)} == {"heasoft"}
    assert session.engine == "heasoft"
    assert not any(step in session.live for step in each)
    session.undo()
    assert {step.engine for step in (*each, session.pipeline, session.task)} == {"auto"}
    with pytest.raises(InputError, match="must be any of"):
        session.engine = "ciao"
