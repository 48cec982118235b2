"""STAND-IN for PyXspec 2.0: one set of data and models, every unknown name refused, no numbers."""

from xspec.data import AllData
from xspec.fit import Fit
from xspec.model import AllModels, Model
from xspec.plot import Plot
from xspec.settings import Xset

__all__ = ["AllData", "AllModels", "Fit", "Model", "Plot", "Xset"]
