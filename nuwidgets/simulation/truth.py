"""What the simulated observation is made of: the numbers that an analysis should find again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.sky import TangentPlane
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.nustar_response import PIXEL_ARCSEC, response

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.arrays import Floats

OBS_ID = "99901110002"
FILES = (
    *(f"event_cl/nu{OBS_ID}{module}01_cl.evt" for module in "AB"),
    *(f"event_cl/{name}{module}.reg" for module in "AB" for name in ("src", "bkg")),
    *(f"hk/nu{OBS_ID}{module}_fpm.hk" for module in "AB"),
    "truth.json",
)
"""The files of the observation, below its folder."""
SIDE = 1000
"""Sky pixels along each axis."""
START_S = 450_000_000.0
"""Mission time at which the observation starts, s."""


@dataclass(frozen=True)
class Truth:
    """The simulated source and sky."""

    expression: str = "tbabs*cutoffpl"
    """The source's model, in XSPEC's syntax."""
    values: tuple[float, ...] = (1.5, 1.8, 70.0, 5.0e-3)
    """nH (1e22 cm-2), photon index, cut-off energy (keV), norm at 1 keV for module A."""
    abundance: str = "wilm"
    """Abundance table of the absorption."""
    cross_section: str = "vern"
    """Photo-electric cross sections."""
    cross_calibration: float = 1.03
    """Normalisation of FPMB over FPMA."""
    ra_deg: float = 280.0
    """Right ascension of the source, deg."""
    dec_deg: float = 35.0
    """Declination of the source, deg."""
    off_axis_pixels: tuple[float, float] = (-20.0, 12.0)
    """Where FPMA sees the source, sky pixels from the optical axis along x and y."""
    shift_b_pixels: tuple[float, float] = (1.1, -0.8)
    """Where FPMB sees it, sky pixels from FPMA's place: some arcseconds, as in real ones."""
    roll_deg: float = 35.0
    """PA_PNT: how the detectors are turned on the sky, deg."""
    seed: int = 1
    """Start of the random numbers."""
    exposure_s: float = 50_000.0
    """Sum of the good times, s."""
    obs_id: str = OBS_ID
    """Number of the observation."""
    object_name: str = "SIMULATED AGN"
    """Name of the source."""
    start_s: float = START_S
    """Mission time at which it starts, s."""

    @property
    def plane(self) -> TangentPlane:
        """Sky coordinates of the sky pixels: the source lies at `ra_deg`, `dec_deg` for FPMA."""
        centre, step = (SIDE - 1) / 2, PIXEL_ARCSEC / 3600
        plane = TangentPlane(self.ra_deg, self.dec_deg, centre, centre, -step, step)
        for _ in range(5):
            ra, dec = plane.to_sky(*self.source_pixel("A"))
            plane = TangentPlane(
                plane.ra_ref_deg + self.ra_deg - float(ra),
                plane.dec_ref_deg + self.dec_deg - float(dec),
                centre,
                centre,
                -step,
                step,
            )
        return plane

    def source_pixel(self, module: str) -> tuple[float, float]:
        """Give the sky pixel, from 0, where a module sees the source."""
        centre = (SIDE - 1) / 2
        shift = self.shift_b_pixels if module == "B" else (0.0, 0.0)
        x, y = (centre + o + s for o, s in zip(self.off_axis_pixels, shift, strict=True))
        return x, y

    def counts_per_s(self, module: str) -> Floats:
        """Give the source's count rate in each channel, counts/s, shape (4096,), no dead time."""
        offsets = np.array(self.source_pixel(module)) - (SIDE - 1) / 2
        whole = response(1.0, float(np.hypot(*offsets)) * PIXEL_ARCSEC / 60)
        photons = Expression.parse(self.expression).evaluate(
            whole.energy_edges_kev, self.values, self.abundance, self.cross_section
        )
        factor = self.cross_calibration if module == "B" else 1.0
        rate: Floats = factor * (whole.matrix @ photons)
        return rate

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        names: dict[str, Any] = {"simulated": True, "obs_id": self.obs_id, **asdict(self)}
        path.write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")
