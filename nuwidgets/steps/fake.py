"""Simulate spectra from the model of the fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fake import Fake, FakeRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.draw_settings import as_seed

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from nuwidgets.steps.fit import FitStep


def _exposure_s(value: Any) -> float:
    number = float(value) if isinstance(value, int | float) else math.nan
    if not 0 <= number < math.inf:
        raise InputError(
            f"Cannot use {value!r} as an exposure. Give seconds, or 0 for that of the data."
        )
    return number


class FakeStep(Step[FakeRequest, Fake]):
    """Draws spectra as the model would have been counted, one for each that is fitted."""

    examples: ClassVar = {
        "exposure_s": (0.0, 5e4),
        "background": (True, False),
        "background_exposure_s": (0.0, 1e5),
        "noise": (True, False),
        "seed": (1, 2),
    }

    exposure_s = Value(_exposure_s, 0.0, "an exposure in s, 0 for that of the data")
    background = t.Bool(default_value=True, help="Whether backgrounds are added and simulated.")
    background_exposure_s = Value(_exposure_s, 0.0, "an exposure in s, 0 to scale the data's")
    noise = t.Bool(default_value=True, help="Whether counts fluctuate.")
    seed = Value(as_seed, 1, "a whole number from 0")

    beside: tuple[FitStep]

    def request(self) -> FakeRequest:
        """Give what the simulated spectra depend on."""
        own = {name: getattr(self, name) for name in self.examples}
        return FakeRequest(self.beside[0].request(), **own)

    def save(self, folder: str | PathLike[str], *, overwrite: bool = False) -> tuple[Path, ...]:
        """Write the simulated spectra with backgrounds and responses; give the PHA files.

        Raises
        ------
        InputError
            If nothing was simulated yet.
        FileError
            If a file exists and is not to be overwritten, or cannot be written.
        """
        from nuwidgets.files.spectrum_folder import write_spectra

        if self.product is None:
            raise InputError("There is nothing to save: no spectrum was simulated. Call run().")
        return write_spectra(self.product.spectra, folder, overwrite=overwrite)
