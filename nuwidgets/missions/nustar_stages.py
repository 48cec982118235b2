"""What the logs of nupipeline and nuproducts announce, in the order in which it comes.

Source: help pages and log lines of NuSTARDAS. Weights are shares of the time as one sees them, no
promises: half of it goes into the coordinates and the screening.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from nuwidgets.missions.stages import heading, launch
from nuwidgets.missions.tasks import Stage, is_none, number_of, says

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nuwidgets.domain.task import Plain

    Given = Mapping[str, Plain]

MODES = ("SCIENCE", "OCCULTATION", "SLEW", "SAA", "CALIBRATION", "SCIENCE_SC")
"""What the telescope does, in the order of the numbers 01 to 06 in the names of files."""
_HEADINGS = {
    "I": r"Stage\s+I\s*:\s+Calibrating\b.*nu\d+{letter}[^/]*$",
    "II": r"Stage\s+II\s*:\s+Screening\b.*nu\d+{letter}[^/]*$",
    "map": r"Stage\s+II\s*:\s+Generating\b.*nu\d+{letter}\d[^/]*exposure map",
    "III": r"Stage\s+III\s*:\s+Generating\b.*nu\d+{letter}[^/]*$",
}
# Source and background are alike in the line before it; the command names xselect's script.
_XSELECT_BACKGROUND = Stage("xselect background", r"\bxselect\b.*bkgxsel", 3, "bkgxsel")
_PIPELINE_END = heading("end", r"\bExit with no errors\b", "Exit with")
_PRODUCTS_END = heading("end", r"(?<!' )\bExit with success\b", "Exit with")


def _modes(given: Given) -> tuple[str, ...]:
    chosen = str(given.get("obsmode") or "ALL").strip().upper()
    return (chosen,) if chosen in MODES else MODES


def _letters(given: Given) -> str:
    return {"FPMA": "A", "FPMB": "B"}.get(str(given.get("instrument") or "").strip().upper(), "AB")


def _heading(letter: str, number: str) -> Stage:
    name = "exposure map" if number == "map" else f"stage {number}"
    return heading(f"{letter} {name}", _HEADINGS[number].format(letter=letter))


def _calibration(given: Given, letter: str) -> Iterator[Stage]:
    yield _heading(letter, "I")
    for task, weight, flag in (
        ("nuflagbad", 1, ""),
        ("nuhotpix", 3, ""),
        ("nucalcpha", 3, "runcalcpha"),
        ("nucalcpi", 3, "runcalcpi"),
        ("nuflagevt", 2, "runflagevt"),
        ("nucoord", 12, ""),
    ):
        if not flag or says(given, flag):
            yield launch(task, weight, f"{letter} {task}")


def _screening(given: Given, letter: str) -> Iterator[Stage]:
    yield _heading(letter, "II")
    yield launch("nucalcsaa", 4, f"{letter} nucalcsaa")
    yield launch("nufilter", 4, f"{letter} nufilter")
    for mode in _modes(given):
        yield launch("nuscreen", 2 if mode == "SCIENCE" else 1, f"{letter} nuscreen {mode}")
    if says(given, "runsplitsc", usual=False) and "SCIENCE_SC" in _modes(given):
        yield launch("nusplitsc", 3, f"{letter} nusplitsc")
    if says(given, "createexpomap", usual=False) and "SCIENCE" in _modes(given):
        yield _heading(letter, "map")
        yield launch("nuexpomap", 10, f"{letter} nuexpomap")


def pipeline_stages(given: Given) -> tuple[Stage, ...]:
    """Give the stages of nupipeline: module A to the end, then module B."""
    first, last = number_of(given, "entrystage", 1), number_of(given, "exitstage", 2)
    both = [launch("numetrology", 4)] if first == 1 and says(given, "runmetrology") else []
    stages = [*both, launch("nuattcorr", 1)]
    for letter in _letters(given):
        stages += _calibration(given, letter) if first == 1 else ()
        stages += _screening(given, letter) if first <= 2 <= last else ()  # noqa: PLR2004  stage 2
        if last >= 3 and "SCIENCE" in _modes(given):  # noqa: PLR2004  stage 3
            stages += [_heading(letter, "III"), *_making(given, f"{letter} ")]
    return (*stages, _PIPELINE_END)


def _mapping(given: Given) -> Iterator[Stage]:
    """Give the exposure maps: of extended sources, or to correct light curves."""
    curve, extended = says(given, "correctlc"), says(given, "extended", usual=False)
    if extended or (curve and says(given, "bkgextract")):
        yield launch("nuexpomap", 8)
        other = "lcexpoflag" if extended else "lcpsfflag"
        if curve and says(given, "lcvignflag") and says(given, other):
            yield launch("nuexpomap", 8, "nuexpomap with vignetting")


def _of_region(given: Given, which: str, prefix: str) -> Iterator[Stage]:
    """Give what is made of one region."""
    yield _XSELECT_BACKGROUND if prefix else launch("xselect", 3, "xselect source")
    if says(given, "runbackscale") and not is_none(given.get(f"{prefix}phafile", "")):
        yield launch("nubackscale", 1, f"nubackscale {which}")
    if says(given, "correctlc") and not is_none(given.get(f"{prefix}lcfile", "")):
        yield launch("nulccorr", 5, f"nulccorr {which}")


def _responses(given: Given) -> Iterator[Stage]:
    spectrum = not is_none(given.get("phafile", ""))
    if says(given, "runmkarf") and spectrum:
        yield launch("numkarf", 10)
    if says(given, "runmkrmf"):
        yield launch("numkrmf", 5)
        if spectrum:
            yield launch("xspec", 1)
    if spectrum and says(given, "rungrppha", usual=False):
        yield launch("grppha", 1)


def _making(given: Given, before: str = "") -> Iterator[Stage]:
    """Give the parts of nuproducts, their names with `before` in front."""
    parts = chain(
        [launch("barycorr", 1)] if says(given, "barycorr", usual=False) else [],
        [] if is_none(given.get("usrgtifile")) else [launch("nulivetime", 1)],
        _mapping(given),
        _of_region(given, "source", ""),
        [] if is_none(given.get("lcfile", "")) else [launch("lcurve", 1)],
        [] if is_none(given.get("imagefile", "")) else [launch("ximage", 1)],
        _of_region(given, "background", "bkg") if says(given, "bkgextract") else [],
        _responses(given),
    )
    for stage in parts:
        yield replace(stage, name=before + stage.name)


def products_stages(given: Given) -> tuple[Stage, ...]:
    """Give the stages of nuproducts."""
    return (*_making(given), _PRODUCTS_END)
