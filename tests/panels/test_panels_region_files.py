"""Region files of the region desk: read, written, and what is said of them."""

from __future__ import annotations

import time

import pytest

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.region import to_pixel
from nuwidgets.errors import InputError
from nuwidgets.panels.saving import named, write_own


@pytest.fixture
def panel(session):
    session.settle()
    panel = nw.ImagePanel(session)
    yield panel
    panel.close()


def until(true, seconds=20.0):
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_regions_are_saved_and_loaded(session, panel, tmp_path):
    first = next(iter(session.datasets.values()))
    kept, files = first.regions.source, panel.desk.files
    files.file.value = str(tmp_path / "src.reg")
    files.save()
    until(lambda: "source written to src.reg" in files.note.value)
    panel.desk.tools.put("circle")
    assert len(first.regions.source.shapes) == 2
    files.load()
    until(lambda: "source read from src.reg" in files.note.value)
    session.settle()
    assert "read from" in files.note.value
    assert first.regions.source == kept
    panel.head.tools.undo()
    assert len(first.regions.source.shapes) == 2
    files.save()  # its own file is replaced
    until(lambda: "written" in files.note.value)
    assert len(nw.read_regions(tmp_path / "src.reg").shapes) == 2


def test_the_file_of_another_is_never_replaced(session, panel, tmp_path):
    path = tmp_path / "theirs.reg"
    path.write_text("# precious")
    panel.desk.files.file.value = str(path)
    panel.desk.files.save()
    until(lambda: "that this panel did not" in panel.message.value)
    assert path.read_text() == "# precious"
    path.unlink()
    panel.desk.files.save()
    until(lambda: "written" in panel.desk.files.note.value)
    path.write_text("# edited by hand since")
    panel.desk.files.save()
    until(lambda: "that this panel did not" in panel.message.value)
    assert path.read_text() == "# edited by hand since"
    with pytest.raises(InputError, match=r"this panel did not write. Choose another name"):
        write_own(panel, path, lambda _path: None)


@pytest.mark.parametrize("form", ["DS9, pixels", "FITS"])
def test_pixels_of_a_file_are_put_on_the_sky_for_all_modules(session, panel, tmp_path, form):
    files = panel.desk.files
    first, second = session.datasets.values()
    files.format.value = form
    files.file.value = str(tmp_path / ("src.fits" if form == "FITS" else "src.reg"))
    kept = first.regions.source.shapes[0]
    files.save()
    until(lambda: "written" in files.note.value)
    files.load()
    until(lambda: "read" in files.note.value)
    session.settle()
    (made,) = first.regions.source.shapes
    assert isinstance(made, nw.Circle)
    assert (made.ra_deg, made.dec_deg) == pytest.approx((kept.ra_deg, kept.dec_deg), abs=1e-7)
    assert second.regions.source == first.regions.source


def test_what_a_region_file_holds_besides_is_said(session, panel, tmp_path):
    path = tmp_path / "more.reg"
    path.write_text('fk5\ncircle(280,35,20")\nline(1,2,3,4)\n')
    panel.desk.files.file.value = str(path)
    panel.desk.files.load()
    until(lambda: panel.desk.files.note.value)
    session.settle()
    first = next(iter(session.datasets.values()))
    assert first.regions.source == nw.Region.of(nw.Circle(280.0, 35.0, 20.0))
    assert "line 3" in panel.desk.files.note.value
    assert "a line is not supported. It is left out." in panel.desk.files.note.value
    path.write_text("fk5\nline(1,2,3,4)\n")
    panel.desk.files.load()
    until(lambda: "no usable region" in panel.message.value)
    assert panel.desk.files.note.value == ""


def test_pixel_regions_are_saved_in_pixels_and_mixed_ones_on_the_sky(session, panel, tmp_path):
    first = next(iter(session.datasets.values()))
    panel.desk.files.file.value = str(tmp_path / "src.reg")
    circle = PixelCircle(500.25, 400.5, 20.0)
    for shapes, frame in (((circle,), "physical"), ((circle, nw.Circle(280, 35, 9)), "fk5")):
        first.regions.source = shapes
        panel.desk.files.save()
        until(lambda: "written" in panel.desk.files.note.value)
        assert frame in (tmp_path / "src.reg").read_text().splitlines()
    first.regions.source = circle
    panel.desk.files.save()
    until(lambda: "written" in panel.desk.files.note.value)
    assert nw.read_regions(tmp_path / "src.reg") == nw.Region.of(circle)


def test_the_file_name_follows_the_role_until_one_is_typed(panel):
    panel.desk.aim("background")
    assert panel.desk.files.file.value == "background.reg"
    panel.desk.files.file.set_state({"value": "mine.reg"})
    panel.desk.aim("source")
    assert panel.desk.files.file.value == "mine.reg"


def test_what_cannot_be_saved_is_said(session, panel):
    first = next(iter(session.datasets.values()))
    first.regions.background = None
    panel.desk.aim("background")
    with pytest.raises(InputError, match="Cannot save the background region: there is none"):
        panel.desk.files.save()
    with pytest.raises(InputError, match=r"no file is named. Type its name"):
        named("  ", "region")
    with pytest.raises(InputError, match=r"Cannot use .~nobody-here/a.reg. as a file name"):
        named("~nobody-here/a.reg", "region")


def test_all_regions_go_into_one_file_and_back(session, panel, tmp_path):
    first, second = session.datasets.values()
    desk, files = panel.desk, panel.desk.files
    knot = nw.Region.of([nw.Circle(280.02, 35.0, 30.0), nw.Panda(280, 35, 0, 90, 5, 20)])
    first.regions.named = second.regions.named = {"NE knot": knot}
    files.extent.set_state({"index": 1})
    assert files.file.value == "regions.reg"
    before = desk.stack(first.name)
    files.file.set_state({"value": str(tmp_path / "all.reg")})
    files.save()
    until(lambda: "source, background, NE knot written to all.reg" in files.note.value)
    for dataset in (first, second):
        dataset.regions.named = {}
        dataset.regions.background = None
    files.load()
    until(lambda: "source, background, NE knot read from all.reg" in files.note.value)
    assert desk.stack(first.name) == desk.stack(second.name) == before
    panel.head.tools.undo()
    assert not first.regions.background
    files.extent.set_state({"index": 0})
    desk.aim("background")
    files.load()  # of several the one of this name
    until(lambda: "background read from" in files.note.value)
    assert first.regions.background == before["background"]


@pytest.mark.parametrize("which", [0, 1])
def test_regions_go_into_fits_and_back(session, panel, tmp_path, which):
    first = next(iter(session.datasets.values()))
    files, before = panel.desk.files, panel.desk.stack(first.name)
    files.extent.set_state({"index": which})
    files.file.set_state({"value": str(tmp_path / "mine.reg")})
    files.format.set_state({"index": 2})
    assert files.file.value == str(tmp_path / "mine.fits")
    files.save()
    until(lambda: "written to mine.fits" in files.note.value)
    files.load()
    until(lambda: "read from mine.fits" in files.note.value)
    plane = panel.desk.plane(first.name)
    for name, region in panel.desk.stack(first.name).items():
        for now, then in zip(region.shapes, before[name].shapes, strict=True):
            places = [to_pixel(one, plane) for one in (now, then)]
            assert places[0].x == pytest.approx(places[1].x, abs=0.01)
    files.format.set_state({"index": 0})
    assert files.file.value == str(tmp_path / "mine.reg")


def test_every_real_file_can_be_loaded(session, panel, shared_data):
    files = panel.desk.files
    folder = shared_data / "regions_images"
    for path in sorted((*folder.glob("*.reg"), *folder.glob("*reg3.fits"))):
        files.note.value = panel.message.value = ""
        files.file.value = str(path)
        files.load()
        said = f"read from {path.name}"  # the message may be that of a region off this sky
        until(lambda said=said: said in files.note.value or "no usable" in panel.message.value)


def test_what_the_task_cannot_correct_for_is_said(session, panel):
    first = next(iter(session.datasets.values()))
    assert panel.desk.files.warned.value == ""
    first.regions.source = nw.Box(280.0, 35.0, 60.0, 30.0)
    assert "nuproducts cannot correct" in panel.desk.files.warned.value
    panel.head.tools.undo()
    assert panel.desk.files.warned.value == ""


def test_nothing_at_all_cannot_be_saved(session, panel):
    for dataset in session.datasets.values():
        dataset.regions.source = dataset.regions.background = None
    panel.desk.files.extent.set_state({"index": 1})
    with pytest.raises(InputError, match="Cannot save the regions: there is none"):
        panel.desk.files.save()
