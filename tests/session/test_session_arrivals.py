"""What was downloaded becomes datasets: once, with its housekeeping, also when that came later."""

from __future__ import annotations

import threading

import pytest

from nuwidgets.core.job import State
from nuwidgets.errors import CancelledError
from nuwidgets.session import Session

ONE = "99601110002"


@pytest.fixture
def session(tmp_path):
    with Session(live=False) as made:
        made.find.server, made.find.target = "demo", "SIMULATED AGN"
        made.download.folder = tmp_path
        made.find.run()
        made.find.select(ONE)
        yield made


def test_datasets_are_opened_once(session):
    session.download.run()
    assert list(session.datasets) == [f"{ONE}A", f"{ONE}B"]
    session.download.run()
    session.find.select(ONE, "99701110002")
    session.download.run()
    assert list(session.datasets) == [f"{ONE}A", f"{ONE}B", "99701110002A", "99701110002B"]
    assert session.datasets[f"{ONE}A"].spectrum.grouping.kind == "optsnmin"


def test_they_are_opened_when_that_is_wanted_later(session):
    session.download.opens = False
    session.download.run()
    assert not session.datasets
    session.download.opens = True
    session.download.run()
    assert list(session.datasets) == [f"{ONE}A", f"{ONE}B"]
    session.remove(f"{ONE}A")
    session.download.run()
    assert set(session.datasets) == {f"{ONE}A", f"{ONE}B"}


def test_housekeeping_that_comes_later_is_taken(session):
    session.download.pattern = "*01_cl.evt*"
    session.download.run()
    events = session.datasets[f"{ONE}A"].events
    assert events.hk_path == ""
    before = events.product.livetime_s
    session.download.pattern = ""
    session.download.run()
    assert events.hk_path.endswith(f"nu{ONE}A_fpm.hk.gz")
    assert events.product.livetime is not None or events.product.livetime_s != before


def test_nothing_that_can_be_opened_is_said(session):
    session.download.pattern = "auxil/*"
    product = session.download.run()
    assert not session.datasets
    assert f"{ONE}: nothing was opened" in " ".join(product.provenance.warnings)


def test_stop_does_not_wait_for_a_file_that_is_being_opened(session, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    add = Session.add_events

    def slow(self, *args):
        begun.set()
        go_on.wait(20)
        return add(self, *args)

    monkeypatch.setattr(Session, "add_events", slow)
    future = session.download.submit()
    assert begun.wait(20)
    session.download.cancel()
    with pytest.raises(CancelledError):
        future.result(1.0)
    assert session.download.state is State.EMPTY
    go_on.set()
