"""Small spectra made from known models, and a token that counts, for the tests of the fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.response import Response
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.errors import CancelledError
from nuwidgets.science.models.expression import Expression

EDGES_KEV = np.linspace(1.0, 11.0, 201)
CHANNELS_KEV = np.linspace(1.0, 11.0, 101)


class Token:
    """Counts checks and keeps reports; cancels after `patience` checks."""

    def __init__(self, patience: int = 10**9) -> None:
        self.patience, self.checks, self.lines = patience, 0, []

    def check(self) -> None:
        self.checks += 1
        if self.checks > self.patience:
            raise CancelledError("stopped")

    def report(self, fraction=None, stage="", line="") -> None:
        self.lines.append((fraction, stage, line))


def response(area_cm2: float = 100.0, width_kev: float = 0.15) -> Response:
    """A Gaussian response of 100 channels and 200 energies."""
    from scipy.special import ndtr

    centre = (EDGES_KEV[:-1] + EDGES_KEV[1:]) / 2
    inside = np.diff(ndtr((CHANNELS_KEV[:, None] - centre) / width_kev), axis=0)
    return Response(
        energy_edges_kev=EDGES_KEV.copy(),
        matrix=sparse.csr_array(np.where(inside > 1e-9, inside, 0.0) * area_cm2),
        channel=np.arange(100),
        e_min_kev=CHANNELS_KEV[:-1].copy(),
        e_max_kev=CHANNELS_KEV[1:].copy(),
        area_cm2=np.full(200, area_cm2),
    )


def spectrum(counts, *, exposure_s=1000.0, background=None, matrix=None, **changes) -> Spectrum:
    """A spectrum of counts in the channels of `response`, every channel a bin."""
    counts = np.array(counts, float)
    n = len(counts)
    made = Spectrum(
        channel=np.arange(n),
        counts=counts,
        exposure_s=exposure_s,
        backscal=np.ones(n),
        areascal=np.ones(n),
        quality=np.zeros(n, np.int64),
        grouping=np.ones(n, np.int64),
        n_channels=n,
        response=matrix or response(),
        name="toy",
    )
    return replace(made, background=background, **changes)


def predicted(expression, values, *, exposure_s=1000.0, matrix=None) -> np.ndarray:
    """Counts that a model predicts in the channels."""
    one = matrix or response()
    photons = Expression.parse(expression).evaluate(one.energy_edges_kev, values)
    return one.matrix @ photons * exposure_s


def request(expression, n_spectra=1, statistic="chi", ignore=(), **values) -> FitRequest:
    """A fit with parameters at `values`, given as p1=..., p2=... by number."""
    parameters = tuple(
        replace(p, value=float(values.get(f"p{p.number}", p.value)))
        for p in Expression.parse(expression).parameters(n_spectra)
    )
    files = tuple(FileSpectrumRequest(f"{i}.pha") for i in range(n_spectra))
    return FitRequest(files, expression, parameters, statistic, ignore)


def changed(asked: FitRequest, number: int, **changes) -> FitRequest:
    """The same request with one parameter changed."""
    parameters = tuple(replace(p, **changes) if p.number == number else p for p in asked.parameters)
    return replace(asked, parameters=parameters)
