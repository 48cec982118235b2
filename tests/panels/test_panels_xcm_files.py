"""The row of XSPEC's state files: opened, saved, and what was left out."""

import time

import pytest

import nuwidgets as nw
from nuwidgets.panels.xcm_files import SHOWN, XcmFiles


@pytest.fixture
def session():
    with nw.Session(live=False) as one:
        yield one


@pytest.fixture
def panel(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = nw.FitPanel(session)
    yield made
    made.close()


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_file_is_opened_and_what_is_left_out_is_said(session, panel, tmp_path):
    files = XcmFiles(panel)
    (tmp_path / "a.xcm").write_text("model po\n1.5\n/*\nexec <rm>\nabund wilm\n")
    files.file.value = "a.xcm"
    files.open()
    until(lambda: "Read from a.xcm." in files.note.value)
    assert "Line 4 was left out: &#x27;exec &lt;rm&gt;&#x27;" in files.note.value
    assert session.fit.parameter("PhoIndex").value == 1.5
    (tmp_path / "a.xcm").write_text("model po\n1.5\n/*\n" + "fit\n" * (SHOWN + 3))
    files.open()
    until(lambda: "... and 4 more." in files.note.value)
    files.file.value = "no.xcm"
    files.open()
    until(lambda: "no.xcm" in panel.message.value)
    assert files.note.value == ""


def test_files_are_found_in_the_folder(session, panel, shared_data, tmp_path):
    files = XcmFiles(panel)
    home = shared_data / "fit_sets" / "chandra_3c273"
    (tmp_path / "a.xcm").write_text("data 3c273.pi\nmodel po\n")
    files.file.value = "a.xcm"
    files.open()
    until(lambda: "Name the folder in which XSPEC ran" in panel.message.value)
    files.folder.value = str(home)
    files.open()
    until(lambda: "Read from a.xcm." in files.note.value)
    assert panel.message.value == ""
    assert session.used == ("3c273",)


def test_a_fit_is_saved_but_not_over_the_work_of_others(session, panel, tmp_path):
    files = XcmFiles(panel)
    session.fit.model = "powerlaw"
    files.file.value = "mine"
    files.save()
    until(lambda: "Written to mine.xcm" in files.note.value)
    session.fit.model = "bbody"
    files.save()
    until(lambda: "model bbody" in (tmp_path / "mine.xcm").read_text())
    (tmp_path / "other.xcm").write_text("model po\n")
    files.file.value = "other.xcm"
    files.save()
    until(lambda: "this panel did not write" in panel.message.value)
    assert (tmp_path / "other.xcm").read_text() == "model po\n"
