"""Products kept beside a session file."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.errors import FileError
from nuwidgets.files.kept import load_product, save_product, storable


def same(one, two):
    """Whether two values agree bit by bit."""
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape) == (two.dtype, two.shape) and one.tobytes() == two.tobytes()
    if hasattr(one, "tocsr"):
        parts = ("data", "indices", "indptr")
        return one.shape == two.shape and all(same(getattr(one, n), getattr(two, n)) for n in parts)
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(same, one, two))
    if dataclasses.is_dataclass(one):
        names = [field.name for field in dataclasses.fields(one)]
        return type(one) is type(two) and all(same(getattr(one, n), getattr(two, n)) for n in names)
    return repr(one) == repr(two)


def image_of(counts, path="ev.fits"):
    request = ImageRequest(ScreenRequest(EventsRequest(str(path))), Band(3, 79))
    plane = TangentPlane(10.0, -5.0, 500.0, 500.0, -0.0007, 0.0007)
    made = Provenance("embedded", "1", 2.0, request, ("A warning.",))
    return Image(counts, plane, request, made)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "s-kept"


def there_and_back(home, product):
    path = home / "a.spectrum-0123456789ab.fits"
    return load_product(path, save_product(path, product))


def test_spectra_of_the_demo_come_back_bit_by_bit(session, home):
    for dataset in session.datasets.values():
        for step in (dataset.spectrum, dataset.lightcurve, dataset.image):
            product = step.run()
            assert storable(product)
            back = there_and_back(home, product)
            assert same(product, back)
            assert back.request == product.request
            assert not storable(dataset.regions.run())


def test_what_takes_long_of_a_dataset_comes_back(session, home):
    dataset = next(iter(session.datasets.values()))
    dataset.period.range_hz, dataset.power.segment_s = (0.5, 0.501), 64.0
    for step in (dataset.exposure, dataset.hardness, dataset.power, dataset.period):
        product = step.run()
        assert storable(product)
        assert same(product, there_and_back(home, product))


def test_the_curve_of_a_fit_comes_back(session, home):
    session.fit.model = "powerlaw"
    product = session.curve.run()
    assert same(product, there_and_back(home, product))


@settings(deadline=None)
@given(
    hnp.arrays(
        st.sampled_from(["<f8", ">f8", "<f4", "<i8", ">i4", "<i2", "|u1", "|b1"]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    )
)
def test_any_array_comes_back_bit_by_bit(tmp_path_factory, counts):
    product = image_of(counts)
    assert same(product, there_and_back(tmp_path_factory.mktemp("s") / "s-kept", product))


def test_an_array_that_is_there_twice_is_one_again(home):
    row = np.arange(4.0)
    ones = np.ones(4)
    product = Spectrum(row, row, 1.0, ones, ones, row, row)
    save_product(home / "x.fits", product)
    with fits.open(home / "x.fits") as hdus:
        assert sum(hdu.data.size for hdu in hdus[1:-1]) == len(row) + len(ones)


def test_a_file_with_an_image_for_each_array_is_read(home):
    product = image_of(np.arange(4.0))
    save_product(home / "x.fits", product)
    with fits.open(home / "x.fits") as hdus:
        tree = json.loads(hdus[-1].data.tobytes())
        rows = [hdus[1 + n].data[start : start + size] for n, start, size in tree.pop("places")]
        last = fits.ImageHDU(np.frombuffer(json.dumps(tree).encode(), np.uint8))
        old = fits.HDUList([fits.PrimaryHDU(), *map(fits.ImageHDU, rows), last])
        old.writeto(home / "old.fits")
    digest = hashlib.sha256((home / "old.fits").read_bytes()).hexdigest()
    assert same(product, load_product(home / "old.fits", digest))


def test_paths_follow_the_folder(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "data").mkdir(parents=True)
    (old / "data" / "a.pha").write_text("here")
    request = FileSpectrumRequest(str(old / "data" / "a.pha"))
    row = np.arange(3.0)
    pointing = Pointing(obs_id="1")
    product = Spectrum(
        row, row, 1.0, row, row, row, row, pointing=pointing, gti=Gti(((0, 1),)), request=request
    )
    digest = save_product(old / "s-kept" / "a.fits", product)
    old.rename(new)
    back = load_product(new / "s-kept" / "a.fits", digest)
    assert back.request.path == str(new / "data" / "a.pha")


def test_what_is_of_no_known_kind_is_not_kept(home):
    assert not storable(object())
    assert not storable(image_of(np.array(["text"])))
    with pytest.raises(FileError, match="An array of <U4 cannot be kept"):
        save_product(home / "x.fits", image_of(np.array(["text"])))
    with pytest.raises(FileError, match="no way to write a object down"):
        save_product(home / "x.fits", image_of(object()))


def test_a_deleted_or_damaged_file_says_so(home):
    path = home / "x.fits"
    digest = save_product(path, image_of(np.ones((4, 4))))
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"changed since it was written\. It is made again"):
        load_product(path, digest)
    path.unlink()
    with pytest.raises(FileError, match=r"kept in .*x\.fits.*No such file"):
        load_product(path, digest)
    path.mkdir()
    with pytest.raises(FileError, match="it is no file of ours"):
        load_product(path, digest)


def test_a_forged_file_gives_a_sentence_and_nothing_else(home):
    path, rng = home / "x.fits", np.random.default_rng(5)
    save_product(path, image_of(np.ones((4, 4))))
    good, refused = path.read_bytes(), 0
    for _ in range(400):
        data = bytearray(good)
        for at in rng.integers(0, len(data), 12):
            data[at] = rng.integers(256)
        path.write_bytes(bytes(data[: rng.integers(1, len(data))] if rng.random() < 0.3 else data))
        try:
            load_product(path, hashlib.sha256(path.read_bytes()).hexdigest())
        except FileError as error:
            assert "It is made again" in str(error)  # noqa: PT017  any of them will do
            refused += 1
    assert refused > 100


def test_forged_descriptions_are_refused(home):
    path = home / "x.fits"
    save_product(path, image_of(np.ones(4)))
    good = path.read_bytes()
    forgeries = {
        "is no array": (b'"dtype": "<f8"', b'"dtype": "|O8"'),
        "list index out of range": (b'"number": 0', b'"number": 7'),
        "cannot reshape": (b'"shape": [4]', b'"shape": [5]'),
        "no kind of value": (b'"is": "Image"', b'"is": "Popen"'),
    }
    for words, (old, new) in forgeries.items():
        data = good.replace(old, new)
        assert data != good
        path.write_bytes(data)
        with pytest.raises(FileError, match=words):
            load_product(path, hashlib.sha256(data).hexdigest())


def test_a_file_that_cannot_be_written_gives_a_sentence(tmp_path):
    (tmp_path / "s-kept").write_text("a file of the user")
    with pytest.raises(FileError, match=r"Cannot keep a product in .*File exists"):
        save_product(tmp_path / "s-kept" / "x.fits", image_of(np.ones(4)))
