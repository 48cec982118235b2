"""Both engines are asked for the same: what differs between them is not in the request."""

from __future__ import annotations

import pytest

from nuwidgets.core.door import Door
from nuwidgets.core.job import State
from nuwidgets.domain.comparison import CompareRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.region import Circle
from nuwidgets.steps.compare import CompareStep
from nuwidgets.steps.events import EventsStep
from nuwidgets.steps.lightcurve import LightCurveStep
from nuwidgets.steps.regions import RegionsStep
from nuwidgets.steps.screen import ScreenStep
from nuwidgets.steps.spectrum import SpectrumStep


def echo(request, above, token):
    return request


@pytest.fixture
def compare():
    door = Door()
    screen = ScreenStep(echo, EventsStep(echo, door=door, path="a_cl.evt"))
    regions = RegionsStep(echo, screen, source=Circle(10, 20, 150))
    beside = SpectrumStep(echo, regions), LightCurveStep(echo, regions)
    yield CompareStep(echo, regions, beside=beside)
    door.close()


def test_the_request_has_the_settings_of_both_and_neither_engine_nor_bins(compare):
    spectrum, lightcurve = compare.beside
    spectrum.engine = lightcurve.engine = "heasoft"
    lightcurve.binsize_s = 64.0
    request = compare.request()
    assert isinstance(request, CompareRequest)
    assert (request.spectrum.engine, request.lightcurve.engine) == ("", "")
    assert request.spectrum.grouping == Grouping()
    assert request.lightcurve.binsize_s == 64.0
    assert request.spectrum.selection == compare.above[0].request()


def test_what_makes_no_difference_leaves_it_fresh_and_the_rest_does_not(compare):
    compare.run()
    spectrum, lightcurve = compare.beside
    for name in compare.regardless:
        setattr(spectrum, name, spectrum.examples[name][1])
        assert compare.state is State.FRESH, name
    lightcurve.band = (3, 20)
    assert compare.state is State.STALE
    assert compare.stale_because() == ("lightcurve.band",)


def test_recalling_keeps_who_makes_the_products_and_their_bins(compare):
    spectrum, lightcurve = compare.beside
    request = compare.request()
    lightcurve.band, spectrum.grouping = (3, 20), "min 30"
    spectrum.engine = lightcurve.engine = "heasoft"
    compare.above[0].source = Circle(10, 20, 60)
    compare.recall(request)
    assert compare.request() == request
    assert (spectrum.engine, lightcurve.engine) == ("heasoft", "heasoft")
    assert str(spectrum.grouping) == "min 30"
    assert lightcurve.band.hi_kev == 79.0
