"""STAND-IN: Fit."""

from standin_calls import record

from xspec.data import AllData
from xspec.model import LIMITS, Loaded
from xspec.settings import Restricted

METHODS = ("chi", "cstat", "pgstat", "pstat", "lstat", "whittle")


def numbered():
    """Give all parameters as plain values."""
    return [
        {"number": p._number, "frozen": p._frozen, "link": p._link, **p._now}
        for p in Loaded.parameters
    ]


class FitManager(Restricted):
    """Fit."""

    _known = ("statMethod", "query", "nIterations", "criticalDelta", "statTest", "method")

    def __init__(self):
        self.__dict__.update(statMethod="chi", query="on", nIterations=10)

    def __setattr__(self, name, value):
        if name == "statMethod" and value not in METHODS:
            raise Exception("Error executing command: statistic")
        if name == "query" and str(value)[:1] not in ("y", "n", "o"):
            raise Exception("Error: query must be yes, no or on")
        if name == "nIterations" and not (isinstance(value, int) and value > 0):
            raise Exception("Error: nIterations must be above 0")
        super().__setattr__(name, value)
        record(f"Fit.{name}", value=value)

    @property
    def statistic(self):
        return 123.4

    @property
    def dof(self):
        return 100

    def perform(self):
        free = [p for p in Loaded.parameters if not p._frozen and not p._link]
        if Loaded.expression is None or not AllData.nSpectra or not free:
            raise Exception("Error executing command: fit")
        if self.query == "on":
            raise Exception("Fit would ask whether to go on: set Fit.query")
        for number in range(1, AllData.nSpectra + 1):
            AllData(number).complete()
        Loaded.fitted = True
        files = {
            str(n): [AllData(n)._background, AllData(n).response.rmf, AllData(n).response._arf]
            for n in range(1, AllData.nSpectra + 1)
        }
        record("Fit.perform", parameters=numbered(), files=files, limits=list(LIMITS))

    def error(self, text):
        words = text.split()
        for name, count in (("stopat", 3), ("maximum", 2)):
            if words[:1] == [name]:
                words = words[count:]
        delta = float(words.pop(0)) if words and "." in words[0] else None
        if delta is None:
            raise Exception("error: a delta without a decimal point is a parameter's number")
        if not Loaded.fitted:
            raise Exception("Error executing command: error")
        for word in words:
            if not (word.isdigit() and 1 <= int(word) <= len(Loaded.parameters)):
                raise Exception("Error executing command: error")
            one = Loaded.parameters[int(word) - 1]
            if one._frozen or one._link:
                raise Exception("Error executing command: error")
            one._error = (one._now["value"] - 0.1, one._now["value"] + 0.1, "FFFFFFFFF")
        record("Fit.error", delta=delta, numbers=[int(w) for w in words])


Fit = FitManager()
