"""A run goes on when its session ends, and the next session on the workspace picks it up."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.simulation.archive_folder import write_folder
from nuwidgets.simulation.truth import Truth

TRUTH = Truth(exposure_s=4000.0, seed=5)


def _session(tmp_path):
    s = nw.Session(live=False)
    s.download.folder = tmp_path / "data"
    s.pipeline.folders, s.pipeline.instrument = tmp_path / TRUTH.obs_id, "FPMA"
    return s


def _wait(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.mark.usefixtures("heasoft")
def test_a_session_that_ends_leaves_its_runs(tmp_path, monkeypatch):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    monkeypatch.setenv("STANDIN_PAUSE_S", "0.15")
    first = _session(tmp_path)
    first.pipeline.submit()
    _wait(first.processing.runs.known)
    (run,) = first.processing.runs.known()
    first.close()
    assert first.pipeline.product is None
    second = _session(tmp_path)
    with second:
        assert second.pipeline.state is State.EMPTY
        assert second.processing.under_way()
        (seen,) = second.processing.runs.known()
        assert (seen.key, seen.state, seen.began_s) == (run.key, "running", run.began_s)
        assert Path(second.processing.log_path(seen.name)).is_file()
        product = second.pipeline.run()
        assert [one.state for one in product.runs] == ["done"]
        assert product.runs[0].began_s == pytest.approx(run.began_s, abs=0.01)
        assert list(second.datasets) == [f"{TRUTH.obs_id}A"]
        assert not second.processing.under_way()
    assert os.listdir(tmp_path / "data" / "runs") == [run.key]  # noqa: PTH208  names alone


@pytest.mark.usefixtures("heasoft")
def test_the_panel_picks_up_what_goes_on(tmp_path, monkeypatch):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    monkeypatch.setenv("STANDIN_PAUSE_S", "0.15")
    first = _session(tmp_path)
    first.pipeline.submit()
    _wait(first.processing.runs.known)
    first.close()
    with _session(tmp_path) as second:
        panel = nw.PipelinePanel(second)
        _wait(lambda: second.pipeline.state is State.FRESH)
        panel.close()
