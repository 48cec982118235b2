"""Response files out of a folder such as CALDB's: chosen by the observation, brought to a region.

Areas of a calibration are on axis and for all photons of a source. They are multiplied by what the
region holds of them and by the vignetting, so they say that they are approximate; xrtmkarf does
the same pixel by pixel with the exposure map.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.response_files import read_area, read_matrix
from nuwidgets.errors import FileError, InputError
from nuwidgets.science import swift_files
from nuwidgets.science.swift_response import vignetting

if TYPE_CHECKING:
    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.response import Arf, Response

SWIFT = "swift"
BESIDE = {"rmf": ("", "rmf"), "arf": ("", "arf", "../arf")}
"""Where files of a kind are looked for: in the folder itself, in CALDB's ones of that name."""
SCALED = (
    "approximate: {rmf} and the on-axis area of {arf} x vignetting ({off_axis_arcmin:.1f} arcmin"
    " off axis) x enclosed fraction of the region ({fraction:.3f})"
)
_SHOWN = 6


def is_folder(path: str) -> bool:
    """Whether a path names a folder."""
    return bool(path) and Path(path).is_dir()


def response_from_folders(
    rmf_path: str,
    arf_path: str,
    pointing: Pointing,
    placed: tuple[float, float],
    max_grade: int | None = None,
) -> Response:
    """Give the response of a region, with files out of folders.

    Parameters
    ----------
    rmf_path, arf_path : str
        One of them a folder, the other a folder, a file, or empty: the same folder.
    pointing : Pointing
        What the files are chosen by.
    placed : tuple of float
        What the region holds of the photons of its source, and its angle off axis, arcmin.
    max_grade : int or None
        Largest grade that was kept.

    Raises
    ------
    FileError
        If no file fits, or one cannot be read.
    InputError
        If files of this telescope cannot be chosen, or there is an area without a matrix.
    """
    if pointing.telescope.strip().lower() != SWIFT:
        raise InputError(
            f"Cannot choose a response of {pointing.telescope or 'this telescope'} out of the"
            f" folder {rmf_path or arf_path!r}: that is known for Swift only. Name one RMF and one"
            " ARF."
        )
    if not rmf_path:
        raise InputError(
            f"Cannot use the ARFs of {arf_path!r} alone. Give the RMF or its folder too, or"
            " neither for the approximate response."
        )
    from nuwidgets.files.rmf import response_of

    wanted = swift_files.wanted_for(pointing, max_grade)
    rmf = _chosen(rmf_path, wanted, "rmf") if is_folder(rmf_path) else rmf_path
    if arf_path and not is_folder(arf_path):
        return response_of(read_matrix(rmf), read_area(arf_path))
    arf = _chosen(arf_path or rmf_path, wanted, "arf")
    return _scaled(response_of(read_matrix(rmf), _brought(read_area(arf), placed)), arf, placed)


def _brought(area: Arf, placed: tuple[float, float]) -> Arf:
    fraction, off_axis_arcmin = placed
    middle = (area.energy_lo_kev + area.energy_hi_kev) / 2
    return replace(area, area_cm2=area.area_cm2 * fraction * vignetting(off_axis_arcmin, middle))


def _scaled(response: Response, arf: str, placed: tuple[float, float]) -> Response:
    """Let a response say what was done to its area; it is no file's any more."""
    fraction, off_axis_arcmin = placed
    said = SCALED.format(
        rmf=Path(response.rmf_path).name,
        arf=Path(arf).name,
        off_axis_arcmin=off_axis_arcmin,
        fraction=fraction,
    )
    made = Provenance(approximate=said, warnings=response.provenance.warnings)
    return replace(response, rmf_path="", arf_path="", provenance=made)


def _chosen(folder: str, wanted: swift_files.Wanted, kind: str) -> str:
    """Give the path of the file to take."""
    places = [Path(folder) / part for part in BESIDE[kind]]
    there: list[str] = []
    for place in (one for one in places if one.is_dir()):
        names = sorted(one.name for one in place.iterdir())
        if name := swift_files.chosen(names, wanted, kind):
            return str(place / name)
        there += (name for name in names if swift_files.is_calibration(name, kind))
    raise FileError(
        f"Cannot choose an {kind.upper()} out of {folder!r}: none is for {wanted}. There"
        f" {_listed(there)}. Give the folder {kind!r} of Swift's CALDB (data/swift/xrt/cpf), or"
        " name one file."
    )


def _listed(names: list[str]) -> str:
    if not names:
        return "are none of the XRT's (swx...)"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{'is' if len(names) == 1 else 'are'} {', '.join(names[:_SHOWN])}{more}"
