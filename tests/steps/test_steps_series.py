"""Fits one by one: what makes them out of date."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.core.job import State


@pytest.fixture(scope="module")
def two(observation):
    with nw.Session(live=False) as s:
        for module in "AB":
            s.add_events(next(observation.glob(f"event_cl/*{module}01_cl.evt*")))
        s.fit.model, s.fit.ignore = "powerlaw", "**-5. 20.-**"
        s.fit.untie("PhoIndex", "norm")
        s.series.delta = 0
        s.series.run()
        yield s


def test_a_joint_fit_leaves_them_as_they_are(two):
    before = two.series.product
    two.fit.run()
    assert two.series.state is State.FRESH
    assert two.series.product is before


def test_another_start_does_not(two):
    two.fit.run()
    two.fit.set(PhoIndex=1.2)
    assert two.series.state is State.STALE
    again = two.series.run()
    assert again.points[0].request.parameters[0].value == 1.2
