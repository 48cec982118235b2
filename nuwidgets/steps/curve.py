"""Fold the model at the parameters of now: what the plots follow while a slider moves."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.curve import Curve, CurveRequest
from nuwidgets.domain.plot import KINDS, LOWER, X_AXES, PlotChoice, Rebin
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from astropy.units import Quantity

    from nuwidgets.domain.band import Band
    from nuwidgets.steps.fit import FitStep


def _band_or_none(value: Any) -> Band | None:
    return None if value is None else as_band(value)


def as_rebin(value: Any) -> Rebin:
    """Take a Rebin or its words, e.g. ``"5 20"``.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(value, Rebin):
        return value
    if isinstance(value, str):
        return Rebin.parse(value)
    raise InputError(f"Cannot join bins by {value!r}. Give words, e.g. '5 20', or ''.")


class CurveStep(Step[CurveRequest, Curve]):
    """Compares the model of the fit with the data, without fitting.

    Only `components` is computed; the other settings are of the plot alone.
    """

    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[object, object]]] = {"components": (False, True)}

    selected_kev = Value(_band_or_none, None, "a Band in keV or None: what is brushed")
    plot = t.Enum(tuple(KINDS), "ldata", help="What is plotted, e.g. 'ldata' or 'eeufspec'.")
    lower = t.Enum(tuple(LOWER), "ratio", help="The lower pane; '' for none.")
    components = t.Bool(help="Whether each additive component is drawn too.")
    background = t.Bool(help="Whether the scaled background is drawn too.")
    x_axis = t.Enum(tuple(X_AXES), "keV", help="What it is plotted against.")
    rebin = Value(as_rebin, "", "a least number of sigma and most bins, e.g. '5 20'; '' for none")
    area = t.Bool(help="Whether rates are divided by the effective area.")
    log_x = t.Bool(default_value=True, help="Whether the x axis is logarithmic.")
    log_y = t.Bool(None, allow_none=True, help="Whether y is logarithmic; None: as is usual.")

    beside: tuple[FitStep]

    @property
    def selected_energy(self) -> Quantity | None:
        """What is brushed, as astropy energies, shape (2,), lower and upper; None without."""
        if self.selected_kev is None:
            return None
        from astropy import units as u

        return [self.selected_kev.lo_kev, self.selected_kev.hi_kev] * u.keV

    @property
    def choice(self) -> PlotChoice:
        """What the plot shows."""
        names = (field.name for field in fields(PlotChoice) if field.name != "kind")
        return PlotChoice(self.plot, **{name: getattr(self, name) for name in names})

    def request(self) -> CurveRequest:
        """Give what the curve depends on."""
        return CurveRequest(self.beside[0].request(), self.components)
