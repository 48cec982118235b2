"""Runs of tasks: what they make, when they are made again, side by side."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from heasoft_toys import installed, runs_in, toy

from nuwidgets.core.job import Token
from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.heasoft.runs import Runs
from nuwidgets.errors import InputError


@pytest.fixture
def runs(tmp_path):
    return runs_in(tmp_path / "ws")


def counting(tmp_path, script="echo made > {out}/a.txt"):
    """Give a script that leaves a line for each time it runs."""
    return f"echo ran >> {tmp_path}/count; {script}", lambda: len(
        (tmp_path / "count").read_text().splitlines()
    )


def test_a_run_gives_its_products_under_their_name(runs):
    run = runs.run(
        toy("echo Task: toy Version: 1.2; mkdir {out}/b; echo hi > {out}/b/a.txt", "7 A")
    )
    assert (run.state, run.ok, run.exit_code, run.name) == ("done", True, 0, "7 A toy")
    assert run.files == ("b/a.txt",)
    assert Path(run.path("a.txt")).exists()
    assert run.log_tail == ("Task: toy Version: 1.2",)
    here = {path.name for path in Path(run.log_path).parent.iterdir()}
    assert here == {"lock", "pfiles", "products", "run.json", "task.log"}


def test_a_product_says_how_it_was_made(runs):
    request = toy("echo toy_1.2: hello; echo hi > {out}/a.txt", number="4")
    run = runs.run(request)
    said = json.loads(Path(run.sidecar_path).read_bytes())
    assert said["parameters"] == {
        "script": f"echo toy_1.2: hello; echo hi > {run.folder}/a.txt",
        "infile": "",
        "number": 4,
        "mode": "ql",
    }
    assert said["given"]["number"] == 4
    assert (said["exit_code"], said["log"]) == (0, run.log_path)
    assert said["headas"] == str(installed().headas)
    assert said["files"] == [
        {"path": "a.txt", "bytes": 3, "sha256": hashlib.sha256(b"hi\n").hexdigest()}
    ]
    assert {"toy": "1.2", "heasoftpy": "1.5"}.items() <= said["versions"].items()
    assert "V6.35" in said["versions"]["HEASoft"]
    assert "CALDB" not in said["versions"]  # whose calibration it reads is not known
    assert installed().caldb_version("nupipeline").startswith("index of ")
    signed = run.provenance
    assert (signed.engine, signed.log_path, signed.sidecar_path) == (
        "heasoft", run.log_path, run.sidecar_path,
    )  # fmt: skip
    assert dict(signed.versions) == said["versions"]
    assert (signed.request, run.request) == (request, request)


def test_what_is_done_is_given_at_once_and_nothing_begins(runs, tmp_path):
    script, count = counting(tmp_path)
    first = runs.run(toy(script))
    again = Runs(runs.home, runs.installation).run(toy(script))
    assert (count(), again.state, again.began_s) == (1, "done", first.began_s)
    assert again.files == first.files == ("a.txt",)


def test_the_order_and_the_spelling_of_parameters_do_not_matter(runs, tmp_path):
    script, count = counting(tmp_path)
    for pairs in ((("script", script), ("number", 4)), (("number", "4"), ("script", script))):
        assert runs.run(TaskRequest("toy", pairs)).ok
    assert count() == 1


def test_what_it_depends_on_makes_it_run_again(runs, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.txt").write_text("1")
    (tmp_path / "c.fits").write_text("1")
    script, count = counting(tmp_path)

    def ask(**more):
        request = toy(
            script, infile=f"{tmp_path}/c.fits[1]", inputs=(str(tmp_path / "in"),), **more
        )
        assert runs.run(request).ok
        return count()

    assert (ask(), ask()) == (1, 1)
    assert ask(number=2) == 2
    (tmp_path / "in" / "b.txt").write_text("12")
    assert (ask(), ask()) == (3, 3)
    (tmp_path / "c.fits").write_text("12")
    assert (ask(), ask()) == (4, 4)


def test_lost_products_are_made_again(runs, tmp_path):
    script, count = counting(tmp_path)
    run = runs.run(toy(script))
    Path(run.path("a.txt")).unlink()
    assert runs.run(toy(script)).ok
    assert count() == 2


def test_anew_runs_what_is_done_and_replaces_its_products(runs, tmp_path):
    script, count = counting(tmp_path, f"cp {tmp_path}/count {{out}}/c.txt")
    runs.run(toy(script))
    run = runs.run(toy(script), anew=True)
    assert count() == 2
    assert Path(run.path("c.txt")).read_text() == "ran\nran\n"
    assert not Path(run.folder).with_name("products.old").exists()


def test_products_stay_when_running_anew_fails(runs, tmp_path):
    script = f"test ! -e {tmp_path}/no && echo hi > {{out}}/a.txt"
    good = runs.run(toy(script))
    (tmp_path / "no").touch()
    assert runs.run(toy(script), anew=True).state == "failed"
    assert Path(good.path("a.txt")).exists()


def test_what_a_task_leaves_where_it_runs_is_kept_if_it_was_told_no_folder(runs):
    assert runs.run(toy("echo hi > here.txt")).files == ("here.txt",)
    assert runs.run(toy("echo hi > tmp; echo hi > {out}/a.txt")).files == ("a.txt",)


def test_names_of_files_are_those_of_where_one_asks(runs, tmp_path, monkeypatch):
    (tmp_path / "in.fits").write_text("here")
    monkeypatch.chdir(tmp_path)
    run = runs.run(toy('echo "$@"; true', infile="in.fits[EVENTS]"))
    assert f"infile={tmp_path}/in.fits[EVENTS]" in run.log_tail[0]


def test_only_given_parameters_are_on_the_command_line(runs):
    run = runs.run(toy('echo "$@"; true', number=2, infile=""))
    assert run.log_tail == ('script=echo "$@"; true infile=$( ) number=2',)


def test_mode_is_kept_from_the_command_line(runs):
    run = runs.run(toy('echo "$@"; true', mode="h"))
    assert run.log_tail == ('script=echo "$@"; true',)


def test_parameters_may_be_called_as_those_of_heasoftpy_are(runs, tmp_path):
    given = (("script", 'echo "$@"; true'), ("verbose", 5), ("noprompt", False), ("logfile", "a"))
    run = runs.run(TaskRequest("wordy", given))
    assert run.log_tail == ('script=echo "$@"; true verbose=5 noprompt=no logfile=a',)


def test_another_version_of_a_task_is_another_run(runs, tmp_path):
    script, count = counting(tmp_path)
    assert runs.run(toy(script)).ok
    program = runs.installation.program("toy")
    program.write_text(program.read_text() + "# changed\n")
    assert runs.run(toy(script)).ok
    assert count() == 2


def test_eight_at_once_keep_their_par_files_apart(runs, tmp_path):
    paths = [tmp_path / f"{number}.txt" for number in range(8)]
    requests = [
        toy(f'echo "$PFILES"; sleep 0.3; grep infile "${{PFILES%%;*}}"/toy.par > {path}', f"o{n}",
            infile=str(path))
        for n, path in enumerate(paths)
    ]  # fmt: skip
    done = runs.run_all(requests, at_once=8)
    assert [run.state for run in done] == ["done"] * 8
    assert len({run.log_tail[0] for run in done}) == 8
    for path in paths:
        assert str(path) in path.read_text()


def test_a_failure_neither_stops_nor_hides_the_others(runs):
    requests = [toy("exit 3", "a"), toy("echo hi > {out}/a.txt", "b"), toy("kill -9 $$", "c"),
                TaskRequest("nothing", (), "d"), toy("true", "e")]  # fmt: skip
    done = runs.run_all(requests)
    assert [run.state for run in done] == ["failed", "done", "failed", "failed", "done"]
    assert [run.exit_code for run in done] == [3, 0, -9, None, 0]
    assert [run.subject for run in done] == list("abcde")
    assert all(run.problem for run in done if not run.ok)


def test_so_many_at_a_time_in_the_order_one_wants(runs):
    heard = []
    token = Token(lambda progress: heard.append(progress.parts))
    requests = [toy("sleep 0.2", name) for name in "abc"]
    done = runs.run_all(requests, token, at_once=1, order=lambda: ["c toy", "a toy"])
    began = sorted(done, key=lambda run: run.began_s)
    assert [run.subject for run in began] == ["c", "a", "b"]
    states = [[part.state for part in parts] for parts in heard if parts]
    assert max(one.count("running") for one in states) == 1
    assert states[-1] == ["done", "done", "done"]


def test_one_can_be_stopped_alone_and_before_it_began(runs):
    heard, stops = [], []

    def hear(progress):
        heard.append(progress)
        if any(part.name == "a toy" and part.state == "running" for part in progress.parts):
            stops[:] = ["a toy", "c toy"]

    requests = [toy("sleep 60", "a"), toy("sleep 1", "b"), toy("sleep 60", "c")]
    done = runs.run_all(requests, Token(hear), at_once=2, stops=lambda: stops)
    assert [run.state for run in done] == ["stopped", "done", "stopped"]
    assert "on request" in done[0].problem
    assert "before it began" in done[2].problem
    assert not done[0].files


def test_the_same_asked_twice_in_one_call_runs_once(runs, tmp_path):
    script, count = counting(tmp_path, "sleep 0.3; echo hi > {out}/a.txt")
    done = runs.run_all([toy(script), toy(script)], at_once=2)
    assert [run.state for run in done] == ["done", "done"]
    assert count() == 1


def test_a_workspace_knows_its_runs_newest_first(runs):
    assert runs.known() == ()
    runs.run(toy("true", "60001110002 FPMA"))
    runs.run(toy("exit 1", "b"))
    new, old = runs.known()
    assert (old.name, old.task, old.state) == ("60001110002 FPMA toy", "toy", "done")
    assert (new.subject, new.state, bool(new.problem)) == ("b", "failed", True)
    assert Path(new.log_path).exists()
    assert new.key == Path(new.folder).name
    (runs.folder / new.key / "run.json").write_text("{}")
    assert [run.name for run in runs.known()] == [old.name]


def test_what_cannot_be_run_is_said_before_it_begins(runs):
    for request, words in (
        (toy("true", numbr=1), r"no parameter 'numbr'\. Did you mean 'number'"),
        (toy("true", number=7), "Cannot set 'number' to 7: it takes a whole number from 1 to 5"),
        (TaskRequest("tyo"), r"no task 'tyo' here\. Did you mean 'toy'"),
        (TaskRequest("../toy"), r"no task '\.\./toy' here"),
        (TaskRequest("lost"), r"no executable '.*bin/lost'\. Check that HEASoft was installed"),
    ):
        run = runs.run(request)
        assert (run.state, run.log_path, run.exit_code) == ("failed", "", None)
        with pytest.raises(AssertionError, match=words):
            raise AssertionError(run.problem)
    assert runs.known() == ()


def test_places_that_tasks_break_on_are_said_before_they_run(tmp_path):
    blank = runs_in(tmp_path / "my data").run(TaskRequest("nupipeline", (("indir", "x"),)))
    assert "has a blank in it, and nupipeline breaks on that" in blank.problem
    long = runs_in(tmp_path / ("d" * 200)).run(TaskRequest("nupipeline", (("indir", "x"),)))
    assert "breaks on more than 200" in long.problem
    colon = runs_in(tmp_path / "a:b").run(toy("true"))
    assert "has a colon or semicolon in it" in colon.problem
    assert runs_in(tmp_path / "my data").run(toy("true")).ok


def test_a_task_that_needs_the_calibration_says_so_before_it_begins(tmp_path):
    run = runs_in(tmp_path, CALDB="").run(TaskRequest("nupipeline", (("indir", "x"),)))
    assert "needs the calibration database, and CALDB is not set" in run.problem
    assert runs_in(tmp_path, CALDB="").run(toy("true")).ok


def test_progress_says_how_long_and_when_nothing_had_to_be_done(runs):
    heard = []
    token = Token(heard.append)
    runs.run(toy("echo one; sleep 0.5; echo two"), token)
    says = [progress.parts[0].says for progress in heard if progress.parts]
    assert says[0].endswith(" s")
    assert says[-1].startswith("took ")
    assert heard[-1].fraction == 1.0
    assert "one" in {progress.line for progress in heard}
    heard.clear()
    runs.run(toy("echo one; sleep 0.5; echo two"), Token(heard.append))
    assert [part.says for part in heard[-1].parts] == ["was there"]


def test_it_says_where_it_is(runs):
    assert repr(runs) == f"<Runs in {str(runs.home)!r}>"


def test_there_is_no_run_to_stop(runs):
    for key in ("", "x_toy_123", "../ws"):
        with pytest.raises(InputError, match="There is no run"):
            runs.stop(key)
