"""Files that tasks read, found beside event files; what is missing or there twice is said."""

from __future__ import annotations

import gzip
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.nustar_inputs import nustar_inputs
from nuwidgets.files.swift_inputs import attitude_of, swift_inputs
from nuwidgets.files.task_inputs import missing_of, pipeline_plan
from nuwidgets.missions.base import mission_of

ID, SWIFT_ID = "60001110002", "00035071001"
NUSTAR = (
    f"event_cl/nu{ID}A01_cl.evt", f"event_cl/nu{ID}A_det1.fits", f"event_cl/nu{ID}A_oa.fits",
    f"event_cl/nu{ID}_mast.fits", f"event_uf/nu{ID}A_uf.evt.gz", f"auxil/nu{ID}_att.fits.gz",
    f"auxil/nu{ID}_orb.fits.gz", f"hk/nu{ID}A_fpm.hk.gz",
)  # fmt: skip
SWIFT = (f"xrt/hk/sw{SWIFT_ID}xhd.hk.gz", f"auxil/sw{SWIFT_ID}pat.fits.gz",
         f"auxil/sw{SWIFT_ID}sat.fits.gz", f"xrt/event/sw{SWIFT_ID}xpcw3po_uf.evt.gz")  # fmt: skip


def laid_out(folder, paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"")
    return folder


def event_file(path, flag):
    """Write an event file whose header says which attitude it was made with."""
    table = fits.BinTableHDU.from_columns(
        [fits.Column("TIME", "D", array=np.arange(3.0))], name="EVENTS"
    )
    if flag:
        table.header["ATTFLAG"] = flag
    path.parent.mkdir(parents=True, exist_ok=True)
    table.writeto(path)


@pytest.fixture
def nustar(tmp_path):
    return laid_out(tmp_path / ID, NUSTAR)


@pytest.fixture
def swift(tmp_path):
    return laid_out(tmp_path / SWIFT_ID, SWIFT)


# ----------------------------------------------------------------------------------- NuSTAR


def test_nuproducts_files_in_the_archives_layout(nustar):
    found = nustar_inputs(nustar / "event_cl", ID, "FPMA")
    assert found == {
        "mastaspectfile": f"{nustar}/event_cl/nu{ID}_mast.fits",
        "attfile": f"{nustar}/auxil/nu{ID}_att.fits.gz",
        "det1reffile": f"{nustar}/event_cl/nu{ID}A_det1.fits",
        "optaxisfile": f"{nustar}/event_cl/nu{ID}A_oa.fits",
        "hkfile": f"{nustar}/hk/nu{ID}A_fpm.hk.gz",
    }
    assert nustar_inputs(nustar / "event_cl", ID, "a") == found


def test_what_the_pipeline_wrote_beside_the_events_comes_first(nustar):
    laid_out(nustar / "event_cl", (f"nu{ID}_att.fits", f"nu{ID}A_fpm.hk"))
    found = nustar_inputs(nustar / "event_cl", ID, "A")
    assert found["attfile"] == f"{nustar}/event_cl/nu{ID}_att.fits"
    assert found["hkfile"] == f"{nustar}/event_cl/nu{ID}A_fpm.hk"


def test_all_that_is_missing_is_named_at_once(nustar):
    with pytest.raises(FileError, match=rf"missing: .*nu{ID}B_det1\.fits.*nu{ID}B_oa\.fits"):
        nustar_inputs(nustar / "event_cl", ID, "B")
    (nustar / f"event_cl/nu{ID}_mast.fits").unlink()
    with pytest.raises(
        FileError, match=rf"missing: the mast's aspect \(nu{ID}_mast\.fits\)\. Download all"
    ):
        nustar_inputs(nustar / "event_cl", ID, "A")


def test_plain_and_packed_together_are_refused(nustar):
    laid_out(nustar, (f"hk/nu{ID}A_fpm.hk", f"event_uf/nu{ID}A_uf.evt"))
    with pytest.raises(FileError, match=r"_fpm\.hk' is there plain and as \.gz.*Take one"):
        nustar_inputs(nustar / "event_cl", ID, "A")
    assert "_uf.evt' is there plain and as .gz" in missing_of("NuSTAR", nustar, ID, "FPMA")


def test_one_module_and_a_folder_are_needed(nustar):
    with pytest.raises(InputError, match="Cannot take 'both' for one module"):
        nustar_inputs(nustar / "event_cl", ID, "both")
    with pytest.raises(FileError, match="There is no folder"):
        nustar_inputs(nustar / "nowhere", ID, "A")


def test_what_nupipeline_would_miss(nustar):
    assert missing_of("NuSTAR", nustar, ID, "FPMA") == ""
    said = missing_of("NuSTAR", nustar, ID, "both")
    assert f"no event_uf/nu{ID}B_uf.evt, no hk/nu{ID}B_fpm.hk. Download" in said
    (nustar / f"auxil/nu{ID}_orb.fits.gz").unlink()
    assert missing_of("NuSTAR", nustar, ID).count("_orb.fits") == 1


def test_requests_of_nupipeline(nustar):
    runs = pipeline_plan(mission_of("NuSTAR"), nustar, ID, "both", (("initseed", True),))
    assert [run.given["instrument"] for run in runs] == ["FPMA", "FPMB"]
    assert runs[0].given["indir"] == str(nustar)
    with pytest.raises(InputError, match="telescope 'Chandra'"):
        pipeline_plan("Chandra", nustar, ID)
    with pytest.raises(FileError, match="There is no folder"):
        pipeline_plan("NuSTAR", nustar / "no", ID)


# ------------------------------------------------------------------------------------ Swift


@pytest.mark.parametrize(
    ("flag", "kind"),
    [("100", "sat"), ("110", "pat"), (110, "pat"), ("111", "pat"), ("101", "pat"), ("", "pat")],
)
def test_the_attitude_is_the_one_that_the_header_names(swift, flag, kind):
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt", flag)
    assert attitude_of(swift, SWIFT_ID) == f"{swift}/auxil/sw{SWIFT_ID}{kind}.fits.gz"


def test_the_flag_is_that_of_the_very_event_file(swift, tmp_path):
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt", "110")
    other = tmp_path / "made" / "mine.evt"
    event_file(other, "100")
    assert attitude_of(swift, SWIFT_ID, other).endswith("sat.fits.gz")
    assert attitude_of(swift, SWIFT_ID).endswith("pat.fits.gz")


def test_windowed_timing_is_asked_for_by_its_name(swift):
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xwtw2po_cl.evt", "110")
    with pytest.raises(FileError, match=r"no photon-counting events; windowed timing is there"):
        swift_inputs(swift, SWIFT_ID)
    (events,) = swift_inputs(swift, SWIFT_ID, ("WT",)).event_files
    assert events.endswith("xwtw2po_cl.evt")


def test_the_other_attitude_where_the_named_one_is_not_there(swift):
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt", "111")
    (swift / f"auxil/sw{SWIFT_ID}pat.fits.gz").unlink()
    laid_out(swift, (f"auxil/sw{SWIFT_ID}uat.fits.gz",))
    assert attitude_of(swift, SWIFT_ID).endswith("sat.fits.gz")
    (swift / f"auxil/sw{SWIFT_ID}sat.fits.gz").unlink()
    with pytest.raises(FileError, match=rf"neither auxil/sw{SWIFT_ID}pat\.fits nor"):
        attitude_of(swift, SWIFT_ID)
    assert "There is no attitude file" in missing_of("Swift", swift, SWIFT_ID)


def test_unfiltered_events_say_it_where_there_are_no_cleaned_ones(swift):
    raw = swift / f"xrt/event/sw{SWIFT_ID}xpcw3po_uf.evt"
    event_file(raw, "100")
    (swift / f"xrt/event/{raw.name}.gz").write_bytes(gzip.compress(raw.read_bytes()))
    raw.unlink()
    assert attitude_of(swift, SWIFT_ID).endswith("sat.fits.gz")


def test_what_xrtproducts_reads(swift):
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt", "110")
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xwtw2po_cl.evt", "110")
    found = swift_inputs(swift, SWIFT_ID)
    assert found == (
        f"{swift}/auxil/sw{SWIFT_ID}pat.fits.gz",
        f"{swift}/xrt/hk/sw{SWIFT_ID}xhd.hk.gz",
        (f"{swift}/xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt",),
    )
    assert found.hdfile == found[1]


def test_what_is_missing_of_swift_is_said(swift):
    with pytest.raises(FileError, match=r"no cleaned events of 00035071001"):
        swift_inputs(swift, SWIFT_ID)
    (swift / SWIFT[0]).unlink()
    with pytest.raises(FileError, match=r"no xrt/hk/sw00035071001xhd\.hk"):
        swift_inputs(swift, SWIFT_ID)
    assert "no xrt/hk/sw00035071001xhd.hk" in missing_of("Swift", swift, SWIFT_ID)


def test_requests_of_xrtpipeline(swift):
    event_file(swift / f"xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt", "100")
    (run,) = pipeline_plan("Swift", swift, SWIFT_ID)
    assert run.given["attfile"].endswith("sat.fits.gz")
    for name in SWIFT[1:3]:
        (swift / name).unlink()
    (run,) = pipeline_plan("Swift", swift, SWIFT_ID, "XRT")
    assert "attfile" not in run.given


def test_a_broken_event_file_does_not_keep_the_others_from_being_run(swift):
    laid_out(swift, (f"xrt/event/sw{SWIFT_ID}xpcw3po_cl.evt",))
    (run,) = pipeline_plan("Swift", swift, SWIFT_ID)
    assert "attfile" not in run.given
    assert "is empty" in missing_of("Swift", swift, SWIFT_ID)


def test_a_mission_without_a_pipeline_here(nustar):
    with pytest.raises(InputError, match=r"Chandra has no pipeline here\..*Known: "):
        missing_of(replace(mission_of("NuSTAR"), name="Chandra", heasoft=None), nustar, ID)
