"""A Swift-XRT event file in photon counting mode, made of random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits

if TYPE_CHECKING:
    from pathlib import Path

START_S, ONTIME_S = 3.2e8, 3000.0
RA_DEG, DEC_DEG = 136.17, -32.38


def write_swift(folder: Path, obs_id: str = "00032043001", window: str = "w3") -> Path:
    """Write the file where the archive has it: below `folder`, named by its observation."""
    home = folder / obs_id / "xrt" / "event"
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"sw{obs_id}xpc{window}po_cl.evt"
    fits.HDUList([fits.PrimaryHDU(), _events(obs_id), _gti()]).writeto(path)
    return path


def _events(obs_id: str) -> fits.BinTableHDU:
    rng = np.random.default_rng(int(obs_id))
    source, field = rng.normal(500, 4, (2, 2000)), rng.uniform(300, 700, (2, 1000))
    x, y = np.concatenate([source, field], axis=1).astype("i2")
    time_s = np.sort(rng.uniform(START_S, START_S + ONTIME_S, len(x)))
    pi = np.clip(rng.exponential(150, len(x)) + 30, 0, 1023).astype("i2")
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("TIME", "D", "s", array=time_s),
            fits.Column("X", "I", "pixel", array=x),
            fits.Column("Y", "I", "pixel", array=y),
            fits.Column("PI", "I", "chan", array=pi),
            fits.Column("GRADE", "I", array=np.zeros(len(x), "i2")),
        ],
        name="EVENTS",
    )
    table.header.update(
        {
            "TELESCOP": "SWIFT", "INSTRUME": "XRT", "OBS_ID": obs_id, "OBJECT": "T Pyx",
            "DATAMODE": "PHOTON", "RA_OBJ": RA_DEG, "DEC_OBJ": DEC_DEG, "MJDREFI": 51910,
            "MJDREFF": 7.4287037e-4, "TIMESYS": "TT", "TIMEUNIT": "s", "TSTART": START_S,
            "TSTOP": START_S + ONTIME_S, "ONTIME": ONTIME_S, "LIVETIME": ONTIME_S,
            "EXPOSURE": ONTIME_S, "DEADC": 1.0, "DATE-OBS": "2011-02-21T16:53:13",
        }
    )  # fmt: skip
    for n, kind, at_deg, sign in ((2, "RA---TAN", RA_DEG, -1), (3, "DEC--TAN", DEC_DEG, 1)):
        table.header.update(
            {
                f"TCTYP{n}": kind, f"TCRPX{n}": 500.5, f"TCRVL{n}": at_deg, f"TCUNI{n}": "deg",
                f"TCDLT{n}": sign * 6.548089e-4, f"TLMIN{n}": 1, f"TLMAX{n}": 1000,
            }
        )  # fmt: skip
    return table


def _gti() -> fits.BinTableHDU:
    columns = [
        fits.Column("START", "D", "s", array=[START_S]),
        fits.Column("STOP", "D", "s", array=[START_S + ONTIME_S]),
    ]
    return fits.BinTableHDU.from_columns(columns, name="GTI")
