"""Requests for XSPEC and its stand-in, and small spectra in files and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fit_toys import predicted, response, spectrum

from nuwidgets.core.job import Token
from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.spectrum import solve_file_spectrum
from nuwidgets.files.arf import write_arf
from nuwidgets.files.pha import write_pha
from nuwidgets.files.rmf import write_rmf
from nuwidgets.science.models.composite import Composite


def write_toy(folder, name="toy", seed=1, *, slope=1.7, background=True):
    """Write a spectrum of ``powerlaw`` with its background and response; give its path."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(seed)
    counts = rng.poisson(predicted("powerlaw", (slope, 0.02)) + (4.0 if background else 0.0))
    other = spectrum(rng.poisson(40.0, 100), backscal=np.full(100, 10.0)) if background else None
    links = [("RESPFILE", f"{name}.rmf"), ("ANCRFILE", f"{name}.arf")]
    links += [("BACKFILE", f"{name}.bak")] if background else []
    write_pha(folder / f"{name}.pha", spectrum(counts, links=tuple(links)))
    if other is not None:
        write_pha(folder / f"{name}.bak", other, is_background=True)
    write_rmf(folder / f"{name}.rmf", response())
    write_arf(folder / f"{name}.arf", response())
    return folder / f"{name}.pha"


def loaded(*paths, grouping="file", **more):
    """Give requests of spectra and the spectra."""
    how = Grouping.parse(grouping)
    requests = tuple(FileSpectrumRequest(str(path), grouping=how, **more) for path in paths)
    return requests, tuple(solve_file_spectrum(one, (), Token()) for one in requests)


def fit_of(requests, model="powerlaw", n_groups=None, **changes):
    """Give a fit from sensible values; `changes` are fields, or p1=... values by number."""
    parameters = Composite.parse(model).parameters(n_groups or len(requests))
    usual = {"norm": 0.01, "PhoIndex": 1.5, "nH": 0.1}
    values = {int(k[1:]): v for k, v in changes.items() if k[0] == "p" and k[1:].isdigit()}
    fields = {k: v for k, v in changes.items() if not (k[0] == "p" and k[1:].isdigit())}
    parameters = tuple(
        replace(p, value=float(values.get(p.number, usual.get(p.name, p.value))))
        for p in parameters
    )
    return FitRequest(requests, model, parameters, **fields)


def with_parameter(fit, number, **changes):
    """Give the same fit with one parameter changed."""
    new = (replace(p, **changes) if p.number == number else p for p in fit.parameters)
    return replace(fit, parameters=tuple(new))
