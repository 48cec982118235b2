"""Fit the model of the session to each observation by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.series import Series, SeriesRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.steps.fit import FitStep
    from nuwidgets.steps.spectrum import SpectrumStep


def as_rise(value: Any) -> float:
    """Take a rise of the statistic, 0 for no intervals.

    Raises
    ------
    InputError
        If it is negative or no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:  # noqa: PLR2004
        raise InputError(
            f"Cannot use {value!r} as a rise of the statistic. Give 2.706 for 90 %, 1.0 for 68.3 %,"
            " or 0 for no intervals."
        )
    return float(value)


class SeriesStep(Step[SeriesRequest, Series]):
    """Fits each spectrum alone, in parallel; one that fails is put aside and explained.

    Model, statistic, ranges and start values are those of the fit, as they were before it; of a
    parameter that is tied between data groups each observation has its own.
    """

    takes_errors: ClassVar = True
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "band": ((0.3, 10.0), (2.0, 10.0)),
        "unabsorbed": (False, True),
        "delta": (2.706, 1.0),
    }

    band = Value(as_band, (0.3, 10.0), "a Band in keV: energies of the flux")
    unabsorbed = t.Bool(default_value=False, help="Whether absorbers are taken away from the flux.")
    delta = Value(as_rise, 2.706, "a number from 0; 2.706 is 90 % for one parameter, 0 for none")
    at_once = t.Int(0, min=0, max=64, help="How many fits at the same time; 0: one for each core.")

    above: tuple[SpectrumStep, ...]
    beside: tuple[FitStep]
    _of: tuple[str, ...] = ()

    def name(self, *names: str) -> None:
        """Say how the datasets of the spectra above are called. Behind the door."""
        vars(self)["_of"] = names

    @property
    def fresh(self) -> bool:
        """Whether the product answers the settings of now.

        The request holds those of the spectra: one that failed is told in the product, and is no
        reason to fit the others again.
        """
        return self.ledger.up_to_date

    def request(self) -> SeriesRequest:
        """Give what the fits depend on; how many run at once makes no difference."""
        spectra = tuple(step.request() for step in self.above)
        fit = replace(_as_asked(self.beside[0]), spectra=spectra)
        return SeriesRequest(fit, self._of, self.band, self.unabsorbed, self.delta, self.at_once)

    def recall(self, request: SeriesRequest) -> None:
        """Set the settings that `request` was made from: those of the spectra and the fit too."""
        self.door.do(self._recall, request)

    def _recall(self, request: SeriesRequest) -> None:
        for step, part in zip(self.above, request.fit.spectra, strict=False):
            step.recall(part)
        super().recall(request)


def _as_asked(step: FitStep) -> FitRequest:
    """Give the fit with the values that it began from, where those of now are its best ones.

    So a joint fit does not make those out of date that were made one by one before it.
    """
    now, ledger = step.request(), step.ledger
    return ledger.asked[0] if ledger.asked and ledger.answered == (now,) else now
