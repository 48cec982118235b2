"""STAND-IN for PyXspec 2.0.0: one global state, silent failures, prints at C level."""
# ruff: noqa: TID253  PyXspec raises nothing but Exception

from xspec.data import AllData, Spectrum
from xspec.fit import Fit
from xspec.model import AllModels, Model
from xspec.plot import Plot
from xspec.settings import Xset

__all__ = ["AllData", "AllModels", "Fit", "Model", "Plot", "Spectrum", "Xset"]
