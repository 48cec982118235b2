"""Which of an observation's files are wanted."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.archive import unpacked
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.archive_file import Files, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest
    from nuwidgets.domain.pipeline import PipelineRequest
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


def modes_opened(mission: Mission, request: PipelineRequest) -> tuple[str, ...]:
    """Give the data modes whose events a pipeline's run opens: those of the task or the download.

    Parameters
    ----------
    mission : Mission
    request : PipelineRequest
        What the pipeline is asked.

    Returns
    -------
    tuple of str
        Names of modes; empty for those that are usual.
    """
    word = mission.heasoft.mode_parameter if mission.heasoft is not None else ""
    told = str(dict(request.parameters).get(word) or "") if word else ""
    wanted = told.split(",") if told else request.download.modes if request.download else ()
    known = {name.lower(): name for name in mission.archive.modes}
    return tuple(known[w.strip().lower()] for w in wanted if w.strip().lower() in known)


def modes_missed(mission: Mission, names: Iterable[str], modes: tuple[str, ...] = ()) -> str:
    """Say that there are no event files in the wanted data modes, and in which there are some.

    Parameters
    ----------
    mission : Mission
    names : iterable of str
        Names or paths of files of one observation.
    modes : tuple of str
        Names of the data modes that are wanted; () is the usual ones.

    Returns
    -------
    str
        A part of a sentence; empty where there are such files, or none of any mode.

    Examples
    --------
    >>> from nuwidgets.missions.base import mission_of
    >>> modes_missed(mission_of("Swift"), ["sw00032027001xwtw2po_cl.evt.gz"])
    "no photon-counting events; windowed timing is there: choose modes=('WT',)"
    """
    plain = {unpacked(name).rpartition("/")[2] for name in names}
    there = [name for name in mission.modes if _has(mission, plain, name)]
    asked = {name.lower() for name in modes or mission.archive.usual_modes}
    wanted = [name for name in mission.modes if name.lower() in asked]
    if not there or not wanted or set(there) & set(wanted):
        return ""
    lacks = " or ".join(mission.modes[name].says.replace(" ", "-") for name in wanted)
    has = " and ".join(mission.modes[name].says for name in there)
    verb = "is" if len(there) == 1 else "are"
    return f"no {lacks} events; {has} {verb} there: choose modes={tuple(there)!r}"


def _has(mission: Mission, names: Iterable[str], mode: str) -> bool:
    globs = [
        pattern.format(obs_id="*", module=module).rpartition("/")[2]
        for pattern in mission.event_patterns((mode,))
        for module in mission.modules
    ]
    return any(fnmatchcase(name, glob) for name in names for glob in globs)


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
