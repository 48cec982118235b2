"""Settings of image, exposure and geometry: what they take, and what follows from them."""

from __future__ import annotations

import pytest

from nuwidgets.core.job import State
from nuwidgets.domain.band import Band
from nuwidgets.domain.exposure_map import ExposureRequest
from nuwidgets.domain.marker import Marker
from nuwidgets.errors import InputError


@pytest.fixture
def dataset(session):
    session.settle(60)
    return next(iter(session.datasets.values()))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("bands", 5, "Give a list of pairs of energies"),
        ("bands", [(3, 10), (30, 10)], "energy band needs 0 <= lo_kev < hi_kev"),
        ("smooth_px", -1.0, "Cannot set smooth_px"),
        ("quantity", "flux", "Cannot set quantity"),
        ("frame", "raw", "Cannot set frame"),
        ("markers", 3, "Give a list of Marker"),
    ],
)
def test_nonsense_is_refused(name, value, words, dataset):
    before = dataset.image.request()
    with pytest.raises(InputError, match=words):
        setattr(dataset.image, name, value)
    assert dataset.image.request() == before


def test_the_usual_request_asks_for_no_exposure(dataset):
    request = dataset.image.request()
    assert (request.exposure, request.bands, request.frame) == (None, (), "sky")


def test_exposure_matters_only_where_it_is_used(session, dataset):
    image, exposure = dataset.image, dataset.exposure
    exposure.vignetting_kev = 10.0
    assert image.state is State.FRESH
    image.quantity = "corrected"
    assert image.request().exposure == ExposureRequest(
        dataset.screen.request(), "", 10.0, exposure.request().stamp
    )
    image.run()
    exposure.vignetting_kev = None
    assert image.request().exposure.vignetting_kev is None
    session.settle(60)
    assert image.product.request.exposure.vignetting_kev is None


@pytest.mark.parametrize(("value", "words"), [(0, "above 0"), ("ten", "above 0"), (-3, "above 0")])
def test_energies_of_vignetting_are_above_zero(value, words, dataset):
    with pytest.raises(InputError, match=words):
        dataset.exposure.vignetting_kev = value


def test_everything_follows_live(session, dataset):
    dataset.image.bands = [(3, 10), (10, 30)]
    dataset.image.quantity = "corrected"
    session.settle(60)
    assert dataset.image.state is State.FRESH
    assert len(dataset.image.product.tiles) == 2
    assert dataset.image.product.unit == "counts s⁻¹ px⁻¹"
    assert dataset.exposure.product is None  # it waits to be asked


def test_geometry_waits_until_somebody_looks(session, dataset):
    assert dataset.geometry.product is None
    session.onlookers.come("me", dataset.geometry)
    session.settle(60)
    assert dataset.geometry.state is State.FRESH
    assert len(dataset.geometry.product.outlines) == 4


def test_files_that_come_to_lie_beside_are_noticed(dataset, monkeypatch):
    stamps = dataset.geometry.stamps
    assert dataset.geometry.request().stamp == ()
    path = dataset.events.path.replace("01_cl.evt", "_det1.fits")
    stamps[path] = (17, 4)
    assert dataset.geometry.request().stamp == ((17, 4),)


def test_markers_do_not_make_the_image_old(dataset):
    dataset.image.markers = [("a", 1, 2), Marker("b", 3, 4)]
    assert dataset.image.state is State.FRESH
    assert [one.name for one in dataset.image.markers] == ["a", "b"]


def test_all_of_it_comes_back_from_a_session_file(session, dataset, tmp_path):
    import nuwidgets as nw

    dataset.image.bands = [(3, 10)]
    dataset.image.markers = [("a", 1, 2)]
    dataset.image.quantity, dataset.image.smooth_px = "corrected", 1.5
    dataset.exposure.vignetting_kev = 12.0
    session.settle(60)
    session.save(tmp_path / "a.nuw")
    with nw.load(tmp_path / "a.nuw") as again:
        image = again.datasets[dataset.name].image
        assert image.request() == dataset.image.request()
        assert image.bands == (Band(3, 10),)
        assert image.markers == (Marker("a", 1, 2),)
        assert image.fresh


def test_the_script_says_it(session, dataset):
    dataset.image.bands, dataset.image.quantity = [(3, 10)], "corrected"
    dataset.exposure.vignetting_kev = 12.0
    session.settle(60)
    text = session.script()
    said = [line for line in text.splitlines() if "exposure" in line or "image" in line]
    assert any("exposure.vignetting_kev = 12.0" in line for line in said)
    assert any(
        "image.quantity = 'corrected'" in line or 'image.quantity = "corrected"' in line
        for line in said
    )
    order = [text.index(word) for word in ("exposure.vignetting_kev", "image.quantity")]
    assert order == sorted(order)
