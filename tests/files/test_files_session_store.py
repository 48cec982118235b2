"""The place of a session file: what was there is not lost."""

from __future__ import annotations

import shutil

import pytest

from nuwidgets.errors import FileError
from nuwidgets.files import session_store
from nuwidgets.files.session_store import SessionStore
from nuwidgets.files.versions import versions_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.nuw"


@pytest.fixture
def store(path):
    path.write_text("another's")
    store = SessionStore(path)
    assert store.acquire()
    yield store
    store.release()


def test_what_is_taken_over_becomes_a_version(store, path):
    assert store.write("mine") == ""
    assert [one.read_text() for one in versions_of(path)] == ["another's"]
    assert path.read_text() == "mine"


def test_what_cannot_be_kept_is_not_taken_over(store, path):
    folder = path.with_name("a-versions")
    folder.write_text("in the way")
    for _ in range(2):
        with pytest.raises(FileError, match=r"could not be kept as a version first .*a-versions'"):
            store.write("mine")
        assert path.read_text() == "another's"
    folder.unlink()
    store.write("mine")
    assert [one.read_text() for one in versions_of(path)] == ["another's"]


def test_ones_own_file_is_saved_without_a_version_too(store, path, monkeypatch):
    monkeypatch.setattr(session_store, "VERSION_S", -1.0)
    store.write("mine")
    shutil.rmtree(path.with_name("a-versions"))
    path.with_name("a-versions").write_text("in the way")
    assert store.write("mine again") == ""
    assert path.read_text() == "mine again"


def test_a_new_file_needs_no_version(tmp_path):
    store = SessionStore(tmp_path / "new.nuw")
    assert store.acquire()
    tmp_path.joinpath("new-versions").write_text("in the way")
    for text in ("one", "two"):
        store.write(text)
    assert store.path.read_text() == "two"
    store.release()


def test_half_a_version_is_none(store, path, monkeypatch):
    def full(source, target):
        target.write_text(source.read_text()[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(FileError, match="No space left on device"):
        store.write("mine")
    assert versions_of(path) == ()
    assert path.read_text() == "another's"
