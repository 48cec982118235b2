"""The background panel: its table, bars and buttons."""

from __future__ import annotations

import pytest

import nuwidgets as nw
from nuwidgets.domain.backgrounds import BackgroundPlace
from nuwidgets.domain.region import Region
from nuwidgets.errors import InputError
from nuwidgets.panels.background_words import COLORS, bars, row_of, shares_words


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.BackgroundPanel(session)
    session.settle()
    yield panel
    panel.close()


def test_the_table_has_a_row_for_each_proposal(session, panel):
    found = panel.dataset.backgrounds.product
    assert [row[0] for row in panel.table.rows] == [one.name for one in found.proposals]
    row = next(row for row in panel.table.rows if row[0] == "annulus")
    one = found["annulus"]
    assert row[2:5] == [
        f"{one.area_arcsec2:,.0f}",
        f"{one.counts:,}",
        f"{100 * one.source_share:.1f} %",
    ]
    assert "on other detectors" in row[6]
    assert panel.table.selected == found.proposals[0].name
    assert panel.table.marks["annulus"] == "stale"
    assert f"the source lies on DET{found.detector}" in panel.words.value


def test_bars_tell_shares_in_words_too(session, panel):
    found = panel.dataset.backgrounds.product
    text = panel.bars.value
    assert f'aria-label="source: {shares_words(found.source)}"' in text
    assert text.count('role="img"') == 3
    for share, color in zip(found.source.shares, COLORS, strict=True):
        assert f"width:{100 * share:.2f}%;background:{color}" in text
    assert shares_words(BackgroundPlace("x", Region(), shares=(0.5, 0.25, 0.0, 0.001))) == (
        "DET0 50 %, DET1 25 %, none 25 %"
    )


def test_a_choice_shows_its_reason_and_its_faults(session, panel):
    panel.table.set_state({"selected": "annulus"})
    assert "The usual annulus" in panel.reason.value
    assert "Poor: " in panel.reason.value
    panel.table.set_state({"selected": ""})
    assert panel.use.disabled
    assert panel.use.tooltip == "No proposal is chosen."
    assert panel.reason.value == ""


def test_a_preview_follows_the_choice_and_goes_when_it_is_used(session, panel):
    step, regions = panel.dataset.backgrounds, panel.dataset.regions
    panel.table.set_state({"selected": "circle"})
    panel.preview.click()
    assert regions.named["proposal"] == step.product["circle"].region
    assert panel.preview.description == "Hide in image"
    panel.table.set_state({"selected": "annulus"})
    assert regions.named["proposal"] == step.product["annulus"].region
    panel.preview.click()
    assert "proposal" not in regions.named
    panel.preview.click()
    panel.use.click()
    session.settle()
    assert regions.background == step.product["annulus"].region
    assert "proposal" not in regions.named
    assert panel.preview.description == "Show in image"


def test_each_event_file_has_its_own(session, panel):
    first, second = session.datasets.values()
    kind = "annulus"
    panel.table.set_state({"selected": kind})
    panel.use_all.click()
    session.settle()
    for dataset in (first, second):
        assert dataset.regions.background == dataset.backgrounds.product[kind].region
    assert first.regions.background != second.regions.background
    panel.which.set_state({"index": 1})
    assert panel.dataset is second
    assert second.name in panel.words.value
    again = nw.BackgroundPanel(session)
    assert again.dataset is second
    again.close()


def test_proposals_follow_the_source(session, panel):
    before = panel.words.value
    circle = panel.dataset.regions.source.shapes[0]
    panel.dataset.regions.source = nw.Circle(circle.ra_deg, circle.dec_deg, 290)
    session.settle()
    assert panel.words.value != before
    assert "end 29" in panel.words.value


def test_nothing_is_used_before_there_are_proposals(session):
    session.live.paused = True
    panel = nw.BackgroundPanel(session)
    assert panel.use.disabled
    with pytest.raises(InputError, match="it has none yet"):
        panel._use_all()
    panel.close()


def test_places_without_detectors_have_no_bars_and_no_column():
    one = BackgroundPlace("annulus", Region(), 100.0, 7)
    assert row_of(one, None)[5] == ""
    assert row_of(one, None)[6] == "good"
    from nuwidgets.domain.backgrounds import Backgrounds

    found = Backgrounds((one,), one)
    assert bars("<x>", found, one) == ""
    assert repr(found) == "<Backgrounds: annulus>"
    assert repr(Backgrounds((), one, detector=2)) == "<Backgrounds for a source on DET2: none>"


def test_a_hostile_name_is_text_in_the_bars(session, panel):
    found = panel.dataset.backgrounds.product
    assert "<img" not in bars("<img src=x>", found, None)
