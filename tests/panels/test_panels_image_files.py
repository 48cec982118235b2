"""Files of the image panel: figures as on the screen, FITS images, lists of sources."""

from __future__ import annotations

import time

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets as nw
from nuwidgets.errors import InputError
from nuwidgets.figures.image_panes import figure_panes
from nuwidgets.files.image import read_image
from nuwidgets.panels.image_export import pane_of


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ImagePanel(session)
    session.settle()
    yield panel
    panel.close()


def until(true, seconds=30.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def save(panel, path):
    panel.export.file.value = str(path)
    panel.export.save()
    until(lambda: panel.export.note.value or panel.message.value)
    assert panel.message.value == ""


@pytest.mark.parametrize(("kind", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_the_figure_is_what_is_on_the_screen(session, panel, tmp_path, kind, magic):
    name, view = next(iter(panel.views.items()))
    view.set_state({"colormap": "viridis", "stretch": "sqrt", "range_hi": 5.0})
    view.set_state({"view": {"x": 400.0, "y": 300.0, "zoom": 5.0}})
    panel.shown.switches["detectors"].value = True
    panel.shown.switches["compass"].value = False
    session.datasets[name].image.markers = [
        ("a star", *session.datasets[name].image.product.plane.to_sky(410, 310))
    ]
    save(panel, tmp_path / f"image.{kind}")
    assert (tmp_path / f"image.{kind}").read_bytes().startswith(magic)
    assert f"image.{kind}" in panel.export.note.value
    shown = panel.export._taken()
    assert [one.name for one in shown] == [*session.datasets]
    axes = figure_panes([pane_of(one) for one in shown], columns=2).axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((300.0, 500.0), (200.0, 400.0))
    assert (axes.images[0].cmap.name, axes.images[0].norm.vmax) == ("viridis", 5.0)
    words = {text.get_text().strip() for text in axes.texts}
    assert {"a star", "DET0", "DET3"} <= words
    assert "N" not in words
    source = next(line for line in axes.lines if line.get_color() == "#5DF08A")
    circle = session.datasets[name].regions.source.to_pixel(panel.desk.plane(name)).shapes[0]
    assert source.get_xdata().max() == pytest.approx(circle.x + circle.radius, rel=1e-4)


def test_every_tile_is_in_the_figure_and_in_the_file_of_its_dataset(session, panel, tmp_path):
    for dataset in session.datasets.values():
        dataset.image.band, dataset.image.bands = (3, 10), [(10, 79)]
    session.settle()
    shown = panel.export._taken()
    assert [(one.name[-1], one.number) for one in shown] == [("A", 0), ("B", 0), ("A", 1), ("B", 1)]
    save(panel, tmp_path / "image.fits")
    names = [f"image_{name}.fits" for name in session.datasets]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name, dataset in session.datasets.items():
        image, path = dataset.image.product, tmp_path / f"image_{name}.fits"
        np.testing.assert_array_equal(read_image(path).counts, image.counts)
        plane = read_image(path).plane
        assert plane.to_sky(10.0, 20.0) == pytest.approx(image.plane.to_sky(10.0, 20.0))
        np.testing.assert_array_equal(fits.getdata(path, 1), image.tiles[0])
        for number, band in enumerate(((3.0, 10.0), (10.0, 79.0))):
            header = fits.getheader(path, number)
            assert (header["E_MIN"], header["E_MAX"]) == band
            assert header["INSTRUME"] == dataset.pointing.instrument
    first = next(iter(session.datasets.values())).screen.product
    told = fits.getheader(tmp_path / f"image_{next(iter(session.datasets))}.fits", 0)
    assert (told["ONTIME"], told["EXPOSURE"]) == (first.ontime_s, first.livetime_s)
    save(panel, tmp_path / "image.fits")  # its own files are replaced


def test_the_plane_that_blinks_is_the_one_that_is_drawn(session, panel):
    first = next(iter(session.datasets.values()))
    first.image.bands = [(10, 79)]
    panel.shown.way.value = "blink"
    session.settle()
    panel.views[first.name].set_state({"frame": 1})
    shown = next(one for one in panel.export._taken() if one.name == first.name)
    assert pane_of(shown).title == f"{first.name}, 10-79 keV"
    np.testing.assert_array_equal(pane_of(shown).values, first.image.product.tiles[0])


def test_what_cannot_be_written_is_said(session, panel, tmp_path):
    panel.export.file.value = str(tmp_path / "image.pgn")
    with pytest.raises(InputError, match=r"'image.pgn': its ending '.pgn' is no known format"):
        panel.export.save()
    theirs = tmp_path / "image.pdf"
    theirs.write_text("precious")
    panel.export.file.value = str(theirs)
    panel.export.save()
    until(lambda: "that this panel did not" in panel.message.value)
    assert theirs.read_text() == "precious"
    panel.tiles.drawn.clear()
    with pytest.raises(InputError, match=r"there is none yet\. Wait for the first"):
        panel.export.save()


def test_sources_of_a_list_are_marked_and_taken_away(session, panel, tmp_path):
    plane = next(iter(session.datasets.values())).image.product.plane
    ra, dec = plane.to_sky(450.0, 520.0)
    path = tmp_path / "list.csv"
    path.write_text(f"name,RA,Dec\nknot <b>,{ra},{dec}\nfar,{ra + 9},{dec}\n")
    row = panel.more.markers
    assert row.clear.disabled
    row.file.value = str(path)
    row.load()
    until(lambda: all(view.markers for view in panel.views.values()))
    assert "2 sources marked" in row.note.value
    for view in panel.views.values():
        (mark,) = view.markers
        assert mark["label"] == "knot <b>"
    first = next(iter(panel.views.values()))
    assert (first.markers[0]["x"], first.markers[0]["y"]) == pytest.approx((450.0, 520.0), abs=1e-3)
    row.clear.click()
    assert all(view.markers == [] for view in panel.views.values())
    assert row.note.value == ""
    path.write_text("name,flux\na,1\n")
    row.load()
    until(lambda: panel.message.value)
    assert "Call two of them RA and DEC" in panel.message.value


def test_the_fold_stays_as_it_was_left(session, panel):
    assert panel.more.fold.layout.display == "none"
    panel.more.more.click()
    assert panel.more.fold.layout.display is None
    again = nw.ImagePanel(session)
    assert again.more.opened
    again.close()


def test_the_exposure_is_asked_for_as_it_is_typed(session, panel):
    energy = panel.more._weights[0]
    assert energy.disabled
    for dataset in session.datasets.values():
        dataset.image.quantity = "exposure"
    assert not energy.disabled
    energy.set_state({"value": "10"})
    session.settle()
    for name, dataset in session.datasets.items():
        assert dataset.exposure.vignetting_kev == 10.0
        assert dataset.image.product.request.exposure.vignetting_kev == 10.0
        assert panel.views[name].unit == "s"
    energy.set_state({"value": "ten"})
    assert "Cannot read" in panel.message.value
    assert energy.value == "10"
