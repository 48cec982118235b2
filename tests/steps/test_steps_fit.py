"""The fit's settings: models of several sources, data groups, responses, links, undo."""

from __future__ import annotations

import os

import pytest

from nuwidgets.core.door import Door
from nuwidgets.core.edits import Edits
from nuwidgets.core.job import State
from nuwidgets.domain.fit import FitRequest, SourceResponse
from nuwidgets.errors import InputError
from nuwidgets.science.models.moved_groups import LIKE_OTHERS
from nuwidgets.science.models.resolved import values
from nuwidgets.steps.file_spectrum import FileSpectrumStep
from nuwidgets.steps.fit import FitStep
from nuwidgets.steps.fit_settings import check_groups, moved_groups, origins


def echo(request, above, token):
    return request


@pytest.fixture
def door():
    made = Door()
    yield made
    made.close()


@pytest.fixture
def spectra(door):
    return [FileSpectrumStep(echo, door=door, path=f"/data/{name}.pha") for name in "abcd"]


@pytest.fixture
def fit(door, spectra):
    """A fit of three spectra."""
    return FitStep(echo, *spectra[:3], door=door)


def labels(fit, **having):
    return [p.label for p in fit.parameters if all(getattr(p, n) == v for n, v in having.items())]


def test_several_sources_bring_their_parameters(fit):
    fit.model = "tbabs*powerlaw; 2:bkg powerlaw"
    assert len(fit.parameters) == 3 * 5
    fit.set("bkg:norm=0.1", PhoIndex=1.7)
    assert fit.parameter("bkg:powerlaw.norm").value == 0.1
    assert fit.parameter("PhoIndex").value == 1.7
    fit.freeze("bkg:PhoIndex")
    fit.model = "tbabs*powerlaw + gaussian; 2:bkg powerlaw"
    assert fit.parameter("bkg:norm").value == 0.1
    assert fit.parameter("bkg:PhoIndex").frozen
    assert fit.model == "tbabs*powerlaw + gaussian; 2:bkg powerlaw"
    fit.reset()
    assert fit.parameter("bkg:norm").value == 1.0
    assert fit.parameter("bkg:PhoIndex").frozen
    before = fit.parameters
    with pytest.raises(InputError, match="source 2 has two models") as refused:
        fit.model = "powerlaw; 2:bkg powerlaw; 2:other powerlaw"
    assert refused.value.position == 26
    assert fit.parameters == before
    with pytest.raises(InputError, match="Give its expression as text"):
        fit.model = 3
    fit.model = ""
    fit.reset()
    assert fit.parameters == ()


def test_links_take_formulas_of_names_and_numbers(fit):
    fit.model = "powerlaw; 2:bkg powerlaw"
    fit.link("2:norm", "2*norm")
    assert fit.parameter("2:norm").link == "2*p2"
    fit.link("bkg:norm", "0.1*powerlaw.norm + p4")
    assert fit.parameter("bkg:norm").link == "0.1*p2 + p4"
    fit.link("bkg:2:norm", 2)
    assert fit.parameter("bkg:2:norm").link == "p2"
    fit.set(norm=3)
    assert values(fit.parameters)[7] == pytest.approx(0.3 + 6)
    fit.link("bkg:norm", None)
    assert fit.parameter("bkg:norm").value == pytest.approx(6.3)
    with pytest.raises(InputError, match="lead back"):
        fit.link("norm", "2:norm / 2")


def test_groups_are_tied_and_untied_and_it_can_be_undone(door, fit):
    edits = Edits(door)
    edits.watch("fit", fit)
    fit.model = "powerlaw"
    first = fit.parameters
    fit.untie("PhoIndex")
    assert labels(fit, link="") == [
        "powerlaw.PhoIndex",
        "powerlaw.norm",
        "2:powerlaw.PhoIndex",
        "3:powerlaw.PhoIndex",
    ]
    apart = fit.parameters
    edits.begin()
    fit.tie("3:PhoIndex")
    edits.end()
    assert labels(fit, link="p1") == ["3:powerlaw.PhoIndex"]
    assert edits.undo() == "fit.parameters"
    assert fit.parameters == apart
    fit.tie("PhoIndex")
    assert [p.link for p in fit.parameters] == [p.link for p in first]
    with pytest.raises(InputError, match="No parameter is called 'Gamma'"):
        fit.untie("Gamma")


def test_spectra_of_a_group_share_parameters(door, fit):
    edits = Edits(door)
    edits.watch("fit", fit)
    fit.model = "constant*powerlaw; 2:bkg powerlaw"
    fit.untie("powerlaw.norm")
    fit.set("3:norm=7", "bkg:norm=0.5")
    each = fit.parameters
    fit.groups = (1, 1, 2)
    assert fit.n_groups == 2
    assert len(fit.parameters) == 10
    assert fit.parameter("2:norm").value == 7.0
    assert fit.parameter("bkg:norm").value == 0.5
    assert fit.request().groups == (1, 1, 2)
    edits.undo()
    assert (fit.groups, fit.parameters) == ((), each)
    edits.redo()
    assert fit.groups == (1, 1, 2)
    fit.groups = (1, 2, 3)
    assert fit.request().groups == ()
    assert fit.parameter("3:norm").value == 7.0
    assert fit.parameter("2:norm").link == "p3"
    fit.groups = ()
    assert fit.n_groups == 3
    for wrong in ((1, 1), (1, 1, 3), (1, 2, "3"), 2):
        with pytest.raises(InputError, match="as data groups"):
            fit.groups = wrong
    fit.model = ""
    fit.groups = (1, 1, 1)
    assert fit.parameters == ()


def test_groups_and_responses_go_with_their_spectra(fit, spectra):
    a, b, c, d = spectra
    fit.model = "powerlaw; 2:bkg powerlaw"
    fit.groups = (1, 2, 2)
    fit.response(3, 2, "same")
    fit.untie("powerlaw.norm")
    fit.set("2:norm=4")
    fit.rest_on(c, b, d)
    assert fit.groups == (1, 1, 2)
    assert fit.responses == (SourceResponse(1, 2, "same"),)
    assert (fit.parameter("norm").value, fit.parameter("2:norm").link) == (4.0, "p2")
    fit.rest_on(d, c)
    assert fit.groups == (2, 1)
    assert fit.parameter("norm").value == 4.0
    fit.rest_on(d)
    assert (fit.groups, fit.responses, fit.n_groups) == ((), (), 1)
    fit.rest_on(a, b)
    assert fit.n_groups == 2
    fit.rest_on()
    assert (fit.n_groups, len(fit.parameters)) == (1, 4)


def test_responses_are_given_by_number(fit, tmp_path):
    fit.response(2, 2, tmp_path / "b.rmf", tmp_path / "b.arf")
    fit.response(1, 2, "same", "none")
    assert fit.responses == (
        SourceResponse(1, 2, "same"),
        SourceResponse(2, 2, str(tmp_path / "b.rmf"), str(tmp_path / "b.arf")),
    )
    fit.response(2, 2, "same")
    assert fit.responses[1] == SourceResponse(2, 2, "same")
    fit.response(2, 2, None)
    assert len(fit.responses) == 1
    for spectrum in (0, 4, "a.pha", True):
        with pytest.raises(InputError, match="there are 3 spectra in the fit"):
            fit.response(spectrum, 2, "same")
    for source in (0, "bkg"):
        with pytest.raises(InputError, match="Cannot give a response for source"):
            fit.response(1, source, "same")
    with pytest.raises(InputError, match="Give an RMF or RSP file"):
        fit.response(1, 2, "")
    with pytest.raises(InputError, match="as a path"):
        fit.response(1, 2, 7)
    with pytest.raises(InputError, match="two responses of spectrum 1 for source 2"):
        fit.responses = [SourceResponse(1, 2, "same"), SourceResponse(1, 2, "a.rmf")]
    with pytest.raises(InputError, match=r"Call response\(spectrum, source, rmf, arf\)"):
        fit.responses = "same"


def test_files_that_the_fit_reads_make_it_stale_when_they_change(fit, tmp_path):
    rmf = tmp_path / "b.rmf"
    rmf.touch()
    fit.model = "powerlaw; 2:bkg powerlaw"
    assert fit.request().stamp == ()
    fit.response(1, 2, "same")
    assert fit.request().stamp == ()
    fit.response(2, 2, rmf)
    before = fit.request()
    assert len(before.stamp) == 1
    rmf.write_bytes(b"more")
    os.utime(rmf, (1, 1))
    assert fit.request() == before, "files are looked at when it is run"
    fit.stamps.clear()
    assert fit.request() != before


def test_a_request_brings_all_settings_back(fit):
    fit.model = "constant*powerlaw; 2:bkg powerlaw"
    fit.groups = (1, 2, 2)
    fit.response(1, 2, "same")
    fit.link("2:norm", "1.1*norm")
    fit.weight, fit.systematic, fit.statistic = "gehrels", 0.03, "pgstat"
    fit.test_statistic, fit.engine = "ks", "xspec"
    request = fit.request()
    assert isinstance(request, FitRequest)
    assert request.engine == "xspec"
    fit.model, fit.groups, fit.responses, fit.weight = "powerlaw", (), (), "standard"
    fit.engine, fit.systematic, fit.test_statistic, fit.statistic = "embedded", 0, "chi", "chi"
    fit.recall(request)
    assert fit.request() == request
    assert fit.state is State.EMPTY


def test_data_groups_of_spectra_that_come_and_go():
    assert origins((1, 1, 2, 3), (1, 2, 2, 3)) == (1, 0, 3)
    assert moved_groups((), (3, 0)) == ((), (3, LIKE_OTHERS))
    assert moved_groups((), (0, 0)) == ((), ())
    assert moved_groups((1, 1, 2), ()) == ((), ())
    assert moved_groups((1, 1, 2), (3, 1)) == ((2, 1), (1, 2))
    assert moved_groups((1, 1, 2), (0, 0)) == ((), (0, 0))
    assert check_groups([], 3) == ()
