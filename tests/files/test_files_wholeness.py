"""Whether a file is whole: what astropy and gzip make is, whatever is cut, changed or added is not."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import os
import struct
import tempfile
import tracemalloc
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import FileError
from nuwidgets.files import wholeness
from nuwidgets.files.fits_walk import MODULUS, Pieces, Sum32
from nuwidgets.files.wholeness import PACKED_SO, check_whole

BLOCK = 2880
PAGE = b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n"
PACKABLE = b"".join(b"%d," % (n * n) for n in range(900))
RNG = np.random.default_rng(11)


def table(n=50, name="EVENTS"):
    columns = [
        fits.Column("TIME", "D", array=RNG.uniform(0, 1e8, n)),
        fits.Column("PI", "J", array=RNG.integers(0, 4096, n)),
        fits.Column("STATUS", "16X", array=RNG.integers(0, 2, (n, 16)).astype(bool)),
        fits.Column("MODE", "3A", array=np.array(["abc"] * n)),
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


def ragged():
    rows = np.empty(5, dtype=object)
    rows[:] = [np.arange(n, dtype="f4") for n in (3, 0, 700, 1, 7)]
    return fits.BinTableHDU.from_columns([fits.Column("MATRIX", "PE()", array=rows)], name="MATRIX")


def groups():
    image = RNG.normal(size=(10, 1, 1, 4, 3)).astype("f4")
    data = fits.GroupData(image, parnames=["U", "V"], pardata=[np.arange(10.0)] * 2, bitpix=-32)
    return fits.GroupsHDU(data)


def text_table():
    columns = [fits.Column("N", "I6", ascii=True, array=np.arange(7))]
    return fits.TableHDU.from_columns(columns, name="TEXT")


def long_header():
    hdu = fits.PrimaryHDU()
    for number in range(5000):
        hdu.header.add_history(f"line {number}")
    return hdu


MAKE = {
    "no data": lambda: [fits.PrimaryHDU()],
    "image": lambda: [fits.PrimaryHDU(RNG.integers(-9, 9, (31, 17)).astype("i2"))],
    "unsigned": lambda: [fits.PrimaryHDU(RNG.integers(0, 60000, (3, 5)).astype("u2"))],
    "cube of doubles": lambda: [fits.PrimaryHDU(RNG.normal(size=(3, 11, 12)))],
    "events": lambda: [fits.PrimaryHDU(), table(), table(3, "GTI"), table(0, "BADPIX")],
    "a quote in the name": lambda: [fits.PrimaryHDU(), table(2, "IT'S")],
    "heap": lambda: [fits.PrimaryHDU(), ragged()],
    "tiles": lambda: [fits.PrimaryHDU(), fits.CompImageHDU(RNG.integers(0, 99, (60, 50), "i4"))],
    "groups": lambda: [groups(), table(2)],
    "text table": lambda: [fits.PrimaryHDU(), text_table(), table(2)],
    "long header": lambda: [long_header(), table(2)],
}


def made(kind, checksum=True):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.fits")
        fits.HDUList(MAKE[kind]()).writeto(path, checksum=checksum)
        return path.read_bytes()


@pytest.fixture(scope="module")
def events():
    """A small FITS file with checksums, and the bytes where each HDU's data end and are padded to."""
    data = made("events")
    with fits.open(io.BytesIO(data)) as opened:
        ends = [(h.fileinfo()["datLoc"] + h.size, h) for h in opened]
        return data, [(end, h.fileinfo()["datLoc"] + h.fileinfo()["datSpan"]) for end, h in ends]


@pytest.fixture
def check(tmp_path):
    """Give the verdict on some bytes, kept under another name than theirs."""
    path = tmp_path / "download.part"

    def verdict(data, name):
        path.write_bytes(data)
        found = check_whole(path, name)
        assert (found.size_bytes, found.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        return found

    return verdict


def header(**values):
    """Give a FITS header made by hand, one block."""
    cards = [f"{key:8}= {value:>20}" for key, value in values.items()]
    return "".join(f"{card:80}" for card in [*cards, "END"]).ljust(BLOCK).encode()


def primary(data=b"", **values):
    """Give FITS bytes with any cards."""
    usual = {"SIMPLE": "T", "BITPIX": "8", "NAXIS": "1", "NAXIS1": str(len(data))}
    return header(**(usual | values)) + data + bytes(-len(data) % BLOCK)


# ---- what is whole


@pytest.mark.parametrize("checksum", [True, "datasum", False])
@pytest.mark.parametrize("kind", MAKE)
def test_what_astropy_writes_is_whole(check, kind, checksum):
    data = made(kind, checksum)
    found = check(data, "a.fits")
    assert (found.problem, found.remark, found.kind) == ("", "", "FITS")
    assert found.is_whole
    assert not found.fetch_again
    cut = len(data) // 3
    packed = {
        "one member": gzip.compress(data),
        "three members": gzip.compress(data[:cut]) + gzip.compress(b"") + gzip.compress(data[cut:]),
        "zeros behind": gzip.compress(data) + bytes(70_000),
        "zeros between": gzip.compress(data[:cut]) + bytes(9) + gzip.compress(data[cut:]),
        "a byte a member": b"".join(gzip.compress(data[i : i + 1], 0) for i in range(600))
        + gzip.compress(data[600:]),
    }
    for stored in packed.values():
        found = check(stored, "a.fits.gz")
        assert (found.problem, found.remark, found.kind) == ("", "", "gzip FITS")


@pytest.mark.parametrize("size", [1, 7, 80, 2881])
def test_chunks_may_end_anywhere(check, monkeypatch, size):
    data = made("heap")
    packed = gzip.compress(data[:777]) + bytes(3) + gzip.compress(data[777:]) + bytes(2)
    broken = packed[:-12] + b"?" + packed[-11:]
    usual = [check(data, "a.rmf"), check(packed, "a.rmf.gz"), check(broken, "a.rmf.gz").is_whole]
    monkeypatch.setattr(wholeness, "CHUNK_BYTES", size)
    monkeypatch.setattr(wholeness, "PACKED_BYTES", max(1, size // 3))
    small = [check(data, "a.rmf"), check(packed, "a.rmf.gz"), check(broken, "a.rmf.gz").is_whole]
    assert usual == small
    assert [usual[0].is_whole, usual[1].is_whole, usual[2]] == [True, True, False]


def test_other_files_are_only_read(check):
    for name, data in {
        "nu.txt": b"text",
        "empty.txt": b"",
        "plot.gif": b"GIF89a\0\0",
        "page.html": PAGE,
        "reply.xml": b"<?xml version='1.0'?><a/>",
        "TLE_ARCHIVE.txt.2012": b"1 38358U",
    }.items():
        found = check(data, name)
        assert (found.problem, found.remark, found.kind) == ("", "", "other")
    for name, data in {"page.html.gz": PAGE, "TLE.txt.gz": b"1 38", "none.txt.gz": b""}.items():
        found = check(gzip.compress(data), name)
        assert (found.problem, found.kind) == ("", "gzip")


def test_what_is_encrypted_is_said(check):
    found = check(b"\x85\x02\x0c\x03secret", "nu30001002003A01_cl.evt.gz.gpg")
    assert (found.problem, found.remark, found.kind) == ("", "encrypted", "other")


def test_the_name_on_the_disk_counts_where_none_is_given(tmp_path):
    (tmp_path / "A.EVT").write_bytes(PAGE)
    assert check_whole(str(tmp_path / "A.EVT")).problem.startswith("is not FITS")


# ---- what does not keep its name's promise


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.evt.gz", PAGE, "is not gzip: it begins with '<!DOCTYPE html>'"),
        ("a.txt.gz", PAGE, "is not gzip: it begins with '<!DOCTYPE html>'"),
        ("a.evt", PAGE, "is not FITS: it begins with '<!DOCTYPE html>'"),
        ("a.txt", b"\xef\xbb\xbf\n <HTML><body>", "is a web page: it begins with '<HTML><body>'"),
        ("a.gif", b"<?xml version='1.0'?><Error><Code>NoSuchKey", "is a web page: it begins with"),
        ("a.evt.gz.gpg", PAGE, "is a web page: it begins with '<!DOCTYPE html>'"),
        ("nu.cat", b"  \n ", "is not FITS: it begins with ''"),
        ("a_orb.FITS", b"SIMPLE = ", "is not FITS: it begins with 'SIMPLE = '"),
        ("a.hk", b"", "is empty"),
        ("a.hk.gz", b"", "is empty"),
        ("a.txt.gz", b"", "is empty"),
        ("a.txt.gpg", b"", "is empty"),
        ("a.txt.gz", b"\x1f", "is not gzip: it begins with '\\x1f'"),
    ],
)
def test_broken_promises(check, name, data, problem):
    found = check(data, name)
    assert found.problem.startswith(problem)
    assert found.kind == "other"
    assert found.fetch_again


def test_broken_promises_inside_gzip(check):
    assert check(gzip.compress(PAGE), "a.evt.gz").problem.startswith("is not FITS: it begins")
    assert check(gzip.compress(PAGE), "a.par.gz").problem.startswith("is a web page")
    assert check(gzip.compress(b""), "a.evt.gz").problem == "is empty"


def test_what_was_unpacked_on_the_way_is_not_gzip(check):
    found = check(made("events"), "a.evt.gz")
    assert found.problem == "is not gzip: it begins with 'SIMPLE  =           '"
    assert found.kind == "FITS"


# ---- gzip that is cut, changed, or goes on


def test_gzip_cut_anywhere_ends_early(check):
    packed = gzip.compress(made("events"))
    for end in range(2, len(packed)):
        assert check(packed[:end], "a.evt.gz").problem == f"gzip ends early at byte {end}"
    assert check(packed[:100], "a.evt.gz").kind == "gzip"
    assert check(packed[:-20], "a.evt.gz").kind == "gzip FITS"


def test_gzip_cut_between_members_is_fits_that_ends_early(check):
    data = made("events")
    members = [gzip.compress(data[:6000]), gzip.compress(data[6000:])]
    found = check(members[0] + bytes(len(members[1])), "a.evt.gz")
    assert found.problem == "the FITS data of extension 1 (EVENTS) end early at byte 6000, not 6610"
    assert found.fetch_again


def is_noticed(verdict, packed, at, change):
    """Change a byte of a gzip file; where that goes unnoticed, what it unpacks to is the same."""
    bad = bytearray(packed)
    bad[at] ^= change
    found = verdict(bytes(bad), "a.txt.gz")
    if found.is_whole:
        assert gzip.decompress(bad) == gzip.decompress(packed)
    return not found.is_whole


def test_any_changed_byte_of_gzip_is_noticed(check):
    packed = gzip.compress(PACKABLE, mtime=0)
    unseen = [at for at in range(len(packed)) if not is_noticed(check, packed, at, 1)]
    # the flag for text, the time, the way it was packed, the system
    assert unseen[:7] == [3, 4, 5, 6, 7, 8, 9]
    assert len(unseen) < 12  # a repetition may be found at two places; bits fill the last byte


@settings(max_examples=300, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), level=st.integers(0, 9))
def test_changed_gzip_is_noticed_at_any_level(tmp_path_factory, where, change, level):
    def verdict(data, name):
        path = tmp_path_factory.getbasetemp() / "changed.gz"
        path.write_bytes(data)
        return check_whole(path, name)

    packed = gzip.compress(PACKABLE, level)
    at = int(where * len(packed))
    assert is_noticed(verdict, packed, at, change) or at not in (0, 1, 2, len(packed) - 1)


def test_sums_of_gzip_are_checked(check):
    packed = bytearray(gzip.compress(b"abc"))
    packed[-5] ^= 1
    assert check(packed, "a.gz").problem.endswith("incorrect data check")
    packed[-5] ^= 1
    packed[-1] ^= 1
    assert check(packed, "a.gz").problem.endswith("incorrect length check")
    packed[-1] ^= 1
    packed[3] |= 0x80
    assert check(packed, "a.gz").problem.startswith("gzip is damaged before byte")


@pytest.mark.parametrize("between", [b"", bytes(3), bytes(3_000_000)])
@pytest.mark.parametrize("behind", [b"x", b"\x1f", b"\x1fx", PAGE])
def test_other_data_after_gzip(check, behind, between):
    packed = gzip.compress(made("no data"))
    found = check(packed + between + behind, "a.fits.gz")
    assert found.problem == f"gzip ends at byte {len(packed)}, and other data follow"
    assert found.kind == "gzip FITS"


# ---- FITS that is cut, changed, or goes on


def test_fits_cut_anywhere(check, events):
    data, ends = events
    for end in [*range(1, len(data), 13), *(e + k for pair in ends for e in pair for k in (-1, 0))]:
        found = check(data[:end], "a.evt")
        padded = any(low <= end < high for low, high in ends)
        if any(end == high for _, high in ends):  # as good as a shorter file
            assert (found.problem, found.remark) == ("", "")
        elif padded:
            assert (found.problem, found.remark) == ("", "the last FITS block is not filled up")
        else:
            assert "early at byte" in found.problem or end < 9
            assert not found.is_whole


@settings(max_examples=400, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
def test_any_changed_byte_of_fits_is_noticed(tmp_path_factory, events, where, change):
    data, _ = events
    at = int(where * len(data))
    if data[at - at % 80 :].startswith(b"CHECKSUM= '") and at % 80 < 12:
        return  # a card that no longer says CHECKSUM, or an empty one, asks for nothing
    bad = bytearray(data)
    bad[at] ^= change
    path = tmp_path_factory.getbasetemp() / "changed.evt"
    path.write_bytes(bad)
    assert check_whole(path).problem


def test_changed_data_name_their_extension_and_sums(check, events):
    data, ends = events
    bad = bytearray(data)
    bad[ends[2][0] - 1] ^= 1
    with fits.open(io.BytesIO(data)) as opened:
        noted, start = opened[2].header["DATASUM"], opened[2].fileinfo()["datLoc"]
    total = fits.PrimaryHDU()._compute_checksum(np.frombuffer(bad[start : ends[2][1]], "u1"))
    problem = f"the FITS data of extension 2 (GTI) have the checksum {total}, not {noted!r}"
    found = check(bad, "a.evt")
    assert found.problem == problem
    assert found.fetch_again
    found = check(gzip.compress(bad), "a.evt.gz")
    assert found.problem == problem
    assert found.remark == PACKED_SO
    assert not found.fetch_again


def test_a_wrong_sum_does_not_hide_that_the_end_is_missing(check, events):
    data, _ = events
    bad = bytearray(data[:-1])
    bad[3 * 80] ^= 1
    assert "ends early" in check(bad, "a.evt").problem


def test_a_changed_header_is_told_from_changed_data(check, events):
    bad = events[0].replace(b"'EVENTS  '", b"'EVENTZ  '")
    problem = "the FITS header of extension 1 (EVENTZ) does not fit its CHECKSUM"
    assert check(bad, "a.evt").problem == problem
    bad = events[0].replace(b"DATASUM =", b"DATASUMM=", 1)
    problem = "the FITS header with the data of the primary HDU does not fit its CHECKSUM"
    assert check(bad, "a.evt").problem == problem


def test_zeros_after_fits_are_remarked_on(check, events):
    data = events[0]
    assert check(data + bytes(28_800), "a.evt").remark == "28800 zeros follow the FITS data"
    assert check(data + bytes(5), "a.evt").remark == "5 zeros follow the FITS data"
    packed = gzip.compress(data + bytes(3_000_000))
    assert check(packed, "a.evt.gz").remark == "3000000 zeros follow the FITS data"
    assert check(packed, "a.evt.gz").is_whole


@pytest.mark.parametrize("behind", [b"x", bytes(5000) + b"x", PAGE, b" " * BLOCK])
def test_other_data_after_fits(check, events, behind):
    found = check(events[0] + behind, "a.evt")
    assert found.problem == f"FITS ends at byte {len(events[0])}, and other data follow"


@pytest.mark.parametrize(
    ("cards", "problem"),
    [
        ({"BITPIX": "7"}, "the FITS header of the primary HDU gives no length: BITPIX 7, NAXIS 1"),
        ({"BITPIX": "T"}, "gives no length: BITPIX 'T'"),
        ({"NAXIS": "1000"}, "gives no length: BITPIX 8, NAXIS 1000"),
        ({"NAXIS": "2"}, "gives no length: NAXIS2 ''"),
        ({"NAXIS1": "-5"}, "gives no length: NAXIS1 -5"),
        ({"NAXIS1": "5.5"}, "gives no length: NAXIS1 '5.5'"),
        ({"GCOUNT": "'one'"}, "gives no length: GCOUNT 'one'"),
        (
            {"NAXIS1": "9" * 60},
            "the FITS data of the primary HDU end early at byte 5760, not 10000",
        ),
    ],
)
def test_headers_that_give_no_length(check, cards, problem):
    assert problem in check(primary(bytes(9), **cards), "a.fits").problem


def test_a_header_without_end(check):
    data = b"SIMPLE  =".ljust(BLOCK)
    problem = "the FITS header of the primary HDU has no END"
    assert check(data * 10_000, "a.fits").problem == problem
    assert check(data * 2, "a.fits").problem.endswith("primary HDU ends early at byte 5760")


# ---- checksums


@pytest.mark.parametrize("noted", ["'42'", "'  42 '", "'0000042'", "42", "''", "'    '"])
def test_ways_to_note_a_sum(check, noted):
    assert check(primary(bytes([0, 0, 0, 42]), DATASUM=noted), "a.fits").problem == ""
    found = check(primary(bytes([0, 0, 0, 41]), DATASUM=noted), "a.fits")
    assert found.is_whole == (not noted.strip("' "))


@pytest.mark.parametrize("noted", ["'?'", "'-42'", "'4.2E1'", "4294967337"])
def test_sums_that_are_none(check, noted):
    assert "not" in check(primary(bytes([0, 0, 0, 42]), DATASUM=noted), "a.fits").problem


def test_a_sum_that_was_never_computed_is_not_compared(check):
    for text in ("''", "'                '", "'0000000000000000'"):
        assert check(primary(b"abc", CHECKSUM=text), "a.fits").problem == ""
    assert check(primary(b"abc", CHECKSUM="'000000000000000a'"), "a.fits").problem


@given(data=st.binary(max_size=400), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_sums_are_those_of_the_standard_wherever_the_data_are_cut(data, cuts):
    total = Sum32()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    for low, high in itertools.pairwise(edges):
        total.add(data[low:high])
    expected = 0
    for (word,) in struct.iter_unpack(">I", data + bytes(-len(data) % 4)):
        expected += word
        expected = (expected & MODULUS) + (expected >> 32)
    assert total.value == expected


def test_sums_are_astropys():
    data = RNG.integers(0, 256, 1_000_003).astype("u1")
    total = Sum32()
    for piece in Pieces([data[:7].tobytes(), b"", data[7:].tobytes()]).upto():
        total.add(piece)
    assert total.value == fits.PrimaryHDU()._compute_checksum(data)
    full = Sum32()
    full.add(b"\xff" * 4000)
    assert full.value == fits.PrimaryHDU()._compute_checksum(np.full(4000, 255, "u1")) == MODULUS


# ---- real files


def astropys_verdict(path):
    """Say whether astropy finds every checksum right."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(path, disable_image_compression=True) as opened:
            for hdu in opened:
                if hdu.header.get("DATASUM", "") == "":
                    hdu.header.remove("DATASUM", ignore_missing=True)  # astropy cannot read it
                    hdu.header.remove("CHECKSUM", ignore_missing=True)
                if 0 in (hdu.verify_datasum(), hdu.verify_checksum()):
                    return False
    return True


def test_real_files_are_whole_where_astropy_says_so(shared_data):
    """Whoever changed a file later often left its checksum as it was."""
    seen = {}
    for path in sorted(p for p in shared_data.rglob("*") if p.is_file()):
        found = check_whole(path)
        assert found.size_bytes == path.stat().st_size
        assert "CHECKSUM" in found.problem or "checksum" in found.problem or not found.problem
        assert found.remark == (PACKED_SO if found.problem and "gzip" in found.kind else "")
        if "FITS" in found.kind:
            seen[path.name] = found.is_whole
            assert found.is_whole == astropys_verdict(path), path
        else:
            assert path.suffix in (".md", ".reg", ".json", ".dat")
    assert len(seen) > 80
    assert 5 < list(seen.values()).count(False) < 20


def test_real_files_cut_short_are_not_whole(shared_data, check):
    seen = []
    for path in sorted((shared_data / "swift_xrt").iterdir()):
        data = path.read_bytes()
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            found = check(data[: int(share * len(data))], path.name)
            assert found.problem or found.remark == "the last FITS block is not filled up"
            seen.append(found.is_whole)
    assert len(seen) == 25
    assert seen.count(True) <= 1  # where the cut happens to fall into padding


# ---- reading


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileError, match=r"Cannot check '.*a\.evt': .*No such file.*Check the path"):
        check_whole(tmp_path / "a.evt")
    with pytest.raises(FileError, match=r"Cannot check .*directory"):
        check_whole(tmp_path)
    with pytest.raises(FileError, match=r"Cannot check .*null"):
        check_whole("a\0b")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="is a pipe"):
        check_whole(tmp_path / "pipe")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that fails to read")
def test_an_error_while_reading():
    with pytest.raises(
        FileError, match=r"Cannot read '/proc/self/mem' to its end: .*copy the file"
    ):
        check_whole("/proc/self/mem")


class StoppedError(Exception):
    pass


def stop_after(n_calls):
    left = iter(range(n_calls))

    def stop():
        if next(left, None) is None:
            raise StoppedError

    return stop


@pytest.mark.parametrize("name", ["a.bin", "a.fits", "a.gz"])
def test_reading_can_be_stopped(tmp_path, name):
    data = bytes(20_000_000)
    data = {"a.fits": primary(data), "a.gz": gzip.compress(data, 1)}.get(name, data)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(StoppedError):
        check_whole(tmp_path / name, stop=stop_after(15))
    assert check_whole(tmp_path / name, stop=stop_after(100)).is_whole


def big_fits(path, n_chunks):
    """Write gzipped FITS of half noise, half zeros, and its checksum; a chunk is 1 MB."""
    noise = RNG.bytes(1 << 20)
    total = Sum32()
    total.add(noise)
    noted = (n_chunks // 2 * total.value - 1) % MODULUS + 1
    size = n_chunks << 20
    cards = {"SIMPLE": "T", "BITPIX": "8", "NAXIS": "1", "NAXIS1": str(size), "DATASUM": str(noted)}
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with path.open("wb") as stream:
        stream.write(packer.compress(header(**cards)))
        for number in range(n_chunks):
            stream.write(packer.compress(noise if number % 2 else bytes(len(noise))))
        stream.write(packer.compress(bytes(-size % BLOCK)) + packer.flush())


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    big_fits(tmp_path / "big.fits.gz", 200)
    check_whole(tmp_path / "big.fits.gz", stop=lambda: None)
    tracemalloc.start()
    try:
        found = check_whole(tmp_path / "big.fits.gz")
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.problem, found.remark, found.kind) == ("", "", "gzip FITS")
    assert found.size_bytes > 100_000_000
    assert peak_bytes < 10_000_000
