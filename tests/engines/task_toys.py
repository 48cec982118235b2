"""Runs of embedded tasks on a short simulated observation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from astropy.io import fits

from nuwidgets.core.job import Token
from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.simulation.observation import observed
from nuwidgets.simulation.truth import Truth

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.task import TaskRun
    from nuwidgets.simulation.photons import Scene

STEM = "nu99901110002"


def run_task(task: str, token: Token | None = None, **parameters: Any) -> TaskRun:
    """Run a task with the embedded engine."""
    given = tuple(
        (name, v if isinstance(v, float | bool) else str(v)) for name, v in parameters.items()
    )
    request = TaskRequest(task, given, "99901110002 FPMA")
    return EmbeddedEngine().solve(request, (), token or Token())


def products(observation: Path, out: Path, **more: Any) -> TaskRun:
    """Run nuproducts on module A with the regions of the observation."""
    events = observation / "event_cl"
    usual = {
        "indir": events,
        "instrument": "FPMA",
        "steminputs": STEM,
        "outdir": out,
        "srcregionfile": events / "srcA.reg",
        "bkgregionfile": events / "bkgA.reg",
        "binsize": 100.0,
    }
    return run_task("nuproducts", **(usual | more))


def scene_of(observation: Path) -> Scene:
    """Give what module A of the fixture `observation` looked at."""
    return observed(Truth(seed=3, exposure_s=5000.0), "A")[0]


def write_det1(path: Path, scene: Scene, step_s: float = 1.0) -> None:
    """Write the place of the detectors' reference pixel (350, 350) each second."""
    start, stop = scene.gti.start_s[0] - 10, scene.gti.stop_s[-1] + 10
    time = np.arange(start, stop, step_s)
    at = np.full(len(time), 350.0)
    x, y = scene.mount.to_sky(at, at, time)
    columns = [
        fits.Column("TIME", "D", "s", array=time),
        fits.Column("X_DET1", "D", "pixel", array=x + 1),
        fits.Column("Y_DET1", "D", "pixel", array=y + 1),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="DET1_REFPOINT")
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
