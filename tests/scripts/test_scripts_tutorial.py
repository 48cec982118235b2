"""The tutorial dialect: run against the stand-ins, it calls what the session says, in order."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tutorial_runs import calls, expected, named, run, started, without_tied

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.scripts import script


def words(code):
    return " ".join(code.replace("# ", "").split())


OBS_ID = "99901110002"
STEM = f"nu{OBS_ID}"
DETAILS = {"FPMA": "A", "FPMB": "B"}


@pytest.fixture(scope="module")
def joint(observation):
    """Both modules, excluded shapes, chosen times, a band, a constant: with all products."""
    with nw.Session(live=False) as s:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            s.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        a, b = s.datasets.values()
        start = a.events.product.pointing.tstart_s
        a.screen.user_gti = ((start + 100.5, start + 2000.0), (start + 2500.0, start + 4000.0))
        a.regions.source = [nw.Circle(280.0, 35.0, 100.0), nw.Circle(280.01, 35.0, 12.0, True)]
        a.regions.note("a star\nimport shutil  # is there", about="source")
        a.lightcurve.band = (3, 20)
        a.lightcurve.binsize_s = 100
        b.lightcurve.subtract_background = False
        b.spectrum.grouping = "min 25"
        s.fit.model = "constant*tbabs*powerlaw"
        s.fit.set(nH=2.5, PhoIndex=1.9, norm=0.01)
        s.fit.freeze("nH")
        s.fit.note('"""\nraise SystemExit(9)', about="model")
        s.fit.statistic, s.fit.abundance = "cstat", "angr"
        s.fit.ignore = ("bad", "**-3. 40.-**")
        for one in (a, b):
            one.lightcurve.run()
        first = s.fit.parameters
        s.fit.run()
        s.errors.delta = 1
        s.errors.run()
        s.flux.run()
        yield s.record(), first


@pytest.fixture(scope="module")
def joint_calls(joint, tmp_path_factory):
    return calls(script(joint[0], "tutorial"), tmp_path_factory.mktemp("joint"))


def test_the_calls_come_in_the_order_of_a_tutorial(joint_calls):
    steps = list(dict.fromkeys(one["call"] for one in joint_calls))
    wanted = [
        "Heasarc.list_catalogs",
        "Heasarc.query_region",
        "Heasarc.locate_data",
        "Heasarc.download_data",
        "heasoftpy.nupipeline",
        "heasoftpy.nuproducts",
        "heasoftpy.ftgrouppha",
        "Xset.allowPrompting",
        "Xset.abund",
        "Xset.xsect",
        "Fit.statMethod",
        "AllData",
        "AllData.ignore",
        "Model",
        "Fit.query",
        "Fit.perform",
        "Fit.error",
        "AllModels.calcFlux",
        "Plot",
    ]
    assert [one for one in steps if one in wanted] == wanted


def test_the_observation_comes_from_the_archive_and_is_calibrated(joint_calls):
    found = named(joint_calls, "Heasarc.query_region")[0]
    at = {"ra": 280.0, "dec": 35.0, "radius_arcmin": None}
    assert found == {"call": found["call"], "catalog": "numaster", **at}
    assert named(joint_calls, "Heasarc.download_data")[0]["obsid"] == [OBS_ID]
    (pipeline,) = named(joint_calls, "heasoftpy.nupipeline")
    assert pipeline["instrument"] == "ALL"
    assert pipeline["steminputs"] == STEM


def test_light_curves_are_told_band_bins_regions_and_times(joint, joint_calls):
    record, _ = joint
    products = named(joint_calls, "heasoftpy.nuproducts")
    curves = {one["instrument"]: one for one in products if not one["runmkarf"]}
    assert {n: (c["binsize"], c["pilow"], c["pihigh"]) for n, c in curves.items()} == {
        "FPMA": (100, 35, 459),
        "FPMB": (256, 35, 1934),
    }
    for name, curve in curves.items():
        steps = record.dataset(f"{OBS_ID}{DETAILS[name]}").steps
        for kind, file in (("source", "srcregionfile"), ("background", "bkgregionfile")):
            shapes = steps["regions"].settings[kind].shapes
            assert curve[f"{file}_shapes"] == [repr(shape) for shape in shapes]
    chosen = record.dataset(f"{OBS_ID}A").steps["screen"].settings["user_gti"]
    assert curves["FPMA"]["usrgti_s"] == [list(pair) for pair in chosen.intervals]
    assert "usrgtifile" not in curves["FPMB"]


def test_spectra_are_extracted_and_grouped_as_chosen(joint_calls):
    products = named(joint_calls, "heasoftpy.nuproducts")
    spectra = [one for one in products if one["runmkarf"]]
    assert [(one["instrument"], one["lcfile"], one["runmkrmf"]) for one in spectra] == [
        ("FPMA", "NONE", True),
        ("FPMB", "NONE", True),
    ]
    groups = named(joint_calls, "heasoftpy.ftgrouppha")
    assert [(one["grouptype"], one["groupscale"]) for one in groups] == [
        ("optsnmin", 6),
        ("min", 25),
    ]


def test_the_fit_starts_from_the_sessions_first_values_in_every_group(joint, joint_calls):
    _, first = joint
    assert without_tied(started(joint_calls)) == expected(first)
    settings = {one["call"]: one["value"] for one in joint_calls if "value" in one}
    assert settings["Xset.abund"] == "angr"
    assert settings["Fit.statMethod"] == "cstat"
    assert [one["text"] for one in named(joint_calls, "AllData.ignore")] == ["bad", "**-3. 40.-**"]
    (errors,) = named(joint_calls, "Fit.error")
    assert (errors["delta"], errors["numbers"]) == (1.0, [p.number for p in first if p.free])
    assert named(joint_calls, "AllModels.calcFlux")[0]["limits"] == "2.0 10.0"


def test_spectra_are_read_where_their_companions_lie(joint_calls):
    (data,) = named(joint_calls, "AllData")
    assert data["text"] == f"1:1 {STEM}A01_grp.pha 2:2 {STEM}B01_grp.pha"
    files = named(joint_calls, "Fit.perform")[0]["files"]
    assert all(path for three in files.values() for path in three)


def test_notes_are_comments_and_never_code(joint):
    code = script(joint[0], "tutorial")
    assert "# why (source): a star\n# import shutil # is there\n" in code
    assert '# why: """\n# raise SystemExit(9)\n' in code


def test_names_and_notes_of_a_hostile_file_stay_texts(joint, tmp_path):
    record, _ = joint
    bad = '"\n"""\nraise SystemExit(9)\r#'
    datasets = tuple(
        replace(
            one,
            pointing=replace(one.pointing, object_name=bad, ra_obj_deg=None, timesys=bad),
            steps={
                name: replace(
                    step,
                    settings=step.settings | {"notes": ((bad, bad),)} | {"path": f"/a/{bad}/b"}
                    if name == "events"
                    else step.settings | {"notes": ((bad, bad), ("", bad))},
                )
                for name, step in one.steps.items()
            },
        )
        for one in record.datasets
    )
    code = script(replace(record, datasets=datasets), "tutorial")
    made = calls(code, tmp_path / "run")
    assert named(made, "SkyCoord.from_name")[0]["name"] == bad
    assert named(made, "Fit.perform")


def test_what_nuproducts_does_not_correct_for_is_said(joint):
    code = script(joint[0], "tutorial")
    assert "for the first shape of the source region alone" in words(code)
    assert "-circle(280.01,35.0,12.0" in code


@pytest.fixture
def single(observation, tmp_path):
    with nw.Session(live=False) as s:
        path = observation / "event_cl" / f"nu{observation.name}A01_cl.evt"
        a = s.add_events(path)
        a.screen.max_grade = 4
        a.regions.background = None
        a.spectrum.grouping = "none"
        s.fit.model = "powerlaw"
        yield s, a


def test_a_single_module_without_background_grades_chosen(single, tmp_path):
    s, _ = single
    made = calls(s.script("tutorial"), tmp_path / "run")
    (pipeline,) = named(made, "heasoftpy.nupipeline")
    assert (pipeline["instrument"], pipeline["gradeexpr"]) == ("FPMA", "0-4")
    (products,) = named(made, "heasoftpy.nuproducts")
    assert products["bkgextract"] is False
    assert "bkgregionfile" not in products
    assert not named(made, "heasoftpy.ftgrouppha")
    assert named(made, "AllData")[0]["text"] == f"1:1 {STEM}A01_sr.pha"
    assert not named(made, "Fit.perform"), "the session has not fitted yet"


def test_a_moved_parameter_makes_the_fit_start_there(single, tmp_path):
    s, a = single
    a.regions.background = nw.Annulus(280.0, 35.0, 180.0, 300.0)
    s.fit.ignore = "**-3. 40.-**"
    s.fit.run()
    s.fit.set(PhoIndex=1.25)
    code = s.script("tutorial")
    assert "the session's own fit was out of date" in words(code).lower()
    made = calls(code, tmp_path / "run")
    assert without_tied(started(made)) == expected(s.fit.parameters)
    s.flux.run()
    names = [one["call"] for one in calls(s.script("tutorial"), tmp_path / "again")]
    assert names.index("AllModels.calcFlux") < names.index("Fit.perform"), "of the moved one"


def test_pixel_shapes_are_written_on_the_sky_or_in_pixels(single, tmp_path):
    s, a = single
    a.regions.source = PixelCircle(500.0, 500.0, 20.0)
    a.events.run()
    assert re.search(r"fk5\ncircle\((279\.9|280\.0)", s.script("tutorial"))
    record = s.record()
    dataset = record.datasets[0]
    blind = replace(dataset.steps["events"], product=None)
    dataset = replace(dataset, steps={**dataset.steps, "events": blind})
    code = script(replace(record, datasets=(dataset,)), "tutorial")
    assert "physical\ncircle(501.0,501.0,20.0)" in code
    (products,) = named(calls(code, tmp_path / "run"), "heasoftpy.nuproducts")
    assert "PixelCircle" in products["srcregionfile_shapes"][0]


MISTAKES = {
    "unknown parameter": ("srcregionfile=", "regionfile="),
    "wrong type": ("pilow=35", 'pilow="35"'),
    "out of range": ("pihigh=1934", "pihigh=5000"),
    "unknown task": ("hsp.nupipeline", "hsp.nupipe"),
    "unknown choice": ('grouptype="min"', 'grouptype="minimum"'),
    "would ask": ("    noprompt=True,\n", ""),
    "no pipeline": (re.compile(r"hsp\.nupipeline\(.*?\n\)\n", re.DOTALL), ""),
    "no folder": ('os.makedirs("data", exist_ok=True)', ""),
    "no regions": ("    file.write(source)", "    pass"),
    "unknown catalogue": ("catalog=catalog", 'catalog="nustarmaster"'),
    "unknown mission": ('"nustar"', '"nustart"'),
    "prompts": ("xspec.Xset.allowPrompting = False", "pass"),
    "unknown attribute": ("xspec.Xset.abund", "xspec.Xset.abundance"),
    "unknown table": ('xspec.Xset.abund = "angr"', 'xspec.Xset.abund = "anger"'),
    "ignore before data": (
        re.compile(r"(with contextlib.chdir.*?\n)(xspec.AllData.ignore\S*\n)", re.DOTALL),
        r"\2\1",
    ),
    "no chdir": ('contextlib.chdir("spectra")', 'contextlib.chdir(".")'),
    "working folder": (
        re.compile(r'with contextlib.chdir\("spectra"\):\n    xspec.AllData\("1:1 .*"\)'),
        f'xspec.AllData("1:1 spectra/{STEM}A01_grp.pha 2:2 spectra/{STEM}B01_grp.pha")',
    ),
    "unknown component": ("model.TBabs.nH", "model.tbabs.nH"),
    "out of hard limits": ("model.TBabs.nH = 2.5", "model.TBabs.nH = -2.5"),
    "errors before the fit": ("xspec.Fit.perform()", "pass"),
    "a delta without a point": ("maximum 1000. 1.0 ", "maximum 1000. 1 "),
    "a frozen parameter": ("maximum 1000. 1.0 ", "maximum 1000. 1.0 2 "),
    "a plot that was not made": ('xspec.Plot("ldata", "ratio")', ""),
    "a pane that is not there": ("xspec.Plot.y(group, 2)", "xspec.Plot.y(group, 3)"),
    "an unknown unit": ('"keV"', '"kev"'),
    "would ask whether to go on": ('xspec.Fit.query = "yes"', "pass"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_stand_ins_see_a_mistake(joint, tmp_path, mistake):
    code = script(joint[0], "tutorial")
    old, new = MISTAKES[mistake]
    wrong = old.sub(new, code) if isinstance(old, re.Pattern) else code.replace(old, new)
    assert wrong != code
    compile(wrong, "script", "exec")
    assert run(wrong, tmp_path / "run").returncode != 0
