"""Parts of the region desk: tools, list, names, buttons for chosen shapes, and the counts."""

from __future__ import annotations

import time

import pytest

import nuwidgets as nw
from nuwidgets.domain.region import Point
from nuwidgets.errors import InputError
from nuwidgets.panels.region_tools import TOOLS


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ImagePanel(session)
    yield panel
    panel.close()


@pytest.fixture
def first(session):
    return next(iter(session.datasets.values()))


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def kinds(region):
    return [type(shape).__name__ for shape in region.shapes]


@pytest.mark.parametrize("kind", TOOLS)
def test_every_shape_is_placed_without_a_mouse(session, panel, first, kind):
    panel.desk.tools.exclude.set_state({"value": True})
    panel.desk.tools.buttons[kind].set_state({"value": True})
    assert panel.views[first.name].tool == kind
    assert panel.views[first.name].draw_exclude
    panel.desk.tools.place.click()
    assert first.regions.source.shapes[-1].exclude
    assert panel.views[first.name].regions[1]["shape"] == kind
    assert panel.views[first.name].chosen == ["source-1"]
    assert panel.desk.tools.tool == ""
    session.settle()
    assert panel.message.value == ""


def test_one_tool_at_a_time_and_none_when_pressed_again(panel, first):
    view, tools = panel.views[first.name], panel.desk.tools
    tools.buttons["box"].set_state({"value": True})
    tools.buttons["panda"].set_state({"value": True})
    assert [kind for kind, button in tools.buttons.items() if button.value] == ["panda"]
    tools.buttons["panda"].set_state({"value": False})
    assert (view.tool, tools.tool) == ("", "")
    assert "panda into source" in tools.place.tooltip
    tools.take("circle")
    view.set_state({"tool": ""})  # Esc
    assert tools.tool == ""


def test_no_shape_is_placed_without_an_image(session):
    session.settle()
    session.live.paused = True
    panel = nw.ImagePanel(session)
    panel.desk.hands.views[next(iter(session.datasets))].clear()
    with pytest.raises(InputError, match="there is no image yet"):
        panel.desk.tools.put("circle")
    panel.close()


def test_the_list_orders_turns_and_deletes(session, panel, first):
    second = list(session.datasets.values())[1]
    rows = panel.desk.list.rows
    first.regions.source = [nw.Circle(280, 35, 60), nw.Box(280, 35, 60, 30), nw.Point(280, 35)]
    assert [row["kind"] for row in rows.rows] == ["circle", "box", "point", "annulus"]
    rows.ask("step", ids=["source-0"], by=1)
    assert kinds(second.regions.source) == ["Box", "Circle", "Point"]
    assert rows.chosen == ["source-1"]
    rows.ask("bring", ids=["source-2"], group="background", at=0)
    assert kinds(first.regions.background) == ["Point", "Annulus"]
    assert rows.chosen == ["background-0"]
    (point,) = (r["id"] for r in panel.views[first.name].regions if r["shape"] == "point")
    assert panel.views[first.name].chosen == [point]
    rows.ask("turn", ids=["background-0"])
    assert first.regions.background.shapes[0].exclude
    assert panel.views[first.name].regions[2]["exclude"]
    rows.ask("delete", ids=["background-0"])
    assert kinds(second.regions.background) == ["Annulus"]
    for left in (["Point", "Annulus"], ["Point", "Annulus"], ["Annulus"]):
        panel.head.tools.undo()
        assert kinds(first.regions.background) == left


def test_the_list_chooses_and_aims(panel, first):
    rows, view = panel.desk.list.rows, panel.views[first.name]
    rows.set_state({"chosen": ["background-0"]})
    assert view.chosen == ["background-0"]
    assert (panel.desk.role, rows.into) == ("background", "background")
    rows.ask("into", group="source")
    assert (rows.into, view.draw_role) == ("source", "source")


def test_regions_are_made_renamed_used_and_deleted(session, panel, first):
    second = list(session.datasets.values())[1]
    desk, names = panel.desk, panel.desk.names
    assert (names.rename.disabled, names.uses["source"].disabled) == (True, True)
    names.new.click()
    assert (desk.role, list(second.regions.named)) == ("region 1", ["region 1"])
    names.uses["source"].click()
    assert "as source: it has no shape. Draw one first" in panel.message.value
    desk.tools.put("ellipse")
    names.name.set_state({"value": "NE knot"})
    names.rename.click()
    assert list(second.regions.named) == ["NE knot"]
    assert (desk.role, names.name.value) == ("NE knot", "")
    names.uses["source"].click()
    assert kinds(second.regions.source) == ["Ellipse"]
    names.gone.click()
    assert (desk.role, len(second.regions.named)) == ("source", 0)
    names.gone.click()
    assert not first.regions.source
    assert names.gone.disabled
    for _ in range(6):
        panel.head.tools.undo()
    assert list(first.regions.named) == []
    assert kinds(first.regions.source) == ["Circle"]


@pytest.mark.parametrize("taken", ["source", "knot"])
def test_a_name_that_is_taken_is_refused(panel, first, taken):
    first.regions.named = {"knot": None, "east": None}
    panel.desk.aim("east")
    panel.desk.names.name.value = taken
    for act in (panel.desk.names.make, panel.desk.names.call):
        with pytest.raises(InputError, match=f"There is a region '{taken}' already. Type another"):
            act()


def test_a_region_cannot_be_called_nothing(panel, first):
    first.regions.named = {"knot": None}
    panel.desk.aim("knot")
    with pytest.raises(InputError, match="Cannot name a region ''"):
        panel.desk.names.call()


def test_copies_lie_beside_what_they_are_copies_of(panel, first):
    acts, desk = panel.desk.acts, panel.desk
    with pytest.raises(InputError, match=r"Cannot paste: nothing was copied"):
        acts.paste()
    with pytest.raises(InputError, match=r"Cannot copy: no shape is chosen. Click one"):
        acts.copy()
    desk.select(first.name, ["source-0"])
    acts.copy()
    acts.paste()
    plane = desk.plane(first.name)
    one, other = first.regions.source.to_pixel(plane).shapes
    assert (other.x - one.x, other.y - one.y) == pytest.approx((12.0, -12.0))
    desk.aim("background")
    acts.paste()
    assert first.regions.background.shapes[-1] == first.regions.source.shapes[0]


def test_buttons_order_and_delete(panel, first):
    first.regions.source = [nw.Circle(280, 35, 60), nw.Box(280, 35, 60, 30)]
    panel.desk.select(first.name, ["source-0"])
    made = {one.description: one for one in panel.desk.act_buttons}
    made["Later"].click()
    assert kinds(first.regions.source) == ["Box", "Circle"]
    made["Earlier"].click()
    assert kinds(first.regions.source) == ["Circle", "Box"]
    made["Delete"].click()
    assert kinds(first.regions.source) == ["Box"]
    made["Delete"].click()
    assert "Cannot delete: no shape is chosen" in panel.message.value


def test_shapes_snap_to_the_events_in_them(panel, first):
    plane = panel.desk.plane(first.name)
    truth = first.regions.source.shapes[0]
    first.regions.source = [
        nw.Circle(truth.ra_deg + 0.004, truth.dec_deg - 0.003, 40.0),
        Point(truth.ra_deg, truth.dec_deg + 0.002),
    ]
    view = panel.views[first.name]
    view._handle_custom_msg({"ask": "centroid", "ids": ["source-0", "source-1"], "by": 1}, [])
    until(lambda: abs(first.regions.source.shapes[0].dec_deg - truth.dec_deg) < 0.0015)
    for shape in first.regions.source.to_pixel(plane).shapes:
        middle = nw.Region.of(truth).to_pixel(plane).shapes[0]
        assert (shape.x, shape.y) == pytest.approx((middle.x, middle.y), abs=3.0)
    assert first.regions.source.shapes[0].radius_arcsec == 40.0
    assert panel.desk.chosen == ("source-0", "source-1")


def test_a_shape_that_has_gone_on_is_not_snapped(panel, first):
    old = {"source-0": nw.Circle(1, 2, 3)}
    before = first.regions.source
    panel.desk.acts._snap(first.name, old, {"source-0": (5.0, 5.0)})
    assert first.regions.source == before


def test_there_is_no_centroid_without_events(panel, first):
    panel.desk.select(first.name, ["source-0"])
    first.regions.source = nw.Circle(280.3, 35.3, 3.0)
    panel.desk.select(first.name, ["source-0"])
    panel.desk.acts.centroid()
    until(lambda: "no events in the shape" in panel.message.value)


def test_counts_follow_regions_and_bands(session, panel, first):
    counts = panel.desk.counts
    session.settle()
    text = counts.table.value
    assert f"<td>{first.regions.product.source.n_pixels:,}</td>" in text
    assert text.count("<tr>") == 1 + 2 * 2
    counts.bands.set_state({"value": "3-10, 10-79"})
    session.settle()
    assert "3–10 keV" in counts.table.value  # noqa: RUF001
    first.regions.named = {"<b>knot": nw.Circle(280, 35, 20)}
    session.settle()
    assert "&lt;b&gt;knot" in counts.table.value
    assert counts.table.value.count("<tr>") == 1 + 2 * 2 + 1
    number = first.counts.product.counts[first.counts.product.index("<b>knot"), 0]
    assert f"<td>{number:,}</td>" in counts.table.value
    counts.bands.set_state({"value": "3 to 10"})
    assert "Cannot read &#x27;3 to 10&#x27; as an energy band" in panel.message.value
    assert counts.bands.value == "3-10, 10-79"


@pytest.mark.parametrize(
    ("index", "words"), [(1, "counts s⁻¹<"), (2, "less background"), (3, "s⁻¹ less background")]
)
def test_rates_have_errors(session, panel, first, index, words):
    session.settle()
    counts = panel.desk.counts
    counts.kind.set_state({"index": index})
    assert words in counts.table.value
    product = first.counts.product
    value = {1: product.rate_per_s, 2: product.net_counts, 3: product.net_rate_per_s}[index]
    error = {1: product.error_per_s, 2: product.net_error, 3: product.net_rate_error_per_s}[index]
    shown = counts.table.value.split(" ± ")
    assert float(shown[0].rpartition(">")[2].replace(",", "")) == pytest.approx(
        value[0, 0], abs=error[0, 0] / 10
    )
    assert float(shown[1].partition("<")[0].replace(",", "")) == pytest.approx(
        error[0, 0], rel=0.06
    )
    other = nw.ImagePanel(session)
    assert other.desk.counts.kind.index == index  # remembered
    other.close()


def test_names_and_files_are_folded_away_and_remembered(session, panel):
    desk = panel.desk
    assert desk.folded.layout.display == "none"
    desk.more.click()
    assert desk.folded.layout.display is None
    other = nw.ImagePanel(session)
    assert other.desk.folded.layout.display is None
    other.close()
