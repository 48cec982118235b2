"""What Swift's tasks read of an observation: attitude by ATTFLAG, frame headers, events by mode.

Layouts: the archive's (xrt/event, xrt/hk, auxil), and that of xrtpipeline's products, all in one
folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nuwidgets.errors import FileError
from nuwidgets.files.beside import AGAIN, candidates, check_once, home_of, single
from nuwidgets.files.fits import open_fits
from nuwidgets.missions import swift_tasks
from nuwidgets.missions.base import mission_of
from nuwidgets.missions.choice import modes_missed

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from nuwidgets.domain.task import Parameters, TaskRequest

_ATTITUDES = {"100": ("sat", "pat"), "110": ("pat", "sat")}
_NO_FLAG = ("pat", "sat")
"""For other flags too: 111 and 101 stand for the file (uat) that xrtpipeline refuses."""
_PLACES = ("", "xrt/event")


class SwiftInputs(NamedTuple):
    """What xrtexpomap and xrtproducts read."""

    attfile: str
    """Attitude file."""
    hdfile: str
    """Frame headers."""
    event_files: tuple[str, ...]
    """Cleaned event files of the chosen data modes, by name."""


def _events(home: Path, pattern: str) -> list[Path]:
    found = candidates(home, pattern, _PLACES)
    check_once(found)
    return found


def attitude_of(
    folder: str | PathLike[str], obs_id: str, events_path: str | PathLike[str] = ""
) -> str:
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
    events_path : str or Path, optional
        The event file whose header is asked; empty for the first one of the observation.

    Raises
    ------
    FileError
        If there is no attitude file, or one both plain and as ``.gz``.
    """
    home = home_of(folder)
    for kind in _ATTITUDES.get(_flag(home, obs_id, str(events_path)), _NO_FLAG):
        found = single(home, f"sw{obs_id}{kind}.fits", ("auxil", "", "../auxil"))
        if found:
            return found
    raise FileError(
        f"There is no attitude file of {obs_id} in {str(folder)!r}: neither"
        f" auxil/sw{obs_id}pat.fits nor auxil/sw{obs_id}sat.fits. {AGAIN}"
    )


def _flag(home: Path, obs_id: str, events_path: str) -> str:
    """Give ATTFLAG of an event file, the cleaned ones first; empty where there is none."""
    beside = (e for end in ("_cl.evt", "_uf.evt") for e in _events(home, f"sw{obs_id}x*{end}"))
    path = events_path or next(beside, None)
    if path is None:
        return ""
    with open_fits(path) as file:
        flags = (hdu.header.text("ATTFLAG") for hdu in file.hdus)
        return next(filter(None, flags), "")


def swift_inputs(
    folder: str | PathLike[str], obs_id: str, modes: tuple[str, ...] = ()
) -> SwiftInputs:
    """Give attitude, frame headers and cleaned events of an observation.

    Parameters
    ----------
    folder : str or Path
        The observation's folder.
    obs_id : str
        Number of the observation.
    modes : tuple of str
        Names of the data modes whose events are meant; () is photon counting.

    Raises
    ------
    FileError
        If one is missing, or there both plain and as ``.gz``.
    """
    home, swift = home_of(folder), mission_of("Swift")
    heads = single(home, f"sw{obs_id}xhd.hk", ("xrt/hk", "", "../hk"))
    if not heads:
        raise FileError(
            f"There are no frame headers of {obs_id} in {str(folder)!r}: no"
            f" xrt/hk/sw{obs_id}xhd.hk. {AGAIN}"
        )
    patterns = [p.format(obs_id=obs_id, module="") for p in swift.event_patterns(modes)]
    events = [e for p in patterns for e in _events(home, p.rpartition("/")[2])]
    if not events:
        every = [path.name for path in _events(home, f"sw{obs_id}x*_cl.evt")]
        why = modes_missed(swift, every, modes)
        said = f"{why}." if why else f"no {', no '.join(patterns)}. {AGAIN}"
        raise FileError(f"There are no cleaned events of {obs_id} in {str(folder)!r}: {said}")
    return SwiftInputs(attitude_of(home, obs_id), heads, tuple(map(str, events)))


def pipeline_requests(
    folder: str, obs_id: str, instrument: str = "both", parameters: Parameters = ()
) -> tuple[TaskRequest, ...]:
    """Give the run of xrtpipeline for an observation, with the attitude that its header names.

    Where there is none, or it cannot be told, xrtpipeline looks for one itself and says so.

    Raises
    ------
    FileError
        If there is no such folder.
    InputError
        If the instrument is not known, or a parameter is one that is filled in.
    """
    home = home_of(folder)
    try:
        attitude = attitude_of(home, obs_id)
    except FileError:
        attitude = ""
    return swift_tasks.pipeline_requests(
        str(home), obs_id, instrument, parameters, attitude=attitude
    )
