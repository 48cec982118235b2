"""The steps of a dataset beside its products: what they rest on, and how they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nuwidgets.steps.backgrounds import BackgroundsStep
from nuwidgets.steps.counts import CountsStep
from nuwidgets.steps.exposure import exposure_for_image
from nuwidgets.steps.geometry import GeometryStep
from nuwidgets.steps.goodtimes import GoodTimesStep
from nuwidgets.steps.hardness import HardnessStep
from nuwidgets.steps.period import PeriodStep
from nuwidgets.steps.power import PowerStep
from nuwidgets.steps.profile import ProfileStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.core.step import Step

__all__ = ["MEASURING", "Place", "measuring_steps"]


class Place(NamedTuple):
    """Where a step stands among those of its dataset."""

    made: Callable[..., Step[Any, Any]]
    """Its class."""
    above: tuple[str, ...]
    """Names of the steps whose products it needs."""
    beside: tuple[str, ...] = ()
    """Names of the steps whose settings it reads."""


MEASURING: dict[str, Place] = {
    "geometry": Place(GeometryStep, ("events",)),
    "exposure": Place(exposure_for_image, ("screen",), ("image",)),
    "goodtimes": Place(GoodTimesStep, ("events",), ("regions",)),
    "hardness": Place(HardnessStep, ("regions",)),
    "counts": Place(CountsStep, ("screen",), ("regions",)),
    "profile": Place(ProfileStep, ("regions",), ("exposure",)),
    "backgrounds": Place(BackgroundsStep, ("regions",), ("geometry",)),
    "power": Place(PowerStep, ("regions",)),
    "period": Place(PeriodStep, ("regions",)),
}
"""Steps by the name that a dataset has for them, above first."""


def measuring_steps(solve: Any, known: dict[str, Step[Any, Any]]) -> dict[str, Step[Any, Any]]:
    """Give the steps of the table, wired to the steps that are there already."""
    made: dict[str, Step[Any, Any]] = {}
    for name, place in MEASURING.items():
        there = {**known, **made}
        above = (there[one] for one in place.above)
        made[name] = place.made(solve, *above, beside=tuple(there[one] for one in place.beside))
    return made
