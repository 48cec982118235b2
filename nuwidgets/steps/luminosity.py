"""Integrate the model over a band of the source's own energies and over the whole sphere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.luminosity import Luminosity, LuminosityRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.draw_settings import as_draws, as_level, as_seed
from nuwidgets.steps.image import as_band
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.steps.fit import FitStep


def _from_zero(what: str, example: str) -> Callable[[Any], float]:
    """Give what takes a number from 0 on, and refuses others by naming `what`."""

    def make(value: Any) -> float:
        number = float(value) if isinstance(value, int | float) else math.nan
        if not 0 <= number < math.inf:
            raise InputError(f"Cannot use {value!r} as {what}. Give a number from 0 on, {example}.")
        return number

    return make


class LuminosityStep(Step[LuminosityRequest, Luminosity]):
    """Gives the luminosity of the model at the parameters of now, as XSPEC's ``lumin``."""

    examples: ClassVar = {
        "band": ((2.0, 10.0), (10.0, 40.0)),
        "redshift": (0.158, 1.0),
        "distance_mpc": (0.0, 3.9),
        "h0_km_s_mpc": (70.0, 67.4),
        "q0": (0.0, 0.5),
        "lambda0": (0.73, 0.0),
        "draws": (0, 200),
        "level": (90.0, 68.3),
        "component": ("", "powerlaw"),
        "unabsorbed": (False, True),
        "seed": (1, 2),
    }

    band = Value(as_band, (2.0, 10.0), "a Band in keV, in the frame of the source")
    redshift = Value(_from_zero("a redshift", "e.g. 0.158"), 0.0, "a redshift, e.g. 0.158")
    distance_mpc = Value(
        _from_zero("a distance", "in Mpc; 0 takes that of the redshift"), 0.0, "a distance in Mpc"
    )
    h0_km_s_mpc = Value(
        above_zero("Hubble's constant", "in km/s/Mpc"), 70.0, "a number above 0, km/s/Mpc"
    )
    q0 = Value(_from_zero("the deceleration parameter", "e.g. 0.5"), 0.0, "a number from 0 on")
    lambda0 = Value(
        _from_zero("the cosmological constant", "e.g. 0.73"), 0.73, "a number from 0 to below 1"
    )
    draws = Value(as_draws, 0, "a number of draws for errors, e.g. 1000; 0 for none")
    level = Value(as_level, 90.0, "per cent of the draws within the errors, e.g. 90")
    component = t.Unicode("", help="One additive component, e.g. 'gaussian'; empty for all.")
    unabsorbed = t.Bool(default_value=False, help="Whether absorbers and edges are taken away.")
    seed = Value(as_seed, 1, "a whole number from 0")

    beside: tuple[FitStep]

    def request(self) -> LuminosityRequest:
        """Give what the luminosity depends on."""
        own = {name: getattr(self, name) for name in self.examples}
        return LuminosityRequest(self.beside[0].request(), **own)
