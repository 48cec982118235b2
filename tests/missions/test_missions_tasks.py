"""What is known of tasks: settings, stages in the order of real logs, requests, error lines."""

from __future__ import annotations

import re

import pytest

from nuwidgets.domain.task import OUT
from nuwidgets.errors import InputError
from nuwidgets.missions import nustar_tasks, swift_tasks
from nuwidgets.missions.nustar_tasks import LIGHT_CURVE_RUN, SPECTRUM_RUN, without_refused
from nuwidgets.missions.stages import Meter
from nuwidgets.missions.task_book import breaks_on_blanks, error_line, needs_caldb, task_of
from nuwidgets.missions.tasks import Task, is_none, is_yes, number_of, says

ID = "60001110002"
CALIBRATION = ("nuflagbad", "nuhotpix", "nucalcpha", "nucalcpi", "nuflagevt", "nucoord")


def names(task, **given):
    return [stage.name for stage in task_of(task).stages(given)]


def launched(task):
    """Write what a pipeline says around a task, and the task of itself."""
    return [
        f"nupipeline_0.4.9: Info: Running '{task}' ",
        f"Command: {task} infile=/data/x.evt clobber=yes",
        "-" * 60,
        f" Running '{task}_1.0.3'",
        "-" * 60,
        f"nupipeline_0.4.9: Info: '{task}' exit with success.",
    ]


def section(text):
    return ["=" * 60, f"nupipeline_0.4.9: {text}", "=" * 60]


def module_log(letter):
    """Write stages I and II of a module as nupipeline does."""
    raw = f"'/out/nu{ID}{letter}_uf.evt'"
    lines = section(f"Stage  I: Calibrating {raw}")
    for task in CALIBRATION:
        lines += launched(task)
    lines += section(f"Stage  I: {raw} calibrated.") + section(f"Stage II: Screening {raw}")
    for task in ("nucalcsaa", "nufilter", *["nuscreen"] * 6):
        lines += launched(task)
    return lines + section(f"Stage II: {raw} Screened.")


# ------------------------------------------------------------------------------- nupipeline


def test_nupipeline_goes_through_one_module_as_planned():
    stages = task_of("nupipeline").stages({"instrument": "FPMA"})
    meter, seen = Meter(stages), []
    for line in [*launched("numetrology"), *launched("nuattcorr"), *module_log("A")]:
        meter.feed(line)
        if not seen or seen[-1][0] != meter.stage:
            seen.append((meter.stage, meter.fraction))
    assert [name for name, _ in seen] == [stage.name for stage in stages[:-1]]
    assert 0.9 < meter.fraction < 1.0
    for line in ("FPMA: .... Stage    I: Calibrated", *section("Exit with no errors - Fri")):
        meter.feed(line)
    assert (meter.stage, meter.fraction) == ("end", 1.0)


def test_nupipeline_does_one_module_after_the_other():
    meter = Meter(task_of("nupipeline").stages({"instrument": "ALL"}))
    for line in [*launched("numetrology"), *launched("nuattcorr"), *module_log("A")]:
        meter.feed(line)
    assert meter.stage == "A nuscreen SCIENCE_SC"
    assert 0.45 < meter.fraction < 0.55
    for line in module_log("B"):
        meter.feed(line)
    assert meter.stage == "B nuscreen SCIENCE_SC"


def test_nupipelines_stages_follow_its_parameters():
    both = names("nupipeline", instrument="FPMA", exitstage="1", runcalcpha="no")
    assert both == [
        "numetrology", "nuattcorr", "A stage I", "A nuflagbad", "A nuhotpix", "A nucalcpi",
        "A nuflagevt", "A nucoord", "end",
    ]  # fmt: skip
    screened = names("nupipeline", instrument="FPMB", entrystage=2, obsmode="SCIENCE")
    assert screened == [
        "nuattcorr", "B stage II", "B nucalcsaa", "B nufilter", "B nuscreen SCIENCE", "end",
    ]  # fmt: skip
    more = names("nupipeline", instrument="FPMB", runsplitsc=True, createexpomap="yes")
    assert more[-4:] == ["B nusplitsc", "B exposure map", "B nuexpomap", "end"]
    whole = names("nupipeline", instrument="FPMA", exitstage=3)
    assert whole.index("A stage III") < whole.index("A numkarf") < whole.index("end")
    assert names("nupipeline", exitstage="many") == names("nupipeline")


# ------------------------------------------------------------------------------- nuproducts


def test_nuproducts_stages_of_the_tutorials_runs():
    assert names("nuproducts", **dict(LIGHT_CURVE_RUN)) == [
        "nuexpomap", "nuexpomap with vignetting", "xselect source", "nubackscale source",
        "nulccorr source", "lcurve", "ximage", "xselect background", "nubackscale background",
        "nulccorr background", "end",
    ]  # fmt: skip
    assert names("nuproducts", **dict(SPECTRUM_RUN), correctlc=False) == [
        "xselect source", "nubackscale source", "xselect background", "nubackscale background",
        "numkarf", "numkrmf", "xspec", "end",
    ]  # fmt: skip
    rare = names(
        "nuproducts", barycorr=True, usrgtifile="a.gti", rungrppha=True, bkgextract=False,
        runbackscale=False, lcvignflag=False, extended=True, phafile="NONE",
    )  # fmt: skip
    assert rare[:4] == ["barycorr", "nulivetime", "nuexpomap", "xselect source"]
    assert rare[-2:] == ["numkrmf", "end"]
    assert "grppha" in names("nuproducts", rungrppha="yes")


def test_nuproducts_ends_with_its_own_success_and_not_with_that_of_a_part():
    meter = Meter(task_of("nuproducts").stages({}))
    meter.feed("nuproducts_0.3.3: Info: Running 'numkarf'")
    part = meter.fraction
    meter.feed("nuproducts_0.3.3: Info: 'numkarf' exit with success.")
    assert meter.fraction == part < 1.0
    meter.feed("nuproducts_0.3.3: Exit with success")
    assert meter.fraction == 1.0


def test_what_nuproducts_refuses_is_left_out():
    whole = (
        ("hkfile", "a.hk"), ("bkgregionfile", "b.reg"), ("bkgra", 1.0), ("outarffile", "c.arf"),
        ("orbitfile", "o.fits"), ("srcregionfile", "s.reg"), ("srcra", 1.0),
    )  # fmt: skip
    off = (("correctlc", False), ("bkgextract", "no"), ("runmkarf", False))
    assert without_refused((*whole, *off)) == (("srcregionfile", "s.reg"), *off)
    kept = (*whole[:2], whole[3], whole[5], ("barycorr", True), whole[4])
    assert without_refused(kept) == kept
    assert without_refused((("srcregionfile", "DEFAULT"), ("srcra", 1.0))) == (
        ("srcregionfile", "DEFAULT"),
        ("srcra", 1.0),
    )


# ----------------------------------------------------------------------------------- Swift


def test_xrtpipelines_stages_follow_its_parameters():
    calibrated = [
        "PC stage I", "PC coordinator", "PC xrtpcbias", "PC xrtflagpix", "PC xrtpcgrade",
        "PC xrthotpix", "PC xrtcalcpi", "PC xrtscreen",
    ]  # fmt: skip
    usual = dict(task_of("xrtpipeline").usual)
    assert names("xrtpipeline", **usual) == ["xrthkproc", "xrtfilter", *calibrated, "end"]
    assert names("xrtpipeline")[-5:] == [
        "PC xrtscreen", "PC xrtexpomap", "PC xrtproducts", "PC xrtlccorr", "end",
    ]  # fmt: skip
    assert names("xrtpipeline", entrystage=3, createexpomap="no", correctlc="no") == [
        "PC xrtproducts", "end",
    ]  # fmt: skip
    both = names("xrtpipeline", datamode="PC, WT", exitstage=1)
    assert both.index("PC xrtcalcpi") < both.index("WT stage I") < both.index("WT xrttimetag")
    assert names("xrtpipeline", datamode="IM", exitstage=2)[2:] == [
        "IM stage I", "IM xrtimage", "IM swiftxform", "end",
    ]  # fmt: skip


def test_further_files_of_xrtpipeline_do_not_move_the_meter_back_or_to_the_end():
    meter = Meter(task_of("xrtpipeline").stages({"exitstage": 2}))
    file = ["Stage I: Calibrating sw1xpcw3po_uf.evt", "Info: Running 'coordinator'",
            "Info: Running 'xrtscreen'"]  # fmt: skip
    for line in ("Info: Running 'xrthkproc'", *file):
        meter.feed(line)
    part = meter.fraction
    for line in file:
        meter.feed(line)
    assert meter.fraction == part < 1.0
    meter.feed("xrtpipeline_0.13.7: Exit with no errors - Fri")
    assert meter.fraction == 1.0


def test_xrtproducts_stages():
    usual = dict(task_of("xrtproducts").usual)
    assert names("xrtproducts", **usual) == [
        "xselect source", "xrtlccorr", "xselect background", "xrtmkarf", "end",
    ]  # fmt: skip
    assert names("xrtproducts", lcfile="NONE", arffile="NONE") == ["xselect source", "end"]


# --------------------------------------------------------------------------------- requests


def test_a_run_of_nupipeline_for_each_module():
    runs = nustar_tasks.pipeline_requests(f"/data/{ID}", ID, "both", (("saamode", "STRICT"),))
    assert [run.subject for run in runs] == [f"{ID} FPMA", f"{ID} FPMB"]
    assert runs[1].given == {
        "indir": f"/data/{ID}", "steminputs": f"nu{ID}", "outdir": OUT, "instrument": "FPMB",
        "clobber": True, "saamode": "STRICT",
    }  # fmt: skip
    assert runs[0].inputs == tuple(f"/data/{ID}/{name}" for name in ("event_uf", "hk", "auxil"))
    (later,) = nustar_tasks.pipeline_requests("/data/x", ID, "fpma", (("entrystage", 2),))
    assert later.inputs[-1] == "/data/x/event_cl"


def test_what_is_chosen_goes_over_what_is_usual():
    (run,) = nustar_tasks.pipeline_requests("/data/x", ID, "A", (("clobber", False),))
    assert run.given["clobber"] is False
    assert [name for name, _ in run.parameters].count("clobber") == 1


def test_relative_folders_become_whole_paths():
    (run,) = nustar_tasks.pipeline_requests("data", ID, "FPMB")
    assert str(run.given["indir"]).startswith("/")


def test_a_run_of_xrtpipeline():
    (run,) = swift_tasks.pipeline_requests(
        "/data/1", "00035071001", attitude="/data/1/auxil/sw00035071001pat.fits.gz"
    )
    assert run.subject == "00035071001 XRT"
    assert run.given["attfile"].endswith("pat.fits.gz")
    assert (run.given["exitstage"], run.given["srcra"]) == (2, "OBJECT")
    (run,) = swift_tasks.pipeline_requests("/data/1", "00035071001", "XRT", (("exitstage", 3),))
    assert "attfile" not in run.given
    assert run.given["exitstage"] == 3
    assert "mode" not in run.given


def test_words_that_are_refused():
    with pytest.raises(InputError, match=r"no instrument 'FPMC'\. Did you mean 'FPM"):
        nustar_tasks.pipeline_requests("/data", ID, "FPMC")
    with pytest.raises(InputError, match=r"no instrument 'XRTT'\. Did you mean 'XRT'"):
        swift_tasks.pipeline_requests("/data", ID, "XRTT")
    with pytest.raises(InputError, match=r"Cannot set outdir='/out' of nupipeline: it is filled"):
        nustar_tasks.pipeline_requests("/data", ID, "A", (("outdir", "/out"),))


# ------------------------------------------------------------------------------- the book


@pytest.mark.parametrize("task", [*nustar_tasks.TASKS.values(), *swift_tasks.TASKS.values()])
def test_entries_are_sound(task):
    assert task.says.endswith(".")
    assert not set(task.shown) & set(task.hidden)
    assert len(set(task.shown)) == len(task.shown)
    stages = task.stages(dict(task.usual))
    assert all(re.compile(stage.pattern).groups == 0 for stage in stages)
    assert all(stage.word for stage in stages)
    assert not stages or (stages[-1].name, stages[-1].weight) == ("end", 0.0)


def test_unknown_tasks_are_empty_entries():
    assert task_of("ftlist") == Task("ftlist")
    assert task_of("ftlist").stages({}) == ()
    assert dict(task_of("ftgrouppha").usual)["grouptype"] == "optsnmin"


def test_who_needs_the_caldb_and_who_breaks_on_blanks():
    assert needs_caldb("nupipeline")
    assert needs_caldb("numkarf")
    assert needs_caldb("xrtproducts")
    assert not needs_caldb("ftgrouppha")
    assert not needs_caldb("ftlist")
    assert breaks_on_blanks("nuproducts")
    assert breaks_on_blanks("xselect")
    assert not breaks_on_blanks("ftgrouppha")


def test_how_parameters_are_read():
    assert not is_yes("no")
    assert is_none("none")
    assert is_none(None)
    assert not is_none("")
    assert says({}, "clobber")
    assert not says({"clobber": False}, "clobber")
    assert not says({}, "extended", usual=False)
    assert number_of({"exitstage": "3"}, "exitstage", 2) == 3
    assert number_of({"exitstage": "x"}, "exitstage", 2) == 2


# ------------------------------------------------------------------------------ error lines

GENERIC = [
    "nupipeline_0.4.9: Error: running 'nuscreen'",
    "The run was: nuscreen infile=a",
    "nupipeline_0.4.9: ERROR: Pipeline exit with errors - Fri Nov 28 2025",
]


@pytest.mark.parametrize(
    "cause",
    [
        "nucalcpi_1.0.3: Error: unable to create file: No space left on device",
        "mkdir: cannot create directory '/out': Permission denied",
        "Unable to get rmf file from CALDB",
        "Can't locate Astro/FITS/CFITSIO.pm in @INC (you may need to install it) at /h/nupipeline",
        "failed to find or open the following file: (ffopen)",
        "nuhotpix: error while loading shared libraries: libcfitsio.so.5",
        "Segmentation fault (core dumped)",
        "ModuleNotFoundError: No module named 'heasoftpy'",
        "nuscreen_0.2: Error: the file '/a/b.hk' is empty",
        "Died of something at /heasoft/bin/nupipeline line 120.",
    ],
)
def test_the_cause_comes_before_what_follows_from_it(cause):
    assert error_line([*launched("nuscreen"), cause, *GENERIC]) == cause
    assert error_line([*GENERIC, cause]) == cause


def test_of_what_follows_the_most_telling_line_is_given():
    assert error_line(GENERIC) == GENERIC[0]
    assert error_line(GENERIC[2:]) == GENERIC[2]
    message = "nupipeline: ERROR: Pipeline exit with error: Error setting the names of input files"
    assert error_line(["=" * 60, message]) == message
    assert error_line(["-" * 60, "     nuproducts  error  ", "-" * 60]) == "nuproducts  error"
    assert error_line(["Task ftlist 1.3 terminating with status 104"]).endswith("104")


def test_of_alike_lines_the_first_counts():
    assert error_line(["a: Error: one", "b: Error: two"]) == "a: Error: one"


def test_what_is_no_error():
    assert error_line(launched("nuscreen")) == ""
    assert error_line([]) == ""
    assert error_line(["TTYPE3 = 'ERROR'", "Exit with no errors - Fri", "errors: 0"]) == ""
    assert error_line(["a_1: Warning: ERROR: keyword not found"]) == ""
    uncertain = "Use of uninitialized value $x in concatenation (.) or string at /b/nup line 12."
    assert error_line([uncertain]) == ""
    full = "nuscreen: Warning: cannot keep a.tmp: No space left on device"
    assert error_line([full, GENERIC[2]]) == full
