"""A Swift observation folder as the archive has it, made of random numbers: photon counting mode."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.io import fits
from astropy.time import Time

if TYPE_CHECKING:
    from pathlib import Path

MJDREFI, MJDREFF = 51910, 7.4287037e-4
ONTIME_S, GAP_S, ROLL_DEG = 3000.0, 900.0, 110.0
RA_DEG, DEC_DEG = 136.17, -32.38


def make_swift_observation(
    folder: Path, obs_id: str = "00032043001", year: int = 2011, attflag: str = "110"
) -> Path:
    """Write an observation below `folder`; give its own folder.

    Parameters
    ----------
    folder : Path
    obs_id : str
        11 digits.
    year : int
        When it was: the response has another name from 2013 on.
    attflag : str
        ATTFLAG of the events: ``"100"`` was made with the attitude file ``sat``, ``"110"`` with
        ``pat``, ``"111"`` with ``uat``. ``pat`` and ``uat`` are there only if it says so.
    """
    home = folder / obs_id
    start_s = float((Time(f"{year}-06-01T00:00:00", scale="tt").mjd - MJDREFI - MJDREFF) * 86400)
    half = ONTIME_S / 2
    gti = np.array(
        [[start_s, start_s + half], [start_s + half + GAP_S, start_s + 2 * half + GAP_S]]
    )
    words = _words(obs_id, gti, attflag)
    rng = np.random.default_rng(int(obs_id))
    good, bad = _draw(rng, gti, 2500), _draw(rng, gti, 400)
    bad["STATUS"] = rng.choice([8, 32, 256], 400)
    bad["GRADE"][:200], bad["STATUS"][:200] = rng.integers(13, 33, 200), 0
    stem = f"sw{obs_id}"
    for what, parts in (("cl", [good]), ("uf", [good, bad])):
        path = home / "xrt" / "event" / f"{stem}xpcw3po_{what}.evt.gz"
        _save(
            path,
            fits.HDUList([fits.PrimaryHDU(), _events(parts, words), _times(gti, words)]),
            words,
        )
    names = [
        "sat",
        *(["pat"] if attflag[1] == "1" else []),
        *(["uat"] if attflag[2] == "1" else []),
    ]
    time = np.arange(gti[0, 0], gti[-1, 1], 5.0)
    pointing = [
        ("TIME", "D", time),
        ("POINTING", "3D", np.tile([RA_DEG, DEC_DEG, ROLL_DEG], (len(time), 1))),
    ]
    for name in names:
        _save(home / "auxil" / f"{stem}{name}.fits.gz", _table("ATTITUDE", pointing), words)
    _save(home / "auxil" / f"{stem}sao.fits.gz", _table("PREFILTER", pointing[:1]), words)
    _save(home / "auxil" / f"{stem}sen.hk.gz", _table("hk020x001", pointing[:1]), words)
    frames = [("HDTIME", "D", time), ("CCDTEMP", "D", np.full(len(time), -62.0))]
    _save(home / "xrt" / "hk" / f"{stem}xhd.hk.gz", _table("FRAME", frames), words)
    _save(home / "xrt" / "hk" / f"{stem}xtr.hk.gz", _table("TRAILER", frames), words)
    (home / "auxil" / "SWIFT_TLE_ARCHIVE.txt.11152.12345.gz").write_bytes(
        gzip.compress(b"STAND-IN\n", mtime=0)
    )
    return home


def _words(obs_id: str, gti: Any, attflag: str) -> dict[str, Any]:
    ontime = float((gti[:, 1] - gti[:, 0]).sum())
    begin, end = float(gti[0, 0]), float(gti[-1, 1])
    dates = [
        Time(MJDREFI + MJDREFF + t / 86400, format="mjd", scale="tt").isot[:19]
        for t in (begin, end)
    ]
    return {
        "TELESCOP": "SWIFT", "INSTRUME": "XRT", "OBS_ID": obs_id, "OBJECT": "T Pyx", "DATAMODE": "PHOTON",
        "OBS_MODE": "POINTING", "RA_OBJ": RA_DEG, "DEC_OBJ": DEC_DEG, "RA_PNT": RA_DEG, "DEC_PNT": DEC_DEG,
        "PA_PNT": ROLL_DEG, "MJDREFI": MJDREFI, "MJDREFF": MJDREFF, "TIMESYS": "TT", "TIMEUNIT": "s",
        "TSTART": begin, "TSTOP": end, "TELAPSE": end - begin, "ONTIME": ontime, "LIVETIME": ontime,
        "EXPOSURE": ontime, "DEADC": 1.0, "TIMEDEL": 2.507, "XRTVSUB": 6, "ATTFLAG": attflag,
        "DATE-OBS": dates[0], "DATE-END": dates[1], "ORIGIN": "STAND-IN", "COMMENT": "SIMULATED: no telescope saw this.",
    }  # fmt: skip


def _draw(rng: np.random.Generator, gti: Any, n: int) -> dict[str, Any]:
    """Give events: two in five of a point source, the others spread over the field."""
    source = rng.random(n) < 0.4
    u, v = rng.uniform(-290, 290, (2, n))
    angle = np.radians(ROLL_DEG)
    x = np.where(
        source, 500.5 + rng.normal(0, 3.5, n), 500.5 + u * np.cos(angle) - v * np.sin(angle)
    )
    y = np.where(
        source, 500.5 + rng.normal(0, 3.5, n), 500.5 + u * np.sin(angle) + v * np.cos(angle)
    )
    which = rng.integers(len(gti), size=n)
    return {
        "TIME": gti[which, 0] + rng.random(n) * (gti[which, 1] - gti[which, 0]), "X": np.rint(x).astype("i2"),
        "Y": np.rint(y).astype("i2"), "PI": np.clip(rng.exponential(130, n) + 30, 0, 1023).astype("i2"),
        "GRADE": rng.choice([0, 1, 2, 3, 4, 6, 12], n).astype("i2"), "STATUS": np.zeros(n, int),
    }  # fmt: skip


def _events(parts: list[dict[str, Any]], words: dict[str, Any]) -> Any:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["TIME"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    bits = ((columns["STATUS"][:, None] >> np.arange(15, -1, -1)) & 1).astype(bool)
    forms = {
        "TIME": ("D", "s"),
        "X": ("I", "pixel"),
        "Y": ("I", "pixel"),
        "PI": ("I", "chan"),
        "GRADE": ("I", None),
    }
    made = [fits.Column(n, form, unit, array=columns[n]) for n, (form, unit) in forms.items()]
    table = fits.BinTableHDU.from_columns(
        [*made, fits.Column("STATUS", "16X", array=bits)], name="EVENTS"
    )
    for n, kind, at_deg, sign in ((2, "RA---TAN", RA_DEG, -1), (3, "DEC--TAN", DEC_DEG, 1)):
        table.header.update({
            f"TCTYP{n}": kind, f"TCRPX{n}": 500.5, f"TCRVL{n}": at_deg, f"TCUNI{n}": "deg",
            f"TCDLT{n}": sign * 6.548089e-4, f"TLMIN{n}": 1, f"TLMAX{n}": 1000, f"TNULL{n}": -1,
        })  # fmt: skip
    table.header.update({"TLMIN4": 0, "TLMAX4": 1023, "HDUCLASS": "OGIP", "HDUCLAS1": "EVENTS"})
    return table


def _times(gti: Any, words: dict[str, Any]) -> Any:
    return _hdu("GTI", [("START", "D", gti[:, 0]), ("STOP", "D", gti[:, 1])])


def _hdu(name: str, columns: list[tuple[str, str, Any]]) -> Any:
    return fits.BinTableHDU.from_columns(
        [fits.Column(n, f, array=v) for n, f, v in columns], name=name
    )


def _table(name: str, columns: list[tuple[str, str, Any]]) -> Any:
    return fits.HDUList([fits.PrimaryHDU(), _hdu(name, columns)])


def _save(path: Path, hdus: Any, words: dict[str, Any]) -> None:
    for hdu in hdus:
        hdu.header.update(words)
    stream = io.BytesIO()
    hdus.writeto(stream)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(stream.getvalue(), 6, mtime=0))
