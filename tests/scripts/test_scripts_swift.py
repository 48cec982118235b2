"""Swift-XRT is a mission like another: scripts, session files and reports know its datasets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from swift_events import write_swift

import nuwidgets as nw
from nuwidgets.commands.extract import product_paths
from nuwidgets.domain.archive_file import FilesRequest
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.record import StepRecord
from nuwidgets.scripts import script

OBS_ID = "00032043001"


@pytest.fixture
def s(tmp_path):
    with nw.Session(live=False) as s:
        s.add_events(write_swift(tmp_path / "data" / "swift"))
        yield s


def test_its_script_gives_identical_products(s, run_script, marks, is_formatted):
    one = s.datasets[f"{OBS_ID}XRT"]
    one.spectrum.grouping = "min 20"
    one.screen.max_grade = 12
    for step in (one.image, one.lightcurve, one.spectrum):
        step.run()
    text = s.script()
    is_formatted(text)
    assert text.startswith(f"# T Pyx, SWIFT {OBS_ID} XRT\n")
    assert "xrt = s.add_events(" in text
    assert 'xrt.spectrum.grouping = "min 20"\n' in text
    assert "band" not in text  # its mission suggests it to a new session too
    assert "binsize_s" not in text
    found, _ = run_script(text)
    assert found == json.loads(json.dumps(marks(s)))
    one.lightcurve.binsize_s = 256.0
    assert "xrt.lightcurve.binsize_s = 256.0\n" in s.script()


def test_a_session_with_it_comes_back_and_reports(s, tmp_path):
    one = s.datasets[f"{OBS_ID}XRT"]
    one.lightcurve.run()
    s.save(tmp_path / "a.nuw")
    s.close()
    with nw.load(tmp_path / "a.nuw") as back:
        assert back.names == (f"{OBS_ID}XRT",)
        assert back.datasets[f"{OBS_ID}XRT"].lightcurve.fresh
        back.report(tmp_path / "out")
        methods = (tmp_path / "out" / "methods.md").read_text(encoding="utf-8")
        assert f"event file of SWIFT (object T Pyx, ObsID {OBS_ID}, XRT" in methods
        assert "nustar" not in methods.lower()


def test_xspec_is_told_the_names_that_extract_writes(s):
    (one,) = s.datasets.values()
    one.spectrum.grouping = "min 20"
    name = product_paths(one.events.path, Path())["source_spectrum"].name
    assert f"data 1:1 {name}\n" in s.script("xcm")


def test_datasets_of_a_download_are_taken_by_name(s, tmp_path):
    record = s.record()
    files = FilesRequest(FindRequest("T Pyx", "Swift"), (OBS_ID,), "heasarc")
    request = DownloadRequest(files, str(tmp_path / "data"))
    step = StepRecord("download", {}, {}, "fresh", request, request)
    record = replace(record, steps={**record.steps, "download": step})
    text = script(record)
    assert 's.find.mission = "Swift"\ns.find.run()\n' in text
    assert f'xrt = s.datasets["{OBS_ID}XRT"]\n' in text
    narrow = replace(step, answered=replace(request, modes=("WT",)))
    assert "add_events" in script(replace(record, steps={**record.steps, "download": narrow}))
