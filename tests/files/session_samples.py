"""Sessions written down, made up for tests of their files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from nuwidgets.domain.archive_file import ArchiveFile, Files, FilesRequest, ObservationFiles
from nuwidgets.domain.band import Band
from nuwidgets.domain.download import Download, DownloadRequest, Fetched
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
from nuwidgets.domain.observation import Column, FindRequest, Observations
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


def listing(n_observations=2, n_files=3):
    """Give a list of files as long as asked for; the last file of the last one is a stranger."""
    observations = []
    for n in range(n_observations):
        obs_id = f"600{n:05d}002"
        files = [
            ArchiveFile(f"hk/nu{obs_id}A_{k:02d}.hk.gz", 977 * k + n, f'"{k:032x}"')
            for k in range(n_files)
        ]
        root = f"s3://nasa-heasarc/nustar/data/obs/00/6/{obs_id}/"
        observations.append(ObservationFiles(obs_id, root, tuple(files)))
    odd = ArchiveFile("zz/600*?.txt", None, "")
    last = replace(observations[-1], files=(*observations[-1].files, odd), problem="One is odd.")
    made = Provenance("archive", "0.1", 0.5)
    return Files("NuSTAR", "aws", "It is fast.", (*observations[:-1], last), made)


def found(n=4):
    """Give rows of a catalogue; some values are not known."""
    start_mjd = 55000.0 + np.arange(n) / 3
    start_mjd[-1:] = np.nan
    columns = (
        Column("obsid", tuple(f"600{k:05d}002" for k in range(n)), "", "number"),
        Column("time", (*start_mjd[:-1].tolist(), None), "d", "start"),
        Column("issue_flag", (0,) * n),
    )
    return Observations(
        "numaster", columns, columns[0].values, start_mjd, start_mjd + 0.1, np.arange(n) / 7,
        (*("",) * (n - 1), "It was not made yet."), ("",) * n, 280.0, 35.0, 7.5,
        ("obsid", "time"), Provenance("archive", "0.1", 1.5, warnings=("So many.",)),
    )  # fmt: skip


def archive_steps(folder, files=None, rows=None):
    """Give the steps of a search and a download into `folder`."""
    files, rows = files or listing(), rows or found()
    search = FindRequest("SIMULATED AGN", "NuSTAR", 1 / 3, "demo")
    selected = tuple(one.obs_id for one in files.observations)
    listed = FilesRequest(search, selected, "mirror", str(folder / "copy"))
    wanted = DownloadRequest(listed, str(folder / "data"), also=("1/hk/a.hk",))
    fetched = tuple(
        Fetched(obs_id, str(folder / "data" / "nustar" / obs_id), "done", 3, 10**10)
        for obs_id in selected
    )
    settings = {
        "find": {"target": "SIMULATED AGN", "selected": selected, "event_mjd": 55665.0},
        "files": {"host": "mirror", "mirror": str(folder / "copy")},
        "download": {"folder": str(folder / "data"), "preset": "everything"},
    }
    answers = {
        "find": (search, rows),
        "files": (listed, files),
        "download": (wanted, Download(str(folder / "data"), fetched, Provenance("archive", "0.1"))),
    }
    return {
        name: StepRecord(name, values, dict(values), "fresh", *(answers[name][:1] * 2),
                         answers[name][1])
        for name, values in settings.items()
    }  # fmt: skip


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
    asked_flux = FluxRequest(answered, Band(2, 10))
    flux = Flux((0.1,), (1e-11,), request=asked_flux, provenance=made)
    settings = {"model": "powerlaw", "parameters": best, "statistic": "cstat", "notes": ()}
    fit = StepRecord("fit", settings, dict(settings), "fresh", answered, asked, result)
    delta, band = {"delta": 2.706}, {"band": Band(2, 10)}
    steps = {
        **archive_steps(Path(path).parent),
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
