"""What goes wrong with tasks: each gives the right state and the right sentence."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from heasoft_toys import alive, runs_in, surroundings, toy

from nuwidgets.core.job import Token
from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.heasoft.engine import HeasoftEngine
from nuwidgets.engines.heasoft.log import search_log
from nuwidgets.errors import (
    EngineCrashedError,
    EngineFailedError,
    EngineTimeoutError,
)


@pytest.fixture
def runs(tmp_path):
    return runs_in(tmp_path / "ws")


def names_beside(log_path):
    return sorted(path.name for path in Path(log_path).parent.iterdir())


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("kill -SEGV $$", -11, "toy was ended by signal SIGSEGV. Run it again"),
        ("kill -KILL $$", -9, "toy was ended by signal SIGKILL"),
        ("sh -c 'kill -SEGV $$'; exit $?", 139, "ended by exit status 139 (signal SIGSEGV)"),
        ("exit 4", 4, "toy failed with exit status 4, and said nothing. See its log."),
        ("echo bye; exit 4", 4, "toy failed with exit status 4; its last words are 'bye'"),
        (
            "echo toy: Error: the sky is dark; echo toy: done; exit 1", 1,
            "toy failed with exit status 1: toy: Error: the sky is dark. See its log.",
        ),
        (
            "echo 'Unable to get alignment file from CALDB'; exit 1", 1,
            "The calibration it needs was not found in CALDB. Install or update",
        ),
        ("echo 'a.evt: Permission denied'; exit 1", 1, "It may not write where it was told to"),
        ("echo 'write: No space left on device'; exit 1", 1, "The disk is full. Make room"),
        (
            "printf 'Name of the event file [x.evt]: '; read name || exit 1", 1,
            "it asked 'Name of the event file [x.evt]: ' and nobody could answer",
        ),
    ],
)  # fmt: skip
def test_how_it_ended_is_said(runs, script, code, words):
    run = runs.run(toy(f"echo half > {{out}}/a.txt; {script}"))
    assert (run.state, run.exit_code, run.files, run.folder) == ("failed", code, (), "")
    assert words in run.problem
    assert names_beside(run.log_path) == ["lock", "pfiles", "run.json", "task.log"]
    again = runs.known()[0]
    assert (again.state, again.problem) == ("failed", run.problem)


def test_the_error_line_and_the_last_lines_are_kept(runs):
    run = runs.run(toy("echo toy: Error: dark; for i in $(seq 30); do echo $i; done; exit 1"))
    assert run.error_line == "toy: Error: dark"
    assert run.log_tail == tuple(str(n) for n in range(11, 31))


def test_what_hangs_is_ended_when_its_time_is_over(runs, tmp_path):
    run = runs.run(toy(f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/pid; wait"), timeout_s=1.0)
    assert (run.state, run.exit_code) == ("failed", None)
    assert run.problem == (
        "toy was not done within 1 s and was ended. Allow it more time, or see its log."
    )
    assert alive((tmp_path / "pid").read_text().split()) == []
    run = runs.run(toy("printf 'Name? '; sleep 60"), timeout_s=0.7)
    assert "It waited for an answer to 'Name? ': give that parameter." in run.problem


def test_the_runner_is_killed(runs, tmp_path):
    script = f"sleep 60 & echo $! > {tmp_path}/pid; echo half > {{out}}/a.txt; kill -9 $PPID; wait"
    began_s = time.monotonic()
    run = runs.run(toy(script))
    assert time.monotonic() - began_s < 20
    assert run.state == "failed"
    assert "was ended by signal SIGKILL from outside" in run.problem
    assert alive((tmp_path / "pid").read_text().split()) == []
    assert names_beside(run.log_path) == ["lock", "pfiles", "run.json", "task.log"]


def test_the_system_asks_the_runner_to_leave(runs, tmp_path):
    run = runs.run(toy(f"sleep 60 & echo $! > {tmp_path}/pid; kill -TERM $PPID; wait"))
    assert (run.state, "from outside" in run.problem) == ("failed", True)
    assert alive((tmp_path / "pid").read_text().split()) == []


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("heasoftpy", "heasoftpy could not run toy: KeyError: 'broken'"),
        ("nuwidgets", "The process that runs toy broke off: \"KeyError: 'broken'\". Please report"),
    ],
)
def test_a_package_is_broken(tmp_path, package, words):
    (tmp_path / "lib" / package).mkdir(parents=True)
    (tmp_path / "lib" / package / "__init__.py").write_text("raise KeyError('broken')\n")
    runs = runs_in(tmp_path / "ws", PYTHONPATH=f"{tmp_path}/lib:{surroundings()['PYTHONPATH']}")
    run = runs.run(toy("echo hi > {out}/a.txt"))
    assert (run.state, run.files) == ("failed", ())
    assert words in run.problem


@pytest.fixture
def small_disk(tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize(
    "script", ["cat /dev/zero > {out}/a.txt", "cat /dev/zero > {out}/a.txt 2> /dev/null || exit 1",
               "yes"]
)  # fmt: skip
def test_the_disk_is_full(small_disk, script):
    runs = runs_in(small_disk)
    run = runs.run(toy(script), timeout_s=30)
    assert run.state == "failed"
    assert "The disk is full. Make room where the workspace is" in run.problem
    assert "products.part" not in names_beside(run.log_path)
    assert [one.state for one in runs.known()] == ["failed"]


def test_the_workspace_cannot_be_written_to(small_disk, tmp_path):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    run = runs_in(small_disk).run(toy("true"))
    assert run.state == "failed"
    assert "Read-only file system. Check that the workspace may be written to" in run.problem
    (tmp_path / "file").touch()
    run = runs_in(tmp_path / "file").run(toy("true"))
    assert "Not a directory. Check that the workspace" in run.problem


def test_any_bytes_may_be_in_a_log(runs):
    run = runs.run(
        toy(r"printf 'caf\351 \342\202\254\n\033[1;31mred\033[0m <script>\n\000\377\n'; exit 0")
    )
    assert run.ok
    assert run.log_tail == ("café â¬", "red <script>", "ÿ")  # no UTF-8, so Latin-1
    run = runs.run(toy(r"printf 'caf\303\251 \342\202\254\n'; exit 0"))
    assert run.log_tail == ("café €",)


def test_200_000_lines(runs):
    heard = []
    token = Token(heard.append)
    run = runs.run(toy("seq -f 'toy: Info: processing row %.0f of 200000' 200000"), token)
    assert run.ok
    assert run.log_tail[-1] == "toy: Info: processing row 200000 of 200000"
    assert len(run.log_tail) == 20
    assert len(heard) < 200
    found = search_log(run.log_path, "ROW 199999 ")
    assert found == ((199999, "toy: Info: processing row 199999 of 200000"),)


def test_a_task_without_calibration_of_its_mission(tmp_path):
    runs = runs_in(tmp_path, STANDIN_FAULT="nupipeline=nocaldb")
    given = (("indir", str(tmp_path)), ("outdir", "{out}"), ("steminputs", "nu1"))
    run = runs.run(TaskRequest("nupipeline", given))
    assert run.state == "failed"
    assert "was not found in CALDB" in run.problem
    assert "CALDB" in run.error_line


def test_the_engine_makes_errors_of_failures(runs):
    engine = HeasoftEngine(runs.installation)
    engine.home = runs.home
    with pytest.raises(EngineFailedError, match=r"exit status 2.*task\.log") as caught:
        engine.solve(toy("echo bye; exit 2"), (), Token())
    assert (caught.value.exit_code, caught.value.log_tail) == (2, ("bye",))
    assert Path(caught.value.log_path).exists()
    with pytest.raises(EngineCrashedError, match="signal SIGSEGV"):
        engine.solve(toy("kill -SEGV $$"), (), Token())
    engine.timeout_s = 0.5
    with pytest.raises(EngineTimeoutError, match=r"not done within 0\.5 s"):
        engine.solve(toy("sleep 60"), (), Token())
