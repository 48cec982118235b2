"""Fits one by one in a session: kept, recalled, told in tables, scripts and the methods."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from astropy.table import Table

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.domain.evolution import Evolution
from nuwidgets.reports.methods import paragraphs
from nuwidgets.reports.table_files import table_text
from nuwidgets.reports.wording import as_markdown

NOWHERE = nw.Circle(279.0, 35.0, 20.0)


@pytest.fixture(scope="module")
def path(observation, tmp_path_factory):
    """A session file with three observations fitted one by one, one of them without counts."""
    place = tmp_path_factory.mktemp("series") / "many.nuw"
    with nw.Session(live=False) as s:
        for module in "ABA":
            stem = f"nu{observation.name}{module}"
            s.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        s.datasets[s.names[2]].regions.source = NOWHERE
        s.fit.model = "powerlaw"
        s.fit.untie("PhoIndex", "norm")
        s.fit.statistic, s.fit.ignore = "cstat", "**-4. 60.-**"
        s.series.band, s.series.at_once = (3, 10), 1
        s.series.run()
        object.__setattr__(s.series.product.provenance, "seconds", 5.0)  # as if it had been costly
        s.save(place)
    return place


@pytest.fixture
def opened(path, tmp_path):
    shutil.copytree(path.parent, tmp_path, dirs_exist_ok=True)  # paths are relative
    with nw.load(tmp_path / path.name) as s:
        yield s


def test_it_comes_back_without_fitting_again(opened):
    assert opened.series.state is State.KEPT
    asked = []
    opened.base.solve = lambda request, *_: asked.append(request)
    series = opened.series.run()
    assert asked == []
    assert len(series.points) == 3
    assert list(series.failed) == [opened.names[2]]
    assert "covers no pixel" in series.failed[opened.names[2]]
    assert isinstance(series.points[0].folded.counts, np.ndarray)
    evolution = Evolution.of_series(series)
    assert evolution.of("powerlaw.PhoIndex").lo[0] > 0
    assert evolution.of("flux").value[0] > 0


def test_how_many_at_once_changes_nothing(opened):
    opened.series.at_once = 3
    assert opened.series.state is State.KEPT
    opened.series.delta = 1.0
    assert opened.series.state is not State.KEPT


def test_going_back_brings_the_whole_fit_back(opened):
    request, parameters = opened.series.request(), opened.fit.parameters
    opened.fit.model = "tbabs*powerlaw"
    opened.series.band = (5, 10)
    opened.series.recall(request)
    assert opened.series.request() == request
    assert opened.fit.parameters == parameters


def test_as_a_table(opened):
    opened.series.run()
    table = nw.series_table(opened)
    assert table.colnames[:7] == ["dataset", "obs_id", "day", "mjd", "exposure", "counts", "rate"]
    assert len(table) == 3
    assert table["day"][0] == 0.0
    assert "(+" in table["powerlaw.PhoIndex"][0]
    failed = table[[one == opened.names[2] for one in table["dataset"]]][0]
    assert failed["why"]
    assert (failed["powerlaw.PhoIndex"], failed["dof"]) == ("", -1)
    assert table.meta["fits"] == "fitted one by one"
    assert table.meta["confidence"] == "90%"
    assert "powerlaw.PhoIndex" in table_text(table, "ascii.csv")


def test_as_a_table_of_numbers(opened):
    series = opened.series.run()
    table = nw.series_table(opened, numbers=True)
    fit = series.points[0].fit
    assert table["powerlaw.PhoIndex"][0] == fit.parameters[0].value
    assert table["powerlaw.PhoIndex_lo"][0] == series.points[0].intervals[0].lo
    assert np.isnan(table["flux_hi"][2]) or table["flux_hi"][2] > 0
    assert "flux_sigma" not in table.colnames


def test_as_latex(opened):
    opened.series.run()
    text = nw.series_latex(opened)
    assert text.count(r"\\") >= 5
    assert "powerlaw.PhoIndex" in text
    assert "fitted one by one" in text


def test_the_joint_fit_where_there_are_no_others(observation):
    with nw.Session(live=False) as s:
        s.add_events(next(observation.glob("event_cl/*A01_cl.evt")))
        assert nw.series_table(s).meta["fits"] == "no fit"
        s.fit.model, s.fit.ignore = "powerlaw", "**-4. 60.-**"
        s.fit.run()
        table = nw.series_table(s)
        assert table.meta["fits"] == "one joint fit"
        assert table["dof"][0] == s.fit.product.dof
        assert "(+" in table["powerlaw.norm"][0]


def test_both_scripts_have_it(opened):
    ours = opened.script()
    assert "s.series.band = (3.0, 10.0)\n" in ours
    assert "s.series.run()" in ours
    assert "nw.series_table(s).pprint(" in ours
    theirs = opened.script(dialect="tutorial")
    assert "for name, path, folder in observations:" in theirs
    assert 'xspec.Fit.error("maximum 1000. 2.706 1 2")' in theirs


def test_one_that_is_not_fitted_says_so(opened):
    opened.series.run()
    first, second, _ = opened.names
    opened.use(first)
    assert nw.series_table(opened).meta["out_of_date"]
    assert "Out of date" in nw.series_latex(opened)
    opened.series.delta = 0
    opened.series.run()
    table = nw.series_table(opened)
    why = dict(zip(table["dataset"], table["why"], strict=True))
    assert why[first] == ""
    assert "not among the datasets that are fitted" in why[second]
    assert not table.meta["out_of_date"]


def test_the_script_gives_the_same(opened):
    there: dict = {}
    exec(compile(opened.script(), "again.py", "exec"), there)  # noqa: S102  ours
    with there["s"] as again:
        ours, theirs = opened.series.run(), again.series.product
        for one, two in zip(ours.points, theirs.points, strict=True):
            assert one.intervals == two.intervals


def test_the_methods_say_it(opened):
    opened.series.run()
    text = str([one.sentences for one in paragraphs(opened.record())])
    assert "each observation by itself" in text


def test_a_report_has_what_was_found_over_time(opened, tmp_path):
    opened.longterm.run()
    files = {one.name for one in opened.report(tmp_path / "out").files}
    for name in ("longterm", "fluxes", "parameters"):
        assert f"figures/{name}-print.pdf" in files
    assert Table.read(tmp_path / "out/tables/observations.ecsv")["powerlaw.norm"][0] > 0
    rates = Table.read(tmp_path / "out/tables/longterm.ecsv")
    assert rates["rate_per_s"].tolist()[:2] == opened.longterm.product.rate_per_s.tolist()[:2]
    text = (tmp_path / "out/tables/longterm.tex").read_text(encoding="utf-8")
    assert r"Net rates in 3-79 keV." in text
    assert f"{opened.names[2]}: Cannot select events" in text.replace("\\_", "_")
    said = (tmp_path / "out/methods.md").read_text(encoding="utf-8")
    assert "In 3-79 keV the source is detected in 2 of 3 observations." in said


def test_what_holds_for_many_is_said_once(opened):
    for one in opened.datasets.values():
        one.regions.source = nw.Circle(280.0, 35.0, 60.0)
        one.regions.background = nw.Annulus(280.0, 35.0, 80.0, 160.0)
        one.spectrum.run()
    opened.remove(opened.names[2])
    record = opened.record()
    first, second = record.datasets
    text = as_markdown(paragraphs(record), ())
    assert f"For {first.name} and {second.name}, source counts were taken from a circle" in text
    assert f"{first.name} is an event file of NuSTAR" in text
    many = tuple(replace(first, name=f"n{n}") for n in range(8))
    text = as_markdown(paragraphs(replace(record, datasets=many, steps={}, used=())), ())
    assert "8 datasets are event files of NuSTAR" in text
    assert "Harrison" in text
    assert text.count("For all 8 datasets, source counts were taken from a circle") == 1
    assert "the spectrum of 8 datasets" in text
