"""Frozen values as JSON and back."""

from __future__ import annotations

import json
import math
import os
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_samples import PARAMETERS, archive_steps, fit_request, found, listing, polygon

from nuwidgets.domain.archive_file import ArchiveFile, Files, FilesRequest, ObservationFiles
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest
from nuwidgets.domain.fit import FitResult
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.pixel_shapes import PixelBox, PixelEllipse
from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Region
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.errors import FileError
from nuwidgets.files.plain import PlainReader, PlainWriter
from nuwidgets.files.plain_kinds import KINDS

numbers = st.floats(allow_nan=False, allow_infinity=False)
small = st.floats(-1e8, 1e8)
sizes = st.floats(1e-3, 1e8)
angles = st.floats(-360, 360)
shapes = st.one_of(
    st.builds(Circle, small, small, sizes, st.booleans()),
    st.builds(Annulus, small, small, st.floats(0, 10), st.floats(11, 1e8)),
    st.builds(Ellipse, small, small, sizes, sizes, angles),
    st.builds(Box, small, small, sizes, sizes, angles),
    st.builds(PixelBox, small, small, sizes, sizes, angles),
    st.builds(PixelEllipse, small, small, sizes, sizes, angles),
    st.builds(polygon, st.integers(3, 9)),
)
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**80), 2**80),
        st.floats(allow_nan=False),
        st.text(st.characters(), max_size=20),
        st.builds(lambda stack: Region(tuple(stack)), st.lists(shapes, min_size=1, max_size=3)),
        st.builds(Gti, st.lists(st.tuples(st.floats(0, 9), st.floats(10, 99))).map(tuple)),
        st.builds(Band, st.floats(0, 9), st.floats(10, 99)),
    ),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


def there_and_back(value, folder, name=""):
    writer = PlainWriter(folder)
    text = json.dumps([writer.value(value, name), writer.requests], allow_nan=False)
    plain, requests = json.loads(text)
    reader = PlainReader(folder, requests)
    return reader.value(plain), reader


@given(values)
def test_values_come_back_equal(tmp_path_factory, value):
    back, reader = there_and_back(value, tmp_path_factory.getbasetemp())
    assert back == value
    assert repr(back) == repr(value)
    assert not reader.missing
    assert not reader.left_out


def test_numbers_that_json_does_not_know_come_back(tmp_path):
    value = (math.inf, -math.inf, math.nan, -0.0, 5e-324, np.float64(0.1), np.int64(2**62))
    back, _ = there_and_back(value, tmp_path)
    assert [repr(v) for v in back] == [
        "inf", "-inf", "nan", "-0.0", "5e-324", "0.1", str(2**62)
    ]  # fmt: skip


def test_arrays_come_back_with_their_kind(tmp_path):
    covariance = np.array([[1 / 3, np.nan], [np.inf, -0.0]])
    result = FitResult(PARAMETERS, (0.1, 0.2), covariance, 1.0, 2, 3, True)
    back, _ = there_and_back(result, tmp_path)
    assert back.covariance.tobytes() == covariance.tobytes()
    assert back.covariance.dtype == covariance.dtype
    assert not back.covariance.flags.writeable
    empty, _ = there_and_back(np.zeros((0,)), tmp_path)
    assert empty.shape == (0,)


def test_requests_are_written_once(tmp_path):
    writer = PlainWriter(tmp_path)
    path = tmp_path / "ev.fits"
    keys = {writer.value(fit_request(path))["request"] for _ in range(100)}
    assert len(keys) == 1
    assert len(writer.requests) == 5
    kinds = [key.rpartition("-")[0] for key in writer.requests]
    assert sorted(kinds) == ["events", "extractedspectrum", "fit", "screen", "selection"]
    back = PlainReader(tmp_path, writer.requests).request(keys.pop())
    assert back == fit_request(path)


def test_one_key_wherever_the_folder_lies(tmp_path):
    keys = set()
    for name in ("here", "there"):
        folder = tmp_path / name
        keys.add(PlainWriter(folder).key(fit_request(folder / "data" / "ev.fits")))
    assert len(keys) == 1
    assert PlainWriter(folder).key(fit_request(folder / "data" / "other.fits")) not in keys


def test_every_known_kind_is_a_frozen_dataclass_of_its_name():
    assert all(name == cls.__name__ and is_dataclass(cls) for name, cls in KINDS.items())
    assert all(cls.__dataclass_params__.frozen for cls in KINDS.values())
    assert all(field.init for cls in KINDS.values() for field in fields(cls))


def test_paths_follow_the_session(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "data").mkdir(parents=True)
    (old / "data" / "a.pha").write_text("")
    writer = PlainWriter(old / "sessions")
    plain = writer.value(FileSpectrumRequest(str(old / "data" / "a.pha"), "none", "", "b.arf"))
    assert writer.requests[plain["request"]]["path"]["relative"] == "../data/a.pha"
    old.rename(new)
    reader = PlainReader(new / "sessions", writer.requests)
    back = reader.value(plain)
    assert back.path == str(new / "data" / "a.pha")
    assert (back.background_path, back.rmf_path, back.arf_path) == ("none", "", "b.arf")
    assert not reader.missing


def test_the_whole_path_is_the_second_choice(tmp_path):
    data = tmp_path / "a.pha"
    data.write_text("")
    (tmp_path / "sessions").mkdir()
    plain = PlainWriter(tmp_path / "sessions").value(str(data), "path")
    far = tmp_path / "far" / "away"
    reader = PlainReader(far, {})
    assert reader.value(plain) == str(data)
    data.unlink()
    assert reader.value(plain) == str(tmp_path / "far" / "a.pha")
    assert list(reader.missing) == [str(tmp_path / "far" / "a.pha")]


def test_what_is_new_is_left_out_and_said(tmp_path):
    reader = PlainReader(tmp_path, {})
    assert reader.value({"is": "Band", "lo_kev": 3, "hi_kev": 79, "colour": "red"}) == Band(3, 79)
    assert list(reader.left_out) == ["Band.colour"]


def test_what_cannot_be_written_says_so(tmp_path):
    for value in (object(), {1: 2}, lambda: 0, b"bytes", 1j):
        with pytest.raises(FileError, match=r"Cannot write .* no way to write a \w+ down"):
            PlainWriter(tmp_path).value(value)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({"is": "Popen", "args": ["ls"]}, "'Popen' is no kind of value"),
        ({"is": "os.system"}, "'os.system' is no kind of value"),
        ({"is": ["Band"]}, "no kind of value"),
        ({}, "None is no kind of value"),
        ({"is": "Band", "lo_kev": 3}, "a Band lacks 'hi_kev'"),
        ({"is": "Band", "lo_kev": "3", "hi_kev": 79}, "lo_kev of a Band cannot be '3'"),
        ({"is": "Band", "lo_kev": 79, "hi_kev": 3}, "needs 0 <= lo_kev < hi_kev"),
        ({"is": "Circle", "ra_deg": 1, "dec_deg": 1, "radius_arcsec": -1}, "must be above 0"),
        ({"is": "Region", "shapes": [{"is": "Band", "lo_kev": 3, "hi_kev": 9}]}, "of a Region"),
        ({"request": "fit-1"}, "no request 'fit-1'"),
        ({"request": ["fit-1"]}, "no request"),
        ({"is": "float", "value": "1e5"}, "is no number"),
        ({"is": "float", "value": [1]}, "is no number"),
        ({"is": "array", "dtype": "|O8", "values": []}, r"array cannot be of '\|O8'"),
        ({"is": "array", "dtype": ["<f8"], "values": []}, "array cannot be of"),
        ({"is": "array", "dtype": "<f8", "values": [1, [2]]}, "array cannot be read"),
        ({"is": "array", "dtype": "<i8", "values": [2**70]}, "array cannot be read"),
        ({"is": "path", "relative": 1, "absolute": "a"}, "is no path"),
        ({"is": "path", "relative": "", "absolute": ""}, "is no path"),
        ({"is": "path", "relative": "a\0b", "absolute": ""}, "is no path"),
        ({"is": "EventsRequest", "path": {"is": "path"}}, "is no path"),
    ],
)
def test_what_cannot_be_ours_says_so(tmp_path, plain, words):
    with pytest.raises(FileError, match=words):
        PlainReader(tmp_path, {}).value(plain)


def test_a_request_that_holds_itself_is_refused(tmp_path):
    table = {"screen-1": {"is": "ScreenRequest", "events": {"request": "screen-1"}}}
    with pytest.raises(FileError, match="no request 'screen-1' that could be meant"):
        PlainReader(tmp_path, table).value({"request": "screen-1"})


def test_requests_are_shared_when_read(tmp_path):
    writer = PlainWriter(tmp_path)
    plain = [writer.value(fit_request("/x/ev.fits")) for _ in range(2)]
    reader = PlainReader(tmp_path, writer.requests)
    one, two = reader.value(plain)
    assert one is two
    assert isinstance(one.spectra[0].selection.screen.events, EventsRequest)


def test_rows_of_a_catalogue_come_back_to_the_bit(tmp_path):
    rows = found(9)
    back, _ = there_and_back(rows, tmp_path)
    for name in ("start_mjd", "stop_mjd", "exposure_s"):
        one, two = getattr(rows, name), getattr(back, name)
        assert (two.tobytes(), two.dtype, two.shape) == (one.tobytes(), one.dtype, one.shape)
        assert not two.flags.writeable
    others = [f.name for f in fields(rows) if not isinstance(getattr(rows, f.name), np.ndarray)]
    assert all(getattr(back, name) == getattr(rows, name) for name in others)
    assert repr(back.table) == repr(rows.table)


names = st.text(st.sampled_from("ab/*?<>0123 .\u00e4\udc80"), max_size=12)
roots = names.map(
    lambda root: "/" + os.path.normpath(root).strip("/.") if root[:1] == "/" else root
)
"""Addresses, and whole paths as they come from a disk: with no part that leads back."""
listings = st.lists(
    st.builds(
        ObservationFiles,
        st.sampled_from(["", "0", "01", "aa", "60001110002"]),
        roots,
        st.lists(
            st.builds(ArchiveFile, names, st.none() | st.integers(0, 2**70), names), max_size=4
        ).map(tuple),
        names,
    ),
    max_size=4,
).map(tuple)


@given(listings)
def test_lists_of_files_come_back_equal(tmp_path_factory, observations):
    files = Files("NuSTAR", "aws", "It is fast.", observations)
    back, _ = there_and_back(files, tmp_path_factory.getbasetemp())
    assert back.observations == observations
    assert (back.mission, back.host, back.why_host) == (files.mission, files.host, files.why_host)
    assert back.provenance == files.provenance


def test_the_names_of_files_are_written_once(tmp_path):
    text = json.dumps(PlainWriter(tmp_path).value(listing(60, 60)))
    assert len(text) < 60 * 60 * 60
    assert text.count("A_07.hk.gz") == 1


def spoiled(**parts):
    """Give a list of files of which parts are not as they were written."""
    plain = json.loads(json.dumps(PlainWriter(Path("/")).value(listing())))
    first = {n: parts.pop(n) for n in tuple(parts) if n in plain["observations"][0]}
    return {**plain, **parts, "observations": [{**plain["observations"][0], **first}]}


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({**spoiled(), "paths": None}, "a list of files lacks a part"),
        ({**spoiled(), "paths": [1]}, "a list of files lacks a part"),
        ({**spoiled(), "mark": None}, "a list of files lacks a part"),
        ({**spoiled(), "host": 1}, "a list of files lacks a part"),
        ({**spoiled(), "observations": {}}, "a list of files lacks a part"),
        ({**spoiled(), "provenance": 1}, "a list of files lacks a part"),
        (spoiled(obs_id=None), "the files of an observation lack a part"),
        (spoiled(root=[]), "the files of an observation lack a part"),
        (spoiled(files=[0, True, 1]), "the files of an observation lack a part"),
        (spoiled(sizes_bytes=[1.5, 2, 3]), "the files of an observation lack a part"),
        (spoiled(versions=None), "the files of an observation lack a part"),
        (spoiled(versions=["a"]), "do not go together"),
        (spoiled(files=[0, 1, 99]), "do not go together"),
        (spoiled(files=[0, 1, -1]), "do not go together"),
    ],
)
def test_lists_of_files_that_cannot_be_ours_say_so(tmp_path, plain, words):
    with pytest.raises(FileError, match=words):
        PlainReader(tmp_path, {}).value(plain)


def test_folders_follow_the_session_and_need_not_be_there(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    writer = PlainWriter(old)
    download = archive_steps(old)["download"]
    plain = writer.value(download.answered)
    assert writer.requests[plain["request"]]["folder"]["relative"] == "data"
    assert writer.value(download.product)["observations"][0]["folder"]["relative"][:5] == "data/"
    old.rename(new)
    back = PlainReader(new, writer.requests).value(plain)
    assert back == archive_steps(new)["download"].answered
    (old / "data").mkdir(parents=True)  # the session alone was moved: its data stayed
    assert PlainReader(new, writer.requests).value(plain).folder == str(old / "data")


@pytest.mark.parametrize("mirror", ["", "copy/of/it", "https://example.org/FTP", "s3://bucket/a"])
def test_addresses_are_no_paths(tmp_path, mirror):
    request = FilesRequest(FindRequest("a", "NuSTAR"), (), "mirror", mirror)
    writer = PlainWriter(tmp_path)
    plain = writer.value(request)
    assert writer.requests[plain["request"]]["mirror"] == mirror
    assert PlainReader(tmp_path / "b", writer.requests).value(plain) == request
