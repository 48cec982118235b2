"""Columns of binary tables: large plain ones are read block by block, with the same numbers."""

import numpy as np
import pytest
from astropy.io import fits

from nuwidgets.files import table
from nuwidgets.files.fits import open_fits


@pytest.fixture
def written(tmp_path):
    """A table of 400,000 rows: plain columns, one scaled, one unsigned, one of vectors."""
    n = 400_000
    rng = np.random.default_rng(3)
    columns = [
        fits.Column("TIME", "D", array=rng.uniform(0, 1e5, n)),
        fits.Column("PI", "J", array=rng.integers(-4095, 4096, n)),
        fits.Column("X", "I", array=rng.integers(0, 1000, n), null=-1),
        fits.Column("GRADE", "B", array=rng.integers(0, 32, n)),
        fits.Column("RATE", "E", array=rng.normal(size=n).astype("f4")),
        fits.Column("COUNT", "J", bzero=2**31, array=rng.integers(0, 2**32, n).astype("u4")),
        fits.Column("PAIR", "2E", array=rng.normal(size=(n, 2)).astype("f4")),
    ]
    path = tmp_path / "large.fits"
    fits.BinTableHDU.from_columns(columns, name="EVENTS").writeto(path)
    return path


@pytest.mark.parametrize("names", [("TIME", "PI", "X", "GRADE", "RATE"), ("TIME", "COUNT", "PAIR")])
def test_same_numbers_as_astropy(written, names):
    with fits.open(written) as direct, open_fits(written) as file:
        ours = table.read_columns(file.tables[0], names)
        for name in names:
            assert np.array_equal(ours[name], direct[1].data[name])
            assert ours[name].dtype.isnative


def test_plain_columns_are_read_in_blocks(written, monkeypatch):
    asked = []
    real = table._in_blocks
    monkeypatch.setattr(table, "_in_blocks", lambda *given: asked.append(1) or real(*given))
    with open_fits(written) as file:
        table.read_columns(file.tables[0], ("TIME", "PI"))
        assert asked == [1]
        table.read_columns(file.tables[0], ("TIME", "COUNT"))
        assert asked == [1]
