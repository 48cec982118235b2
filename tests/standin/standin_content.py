"""STAND-IN: folders of observations as HEASARC has them, with small files that are what they say."""

from __future__ import annotations

import gzip
import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from astropy.io import fits
from standin_rows import (
    NUMASTER,
    NUSTAR_ROWS,
    NUSTAR_SECRET,
    NUSTAR_WITH_DATA,
    SURVEY,
    SWIFT_ROWS,
    SWIFT_WITH_DATA,
    SWIFTMASTR,
)

from nuwidgets.simulation.server.tables import ArchiveContent

if TYPE_CHECKING:
    from pathlib import Path

N_EVENTS = 6000
_NU_FILES = {
    "nu{o}.cat.gz": ("CATALOG", 20), "auxil/nu{o}_att.fits.gz": ("ATTITUDE", 400),
    "auxil/nu{o}_orb.fits.gz": ("ORBIT", 200), "auxil/NUSTAR_TLE_ARCHIVE.txt.2012200.gz": ("", 0),
    "hk/nu{o}A_fpm.hk.gz": ("HK1FPM", 900), "hk/nu{o}B_fpm.hk.gz": ("HK1FPM", 900),
    "hk/nu{o}_chu123.fits.gz": ("CHU1", 300),
    "event_uf/nu{o}A_uf.evt.gz": ("EVENTS", 2 * N_EVENTS),
    "event_uf/nu{o}B_uf.evt.gz": ("EVENTS", 2 * N_EVENTS),
    "event_cl/nu{o}A01_cl.evt.gz": ("EVENTS", N_EVENTS),
    "event_cl/nu{o}B01_cl.evt.gz": ("EVENTS", N_EVENTS),
    "event_cl/nu{o}A02_cl.evt.gz": ("EVENTS", 50), "event_cl/nu{o}B02_cl.evt.gz": ("EVENTS", 50),
    "event_cl/nu{o}A_mkf.fits.gz": ("FILTER", 300),
}  # fmt: skip
_SW_FILES = {
    "auxil/sw{o}pat.fits.gz": ("ATTITUDE", 300), "auxil/sw{o}sat.fits.gz": ("ATTITUDE", 300),
    "auxil/sw{o}sao.fits.gz": ("PREFILTER", 200), "auxil/sw{o}sen.hk.gz": ("ENG", 200),
    "auxil/SWIFT_TLE_ARCHIVE.txt.11100.00000.gz": ("", 0),
    "xrt/event/sw{o}xpcw3po_cl.evt.gz": ("EVENTS", N_EVENTS // 2),
    "xrt/event/sw{o}xpcw3po_uf.evt.gz": ("EVENTS", N_EVENTS),
    "xrt/event/sw{o}xwtw2st_cl.evt.gz": ("EVENTS", 20), "xrt/hk/sw{o}xhd.hk.gz": ("FRAME", 500),
    "xrt/products/sw{o}xpc_sk.gif": ("", 0), "uvot/image/sw{o}uw1_sk.img.gz": ("EVENTS", 100),
}  # fmt: skip


def make_content(root: Path) -> ArchiveContent:
    """Write the folders below ``root/FTP`` and give what the archive shows."""
    folders = {row[-1]: "" for row in (*NUSTAR_ROWS, *SWIFT_ROWS)}
    rows = {row[4]: row[-1] for row in NUSTAR_ROWS} | {row[1]: row[-1] for row in SWIFT_ROWS}
    for obs_id in NUSTAR_WITH_DATA:
        folders[rows[obs_id]] = _write(root, nustar_folder(obs_id), obs_id, _NU_FILES)
    for obs_id in NUSTAR_SECRET:
        folders[rows[obs_id]] = _write(root, nustar_folder(obs_id), obs_id, _NU_FILES, ".gpg")
    for obs_id, month in SWIFT_WITH_DATA.items():
        folder = f"/FTP/swift/data/obs/{month}/{obs_id}/"
        folders[rows[obs_id]] = _write(root, folder, obs_id, _SW_FILES)
    return ArchiveContent(root, (NUMASTER, SWIFTMASTR, SURVEY), folders)


def nustar_folder(obs_id: str) -> str:
    """Give the folder of a NuSTAR observation in the archive."""
    return f"/FTP/nustar/data/obs/{obs_id[1:3]}/{obs_id[0]}/{obs_id}/"


def many_files(root: Path, folder: str, count: int = 3000) -> list[str]:
    """Write many small files into a folder of the archive; give their names."""
    place = root / folder.strip("/")
    place.mkdir(parents=True, exist_ok=True)
    names = [f"file{number:05d}.txt" for number in range(count)]
    for name in names:
        (place / name).write_text(f"{name}\n")
    return names


def _write(root, folder, obs_id, files, ending=""):
    for seed, (pattern, (extension, n_rows)) in enumerate(files.items()):
        name = pattern.format(o=obs_id)
        path = root / folder.strip("/") / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes_of(name, extension, n_rows, seed, obs_id, ending))
    return folder


def _bytes_of(name, extension, n_rows, seed, obs_id, ending):
    if ending:  # encrypted: nothing that can be read
        return b"\x85\x02" + np.random.default_rng(seed).bytes(5000)
    if name.endswith(".gif"):
        return b"GIF89a" + bytes(200)
    if not extension:
        return gzip.compress(b"1 38358U 12031A   12200.00000000\n" * 40, 6, mtime=0)
    return gzip.compress(_fits(extension, n_rows, seed, obs_id), 1, mtime=0)


def _fits(extension, n_rows, seed, obs_id):
    """Give a FITS file with one table and its checksums."""
    table = fits.BinTableHDU(_columns(n_rows, seed), name=extension)
    table.header.update({"OBS_ID": obs_id, "TELESCOP": "STANDIN", "COMMENT": "Made up."})
    out = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(out, checksum=True)
    return out.getvalue()


@cache
def _columns(n_rows, seed):
    rng = np.random.default_rng(seed)
    time_s = np.sort(rng.uniform(0, 20_000, n_rows))
    pi = rng.integers(35, 1900, n_rows).astype(np.int32)
    x, y = (rng.integers(1, 1001, n_rows).astype(np.int16) for _ in "xy")
    dtype = [("TIME", "f8"), ("PI", "i4"), ("X", "i2"), ("Y", "i2")]
    return np.rec.fromarrays([time_s, pi, x, y], dtype=dtype)
