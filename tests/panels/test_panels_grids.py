"""The image grid and the spectrum grid: what tiles say and show, and what hands do in them."""

from __future__ import annotations

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.errors import FileError, InputError
from nuwidgets.panels.image_grid_tiles import days_of, source_rates, top_of
from nuwidgets.panels.spectrum_grid_tiles import near

MODEL = "tbabs*powerlaw"


@pytest.fixture
def ready(session):
    session.fit.ignore = "**-3. 79.-**"
    session.settle()
    return session


@pytest.fixture
def images(ready):
    panel = nw.ImageGridPanel(ready)
    ready.settle()
    yield panel
    panel.close()


@pytest.fixture
def spectra(ready):
    panel = nw.SpectrumGridPanel(ready)
    ready.settle()
    yield panel
    panel.close()


def ids(panel):
    return [tile["id"] for tile in panel.view.tiles]


def tile(panel, name):
    return next(one for one in panel.view.tiles if one["id"] == name)


def ask(panel, act, *names, **more):
    panel.view._handle_custom_msg({"act": act, "ids": list(names), **more}, [])


def control(panel, words):
    queue = [panel]
    while queue:
        one = queue.pop()
        if getattr(one, "description", None) == words:
            return one
        queue.extend(getattr(one, "children", ()))
    raise AssertionError(words)


# ---- images ----------------------------------------------------------------------------------


def test_images_of_all_event_files_are_sent_with_where_they_belong(ready, images):
    made, view = ready.thumbnails.product, images.view
    first, second = ready.datasets
    sent = np.frombuffer(view.images, view.dtype).reshape(view.shape)
    assert np.array_equal(sent, made.counts)
    assert view.places[second][:2] == [1, pytest.approx(made.pixel_arcsec[1])]
    assert view.field_arcsec == 600.0
    assert tile(images, first)["title"] == "day 0.0"
    assert tile(images, first)["note"].endswith("ks")
    assert "2 observations, day 0.0 to 0.0, 3-79 keV, 10 arcmin wide" in view.alt


def test_days_count_from_the_event(ready, images):
    start = ready.thumbnails.product.start_mjd[0]
    ready.find.event_mjd = start - 125.3
    assert images.view.tiles[0]["title"] == "day 125.3"


def test_a_region_that_is_shared_is_sent_once_and_one_apart_by_itself(ready, images):
    first, second = ready.datasets
    ready.shared.source = nw.Circle(280.0, 35.0, 100)
    ready.shared.background = nw.Annulus(280.0, 35.0, 150, 200)
    assert list(images.view.regions) == [""]
    (source, ring) = images.view.regions[""]
    assert (source["shape"], source["r"], ring["r2"]) == (
        "circle",
        pytest.approx(100, rel=1e-3),
        200,
    )
    assert tile(images, second)["state"] == ""
    ready.datasets[second].regions.source = nw.Circle(280.01, 35.0, 60)
    assert images.view.regions[second][0]["x"] == pytest.approx(
        -36 * np.cos(np.radians(35)), abs=0.1
    )
    assert (tile(images, second)["state"], tile(images, first)["state"]) == ("apart", "")
    assert tile(images, second)["foot"].endswith("own regions")


def test_a_drag_sends_shapes_alone(ready, images):
    ready.shared.source = nw.Circle(280.0, 35.0, 100)
    ready.settle()
    seen = []
    names = list(images.view.trait_names())
    images.view.observe(lambda change: seen.append(change["name"]), names)
    ready.shared.source = nw.Circle(280.001, 35.0, 100)
    ready.settle()
    assert set(seen) == {"regions", "sent"}


def test_a_click_looks_at_one_and_a_tick_includes_it(ready, images):
    first, second = ready.datasets
    view = images.view
    ask(images, "look", second)
    assert (ready.focus, view.focus) == ((second,), [second])
    assert images.view is view  # the tiles stay where they are
    ask(images, "tick", first, on=False)
    assert ready.used == (second,)
    assert not tile(images, first)["used"]
    assert "not in the fit" in tile(images, first)["says"]
    ask(images, "tick", first, on=True)
    assert ready.used == (first, second)
    ask(images, "look")
    assert view.focus == []


def test_colours_are_the_same_for_all_and_remembered(ready, images):
    view, found = images.view, images.view.range_hi
    assert found == top_of(ready.thumbnails.product, np.ones(2))
    ready.view("image grid", colormap="viridis", stretch="sqrt", range_hi=7.0, size=220)
    assert (view.colormap, view.stretch, view.range_hi, view.tile_px) == (
        "viridis",
        "sqrt",
        7.0,
        220,
    )
    box = control(images, "up to")
    assert box.value == "7"
    box.value = "bright"
    assert "as a limit. Type a number" in images.message.value
    assert box.value == "7"
    box.value = ""
    assert view.range_hi == found
    assert images.message.value == ""
    ready.view("image grid", values="counts ks⁻¹")
    factor = 1000 / ready.thumbnails.product.exposure_s[0]
    assert view.places[next(iter(ready.datasets))][4] == pytest.approx(factor)
    assert view.unit == "counts ks⁻¹"
    other = nw.ImageGridPanel(ready)
    assert other.view.colormap == "viridis"
    other.close()


def test_tiles_are_sorted_by_rate_too(ready, images):
    first, second = ready.datasets
    ready.datasets[first].regions.source = nw.Circle(280.1, 35.1, 10)  # next to nothing
    ready.view("image grid", sort="rate")
    assert ids(images) == [second, first]
    rates = source_rates(ready.thumbnails.product, {second: ready.datasets[second].regions.source})
    assert rates[second] > 0.01
    assert rates[first] == 0
    ready.view("image grid", sort="name")
    assert ids(images) == [first, second]


def test_the_field_is_centred_on_the_source(ready, images):
    ready.shared.source = nw.Circle(280.02, 35.01, 100)
    control(images, "Centre on source").click()
    ready.settle()
    assert ready.thumbnails.center == (280.02, 35.01)
    assert images.view.regions[""][0]["x"] == pytest.approx(0, abs=1e-6)
    ready.shared.source = None
    for dataset in ready.datasets.values():
        dataset.regions.source = None
    control(images, "Centre on source").click()
    assert "there is no source region on the sky" in images.message.value


def test_a_file_that_is_gone_is_a_tile_that_says_why(ready, images, tmp_path):
    first, second = ready.datasets
    ready.datasets[first].events.path = str(tmp_path / "gone.evt")
    with pytest.raises(FileError, match=r"gone\.evt"):
        ready.datasets[first].events.run()
    ready.settle()
    assert tile(images, first)["state"] == "failed"
    assert "gone.evt" in tile(images, first)["why"]
    ready.thumbnails.run()
    assert list(images.view.places) == [second]


def test_days_without_a_time_are_none():
    assert days_of({"a": 5.0, "b": 7.5, "c": np.nan}, None) == {
        "a": 0.0, "b": 2.5, "c": pytest.approx(np.nan, nan_ok=True),
    }  # fmt: skip
    assert days_of({"a": 5.0}, 1.0) == {"a": 4.0}


# ---- spectra ---------------------------------------------------------------------------------


def test_data_alone_are_shown_before_there_is_a_model(ready, spectra):
    first, second = ready.datasets
    assert list(spectra.view.pieces) == [first, second]
    assert np.isnan(np.frombuffer(spectra.view.models, "<f4")).all()
    assert tile(spectra, first)["note"] == ""
    assert control(spectra, "Fit one by one").disabled


def test_the_joint_model_follows_a_slider_and_sends_models_alone(ready, spectra):
    ready.fit.model = MODEL
    ready.fit.set(norm=0.01)
    ready.settle()
    view, points = spectra.view, spectra.view.points
    models = np.frombuffer(view.models, "<f4")
    assert np.isfinite(models).all()
    names = ["points", "pieces", "tiles", "models", "x_range"]
    seen = []
    view.observe(lambda change: seen.append(change["name"]), names)
    ready.fit.set(norm=0.0101)
    ready.settle()
    assert np.frombuffer(view.models, "<f4") == pytest.approx(1.01 * models, rel=1e-3)
    assert set(seen) == {"models", "tiles"}
    assert view.points is points
    assert tile(spectra, ready.names[0])["note"].endswith("bins")


def test_fits_one_by_one_are_shown_once_there_are_any(ready, spectra):
    _, second = ready.datasets
    ready.fit.model = MODEL
    ready.settle()
    button = control(spectra, "Fit one by one")
    assert not button.disabled
    ready.series.run()
    ready.settle()
    point = ready.series.product.point(second)
    assert tile(spectra, second)["note"] == f"{near(point.fit.statistic)} / {point.fit.dof} dof"
    assert "2 fitted one by one" in spectra.view.alt
    ready.view("spectrum grid", fits="joint")
    assert tile(spectra, second)["note"].endswith("bins")


def test_a_spectrum_that_cannot_be_fitted_is_a_tile_that_says_why(ready, spectra):
    first, second = ready.datasets
    ready.fit.model = MODEL
    ready.datasets[first].regions.source = nw.Circle(281.5, 35.0, 10)  # not on the image
    ready.settle()
    ready.series.run()
    ready.settle()
    assert tile(spectra, first)["state"] == "failed"
    assert "covers no pixel" in tile(spectra, first)["why"]
    assert tile(spectra, second)["state"] == ""
    assert f"failed: {first}" in spectra.view.alt


def test_what_is_not_ticked_says_so_and_others_keep_their_names(ready, spectra):
    first, second = ready.datasets
    ready.fit.model = MODEL
    ready.settle()
    before = spectra.view.pieces[second][1]
    ask(spectra, "tick", first, on=False)
    assert "tick it to include it" in tile(spectra, first)["why"]
    assert spectra.view.pieces[second][1] == before
    ready.settle()
    assert list(spectra.view.pieces) == [second]


def test_axes_are_shared_or_each_its_own(ready, spectra):
    view = spectra.view
    assert view.y_ranges == {}
    ready.view("spectrum grid", rates="each its own", log_y=False, log_x=False, ratio=True)
    assert set(view.y_ranges) == set(ready.names)
    assert (view.log_x, view.log_y, view.ratio) == (False, False, True)
    assert view.y_ranges[ready.names[0]][0] == 0
    ready.view("spectrum grid", sort="rate")
    assert set(ids(spectra)) == set(ready.names)


def test_spectrum_files_have_tiles_too(ready, tmp_path):
    (path,) = nw.write_spectra([ready.datasets[ready.names[0]].spectrum.product], tmp_path)
    with nw.Session() as other:
        other.add_spectrum(path)
        panel = nw.SpectrumGridPanel(other)
        other.settle()
        assert ids(panel) == list(other.datasets)
        assert panel.view.pieces
        panel.close()


def test_grids_come_back_when_the_last_dataset_was_taken_away(ready, images, spectra):
    paths = [(d.events.path, d.events.hk_path) for d in ready.datasets.values()]
    for name in ready.names:
        ready.remove(name)
    assert not hasattr(images, "view")
    ready.add_events(*paths[0])
    ready.settle()
    for panel in (images, spectra):
        assert panel.view in panel.children
        assert ids(panel) == list(ready.names)
        assert panel.view.comm is not None  # not a closed one


# ---- figures ---------------------------------------------------------------------------------


def test_figures_are_drawn_as_the_tiles_are(ready, images, spectra):
    ready.fit.model = MODEL
    ready.settle()
    for panel, n in ((images, 3), (spectra, 2)):
        figure = panel._figure()()
        axes = figure.get_axes()
        assert len(axes) == n
        assert axes[0].get_title(loc="left") == "day 0.0"


def test_there_is_no_figure_of_nothing(ready):
    ready.live.paused = True
    panel, other = nw.ImageGridPanel(ready), nw.SpectrumGridPanel(ready)
    with pytest.raises(InputError, match="no images to draw yet"):
        panel._figure()
    ready.use()
    other.rebuild()
    with pytest.raises(InputError, match="no spectrum to draw yet"):
        other._figure()
    panel.close()
    other.close()
