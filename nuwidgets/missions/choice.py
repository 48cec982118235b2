"""Which of an observation's files are wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from nuwidgets.domain.archive_file import Files, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest


def choose(files: Files, request: DownloadRequest) -> tuple[ObservationFiles, ...]:
    """Give the wanted files, by observation, in the order in which they are listed.

    Parameters
    ----------
    files : Files
        What there is.
    request : DownloadRequest
        What is wanted: preset or pattern, modules, modes, and single files.

    Raises
    ------
    InputError
        If a module or mode is not one of the mission's.
    """
    mission = missions()[files.mission]
    for module in request.modules:
        if module not in mission.modules:
            known = nearest(module, mission.modules)
            raise InputError(f"{mission.name} has no module {module!r}. {known}")
    return tuple(_chosen(one, request) for one in files.observations)


def _chosen(one: ObservationFiles, request: DownloadRequest) -> ObservationFiles:
    mission = missions()[request.files.find.mission]
    picked = set(
        mission.archive.pick(
            (file.path for file in one.files),
            request.preset,
            pattern=request.pattern,
            modules=request.modules,
            modes=request.modes,
        )
    )
    for file in one.files:
        name = f"{one.obs_id}/{file.path}"
        picked |= {file.path} if name in request.also else set()
        picked -= {file.path} if name in request.without else set()
    return replace(one, files=tuple(file for file in one.files if file.path in picked))
