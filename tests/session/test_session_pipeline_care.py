"""A session and its tasks in less usual company: threads, missions, and the same done twice."""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from headas_standin import make_swift_observation

import nuwidgets as nw
from nuwidgets.calibration import calibrate, plan
from nuwidgets.core.job import Token
from nuwidgets.domain.download import Download, Fetched
from nuwidgets.domain.pipeline import PipelineRequest
from nuwidgets.domain.task import TaskRun
from nuwidgets.errors import InputError
from nuwidgets.simulation.archive_folder import write_folder
from nuwidgets.simulation.truth import Truth

TRUTH = Truth(exposure_s=4000.0, seed=5)


@pytest.fixture
def quiet(tmp_path):
    with nw.Session(live=False) as opened:
        opened.download.folder = tmp_path / "data"
        yield opened


@pytest.mark.usefixtures("heasoft")
def test_two_threads_share_the_engine_of_a_workspace(quiet, monkeypatch):
    from nuwidgets.engines.heasoft import engine as module

    class Slow(module.HeasoftEngine):
        def __init__(self):
            super().__init__()
            time.sleep(0.1)

    monkeypatch.setattr(module, "HeasoftEngine", Slow)
    found, both = [], threading.Barrier(2)

    def ask():
        both.wait()
        found.append(quiet.processing.engine)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] is found[1] is quiet.processing.engine


def test_a_built_in_task_can_be_run_again(quiet, tmp_path):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    (events,) = (tmp_path / TRUTH.obs_id / "event_cl").glob("*A01_cl.evt*")
    region = tmp_path / "src.reg"
    nw.write_regions(region, nw.Circle(ra_deg=280.0, dec_deg=35.0, radius_arcsec=60))
    asked = {
        "infile": events, "instrument": "FPMA", "steminputs": f"nu{TRUTH.obs_id}",
        "indir": events.parent, "outdir": "{out}", "srcregionfile": region, "bkgextract": False,
    }  # fmt: skip
    first = quiet.task.call("nuproducts", **asked)
    with nw.Session(live=False) as later:
        later.download.folder = tmp_path / "data"
        assert later.task.call("nuproducts", **asked).files == first.files
    nw.write_regions(
        region, nw.Circle(ra_deg=280.0, dec_deg=35.0, radius_arcsec=90), overwrite=True
    )
    other = quiet.task.call("nuproducts", **asked)
    assert other.ok
    assert other.folder != first.folder
    assert other.request.given.get("clobber") is None


def test_what_one_mission_has_not_stops_no_other(tmp_path):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    swift = make_swift_observation(tmp_path)
    request = PipelineRequest(folders=(str(swift), str(tmp_path / TRUTH.obs_id)), instrument="FPMA")
    planned, lost = plan(request, None)
    assert [one.subject for one in planned] == [f"{TRUTH.obs_id} FPMA"]
    assert [one.subject for one in lost] == [Path(swift).name]
    assert "has no instrument 'FPMA'" in lost[0].problem
    with pytest.raises(InputError, match="has no instrument 'FPMA'"):
        plan(PipelineRequest(folders=(str(swift),), instrument="FPMA"), None)


def test_a_pipeline_that_made_nothing_to_open_says_so(quiet):
    from nuwidgets.calibration import _opened
    from nuwidgets.core.job import Token

    run = TaskRun("xrtpipeline", "00032043001 XRT", folder="/x", files=("sw1s.mkf",))
    (said,) = _opened(quiet, PipelineRequest(), (run,), Token())
    assert said == "00032043001 XRT ended well, but made no events that are opened here."
    run = replace(run, files=("sw00032043001xwtw2po_cl.evt",))
    (said,) = _opened(quiet, PipelineRequest(), (run,), Token())
    assert "well, but made no photon-counting events; windowed timing is there: choose" in said
    assert "as datamode among the pipeline's parameters." in said


@pytest.mark.usefixtures("heasoft")
def test_anew_is_done_anew(quiet, tmp_path):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    quiet.pipeline.folders, quiet.pipeline.instrument = tmp_path / TRUTH.obs_id, "FPMA"
    first = quiet.pipeline.run().runs[0]
    assert quiet.pipeline.run().runs[0].began_s == first.began_s
    assert quiet.pipeline.run(anew=True).runs[0].began_s > first.began_s
    events = quiet.datasets[f"{TRUTH.obs_id}A"].events.path
    listed = quiet.task.call("ftlist", infile=events, option="H")
    assert quiet.task.run().began_s == listed.began_s
    assert quiet.task.run(anew=True).began_s > listed.began_s


@pytest.mark.usefixtures("heasoft")
def test_a_raw_file_that_is_rewritten_is_other_input(quiet, tmp_path):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    quiet.pipeline.folders, quiet.pipeline.instrument = tmp_path / TRUTH.obs_id, "FPMA"
    first = quiet.pipeline.run().runs[0]
    (raw,) = (tmp_path / TRUTH.obs_id / "event_uf").glob("*A_uf.evt*")
    os.utime(raw, (1.0, 1.0))
    assert quiet.pipeline.run().runs[0].began_s > first.began_s


def test_an_observation_that_did_not_come_is_a_line_of_the_report(quiet, tmp_path):
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    came = Download(
        str(tmp_path),
        (
            Fetched(TRUTH.obs_id, str(tmp_path / TRUTH.obs_id), "done"),
            Fetched("60001110002", str(tmp_path / "60001110002"), "failed", problem="It broke."),
        ),
    )
    product = calibrate(quiet, None, PipelineRequest(), (came,), Token())
    assert list(product.failed) == ["60001110002"]
    assert "could not be downloaded whole" in product.failed["60001110002"]
    assert [run.state for run in product.runs] == ["skipped", "skipped", "failed"]


@pytest.mark.usefixtures("heasoft")
def test_names_with_a_dash_are_found_as_python_writes_them(quiet, heasoft):
    for folder, ending in (("bin", ""), ("syspfiles", ".par")):
        plain, dashed = (heasoft / folder / f"{n}{ending}" for n in ("ftlist", "ft-list-too"))
        shutil.copy(plain, dashed)
    try:
        assert quiet.processing.heasoft.name_of("ft_list_too") == "ft-list-too"
        assert quiet.processing.heasoft.name_of("ftlist") == "ftlist"
        assert quiet.processing.heasoft.name_of("no_such") == "no_such"
    finally:
        for folder, ending in (("bin", ""), ("syspfiles", ".par")):
            (heasoft / folder / f"ft-list-too{ending}").unlink()


def test_folders_move_with_the_session_file(tmp_path):
    write_folder(tmp_path / "one" / TRUTH.obs_id, TRUTH)
    with nw.Session(live=False) as s:
        s.download.folder = tmp_path / "one" / "data"
        s.pipeline.folders = tmp_path / "one" / TRUTH.obs_id
        s.pipeline.run()
        s.save(tmp_path / "one" / "a.nuw")
    shutil.move(tmp_path / "one", tmp_path / "two")
    with nw.load(tmp_path / "two" / "a.nuw") as back:
        assert back.pipeline.folders == (str(tmp_path / "two" / TRUTH.obs_id),)
        assert back.pipeline.fresh
        assert not back.missing


def test_products_of_built_in_tasks_lie_in_the_workspace(quiet, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / TRUTH.obs_id, TRUTH)
    (events,) = (tmp_path / TRUTH.obs_id / "event_cl").glob("*A01_cl.evt*")
    before = {path for path in tmp_path.rglob("*") if "runs" not in path.parts}
    exposure = quiet.task.call("nuexpomap", infile=events)
    spectra = quiet.task.call(
        "nuproducts", infile=events, instrument="FPMA", srcra="280.0", srcdec="35.0"
    )
    pha = spectra.path("_sr.pha")
    grouped = quiet.task.call(
        "ftgrouppha", infile=pha, outfile="g.pha", grouptype="min", groupscale=20
    )
    runs = tmp_path / "data" / "runs"
    assert {Path(run.folder).parent for run in (exposure, spectra, grouped)} == {runs}
    assert exposure.path("A01_ex.img")
    assert {path for path in tmp_path.rglob("*") if "runs" not in path.parts} <= before | {
        tmp_path / "data"
    }
    out = tmp_path / "mine.pha"
    quiet.task.call("ftgrouppha", infile=pha, outfile=out, grouptype="min", groupscale=20)
    assert out.is_file(), "what is named whole is written there"
