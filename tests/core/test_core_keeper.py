"""A session kept in its file: when it is written, by whom, and what happens if it cannot be."""

from __future__ import annotations

import gc
import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest

from nuwidgets.core import later
from nuwidgets.core.door import Door
from nuwidgets.core.keeper import OPEN, Keeper
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.record import SessionRecord, StepRecord
from nuwidgets.errors import FileError
from nuwidgets.files import session_store
from nuwidgets.files.session_file import read_session
from nuwidgets.files.versions import versions_of

PATIENCE_S = 10.0
pytestmark = pytest.mark.filterwarnings(
    "ignore::nuwidgets.errors.SessionWarning"
)  # said at the end


class Toy:
    """What is kept: a number in a view, and steps if there are any."""

    def __init__(self):
        self.door = Door()
        self.views = {"a": {"n": 0}}
        self.steps = {}
        self.taken = 0

    def record(self):
        self.taken += 1
        return self.door.do(lambda: SessionRecord(steps=self.steps, views=self.views))

    def set(self, n):
        self.door.do(self._set, n)

    def _set(self, n):
        self.views = {"a": {"n": n}}
        self.door.tell(lambda: None)


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    for name in ("DELAY_S", "RETRY_S"):
        monkeypatch.setattr(later, name, 0.01)
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder / "a.nuw"


@pytest.fixture
def toy():
    return Toy()


@pytest.fixture
def keeper(toy, path):
    keeper = Keeper(toy, path).start()
    toy.keeper = keeper
    keeper.flush()
    yield keeper
    keeper.close()


def number_in(path):
    return read_session(path).record.views["a"]["n"]


def wait_until(is_so):
    end_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end_s
        threading.Event().wait(0.005)


def test_a_change_is_soon_in_the_file(toy, keeper, path):
    toy.set(5)
    wait_until(lambda: number_in(path) == 5)
    wait_until(lambda: keeper.says.startswith("Saved "))
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d\.", keeper.says)
    assert repr(keeper) == f"<Keeper: {keeper.says}>"
    assert (keeper.problem, keeper.read_only) == ("", False)


def test_what_is_the_same_is_not_written_again(toy, keeper, path):
    before = session_store.stamp_of(path)
    toy.set(5)
    toy.set(0)
    keeper.flush()
    keeper.flush()
    assert session_store.stamp_of(path) == before


def test_the_changing_thread_only_wakes_the_saver(toy, keeper, path):
    taken = toy.taken
    toy.door.do(lambda: [toy.set(n) for n in range(1, 50)])
    assert toy.taken - taken <= 1
    wait_until(lambda: number_in(path) == 49)


def test_saving_behind_the_door_does_not_wait_for_the_saver(toy, keeper, path):
    def inside(n):
        toy.set(n)
        thread.start()
        thread.join(0.01)  # it waits for the door by now
        keeper.flush()

    for n in range(1, 6):
        thread = threading.Thread(target=keeper.save)
        toy.door.do(inside, n)
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
        assert number_in(path) == n


def test_an_older_state_never_replaces_a_newer_one(toy, keeper, path, monkeypatch):
    old = toy.record()
    toy.set(8)
    keeper.flush()
    monkeypatch.setattr(keeper, "_numbered", lambda: (0, old))
    keeper.flush()
    assert number_in(path) == 8


def test_a_second_keeper_is_read_only_until_the_first_is_closed(toy, keeper, path):
    other = Toy()
    second = Keeper(other, path).start()
    assert second.read_only
    assert f"process {os.getpid()}, since " in second.says
    assert re.match(r"Not saved: it is open in another notebook or script \(on ", second.says)
    assert "s.save('a-copy.nuw')" in second.says
    other.set(9)
    second.flush()
    second.close()
    assert (number_in(path), OPEN[path]) == (0, toy)
    keeper.close()
    third = Keeper(other, path).start()
    third.flush()
    assert number_in(path) == 9
    third.close()


def test_closing_writes_and_lets_go(toy, keeper, path):
    toy.set(3)
    keeper.close()
    assert number_in(path) == 3
    assert path not in OPEN
    assert toy.door.after == []
    toy.set(4)
    keeper.close()
    keeper.flush()
    assert number_in(path) == 3


def test_a_folder_pulled_away_and_put_back(toy, keeper, path, tmp_path):
    away = path.parent.rename(tmp_path / "away")
    toy.set(6)
    wait_until(lambda: keeper.problem)
    assert keeper.problem == keeper.says
    words = r"Cannot write the session file '.*a\.nuw': .*A copy is in '(.*)'\. It is tried again; "
    copy = re.match(words, keeper.problem)
    assert copy
    assert number_in(copy[1]) == 6
    toy.set(7)
    wait_until(lambda: number_in(copy[1]) == 7)
    with pytest.raises(FileError, match=r"s\.save\('elsewhere\.nuw'\) keeps it in another place"):
        keeper.flush()
    assert keeper.hints() == [
        f"A newer copy of this session, saved when its folder failed, is {copy[1]!r}."
    ]
    away.rename(path.parent)
    wait_until(lambda: not keeper.problem)
    assert number_in(path) == 7
    assert keeper.hints() == []
    assert not (tmp_path / "cache" / "rescue").exists() or not list(
        (tmp_path / "cache" / "rescue").iterdir()
    )


def test_another_folder_in_its_place_is_locked_anew(toy, keeper, path, tmp_path):
    path.parent.rename(tmp_path / "away")
    path.parent.mkdir()
    toy.set(2)
    keeper.flush()
    assert number_in(path) == 2
    assert Keeper(Toy(), path).start().read_only
    assert not Keeper(Toy(), tmp_path / "away" / "a.nuw").start().read_only


def test_another_folder_where_someone_else_writes_is_left_alone(toy, keeper, path, tmp_path):
    path.parent.rename(tmp_path / "away")
    path.parent.mkdir()
    other = Keeper(Toy(), path).start()
    other.flush()
    toy.set(2)
    with pytest.raises(
        FileError, match=r"Cannot write the session file .*open in another notebook"
    ):
        keeper.flush()
    assert number_in(path) == 0
    other.close()
    keeper.flush()
    assert number_in(path) == 2


def test_without_any_place_it_says_so(toy, keeper, path, tmp_path, monkeypatch):
    (tmp_path / "full").write_text("a file, not a folder")
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "full"))
    path.parent.rename(tmp_path / "away")
    toy.set(6)
    with pytest.raises(FileError, match=r"A copy could not be made either: .* in memory only\."):
        keeper.flush()


def test_what_others_changed_is_kept(toy, keeper, path):
    path.write_text("theirs")
    toy.set(1)
    keeper.flush()
    assert number_in(path) == 1
    theirs = versions_of(path)[0]
    assert theirs.read_text() == "theirs"
    assert keeper.says.endswith(f"changed by someone else; theirs is kept as {str(theirs)!r}.")


def test_what_others_changed_is_not_lost_where_it_cannot_be_kept(toy, keeper, path):
    path.write_text("theirs")
    path.with_name("a-versions").write_text("in the way")
    toy.set(1)
    with pytest.raises(FileError, match="Cannot write the session file"):
        keeper.flush()
    assert path.read_text() == "theirs"


def test_a_deleted_file_is_written_again(toy, keeper, path):
    path.unlink()
    toy.set(1)
    keeper.flush()
    assert number_in(path) == 1


def test_older_versions_are_kept_and_the_oldest_go(toy, keeper, path, monkeypatch):
    monkeypatch.setattr(session_store, "VERSION_S", -1.0)
    mine = path.with_name("a-versions") / "mine.nuw"
    for n in range(1, 31):
        toy.set(n)
        keeper.flush()
        if n == 1:
            mine.write_text("the user's own")
    versions = versions_of(path)
    assert [number_in(one) for one in versions] == list(range(29, 9, -1))
    assert mine.exists()


def test_one_version_a_minute_and_the_one_that_was_found(toy, path):
    first = Keeper(toy, path).start()
    first.flush()
    first.close()
    second = Keeper(toy, path).start()
    for n in range(1, 10):
        toy.set(n)
        second.flush()
    second.close()
    assert [number_in(one) for one in versions_of(path)] == [0]


def test_a_private_file_stays_private(toy, keeper, path):
    path.chmod(0o600)
    toy.set(1)
    keeper.flush()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_what_belongs_there_lies_beside_it(toy, keeper, path):
    toy.set(1)
    keeper.flush()
    hidden = {one.name for one in path.parent.iterdir() if one.name.startswith(".")}
    assert hidden <= {".a.nuw.lock", ".a.nuw.owner"}


def test_what_nobody_thought_of_does_not_stop_the_saver(toy, keeper, path, caplog):
    toy.views = {"a": {"n": 5}, "b": {"what": object()}}
    toy.door.do(toy.door.tell, lambda: None)
    wait_until(lambda: keeper.problem)
    toy.set(6)
    wait_until(lambda: not keeper.problem)
    assert number_in(path) == 6


def test_an_unknown_failure_is_a_problem_too(toy, keeper, path, monkeypatch, caplog):
    def fail(_record):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(keeper._products, "write", fail)
    toy.set(1)
    with pytest.raises(
        FileError, match=r"Cannot save in .*ZeroDivisionError\('oh'\)\. A copy is in"
    ):
        keeper.flush()
    assert "could not be saved" in caplog.text


def test_a_forked_child_does_not_write(toy, keeper, path):
    keeper._process = -1
    toy.set(1)
    keeper.flush()
    assert number_in(path) == 0
    keeper._process = os.getpid()


def test_the_thread_ends_and_lets_the_session_go(path, monkeypatch):
    monkeypatch.setattr(later, "IDLE_S", 0.01)
    toy = Toy()
    toy.keeper = Keeper(toy, path).start()
    toy.set(1)
    wait_until(lambda: path.exists() and number_in(path) == 1)
    wait_until(lambda: not [t for t in threading.enumerate() if t.name == "nuwidgets-later"])
    gone = weakref.ref(toy)
    del toy
    gc.collect()
    assert gone() is None
    assert path not in OPEN
    again = Keeper(Toy(), path).start()
    assert not again.read_only
    again.close()


def test_a_folder_that_is_not_there_is_not_made(toy, tmp_path):
    keeper = Keeper(toy, tmp_path / "none" / "a.nuw").start()
    assert keeper.read_only
    assert "Not saved: its folder is not there." in keeper.says
    assert not (tmp_path / "none").exists()
    keeper.close()


LEAVE = """
import sys
from pathlib import Path
from nuwidgets.session import Session
session = Session(live=False)
session.save(sys.argv[1])
session.fit.model = "powerlaw"
"""


def test_what_was_changed_last_is_saved_at_the_end_of_the_process(path):
    subprocess.run([sys.executable, "-c", LEAVE, str(path)], check=True)
    plain = json.loads(path.read_text())
    assert plain["steps"]["fit"]["settings"]["model"] == "powerlaw"
    assert not path.with_name(".a.nuw.owner").exists()


def costly(toy, name="ev.fits", seconds=2.0):
    """Give the toy an image that took long."""
    request = ImageRequest(ScreenRequest(EventsRequest(name)), Band(3, 79))
    image = Image(np.arange(12.0).reshape(3, 4), None, request, Provenance(seconds=seconds))
    toy.steps = {"image": StepRecord("image", {}, {}, "fresh", request, request, image)}
    return toy.steps["image"]


def kept_files(path):
    return sorted(one.name for one in path.with_name("a-kept").glob("*"))


def test_costly_products_are_kept_beside_the_file(toy, keeper, path):
    step = costly(toy)
    keeper.flush()
    (name,) = kept_files(path)
    assert re.fullmatch(r"image-[0-9a-f]{12}\.fits", name)
    stamp = session_store.stamp_of(path.with_name("a-kept") / name)
    toy.set(1)
    keeper.flush()
    assert session_store.stamp_of(path.with_name("a-kept") / name) == stamp
    found = read_session(path)
    assert found.record.steps["image"].state == "kept"
    keeper.close()
    again = Keeper(Toy(), path, found.kept)
    load = again.loaders(found.record)["image"]
    assert load().counts.tobytes() == step.product.counts.tobytes()
    (path.with_name("a-kept") / name).write_bytes(b"damaged")
    with pytest.raises(FileError, match="changed since it was written"):
        load()
    again.close()


def test_kept_products_that_no_step_needs_go(toy, keeper, path):
    costly(toy)
    keeper.flush()
    (first,) = kept_files(path)
    (path.with_name("a-kept") / "mine.fits").write_text("the user's own")
    costly(toy, "other.fits")
    keeper.flush()
    assert first in kept_files(path)  # a setting moved back finds it again
    keeper.close()
    names = kept_files(path)
    assert first not in names
    assert len(names) == 2
    assert "mine.fits" in names


def test_a_product_that_cannot_be_kept_does_not_stop_the_rest(toy, keeper, path):
    path.with_name("a-kept").write_text("in the way")
    costly(toy)
    toy.set(1)
    keeper.flush()
    assert number_in(path) == 1
    assert re.search(r"image will have to be computed again: Cannot keep a product", keeper.says)
    path.with_name("a-kept").unlink()
    toy.set(2)
    keeper.flush()
    assert len(kept_files(path)) == 1
    assert re.fullmatch(r"Saved [\d:]+\.", keeper.says)


def test_cheap_products_are_not_kept(toy, keeper, path):
    costly(toy, seconds=0.9)
    keeper.flush()
    assert not path.with_name("a-kept").exists()


def test_kept_products_outside_the_folder_are_not_read(toy, keeper, path):
    step = costly(toy)
    keeper.flush()
    found = read_session(path)
    kept = found.kept["image"]
    for file in ("../x.fits", "a-kept/../../x.fits", "/etc/passwd", "b-kept/x.fits"):
        forged = {"image": type(kept)(file, kept.sha256, kept.request)}
        assert Keeper(Toy(), path, forged).loaders(found.record) == {}
    other = {"image": type(kept)(kept.file, kept.sha256, "image-000000000000")}
    assert Keeper(Toy(), path, other).loaders(found.record) == {}
    assert step.product is not None
