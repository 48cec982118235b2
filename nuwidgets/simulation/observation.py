"""Simulate a NuSTAR observation of an active galaxy and write it as the archive would."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.simulation.archive_files import event_file, housekeeping_file, save
from nuwidgets.simulation.detector import Mount
from nuwidgets.simulation.photons import Scene, draw
from nuwidgets.simulation.times import Clock, orbits
from nuwidgets.simulation.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.gti import Gti
    from nuwidgets.simulation.photons import Photons

    Report = Callable[[float, str], None]

MODULES = ("A", "B")
SHORTEST_S, LONGEST_S = 100.0, 1e7
_SOURCE_ARCSEC = 120.0
_BACKGROUND_PIXEL = (300.0, 300.0)
_BACKGROUND_ARCSEC = 80.0


def simulate(
    folder: str | Path,
    *,
    exposure_s: float = 50_000.0,
    seed: int = 1,
    report: Report | None = None,
) -> Path:
    """Write a simulated observation, both modules, and give its folder.

    The layout is the archive's: ``event_cl``, ``hk``; region files and ``truth.json``, with the
    numbers an analysis should find, lie beside them. The same seed gives the same events.

    Parameters
    ----------
    folder : str or Path
        Where the observation's own folder, named as its ObsID, is made.
    exposure_s : float
        Sum of the good times, s.
    seed : int
        Start of the random numbers.
    report : callable, optional
        Told the fraction done, 0 to 1, and the stage.

    Raises
    ------
    InputError
        If the exposure is not between 100 s and 1e7 s.
    """
    if not (math.isfinite(exposure_s) and SHORTEST_S <= exposure_s <= LONGEST_S):
        raise InputError(
            f"Cannot simulate an exposure of {exposure_s!r} s. Give {SHORTEST_S:g} to"
            f" {LONGEST_S:g} s, e.g. 50000."
        )
    tell: Report = report or (lambda fraction, stage: None)  # noqa: ARG005
    truth = Truth(seed=seed, exposure_s=exposure_s)
    home = Path(folder) / truth.obs_id
    home.mkdir(parents=True, exist_ok=True)
    for number, module in enumerate(MODULES):
        tell(number / len(MODULES), f"simulating FPM{module}")
        scene, photons = observed(truth, module)
        stem = f"nu{truth.obs_id}{module}"
        save(home / "event_cl" / f"{stem}01_cl.evt", event_file(scene, photons))
        save(home / "hk" / f"{stem}_fpm.hk", housekeeping_file(scene))
        _write_regions(home / "event_cl", scene)
    truth.write(home / "truth.json")
    tell(1.0, "simulated")
    return home


def good_times(truth: Truth) -> Gti:
    """Give the good times of an observation."""
    return orbits(truth.exposure_s, np.random.default_rng(_seeds(truth)[0]), truth.start_s)


def observed(truth: Truth, module: str) -> tuple[Scene, Photons]:
    """Give what a module sees of the truth, the same whenever asked, and its cleaned events."""
    gti = good_times(truth)
    rng = np.random.default_rng(_seeds(truth)[1 + MODULES.index(module)])
    clock = Clock.of(gti, float(truth.counts_per_s(module).sum()) + 1.0, rng)
    scene = Scene(truth, Mount(module, truth.roll_deg), gti, clock)
    return scene, draw(scene, rng)


def _seeds(truth: Truth) -> list[np.random.SeedSequence]:
    """Give the starts of the random numbers: of the good times, then of each module."""
    return np.random.SeedSequence(truth.seed).spawn(1 + len(MODULES))


def _write_regions(folder: Path, scene: Scene) -> None:
    """Write a source region, and a background region on the same detector, for DS9."""
    module, plane = scene.mount.module, scene.truth.plane
    det_x, det_y, start = np.array([*_BACKGROUND_PIXEL, scene.gti.intervals[0][0]])
    corner = scene.mount.to_sky(det_x, det_y, start)
    for name, (x, y), radius in (
        ("src", scene.truth.source_pixel(module), _SOURCE_ARCSEC),
        ("bkg", corner, _BACKGROUND_ARCSEC),
    ):
        ra, dec = plane.to_sky(x, y)
        text = f'# Region file format: DS9\nfk5\ncircle({ra:.6f},{dec:.6f},{radius:.1f}")\n'
        (folder / f"{name}{module}.reg").write_text(text, encoding="utf-8")
