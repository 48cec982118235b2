"""The image panel with several bands, other pixels and quantities: views, links, what is over."""

from __future__ import annotations

import html

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets as nw
from nuwidgets.domain.band import Band
from nuwidgets.domain.geometry import Geometry
from nuwidgets.domain.image import Image
from nuwidgets.domain.marker import Marker
from nuwidgets.errors import InputError
from nuwidgets.panels.image_bands import bands_of
from nuwidgets.panels.image_looks import own_limits
from nuwidgets.panels.image_more import energy_of, energy_text
from nuwidgets.panels.image_overlays import detectors, gaps_of, marks, off_axis, read_out


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ImagePanel(session)
    session.settle()
    yield panel
    panel.close()


def tiles(panel):
    return {name: [tile.view for tile in row] for name, row in panel.tiles.tiles.items()}


def test_each_band_has_its_tile_with_the_regions_of_its_dataset(session, panel):
    panel.bands.usual.set_state({"index": 2})
    session.settle()
    for dataset in session.datasets.values():
        assert dataset.image.band == Band(3, 10)
        assert dataset.image.bands == (Band(10, 30), Band(30, 79))
    for name, views in tiles(panel).items():
        image = session.datasets[name].image.product
        assert len(views) == 3
        assert [view.width for view in views] == [300, 300, 300]
        for view, values in zip(views, (image.counts, *image.tiles), strict=True):
            assert np.frombuffer(view.image, view.dtype).sum() == values.sum()
            assert [r["role"] for r in view.regions] == ["source", "background"]
            assert view.view == views[0].view
    heads = [tile.head.value for row in panel.tiles.tiles.values() for tile in row]
    assert sum("10-30 keV" in head for head in heads) == 2
    assert len(panel.tiles.links.links) == 3 * 5
    panel.bands.usual.value = "one band"
    session.settle()
    assert [len(views) for views in tiles(panel).values()] == [1, 1]
    assert {v.width for views in tiles(panel).values() for v in views} == {380}
    assert len(panel.tiles.links.links) == 3
    assert all(d.image.band == Band(3, 79) for d in session.datasets.values())


def test_a_hand_in_any_tile_moves_the_region_in_all(session, panel):
    for dataset in session.datasets.values():
        dataset.image.bands = [(10, 30)]
    session.settle()
    first, second = session.datasets.values()
    before = first.regions.source
    main, tile = tiles(panel)[first.name]
    tile.set_state({"dragging": True})
    items = [{**r, "x": r["x"] + 5.0} if r["role"] == "source" else r for r in tile.regions]
    tile.set_state({"regions": items})
    first.image.bands = ()  # the tile stays while a hand is in it
    session.settle()
    assert len(tiles(panel)[first.name]) == 2
    tile.set_state({"dragging": False})
    assert len(tiles(panel)[first.name]) == 1
    assert tile.comm is None
    assert first.regions.source != before
    assert first.regions.source == second.regions.source
    assert main.regions[0]["x"] == pytest.approx(items[0]["x"])


def test_several_bands_are_shown_in_turn_in_one_view(session, panel):
    panel.bands.further.set_state({"value": "10-30; 30-79 keV"})
    panel.shown.way.set_state({"index": 1})
    session.settle()
    assert session.views["image"]["bands_shown"] == "blink"
    for name, views in tiles(panel).items():
        (view,) = views
        assert [frame["label"] for frame in view.frames] == ["3-79 keV", "10-30 keV", "30-79 keV"]
        assert view.blink_s > 0
        view.set_state({"frame": 1})
        view.set_state({"range_hi": 2.0})
        assert session.views.get(f"image.{name}", {}).get("range_hi") is None
    again = nw.ImagePanel(session)
    assert again.shown.blinks
    again.close()
    panel.shown.way.set_state({"index": 0})
    assert [len(views) for views in tiles(panel).values()] == [3, 3]
    first = next(iter(tiles(panel).values()))[0]
    assert first.frames == []
    assert first.blink_s == 0.0


@pytest.mark.parametrize("wrong", ["ten", "10", "30-10", "10-30-79"])
def test_a_wrong_band_is_said_and_undone(session, panel, wrong):
    panel.bands.further.set_state({"value": wrong})
    assert "band" in html.unescape(panel.message.value)
    assert panel.bands.further.value == ""
    assert next(iter(session.datasets.values())).image.bands == ()


def test_bands_and_energies_are_read_as_typed():
    with pytest.raises(InputError, match=r"Cannot read '1x' as an energy band\. Type lower"):
        bands_of("1x")
    assert bands_of("3\u201310,") == (Band(3, 10),)
    assert bands_of(" ") == ()
    with pytest.raises(InputError, match=r"Cannot read 'ten' as an energy\. Type keV"):
        energy_of("ten")
    assert (energy_of(" "), energy_of("10"), energy_text(None), energy_text(10.0)) == (
        None, 10.0, "", "10",
    )  # fmt: skip


def test_own_bands_and_usual_ones_are_told_apart(session, panel):
    first = next(iter(session.datasets.values()))
    for bands, words in (((), "one band"), ([(4, 5)], "own bands")):
        first.image.bands = bands
        assert panel.bands.usual.value == words
        assert panel.shown.way.layout.display == ("none" if words == "one band" else None)
    panel.bands.usual.value = "own bands"
    assert first.image.bands == (Band(4, 5),)
    first.image.band, first.image.bands = (3, 10), [(10, 79)]
    assert panel.bands.usual.value == "3-10, 10-79"


def test_detector_pixels_show_no_regions_and_the_sky_comes_back_as_it_was(session, panel):
    first = next(iter(session.datasets.values()))
    view, kept = panel.views[first.name], first.regions.source
    view.set_state({"view": {"x": 400.0, "y": 300.0, "zoom": 5.0}})
    for dataset in session.datasets.values():
        dataset.image.frame = "det1"
    session.settle()
    assert view.shape == [360, 360]
    assert (view.regions, view.wcs) == ([], {})
    assert view.detector["matrix"] == [1.0, 0.0, 0.0, 1.0]
    assert "drawn on the sky only" in panel.shown.note.value
    view.set_state({"view": {"x": 100.0, "y": 100.0, "zoom": 2.0}})
    for dataset in session.datasets.values():
        dataset.image.frame = "sky"
    session.settle()
    assert first.regions.source == kept
    assert len(view.regions) == 2
    assert view.view == {"x": 400.0, "y": 300.0, "zoom": 5.0}
    assert panel.shown.note.value == ""


def test_switches_show_and_are_remembered(session, panel):
    name, view = next(iter(panel.views.items()))
    assert view.overlays == []
    assert view.detector["names"] == "DET1"
    panel.shown.switches["detectors"].set_state({"value": True})
    assert {item["style"] for item in view.overlays} == {"detector", "gap"}
    panel.shown.switches["off-axis"].set_state({"value": True})
    labels = [item["label"] for item in view.overlays if item["style"] == "contour"]
    assert labels == [f"{n}′" for n in range(1, 7)]  # noqa: RUF001
    for switch, trait in (("grid", "grid"), ("sources", "markers")):
        before = view.show[trait]
        panel.shown.switches[switch].set_state({"value": not before})
        assert view.show[trait] is not before
    again = nw.ImagePanel(session)
    assert again.views[name].show == view.show
    assert again.views[name].overlays == view.overlays
    again.close()


def test_a_limit_of_counts_is_no_limit_of_rates(session, panel):
    first = next(iter(session.datasets.values()))
    view = panel.views[first.name]
    view.set_state({"range_hi": 7.5})
    first.image.quantity = "exposure"
    session.settle()
    assert view.range_hi == pytest.approx(float(first.image.product.counts.max()))
    assert view.unit == "s"
    values = np.array([[np.nan, 0.0], [1e-5, 3e-5]])
    assert own_limits(values, "counts s⁻¹ px⁻¹") == pytest.approx((0.0, 3e-5), rel=1e-2)
    assert own_limits(values * np.nan, "s") == (0.0, 1.0)


def geometry(**more):
    corners = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    outlines = tuple(corners + shift for shift in ((11, 11), (0, 11), (0, 0), (11, 0)))
    known = {"axis": (12.0, 9.0), "pixel_arcsec": 2.0, **more}
    turn = np.array([[0.0, -2.0], [2.0, 0.0]])
    return Geometry(turn, (5.0, 6.0), (7.0, 8.0), outlines, np.zeros((22, 22), np.int8), **known)


def test_gaps_lie_between_detectors_that_face_each_other():
    outlines = list(geometry().outlines)
    quads = gaps_of(outlines)
    areas = []
    for quad in quads:
        x, y = quad.T
        areas.append(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
    assert areas == pytest.approx([10.0] * 4)
    assert gaps_of(outlines[::2]) == []

    shown = detectors(geometry(), image(1))
    assert [item["label"] for item in shown[4:]] == ["DET0", "DET1", "DET2", "DET3"]


def image(binning, frame="sky"):
    from nuwidgets.domain.events import EventsRequest, ScreenRequest
    from nuwidgets.domain.image import ImageRequest
    from nuwidgets.domain.sky import TangentPlane

    request = ImageRequest(ScreenRequest(EventsRequest("x")), Band(3, 79), binning, frame=frame)
    plane = TangentPlane(10.0, 20.0, 11.0, 11.0, -1e-3, 1e-3)
    return Image(np.ones((22, 22), int), plane if frame == "sky" else None, request, frame=frame)


@pytest.mark.parametrize(("binning", "frame"), [(1, "sky"), (4, "sky"), (1, "det1"), (2, "det1")])
def test_the_read_out_is_that_of_the_geometry(binning, frame):
    made, shown = geometry(), image(binning, frame)
    told = read_out(made, shown)
    matrix = np.reshape(told["matrix"], (2, 2))
    det = np.array([9.0, 4.0])
    pixel = matrix @ (det - told["reference"]) + told["place"]
    fine = pixel * binning + (binning - 1) / 2
    if frame == "sky":
        assert fine == pytest.approx(np.array(made.to_sky(*det)))
    else:
        assert fine == pytest.approx(det)
    ring = off_axis(made, shown)[1]
    away = np.hypot(*(np.array(ring["pts"]) - told["axis"]).T) * told["arcsec"]
    assert away == pytest.approx(np.full(len(away), 120.0), abs=0.02)
    assert off_axis(geometry(axis=None), shown) == []
    assert read_out(geometry(axis=None), shown)["axis"] == []


def test_marks_lie_on_the_sky_that_is_shown():
    markers = (Marker("here", 10.0, 20.0), Marker("far", 11.0, 20.0), Marker("back", 190.0, -20.0))
    assert marks(markers, image(1)) == [{"x": 11.0, "y": 11.0, "label": "here"}]
    assert marks(markers, image(1, "det1")) == []


def test_a_file_without_detector_pixels_is_shown_without_outlines(observation, tmp_path):
    path = observation / "event_cl" / f"nu{observation.name}A01_cl.evt"
    with fits.open(path) as file:
        table = file["EVENTS"]
        kept = [c for c in table.columns if c.name not in ("DET1X", "DET1Y")]
        file["EVENTS"].data = fits.BinTableHDU.from_columns(kept, header=table.header).data
        file.writeto(tmp_path / "plain.evt")
    with nw.Session() as session:
        session.add_events(tmp_path / "plain.evt")
        session.settle()
        panel = nw.ImagePanel(session)
        session.settle()
        assert panel.shown.note.value == ""
        panel.shown.switches["detectors"].value = True
        ((name, view),) = panel.views.items()
        assert name in panel.shown.note.value
        assert "DET1" in panel.shown.note.value
        assert (view.overlays, view.detector) == ([], {})
        assert panel.message.value == ""
        assert "up to date" in panel.status.value
        panel.close()
