"""STAND-IN: Fit. Every number is made by the embedded engine of nuwidgets."""
# ruff: noqa: N815, TRY002, TID253  PyXspec raises nothing but Exception

import os
import re
import signal
import time

import numpy as np

from nuwidgets.domain.band import Band
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import (
    STATISTICS,
    TEST_STATISTICS,
    WEIGHTS,
    ErrorsRequest,
    FitRequest,
    FluxRequest,
    SourceResponse,
)
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import NuwidgetsError
from nuwidgets.science.models.resolved import values
from xspec.data import AllData, Silent
from xspec.model import BOOK, AllModels, request_parameters
from xspec.restricted import FAULT, Restricted, err, out
from xspec.settings import Xset

ENGINE = EmbeddedEngine()
METHODS = ("leven", "migrad", "simplex")


def asked():
    """Give what is loaded as a request of nuwidgets, with its spectra."""
    entries = AllData._entries
    ignore = tuple(
        f"{n}:{at + 1}"
        for n, entry in enumerate(entries, start=1)
        for at in np.flatnonzero(~entry.noticed)
    )
    parameters, _ = request_parameters()
    responses = tuple(
        SourceResponse(n, source, rmf[1], arf[1] if arf else "")
        for n, entry in enumerate(entries, start=1)
        for source, (rmf, arf) in entry.responses.items()
        if source > 1
    )
    heads = (f"{one.source}:{one.name} " if one.name else "" for one in BOOK.ordered())
    texts = (head + one.expression.text for head, one in zip(heads, BOOK.ordered(), strict=True))
    request = FitRequest(
        tuple(entry.request for entry in entries),
        "; ".join(texts),
        parameters,
        statistic=Fit.statMethod,
        ignore=ignore,
        abundance=Xset.abund,
        cross_section=Xset.xsect,
        weight=Fit.weight,
        systematic=AllModels.systematic,
        test_statistic=Fit.statTest,
        groups=tuple(entry.group for entry in entries),
        responses=responses,
    )
    return request, tuple(entry.spectrum for entry in entries)


def solved(request, above):
    return ENGINE.solve(request, above, Silent())


def curve():
    request, above = asked()
    return solved(CurveRequest(request), above)


def value_of(par):
    """Give the value of a parameter, its link followed."""
    if not par.link:
        return par.numbers[0]
    parameters, own = request_parameters()
    return values(parameters)[next(i for i, one in enumerate(own) if one is par)]


def flux(text, extended):
    words = text.split()
    lo, hi = float(words[0]), float(words[1])
    draws = {"draws": int(words[3]), "level": float(words[4])} if words[2:3] == ["err"] else {}
    request, above = asked()
    reach = [entry.spectrum.response.energy_edges_kev for entry in AllData._entries]
    lo = lo if "low" in extended else max(lo, min(e.min() for e in reach))
    hi = hi if "high" in extended else min(hi, max(e.max() for e in reach))
    found = solved(FluxRequest(request, Band(lo, hi), **draws), above)
    for n, entry in enumerate(AllData._entries):
        ends = (found.erg_intervals[n], found.photons_intervals[n]) if draws else ((0.0, 0.0),) * 2
        entry.flux = [
            found.erg_per_cm2_s[n], *ends[0], found.photons_per_cm2_s[n], *ends[1],
        ]  # fmt: skip


def _named(known, command):
    def get(self):
        return self.__dict__[f"_{command}"]

    def change(self, name):
        if name not in known:
            raise Exception(f"Error executing command: {command.removeprefix('stat').lower()}")
        self.__dict__[f"_{command}"] = name
        self._fitted = False

    return property(get, change)


class FitManager(Restricted):
    """Fit."""

    _known = (
        "statMethod", "statTest", "weight", "method", "nIterations", "criticalDelta", "delta",
        "query",
    )  # fmt: skip
    statMethod = _named(STATISTICS, "statMethod")
    statTest = _named(TEST_STATISTICS, "statTest")
    weight = _named(WEIGHTS, "weight")
    method = _named(METHODS, "method")

    def __init__(self):
        self.__dict__.update(_statMethod="chi", _statTest="chi", _weight="standard")
        self.__dict__.update(_method="leven", nIterations=10, criticalDelta=0.01, query="on")
        self._fitted, self._delta, self._covariance, self._renorm = False, 2.706, None, "prefit"
        self._steps = {}

    def renorm(self, how=None):
        self._renorm = how or "prefit"

    @property
    def statistic(self):
        return curve().statistic if AllData.nSpectra and BOOK.models else 0.0

    @property
    def testStatistic(self):
        return curve().test_statistic if AllData.nSpectra and BOOK.models else 0.0

    @property
    def dof(self):
        return curve().dof

    @property
    def covariance(self):
        if self._covariance is None:
            raise Exception("Error executing xset/tclout command.")
        return tuple(self._covariance[np.tril_indices(len(self._covariance))].tolist())

    def perform(self):
        if FAULT == "hang":
            out("hanging")
            time.sleep(600)
        while FAULT == "flood":
            os.write(1, b"New filename: " * 5000)
        if not BOOK.models:
            err("***XSPEC Error: Cannot fit: No models are currently active.")
            raise Exception("Error executing command: fit")
        request, above = asked()
        try:
            found = solved(request, above)
        except NuwidgetsError as error:
            err(f"***XSPEC Error: {error}")
            raise Exception("Error executing command: fit") from None
        self._take(found)
        self._covariance, self._fitted = np.array(found.covariance), True
        out(f"Fit statistic : {found.statistic:.2f} using {found.n_bins} bins.")

    def _take(self, found):
        _, own = request_parameters()
        for par, one, sigma in zip(own, found.parameters, found.sigma, strict=True):
            if par is None:
                continue
            if not par.link:
                par.numbers[0] = one.value
            par.sigma = float(sigma) if np.isfinite(sigma) else (0.0 if par.link else -1.0)

    def error(self, text):
        if FAULT == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        most = re.search(r"maximum\s+(\S+)", text)
        words = re.sub(r"maximum\s+\S+|stopat\s+\S+\s+\S+", "", text).split()
        if words and "." in words[0]:
            self._delta = float(words.pop(0))
        if not self._fitted:
            raise Exception("Error executing command: error")
        for word in words:
            self._one_error(word, float(most[1]) if most else 2.0)

    def _one_error(self, word, most):
        par = BOOK.parameter(word)
        if par is None or par.frozen or par.link:
            if par is not None:
                par.error = (0.0, 0.0, "FFFFFTFFF")
            raise Exception("Error executing command: error")
        now = curve()
        if self.statMethod == "chi" and now.statistic > most * max(now.dof, 1):
            par.error = (0.0, 0.0, "FFFFFFFFT")
            raise Exception("Error executing command: error")
        request, above = asked()
        _, own = request_parameters()
        number = next(i for i, one in enumerate(own, start=1) if one is par)
        found = solved(ErrorsRequest(request, self._delta, (number,)), above)
        if found.better_fit is not None:
            self._take(found.better_fit)
        one = found.intervals[0]
        par.error = (one.lo, one.hi, f"{one.flags[:8]}F")
        out(f" {number:5d} {one.lo:12.6g} {one.hi:12.6g}")

    def steppar(self, text):
        from nuwidgets.domain.contours import ContoursRequest

        request, above = asked()
        axes = [" ".join(words) for words in _axes(text.split())]
        found = solved(ContoursRequest(request, tuple(axes)), above)
        self._steps = {"statistic": found.statistic + found.rise}
        _, own = request_parameters()
        for loaded in BOOK.ordered():
            for number, par in enumerate(loaded.all(), start=1):
                spoken = f"{loaded.name}:{number}" if loaded.name else str(number)
                at = next(i for i, one in enumerate(own) if one is par)
                self._steps[spoken] = found.refitted[at]
        if found.better_fit is not None:
            self._take(found.better_fit)

    def stepparResults(self, name):
        return np.asarray(self._steps[name]).T.ravel().tolist()  # the first axis moves fastest


def _axes(words):
    """Take the words of steppar apart: [log|nolog] parameter lo hi n, once or twice."""
    while words:
        head = ["log"] if words[0] == "log" else []
        words = words[1:] if words[0] in ("log", "nolog") else words
        parameters, own = request_parameters()
        par = BOOK.parameter(words[0])
        number = next(i for i, one in enumerate(own, start=1) if one is par)
        yield [*head, str(parameters[number - 1].number), *words[1:4]]
        words = words[4:]


Fit = FitManager()
