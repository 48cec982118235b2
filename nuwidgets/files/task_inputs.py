"""What HEASoft's tasks read of an observation, found beside its event files.

Layouts: the archive's (event_cl, auxil, hk; xrt/event, xrt/hk, auxil) and that of a pipeline's
products, all in one folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nuwidgets.errors import FileError, InputError, nearest
from nuwidgets.files.fits import open_fits
from nuwidgets.missions import nustar_tasks, swift_tasks
from nuwidgets.missions.base import mission_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from nuwidgets.domain.task import Parameters, TaskRequest
    from nuwidgets.missions.base import Mission

_AGAIN = "Download all that reprocessing needs, or run the pipeline for it."
_ATTITUDES = {"100": ("sat", "pat"), "110": ("pat", "sat")}
_NO_FLAG = ("pat", "sat")
"""For other flags too: 111 and 101 stand for the file (uat) that xrtpipeline refuses."""
_XRT_PLACES = ("", "xrt/event")
_NUSTAR_FILES = {
    "mastaspectfile": ("nu{obs_id}_mast.fits", ("", "../auxil"), "the mast's aspect"),
    "attfile": ("nu{obs_id}_att.fits", ("", "../auxil"), "the attitude"),
    "det1reffile": ("nu{obs_id}{module}_det1.fits", ("",), "the detector's place on the sky"),
    "optaxisfile": ("nu{obs_id}{module}_oa.fits", ("",), "the optical axis"),
    "hkfile": ("nu{obs_id}{module}_fpm.hk", ("", "../hk"), "the housekeeping"),
}
_NEEDED = {
    "NuSTAR": (
        ("nu{obs_id}{module}_uf.evt", ("event_uf",)),
        ("nu{obs_id}{module}_fpm.hk", ("hk",)),
        ("nu{obs_id}_att.fits", ("auxil",)),
        ("nu{obs_id}_orb.fits", ("auxil",)),
    ),
    "Swift": (("sw{obs_id}x*_uf.evt", _XRT_PLACES), ("sw{obs_id}xhd.hk", ("xrt/hk",))),
}


class SwiftInputs(NamedTuple):
    """What xrtexpomap and xrtproducts read."""

    attfile: str
    """Attitude file."""
    hdfile: str
    """Frame headers."""
    event_files: tuple[str, ...]
    """Cleaned event files of photon counting mode, by name."""


def _candidates(folder: Path, pattern: str, places: tuple[str, ...]) -> list[Path]:
    """Give the files of a name, plain or ``.gz``, in the first place that has one."""
    for place in places:
        up = place.startswith("../")
        home = folder.parent / place[3:] if up else folder / place
        found = sorted((*home.glob(pattern), *home.glob(f"{pattern}.gz")))
        if found:
            return found
    return []


def _check_once(files: list[Path]) -> None:
    """Refuse what is there both plain and packed: HEASoft's pipelines stop there."""
    names = {str(file) for file in files}
    for name in sorted(names):
        if f"{name}.gz" in names:
            raise FileError(
                f"Cannot tell which file is meant: {name!r} is there plain and as .gz, and"
                " HEASoft's tasks refuse that. Take one of them away."
            )


def _single(folder: Path, pattern: str, places: tuple[str, ...]) -> str:
    """Give the one file of a name; empty where there is none."""
    found = _candidates(folder, pattern, places)
    _check_once(found)
    return str(found[0]) if found else ""


def _home(folder: str | PathLike[str]) -> Path:
    home = Path(folder).expanduser().absolute()
    if not home.is_dir():
        raise FileError(
            f"There is no folder {str(folder)!r}. Name the folder of an observation's files."
        )
    return home


def nustar_inputs(
    folder_of_cl_evt: str | PathLike[str], obs_id: str, module: str
) -> dict[str, str]:
    """Give the files that nuproducts reads beside the events, by the parameter that names each.

    Each is looked for beside the event file first, where nupipeline writes it, then where the
    archive has it.

    Parameters
    ----------
    folder_of_cl_evt : str or Path
        Where the cleaned event file is.
    obs_id : str
        Number of the observation.
    module : str
        ``"A"`` or ``"B"``, also ``"FPMA"`` or ``"FPMB"``.

    Raises
    ------
    FileError
        If files are missing, or there both plain and as ``.gz``; it names them.
    InputError
        If there is no such module.
    """
    home, (instrument,) = _home(folder_of_cl_evt), _one(nustar_tasks.instruments_of(module), module)
    words = {"obs_id": obs_id, "module": instrument[-1]}
    found = {
        name: _single(home, pattern.format(**words), places)
        for name, (pattern, places, _) in _NUSTAR_FILES.items()
    }
    missing = [
        f"{says} ({pattern.format(**words)})"
        for name, (pattern, _, says) in _NUSTAR_FILES.items()
        if not found[name]
    ]
    if missing:
        raise FileError(
            f"Cannot run nuproducts on the events in {str(folder_of_cl_evt)!r}: beside them, in"
            f" ../auxil and in ../hk these are missing: {', '.join(missing)}. {_AGAIN}"
        )
    return found


def _one(modules: tuple[str, ...], word: str) -> tuple[str, ...]:
    if len(modules) != 1:
        raise InputError(f"Cannot take {word!r} for one module. Give FPMA or FPMB.")
    return modules


def _xrt_events(home: Path, obs_id: str, ending: str) -> list[Path]:
    found = _candidates(home, f"sw{obs_id}x*{ending}", _XRT_PLACES)
    _check_once(found)
    return found


def attitude_of(folder: str | PathLike[str], obs_id: str) -> str:
    """Give the attitude file that an observation's events were made with, as xrtpipeline takes it.

    The header's ATTFLAG says which: 100 the raw one (sat), 110 the one without jumps (pat). 111 and
    101 mean the one that the UVOT corrected (uat), which xrtpipeline refuses: there, and where the
    header says nothing, pat is taken, or sat if there is none.

    Parameters
    ----------
    folder : str or Path
        The observation's folder.
    obs_id : str
        Number of the observation.

    Raises
    ------
    FileError
        If there is no attitude file, or one both plain and as ``.gz``.
    """
    home = _home(folder)
    for kind in _ATTITUDES.get(_attitude_flag(home, obs_id), _NO_FLAG):
        found = _single(home, f"sw{obs_id}{kind}.fits", ("auxil", "", "../auxil"))
        if found:
            return found
    raise FileError(
        f"There is no attitude file of {obs_id} in {str(folder)!r}: neither"
        f" auxil/sw{obs_id}pat.fits nor auxil/sw{obs_id}sat.fits. {_AGAIN}"
    )


def _attitude_flag(home: Path, obs_id: str) -> str:
    """Give ATTFLAG of the first event file, the cleaned ones first; empty where there is none."""
    files = (
        *_xrt_events(home, obs_id, "_cl.evt"),
        *_xrt_events(home, obs_id, "_uf.evt"),
    )
    for path in files[:1]:
        with open_fits(path) as file:
            for hdu in file.hdus:
                flag = hdu.header.text("ATTFLAG")
                if flag:
                    return flag
    return ""


def swift_inputs(folder: str | PathLike[str], obs_id: str) -> SwiftInputs:
    """Give attitude, frame headers and cleaned events of an observation.

    Parameters
    ----------
    folder : str or Path
        The observation's folder.
    obs_id : str
        Number of the observation.

    Raises
    ------
    FileError
        If one is missing, or there both plain and as ``.gz``.
    """
    home = _home(folder)
    heads = _single(home, f"sw{obs_id}xhd.hk", ("xrt/hk", "", "../hk"))
    if not heads:
        raise FileError(
            f"There are no frame headers of {obs_id} in {str(folder)!r}: no"
            f" xrt/hk/sw{obs_id}xhd.hk. {_AGAIN}"
        )
    events = [path for path in _xrt_events(home, obs_id, "_cl.evt") if f"{obs_id}xpc" in path.name]
    if not events:
        raise FileError(
            f"There are no cleaned events of {obs_id} in {str(folder)!r}: no"
            f" xrt/event/sw{obs_id}xpc*_cl.evt in photon counting mode. {_AGAIN}"
        )
    return SwiftInputs(attitude_of(home, obs_id), heads, tuple(map(str, events)))


def pipeline_plan(
    mission: Mission | str,
    folder: str | PathLike[str],
    obs_id: str,
    instrument: str = "both",
    parameters: Parameters = (),
) -> tuple[TaskRequest, ...]:
    """Give the runs of a mission's pipeline for an observation, one for each module.

    That files are missing stops nothing here: `missing_of` says which, and so does the pipeline.

    Raises
    ------
    FileError
        If there is no such folder.
    InputError
        If mission or instrument is not known, or a parameter is one that is filled in.
    """
    home, name = str(_home(folder)), _name(mission)
    if name == "NuSTAR":
        return nustar_tasks.pipeline_requests(home, obs_id, instrument, parameters)
    attitude = "" if missing_of(name, home, obs_id) else attitude_of(home, obs_id)
    return swift_tasks.pipeline_requests(home, obs_id, instrument, parameters, attitude=attitude)


def _name(mission: Mission | str) -> str:
    name = (mission_of(mission) if isinstance(mission, str) else mission).name
    if name not in _NEEDED:
        raise InputError(f"{name} has no pipeline here. {nearest(name, _NEEDED)}")
    return name


def missing_of(
    mission: Mission | str, folder: str | PathLike[str], obs_id: str, instrument: str = "both"
) -> str:
    """Say what a pipeline would miss in an observation's folder, in one sentence; empty if nothing.

    Raises
    ------
    FileError
        If there is no such folder.
    InputError
        If mission or instrument is not known.
    """
    home, name = _home(folder), _name(mission)
    modules = nustar_tasks.instruments_of(instrument) if name == "NuSTAR" else ("XRT",)
    try:
        missing = list(dict.fromkeys(_missing(home, name, obs_id, modules)))
        if name == "Swift" and not missing:
            attitude_of(home, obs_id)
    except FileError as error:
        return str(error)
    said = f"The pipeline cannot run in {str(folder)!r}: there is no {', no '.join(missing)}."
    return f"{said} {_AGAIN}" if missing else ""


def _missing(home: Path, name: str, obs_id: str, modules: tuple[str, ...]) -> Iterator[str]:
    for module in modules:
        for pattern, places in _NEEDED[name]:
            name_of = pattern.format(obs_id=obs_id, module=module[-1])
            files = _candidates(home, name_of, places)
            _check_once(files)
            if not files:
                yield f"{places[-1]}/{name_of}"
