"""Stop kills all that belongs to a run, at any stage, at once, and leaves an honest state."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import pytest
from heasoft_toys import alive, runs_in, toy, wait_for

from nuwidgets.core.job import Token
from nuwidgets.engines.heasoft.engine import HeasoftEngine, error_of
from nuwidgets.engines.heasoft.processes import processes_of
from nuwidgets.errors import CancelledError

STOP_S = 1.0
FAMILY = (
    "echo half > {out}/a.txt; echo half > tmp; trap '' TERM HUP INT;"
    " (trap '' TERM; sleep 60 & echo $! >> PIDS; wait) &"
    " setsid sleep 61 & setsid sh -c 'echo $$ >> PIDS; env -i sleep 62' &"
    " echo $$ >> PIDS; echo $PPID >> PIDS; echo begun; wait"
)
"""Children, sessions of their own, no ear for polite signals."""


@pytest.fixture
def runs(tmp_path):
    return runs_in(tmp_path / "ws")


def family(tmp_path):
    return FAMILY.replace("PIDS", f"{tmp_path}/pids")


def stopped_when(runs, requests, condition, token=None, **more):
    """Run until something holds, then stop; give how long the stop took, s."""
    token = token or Token()
    at_s = []

    def cancel():
        wait_for(condition)
        at_s.append(time.monotonic())
        token.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(CancelledError, match="Stopped on request"):
        runs.run_all(requests, token, **more)
    took_s = time.monotonic() - at_s[0]
    thread.join()
    return took_s


def nothing_is_left(runs):
    """Whether no process and no half-made product of any run is there."""
    folders = list(runs.folder.iterdir())
    names = {path.name for folder in folders for path in folder.iterdir()}
    return not processes_of([str(folder) for folder in folders]) and (
        names <= {"lock", "pfiles", "run.json", "task.log"}
    )


def test_stop_reaches_children_that_hide(runs, tmp_path):
    pids = tmp_path / "pids"
    took_s = stopped_when(
        runs,
        [toy(family(tmp_path))],
        lambda: pids.exists() and len(pids.read_text().split()) == 4,
    )
    assert took_s < STOP_S
    assert alive(pids.read_text().split()) == []
    assert nothing_is_left(runs)
    known = runs.known()[0]
    assert (known.state, known.problem) == ("stopped", "It was stopped on request.")


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.1, 0.2, 0.3, 0.5])
def test_stop_works_at_any_stage(runs, tmp_path, delay_s):
    requests = [toy(family(tmp_path), name) for name in "abcdef"]
    began_s = time.monotonic()
    took_s = stopped_when(runs, requests, lambda: time.monotonic() - began_s >= delay_s, at_once=4)
    assert took_s < STOP_S
    assert not runs.folder.exists() or nothing_is_left(runs)
    assert {run.state for run in runs.known()} <= {"stopped"}


def test_stop_while_it_ends_leaves_whole_products_or_none(runs, tmp_path):
    for number in range(6):
        request = toy("echo hi > {out}/a.txt; sleep 0.2", f"n{number}")
        token = Token()
        threading.Timer(0.3 + number * 0.05, token.cancel).start()
        with contextlib.suppress(CancelledError):
            runs.run(request, token)
    wait_for(lambda: all(run.state != "running" for run in runs.known()))
    for run in runs.known():
        assert Path(run.folder, "products", "a.txt").exists() == (run.state == "done")
        assert not Path(run.folder, "products.part").exists()


def test_what_was_stopped_is_begun_anew(runs, tmp_path):
    flag = tmp_path / "flag"
    script = f"echo hi > {{out}}/a.txt; echo going; test -e {flag} || sleep 60"
    heard = []
    token = Token(lambda progress: heard.append(progress.line))
    stopped_when(runs, [toy(script)], lambda: "going" in heard, token)
    assert runs.known()[0].state == "stopped"
    flag.touch()
    run = runs.run(toy(script))
    assert (run.state, run.files) == ("done", ("a.txt",))
    assert Path(run.log_path).with_name("task.log.1").read_text() == "going\n"


def test_nothing_begins_after_stop(runs):
    token = Token()
    token.cancel()
    with pytest.raises(CancelledError, match="Stopped on request"):
        runs.run(toy("true"), token)
    assert runs.known() == ()


def in_thread(act):
    """Do something in a thread; give the thread and what comes of it."""
    answers = []

    def work():
        try:
            answers.append(act())
        except CancelledError as error:
            answers.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, answers


def test_anybody_may_stop_a_run(runs):
    thread, answers = in_thread(lambda: runs.run(toy("sleep 60")))
    other = runs_in(runs.home)
    key = wait_for(other.known)[0].key
    other.stop(key)
    thread.join()
    assert (answers[0].state, answers[0].files) == ("stopped", ())
    assert "on request" in answers[0].problem
    assert nothing_is_left(runs)
    other.stop(key)
    assert other.known()[0].state == "stopped"
    assert isinstance(error_of(answers[0]), CancelledError)


def test_an_engine_that_is_let_go_lets_its_runs_go_on(runs):
    engine = HeasoftEngine(runs.installation)
    engine.home = runs.home
    request = toy("sleep 1.5; echo hi > {out}/a.txt")
    thread, answers = in_thread(lambda: engine.run(request))
    wait_for(lambda: runs.under_way([request]))
    engine.stop()
    thread.join(1.0)
    assert not thread.is_alive()
    assert "They go on" in str(answers[0])
    assert runs.under_way([request])
    run = engine.run(request)
    assert run.ok
    assert run.began_s == runs.known()[0].began_s
    assert len(runs.known()) == 1
