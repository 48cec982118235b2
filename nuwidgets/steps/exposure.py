"""Make an exposure map, or take one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.exposure_map import ExposureMap, ExposureRequest
from nuwidgets.steps.geometry import stamps_beside
from nuwidgets.steps.traits import above_zero, as_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.steps.image import ImageStep
    from nuwidgets.steps.screen import ScreenStep

_as_energy = above_zero("the energy of the vignetting", "e.g. 10 keV, or None for none")


def as_energy(value: Any) -> float | None:
    """Take an energy in keV, or None.

    Raises
    ------
    InputError
        If it is neither.
    """
    return None if value is None else _as_energy(value)


class ExposureStep(Step[ExposureRequest, ExposureMap]):
    """Gives the live time of each sky pixel; the image asks for it when it is to be corrected."""

    examples: ClassVar = {"path": ("", "a_ex.img"), "vignetting_kev": (None, 10.0)}

    path = Value(as_path, "", "the path of an exposure map; empty: it is made from the events")
    vignetting_kev = Value(as_energy, None, "an energy in keV, or None")

    above: tuple[ScreenStep]

    def request(self) -> ExposureRequest:
        """Give what the exposure map depends on."""
        screen, path = self.above[0].request(), self.path
        beside = stamps_beside(self.stamps, screen.events.path)
        stamp = self.stamps.of(path) if path else beside
        return ExposureRequest(screen, path, self.vignetting_kev, stamp)


def exposure_for_image(
    solve: Callable[..., Any], screen: ScreenStep, *, beside: tuple[ImageStep]
) -> ExposureStep:
    """Give the step of a dataset, with its image resting on the step's settings."""
    step = ExposureStep(solve, screen)
    beside[0].weigh_with(step)
    return step
