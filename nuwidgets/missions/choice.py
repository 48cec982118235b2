"""Which of an observation's files are wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from nuwidgets.domain.archive_file import Files, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest
    from nuwidgets.missions.base import Mission


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
    request = replace(request, modules=tuple(_letter(mission, m) for m in request.modules))
    return tuple(_chosen(one, request) for one in files.observations)


def _letter(mission: Mission, module: str) -> str:
    """Give the letter of a module, which may be named as its instrument is."""
    letters = dict(zip(mission.instruments, mission.modules, strict=True))
    known = {name.lower(): letter for name, letter in letters.items()}
    known |= {letter.lower(): letter for letter in mission.modules}
    if module.lower() not in known:
        names = nearest(module, (*mission.modules, *mission.instruments))
        raise InputError(f"{mission.name} has no module {module!r}. {names}")
    return known[module.lower()]


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
