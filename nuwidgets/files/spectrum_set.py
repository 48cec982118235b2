"""A spectrum with all that belongs to it: background and response, channel by channel.

Files that a PHA names are looked for where it says and then beside it; never in the current folder.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import FileError
from nuwidgets.files.header import is_absent
from nuwidgets.files.pha import read_inner_background, read_spectrum
from nuwidgets.files.rmf import read_response

if TYPE_CHECKING:
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum

SUFFIXES = {"RESPFILE": (".rsp", ".rmf"), "ANCRFILE": (".arf",), "BACKFILE": (".bkg", ".bak")}
OPTIONS = {"RESPFILE": "rmf_path (--rmf)", "ANCRFILE": "arf_path (--arf)"}
NONE = "none"
FULL_AREA_CM2 = 1.5
_EXTENSION = re.compile(r"[\[{].*$")


def find_linked(link: str, beside: str, keyword: str = "") -> Path | None:
    """Give the file that a keyword of a PHA means, or None.

    Parameters
    ----------
    link : str
        Value of the keyword; ``%match%`` stands for the name of the PHA itself.
    beside : str
        Path of the PHA.
    keyword : str
        Which keyword, for the suffix of ``%match%``.
    """
    pha = Path(beside).expanduser()
    name = _EXTENSION.sub("", link.strip())
    names = [link.strip(), name]  # brackets may be the file's own, or name an extension
    if "%match%" in name:
        stem = name.replace("%match%", Path(pha.name.removesuffix(".gz")).stem)
        names = [stem] if Path(stem).suffix else [stem + s for s in SUFFIXES.get(keyword, ())]
    places = [place for n in names for place in (pha.parent / n, pha.parent / Path(n).name)]
    for place in places:
        packed = place.with_name(place.name + ".gz") if place.name else place
        for found in (place, packed, Path(str(place).removesuffix(".gz"))):
            if _is_file(found) and found.absolute() != pha.absolute():
                return found
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False  # a header can hold any text, also names too long to be one


def _wanted(given: str, spectrum: Spectrum, keyword: str) -> tuple[str, tuple[str, ...]]:
    """Give the path to open, empty for none, and a warning where a named file is not there."""
    if given:
        return ("" if is_absent(given) else given), ()
    link = dict(spectrum.links).get(keyword, "")
    if is_absent(link):
        return "", ()
    found = find_linked(link, spectrum.path, keyword)
    if found is not None:
        return str(found), ()
    option = OPTIONS.get(keyword, "background_path (--background)")
    said = (
        f"{spectrum.path!r} names {keyword} {link!r}, which is neither there nor beside it."
        f" Put it beside the spectrum, or give it as {option}."
    )
    return "", (said,)


def aligned_background(background: Spectrum, spectrum: Spectrum) -> Spectrum:
    """Give a background channel by channel as a spectrum; channels it lacks have no counts.

    Raises
    ------
    FileError
        If the two were not made with the same number of channels.
    """
    if background.n_channels != spectrum.n_channels:
        raise FileError(
            f"The background {background.path!r} has {background.n_channels} channels, the"
            f" spectrum {spectrum.path!r} {spectrum.n_channels}. Give the background that was"
            " extracted with it, or 'none'."
        )
    place = {int(c) - background.first_channel: i for i, c in enumerate(background.channel)}
    wanted = (spectrum.channel - spectrum.first_channel).tolist()
    at = np.array([place.get(c, -1) for c in wanted], np.int64)
    there = at >= 0

    def moved(values: Any, fill: float) -> Any:
        return None if values is None else np.where(there, values[at], fill).astype(values.dtype)

    size = moved(background.backscal, 1.0)
    return replace(
        background,
        channel=spectrum.channel,
        counts=moved(background.counts, 0.0),
        backscal=np.where(size > 0, size, 1.0),
        areascal=moved(background.areascal, 1.0),
        quality=moved(background.quality, 0),
        grouping=moved(background.grouping, 1),
        stat_error=moved(background.stat_error, 0.0),
        sys_error=moved(background.sys_error, 0.0),
        first_channel=spectrum.first_channel,
    )


def aligned_response(response: Response, spectrum: Spectrum) -> Response:
    """Give a response with one row for each channel of a spectrum.

    Raises
    ------
    FileError
        If the response has not the spectrum's number of channels.
    """
    if len(response.channel) != spectrum.n_channels:
        raise FileError(
            f"The response {response.rmf_path!r} has {len(response.channel)} channels, the"
            f" spectrum {spectrum.path!r} {spectrum.n_channels}. Give the response made for it."
        )
    at = spectrum.channel - spectrum.first_channel
    if np.array_equal(at, np.arange(len(response.channel))):
        return replace(response, channel=spectrum.channel)
    return replace(
        response,
        matrix=response.matrix[at],
        channel=spectrum.channel,
        e_min_kev=response.e_min_kev[at],
        e_max_kev=response.e_max_kev[at],
    )


def _background(
    request: FileSpectrumRequest, spectrum: Spectrum
) -> tuple[Spectrum | None, tuple[str, ...]]:
    path, said = _wanted(request.background_path, spectrum, "BACKFILE")
    if path:
        background: Spectrum | None = read_spectrum(path)
    elif request.background_path:
        background = None
    else:
        background = read_inner_background(request.path)
    if background is None:
        return None, said
    more = tuple(f"Background: {text}" for text in background.provenance.warnings)
    return aligned_background(background, spectrum), said + more


def _response(
    request: FileSpectrumRequest, spectrum: Spectrum
) -> tuple[Response | None, tuple[str, ...]]:
    rmf, said = _wanted(request.rmf_path, spectrum, "RESPFILE")
    arf, arf_said = _wanted(request.arf_path, spectrum, "ANCRFILE")
    said += arf_said
    if not rmf:
        plain = "The spectrum has no response: it can be shown in channels only. Give an RMF or RSP"
        return None, said or (f"{plain} as rmf_path (--rmf).",)
    if arf_said:
        return None, said
    response = read_response(rmf, arf)
    has_area = bool(arf) or np.any(spectrum.areascal != 1)
    if not has_area and response.matrix.sum(axis=0).max() < FULL_AREA_CM2:
        without = (
            f"{rmf!r} is used without an ARF, as if the area was 1 cm2: fluxes are too high."
            " Give the effective area as arf_path (--arf)."
        )
        said = (*said, without)
    return aligned_response(response, spectrum), said + response.provenance.warnings


def load_spectrum(request: FileSpectrumRequest) -> Spectrum:
    """Give the spectrum of a PHA file with its background and response, channel by channel.

    A file that only the PHA names and that is not found is a warning in the provenance; without an
    RMF, or with an ARF named and not found, ``response`` is None. GROUPING is the file's own.

    Raises
    ------
    FileError
        If a file that the user named is missing, or any file is broken or does not fit.
    """
    spectrum = read_spectrum(request.path, request.row)
    background, background_says = _background(request, spectrum)
    response, response_says = _response(request, spectrum)
    said = spectrum.provenance.warnings + background_says + response_says
    return replace(
        spectrum,
        background=background,
        response=response,
        request=request,
        provenance=replace(spectrum.provenance, warnings=said),
    )
