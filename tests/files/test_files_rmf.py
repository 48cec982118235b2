"""Responses: every layout of a matrix, and real files against another reading of them."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from scipy.sparse import csr_array

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.response import Arf, Response
from nuwidgets.errors import FileError
from nuwidgets.files.arf import read_arf, write_arf
from nuwidgets.files.rmf import read_response, read_rmf, response_of, write_rmf
from nuwidgets.files.rmf_matrix import rising_edges

SETS = "fit_sets"
MATRICES = (
    f"{SETS}/asca_sis0_a2029/sis0.rmf",
    f"{SETS}/chandra_3c273/3c273.rmf",
    f"{SETS}/chandra_cdfs_179/cdfs4Ms_179.rmf",
    f"{SETS}/chandra_gcs25_2278/rmf2278.fits",
    f"{SETS}/exosat_s54405/s54405.rsp",
    f"{SETS}/ginga_lac/ginga_lac.rsp",
    f"{SETS}/hxmt_he/P011160506306_HE_RSP.fits",
    f"{SETS}/ixpe_det1/ixpe_d1_20170101_alpha075_02.rmf",
    f"{SETS}/rosat_xrbg/pspcc_gain1_256.rsp",
    f"{SETS}/xmm_ngc7793_ulx4_pn/PN.rmf",
    "nustar_cal/diag.rmf",
)


def by_hand(path, base):
    """Read a matrix row by row with astropy, shape (n_channel, n_energy)."""
    with fits.open(path) as file:
        table = next(h for h in file[1:] if "MATRIX" in h.columns.names)
        n = len(next(h for h in file[1:] if "E_MIN" in h.columns.names).data)
        made = np.zeros((n, len(table.data)))
        for at, row in enumerate(table.data):
            first, count = np.atleast_1d(row["F_CHAN"]), np.atleast_1d(row["N_CHAN"])
            values, used = np.atleast_1d(row["MATRIX"]), 0
            for group in range(row["N_GRP"]):
                start, size = int(first[group]) - base, int(count[group])
                made[start : start + size, at] += values[used : used + size]
                used += size
        return made


@pytest.mark.parametrize("name", MATRICES)
def test_real_matrices_agree_with_a_slow_reading(shared_data, name):
    response = read_rmf(shared_data / name)
    expected = by_hand(shared_data / name, int(response.channel[0]))
    assert np.array_equal(response.matrix.toarray(), expected)
    assert np.all(np.diff(response.energy_edges_kev) > 0)
    assert response.energy_edges_kev[0] > 0
    assert isinstance(response.matrix, csr_array)


@pytest.mark.parametrize(
    ("name", "base"), [(MATRICES[0], 1), (MATRICES[6], 0), (MATRICES[7], 0), (MATRICES[10], 0)]
)
def test_first_channels(shared_data, name, base):
    assert read_rmf(shared_data / name).channel[0] == base


def test_energies_of_zero_and_reversed_bins(shared_data):
    swift = read_rmf(shared_data / "swift_xrt/swxpc0to12s6_20130101v014.rmf.gz")
    assert swift.energy_edges_kev[0] == pytest.approx(0.005e-3, rel=1e-6)
    assert "thousandth" in swift.provenance.warnings[0]
    exosat = read_rmf(shared_data / SETS / "exosat_s54405/s54405.rsp")
    assert exosat.energy_edges_kev[:2] == pytest.approx([0.2934653, 0.4434653])
    assert "reversed" in exosat.provenance.warnings[0]


def make_rmf(path, *, groups="ragged", tlmin=1, channels=None, edges=None, energies=None, first=1):
    """Write a matrix of 3 energies and 4 channels; row 2 is empty."""
    rows = [[(0, [0.5, 0.25])], [(0, [0.1]), (2, [0.2, 0.3])], []]
    counts = [len(r) for r in rows]
    starts = [[g[0] + first for g in r] for r in rows]
    lengths = [[len(g[1]) for g in r] for r in rows]
    values = [[v for g in r for v in g[1]] for r in rows]

    def ragged(cells):
        made = np.empty(3, object)
        for i, cell in enumerate(cells):
            made[i] = np.array(cell)
        return made

    def padded(cells, n):
        return np.array([list(c) + [0] * (n - len(c)) for c in cells])

    if groups == "ragged":
        cells = [
            ("F_CHAN", "PI()", ragged(starts)),
            ("N_CHAN", "QJ()", ragged(lengths)),
            ("MATRIX", "PE()", ragged(values)),
        ]
    else:
        cells = [
            ("F_CHAN", "2J", padded(starts, 2)),
            ("N_CHAN", "2I", padded(lengths, 2)),
            ("MATRIX", "5D", padded(values, 5)),
        ]
    lo, hi = energies or ([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    head = [("ENERG_LO", "E", lo), ("ENERG_HI", "E", hi), ("N_GRP", "I", counts)]
    matrix = fits.BinTableHDU.from_columns(
        [fits.Column(n, f, array=v) for n, f, v in head + cells], name="SPECRESP MATRIX"
    )
    if tlmin is not None:
        matrix.header["TLMIN4"] = tlmin
    low, high = edges or ([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0])
    channels = np.arange(first, first + 4) if channels is None else channels
    bounds = [("CHANNEL", "E", channels), ("E_MIN", "E", low), ("E_MAX", "E", high)]
    ebounds = fits.BinTableHDU.from_columns(
        [fits.Column(n, f, array=np.array(v, float)) for n, f, v in bounds], name="EBOUNDS"
    )
    fits.HDUList([fits.PrimaryHDU(), ebounds, matrix]).writeto(path, overwrite=True)
    return path


EXPECTED = np.array([[0.5, 0.1, 0], [0.25, 0, 0], [0, 0.2, 0], [0, 0.3, 0]])


@pytest.mark.parametrize("groups", ["ragged", "fixed"])
@pytest.mark.parametrize(("tlmin", "first"), [(1, 1), (0, 0), ("0", 0), (None, 1), (None, 0)])
def test_layouts_and_first_channels(tmp_path, groups, tlmin, first):
    response = read_rmf(make_rmf(tmp_path / "a.rmf", groups=groups, tlmin=tlmin, first=first))
    assert response.matrix.toarray() == pytest.approx(EXPECTED)
    assert response.channel.tolist() == list(range(first, first + 4))
    assert bool(response.provenance.warnings) == (tlmin is None)


def test_a_tlmin_that_cannot_be_is_put_right(tmp_path):
    response = read_rmf(make_rmf(tmp_path / "a.rmf", tlmin=1, first=0))
    assert response.channel[0] == 0
    assert "says 1, which cannot be" in response.provenance.warnings[0]


def test_channels_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(FileError, match="channels 7 to 10 do not fit into 4"):
        read_rmf(make_rmf(tmp_path / "a.rmf", tlmin=1, first=7))


def test_channel_column_of_zeros_or_in_another_order(tmp_path):
    zeros = read_rmf(make_rmf(tmp_path / "a.rmf", channels=[0, 0, 0, 0]))
    assert zeros.e_min_kev.tolist() == [1, 2, 3, 4]
    falling = ([4.0, 3.0, 2.0, 1.0], [5.0, 4.0, 3.0, 2.0])
    turned = read_rmf(make_rmf(tmp_path / "b.rmf", channels=[4, 3, 2, 1], edges=falling))
    assert turned.e_min_kev.tolist() == [1, 2, 3, 4]
    grating = read_rmf(make_rmf(tmp_path / "c.rmf", edges=falling))
    assert grating.e_min_kev.tolist() == [4, 3, 2, 1]


def test_falling_energies_are_turned(tmp_path):
    energies = ([3.0, 2.0, 1.0], [4.0, 3.0, 2.0])
    response = read_rmf(make_rmf(tmp_path / "a.rmf", energies=energies))
    assert response.energy_edges_kev.tolist() == [1, 2, 3, 4]
    assert response.matrix.toarray() == pytest.approx(EXPECTED[:, ::-1])


def test_edges():
    edges, said = rising_edges(np.array([1.0, 2.0, 2.0]), np.array([2.0, 2.0, 3.0]))
    assert np.all(np.diff(edges) > 0)
    assert edges == pytest.approx([1, 2, 2, 3], rel=1e-6)
    assert said == ()
    edges, said = rising_edges(np.array([1.0, 2.5]), np.array([2.0, 3.0]))
    assert "do not touch in 1 places" in said[0]
    for lo, hi in (([np.nan], [1.0]), ([-2.0], [-1.0])):
        with pytest.raises(ValueError, match=r"not all numbers|no energy is above 0"):
            rising_edges(np.array(lo), np.array(hi))


def test_what_is_no_response_is_said(shared_data, tmp_path):
    pha = shared_data / SETS / "asca_sis0_a2029/sis0.pha"
    with pytest.raises(FileError, match="is no RMF: no table matrix"):
        read_rmf(pha)
    with pytest.raises(FileError, match="is no ARF: no table with ENERG_LO"):
        read_arf(pha)
    with fits.open(make_rmf(tmp_path / "a.rmf")) as file:
        fits.HDUList([file[0], file[2]]).writeto(tmp_path / "b.rmf")
    with pytest.raises(FileError, match="no table EBOUNDS"):
        read_rmf(tmp_path / "b.rmf")


def test_matrices_that_lie_about_themselves_are_refused(tmp_path):
    for groups, words in (("N_GRP", "more groups than"), ("N_CHAN", "more elements than")):
        path = make_rmf(tmp_path / "a.rmf", groups="fixed")
        with fits.open(path, mode="update") as file:
            file[2].data[groups] = 3
            file[2].data["F_CHAN"] = 1
        with pytest.raises(FileError, match=words):
            read_rmf(path)


def make_arf(path, n=3, **columns):
    cells = {
        "ENERG_LO": np.arange(1.0, n + 1),
        "ENERG_HI": np.arange(2.0, n + 2),
        "SPECRESP": np.full(n, 10.0),
    } | columns
    made = [
        fits.Column(
            k, f"{np.size(v) // n if n else 1}D", "keV" if k != "SPECRESP" else "cm**2", array=v
        )
        for k, v in cells.items()
    ]
    fits.BinTableHDU.from_columns(made, name="SPECRESP").writeto(path, overwrite=True)
    return path


def test_a_response_is_matrix_times_area(tmp_path):
    make_arf(tmp_path / "a.arf", SPECRESP=np.array([2.0, 4.0, np.nan]))
    response = read_response(make_rmf(tmp_path / "a.rmf"), tmp_path / "a.arf")
    assert response.matrix.toarray() == pytest.approx(EXPECTED * [2, 4, 0])
    assert response.area_cm2.tolist() == [2, 4, 0]
    assert read_response(tmp_path / "a.rmf").arf_path == ""


def test_what_does_not_fit_is_said(tmp_path):
    rmf = read_rmf(make_rmf(tmp_path / "a.rmf"))
    with pytest.raises(FileError, match=r"does not fit the RMF .* 4 and 3 energies"):
        response_of(rmf, read_arf(make_arf(tmp_path / "a.arf", 4)))
    off = read_arf(make_arf(tmp_path / "a.arf", ENERG_LO=np.array([1.0, 2.2, 3.0])))
    assert "differ from those" in response_of(rmf, off).provenance.warnings[-1]


def test_areas_in_falling_order_in_ev_in_rows_and_empty(tmp_path):
    falling = {
        "ENERG_LO": np.array([3.0, 2, 1]),
        "ENERG_HI": np.array([4.0, 3, 2]),
        "SPECRESP": np.array([30.0, 20, 10]),
    }
    arf = read_arf(make_arf(tmp_path / "a.arf", **falling))
    assert arf.area_cm2.tolist() == [10, 20, 30]
    data = (tmp_path / "a.arf").read_bytes().replace(b"'keV     '", b"'eV      '")
    (tmp_path / "a.arf").write_bytes(data)
    assert read_arf(tmp_path / "a.arf").energy_lo_kev.tolist() == [0.001, 0.002, 0.003]
    vectors = {k: np.ones((3, 2)) for k in ("ENERG_LO", "ENERG_HI", "SPECRESP")}
    with pytest.raises(FileError, match="several responses"):
        read_arf(make_arf(tmp_path / "b.arf", **vectors))
    with pytest.raises(FileError, match="the table is empty"):
        read_arf(make_arf(tmp_path / "c.arf", 0))


@pytest.mark.parametrize("name", MATRICES)
def test_matrices_survive_the_way_out_and_back(shared_data, tmp_path, name):
    response = read_rmf(shared_data / name)
    write_rmf(tmp_path / "o.rmf", response)
    back = read_rmf(tmp_path / "o.rmf")
    assert abs(back.matrix - response.matrix).max() == 0
    assert np.array_equal(back.channel, response.channel)
    assert back.energy_edges_kev == pytest.approx(response.energy_edges_kev, rel=1e-7)
    assert back.e_min_kev == pytest.approx(response.e_min_kev, rel=1e-7)


def test_an_approximate_response_says_so_in_both_files(tmp_path):
    area = np.array([2.0, 4.0, 0.0])
    response = Response(
        np.array([1.0, 2, 3, 4]), csr_array(EXPECTED * area), np.arange(4), np.arange(1.0, 5),
        np.arange(2.0, 6), area, provenance=Provenance(approximate="Made for a first look."),
    )  # fmt: skip
    write_rmf(tmp_path / "o.rmf", response)
    write_arf(tmp_path / "o.arf", response)
    for name in ("o.rmf", "o.arf"):
        header = fits.getheader(tmp_path / name, 1)
        assert header["APPROX"] is True
        assert "APPROXIMATE: Made for a first look." in str(header["COMMENT"])
        assert header["TELESCOP"] == "UNKNOWN"
    back = read_response(tmp_path / "o.rmf", tmp_path / "o.arf")
    assert back.matrix.toarray() == pytest.approx((EXPECTED * area), rel=1e-6)
    matrix = fits.getheader(tmp_path / "o.rmf", 1)
    assert (matrix["TLMIN4"], matrix["DETCHANS"], matrix["HDUCLAS3"]) == (0, 4, "REDIST")
    assert (matrix["NUMGRP"], matrix["NUMELT"]) == (3, 5)
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_arf(tmp_path / "o.arf", Arf(np.array([1.0]), np.array([2.0]), np.array([1.0])))


@pytest.mark.slow
def test_a_large_matrix_takes_less_than_a_second(tmp_path):
    n, width = 4096, 1024
    lo = (1.6 + 0.04 * np.arange(n)).astype(np.float32)
    start = np.clip(np.arange(n) - width // 2, 0, n - width)
    columns = [
        fits.Column("ENERG_LO", "E", array=lo), fits.Column("ENERG_HI", "E", array=lo + np.float32(0.04)),
        fits.Column("N_GRP", "I", array=np.ones(n)), fits.Column("F_CHAN", "J", array=start),
        fits.Column("N_CHAN", "J", array=np.full(n, width)),
        fits.Column("MATRIX", f"{width}E", array=np.random.default_rng(1).random((n, width), np.float32)),
    ]  # fmt: skip
    matrix = fits.BinTableHDU.from_columns(columns, name="MATRIX")
    matrix.header["TLMIN4"] = 0
    bounds = [
        fits.Column("CHANNEL", "J", array=np.arange(n)),
        fits.Column("E_MIN", "E", array=lo),
        fits.Column("E_MAX", "E", array=lo + np.float32(0.04)),
    ]
    fits.HDUList(
        [fits.PrimaryHDU(), matrix, fits.BinTableHDU.from_columns(bounds, name="EBOUNDS")]
    ).writeto(tmp_path / "big.rmf")
    began = time.process_time()
    response = read_rmf(tmp_path / "big.rmf")
    assert time.process_time() - began < 1.0
    assert response.matrix.nnz > 0.99 * n * width
    assert replace(response, rmf_path="").matrix.shape == (n, n)


def test_a_response_written_as_approximate_is_read_as_approximate(tmp_path, observation):
    import nuwidgets as nw

    with nw.Session(live=False) as session:
        data = session.add_events(observation / f"event_cl/nu{observation.name}A01_cl.evt")
        write_rmf(tmp_path / "a.rmf", data.spectrum.run().response)
    assert read_rmf(tmp_path / "a.rmf").provenance.approximate.startswith("approximate")
