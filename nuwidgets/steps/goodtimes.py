"""Choose good times by rates, flares, and columns of housekeeping files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.goodtimes import EDGES, FIELD, GoodTimes, GoodTimesRequest
from nuwidgets.domain.named_regions import ROLES
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band
from nuwidgets.steps.region_choice import area_of, as_region_name
from nuwidgets.steps.traits import above_zero, as_path

if TYPE_CHECKING:
    from nuwidgets.domain.region import Region
    from nuwidgets.steps.events import EventsStep
    from nuwidgets.steps.regions import RegionsStep


def as_limit(value: Any) -> float | None:
    """Take a number from 0 on, or None for no limit.

    Raises
    ------
    InputError
        If it is neither.
    """
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise InputError(f"Cannot use {value!r} as a limit. Give a number from 0 on, or None.")
    return number


def as_columns(value: Any) -> tuple[str, ...]:
    """Take the names of columns.

    Raises
    ------
    InputError
        If they are no texts.
    """
    try:
        names = (value,) if isinstance(value, str) else tuple(value)
    except TypeError:
        names = (None,)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise InputError(f"Cannot use {value!r} as names of columns. Give texts, e.g. ['ELV'].")
    return tuple(name.strip().upper() for name in names)


class GoodTimesStep(Step[GoodTimesRequest, GoodTimes]):
    """Finds the good times of a file that pass all conditions; the filters take them by hand."""

    recorded: ClassVar = False
    only_seen: ClassVar = True
    examples: ClassVar = {
        "min_rate": (None, 0.5),
        "max_rate": (None, 20.0),
        "flare_sigma": (None, 3.0),
        "rate_binsize_s": (60.0, 10.0),
        "band": ((3.0, 79.0), (10.0, 79.0)),
        "region": (FIELD, "source"),
        "hk_path": ("", "a.mkf"),
        "expression": ("", "ELV > 3"),
        "edges": EDGES,
        "show": ((), ("ELV",)),
    }
    regardless: ClassVar = (*ROLES, "named")
    """Settings of the steps beside that do not matter unless `region` names one of them."""

    min_rate = Value(as_limit, None, "a rate in counts/s, or None")
    max_rate = Value(as_limit, None, "a rate in counts/s, or None")
    flare_sigma = Value(as_limit, None, "a number of sigma, or None")
    """Bins so many sigma above the quiet rate are left out."""
    rate_binsize_s = Value(above_zero("the length of a bin", "e.g. 60 s"), 60.0, "a length in s")
    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    region = Value(as_region_name, FIELD, "the name of a region, or 'field'")
    """Where rates are counted."""
    hk_path = Value(as_path, "", "the path of a housekeeping or filter file")
    expression = t.Unicode("", help="What columns of that file must fulfil, e.g. 'ELV > 3'.")
    edges = t.Enum(EDGES, "hold", help="How long a row holds: until the next, or half-way.")
    show = Value(as_columns, (), "names of columns")
    """Further columns of that file to give."""

    above: tuple[EventsStep]
    beside: tuple[RegionsStep]

    def _area(self) -> Region | None:
        regions = self.beside[0]
        if self.region in ROLES:
            return regions.region(self.region) or None
        return None if self.region == FIELD else area_of(regions, self.region)

    def request(self) -> GoodTimesRequest:
        """Give what the good times depend on: all those of the file, not those chosen already."""
        return GoodTimesRequest(
            self.above[0].request(),
            self.band,
            self.rate_binsize_s,
            self.min_rate,
            self.max_rate,
            self.flare_sigma,
            self.region,
            self._area(),
            self.hk_path,
            self.expression,
            self.edges,
            self.show,
            self.stamps.of(self.hk_path),
        )

    def recall(self, request: GoodTimesRequest) -> None:
        """Set the settings that `request` was made from, a region too."""
        self.door.do(self._recall, request)

    def _recall(self, request: GoodTimesRequest) -> None:
        self.above[0].recall(request.events)
        for name in type(self).examples:
            setattr(self, name, getattr(request, name))
        if request.area is not None:
            self.beside[0].put(request.region, request.area)
