"""What can go wrong with a session's file, with real processes: killed, starved, locked out."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from fault_child import NOBODY

import nuwidgets as nw
from nuwidgets.core import later
from nuwidgets.errors import FileError, SessionWarning
from nuwidgets.files.kept import load_product
from nuwidgets.files.session_file import read_session
from nuwidgets.files.versions import versions_of

CHILD = Path(__file__).with_name("fault_child.py")
N_KILLS = 200
PATIENCE_S = 30.0
pytestmark = pytest.mark.filterwarnings(
    "ignore::nuwidgets.errors.SessionWarning"
)  # said at the end


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def path(tmp_path):
    (tmp_path / "work").mkdir()
    return tmp_path / "work" / "a.nuw"


@contextlib.contextmanager
def child(what, path, **more):
    """Run fault_child.py; kill it in the end."""
    command = [sys.executable, str(CHILD), what, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, **more) as process:
        try:
            yield process
        finally:
            process.kill()


def tell(process, line):
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def wait_until(is_so):
    end_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end_s
        threading.Event().wait(0.005)


def number_in(path):
    return read_session(path).record.views["a"]["n"]


@pytest.mark.slow
def test_killed_at_any_moment_the_file_is_whole(path):
    rng, first, kept = random.Random(3), 1, 0  # noqa: S311
    with child("write", path) as process:
        for number in range(N_KILLS):
            tell(process, first)
            lines, timer = [], None
            for line in process.stdout:
                lines.append(line.split())
                if lines[-1][0] == "pid":
                    pid = int(lines[-1][1])
                    timer = threading.Timer(rng.uniform(0.0, 0.06), os.kill, (pid, signal.SIGKILL))
                    timer.start()
                if lines[-1][0] == "gone":
                    break
            timer.join()
            said = {
                word: [int(one[1]) for one in lines if one[0] == word] for word in ("set", "saved")
            }
            assert not [line for line in lines if line[0] == "locked"]
            if not path.exists():
                assert not said["saved"]
                continue
            found = read_session(path)
            n, letters = (found.record.views["a"][name] for name in ("n", "letters"))
            assert letters == chr(ord("a") + n % 26) * 20_000
            assert max(said["saved"], default=0) <= n
            assert n <= max(said["set"], default=n), number
            first = max(n, *said["set"], first) + 1 if said["set"] else max(n, first) + 1
            for one in found.kept.values():
                product = load_product(path.parent / one.file, one.sha256)
                assert product.counts[0, 0] == n % 3
                kept += 1
    assert kept > N_KILLS / 4
    assert {number_in(version) >= 0 for version in versions_of(path)} <= {True}
    names = {one.name for one in path.parent.iterdir()}
    assert names <= {
        *("a.nuw", "a-kept", "a-versions", ".a.nuw.lock", ".a.nuw.owner", ".a.nuw.part"),
    }
    assert len(list((path.parent / "a-kept").iterdir())) <= 8


def test_a_process_that_was_killed_holds_no_lock(path):
    with child("hold", path) as process:
        assert process.stdout.readline() == "holds\n"
        process.kill()
        process.wait()
        with nw.load(path) as session:
            assert not session.keeper.read_only


def test_two_processes_do_not_write_one_file(path):
    with child("hold", path) as process:
        assert process.stdout.readline() == "holds\n"
        words = rf"open in another notebook or script \(on .*, process {process.pid}, since 20\d\d-"
        with pytest.warns(SessionWarning, match=words):
            session = nw.load(path)
        assert session.keeper.read_only
        assert nw.load(path) is session
        session.fit.model = "powerlaw"
        with pytest.raises(FileError, match=rf"Cannot save: Not saved: .*process {process.pid}"):
            session.save()
        session.close()
        assert read_session(path).record.steps.keys() == {"image"}
        with pytest.warns(SessionWarning, match=r"is open elsewhere: this is a copy, kept in"):
            copy = nw.load(path, when_open="copy")
        assert copy.keeper.path.name == "a-copy.nuw"
        copy.fit.model = "bbody"
        copy.close()
        with pytest.warns(SessionWarning, match=r"a-copy2\.nuw"):
            nw.load(path, when_open="copy").close()
    found = read_session(path.with_name("a-copy.nuw")).record
    assert found.steps["fit"].settings["model"] == "bbody"


def test_a_process_that_ends_lets_others_write(path):
    with child("hold", path) as process:
        assert process.stdout.readline() == "holds\n"
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
        with nw.load(path) as session:
            assert not session.keeper.read_only


def test_without_room_the_old_file_stays(path):
    with child("limit", path) as process:
        full, room = process.stdout.readline(), process.stdout.readline()
    assert re.match(
        r"False Cannot write the session file '.*a\.nuw': File too large\. A copy could not be made"
        r" either: Cannot write '.*': File too large\. What you do is in memory only\.",
        full,
    )
    assert room == "True none\n"
    assert number_in(path) == 1


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 128 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(small_disk, tmp_path, monkeypatch):
    for name in ("DELAY_S", "RETRY_S"):
        monkeypatch.setattr(later, name, 0.01)
    with nw.Session(live=False) as session:
        session.save(small_disk / "a.nuw")
        session.fit.model = "powerlaw"
        session.save()
        (small_disk / "filler").write_bytes(bytes(1024))
        with contextlib.suppress(OSError), (small_disk / "filler").open("wb") as stream:
            for _ in range(1000):
                stream.write(bytes(1024))
        session.fit.model = "bbody"
        wait_until(lambda: session.keeper.problem)
        assert "No space left on device. A copy is in " in session.keeper.problem
        assert (
            read_session(small_disk / "a.nuw").record.steps["fit"].settings["model"] == "powerlaw"
        )
        (copy,) = (tmp_path / "cache" / "rescue").glob("a-*.nuw")
        assert read_session(copy).record.steps["fit"].settings["model"] == "bbody"
        elsewhere = session.save(tmp_path / "elsewhere.nuw")
        assert session.keeper.problem == ""
        assert read_session(elsewhere).record.steps["fit"].settings["model"] == "bbody"


def test_a_full_disk_that_gets_room_again_is_written(small_disk, monkeypatch, tmp_path):
    for name in ("DELAY_S", "RETRY_S"):
        monkeypatch.setattr(later, name, 0.01)
    with nw.Session(live=False) as session:
        place = session.save(small_disk / "a.nuw")
        with contextlib.suppress(OSError), (small_disk / "filler").open("wb") as stream:
            for _ in range(1000):
                stream.write(bytes(1024))
        session.fit.model = "bbody"
        wait_until(lambda: session.keeper.problem)
        (small_disk / "filler").unlink()
        wait_until(lambda: not session.keeper.problem)
        assert read_session(place).record.steps["fit"].settings["model"] == "bbody"
        assert not list((tmp_path / "cache" / "rescue").iterdir())


@pytest.fixture
def open_folder():
    """A folder that every user can reach: those of pytest are private."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o777)
    yield place
    shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_a_folder_that_becomes_read_only(open_folder):
    path, cache = open_folder / "work" / "a.nuw", open_folder / "cache"
    for folder in (path.parent, cache):
        folder.mkdir()
        os.chown(folder, NOBODY, NOBODY)
    with child("nobody", path, env={**os.environ, "NUWIDGETS_CACHE": str(cache)}) as process:
        assert process.stdout.readline() == "False Kept in a.nuw.\n"
        tell(process, 1)
        assert process.stdout.readline() == "True none\n"
        os.chown(path.parent, 0, 0)
        path.parent.chmod(0o755)
        tell(process, 2)
        said = process.stdout.readline()
        assert re.match(r"False Cannot write .*a\.nuw': Permission denied\. A copy is in '", said)
        assert number_in(path) == 1
        assert number_in(re.search(r"A copy is in '(.*?)'", said)[1]) == 2
        os.chown(path.parent, NOBODY, NOBODY)
        tell(process, 3)
        assert process.stdout.readline() == "True none\n"
        assert number_in(path) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_a_folder_that_is_read_only_from_the_start(open_folder):
    path = open_folder / "work" / "a.nuw"
    path.parent.mkdir()
    path.parent.chmod(0o755)
    with child("nobody", path) as process:
        said = process.stdout.readline()
        assert re.match(r"True Not saved: its folder cannot be written to \(.*Permission", said)
        tell(process, 1)
        assert process.stdout.readline() == "True none\n"
    assert not path.exists()


def test_a_folder_that_is_removed_leaves_a_copy_that_opens(path, observation, monkeypatch):
    for name in ("DELAY_S", "RETRY_S"):
        monkeypatch.setattr(later, name, 0.01)
    session = nw.open(observation)
    session.fit.model = "powerlaw"
    best = session.fit.run()
    session.save(path)
    shutil.rmtree(path.parent)
    session.view("image", scale="log")
    wait_until(lambda: session.keeper.problem)
    copy = re.search(r"A copy is in '(.*?)'", session.keeper.problem)[1]
    session.close()
    assert not path.parent.exists()
    with nw.load(copy) as back:
        assert back.fit.fresh
        assert back.fit.product.statistic == best.statistic
        assert back.views == {"image": {"scale": "log"}}
        assert back.missing == ()


def test_a_rescued_copy_that_is_newer_is_mentioned(path, tmp_path):
    with nw.Session(live=False) as session:
        session.save(path)
        path.parent.rename(tmp_path / "away")
        session.fit.model = "powerlaw"
        with pytest.raises(FileError, match="A copy is in"):
            session.save()
        (tmp_path / "away").mkdir(exist_ok=True)
    (tmp_path / "away").rename(path.parent)
    with pytest.warns(SessionWarning, match=r"newer copy of this session.*rescue.*a-.*\.nuw'"):
        back = nw.load(path)
    assert back.fit.model == ""
    back.close()
    (copy,) = (tmp_path / "cache" / "rescue").iterdir()
    with nw.load(copy) as rescued:
        assert rescued.fit.model == "powerlaw"


def test_hostile_files_leave_nothing_behind(path, monkeypatch):
    bombs = {
        "deep": '{"format": "nuwidgets session", "version": 1, "views": ' + '{"a":' * 50_000,
        "code": "__import__('os').system('touch hacked')",
        "empty": "",
        "zeros": "\0" * 1000,
        "number": '{"version": ' + "9" * 10_000 + "}",
    }
    for name, text in bombs.items():
        hostile = path.with_name(f"{name}.nuw")
        hostile.write_text(text)
        with pytest.raises(FileError, match="Cannot open the session file"):
            nw.load(hostile)
        assert hostile.read_text() == text
    names = {one.stem for one in path.parent.iterdir()}
    assert names == set(bombs)
