"""The process of XSPEC: what is missing is said; a crash, a hang, a flood and a stop are survived."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from xspec_standin import make_xspec, xspec_environ
from xspec_toys import fit_of, loaded, with_parameter, write_toy

from nuwidgets.core.job import Token
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import ErrorsRequest
from nuwidgets.engines import registry
from nuwidgets.engines.xspec import program
from nuwidgets.engines.xspec.engine import XspecEngine
from nuwidgets.engines.xspec.installation import PYTHON, find_xspec, why_not
from nuwidgets.engines.xspec.program import reasons_in
from nuwidgets.errors import (
    CancelledError,
    EngineCrashedError,
    EngineFailedError,
    EngineMissingError,
)


@pytest.fixture(scope="module")
def headas(tmp_path_factory):
    return make_xspec(tmp_path_factory.mktemp("xspec"))


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    requests, above = loaded(write_toy(tmp_path_factory.mktemp("spectra")))
    return fit_of(requests), above


@pytest.fixture
def start(headas):
    engines = []

    def made(fault=""):
        engines.append(XspecEngine(find_xspec(xspec_environ(headas, fault))))
        return engines[-1]

    yield made
    for engine in engines:
        engine.stop()


def pid_of(engine):
    return engine.worker._child.process.pid


# ---- what is missing -----------------------------------------------------------------------------


def test_each_missing_part_is_named(headas, tmp_path):
    environ = xspec_environ(headas)
    for change, words in (
        ({"HEADAS": ""}, r"HEADAS is not set\. Set HEASoft up"),
        ({"HEADAS": str(tmp_path / "none")}, r"HEADAS is '.*none', which is no folder"),
        ({"PYTHONPATH": ""}, r"does not find its package 'xspec' \(PyXspec\)"),
        ({PYTHON: "no-such-python"}, "NUWIDGETS_XSPEC_PYTHON is 'no-such-python', which is no pro"),
    ):
        with pytest.raises(EngineMissingError, match=words):
            find_xspec({**environ, **change})


def test_it_finds_version_and_list_of_models(headas):
    found = find_xspec(xspec_environ(headas))
    assert found.version == "6.20"
    assert found.models == headas.parent / "spectral/manager/model.dat"
    assert found.surroundings()["PYTHONPATH"].split(os.pathsep)[0] == found.library


def test_heasofts_own_folder_is_looked_into(headas, tmp_path):
    package = tmp_path / "headas/lib/python/xspec"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    environ = {**os.environ, "HEADAS": str(tmp_path / "headas"), "PYTHONPATH": ""}
    assert find_xspec(environ).library == str(package.parent)


def test_another_python_that_has_none_is_an_error_of_its_own(headas, asked):
    environ = {**xspec_environ(headas), PYTHON: sys.executable, "PYTHONPATH": ""}
    engine = XspecEngine(find_xspec(environ))
    try:
        with pytest.raises(EngineMissingError, match="cannot import 'xspec'"):
            engine.solve(*asked, Token())
    finally:
        engine.stop()


def test_the_registry_says_what_is_missing_and_why_not_is_empty_where_it_is(headas, monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    info = {one.name: one for one in registry.available()}["xspec"]
    assert not info.ok
    assert "HEADAS is not set" in info.error
    assert "HEADAS is not set" in why_not()
    for name in ("HEADAS", "PYTHONPATH"):
        monkeypatch.setenv(name, xspec_environ(headas)[name])
    assert why_not() == ""
    assert registry.load("xspec").name == "xspec"


def test_the_version_is_heasofts_until_xspec_says_its_own(start):
    engine = start()
    assert engine.version == "6.20"
    assert engine.start() == "12.9.1" == engine.version


# ---- what goes wrong -----------------------------------------------------------------------------


def test_a_crash_names_the_signal_and_the_next_request_is_answered(start, asked):
    engine = start("crash")
    fit, above = asked
    with pytest.raises(EngineCrashedError, match=r"XSPEC died \(SIGSEGV\) during 'errors'"):
        engine.solve(ErrorsRequest(fit), above, Token())
    assert engine.solve(fit, above, Token()).statistic > 0


def test_a_hang_is_cancelled_and_the_process_is_gone(start, asked):
    engine, token = start("hang"), Token()
    engine.start()
    pid = pid_of(engine)
    threading.Timer(1.0, token.cancel).start()
    began_s = time.monotonic()
    with pytest.raises(CancelledError, match="Stopped XSPEC on request"):
        engine.solve(*asked, token)
    assert time.monotonic() - began_s < 5
    assert not psutil.pid_exists(pid)


def test_stop_ends_what_hangs_from_another_thread(start, asked):
    engine = start("hang")
    threading.Timer(1.0, engine.stop).start()
    with pytest.raises(CancelledError, match="Stopped XSPEC on request"):
        engine.solve(*asked, Token())


def test_a_token_that_was_cancelled_before_asks_nothing(start, asked):
    engine, token = start(), Token()
    token.cancel()
    with pytest.raises(CancelledError, match="Stopped on request"):
        engine.solve(*asked, token)
    assert engine.worker._child is None


def test_a_flood_is_ended_and_does_not_fill_the_disk(start, asked, monkeypatch):
    monkeypatch.setattr(program, "FLOOD_BYTES", 3_000_000)
    monkeypatch.setattr(program, "LOG_BYTES", 2_000_000)
    engine = start("flood")
    with pytest.raises(EngineFailedError, match="asks for something that nobody can answer"):
        engine.solve(*asked, Token())
    engine.start()  # begins a new process, and the log anew
    assert Path(engine.log_path).stat().st_size < 10_000


def test_requests_from_two_threads_take_turns_and_hear_their_own_stages(start, asked):
    engine = start()
    fit, above = asked
    heard = {"fit": [], "curve": []}

    def go(name, request):
        engine.solve(request, above, Token(lambda progress: heard[name].append(progress.stage)))

    both = [
        threading.Thread(target=go, args=("fit", fit)),
        threading.Thread(target=go, args=("curve", CurveRequest(fit))),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert heard["fit"][-1] == "XSPEC: fit"
    assert heard["curve"][-1] == "XSPEC: model"


def test_ctrl_c_kills_the_process_and_the_next_request_starts_another(start, asked):
    engine = start()
    first = engine.start() and pid_of(engine)

    class Interrupted(Token):
        def report(self, *args, **named):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.solve(*asked, Interrupted())
    assert not psutil.pid_exists(first)
    assert engine.solve(*asked, Token()).statistic > 0
    assert pid_of(engine) != first


def test_what_was_written_for_it_is_gone_after_stop(start, asked, tmp_path):
    engine = start()
    requests, above = loaded(write_toy(tmp_path), grouping="min 20")
    engine.solve(fit_of(requests), above, Token())
    folder = engine._bench.folder
    assert list(folder.glob("*.pha"))
    engine.stop()
    assert not folder.exists()
    assert engine.solve(fit_of(requests), above, Token()).n_bins > 0


# ---- what is told --------------------------------------------------------------------------------


def test_stages_and_the_last_line_of_the_log_are_told(start, asked):
    engine, heard = start("hang"), []
    token = Token(heard.append)

    def told():
        end_s = time.monotonic() + 10
        while time.monotonic() < end_s and not any(p.line == "hanging" for p in heard):
            time.sleep(0.05)
        token.cancel()

    threading.Thread(target=told).start()
    with pytest.raises(CancelledError, match="on request"):
        engine.solve(*asked, token)
    assert {p.stage for p in heard} >= {"XSPEC: reading spectra", "XSPEC: model", "XSPEC: fit"}
    assert heard[-1].line == "hanging"


def test_a_failure_has_the_reason_that_was_printed_and_the_log(start, asked):
    engine = start()
    fit, above = asked
    with pytest.raises(EngineFailedError, match="Its log is") as caught:
        engine.solve(with_parameter(fit, 1, link="p2*exp(p2*1e300)"), above, Token())
    assert caught.value.log_path == engine.log_path
    assert caught.value.log_tail


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("***XSPEC Error: No variable parameters for fit", "No variable parameters for fit."),
        ("Error: cannot read spectrum file x.pha", "cannot read spectrum file x.pha."),
        ("***Error: Desired Value -5 is outside hard range 0 - 1e+06", "Desired Value -5 is outs"),
        ("Fit statistic : Chi-Squared =  34.2", ""),
    ],
)
def test_reasons_are_found_among_what_was_printed(line, reason):
    found = reasons_in(("chatter", line))
    assert found[0].startswith(reason) if reason else not found
