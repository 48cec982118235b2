"""The steps of a session that rest on its fit, and how they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.steps.chain import ChainStep
from nuwidgets.steps.contours import ContoursStep
from nuwidgets.steps.curve import CurveStep
from nuwidgets.steps.eqwidth import EqWidthStep
from nuwidgets.steps.errors import ErrorsStep
from nuwidgets.steps.fake import FakeStep
from nuwidgets.steps.fit import FitStep
from nuwidgets.steps.fit_comparison import FitComparisonStep
from nuwidgets.steps.flux import FluxStep
from nuwidgets.steps.goodness import GoodnessStep
from nuwidgets.steps.luminosity import LuminosityStep
from nuwidgets.steps.series import SeriesStep

if TYPE_CHECKING:
    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step
    from nuwidgets.engines.base import Solve

__all__ = [
    "FITTING",
    "ChainStep",
    "ContoursStep",
    "CurveStep",
    "EqWidthStep",
    "ErrorsStep",
    "FakeStep",
    "FitComparisonStep",
    "FitStep",
    "FluxStep",
    "GoodnessStep",
    "LuminosityStep",
    "SeriesStep",
    "fit_steps",
    "waits",
]

FITTING: dict[str, type[Step[Any, Any]]] = {
    "curve": CurveStep,
    "errors": ErrorsStep,
    "flux": FluxStep,
    "luminosity": LuminosityStep,
    "eqwidth": EqWidthStep,
    "chain": ChainStep,
    "fake": FakeStep,
    "contours": ContoursStep,
    "goodness": GoodnessStep,
    "compare_fit": FitComparisonStep,
    "series": SeriesStep,
}
"""Steps beside the fit, by the name that a session has for them."""


def fit_steps(solve: Solve, door: Door) -> dict[str, Step[Any, Any]]:
    """Give the fit and the steps beside it, by name, the fit first."""
    fit: FitStep = FitStep(solve, door=door)
    return {"fit": fit, **{name: made(solve, beside=(fit,)) for name, made in FITTING.items()}}


def waits(step: Step[Any, Any]) -> bool:
    """Whether a step that follows its settings is to wait for a run() all the same: it costs."""
    return bool(getattr(step, "by_heasoft", False) or getattr(step, "draws", 0))
