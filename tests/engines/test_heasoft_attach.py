"""Runs outlive who began them; whoever asks for the same finds them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from heasoft_toys import runs_in, surroundings, toy, wait_for

from nuwidgets.core.job import Token
from nuwidgets.engines.heasoft.processes import processes_of
from nuwidgets.errors import EngineFailedError

CHILD = Path(__file__).with_name("heasoft_child.py")


def child(home, script):
    environ = surroundings()
    environ["PYTHONPATH"] += os.pathsep + str(CHILD.parents[1] / "standin")
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(home), script], env=environ, stdout=subprocess.PIPE
    )


@pytest.fixture
def runs(tmp_path):
    return runs_in(tmp_path / "ws")


def killed(runs, script):
    """Let another process begin a run, and kill that process."""
    process = child(runs.home, script)
    wait_for(lambda: runs.known() and processes_of([runs.known()[0].folder]))
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_run_goes_on_when_the_kernel_dies_and_is_found_again(runs, tmp_path):
    script = f"echo ran >> {tmp_path}/n; echo begun; sleep 2; echo ended; echo hi > {{out}}/a.txt"
    killed(runs, script)
    known = runs.known()[0]
    assert (known.name, known.state) == ("x toy", "running")
    heard = []
    run = runs.run(toy(script), Token(heard.append))
    assert (run.state, run.files, run.log_tail) == ("done", ("a.txt",), ("begun", "ended"))
    assert run.began_s == known.began_s
    assert "begun" in {progress.line for progress in heard}
    assert heard[1].parts[0].state == "running"
    assert (tmp_path / "n").read_text() == "ran\n"
    assert not runs.under_way([toy(script)])


def test_a_run_that_ended_meanwhile_is_done(runs):
    script = "sleep 0.5; echo hi > {out}/a.txt"
    killed(runs, script)
    wait_for(lambda: not runs.under_way([toy(script)]))
    assert runs.known()[0].state == "done"
    assert runs.run(toy(script)).files == ("a.txt",)


def test_a_failure_that_nobody_saw_is_known_and_tried_again(runs, tmp_path):
    script = f"test -e {tmp_path}/flag || {{ sleep 0.5; exit 3; }}"
    killed(runs, script)
    wait_for(lambda: not runs.under_way([toy(script)]))
    assert (runs.known()[0].state, "exit status 3" in runs.known()[0].problem) == ("failed", True)
    (tmp_path / "flag").touch()
    assert runs.run(toy(script)).ok


def test_a_run_without_a_kernel_can_be_stopped(runs):
    killed(runs, "sleep 60; echo hi > {out}/a.txt")
    key = runs.known()[0].key
    runs.stop(key)
    assert runs.known()[0].state == "stopped"
    assert processes_of([str(runs.folder / key)]) == []


def test_a_run_that_died_unseen_is_known_as_failed_and_begun_anew(runs, tmp_path):
    script = f"echo first; test -e {tmp_path}/flag || sleep 60; echo hi > {{out}}/a.txt"
    killed(runs, script)
    folder = runs.folder / runs.known()[0].key
    wait_for((folder / "task.log").read_text)
    leader = min(process.pid for process in processes_of([str(folder)]))
    os.kill(leader, signal.SIGKILL)  # the runner; its task goes on as an orphan
    wait_for(lambda: not runs.under_way([toy(script)]))
    known = runs.known()[0]
    assert (known.state, known.problem) == ("failed", "It was ended from outside. Run it again.")
    orphans = [process.pid for process in processes_of([str(folder)])]
    assert orphans
    (tmp_path / "flag").touch()
    run = runs.run(toy(script))
    assert (run.state, run.files, run.log_tail) == ("done", ("a.txt",), ("first",))
    assert (folder / "task.log.1").read_text() == "first\n"
    assert processes_of([str(folder)], orphans) == []
    runs.stop(known.key)
    assert runs.known()[0].state == "done"


def test_two_who_ask_at_once_get_one_run(runs, tmp_path):
    script = f"echo ran >> {tmp_path}/n; sleep 1; echo hi > {{out}}/a.txt"
    askers = [child(runs.home, script) for _ in range(3)]
    answers = [json.loads(asker.communicate()[0]) for asker in askers]
    assert answers == [["done", answers[0][1], ["a.txt"]]] * 3
    assert (tmp_path / "n").read_text() == "ran\n"


def test_a_run_that_was_killed_after_its_products_had_their_name_is_done(runs, tmp_path):
    script = f"echo ran >> {tmp_path}/n; echo hi > {{out}}/a.txt"
    began_s = runs.run(toy(script)).began_s
    record = runs.folder / runs.known()[0].key / "run.json"
    plain = json.loads(record.read_bytes())
    record.write_text(json.dumps(plain | {"state": "running", "files": []}))
    runs.stop(plain["key"])
    run = runs.run(toy(script))
    assert (run.state, run.files, run.began_s) == ("done", ("a.txt",), began_s)
    assert (tmp_path / "n").read_text() == "ran\n"


def test_a_run_on_another_machine_cannot_be_stopped_here(runs):
    import fcntl

    runs.run(toy("true"))
    folder = runs.folder / runs.known()[0].key
    with (folder / "lock").open("r+") as held:  # as a machine that shares this disk would
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(EngineFailedError, match="none of its processes is on this machine"):
            runs.stop(folder.name)
    assert runs.run(toy("true")).ok
