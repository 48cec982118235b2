"""The simulated spacecraft: attitude and orbit files, and its orbital elements.

It looks to one place on a circular orbit. It stands for NuSTAR; nothing of it was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.simulation.archive_files import completed
from nuwidgets.simulation.detector import ORBIT_S
from nuwidgets.simulation.times import date_of

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.simulation.photons import Scene

INCLINATION_DEG = 6.0
EARTH_KM3_S2 = 398_600.4418
"""Mass of the Earth times the gravitational constant (IERS Conventions 2010)."""
RADIUS_KM = float((EARTH_KM3_S2 * (ORBIT_S / (2 * np.pi)) ** 2) ** (1 / 3))
_ORBIT_STEP_S = 60.0


def attitude_file(scene: Scene) -> Any:
    """Give one quaternion a second, scalar last, an HDUList.

    It turns the axes of the sky (J2000) into those of the telescope, whose z axis is the line of
    sight.
    """
    from astropy.io import fits
    from scipy.spatial.transform import Rotation

    plane, time = scene.truth.plane, scene.clock.time_s
    angles = plane.ra_ref_deg, 90.0 - plane.dec_ref_deg, 90.0 - scene.truth.roll_deg
    quaternion = Rotation.from_euler("ZYZ", angles, degrees=True).as_quat()
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("TIME", "D", "s", array=time),
            fits.Column("QPARAM", "4D", array=np.tile(quaternion, (len(time), 1))),
            fits.Column("SOURCE", "B", array=np.ones(len(time), np.uint8)),
        ],
        name="ATTITUDE",
    )
    return _of_spacecraft(scene, table)


def orbit_file(scene: Scene) -> Any:
    """Give place and velocity of the spacecraft each minute (J2000), an HDUList."""
    from astropy.io import fits

    time = np.arange(scene.clock.time_s[0], scene.clock.time_s[-1] + _ORBIT_STEP_S, _ORBIT_STEP_S)
    phase, speed = 2 * np.pi * time / ORBIT_S, 2 * np.pi / ORBIT_S * RADIUS_KM
    place = RADIUS_KM * _tilted(np.cos(phase), np.sin(phase))
    velocity = speed * _tilted(-np.sin(phase), np.cos(phase))
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("TIME", "D", "s", array=time),
            fits.Column("POSITION", "3D", "km", array=place),
            fits.Column("VELOCITY", "3D", "km/s", array=velocity),
        ],
        name="ORBIT",
    )
    return _of_spacecraft(scene, table)


def _tilted(x: Floats, y: Floats) -> Floats:
    """Turn places in the orbit's plane around the x axis; shape (n, 3)."""
    tilt = np.radians(INCLINATION_DEG)
    return np.stack([x, y * np.cos(tilt), y * np.sin(tilt)], axis=1)


def _of_spacecraft(scene: Scene, table: Any) -> Any:
    """Give the file of a table that belongs to no module."""
    hdus = completed(scene, [table])
    for hdu in hdus:
        hdu.header["INSTRUME"] = "NUSTAR"
    return hdus


def elements(scene: Scene) -> str:
    """Give the orbital elements at the start, as two lines behind a title."""
    start_s = scene.gti.intervals[0][0]
    start = date_of(start_s)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    day = start.timetuple().tm_yday + (start - midnight).total_seconds() / 86400
    tilt, anomaly_deg = f"{INCLINATION_DEG:8.4f}", f"{360 * (start_s / ORBIT_S % 1):8.4f}"
    lines = (
        f"1 99999U 99001A   {start:%y}{day:012.8f}  .00001000  00000-0  30000-4 0  999",
        f"2 99999 {tilt}   0.0000 0000000   0.0000 {anomaly_deg} {86400 / ORBIT_S:11.8f}    1",
    )
    title = "SIMULATED: no satellite flew this orbit."
    return "\n".join((title, *(line + str(_check_digit(line)) for line in lines), ""))


def _check_digit(line: str) -> int:
    """Give the last digit of the sum of a line's digits; a minus counts one."""
    return sum(int(c) if c.isdigit() else c == "-" for c in line) % 10
