"""Follow how counts fall off around the source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.pixel_shapes import PixelCircle
from nuwidgets.domain.profile import Profile, ProfileRequest
from nuwidgets.domain.region import Circle, Region
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from nuwidgets.domain.region import Shape
    from nuwidgets.steps.exposure import ExposureStep
    from nuwidgets.steps.regions import RegionsStep


def as_place(value: Any) -> tuple[float, float] | None:
    """Take a pair of RA and Dec, deg, a SkyCoord, or None.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if value is None:
        return None
    try:
        if hasattr(value, "icrs"):
            value = value.icrs.ra.deg, value.icrs.dec.deg
        first, second = (float(number) for number in value)
    except (TypeError, ValueError):
        first = second = np.nan
    if not np.isfinite([first, second]).all():
        raise InputError(
            f"Cannot use {value!r} as the middle of a profile. Give RA and Dec in degrees, e.g."
            " (321.9, 56.9), a SkyCoord, or None for that of the source region."
        )
    return first, second


def as_names(value: Any) -> tuple[str, ...]:
    """Take names of regions: a tuple or list, or a text with commas.

    Raises
    ------
    InputError
        If it is neither.
    """
    names = value.split(",") if isinstance(value, str) else value or ()
    if not isinstance(names, tuple | list) or not all(isinstance(one, str) for one in names):
        raise InputError(f'Cannot use {value!r} as names of regions. Give e.g. ("knot", "NE").')
    return tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in names))))


def cut_at(region: Region, profile: Profile, radius_arcsec: float) -> Region:
    """Give a region whose first shape that includes is a circle of a radius, arcsec."""
    shapes = list(region.shapes)
    at = next((n for n, shape in enumerate(shapes) if not shape.exclude), None)
    old = None if at is None else shapes[at]
    new: Shape
    if isinstance(old, Circle):
        new = replace(old, radius_arcsec=radius_arcsec)
    elif profile.center_deg is not None:
        new = Circle(*profile.center_deg, radius_arcsec)
    else:
        new = PixelCircle(*profile.center, radius_arcsec / profile.pixel_arcsec)
    at = 0 if at is None else at
    return Region((*shapes[:at], new, *shapes[at + 1 :]))


class ProfileStep(Step[ProfileRequest, Profile]):
    """Counts in rings around the source, and finds the radius where it stands out best."""

    recorded: ClassVar = False
    only_seen: ClassVar = True
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "binsize_arcsec": (4.0, 8.0),
        "max_arcsec": (300.0, 240.0),
        "center": (None, (10.0, 20.0)),
        "centroid": (False, True),
        "mask": ((), ("knot",)),
        "mask_excluded": (True, False),
        "exposure": (True, False),
    }

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    binsize_arcsec = Value(
        above_zero("the width of a ring", "e.g. 4 arcsec"), 4.0, "a width in arcsec"
    )
    max_arcsec = Value(
        above_zero("the largest radius", "e.g. 300 arcsec"), 300.0, "a radius in arcsec"
    )
    center = Value(as_place, None, "RA and Dec in degrees, or None for that of the source region")
    centroid = t.Bool(default_value=False, help="Move the middle to the centroid of the counts.")
    mask = Value(as_names, (), "names of regions to leave out")
    mask_excluded = t.Bool(default_value=True, help="Leave out what the regions exclude.")

    exposure = t.Bool(default_value=False, help="Weigh areas by the exposure map.")

    above: tuple[RegionsStep]
    beside: tuple[ExposureStep]

    def use_best(self, radius_arcsec: float | None = None) -> None:
        """Make the source region a circle of the best radius, or of another, arcsec.

        The radius of its first shape is set where that is a circle; another shape gives way to a
        circle around the middle of the profile. Shapes after it stay.

        Raises
        ------
        InputError
            If there is no profile yet, or no source is seen in it.
        """
        profile = self.product
        if profile is None:
            raise InputError("Cannot use the best radius: there is no profile. Run it first.")
        radius = profile.best_arcsec if radius_arcsec is None else float(radius_arcsec)
        if radius is None:
            raise InputError(
                "Cannot use the best radius: no source is seen in the profile. Move the source"
                " region onto the source, or choose another band."
            )
        regions = self.above[0]
        regions.source = cut_at(regions.source, profile, radius)

    def request(self) -> ProfileRequest:
        """Give what the profile depends on."""
        regions = self.above[0]
        named = {name: regions.named[name] for name in self.mask if name in regions.named}
        return ProfileRequest(
            regions.request(),
            self.band,
            self.binsize_arcsec,
            self.max_arcsec,
            self.center,
            self.centroid,
            self.mask,
            self.mask_excluded,
            self.exposure,
            NamedRegions.of(named),
            self.beside[0].request() if self.exposure and self.beside else None,
        )

    def recall(self, request: ProfileRequest) -> None:
        """Set the settings that `request` was made from, those above and beside first."""
        self.door.do(self._recall, request)

    def _recall(self, request: ProfileRequest) -> None:
        self.above[0].recall(request.selection)
        if request.exposure_map is not None:
            self.beside[0].recall(request.exposure_map)
        for name in self.examples:
            setattr(self, name, getattr(request, name))
