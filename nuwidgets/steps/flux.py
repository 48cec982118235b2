"""Integrate the model over a band."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit import Flux, FluxRequest
from nuwidgets.steps.draw_settings import as_draws, as_level, as_seed
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep


class FluxStep(Step[FluxRequest, Flux]):
    """Gives the flux of the model at the parameters of now, with errors if `draws` is set."""

    examples: ClassVar = {
        "band": ((2.0, 10.0), (10.0, 40.0)),
        "draws": (0, 200),
        "level": (90.0, 68.3),
        "component": ("", "powerlaw"),
        "unabsorbed": (False, True),
        "seed": (1, 2),
    }

    band = Value(as_band, (2.0, 10.0), "a Band in keV")
    draws = Value(as_draws, 0, "a number of draws for errors, e.g. 1000; 0 for none")
    level = Value(as_level, 90.0, "per cent of the draws within the errors, e.g. 90")
    component = t.Unicode("", help="One additive component, e.g. 'gaussian'; empty for all.")
    unabsorbed = t.Bool(default_value=False, help="Whether absorbers and edges are taken away.")
    seed = Value(as_seed, 1, "a whole number from 0")

    beside: tuple[FitStep]

    def request(self) -> FluxRequest:
        """Give what the flux depends on."""
        return FluxRequest(
            self.beside[0].request(),
            self.band,
            self.draws,
            self.level,
            self.component,
            self.unabsorbed,
            self.seed,
        )
