"""The worker process: clean answers, named ends, no zombie, no old answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nuwidgets.core.job import Progress, Token
from nuwidgets.engines.wire import Worker
from nuwidgets.errors import (
    CancelledError,
    EngineCrashedError,
    EngineFailedError,
    EngineMissingError,
    EngineTimeoutError,
    InputError,
)

FAKE = [sys.executable, str(Path(__file__).with_name("fake_worker.py"))]


@pytest.fixture
def worker(tmp_path):
    worker = Worker("fake", FAKE, log_path=tmp_path / "fake.log", timeout_s=20)
    yield worker
    worker.stop()


def alive(pid):
    """Whether a process lives; a zombie that nobody has read counts as alive for its parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid, within_s=5.0):
    end_s = time.monotonic() + within_s
    while alive(pid) and time.monotonic() < end_s:
        time.sleep(0.01)
    return not alive(pid)


def pid_of(worker):
    return worker.ask("echo", None)["pid"]


def test_answers_carry_arrays_and_the_worker_stays(worker):
    counts = np.arange(6.0).reshape(2, 3)
    first = worker.ask("echo", {"counts": counts, "name": "µ", "none": None})
    np.testing.assert_array_equal(first["payload"]["counts"], counts)
    assert first["payload"]["name"] == "µ"
    assert pid_of(worker) == first["pid"]
    assert "at C level" in worker.log_tail()


def test_worker_has_its_own_session(worker):
    assert os.getsid(pid_of(worker)) != os.getsid(0)


def test_stdout_flood_is_only_a_log(worker):
    assert worker.ask("flood", 200_000) == "done"
    assert worker.ask("echo", 1)["payload"] == 1
    assert len(worker.log_tail()) == 20


def test_error_answer_names_the_cause_and_keeps_the_worker(worker):
    pid = pid_of(worker)
    with pytest.raises(
        EngineFailedError, match=r"fake could not answer 'fail': ValueError: no such model"
    ) as info:
        worker.ask("fail", None)
    assert info.value.log_tail[-1] == "about to fail"
    assert info.value.log_path == str(worker.log_path)
    assert pid_of(worker) == pid


def test_unknown_method_and_answer_that_cannot_travel(worker):
    with pytest.raises(EngineFailedError, match=r"cannot 'eco'. Did you mean 'echo'"):
        worker.ask("eco", None)
    with pytest.raises(EngineFailedError, match=r"Cannot send a object to a worker"):
        worker.ask("stubborn", None)


def test_what_cannot_be_sent_is_refused_here(worker):
    with pytest.raises(InputError, match=r"Cannot send a set to a worker"):
        worker.ask("echo", {1, 2})


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("crash", r"died \(SIGSEGV\)"),
        ("leave", r"died \(exit status 3\)"),
        ("hang_up", "broke off"),
        ("babble", "broke off"),
    ],
)
def test_crash_is_named_and_the_next_request_starts_anew(worker, method, words):
    pid = pid_of(worker)
    with pytest.raises(EngineCrashedError, match=words) as info:
        worker.ask(method, None)
    assert method != "crash" or "last words" in str(info.value)
    assert gone(pid)
    assert pid_of(worker) != pid


def test_timeout_kills_and_the_next_request_works(worker):
    pid, began_s = pid_of(worker), time.monotonic()
    with pytest.raises(EngineTimeoutError, match=r"did not answer 'sleep' within 0\.2 s"):
        worker.ask("sleep", 60, timeout_s=0.2)
    assert time.monotonic() - began_s < 3
    assert gone(pid)
    assert worker.ask("echo", 2)["payload"] == 2


def test_the_whole_group_dies(worker):
    grandchild = worker.ask("spawn", None)
    worker.stop()
    # not ours to read: what reads orphans may be slow, so a zombie is dead enough
    end_s = time.monotonic() + 5
    while time.monotonic() < end_s and _state(grandchild) not in ("Z", ""):
        time.sleep(0.01)
    assert _state(grandchild) in ("Z", "")


def _state(pid):
    out = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return out.stdout.strip()[:1]


def test_token_cancels_and_hears(worker):
    heard, token = [], None

    def hear(progress):
        heard.append(progress)
        threading.Thread(target=token.cancel).start()

    token = Token(hear)
    pid = pid_of(worker)
    with pytest.raises(CancelledError, match=r"Stopped fake on request"):
        worker.ask("sleep", 60, token)
    assert isinstance(heard[0], Progress)
    assert (heard[0].fraction, heard[0].stage, heard[0].line) == (0.5, "sleeping", "zzz")
    assert gone(pid)
    with pytest.raises(CancelledError, match=r"Stopped on request"):
        worker.ask("echo", None, token)
    assert worker.ask("echo", 3)["payload"] == 3


def test_stop_from_another_thread_and_twice(worker):
    worker.stop()
    pid = pid_of(worker)
    threading.Timer(0.2, worker.stop).start()
    with pytest.raises(CancelledError, match=r"Stopped fake"):
        worker.ask("sleep", 60)
    worker.stop()
    assert gone(pid)
    assert worker.ask("echo", 4)["payload"] == 4


def test_stop_leaves_alone_what_was_started_meanwhile(worker, monkeypatch):
    pid_of(worker)
    kill = worker._child.kill

    def kill_and_ask(reason):
        kill(reason)
        seen.append(pid_of(worker))

    seen = []
    monkeypatch.setattr(worker._child, "kill", kill_and_ask)
    worker.stop()
    assert pid_of(worker) == seen[0]
    worker.stop()
    assert gone(seen[0])


def test_death_between_two_requests_is_not_noticed(worker):
    pid = pid_of(worker)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert pid_of(worker) != pid


def test_ctrl_c_while_waiting_never_leaves_an_old_answer(worker):
    pid = pid_of(worker)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(
        0.2, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)
    ).start()
    with pytest.raises(KeyboardInterrupt):
        worker.ask("sleep", 1)
    assert worker.ask("echo", "mine")["payload"] == "mine"
    assert gone(pid)


def test_many_threads_each_get_their_own_answer(worker):
    wrong = []

    def hammer(n):
        got = [worker.ask("echo", [n, k])["payload"] for k in range(50)]
        wrong.extend(pair for k, pair in enumerate(got) if pair != [n, k])

    threads = [threading.Thread(target=hammer, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not wrong


def test_a_command_that_is_not_there(tmp_path):
    worker = Worker("xspec", ["/nowhere/python"], log_path=tmp_path / "x.log")
    with pytest.raises(EngineMissingError, match=r"Cannot start xspec with '/nowhere/python'"):
        worker.ask("echo", None)
    assert repr(worker) == "<Worker xspec>"


def test_a_log_is_found_when_none_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worker = Worker("fake", FAKE)
    worker.ask("echo", None)
    worker.stop()
    assert worker.log_path.parent == tmp_path


def test_a_dropped_worker_ends_its_process(tmp_path):
    worker = Worker("fake", FAKE, log_path=tmp_path / "fake.log")
    pid = pid_of(worker)
    del worker
    assert gone(pid)


def test_all_who_ask_for_the_log_at_once_are_told_the_same(monkeypatch):
    made = tempfile.mkstemp

    def slow(**names):
        time.sleep(0.05)
        return made(**names)

    monkeypatch.setattr(tempfile, "mkstemp", slow)
    worker, found = Worker("fake", FAKE), []
    askers = [threading.Thread(target=lambda: found.append(worker.log_path)) for _ in range(6)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert len(found) == 6
    assert set(found) == {worker.log_path}
    worker.log_path.unlink()
