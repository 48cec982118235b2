"""STAND-IN: Plot, as far as arrays are fetched from it."""
# ruff: noqa: TRY002, TID253  PyXspec raises nothing but Exception

import numpy as np

from xspec.data import AllData
from xspec.model import BOOK
from xspec.restricted import Restricted

UNITS = ("channel", "keV", "MeV", "Hz", "angstrom", "A")
KINDS = ("data", "ldata", "ufspec", "resid")


class PlotManager(Restricted):
    """Plot."""

    _known = ("device", "xAxis", "area", "background", "add", "xLog", "yLog")

    def __init__(self):
        self.__dict__.update(device="/null", _axis="channel", area=False, add=False)
        self.__dict__.update(background=False, _panes=(), _curve=None)

    @property
    def xAxis(self):
        return self._axis

    @xAxis.setter
    def xAxis(self, unit):
        if unit not in UNITS:
            raise Exception("Error: Invalid units string")
        self._axis = unit

    def setRebin(self, minSig=0, maxBins=1, groupNum=-1, errType="quad"):
        pass

    def setGroup(self, text):
        pass

    def __call__(self, *panes):
        from xspec.fit import curve

        if not panes or not AllData.nSpectra or any(pane not in KINDS for pane in panes):
            raise Exception("")
        self._panes = panes
        self._curve = curve() if BOOK.models else None

    def _of(self, group, window, name):
        if group < 1:
            raise Exception("Error: plotGroup number must be an int >= 1")
        if self._curve is None or group > AllData.nSpectra or window > len(self._panes):
            raise Exception("Error: Unable to retrieve requested plot array")
        one, pane = self._curve.spectra[group - 1], self._panes[window - 1]
        width = one.e_hi_kev - one.e_lo_kev
        areascal = np.ones(len(width)) if one.areascal is None else one.areascal
        arrays = {
            "x": lambda: (one.e_lo_kev + one.e_hi_kev) / 2,
            "xErr": lambda: width / 2,
            "y": lambda: one.rate / areascal / width,
            "yErr": lambda: one.error / areascal / width,
            "backgroundVals": lambda: one.background_rate / areascal / width,
            "model": lambda: one.model_rate / areascal / width,
        }
        if pane == "ufspec":
            blank = np.full(len(width), np.nan)
            unfolded = blank if one.unfolded is None else one.unfolded / width
            arrays["model"] = lambda: unfolded
        return arrays[name]().tolist()

    def x(self, plotGroup=1, plotWindow=1):
        return self._of(plotGroup, plotWindow, "x")

    def xErr(self, plotGroup=1, plotWindow=1):
        return self._of(plotGroup, plotWindow, "xErr")

    def y(self, plotGroup=1, plotWindow=1):
        return self._of(plotGroup, plotWindow, "y")

    def yErr(self, plotGroup=1, plotWindow=1):
        return self._of(plotGroup, plotWindow, "yErr")

    def model(self, plotGroup=1, plotWindow=1):
        return self._of(plotGroup, plotWindow, "model")

    def backgroundVals(self, plotGroup=1, plotWindow=1):
        lacks = 1 <= plotGroup <= AllData.nSpectra
        lacks = lacks and AllData._entries[plotGroup - 1].background is None
        if not self.background or lacks:
            raise Exception("Error: Unable to retrieve requested plot array")
        return self._of(plotGroup, plotWindow, "backgroundVals")


Plot = PlotManager()
