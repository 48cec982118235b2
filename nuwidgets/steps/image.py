"""Bin events into an image of the sky."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.band import Band
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.engine_choice import AUTO, EMBEDDED, ENGINES, HEASOFT

if TYPE_CHECKING:
    from nuwidgets.steps.screen import ScreenStep


def as_band(value: Any) -> Band:
    """Take a Band or a pair of energies in keV.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(value, Band):
        return value
    try:
        lo, hi = value
        return Band(float(lo), float(hi))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot use {value!r} as an energy band. Give Band(lo_kev, hi_kev) or a pair of"
            f" energies in keV, e.g. (3, 79). {error}"
        ) from error


class ImageStep(Step[ImageRequest, Image]):
    """Makes a counts image in a band."""

    examples: ClassVar = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "binning": (1, 2),
        "engine": ("embedded", "heasoft"),
    }

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    binning = t.Int(1, min=1, max=64, help="Sky pixels per image pixel, along each axis.")

    engine = t.Enum(ENGINES, AUTO, help="Who makes it; 'auto' is the embedded engine.")

    above: tuple[ScreenStep]

    @property
    def by_heasoft(self) -> bool:
        """Whether HEASoft is to make it: then it does not follow its settings by itself."""
        return bool(self.engine == HEASOFT)

    def request(self) -> ImageRequest:
        """Give what the image depends on."""
        engine = HEASOFT if self.by_heasoft else ""
        return ImageRequest(self.above[0].request(), self.band, self.binning, engine)

    def recall(self, request: ImageRequest) -> None:
        """Set the settings that `request` was made from, and who made it."""
        other = EMBEDDED if self.by_heasoft else self.engine
        super().recall(replace(request, engine=HEASOFT if request.engine else other))
