"""Fits one by one in the tutorial's script: what PyXspec is told for each observation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from tutorial_runs import calls, named

from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
from nuwidgets.domain.series import SeriesRequest
from nuwidgets.science.models.composite import Composite
from nuwidgets.scripts import script

LINKS = {"BACKFILE": "b.pha", "RESPFILE": "r.rmf", "ANCRFILE": "a.arf"}
USUAL = {"background_path": "", "rmf_path": "", "arf_path": "", "row": 0}


@pytest.fixture
def paths(tmp_path):
    """Two spectrum files in folders of their own, with what they name beside them."""
    made = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        table = fits.BinTableHDU.from_columns([fits.Column("COUNTS", "J", array=np.ones(8))])
        table.name = "SPECTRUM"
        table.header.update(LINKS)
        table.writeto(folder / "src.pha")
        for other in LINKS.values():
            (folder / other).touch()
        made.append(folder / "src.pha")
    return made


def record_of(paths, model="tbabs*powerlaw", own=None, ignore=("**-0.3",), **series):
    datasets = []
    for path in paths:
        settings = {"path": str(path), **USUAL, "grouping": Grouping("file")}
        if path is paths[-1]:
            settings |= own or {}
        name = path.parent.name
        step = StepRecord(f"{name}.spectrum", settings, answered="yes")
        datasets.append(DatasetRecord(name, "spectrum", {"spectrum": step}))
    numbers = Composite.parse(model).parameters(len(paths))
    parameters = tuple(
        replace(p, link="" if p.name == "PhoIndex" else p.link, value=1.5 + p.group)
        if p.name == "PhoIndex"
        else p
        for p in numbers
    )
    fit = {"model": model, "parameters": parameters, "statistic": "cstat", "ignore": ignore}
    fit |= {"abundance": "wilm", "cross_section": "vern"}
    whole = FitRequest((), model, parameters, "cstat", ignore)
    asked = SeriesRequest(whole, (), Band(0.3, 10))
    own_settings = {"band": Band(0.3, 10), "unabsorbed": False, "delta": 2.706, **series}
    steps = {
        "fit": StepRecord("fit", fit),
        "series": StepRecord("series", own_settings, {}, "fresh", asked, asked),
    }
    return SessionRecord(tuple(datasets), tuple(d.name for d in datasets), steps)


def test_each_is_loaded_alone_from_its_own_start(paths, tmp_path):
    code = script(record_of(paths), "tutorial")
    made = calls(code, tmp_path / "run")
    fitted = named(made, "Fit.perform")
    assert [one["files"]["1"][1] for one in fitted] == [str(p.parent / "r.rmf") for p in paths]
    assert [list(one["files"]) for one in fitted] == [["1"], ["1"]]
    assert [one["parameters"][1]["value"] for one in fitted] == [2.5, 3.5]
    assert [one["parameters"][0]["value"] for one in fitted] == [1.0, 1.0]
    errors = named(made, "Fit.error")
    assert len(errors) == 2
    assert code.index("for name, path, folder") > code.index("xspec.Plot")


def test_files_that_were_chosen_are_chosen_again(paths, tmp_path):
    own = tmp_path / "own.rmf"
    own.touch()
    record = record_of(paths, "powerlaw", own={"rmf_path": str(own)})
    made = calls(script(record, "tutorial"), tmp_path / "run")
    fitted = named(made, "Fit.perform")
    first, second = (one["files"]["1"] for one in fitted)
    assert first[1] == str(paths[0].parent / "r.rmf")
    assert second[1:] == [str(own), str(paths[1].parent / "a.arf")]


def test_without_intervals_none_are_looked_for(paths):
    code = script(record_of(paths, delta=0.0), "tutorial")
    assert "xspec.Fit.error(" not in code[code.index("observations = ") :]


def test_what_has_no_equivalent_is_said(paths):
    code = script(record_of(paths, unabsorbed=True, ignore=("**-0.3", "2:5.-**")), "tutorial")
    part = code[code.index("observations = ") :]
    assert "XSPEC's is absorbed" in part
    assert "The session leaves out other ranges of some spectra" in part
    several = script(record_of(paths, "powerlaw; 2:bkg powerlaw"), "tutorial")
    assert "with models of several sources" in several.replace("\n# ", " ")
