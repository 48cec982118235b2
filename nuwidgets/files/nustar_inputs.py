"""What nuproducts reads beside NuSTAR's event files.

Layouts: the archive's (event_cl, auxil, hk), and that of nupipeline's products, all in one folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.beside import AGAIN, home_of, single
from nuwidgets.missions.nustar_tasks import instruments_of

if TYPE_CHECKING:
    from os import PathLike

_FILES = {
    "mastaspectfile": ("nu{obs_id}_mast.fits", ("", "../auxil"), "the mast's aspect"),
    "attfile": ("nu{obs_id}_att.fits", ("", "../auxil"), "the attitude"),
    "det1reffile": ("nu{obs_id}{module}_det1.fits", ("",), "the detector's place on the sky"),
    "optaxisfile": ("nu{obs_id}{module}_oa.fits", ("",), "the optical axis"),
    "hkfile": ("nu{obs_id}{module}_fpm.hk", ("", "../hk"), "the housekeeping"),
}


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
    home, (instrument,) = home_of(folder_of_cl_evt), _one(instruments_of(module), module)
    words = {"obs_id": obs_id, "module": instrument[-1]}
    found = {
        name: single(home, pattern.format(**words), places)
        for name, (pattern, places, _) in _FILES.items()
    }
    missing = [
        f"{says} ({pattern.format(**words)})"
        for name, (pattern, _, says) in _FILES.items()
        if not found[name]
    ]
    if missing:
        raise FileError(
            f"Cannot run nuproducts on the events in {str(folder_of_cl_evt)!r}: beside them, in"
            f" ../auxil and in ../hk these are missing: {', '.join(missing)}. {AGAIN}"
        )
    return found


def _one(modules: tuple[str, ...], word: str) -> tuple[str, ...]:
    if len(modules) != 1:
        raise InputError(f"Cannot take {word!r} for one module. Give FPMA or FPMB.")
    return modules
