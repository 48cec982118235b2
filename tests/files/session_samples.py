"""Sessions written down, made up for tests of their files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.fit import (
    Errors,
    ErrorsRequest,
    FitRequest,
    FitResult,
    Flux,
    FluxRequest,
    Interval,
)
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.model import Parameter
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.record import DatasetRecord, Deed, SessionRecord, StepRecord
from nuwidgets.domain.region import Annulus, Circle, Polygon, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest

SOURCE = Region((Circle(321.9358, 56.9439, 150.0), Circle(321.9, 56.9, 20.0, exclude=True)))
RING = Region((Annulus(321.9358, 56.9439, 180.0, 1 / 3 + 400),))
STAMP = ((1_700_000_000_123_456_789, 42_000), ())
LIMITS = (-3.0, -2.0, 9.0, float("inf"), 0.01)
PARAMETERS = (
    Parameter(1, "powerlaw", 1, "PhoIndex", "", 1.7, False, *LIMITS),
    Parameter(2, "powerlaw", 1, "norm", "", 0.1 + 0.2, False, 0.0, 0.0, 1e20, 1e24, 0.01),
)


def fit_request(path):
    """Ask for a fit of a spectrum extracted from the events in `path`."""
    events = EventsRequest(str(path), "", STAMP)
    screen = ScreenRequest(events, Gti(((1.0, 2.5), (3.0, 1e9 + 0.1))), 26)
    selection = SelectionRequest(screen, SOURCE, RING)
    spectrum = ExtractedSpectrumRequest(selection, Grouping("min", 20), "nu.rmf", "none", ())
    return FitRequest((spectrum,), "powerlaw", PARAMETERS, "cstat", ("**-3.0", "79.0-**"))


def event_steps(name, path, region=SOURCE):
    events = {"path": str(path), "hk_path": "", "notes": ()}
    regions = {"source": region, "background": RING, "notes": (("", "Off the chip gap."),)}
    image = {"band": Band(3, 79), "binning": 1, "notes": ()}
    steps = {"events": events, "regions": regions, "image": image}
    usual = {"image": {"band": Band(3, 10), "binning": 1, "notes": ()}}
    return {
        n: StepRecord(f"{name}.{n}", values, usual.get(n, values)) for n, values in steps.items()
    }


def record_of(path, n_datasets=1, n_deeds=3):
    """Give a session with a fit and its errors; `path` is an event file."""
    asked = fit_request(path)
    best = tuple(replace(p, value=p.value * 1.1) for p in PARAMETERS)
    answered = replace(asked, parameters=best)
    made = Provenance("embedded", "0.1", 0.25, asked, ("The response is approximate.",))
    result = FitResult(
        best, (0.1, float("nan")), np.eye(2) / 3, 312.5, 300, 302, True, "cstat", request=asked
    )
    wanted = ErrorsRequest(answered)
    errors = Errors((Interval(1, 1.6, float("inf")),), 2.706, result, wanted, made)
    flux = Flux((0.1,), (1e-11,), FluxRequest(answered, Band(2, 10)), made)
    settings = {"model": "powerlaw", "parameters": best, "statistic": "cstat", "notes": ()}
    fit = StepRecord("fit", settings, dict(settings), "fresh", answered, asked, result)
    delta, band = {"delta": 2.706}, {"band": Band(2, 10)}
    steps = {
        "fit": fit,
        "errors": StepRecord("errors", delta, delta, "fresh", wanted, wanted, errors),
        "flux": StepRecord("flux", band, band, "fresh", flux.request, flux.request, flux),
    }
    names = [f"6000111000{n}A" for n in range(n_datasets)]
    datasets = tuple(
        DatasetRecord(n, "events", event_steps(n, path), Pointing("NuSTAR", "FPMA", n, "Böötes"))
        for n in names
    )
    deeds = tuple(
        Deed(
            1.7e9 + n, "fit", "312.5 for 300", "embedded", "0.1", 0.25, ("Oh.",), asked, (names[0],)
        )
        for n in range(n_deeds)
    )
    views = {"image": {"scale": "log", "limits": [0.5, None]}, "fit": {"open": True}}
    return SessionRecord(
        datasets, tuple(names), steps, "embedded", "0.1", True, views, deeds, {"later": {"a": [1]}}
    )


def polygon(n):
    """Give a polygon of `n` corners."""
    angles = np.linspace(0, 6, n)
    return Polygon(tuple(10 + np.cos(angles) / 90), tuple(20 + np.sin(angles) / 90))
