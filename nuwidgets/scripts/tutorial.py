"""A session as HEASARC's notebooks are written: astroquery, heasoftpy, PyXspec and matplotlib.

Events are made anew from the archive by NuSTARDAS; spectrum files are fitted as they are. What
has no equivalent there is said in a comment, at the place where it would be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets import __version__
from nuwidgets.scripts.matters import ENDS, OVERALL, calls, fitted, has_model, made, needed
from nuwidgets.scripts.origins import sought
from nuwidgets.scripts.sections import Section
from nuwidgets.scripts.tutorial_answers import (
    chain_section,
    comparison_section,
    contours_section,
    fake_section,
    goodness_section,
    luminosity_section,
    width_section,
)
from nuwidgets.scripts.tutorial_archive import archive_sections
from nuwidgets.scripts.tutorial_calibrated import at_home, calibrated
from nuwidgets.scripts.tutorial_data import asked_for, observed, why
from nuwidgets.scripts.tutorial_extract import (
    image_section,
    lightcurve_sections,
    spectrum_sections,
)
from nuwidgets.scripts.tutorial_files import file_sections, loaded
from nuwidgets.scripts.tutorial_fit import (
    errors_section,
    fit_section,
    flux_section,
    load_section,
    model_section,
)
from nuwidgets.scripts.tutorial_pipeline import pipeline_section
from nuwidgets.scripts.tutorial_plot import plot_section
from nuwidgets.scripts.tutorial_regions import regions_section
from nuwidgets.scripts.tutorial_series import series_section
from nuwidgets.scripts.tutorial_tasks import task_section
from nuwidgets.scripts.tutorial_times import times_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.scripts.tutorial_data import Observed

IMPORTS = {
    "contextlib": "import contextlib",
    "glob": "import glob",
    "os": "import os",
    "hsp": "import heasoftpy as hsp",
    "plt": "import matplotlib.pyplot as plt",
    "np": "import numpy as np",
    "xspec": "import xspec",
    "SkyCoord": "from astropy.coordinates import SkyCoord",
    "fits": "from astropy.io import fits",
    "Table": "from astropy.table import Table",
    "Quantity": "from astropy.units import Quantity",
    "Heasarc": "from astroquery.heasarc import Heasarc",
}
"""What is imported for a name; first what comes with Python."""
WITH_PYTHON = 3
OWN = {
    "fit": fit_section,
    "errors": errors_section,
    "flux": flux_section,
    "luminosity": luminosity_section,
    "eqwidth": width_section,
    "contours": contours_section,
    "chain": chain_section,
    "goodness": goodness_section,
    "fake": fake_section,
    "compare_fit": comparison_section,
    "curve": plot_section,
}
"""What writes the parts of the session's own steps."""
BEFORE = ("events", "screen", "regions")


def sections(record: SessionRecord, only: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Give the script of a session, or of some of its steps.

    Parameters
    ----------
    record : SessionRecord
        The session.
    only : tuple of str
        Paths of steps: their part alone, which finds the files of the parts before it.

    Raises
    ------
    InputError
        If the parameters are not those of the model.
    """
    datasets = record.datasets if only else needed(record)
    observations = at_home(record, observed(record.datasets))
    meant = tuple(one for one in observations if one.record in datasets)
    middle = (
        *archive_sections(record, datasets, meant, only),
        *_data(record, meant, only),
        *_left_out(datasets, observations, only),
        *_fit(record, observations, only),
    )
    return (_head(record, datasets, middle, only), *middle)


def _head(
    record: SessionRecord,
    datasets: Iterable[DatasetRecord],
    middle: Iterable[Section],
    only: tuple[str, ...],
) -> Section:
    pointings = [one.pointing for one in datasets]
    told = [
        " ".join(dict.fromkeys(filter(None, (getattr(p, name) for p in pointings))))
        for name in ("object_name", "telescope", "obs_id", "instrument")
    ]
    lines = tuple(_imports(middle))
    if only:
        return Section("", "", lines)
    title = " ".join(filter(None, told if any(told) else sought(record))) or "A session"
    words = (
        f"Written by nuwidgets {__version__}: what led to the products of a session, for HEASoft"
        " with heasoftpy, PyXspec and the calibration database (CALDB), and for astroquery. All"
        " files are written into the working folder."
    )
    return Section(title, words, lines)


def _imports(middle: Iterable[Section]) -> Iterator[str]:
    code = "\n".join(line for one in middle for line in one.code if not line.startswith("#"))
    found = [
        line for name, line in IMPORTS.items() if re.search(rf"(?<![\w.\"'/]){name}[.(]", code)
    ]
    first = [line for line in found if line in list(IMPORTS.values())[:WITH_PYTHON]]
    second = [line for line in found if line not in first]
    yield from (*first, *([""] if first and second else []), *second)


def _data(
    record: SessionRecord, observations: tuple[Observed, ...], only: tuple[str, ...]
) -> Iterator[Section]:
    """Give the parts of the event datasets: from the archive to grouped spectra."""
    meant = {name: asked_for(name, only, observations) for name in BEFORE}
    made_here = {
        name: tuple(
            one for one in asked_for(name, only, observations) if only or _wanted(record, one, name)
        )
        for name in ENDS
    }
    runs = calibrated(record, meant["events"], only)
    if runs:
        yield pipeline_section(runs)
    yield from task_section(record, only)
    yield from _times(record, meant["screen"], only)
    if meant["regions"]:
        yield regions_section(meant["regions"])
    yield from lightcurve_sections(made_here["lightcurve"])
    yield from image_section(made_here["image"], always=bool(only))
    yield from spectrum_sections(made_here["spectrum"])


def _times(
    record: SessionRecord, screened: tuple[Observed, ...], only: tuple[str, ...]
) -> Iterator[Section]:
    chosen = any(one.setting("screen", "user_gti") is not None for one in screened)
    graded = [one for one in screened if one.grade is not None]
    if only and graded:
        yield pipeline_section(calibrated(record, graded, ("screen",)))
    if screened and (chosen or only or any(one.record.steps["screen"].notes for one in screened)):
        yield times_section(screened)


def _wanted(record: SessionRecord, one: Observed, step: str) -> bool:
    """Say whether a product was made, or is needed by the fit."""
    if not one.setting("regions", "source") and step != "image":
        return False
    return made(one.record.steps.get(step)) or (step == "spectrum" and fitted(record, one.record))


def _left_out(
    datasets: Iterable[DatasetRecord],
    observations: tuple[Observed, ...],
    only: tuple[str, ...],
) -> Iterator[Section]:
    """Say which event datasets this dialect cannot make again."""
    known = {one.record.name for one in observations}
    for one in datasets:
        asked = not only or any(step.path in only for step in one.steps.values())
        if one.kind != "events" or one.name in known or not asked:
            continue
        by = " ".join(filter(None, (one.pointing.telescope, one.pointing.instrument)))
        words = (
            f"These events ({by or 'of an unknown telescope'}, observation"
            f" {one.pointing.obs_id or 'unknown'}) are not made again here: this script knows"
            " observations of NuSTAR, and of Swift in photon counting mode, by their 11 digits and"
            " the archive's names of files. Regions, light curve and spectrum of this"
            " dataset are to be made with its mission's own tasks."
        )
        yield Section(f"{one.name} is not part of this script", words, why(*one.steps.values()))


def _fit(
    record: SessionRecord, observations: tuple[Observed, ...], only: tuple[str, ...]
) -> Iterator[Section]:
    """Give PyXspec's part."""
    wanted = [name for name in OVERALL if name in only] if only else list(calls(record))
    compared = bool(only) or any(fitted(record, one) for one in record.datasets)
    if not (record.used and "fit" in record.steps and compared):
        return
    spectra = loaded(record, observations)
    whole = not only or "fit" in only
    yield from file_sections(
        tuple(one for one in spectra if whole or f"{one.record.name}.spectrum" in only)
    )
    if whole:
        yield load_section(record, spectra)
        if has_model(record):
            yield model_section(record)
    for name in wanted:
        if name != "series" and (has_model(record) or name == "curve"):
            yield OWN[name](record)
    if not only and "curve" not in wanted:
        yield plot_section(record)
    if "series" in wanted and has_model(record):
        yield series_section(record, spectra)
