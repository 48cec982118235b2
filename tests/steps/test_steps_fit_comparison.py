"""The step that lets both engines fit: what it asks, and what makes no difference to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nuwidgets.core.job import State
from nuwidgets.domain.fit_comparison import FitComparisonRequest
from nuwidgets.engines.mock import MockEngine
from nuwidgets.session import Session


@pytest.fixture
def session():
    with Session(MockEngine(lambda request, *_rest: request), live=False) as opened:
        opened.fit.model = "powerlaw"
        yield opened


def test_it_asks_for_the_fit_without_an_engine(session):
    session.fit.engine = "xspec"
    request = session.compare_fit.request()
    assert request == FitComparisonRequest(replace(session.fit.request(), engine=""), False, 2.706)


def test_recalling_leaves_who_fits(session):
    step = session.compare_fit
    step.errors, step.delta = True, 1.0
    request = step.request()
    session.fit.engine, session.fit.statistic = "xspec", "cstat"
    step.errors, step.delta = False, 4.0
    step.recall(request)
    assert step.request() == request
    assert (session.fit.engine, session.fit.statistic) == ("xspec", "chi")


def test_a_comparison_leaves_the_parameters(session, monkeypatch):
    found = object()
    monkeypatch.setattr(session.processing.fits, "solve", lambda *_asked: found)
    before = session.fit.parameters
    assert session.compare_fit.run() is found
    assert session.compare_fit.state is State.FRESH
    assert session.fit.parameters == before
