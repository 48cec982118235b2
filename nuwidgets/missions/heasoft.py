"""How HEASoft's tasks work on a mission's observations: what they read, and who asks them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.task import OUT, TaskRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nuwidgets.domain.task import Parameters
    from nuwidgets.missions.base import Mission
    from nuwidgets.missions.tasks import Task


@dataclass(frozen=True)
class Needed:
    """A file without which a pipeline does not run."""

    pattern: str
    """Glob of its name without .gz, with {obs_id}, {module}."""
    places: tuple[str, ...]
    """Where to look for it, under the observation's folder; the last is where the archive has
    it."""


@dataclass(frozen=True)
class Heasoft:
    """How HEASoft's tasks work on a mission's observations."""

    tasks: Mapping[str, Task]
    """What is known of the mission's tasks, by their names."""
    reads: tuple[str, ...]
    """Parts of an observation's folder that the pipeline reads."""
    needs: tuple[Needed, ...] = ()
    """Files without which the pipeline does not run."""
    checks: str = ""
    """``"module:function"`` of folder and ObsID that raises a FileError where something else is
    missing; empty for none."""
    runs: str = ""
    """``"module:function"`` of folder, ObsID, instruments and parameters that gives the runs of
    the pipeline; empty for `plain_runs`."""
    instrument_parameter: str = ""
    """The pipeline's parameter that names the module; empty where there is none."""
    mode_parameter: str = ""
    """The pipeline's parameter that names data modes; empty where there is none."""
    products: str = ""
    """Module with functions `spectrum`, `lightcurve` and `image` that ask the task for products;
    empty where HEASoft makes none of them here."""
    grades: tuple[tuple[int, str], ...] = ()
    """Largest grade of cleaned events, and how others are left out with {grade}: the first pair is
    for the usual mode, others are for modes with that largest grade."""
    caldb: str = ""
    """Folder of the mission's calibration under ``data`` of the CALDB, e.g. ``"nustar/fpm"``."""
    caldb_users: frozenset[str] = field(default=frozenset(), repr=False)
    """Tasks beside those of `tasks` that look calibration files up."""
    xselect_users: frozenset[str] = field(default=frozenset(), repr=False)
    """Tasks beside those of `tasks` that hand paths on to xselect."""


def plain_runs(
    mission: Mission,
    folder: str,
    obs_id: str,
    instruments: tuple[str, ...],
    parameters: Parameters,
) -> tuple[TaskRequest, ...]:
    """Give the runs of a pipeline that takes indir, steminputs and outdir: one for each module.

    Parameters
    ----------
    mission : Mission
    folder : str
        The observation's folder.
    obs_id : str
        Number of the observation.
    instruments : tuple of str
        INSTRUME of the modules that are meant.
    parameters : tuple of pairs
        What shall be other than usual.

    Raises
    ------
    InputError
        If a parameter is one that is set here.
    """
    heasoft = mission.processing
    home = Path(folder).expanduser().absolute()
    given = heasoft.tasks[mission.pipeline].with_chosen(parameters)
    named = heasoft.instrument_parameter
    return tuple(
        TaskRequest(
            mission.pipeline,
            (
                ("indir", str(home)),
                ("steminputs", f"{mission.letters}{obs_id}"),
                ("outdir", OUT),
                *(((named, instrument),) if named else ()),
                *given.items(),
            ),
            subject=f"{obs_id} {instrument}",
            inputs=tuple(str(home / name) for name in heasoft.reads),
            engine="heasoft",
        )
        for instrument in (instruments if named else instruments[:1])
    )
