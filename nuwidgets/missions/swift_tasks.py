"""Tasks of Swift's X-ray telescope: what the tutorials tell them, and what their logs announce.

Sources: help pages and log lines of xrtpipeline, xrtexpomap and xrtproducts (HEASoft), HEASARC's
tutorial on T Pyxidis. Weights are shares of the time as one sees them, no promises.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.task import OUT, TaskRequest
from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.stages import heading, launch
from nuwidgets.missions.tasks import Task, is_none, number_of, says

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nuwidgets.domain.task import Parameters, Plain
    from nuwidgets.missions.tasks import Stage

    Given = Mapping[str, Plain]

INSTRUMENTS = ("both", "XRT")
GROUPING: Parameters = (("grouptype", "min"), ("groupscale", 1.0))
"""The tutorial's grouping by ftgrouppha."""
_CALIBRATION = {
    "PC": (
        ("coordinator", 4, ""),
        ("xrtpcbias", 2, "pcbiascorr"),
        ("xrtflagpix", 2, ""),
        ("xrtpcgrade", 2, ""),
        ("xrthotpix", 3, "runxrthotpix"),
        ("xrtcalcpi", 2, ""),
    ),
    "WT": (
        ("xrttimetag", 4, ""),
        ("xrtflagpix", 2, ""),
        ("xrtwtcorr", 2, ""),
        ("xrtevtrec", 2, ""),
        ("xrtcalcpi", 2, ""),
    ),
    "IM": (("xrtimage", 4, ""), ("swiftxform", 4, "")),
}
_PIPELINE_END = heading("end", r"\bExit with no errors\b", "Exit with")
_PRODUCTS_END = heading("end", r"(?<!' )\bExit with success\b", "Exit with")


def _modes(given: Given) -> tuple[str, ...]:
    """Give the modes of data that are named; photon counting where all are meant."""
    words = str(given.get("datamode") or "ALL").upper().split(",")
    named = tuple(word.strip() for word in words if word.strip() in _CALIBRATION)
    return named or ("PC",)


def _round(given: Given, mode: str, steps: range) -> Iterator[Stage]:
    """Give the stages of one event file."""
    if 1 in steps:
        file = rf"\b.*x{mode.lower()}" if len(_modes(given)) > 1 else r"\b"
        yield heading(f"{mode} stage I", rf"Stage\s+I(?:/II)?\s*:\s+Calibrating{file}")
        for task, weight, flag in _CALIBRATION[mode]:
            if not flag or says(given, flag):
                yield launch(task, weight, f"{mode} {task}")
    if 2 in steps and mode != "IM":  # noqa: PLR2004  stage 2
        yield launch("xrtscreen", 3, f"{mode} xrtscreen")
    if 3 in steps:  # noqa: PLR2004  stage 3
        if says(given, "createexpomap") and mode != "IM":
            yield launch("xrtexpomap", 8, f"{mode} xrtexpomap")
        yield launch("xrtproducts", 8, f"{mode} xrtproducts")
        if says(given, "correctlc") and mode != "IM":
            yield launch("xrtlccorr", 3, f"{mode} xrtlccorr")


def _pipeline_stages(given: Given) -> tuple[Stage, ...]:
    """Give the stages of xrtpipeline, which takes each event file to the end, then the next.

    How many files there are is not in the parameters: those after the first of a mode do not move
    the meter.
    """
    steps = range(number_of(given, "entrystage", 1), number_of(given, "exitstage", 3) + 1)
    both = [launch("xrthkproc", 2)] if 1 in steps else []
    if 2 in steps and says(given, "createmkffile"):  # noqa: PLR2004  stage 2
        both += [launch("xrtfilter", 4)]
    rounds = chain.from_iterable(_round(given, mode, steps) for mode in _modes(given))
    return (*both, *rounds, _PIPELINE_END)


def _products_stages(given: Given) -> tuple[Stage, ...]:
    stages = [launch("xselect", 3, "xselect source")]
    if says(given, "correctlc") and not is_none(given.get("lcfile", "")):
        stages += [launch("xrtlccorr", 4)]
    if says(given, "bkgextract", usual=False):
        stages += [launch("xselect", 3, "xselect background")]
    if not is_none(given.get("arffile", "")) and not is_none(given.get("phafile", "")):
        stages += [launch("xrtmkarf", 3)]
    return (*stages, _PRODUCTS_END)


TASKS = {
    "xrtpipeline": Task(
        "xrtpipeline",
        usual=(
            ("srcra", "OBJECT"), ("srcdec", "OBJECT"), ("exitstage", 2), ("createexpomap", True),
            ("clobber", True),
        ),
        shown=(
            "srcra", "srcdec", "exitstage", "datamode", "obsmode", "exprpcgrade", "usrgtifile",
            "createexpomap", "clobber",
        ),
        hidden=("indir", "outdir", "steminputs", "attfile"),
        stages=_pipeline_stages,
        says="Calibrates and screens the X-ray telescope's events of an observation.",
        needs_caldb=True,
        breaks_on_blanks=True,
    ),
    "xrtexpomap": Task(
        "xrtexpomap",
        shown=("vigflag", "energy", "pcnframe", "checkattitude"),
        hidden=("infile", "attfile", "hdfile", "outdir", "stemout"),
        says="Makes the map of the time for which each pixel of the sky was seen.",
        needs_caldb=True,
        breaks_on_blanks=True,
    ),
    "xrtproducts": Task(
        "xrtproducts",
        usual=(("bkgextract", True), ("clobber", True)),
        shown=(
            "binsize", "pilow", "pihigh", "bkgextract", "correctlc", "psfflag", "extended",
            "gtifile", "rmffile", "clobber",
        ),
        hidden=(
            "infile", "regionfile", "bkgregionfile", "outdir", "stemout", "expofile", "attfile",
            "hdfile",
        ),
        stages=_products_stages,
        says="Makes light curves, spectra and effective area of a region.",
        needs_caldb=True,
        breaks_on_blanks=True,
    ),
    "ftgrouppha": Task(
        "ftgrouppha",
        usual=(*GROUPING, ("clobber", True)),
        shown=("infile", "backfile", "respfile", "outfile", "grouptype", "groupscale", "clobber"),
        says="Joins the channels of a spectrum into bins.",
    ),
}  # fmt: skip


def pipeline_requests(
    folder: str,
    obs_id: str,
    instrument: str = "both",
    parameters: Parameters = (),
    *,
    attitude: str = "",
) -> tuple[TaskRequest, ...]:
    """Give the run of xrtpipeline for an observation.

    Parameters
    ----------
    folder : str
        The observation's folder, with xrt and auxil.
    obs_id : str
        Number of the observation, 11 digits.
    instrument : str
        ``"XRT"`` or ``"both"``: there is one.
    parameters : tuple of pairs
        What shall be other than in the tutorial.
    attitude : str
        The attitude file; empty to let xrtpipeline look for one.

    Raises
    ------
    InputError
        If the instrument is not known, or a parameter is one that is set here.
    """
    if instrument.strip().upper() not in ("BOTH", "ALL", "XRT"):
        raise InputError(
            f"Swift's pipeline has no instrument {instrument!r}. {nearest(instrument, INSTRUMENTS)}"
        )
    task, home = TASKS["xrtpipeline"], Path(folder).expanduser().absolute()
    request = TaskRequest(
        "xrtpipeline",
        (
            ("indir", str(home)),
            ("steminputs", f"sw{obs_id}"),
            ("outdir", OUT),
            *((("attfile", attitude),) if attitude else ()),
            *task.with_chosen(parameters).items(),
        ),
        subject=f"{obs_id} XRT",
        inputs=tuple(str(home / name) for name in ("xrt/event", "xrt/hk", "auxil")),
        engine="heasoft",
    )
    return (request,)
