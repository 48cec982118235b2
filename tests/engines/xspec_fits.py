"""XSPEC 12.9.1's fits (shared/reference/fits.json) as our requests, and what deviates and why."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import numpy as np

from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.binning import bin_spectrum
from nuwidgets.science.models.expression import Expression

STATISTIC = {
    "exosat_phabs_pow_chi_all": 1e-3,
    "exosat_phabs_pow_chi_bad": 1e-3,
    "exosat_walkthrough_45bins": 1e-3,
    "exosat_tbabs_pow_wilm": 1e-3,
    "exosat_phabs_bbody": 1e-3,
    "exosat_phabs_bremss": 1e-3,
    "exosat_wabs_pow": 1e-3,
    "exosat_phabs_cflux_pow": 1e-3,
    "3c273_tbabs_pow_chi_standard": 1e-3,
    "3c273_tbabs_pow_chi_gehrels": 1e-3,
    "3c273_tbabs_pow_chi_churazov": 1e-3,
    # XSPEC takes the background of the first bins for that of the noticed ones, see below
    "3c273_tbabs_pow_chi_model": 0.2,
    "3c273_phabs_pow_chi_angr": 1e-3,
    "3c273_pow_nobkg_chi": 1e-3,
    # nH of the table is good to 1e-4 except in the oxygen edge, which these reach with many counts
    "3c273_tbabs_bbody_chi": 2e-3,
    "ngc7793pn_tbabs_pow_chi": 3e-2,
    "ngc7793pn_tbabs_pow_cstat": 3e-2,
    "ngc7793pn_tbabs_pow_cstat_pchi": 3e-2,
    "ngc7793pn_tbabs_pow_pgstat": 3e-2,
    "ngc7793pn_tbabs_pow_whittle": 3e-2,  # pstat and ks, whatever it is called
    "ngc7793pn_tbabs_pow_chi_nobad": 3e-2,
    "ngc7793pn_ungrouped_cstat": 3e-2,
    "ngc7793pn_tbabs_diskbb_pow_cstat": 2e-2,
    "ngc7793pn_tbabs_cutoffpl_chi": 2e-3,
    "ngc7793pn_tbabs_bbbrems_chi": 2e-3,
    "cxo179_bkgAREASCAL_tbabs_pow_cstat": 1e-2,
    "cxo179_bkgAREASCAL_tbabs_pow_chi": 2e-2,
    "cxo179_bkgAREASCAL_tbabs_pow_pgstat": 1e-2,
    "ginga_losum_hisum_groups": 3e-2,  # XSPEC stops before the bottom, see below
    "nustar_A_ungrouped_wstat": 5e-3,
    "3c273poisson_tbabs_pow_chi": 1e-3,
    "3c273poisson_tbabs_pow_cstat": 1e-3,
    "3c273poisson_tbabs_pow_pgstat": 1e-3,
    "3c273poisson_tbabs_pow_chi_migrad": 1e-3,
}
"""How far the statistic may be from XSPEC's, for every fit that XSPEC brings to an end."""
OFF = {
    "ginga_losum_hisum_groups": 0.2,
    "3c273_tbabs_pow_chi_model": 0.06,
}
"""How far values may be from XSPEC's in sigma, where 0.02 does not hold.

Two spectra of bad fit: XSPEC stops 0.03 above our bottom, in one of several dips that the cut-off
makes. Weight model: see `test_model_weight_is_xspecs_but_for_the_bins_of_the_background`.
"""
WIDTHS = {"3c273_tbabs_pow_chi_model": 0.05, "3c273poisson_tbabs_pow_chi_migrad": 0.05}
"""How far errors may be, as a share, where 3 % does not hold: XSPEC's migrad makes others."""
NOT_COMPARED = {("exosat_phabs_cflux_pow", 4)}
"""The first two energies of this response are in wrong order. XSPEC adds up a bin of negative
width there, and its cflux has only a third of the flux."""
AT_THE_LIMIT = {
    "3c273_tbabs_pow_chi_standard",
    "3c273_tbabs_pow_chi_gehrels",
    "3c273_tbabs_pow_chi_churazov",
    "3c273_tbabs_pow_chi_model",
    "3c273_phabs_pow_chi_angr",
    "3c273_pow_nobkg_chi",
    "3c273poisson_tbabs_pow_chi",
    "3c273poisson_tbabs_pow_cstat",
    "3c273poisson_tbabs_pow_pgstat",
}
"""nH comes down to 0 on the way: there XSPEC's leven stops short, its migrad agrees with us."""
NON_MONOTONIC = {("3c273_tbabs_bbody_chi", 1, "2.706", "lo")}
"""XSPEC itself flags this end: a second valley lies behind it."""
UNFLAGGED = {"3c273poisson_tbabs_pow_chi_migrad"}
"""XSPEC's migrad says nothing of a limit that it meets."""
VELA = "data/nustar_spectra/vela_x1_90402339002_A"
FOLDERS = {
    "s54405.pha": "data/fit_sets/exosat_s54405",
    "3c273.pi": "data/fit_sets/chandra_3c273",
    "PN_spectrum_grp20.fits": "data/fit_sets/xmm_ngc7793_ulx4_pn",
    "179.pi": "data/fit_sets/chandra_cdfs_179",
    "losum.pha": "data/fit_sets/ginga_lac",
    "hisum.pha": "data/fit_sets/ginga_lac",
    "nu90402339002A01_sr.pha": VELA,
    "3c273_poisson.pi": "reference/inputs",
    "PN_ungrouped.fits": "reference/inputs",
}
BESIDE = {
    "3c273_poisson.pi": (
        "reference/inputs/3c273_poisson_bg.pi",
        "data/fit_sets/chandra_3c273/3c273.rmf",
        "data/fit_sets/chandra_3c273/3c273.arf",
    ),
    "PN_ungrouped.fits": (
        "data/fit_sets/xmm_ngc7793_ulx4_pn/PNbackground_spectrum.fits",
        "data/fit_sets/xmm_ngc7793_ulx4_pn/PN.rmf",
        "data/fit_sets/xmm_ngc7793_ulx4_pn/PN.arf",
    ),
    "nu90402339002A01_sr.pha": (
        f"{VELA}/nu90402339002A01_bk.pha",
        "reference/inputs/synthetic_nustar.rmf",
        f"{VELA}/nu90402339002A01_sr.arf",
    ),
}


@cache
def references(path):
    found = json.loads(path.read_text())["fits"]
    return {one["label"]: one for one in found}


@cache
def opened(shared, name, *, background):
    extra = [str(shared / one) for one in BESIDE.get(name, ())] or ["", "", ""]
    if not background:
        extra[0] = "none"
    asked = FileSpectrumRequest(str(shared / FOLDERS[name] / name), *extra)
    return asked, load_spectrum(asked)


@cache
def as_xspec_reads(spectrum):
    """The spectrum whose background has the error that XSPEC's pgstat takes for it.

    XSPEC 12.9 takes the variance in counts^2/s for that in counts^2.
    """
    other, time_s = spectrum.background, bin_spectrum(spectrum).background_time_s[0]
    error = np.sqrt(other.counts / time_s)
    return replace(spectrum, background=replace(other, poisson=False, stat_error=error))


def parameters_of(record):
    """The parameters at XSPEC's start values, frozen and untied as its commands say."""
    defaults = Expression.parse(record["expression"]).parameters(len(record["spectra"]))
    start = [value for _, _, value in record["at_start"]["params"]]
    found = [replace(p, value=value) for p, value in zip(defaults, start, strict=True)]
    size = len(found) // len(record["spectra"])
    for text in record["commands"]:
        if match := re.match(r"m\((\d+)\)\.frozen=True", text):
            number = int(match[1])
            found[number - 1] = replace(found[number - 1], frozen=True)
        if match := re.match(r"AllModels\(2\)\((\d+)\)\.untie\(\);", text):
            number = size + int(match[1])
            found[number - 1] = replace(found[number - 1], link="")
    return tuple(found)


def request_of(record, shared):
    """Our request from XSPEC's start values, and the spectra."""
    commands, settings = record["commands"], record["settings"]
    background = "s.background=None" not in commands
    both = [opened(shared, one["file"], background=background) for one in record["spectra"]]
    found = [re.match(r"AllData\.ignore\('(.*)'\)", text) for text in commands]
    fit = FitRequest(
        tuple(file for file, _ in both),
        record["expression"],
        parameters_of(record),
        settings["statMethod"],
        tuple(match[1] for match in found if match),
        settings["abund"],
        settings["xsect"],
        weight=settings["weight"],
        test_statistic=settings["statTest"],
    )
    spectra = tuple(spectrum for _, spectrum in both)
    if settings["statMethod"] == "pgstat":
        spectra = tuple(map(as_xspec_reads, spectra))
    return fit, spectra


def at(asked, values):
    """The request at other values of its parameters, all of them."""
    new = zip(asked.parameters, values, strict=True)
    return replace(asked, parameters=tuple(replace(p, value=value) for p, value in new))


def at_best(record, asked):
    """The request at XSPEC's best fit; what XSPEC pegged there (sigma -1) is frozen, as it was."""
    best = record["best"]["params"]
    parameters = tuple(
        replace(p, value=b["value"], frozen=p.frozen or b["sigma"] < 0)
        for p, b in zip(asked.parameters, best, strict=True)
    )
    return replace(asked, parameters=parameters)
