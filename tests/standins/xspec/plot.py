"""STAND-IN: Plot."""

from standin_calls import record

from xspec.data import AllData
from xspec.model import Loaded
from xspec.settings import Restricted

KINDS = {"data": 0, "ldata": 0, "counts": 0, "lcounts": 0, "background": 0}
WITH_MODEL = ("ratio", "delchi", "resid", "chisq", "ufspec", "eufspec", "eeufspec", "model")
UNITS = ("channel", "keV", "MeV", "Hz", "angstrom", "A")


class PlotManager(Restricted):
    """Plot."""

    _known = ("device", "xAxis", "xLog", "yLog", "area", "background", "add")

    def __init__(self):
        self.__dict__.update(device="/null", xAxis="channel", _panes=())

    def __setattr__(self, name, value):
        if name == "xAxis" and value not in UNITS:
            raise Exception("Error: Invalid units string")
        super().__setattr__(name, value)
        if not name.startswith("_"):
            record(f"Plot.{name}", value=value)

    def __call__(self, *panes):
        if not AllData.nSpectra or not panes:
            raise Exception("")
        for pane in panes:
            if pane not in KINDS and pane not in WITH_MODEL:
                raise Exception("")
            if pane in WITH_MODEL and not Loaded.models:
                raise Exception("")
        self._panes = panes
        record("Plot", panes=panes)

    def _array(self, group, window, value):
        if not isinstance(group, int) or group < 1:
            raise Exception("Error: plotGroup number must be an int >= 1")
        if group > AllData.nSpectra or not 1 <= window <= len(self._panes):
            raise Exception("Error: Unable to retrieve requested plot array")
        return [value * (n + 1) for n in range(5)]

    def x(self, group=1, window=1):
        return self._array(group, window, 3.0)

    def xErr(self, group=1, window=1):
        return self._array(group, window, 0.1)

    def y(self, group=1, window=1):
        return self._array(group, window, 1.0)

    def yErr(self, group=1, window=1):
        return self._array(group, window, 0.05)

    def model(self, group=1, window=1):
        if not Loaded.models:
            raise Exception("Error: Unable to retrieve requested plot array")
        return self._array(group, window, 1.1)


Plot = PlotManager()
