"""The responses through which a spectrum sees each source."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nuwidgets.engines.embedded.memory import remembered
from nuwidgets.engines.embedded.response_files import response_from_files
from nuwidgets.errors import InputError
from nuwidgets.files.spectrum_set import aligned_response

if TYPE_CHECKING:
    from typing import Any

    from nuwidgets.domain.fit import FitRequest, SourceResponse
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.spectrum import Spectrum

    Stamp = tuple[tuple[int, ...], ...]

SAME = "same"
"""Stands for a spectrum's own response."""
_responses: WeakKeyDictionary[Spectrum, dict[Any, Response]] = WeakKeyDictionary()


def response_of(spectrum: Spectrum) -> Response:
    """Give the response of a spectrum.

    Raises
    ------
    InputError
        There is none.
    """
    if spectrum.response is None:
        raise InputError(
            f"Cannot fold a model for {spectrum.name or spectrum.path or 'the spectrum'!r}: it has"
            " no response. Give rmf_path (an RMF or RSP file) and, for an RMF, arf_path."
        )
    return spectrum.response


def seen(
    spectrum: Spectrum, asked: tuple[SourceResponse, ...], stamp: Stamp
) -> dict[int, Response]:
    """Give the response for each source that a spectrum sees, by number of the source.

    Its own response is that for source 1, unless another one is asked for.

    Raises
    ------
    InputError
        It has no response at all, or one for another number of channels.
    FileError
        A file cannot be read, or was not made for spectra like this one.
    """
    found = {one.source: _response(spectrum, one, stamp) for one in asked}
    if 1 not in found and (spectrum.response is not None or not found):
        found[1] = response_of(spectrum)
    for one in found.values():
        if len(one.channel) != len(spectrum.channel):
            raise InputError(
                f"Cannot fold a model for {spectrum.name!r}: it has {len(spectrum.channel)}"
                f" channels, its response {len(one.channel)}. Give the response that was made for"
                " it."
            )
    return dict(sorted(found.items()))


def response_for(request: FitRequest, number: int, spectrum: Spectrum, source: int) -> Response:
    """Give the response through which a spectrum of a fit sees a source, or else its first one.

    Parameters
    ----------
    request : FitRequest
        The fit.
    number : int
        Number of the spectrum in it, from 1.
    spectrum : Spectrum
        The spectrum.
    source : int
        Number of the source, from 1.

    Raises
    ------
    InputError, FileError
        As `seen`.
    """
    asked = tuple(one for one in request.responses if one.spectrum == number)
    found = seen(spectrum, asked, request.stamp if asked else ())
    return found.get(source, next(iter(found.values())))


def _response(spectrum: Spectrum, asked: SourceResponse, stamp: Stamp) -> Response:
    """Give the response for one source; files are read once while they stay as they are."""
    if asked.rmf_path == SAME:
        return response_of(spectrum)

    def read() -> Response:
        return aligned_response(response_from_files(asked.rmf_path, asked.arf_path), spectrum)

    return remembered(_responses, spectrum, (asked.rmf_path, asked.arf_path, stamp), read)
