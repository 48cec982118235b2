"""The costly products beside a session file: none is lost while it may be wanted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from session_samples import record_of

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.files.session_file import opened, session_text
from nuwidgets.files.session_products import Products
from nuwidgets.files.versions import versions_folder

PATH = "a.image"


def image_of(events, seconds=5.0, hi_kev=79.0):
    request = ImageRequest(ScreenRequest(EventsRequest(str(events))), Band(3, hi_kev))
    plane = TangentPlane(10.0, -5.0, 500.0, 500.0, -0.0007, 0.0007)
    return Image(
        np.full((4, 4), hi_kev), plane, request, Provenance("embedded", "1", seconds, request)
    )


def record_with(product, state="fresh", *, held=True):
    step = StepRecord(
        PATH,
        {"band": product.request.band},
        {"band": product.request.band},
        state=state,
        answered=product.request,
        asked=product.request,
        product=product if held else None,
    )
    return SessionRecord((DatasetRecord("a", "events", {"image": step}),))


def files_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def place(tmp_path):
    (tmp_path / "work").mkdir()
    return tmp_path / "work" / "a.nuw"


@pytest.fixture
def events(place):
    path = place.with_name("ev.fits")
    path.write_bytes(b"")
    return path


@pytest.fixture
def products(place):
    return Products(place, {})


def save(products, place, record):
    place.write_text(session_text(record, place.parent, products.write(record)))


@pytest.mark.parametrize("state", ["empty", "stale", "kept", "running", "failed"])
def test_a_product_stays_when_a_setting_moves(products, place, events, state):
    made = image_of(events)
    save(products, place, record_with(made))
    names = files_in(products.folder)
    assert len(names) == 1
    save(products, place, record_with(made, state, held=False))
    products.tidy()
    assert files_in(products.folder) == names
    back = opened(place.read_text(), place.parent)
    assert back.kept.keys() == {PATH}
    assert back.record.step(PATH).answered == made.request
    again = Products(place, back.kept)
    assert np.array_equal(again.loaders(back.record)[PATH]().counts, made.counts)


def test_what_is_undone_and_done_again_finds_its_file(products, place, events):
    one, other = image_of(events), image_of(events, hi_kev=10.0)
    save(products, place, record_with(one))
    save(products, place, record_with(other))
    save(products, place, SessionRecord())
    assert len(files_in(products.folder)) == 2
    back = record_with(one, "kept", held=False)
    kept = products.write(back)
    assert np.array_equal(products.loaders(back)[PATH]().counts, one.counts)
    assert kept.keys() == {PATH}


def test_what_only_costs_a_moment_is_not_kept(products, events):
    assert products.write(record_with(image_of(events, seconds=0.5))) == {}
    assert products.write(record_with(image_of(events), "stale")) == {}
    assert not products.folder.exists()


def test_a_file_that_went_is_written_again(products, place, events):
    save(products, place, record_with(image_of(events)))
    (name,) = files_in(products.folder)
    (products.folder / name).unlink()
    save(products, place, record_with(image_of(events)))
    assert files_in(products.folder) == [name]


def test_tidying_leaves_what_a_version_names_and_what_is_not_ours(products, place, events):
    one, other, last = (image_of(events, hi_kev=hi) for hi in (79.0, 10.0, 20.0))
    save(products, place, record_with(one))
    (named,) = files_in(products.folder)
    versions_folder(place).mkdir()
    version = versions_folder(place) / "20260102T000000Z.nuw"
    version.write_bytes(place.read_bytes())
    save(products, place, record_with(other))
    (unnamed,) = set(files_in(products.folder)) - {named}
    save(products, place, record_with(last))
    (products.folder / "mine.fits").write_bytes(b"")
    assert len(files_in(products.folder)) == 4
    products.tidy()
    found = set(files_in(products.folder))
    assert len(found) == 3
    assert {named, "mine.fits"} < found
    assert unnamed not in found
    version.unlink()
    products.tidy()
    assert named not in files_in(products.folder)


def test_nothing_is_removed_where_the_session_file_cannot_be_read(products, place, events):
    save(products, place, record_with(image_of(events)))
    products.write(SessionRecord())
    place.unlink()
    products.tidy()
    assert len(files_in(products.folder)) == 1
    Products(place.with_name("none.nuw"), {}).tidy()


def test_what_the_file_on_disk_names_stays(products, place, events):
    save(products, place, record_with(image_of(events)))
    products.write(SessionRecord())  # and then the session file could not be written
    products.tidy()
    assert len(files_in(products.folder)) == 1


@pytest.mark.parametrize("where", ["work/b.nuw", "elsewhere/deep/b.nuw"])
def test_products_are_handed_over(tmp_path, products, place, events, where):
    made = image_of(events)
    save(products, place, record_with(made))
    record = record_with(made, "kept", held=False)
    new = tmp_path / where
    new.parent.mkdir(parents=True, exist_ok=True)
    other = Products(new, {})
    products.copy_to(other, record)
    save(other, new, record)
    back = opened(new.read_text(), new.parent)
    assert back.record == record
    product = Products(new, back.kept).loaders(back.record)[PATH]()
    assert np.array_equal(product.counts, made.counts)
    assert product.request == made.request
    assert len(files_in(products.folder)) == len(files_in(other.folder)) == 1
    assert other.folder != products.folder


def test_what_is_damaged_is_not_handed_over(products, place, events):
    made = image_of(events)
    save(products, place, record_with(made))
    (name,) = files_in(products.folder)
    (products.folder / name).write_bytes(b"SIMPLE")
    other = Products(place.with_name("b.nuw"), {})
    record = record_with(made, "kept", held=False)
    products.copy_to(other, record)
    assert other.write(record) == {}
    assert files_in(other.folder) == []


def test_small_products_lie_in_the_session_file(products, events):
    record = record_of(events)
    fit = record.steps["fit"]
    slow = replace(fit.product, provenance=Provenance("embedded", "1", 60.0, fit.asked))
    steps = {**record.steps, "fit": replace(fit, product=slow)}
    assert products.write(replace(record, steps=steps)) == {}
