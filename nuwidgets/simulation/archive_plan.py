"""Which observations the simulated archive knows: one source over the years, and two neighbours.

All kinds of rows that a search meets are among them: public, flagged, proprietary, planned, without
data. No telescope saw any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from nuwidgets.simulation.truth import Truth

PUBLIC, PROPRIETARY, EMPTY, PLANNED = "public", "proprietary", "empty", "planned"
NORM = Truth().values[-1]


def _values(factor: float) -> tuple[float, ...]:
    """Give the usual model's parameters with another brightness."""
    return (*Truth().values[:-1], NORM * factor)


@dataclass(frozen=True)
class Visit:
    """One row of the catalogue and what it stands for."""

    truth: Truth
    """What was looked at, when, how long."""
    comment: str
    """What is said of it in the catalogue."""
    kind: str = PUBLIC
    """``"public"``, ``"proprietary"`` (encrypted files), ``"empty"`` (no data) or ``"planned"``."""
    issue_flag: int = 0
    """1 if something is noted against it."""

    @property
    def folder(self) -> str:
        """Where its files lie below the archive's root; empty if there are none."""
        obs_id = self.truth.obs_id
        where = f"/FTP/nustar/data/obs/{obs_id[1:3]}/{obs_id[0]}/{obs_id}/"
        return where if self.kind in (PUBLIC, PROPRIETARY) else ""


PLAN = (
    Visit(
        Truth(
            values=_values(0.6), obs_id="99601110002", start_s=1.4e8, exposure_s=8_000.0,
            roll_deg=152.0, seed=11,
        ),
        "Faint: 0.6 of the flux of 2024.",
    ),
    Visit(
        Truth(
            values=_values(1.5), obs_id="99701110002", start_s=2.35e8, exposure_s=20_000.0,
            roll_deg=148.0, seed=12,
        ),
        "Bright: 1.5 times the flux of 2024.",
    ),
    Visit(
        Truth(obs_id="99801110001", start_s=3.309e8, exposure_s=600.0, roll_deg=161.0, seed=13),
        "The source was not reached: there are no data.",
        EMPTY,
    ),
    Visit(
        Truth(
            values=_values(1.1), obs_id="99801110002", start_s=3.31e8, exposure_s=20_000.0,
            roll_deg=161.0, seed=14,
        ),
        "Flagged, to show how flags look; the data are as good as the others.",
        issue_flag=1,
    ),
    Visit(Truth(), "The observation that nuwidgets.demo() opens."),
    Visit(
        Truth(obs_id="99901110004", start_s=4.67e8, exposure_s=30_000.0, roll_deg=272.0, seed=15),
        "Proprietary: the files stand for encrypted ones.",
        PROPRIETARY,
    ),
    Visit(
        Truth(obs_id="99901110006", exposure_s=40_000.0),
        "Accepted, not yet observed.",
        PLANNED,
    ),
    Visit(
        Truth(
            values=_values(0.4), object_name="SIMULATED QSO", ra_deg=280.03, dec_deg=35.035,
            obs_id="99701111002", start_s=2.36e8, exposure_s=6_000.0, roll_deg=148.0, seed=16,
        ),
        "A neighbour, 2.6 arcmin from SIMULATED AGN; only the target itself is simulated.",
    ),
    Visit(
        Truth(
            values=_values(0.8), object_name="SIMULATED BLAZAR", ra_deg=281.2, dec_deg=36.75,
            obs_id="99801112002", start_s=2.9e8, exposure_s=5_000.0, roll_deg=95.0, seed=17,
        ),
        "Another field, 2 deg from SIMULATED AGN.",
    ),
)  # fmt: skip
"""The rows, in the order of the catalogue."""
