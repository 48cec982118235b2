"""Odd inputs, odd logs, odd ends: a run is neither called fresh nor lost where it is not."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from headas_standin import HERE, headas_environ
from heasoft_toys import headas, installed, runs_in, surroundings, toy

from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.heasoft.bench import Bench
from nuwidgets.engines.heasoft.diagnosis import refusal
from nuwidgets.engines.heasoft.installation import find_installation
from nuwidgets.engines.heasoft.log import LogTail, search_log, tail_of, unended
from nuwidgets.engines.heasoft.order import order_of
from nuwidgets.engines.heasoft.record import RunFolder
from nuwidgets.engines.heasoft.runs import Runs


@pytest.fixture
def runs(tmp_path):
    return runs_in(tmp_path / "ws")


def folder_of(runs):
    """The folder of the only run."""
    (one,) = runs.known()
    return RunFolder(Path(one.folder))


def test_of_a_line_longer_than_anybody_reads_the_beginning_is_kept(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"Error: " + b"x" * 50_000 + b"\nlast\n" + b"?" * 50_000)
    (long, last, rest) = tail_of(path)
    assert (len(long), long[:8], long[-1], last) == (4097, "Error: x", "…", "last")
    assert len(rest) == 4097
    assert len(unended(path)) == 4096
    assert [(n, len(line)) for n, line in search_log(path, "xxx")] == [(1, 4097)]
    assert [len(line) for line in LogTail(path).read()] == [4097, 4]


def test_a_line_of_a_million_letters_is_judged_at_once(runs):
    script = "python3 -c \"print('cannot ' * 150000)\"; exit 1"
    run = runs.run(toy(script))
    assert (run.state, run.exit_code) == ("failed", 1)
    assert run.seconds < 10  # it was minutes
    assert len(run.problem) < 500


def test_a_link_to_nothing_hides_no_other_file(runs, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a").symlink_to("nowhere")
    (folder / "b").write_text("1")
    first = runs.run(toy("true", inputs=(str(folder),)))
    (folder / "b").write_text("22")
    assert runs.run(toy("true", inputs=(str(folder),))).began_s > first.began_s


def test_what_lies_in_indir_is_read_where_nobody_says_more(tmp_path):
    folder = tmp_path / "60001110002"
    (folder / "event_uf").mkdir(parents=True)
    file = folder / "event_uf" / "a.evt"
    file.write_text("1")
    request = TaskRequest("nupipeline", (("indir", str(folder)), ("steminputs", "nu60001110002")))
    named = replace(request, inputs=(str(folder / "hk"),))
    before = [order_of(one, installed(), tmp_path / "runs").key for one in (request, named)]
    file.write_text("22")
    after = [order_of(one, installed(), tmp_path / "runs").key for one in (request, named)]
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_a_file_that_is_to_be_written_is_none_of_where_one_asks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.fits").write_text("1")
    given = {"infile": "a.fits", "outfile": "a.fits"}
    request = TaskRequest("ftcopy", tuple(given.items()))
    made = dict(order_of(request, installed(), tmp_path / "runs").parameters)
    assert made == {"infile": str(tmp_path / "a.fits"), "outfile": "a.fits"}


def test_what_was_made_whole_is_known_and_taken_though_nobody_could_say_so(runs):
    made = runs.run(toy("echo 1 > {out}/a.txt"))
    folder = folder_of(runs)
    record = folder.read()
    folder.write(replace(record, state="running", files=()))  # killed before the last word
    assert runs.known()[0].state == "done"
    again = runs.run(toy("echo 1 > {out}/a.txt"))
    assert (again.began_s, again.files) == (made.began_s, ("a.txt",))


def test_a_run_that_was_stopped_is_known_as_stopped_before_anybody_says_so(runs):
    runs.run(toy("exit 1"))
    folder = folder_of(runs)
    folder.write(replace(folder.read(), state="running"))
    assert runs.known()[0].state == "failed"
    folder.stop_mark.touch()
    assert (runs.known()[0].state, runs.known()[0].problem) == (
        "stopped", "It was stopped on request.",
    )  # fmt: skip


def test_who_may_only_look_sees_that_it_goes_on(request):
    home = Path(tempfile.mkdtemp())
    request.addfinalizer(lambda: shutil.rmtree(home))
    home.chmod(0o755)
    folder = RunFolder(home)
    lock = folder.lock()
    (home / "lock").chmod(0o444)
    try:
        if os.geteuid() == 0:
            request.addfinalizer(lambda: os.seteuid(0))
            os.seteuid(65534)
        assert folder.under_way()
    finally:
        os.close(lock)
    assert not folder.under_way()


def test_heasoft_may_be_named_from_where_python_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(headas().parent)
    assert runs_in(tmp_path / "a", HEADAS="./headas").run(toy("true")).ok
    monkeypatch.chdir(HERE)
    environ = surroundings() | {"PYTHONPATH": "python"}
    run = Runs(tmp_path / "b", find_installation(environ)).run(toy("true"))
    assert (run.state, run.problem) == ("done", "")


def test_an_expression_is_no_path(tmp_path):
    found = find_installation(headas_environ(headas()))
    out = tmp_path / "x"
    assert not refusal("nupipeline", {"statusexpr": "PI / 2 > 3"}, out, found)
    assert "has a blank in it" in refusal("nupipeline", {"indir": "/a b"}, out, found)


def test_threads_that_write_the_same_region_do_not_meet(tmp_path, monkeypatch):
    import nuwidgets.engines.heasoft.bench as module

    write = module.write_task_region

    def slowly(*given):
        write(*given)
        time.sleep(0.1)

    monkeypatch.setattr(module, "write_task_region", slowly)
    bench = Bench(SimpleNamespace(home=tmp_path), None)
    region, made = Region((Circle(1.0, 2.0, 30.0),)), []
    both = threading.Barrier(2)

    def ask():
        both.wait()
        made.append(bench.region(region, SimpleNamespace(plane=None), "nuproducts"))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    assert os.listdir(tmp_path / "runs" / "regions") == [Path(made[0]).name]  # noqa: PTH208
