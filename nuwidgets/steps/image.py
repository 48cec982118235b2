"""Bin events into an image of the sky, or of the detectors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.links import hang_on, let_go
from nuwidgets.core.settings import Value, names_of
from nuwidgets.core.step import Step
from nuwidgets.domain.band import Band
from nuwidgets.domain.exposure_map import ExposureRequest
from nuwidgets.domain.image import FRAMES, UNITS, Image, ImageRequest
from nuwidgets.domain.marker import as_markers
from nuwidgets.errors import InputError
from nuwidgets.steps.engine_choice import AUTO, EMBEDDED, ENGINES, HEASOFT

if TYPE_CHECKING:
    from nuwidgets.steps.exposure import ExposureStep
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


def as_bands(value: Any) -> tuple[Band, ...]:
    """Take bands, or pairs of energies in keV, in their order; None for none.

    Raises
    ------
    InputError
        If it is no list of these.
    """
    try:
        several = tuple(value or ())
    except TypeError as error:
        raise InputError(
            f"Cannot use {value!r} as energy bands. Give a list of pairs of energies in keV, e.g."
            " [(3, 10), (10, 30)]."
        ) from error
    return tuple(as_band(one) for one in several)


class ImageStep(Step[ImageRequest, Image]):
    """Makes an image in one band or several: counts, exposure, or counts over exposure."""

    examples: ClassVar = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "binning": (1, 2),
        "engine": ("embedded", "heasoft"),
        "bands": ((), ((3.0, 10.0), (10.0, 30.0))),
        "smooth_px": (0.0, 2.5),
        "quantity": ("corrected", "counts"),
        "frame": ("sky", "det1"),
    }

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    binning = t.Int(1, min=1, max=64, help="Pixels of the frame per image pixel, along each axis.")

    engine = t.Enum(ENGINES, AUTO, help="Who makes it; 'auto' is the embedded engine.")
    bands = Value(as_bands, (), "a list of Bands in keV, or of pairs: a tile each")
    smooth_px = t.Float(0.0, min=0.0, max=64.0, help="Sigma of a Gaussian, image pixels; 0: none.")
    quantity = t.Enum(tuple(UNITS), "counts", help="Counts, exposure, or counts over exposure.")
    frame = t.Enum(FRAMES, "sky", help="Pixels of the sky, or of NuSTAR's detectors (DET1).")
    markers = Value(as_markers, (), "a list of Markers, or of triples (name, ra_deg, dec_deg)")
    """Places that are marked; the image does not depend on them."""

    above: tuple[ScreenStep]
    beside: tuple[ExposureStep]

    @property
    def by_heasoft(self) -> bool:
        """Whether HEASoft is to make it: then it does not follow its settings by itself."""
        return bool(self.engine == HEASOFT)

    def weigh_with(self, exposure: ExposureStep) -> None:
        """Ask for the exposure map as the settings of this step say."""
        self.door.do(self._weigh_with, exposure)

    def _weigh_with(self, exposure: ExposureStep) -> None:
        let_go(self)
        vars(self)["beside"] = (exposure,)
        hang_on(self)
        self.judge()

    def request(self) -> ImageRequest:
        """Give what the image depends on."""
        return ImageRequest(
            self.above[0].request(),
            self.band,
            self.binning,
            HEASOFT if self.by_heasoft else "",
            self.bands,
            self.smooth_px,
            self.quantity,
            self.frame,
            None if self.quantity == "counts" else self._exposure(),
        )

    def _exposure(self) -> ExposureRequest:
        for step in self.beside:
            return step.request()
        return ExposureRequest(self.above[0].request())

    def recall(self, request: ImageRequest) -> None:
        """Set the settings that `request` was made from, and who made it."""
        self.door.do(self._recall, request)

    def _recall(self, request: ImageRequest) -> None:
        for step in self.beside:
            if request.exposure is not None:
                step.recall(request.exposure)
        self.above[0].recall(request.screen)
        other = EMBEDDED if self.by_heasoft else self.engine
        asked = replace(request, engine=HEASOFT if request.engine else other)
        for name in names_of(type(self)):
            if hasattr(asked, name):
                setattr(self, name, getattr(asked, name))
