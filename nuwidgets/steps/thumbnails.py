"""Small images of one place in all observations of the session."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.thumbnails import Thumbnails, ThumbnailsRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from nuwidgets.steps.image import ImageStep
    from nuwidgets.steps.screen import ScreenStep

LARGEST_ARCMIN = 120.0


def as_field(value: Any) -> float:
    """Take the width of a field, arcmin.

    Raises
    ------
    InputError
        If it is no number above 0, or larger than two degrees.
    """
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    if not plain or not 0 < value <= LARGEST_ARCMIN:
        raise InputError(
            f"Cannot use {value!r} as the width of a field. Give arcmin above 0 and up to"
            f" {LARGEST_ARCMIN:g}, e.g. 10."
        )
    return float(value)


def as_center(value: Any) -> tuple[float, float] | None:
    """Take right ascension and declination, deg, a SkyCoord, or None.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if value is None:
        return None
    if hasattr(value, "fk5"):
        value = (value.fk5.ra.deg, value.fk5.dec.deg)
    try:
        ra, dec = (float(one) for one in value)
    except (TypeError, ValueError):
        ra = dec = math.nan
    if not (math.isfinite(ra) and abs(dec) <= 90):  # noqa: PLR2004
        raise InputError(
            f"Cannot use {value!r} as the middle of a field. Give right ascension and declination"
            " in degrees, e.g. (136.17, -32.38), or None for the target."
        )
    return ra % 360.0, dec


class ThumbnailsStep(Step[ThumbnailsRequest, Thumbnails]):
    """Gives a small image of each observation, all of the same field, for looking at.

    An observation whose events cannot be read has none.
    """

    only_seen: ClassVar = True
    takes_errors: ClassVar = True
    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "band": ((0.3, 10.0), (0.5, 10.0)),
        "field_arcmin": (10.0, 3.0),
        "center": (None, (136.17, -32.38)),
    }

    band = Value(as_band, (0.3, 10.0), "a Band in keV")
    field_arcmin = Value(as_field, 10.0, "arcmin, above 0")
    center = Value(as_center, None, "(ra_deg, dec_deg), a SkyCoord, or None for the target")

    above: tuple[ScreenStep, ...]
    _of: tuple[str, ...] = ()

    def span(self, images: dict[str, ImageStep]) -> None:
        """Follow these observations from now on: steps of their images by name of the dataset.

        The band of the first one is suggested, unless one was chosen.
        """
        self.door.do(self._span, images)

    def _span(self, images: dict[str, ImageStep]) -> None:
        for image in [*images.values()][:1]:
            self.suggest(band=image.usual["band"])
        vars(self)["_of"] = tuple(images)
        screens = tuple(image.above[0] for image in images.values())
        if self.above != screens:
            self.rest_on(*screens)
        else:
            self.judge()

    def request(self) -> ThumbnailsRequest:
        """Give what the images depend on."""
        screens = tuple(step.request() for step in self.above)
        return ThumbnailsRequest(screens, self._of, self.band, self.field_arcmin, self.center)
