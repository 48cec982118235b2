"""NuSTAR's tasks: what the tutorials tell them, and what they are told for an observation.

Sources: help pages of nupipeline and nuproducts (NuSTARDAS), HEASARC's tutorial on SWIFT
J2127.4+5654.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.task import OUT, TaskRequest
from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.nustar_stages import pipeline_stages, products_stages
from nuwidgets.missions.tasks import Task, is_yes, number_of

if TYPE_CHECKING:
    from nuwidgets.domain.task import Parameters

INSTRUMENTS = {"both": ("FPMA", "FPMB"), "FPMA": ("FPMA",), "FPMB": ("FPMB",)}
LIGHT_CURVE_RUN: Parameters = (
    ("binsize", 256.0), ("correctlc", True), ("runmkarf", False), ("runmkrmf", False),
)  # fmt: skip
"""The tutorial's settings of nuproducts where only the light curve is wanted."""
SPECTRUM_RUN: Parameters = (
    ("lcfile", "NONE"), ("bkglcfile", "NONE"), ("imagefile", "NONE"), ("runmkarf", True),
    ("runmkrmf", True),
)  # fmt: skip
"""The tutorial's settings of nuproducts where only the spectrum is wanted."""
GROUPING: Parameters = (("grouptype", "optsnmin"), ("groupscale", 6.0))
"""The tutorial's grouping by ftgrouppha."""
_ONLY_WITH = {
    "correctlc": ("hkfile",),
    "bkgextract": ("bkgregionfile", "bkgra", "bkgdec", "bkgradius1", "bkgradius2"),
    "runmkarf": ("outarffile",),
    "barycorr": ("clockfile", "orbitfile", "srcra_barycorr", "srcdec_barycorr", "outfile"),
}  # fmt: skip
_USUALLY = {"correctlc": True, "bkgextract": True, "runmkarf": True, "barycorr": False}

TASKS = {
    "nupipeline": Task(
        "nupipeline",
        usual=(("clobber", True),),
        shown=(
            "exitstage", "obsmode", "saamode", "saacalc", "tentacle", "gradeexpr", "statusexpr",
            "usrgtifile", "createexpomap", "runsplitsc", "splitmode", "initseed", "clobber",
        ),
        hidden=("indir", "outdir", "steminputs", "instrument"),
        stages=pipeline_stages,
        says="Calibrates and screens the events of an observation; takes about half an hour.",
        needs_caldb=True,
        breaks_on_blanks=True,
    ),
    "nuproducts": Task(
        "nuproducts",
        usual=(("clobber", True),),
        shown=(
            "binsize", "pilow", "pihigh", "bkgextract", "correctlc", "extended", "runmkarf",
            "runmkrmf", "usrgtifile", "barycorr", "rungrppha", "grpmincounts", "clobber",
        ),
        hidden=(
            "indir", "outdir", "steminputs", "stemout", "instrument", "infile", "srcregionfile",
            "bkgregionfile", "mastaspectfile", "attfile", "det1reffile", "optaxisfile", "hkfile",
        ),
        stages=products_stages,
        says="Makes light curves, spectra, effective area and response of a region.",
        needs_caldb=True,
        breaks_on_blanks=True,
    ),
    "nuexpomap": Task(
        "nuexpomap",
        usual=(("clobber", True),),
        shown=("vignflag", "energy", "pixbin", "percent", "skyx", "skyy", "skysize", "clobber"),
        hidden=("infile", "mastaspectfile", "attfile", "det1reffile", "expomapfile"),
        says="Makes the map of the time for which each pixel of the sky was seen.",
        needs_caldb=True,
    ),
    "ftgrouppha": Task(
        "ftgrouppha",
        usual=(*GROUPING, ("clobber", True)),
        shown=(
            "infile", "backfile", "respfile", "outfile", "grouptype", "groupscale", "minchannel",
            "maxchannel", "clobber",
        ),
        says="Joins the channels of a spectrum into bins.",
    ),
}  # fmt: skip


def instruments_of(instrument: str) -> tuple[str, ...]:
    """Give the modules that a word means: ``"both"``, ``"FPMA"``, ``"FPMB"``, ``"A"``, ``"B"``.

    Raises
    ------
    InputError
        If the word is none of these.
    """
    word = instrument.strip().upper()
    known = {name.upper(): modules for name, modules in INSTRUMENTS.items()}
    known |= {"A": ("FPMA",), "B": ("FPMB",), "ALL": INSTRUMENTS["both"]}
    if word not in known:
        raise InputError(
            f"NuSTAR has no instrument {instrument!r}. {nearest(instrument, INSTRUMENTS)}"
        )
    return known[word]


def pipeline_requests(
    folder: str, obs_id: str, instrument: str = "both", parameters: Parameters = ()
) -> tuple[TaskRequest, ...]:
    """Give the runs of nupipeline for an observation, one for each module.

    Parameters
    ----------
    folder : str
        The observation's folder, with event_uf, hk and auxil.
    obs_id : str
        Number of the observation, 11 digits.
    instrument : str
        ``"FPMA"``, ``"FPMB"`` or ``"both"``.
    parameters : tuple of pairs
        What shall be other than in the tutorial.

    Raises
    ------
    InputError
        If the instrument is not known, or a parameter is one that is set here.
    """
    task, home = TASKS["nupipeline"], Path(folder).expanduser().absolute()
    given = task.with_chosen(parameters)
    reads = ["event_uf", "hk", "auxil"]
    reads += ["event_cl"] if number_of(given, "entrystage", 1) > 1 else []
    return tuple(
        TaskRequest(
            "nupipeline",
            (
                ("indir", str(home)),
                ("steminputs", f"nu{obs_id}"),
                ("outdir", OUT),
                ("instrument", module),
                *given.items(),
            ),
            subject=f"{obs_id} {module}",
            inputs=tuple(str(home / name) for name in reads),
            engine="heasoft",
        )
        for module in instruments_of(instrument)
    )


def without_refused(parameters: Parameters) -> Parameters:
    """Leave out what nuproducts refuses beside the others.

    It stops with "not compatible with other input parameters" where a file is named that it will
    not use, e.g. ``hkfile`` beside ``correctlc=no``.

    Examples
    --------
    >>> without_refused((("hkfile", "a.hk"), ("correctlc", False)))
    (('correctlc', False),)
    """
    given = dict(parameters)
    refused = {
        name
        for flag, names in _ONLY_WITH.items()
        if not is_yes(given.get(flag, _USUALLY[flag]))
        for name in names
    }
    for which in ("src", "bkg"):
        if str(given.get(f"{which}regionfile") or "DEFAULT").upper() != "DEFAULT":
            refused |= {f"{which}{name}" for name in ("ra", "dec", "radius", "radius1", "radius2")}
    return tuple((name, value) for name, value in parameters if name not in refused)
