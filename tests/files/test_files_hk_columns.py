"""Columns of housekeeping files by name."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.domain.events import Pointing
from nuwidgets.errors import FileError
from nuwidgets.files.hk_columns import hk_files_of, read_hk

NUSTAR = Pointing("NuSTAR", "FPMA", mjdref_days=55197.00076601852, timesys="TT")


def table(name, columns, **keywords):
    made = [fits.Column(n, form, unit, array=values) for n, form, unit, values in columns]
    hdu = fits.BinTableHDU.from_columns(made, name=name)
    hdu.header.update({"MJDREFI": 55197, "MJDREFF": 7.6601852e-4, "TIMESYS": "TT"} | keywords)
    return hdu


@pytest.fixture
def mkf(tmp_path):
    time = np.array([3.0, 1.0, 2.0, np.nan])
    first = table(
        "FILTER",
        [
            ("TIME", "D", "s", time),
            ("ELV", "E", "deg", [30.0, 10.0, np.nan, 5.0]),
            ("SAA", "I", "NA", [1, 0, -99, 0]),
            ("SETTLED", "L", "", [True, False, True, True]),
            ("NAME", "4A", "", ["a", "b", "c", "d"]),
            ("QUAT", "2D", "", np.arange(8.0).reshape(4, 2)),
            ("VALID", "B", "", [1, 1, 0, 0]),
        ],
        TIMEZERO=100.0,
        TNULL3=-99,
    )
    second = table("ORBIT", [("TIME", "D", "s", [0.0, 8.0]), ("VALID", "B", "", [0, 1])])
    none = table("NOTES", [("COUNT", "J", "", [1])])
    path = tmp_path / "a.mkf"
    fits.HDUList([fits.PrimaryHDU(), first, second, none]).writeto(path)
    return path


def test_columns_by_name_in_order_of_time(mkf):
    hk = read_hk(mkf, ["ELV", "SAA", "SETTLED", "QUAT[2]", "ORBIT.VALID", "WHAT"], NUSTAR)
    elv, saa, settled, quat, valid = hk.columns
    assert elv.time_s.tolist() == [101, 102, 103]
    assert elv.value == pytest.approx([10, np.nan, 30], nan_ok=True)
    assert saa.value == pytest.approx([0, np.nan, 1], nan_ok=True)
    assert settled.value.tolist() == [0, 1, 1]
    assert quat.value.tolist() == [3, 5, 1]
    assert (valid.time_s.tolist(), valid.value.tolist()) == ([0, 8], [0, 1])
    assert [one.unit for one in hk.columns] == ["deg", "", "", "", ""]
    assert hk.names == (
        "ELV", "SAA", "SETTLED", "QUAT[1]", "QUAT[2]", "FILTER.VALID", "ORBIT.VALID",
    )  # fmt: skip
    assert hk.warnings == ()


def test_the_clock_of_the_events_counts(mkf):
    other = Pointing("X", mjdref_days=55196.00076601852, timesys="TT")
    hk = read_hk(mkf, ["ELV", "SAA"], other)
    assert hk.columns[0].time_s == pytest.approx([86501, 86502, 86503], abs=1e-5)
    assert len(hk.warnings) == 1
    assert "moved by 86400.000 s" in hk.warnings[0]
    there = Pointing("X", mjdref_days=55197.00076601852, timesys="TDB", timeref="SOLARSYSTEM")
    assert read_hk(mkf, ["ELV"], there).columns  # a file that does not say is believed


def test_real_housekeeping(shared_data):
    path = shared_data / "nustar_events/nu90410111001A_fpm.hk"
    hk = read_hk(path, ["LIVETIME", "CZT0TEMP"], NUSTAR)
    assert [(c.name, c.unit, len(c.value)) for c in hk.columns] == [
        ("LIVETIME", "s", 147),
        ("CZT0TEMP", "degC", 37),
    ]
    assert {"SHLDLO", "NACCEPT", "INSAA", "HK1FPM.FRAME24", "EDACCTRS[6]"} <= set(hk.names)
    chus = read_hk(path.parent / "nu90410111001_chu123.fits", ["CHU2.CHUQ[4]"], NUSTAR)
    assert np.all(np.abs(chus.columns[0].value) <= 1)


def test_a_file_without_columns_along_time(shared_data):
    with pytest.raises(FileError, match="says nothing along time: .* only STDGTI"):  # noqa: RUF043
        read_hk(shared_data / "nustar_events/gtis.fits", [], NUSTAR)


def test_files_beside_the_events(tmp_path):
    names = (
        "event_cl/nu60001110002A01_cl.evt", "event_cl/nu60001110002A.mkf",
        "hk/nu60001110002A_fpm.hk.gz", "hk/nu60001110002B_fpm.hk",
        "event_cl/nu60001110002A.attorb", "hk/nu60001110002_chu123.fits",
        "xrt/event/sw00035071001xpcw3po_cl.evt.gz", "auxil/sw00035071001s.mkf.gz",
    )  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = hk_files_of(tmp_path / names[0])
    assert found == tuple(str(tmp_path / names[n]) for n in (2, 1, 4, 5))
    assert hk_files_of(tmp_path / names[6]) == (str(tmp_path / names[7]),)
    assert hk_files_of("mine.evt") == ()
