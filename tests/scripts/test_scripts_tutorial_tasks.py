"""The tutorial dialect runs the pipelines and tasks that the session ran, with its parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from swift_events import write_swift
from test_scripts_pipeline import made_by, task_record, wanted
from tutorial_runs import calls, named, run

import nuwidgets as nw
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.pipeline import Pipeline, PipelineRequest
from nuwidgets.domain.record import SessionRecord, StepRecord
from nuwidgets.domain.task import DONE, OUT, TaskRequest, TaskRun
from nuwidgets.scripts import script

FIRST, SECOND = "99601110002", "99601110004"
SWIFT = ("00032043001", "00032043002")


def raw(home, *obs_ids):
    """Write the names of an observation's files, as the archive has them."""
    for obs_id in obs_ids:
        names = [f"event_uf/nu{obs_id}{module}_uf.evt.gz" for module in "AB"]
        if obs_id in SWIFT:
            names = [f"xrt/event/sw{obs_id}xpcw3po_uf.evt.gz", f"xrt/hk/sw{obs_id}xhd.hk.gz"]
            names += [f"auxil/sw{obs_id}{kind}.fits.gz" for kind in ("pat", "sat")]
        for name in names:
            path = home / obs_id / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def ran(request, *subjects, task="nupipeline"):
    """Give a record whose pipeline ran for some subjects, and nothing opened."""
    runs = tuple(TaskRun(task, one, DONE, "/ws/x", ()) for one in subjects)
    return made_by(SessionRecord(), request, Pipeline(runs, request))


def test_modules_are_run_apart_as_heasoft_ran_them(tmp_path, is_formatted):
    chosen = (("saamode", "OPTIMIZED"), ("tentacle", True), ("clobber", False))
    request = PipelineRequest(wanted(FIRST), parameters=chosen, engine="heasoft")
    record = ran(request, f"{FIRST} FPMA", f"{FIRST} FPMB")
    steps = {**record.steps, "download": StepRecord("download", {}, {}, "fresh", request.download)}
    code = script(replace(record, steps=steps), "tutorial")
    is_formatted(code)
    assert 'for instrument in ("FPMA", "FPMB"):\n    hsp.nupipeline(\n' in code
    made = calls(code, tmp_path / "run", FIRST)
    assert named(made, "Heasarc.download_data")
    runs = named(made, "heasoftpy.nupipeline")
    assert [one["instrument"] for one in runs] == ["FPMA", "FPMB"]
    for one in runs:
        assert (one["indir"], one["outdir"]) == (f"data/{FIRST}", f"events/{FIRST}")
        assert (one["saamode"], one["tentacle"], one["clobber"]) == ("OPTIMIZED", True, False)


def test_observations_told_alike_share_a_loop(tmp_path):
    subjects = [f"{obs_id} {module}" for obs_id in (FIRST, SECOND) for module in ("FPMA", "FPMB")]
    request = PipelineRequest(wanted(FIRST), engine="heasoft")
    code = script(ran(request, *subjects), "tutorial").partition("# Calibrate")[2]
    assert code.count("hsp.nupipeline(") == 1
    raw(tmp_path / "run" / "data", FIRST, SECOND)
    code = "import heasoftpy as hsp\n#" + code
    runs = named(calls(code, tmp_path / "run"), "heasoftpy.nupipeline")
    assert [f"{one['steminputs'][2:]} {one['instrument']}" for one in runs] == subjects


def test_folders_of_observations_are_read_where_they_are(tmp_path, make_record):
    home = tmp_path / "{obs_id} [1]"
    raw(home, FIRST)
    folder = str(home / FIRST)
    request = PipelineRequest(None, (folder,), "FPMB", engine="heasoft")
    place = tmp_path / f"runs/{FIRST}-FPMB_nupipeline_0/products"
    record = make_record(str(place / f"nu{FIRST}B01_cl.evt"), f"{FIRST}B", words=FIRST)
    (one,) = record.datasets
    one = replace(one, pointing=Pointing("NuSTAR", "FPMB", FIRST, "Crab"))
    record = made_by(replace(record, datasets=(one,), used=(one.name,)), request)
    code = script(record, "tutorial")
    assert "Heasarc" not in code
    code = code.partition("# Regions")[0]
    (made,) = named(calls(code, tmp_path / "run"), "heasoftpy.nupipeline")
    assert (made["indir"], made["instrument"]) == (folder, "FPMB")
    given = TaskRequest("nupipeline", (("indir", "/elsewhere"),))
    told = TaskRun("nupipeline", f"{FIRST} FPMB", DONE, str(place), one_file(one), request=given)
    record = made_by(record, request, Pipeline((told,), request))
    assert 'indir="/elsewhere"' in script(record, "tutorial")


def one_file(dataset):
    return (dataset.steps["events"].settings["path"].rpartition("/")[2],)


def test_the_part_of_the_panel_is_of_the_settings_of_now(tmp_path, is_formatted):
    request = PipelineRequest(None, (f"/raw/nustar/{FIRST}", f"/raw/swift/{SWIFT[0]}"))
    record = made_by(SessionRecord(), request)
    code = script(record, "tutorial", ("pipeline",))
    is_formatted(code)
    assert code.startswith("import heasoftpy as hsp\n\n# Calibrate and screen the events\n")
    assert f'indir="/raw/nustar/{FIRST}"' in code
    assert 'instrument="ALL"' in code
    assert f'indir="/raw/swift/{SWIFT[0]}"' in code
    one = replace(request, folders=("/raw/x/" + FIRST,), instrument="FPMA", engine="heasoft")
    code = script(made_by(SessionRecord(), one, choice="heasoft"), "tutorial", ("pipeline",))
    assert code.count("hsp.") == 1
    assert 'instrument="FPMA"' in code
    nothing = made_by(SessionRecord(), PipelineRequest())
    assert "hsp" not in script(nothing, "tutorial", ("pipeline",))
    assert "hsp" not in script(record, "tutorial")  # the archive's own events led to nothing
    assert "hsp" not in script(SessionRecord(), "tutorial")


def test_the_part_of_the_panel_follows_the_download(make_record):
    record = made_by(make_record(), PipelineRequest())
    find = {"target": "Crab", "mission": "NuSTAR", "selected": (FIRST,)}
    steps = {
        "find": StepRecord("find", find),
        "files": StepRecord("files", {}),
        "download": StepRecord("download", {"folder": "/ws"}),
    }
    record = replace(record, steps={**record.steps, **steps})
    code = script(record, "tutorial", ("pipeline",))
    assert f'indir="data/{FIRST}"' in code
    assert 'instrument="ALL"' in code


TASKS = (
    TaskRequest("bat-burst-advocate", (("indir", "a"),)),
    TaskRequest("numkarf", (("infile", "a.pha"), ("outfile", f"{OUT}/a.arf"), ("verbose", 3))),
    TaskRequest("ftlist", (("lambda", None), ("noprompt", False))),
    TaskRequest("ftgrouppha", (("infile", "a.pha"), ("grouptype", "min"), ("clobber", False))),
)


def test_any_task_is_called_by_its_name(tmp_path, is_formatted):
    code = script(task_record(*TASKS, notes=(("", "an arf\nraise SystemExit"),)), "tutorial")
    is_formatted(code)
    assert "# why: an arf\n# raise SystemExit\n" in code
    assert "hsp.bat_burst_advocate(indir=" in code
    assert 'hsp.ftlist(\n    {"lambda": None},\n    noprompt=False,\n' in code
    assert "    clobber=False,\n    verbose=1,\n" in code
    body = code.partition("hsp.ftgrouppha(")[0]
    made = calls(body, tmp_path / "run")
    (karf,) = named(made, "heasoftpy.numkarf")
    assert (karf["outfile"], karf["verbose"]) == ("products/a.arf", 3)
    assert karf["own"]["py_verbose"] == 1
    assert (tmp_path / "run" / "products").is_dir()
    (odd,) = named(made, "heasoftpy.ftlist")
    assert odd["lambda"] is None
    assert odd["own"]["py_noprompt"] is True
    part = script(task_record(TASKS[0]), "tutorial", ("task",))
    assert part.startswith("import heasoftpy as hsp\n\n# Run tasks\n")
    assert "hsp" not in script(task_record(settings={}), "tutorial", ("task",))


def test_no_word_of_a_run_becomes_code(names_in):
    bad = '"+evil()+f"{evil}\nevil()\\'
    task = TaskRequest(f"ftlist(){bad}", ((bad, bad), ("infile", bad)), bad)
    for dialect in ("nuwidgets", "tutorial"):
        code = script(task_record(task, notes=(("", bad),)), dialect)
        assert "evil" not in names_in(code)
        assert "infile" in names_in(code) or "infile" in code
    request = PipelineRequest(None, (bad, f"/{bad}/{FIRST}"), bad, ((bad, bad),), "heasoft")
    subjects = (f"{FIRST} FPMA", f"{bad} FPMA", bad, f"{FIRST} {bad}", "")
    for record in (ran(request, *subjects), made_by(SessionRecord(), request)):
        for only in ((), ("pipeline",)):
            for dialect in ("nuwidgets", "tutorial"):
                assert "evil" not in names_in(script(record, dialect, only))


# ---- Swift ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swift(tmp_path_factory):
    """A session with two observations of Swift, their light curves and spectra."""
    home = tmp_path_factory.mktemp("swift")
    with nw.Session(live=False) as s:
        for obs_id in SWIFT:
            one = s.add_events(write_swift(home / "swift", obs_id))
            one.screen.max_grade = 4
            one.spectrum.grouping = "min 1"
            one.lightcurve.run()
            one.spectrum.run()
        s.fit.model = "tbabs*(bbody+bremss)"
        s.fit.statistic = "cstat"
        yield s


def swift_calls(record, tmp_path):
    code = script(record, "tutorial")
    home = tmp_path / "run" / "data"
    raw(home, *SWIFT)
    (home / SWIFT[1] / f"xrt/event/sw{SWIFT[1]}xpcw3po_uf.evt.gz").write_text("100", "ascii")
    return code, calls(code, tmp_path / "run", " ".join(SWIFT))


def test_swift_is_calibrated_and_extracted_by_its_own_tasks(swift, tmp_path, is_formatted):
    code, made = swift_calls(swift.record(), tmp_path)
    is_formatted(code)
    assert "is not part of this script" not in code
    assert "mode=" not in code
    assert code.count("hsp.xrtpipeline(") == code.count("hsp.xrtexpomap(") == 1
    runs = named(made, "heasoftpy.xrtpipeline")
    assert [one["steminputs"] for one in runs] == [f"sw{obs_id}" for obs_id in SWIFT]
    assert {(one["exitstage"], one["srcra"], one["exprpcgrade"]) for one in runs} == {
        (2, "OBJECT", "0-4")
    }
    maps = named(made, "heasoftpy.xrtexpomap")
    assert [one["attfile"] for one in maps] == [
        f"data/{obs_id}/auxil/sw{obs_id}{kind}.fits.gz"
        for obs_id, kind in zip(SWIFT, ("pat", "sat"), strict=True)
    ]
    products = named(made, "heasoftpy.xrtproducts")
    curves = [one for one in products if one.get("lcfile") != "NONE"]
    assert [(one["binsize"], one["correctlc"]) for one in curves] == [(100.0, True)] * 2
    for one, obs_id in zip(curves, SWIFT, strict=True):
        chosen = swift.datasets[f"{obs_id}XRT"].regions
        assert one["regionfile_shapes"] == [repr(shape) for shape in chosen.source.shapes]
        assert one["bkgregionfile_shapes"] == [repr(shape) for shape in chosen.background.shapes]
    groups = named(made, "heasoftpy.ftgrouppha")
    assert [(one["grouptype"], one["groupscale"]) for one in groups] == [("min", 1)] * 2
    assert len(named(made, "AllData")) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"grouping": "optsnmin 3"}, "respfile=os.path.join("),
        ({"grouping": "none"}, "sr.pha"),
        ({"rmf_path": "{cal}/a.rmf"}, 'rmffile="{cal}/a.rmf"'),
        ({"arf_path": "{cal}/a.arf"}, 'arffile="NONE"'),
        ({"rmf_path": "{cal}/a.rmf", "grouping": "optsnmin 3"}, 'respfile="{cal}/a.rmf"'),
    ],
)
def test_responses_and_groups_of_swift_are_those_that_were_chosen(swift, tmp_path, settings, said):
    record = swift.record()
    one = record.datasets[0]
    step = one.steps["spectrum"]
    values = {name: value.format(cal=tmp_path) for name, value in settings.items()}
    for ending in ("rmf", "arf"):
        (tmp_path / f"a.{ending}").touch()
    if "grouping" in values:
        values["grouping"] = nw.Grouping.parse(values["grouping"])
    step = replace(step, settings={**step.settings, **values})
    one = replace(one, steps={**one.steps, "spectrum": step})
    record = replace(
        record, datasets=(one,), used=(one.name,), steps={"find": record.steps["find"]}
    )
    code, made = swift_calls(record, tmp_path)
    assert said.format(cal=tmp_path) in code
    assert named(made, "heasoftpy.xrtproducts")
    assert ("hsp.xrtexpomap(" in code) is ("arf_path" not in settings)


def test_without_a_background_none_is_extracted(swift, tmp_path):
    record = swift.record()
    one = record.datasets[0]
    regions = one.steps["regions"]
    regions = replace(regions, settings={**regions.settings, "background": nw.Region()})
    screen = one.steps["screen"]
    start = one.pointing.tstart_s
    times = nw.Gti(((start, start + 100.0),))
    screen = replace(screen, settings={**screen.settings, "user_gti": times})
    one = replace(one, steps={**one.steps, "regions": regions, "screen": screen})
    record = replace(record, datasets=(one,), used=(), steps={})
    _, made = swift_calls(record, tmp_path)
    for product in named(made, "heasoftpy.xrtproducts"):
        assert product["bkgextract"] is False
        assert product["usrgti_s"] == [[start, start + 100.0]]


def test_the_stand_in_refuses_what_xrtpipeline_would(tmp_path):
    words = 'indir="a", outdir="b", steminputs="sw1", srcra="OBJECT", srcdec="OBJECT"'
    own = "noprompt=True, allow_failure=False"
    code = f"import heasoftpy as hsp\nhsp.xrtpipeline({words}, mode='ql', {own})"
    assert "no parameter 'mode'" in run(code, tmp_path / "run").stderr
