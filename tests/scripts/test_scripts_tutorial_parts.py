"""The tutorial dialect, part by part: spectrum files, other missions, parameters, single steps."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from tutorial_runs import calls, expected, named, run, without_tied

import nuwidgets as nw
from nuwidgets.domain.events import EventsRequest, Pointing
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
from nuwidgets.errors import InputError
from nuwidgets.science.models.expression import Expression
from nuwidgets.scripts import script
from nuwidgets.scripts.tutorial import sections
from nuwidgets.scripts.tutorial_ignore import ignore_lines
from nuwidgets.scripts.tutorial_model import model_lines


def write_spectrum(folder, name, **links):
    folder.mkdir(parents=True, exist_ok=True)
    table = fits.BinTableHDU.from_columns([fits.Column("COUNTS", "J", array=np.ones(8))])
    table.name = "SPECTRUM"
    table.header.update(links)
    table.writeto(folder / name)
    for other in links.values():
        (folder / other).touch()
    return str(folder / name)


def file_dataset(name, path, **settings):
    usual = {"background_path": "", "rmf_path": "", "arf_path": "", "row": 0}
    usual |= {"grouping": Grouping("file")}
    step = StepRecord(f"{name}.spectrum", {"path": path, **usual, **settings}, answered="yes")
    return DatasetRecord(name, "spectrum", {"spectrum": step})


def session_of(*datasets, model="powerlaw", ignore=(), parameters=None):
    numbered = parameters or Expression.parse(model).parameters(len(datasets))
    settings = {"model": model, "parameters": numbered, "statistic": "chi", "ignore": ignore}
    settings |= {"abundance": "wilm", "cross_section": "vern"}
    fit = StepRecord("fit", settings, answered="yes", state="stale")
    return SessionRecord(datasets, tuple(one.name for one in datasets), {"fit": fit})


LINKS = {"BACKFILE": "b.pha", "RESPFILE": "r.rmf", "ANCRFILE": "a.arf"}


def test_spectra_of_one_folder_are_loaded_from_there(tmp_path):
    folder = tmp_path / "spectra of a user"
    paths = [write_spectrum(folder, name, **LINKS) for name in ("one.pha", "two.pha")]
    record = session_of(*(file_dataset(p[-7:-4], p) for p in paths))
    code = script(record, "tutorial")
    made = calls(code, tmp_path / "run")
    assert named(made, "AllData")[0]["files"] == paths
    beside = [str(folder / name) for name in ("b.pha", "r.rmf", "a.arf")]
    assert named(made, "Fit.perform")[0]["files"] == {"1": beside, "2": beside}
    assert "heasoftpy" not in code.partition("\n\n")[2]


def test_spectra_of_several_folders_get_their_companions_by_name(tmp_path):
    paths = [write_spectrum(tmp_path / n, "src.pha", **LINKS) for n in ("first", "second")]
    own = write_spectrum(tmp_path / "third", "other.pha")
    datasets = [
        file_dataset("one", paths[0]),
        file_dataset("two", paths[1], background_path="none", arf_path=own, rmf_path=own),
    ]
    made = calls(script(session_of(*datasets), "tutorial"), tmp_path / "run")
    assert named(made, "AllData")[0]["files"] == paths
    files = named(made, "Fit.perform")[0]["files"]
    assert files["1"] == [str(tmp_path / "first" / n) for n in ("b.pha", "r.rmf", "a.arf")]
    assert files["2"] == [None, own, own]


def test_a_spectrum_file_is_grouped_into_another_one(tmp_path):
    path = write_spectrum(tmp_path / "given", "src.pha", **LINKS)
    record = session_of(
        file_dataset("min", path, grouping=Grouping("min", 20)),
        file_dataset("each", path, grouping=Grouping("none")),
        file_dataset("row", path, row=2),
    )
    made = calls(script(record, "tutorial"), tmp_path / "run")
    groups = named(made, "heasoftpy.ftgrouppha")
    assert [(g["grouptype"], g["groupscale"]) for g in groups] == [("min", 20), ("constant", 1)]
    text = named(made, "AllData")[0]["text"]
    assert text == f"1:1 spectra/min_grp.pha 2:2 spectra/each_grp.pha 3:3 {path}{{2}}"
    files = named(made, "Fit.perform")[0]["files"]
    assert files["1"] == [str(tmp_path / "given" / n) for n in ("b.pha", "r.rmf", "a.arf")]


def test_optimal_grouping_without_a_known_response_is_said(tmp_path):
    path = write_spectrum(tmp_path / "given", "src.pha", **LINKS)
    record = session_of(file_dataset("opt", path, grouping=Grouping("optsnmin", 6)))
    code = script(record, "tutorial")
    assert "optsnmin needs respfile" in code
    assert run(code, tmp_path / "run").returncode != 0
    known = file_dataset("opt", path, grouping=Grouping("optsnmin", 6), rmf_path=path)
    assert calls(script(session_of(known), "tutorial"), tmp_path / "again")


def test_a_spectrum_that_is_not_there_stops_the_script(tmp_path):
    (tmp_path / "gone").mkdir()
    record = session_of(file_dataset("gone", str(tmp_path / "gone" / "src.pha")))
    done = run(script(record, "tutorial"), tmp_path / "run")
    assert "XSPEC did not read all spectra" in done.stderr


def test_a_name_with_blanks_is_said():
    record = session_of(file_dataset("a b", "/data/a b.pha"))
    assert "# XSPEC cannot read a name with blanks: rename /data/a b.pha." in script(
        record, "tutorial"
    )


def events_dataset(name, **pointing):
    empty = {"events": {"path": "/a/b.evt"}, "screen": {"user_gti": None, "max_grade": None}}
    names = ("events", "screen", "image", "regions", "lightcurve", "spectrum")
    steps = {n: StepRecord(f"{name}.{n}", empty.get(n, {"notes": ()})) for n in names}
    answer = EventsRequest("/a/b.evt")
    steps["spectrum"] = replace(steps["spectrum"], answered=answer, state="fresh")
    return DatasetRecord(name, "events", steps, Pointing(**pointing))


@pytest.mark.parametrize(
    "pointing",
    [
        {"telescope": "SWIFT", "instrument": "XRT", "obs_id": "00035071001"},
        {"telescope": "NuSTAR", "instrument": "FPMA", "obs_id": '1"; import os'},
        {"telescope": "NuSTAR", "instrument": "FPMC", "obs_id": "60001110002"},
    ],
)
def test_events_that_are_not_nustars_are_said_at_their_place(tmp_path, pointing):
    record = session_of(events_dataset("a/b", **pointing))
    code = script(record, "tutorial")
    assert "# a/b is not part of this script\n" in code
    assert "and save it as\n" in code or "save it as spectra/a_b_grp.pha" in code
    assert "hsp." not in code
    (tmp_path / "run" / "spectra").mkdir(parents=True)
    write_spectrum(tmp_path / "run" / "spectra", "a_b_grp.pha", **LINKS)
    assert named(calls(code, tmp_path / "run"), "Fit.perform")


def random_parameters(model, n_groups, seed):
    """Give parameters as a person may leave them: values, limits, frozen, tied anywhere before."""
    rng = random.Random(seed)  # noqa: S311  no secrets here
    found = []
    for p in Expression.parse(model).parameters(n_groups):
        value = rng.uniform(max(p.soft_lo, -5.0), min(p.soft_hi, 5.0))
        new = replace(p, value=value, frozen=rng.random() < 0.3)
        kind = rng.random()
        if kind < 0.3 or (p.group > 1 and kind < 0.6):
            links = [q.number for q in found if not q.link]
            new = replace(new, link=f"p{rng.choice(links)}" if links else "", frozen=False)
            new = replace(new, link=p.link, frozen=False) if kind < 0.15 and p.link else new
        elif kind > 0.8:
            lo, hi = value - 1.0, value + 2.0
            new = replace(new, link="", hard_lo=lo, soft_lo=lo, soft_hi=hi, hard_hi=hi, delta=0.5)
        else:
            new = replace(new, link="")
        found.append(new)
    if not any(p.free for p in found):
        found[0] = replace(found[0], frozen=False, link="")
    return tuple(found)


def test_any_parameters_arrive_in_xspec_as_they_are(tmp_path):
    models = ("constant*tbabs*(powerlaw+gaussian+gaussian)", "phabs*bbody", "cutoffpl")
    write_spectrum(tmp_path / "given", "src.pha", **LINKS)
    lines, wanted = [], []
    for seed in range(60):
        n_groups = 1 + seed % 3
        parameters = random_parameters(models[seed % len(models)], n_groups, seed)
        data = " ".join(f"{n}:{n} src.pha" for n in range(1, n_groups + 1))
        lines += [f'xspec.AllData("{data}")', *model_lines(models[seed % 3], parameters)]
        lines.append("xspec.Fit.perform()")
        wanted.append(expected(parameters))
    head = [
        "import os, xspec",
        f"os.chdir({str(tmp_path / 'given')!r})",
        "xspec.Xset.allowPrompting = False",
        'xspec.Fit.query = "yes"',
    ]
    made = calls("\n".join([*head, *lines]), tmp_path / "run")
    found = [without_tied(one["parameters"]) for one in named(made, "Fit.perform")]
    assert found == wanted


def test_parameters_of_another_model_are_refused():
    parameters = Expression.parse("powerlaw").parameters(2)
    with pytest.raises(InputError, match="has 3 parameters for each data group, the session 4"):
        model_lines("tbabs*powerlaw", parameters)


def test_ranges_keep_their_order_and_spectra():
    texts = ["2:**-3. 79.-** notice 5.-6.", "1:bad", "1-4,10-1e2 no bad"]
    assert ignore_lines(texts) == (
        'xspec.AllData.ignore("2:**-3. 79.-**")',
        'xspec.AllData.notice("2:5.-6.")',
        "# The session leaves out bad bins of 1; XSPEC, of all.",
        'xspec.AllData.ignore("bad")',
        'xspec.AllData.ignore("1-4 10-100.0")',
        "# The session takes bad bins back in here; XSPEC cannot.",
    )


def test_two_observations_and_a_file_twice(observation, tmp_path):
    with nw.Session(live=False) as s:
        path = observation / "event_cl" / f"nu{observation.name}A01_cl.evt"
        s.add_events(path)
        s.add_events(path).lightcurve.binsize_s = 10
        for one in s.datasets.values():
            one.lightcurve.run()
        record = s.record()
    second = record.datasets[1]
    moved = replace(second, pointing=replace(second.pointing, obs_id="60001110002"))
    for datasets, stems in (
        (record.datasets, ["nu99901110002A01", "nu99901110002A01_2"]),
        ((record.datasets[0], moved), ["nu99901110002A01", "nu60001110002A01"]),
    ):
        code = script(replace(record, datasets=datasets), "tutorial")
        folder = tmp_path / stems[1]
        made = calls(code, folder, "99901110002 60001110002")
        assert [one["stemout"] for one in named(made, "heasoftpy.nuproducts")] == stems
        assert len(named(made, "heasoftpy.nupipeline")) == len({n[2:13] for n in stems})
        assert not named(made, "AllModels.clear"), "there is no model and no fit"


def test_a_split_event_file_is_made_by_splitting(observation, tmp_path):
    with nw.Session(live=False) as s:
        path = observation / "event_cl" / f"nu{observation.name}A01_cl.evt"
        s.add_events(path).lightcurve.run()
        record = s.record()
    one = record.datasets[0]
    name = f"nu{observation.name}A06_chu12_N_cl.evt.gz"
    events = replace(one.steps["events"], settings={"path": f"C:\\data\\{name}"})
    one = replace(one, steps=one.steps | {"events": events})
    made = calls(script(replace(record, datasets=(one,)), "tutorial"), tmp_path / "run")
    assert named(made, "heasoftpy.nupipeline")[0]["runsplitsc"] is True
    assert named(made, "heasoftpy.nuproducts")[0]["infile"].endswith(name.removesuffix(".gz"))


@pytest.fixture(scope="module")
def whole(observation):
    with nw.Session(live=False) as s:
        for module in "AB":
            s.add_events(observation / "event_cl" / f"nu{observation.name}{module}01_cl.evt")
        a = s.datasets["99901110002A"]
        a.screen.user_gti = ((450000100.0, 450002000.0),)
        a.lightcurve.correct_livetime = False
        a.image.band = (3, 20)
        a.image.run()
        a.lightcurve.run()
        s.fit.model = "powerlaw"
        s.fit.ignore = "**-3. 40.-**"
        s.fit.run()
        yield s.record()


@pytest.mark.parametrize(
    ("path", "has", "not_there"),
    [
        ("99901110002A.events", "hsp.nupipeline", "nuproducts("),
        ("99901110002A.screen", "times.write", "xspec"),
        ("99901110002B.screen", "No times are left out", "times.write"),
        ("99901110002A.regions", "A01_src.reg", "B01"),
        ("99901110002A.lightcurve", "correctlc=False", "runmkarf=True"),
        ("99901110002A.image", "_sk.img", "hsp."),
        ("99901110002B.spectrum", "hsp.ftgrouppha", "A01"),
        ("fit", "xspec.Fit.perform()", "hsp."),
        ("errors", "xspec.Fit.error", "perform"),
        ("flux", "calcFlux", "perform"),
        ("curve", "xspec.Plot.model", "perform"),
    ],
)
def test_one_step_gives_its_part_alone(whole, path, has, not_there):
    code = script(whole, "tutorial", (path,))
    assert has in code
    assert not_there not in code
    compile(code, path, "exec")


def test_what_has_no_equivalent_is_said(whole):
    text = " ".join(script(whole, "tutorial").replace("# ", "").split())
    assert "divided all bins by the mean live fraction, which has no equivalent here" in text
    assert "is in 3-20 keV, binned by 1" in text
    assert "folded through its approximate response" in text


def test_a_flux_that_xspec_does_not_give_in_one_command_is_said(whole):
    flux = whole.steps["flux"]
    changed = replace(flux, settings={**flux.settings, "unabsorbed": True})
    record = replace(whole, steps={**whole.steps, "flux": changed})
    text = script(record, "tutorial", ("flux",))
    assert "without absorption; XSPEC takes all" in " ".join(text.replace("# ", "").split())
    assert "XSPEC takes all" not in script(whole, "tutorial", ("flux",))


def test_an_empty_session_is_a_heading(tmp_path):
    (head,) = sections(SessionRecord())
    assert head.title == "A session"
    assert calls_nothing(script(SessionRecord(), "tutorial"), tmp_path)


def calls_nothing(code, folder):
    done = run(code, folder / "run")
    return done.returncode == 0 and not (folder / "run" / "calls.json").exists()


def test_lines_are_short_and_have_no_blanks_at_their_end(whole):
    lines = script(whole, "tutorial").splitlines()
    assert [line for line in lines if line != line.rstrip()] == []
    long = [line.removeprefix("# ") for line in lines if len(line) > 88]
    assert [line for line in long if " " in line] == [], "only a path may be longer"
