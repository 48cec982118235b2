"""The switch of the region desk: a change for all observations, or for this one."""

from __future__ import annotations

import pytest

import nuwidgets as nw


@pytest.fixture
def panel(session):
    panel = nw.ImagePanel(session)
    session.settle()
    yield panel
    panel.close()


def moved(panel, name, by=3.0):
    """Move the source in a view, as a hand does."""
    view = panel.views[name]
    items = [dict(item) for item in view.regions]
    items[0] = {**items[0], "x": items[0]["x"] + by}
    view.set_state({"regions": items})


def test_nothing_is_shared_until_it_is_asked_for(session, panel):
    sharing = panel.desk.sharing
    assert sharing.all.layout.display == "none"
    assert panel.desk.together.layout.display is None
    sharing.share.click()
    assert session.shared.source == session.datasets[panel.desk.current].regions.source
    assert sharing.all.layout.display is None
    assert panel.desk.together.layout.display == "none"
    assert "2 observations" in sharing.all.description


def test_a_hand_moves_the_region_of_all_or_of_one(session, panel):
    first, second = session.datasets.values()
    session.share_regions(first.name)
    before = session.shared.source
    moved(panel, first.name)
    assert session.shared.source != before
    assert first.regions.source == second.regions.source == session.shared.source
    assert panel.desk.targets(first.name) == [first, second]
    session.undo()
    assert first.regions.source == second.regions.source == session.shared.source == before
    panel.desk.sharing.all.set_state({"value": False})
    assert panel.desk.targets(first.name) == [first]
    moved(panel, first.name)
    assert session.shared.source == before == second.regions.source
    assert session.shared.apart == (first.name,)
    assert f"{first.name} has regions of its own" in panel.desk.sharing.note.value
    panel.desk.sharing.join.click()
    assert first.regions.source == before
    assert panel.desk.sharing.note.value == ""


def test_a_region_that_is_taken_away_is_missed_here_alone(session, panel):
    first, second = session.datasets.values()
    session.share_regions(first.name)
    before = session.shared.source
    panel.desk.put(first.name, "source", nw.Region())
    assert session.shared.source == before == second.regions.source
    assert session.shared.apart == (first.name,)
