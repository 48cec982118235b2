"""Write an observation's folder as the archive has it: packed, with sums, and a list of the files.

What the archive has and this does not: raw amplitudes, star trackers, mast metrology. Such data can
be analysed, not calibrated anew.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.simulation.archive_files import completed, event_file, housekeeping_file
from nuwidgets.simulation.archive_rows import Seen
from nuwidgets.simulation.auxiliary import attitude_file, elements, orbit_file
from nuwidgets.simulation.observation import MODULES, observed
from nuwidgets.simulation.packing import pack, pack_bytes
from nuwidgets.simulation.times import date_of
from nuwidgets.simulation.unscreened import behind_earth, unscreened

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.simulation.photons import Photons, Scene
    from nuwidgets.simulation.truth import Truth

NOTE = (
    "The cleaned events of all modes and some that the screening rejects; columns of level 2."
    " There are no raw amplitudes: the pipeline cannot calibrate them anew."
)
SECRET = b"SIMULATED: stands for an encrypted file; the rest are random bytes.\n"
_SECRET_BYTES = {
    "event_cl/nu{0}A01_cl.evt": 640_000, "event_cl/nu{0}B01_cl.evt": 630_000,
    "event_cl/nu{0}A02_cl.evt": 90_000, "event_cl/nu{0}B02_cl.evt": 90_000,
    "event_uf/nu{0}A_uf.evt": 980_000, "event_uf/nu{0}B_uf.evt": 970_000,
    "hk/nu{0}A_fpm.hk": 160_000, "hk/nu{0}B_fpm.hk": 160_000,
    "auxil/nu{0}_att.fits": 110_000, "auxil/nu{0}_orb.fits": 50_000, "nu{0}.cat": 3_000,
}  # fmt: skip
_SAYS = {
    "01_cl.evt": "cleaned events, science", "02_cl.evt": "cleaned events, occultation",
    "_uf.evt": "unfiltered events", "_fpm.hk": "housekeeping of the focal plane module",
    "_att.fits": "attitude", "_orb.fits": "orbit", "TLE": "orbital elements",
}  # fmt: skip


def write_folder(folder: Path, truth: Truth) -> Seen:
    """Simulate an observation into its folder; give the times in its files."""
    scenes = [_write_module(folder, *observed(truth, module)) for module in MODULES]
    a, b = (scene.clock.livetime_s for scene in scenes)
    _write_auxiliary(folder, scenes[0])
    _write_list(folder, scenes[0])
    return Seen((a, b), (scenes[0].gti.ontime_s, scenes[1].gti.ontime_s))


def write_secret_folder(folder: Path, truth: Truth) -> None:
    """Write files that stand for those of a proprietary observation."""
    rng = np.random.default_rng(truth.seed)
    for pattern, size in _SECRET_BYTES.items():
        path = folder / (pattern.format(truth.obs_id) + ".gz.gpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SECRET + rng.bytes(size))


def _write_module(folder: Path, scene: Scene, photons: Photons) -> Scene:
    """Write what belongs to one module; give back its look at the source."""
    truth, module = scene.truth, scene.mount.module
    stem = f"nu{truth.obs_id}{module}"
    rng = np.random.default_rng([truth.seed, MODULES.index(module)])
    dark, hidden = behind_earth(scene, rng)
    pack(folder / "event_cl" / f"{stem}01_cl.evt", event_file(scene, photons))
    pack(folder / "event_cl" / f"{stem}02_cl.evt", event_file(dark, hidden))
    raw = event_file(*unscreened(scene, (photons, hidden), rng))
    raw["EVENTS"].header["HDUCLAS2"] = "ALL"
    for hdu in raw:
        hdu.header.add_comment(NOTE)
    pack(folder / "event_uf" / f"{stem}_uf.evt", raw)
    pack(folder / "hk" / f"{stem}_fpm.hk", housekeeping_file(scene))
    return scene


def _write_auxiliary(folder: Path, scene: Scene) -> None:
    """Write what belongs to the spacecraft."""
    home, stem = folder / "auxil", f"nu{scene.truth.obs_id}"
    pack(home / f"{stem}_att.fits", attitude_file(scene))
    pack(home / f"{stem}_orb.fits", orbit_file(scene))
    day = date_of(scene.gti.intervals[-1][1])
    pack_bytes(home / f"NUSTAR_TLE_ARCHIVE.txt.{day:%Y%j}", elements(scene).encode())


def _write_list(folder: Path, scene: Scene) -> None:
    """Write the list of the files: a table with names, and sizes unpacked and packed."""
    from astropy.io import fits

    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    says = [next(s for part, s in _SAYS.items() if part in path.name) for path in paths]
    unpacked = [len(gzip.decompress(path.read_bytes())) for path in paths]
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("FILENAME", "80A", array=[path.name for path in paths]),
            fits.Column("DESCRIP", "60A", array=says),
            fits.Column("FILESIZE", "J", "byte", array=unpacked),
            fits.Column("ARCHSIZE", "J", "byte", array=[path.stat().st_size for path in paths]),
        ],
        name="CATALOG",
    )
    pack(folder / f"nu{scene.truth.obs_id}.cat", completed(scene, [table]))
