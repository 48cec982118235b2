"""STAND-IN: Fit."""

from standin_calls import record

from xspec.data import AllData
from xspec.model import LIMITS, Loaded
from xspec.settings import Restricted

METHODS = ("chi", "cstat", "pgstat", "pstat", "lstat", "whittle")
TESTS = ("chi", "pchi", "ks", "cvm", "ad", "runs")
WEIGHTS = ("standard", "gehrels", "churazov", "model")


def numbered():
    """Give all parameters as plain values."""
    return [
        {"number": p._number, "frozen": p._frozen, "link": p._link or None, **p._now}
        | ({"model": source.name} if source.name else {})
        for source in sorted(Loaded.models.values(), key=lambda one: one.number)
        for p in source.parameters
    ]


def meant(word):
    """Give the parameter that a word of the error command means."""
    name, _, number = word.rpartition(":")
    source = Loaded.models.get(name)
    if source is None or not number.isdigit() or not 1 <= int(number) <= len(source.parameters):
        raise Exception("Error executing command: error")
    return source.parameters[int(number) - 1]


class FitManager(Restricted):
    """Fit."""

    _known = (
        *("statMethod", "query", "nIterations", "criticalDelta", "statTest", "method", "weight"),
    )

    def __init__(self):
        self.__dict__.update(statMethod="chi", query="on", nIterations=10)

    def __setattr__(self, name, value):
        if name == "statMethod" and value not in METHODS:
            raise Exception("Error executing command: statistic")
        if (name == "statTest" and value not in TESTS) or (
            name == "weight" and value not in WEIGHTS
        ):
            raise Exception(f"Error executing command: {name}")
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
        all_of_them = [p for source in Loaded.models.values() for p in source.parameters]
        free = [p for p in all_of_them if not p._frozen and not p._link]
        if not AllData.nSpectra or not free:
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
        more = {
            str(n): {s + 1: [r.rmf, r._arf] for s, r in AllData(n).multiresponse.made.items()}
            for n in range(1, AllData.nSpectra + 1)
            if AllData(n).multiresponse.made
        }
        sources = {"sources": more} if more else {}
        record("Fit.perform", parameters=numbered(), files=files, limits=list(LIMITS), **sources)

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
            one = meant(word)
            if one._frozen or one._link:
                raise Exception("Error executing command: error")
            one._error = (one._now["value"] - 0.1, one._now["value"] + 0.1, "FFFFFFFFF")
        record("Fit.error", delta=delta, numbers=[int(w) if w.isdigit() else w for w in words])

    def steppar(self, text):
        words = [w for w in text.split() if w not in ("log", "nolog")]
        if not Loaded.fitted or len(words) % 4 or not words:
            raise Exception("Error executing command: steppar")
        for at in range(0, len(words), 4):
            one = meant(words[at])
            if one._frozen or one._link:
                raise Exception("Error executing command: steppar")
        record("Fit.steppar", text=text)

    def stepparResults(self, name):
        if name not in ("statistic", "delstat"):
            raise Exception("Error: no such results")
        return [0.0]

    def goodness(self, nRealizations=100, sim=False):
        if not Loaded.fitted:
            raise Exception("Error executing command: goodness")
        record("Fit.goodness", n=nRealizations)


Fit = FitManager()
