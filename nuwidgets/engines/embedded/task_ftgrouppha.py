"""``ftgrouppha``: join the channels of a spectrum file to bins, in each of the task's ways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.engines.embedded.task_words import checked, words
from nuwidgets.errors import InputError
from nuwidgets.files.grouped_pha import write_grouped
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.rmf import read_rmf
from nuwidgets.files.spectrum_set import aligned_background, aligned_response, find_linked
from nuwidgets.science.grouping import Background
from nuwidgets.science.resolution import fwhm_channels
from nuwidgets.science.task_grouping import OPTIMAL, WAYS, Counted, group_as

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.domain.task import Plain, TaskRequest
    from nuwidgets.engines.embedded.task_run import Run

NAME = "ftgrouppha"
WORDS = words(
    NAME,
    ("infile", "f", "a", "", "Spectrum to group (PHA, type I)"),
    ("backfile", "f", "a", "NONE", "Background, for bmin, snmin and optsnmin; NONE for none"),
    ("respfile", "f", "a", "NONE", "RMF, for the optimal ways; NONE: the spectrum's RESPFILE"),
    ("outfile", "f", "a", "", "Grouped spectrum to write"),
    ("grouptype", "s", "a", "opt", "How channels are joined", tuple(WAYS)),
    ("groupscale", "r", "a", 10.0, "Counts, signal-to-noise or channels, as grouptype says"),
    ("minchannel", "i", "h", -1, "First channel to join; -1: the first"),
    ("maxchannel", "i", "h", -1, "Last channel to join; -1: the last"),
    ("templatefile", "f", "h", "NONE", "Spectrum whose GROUPING is copied (grouptype=file)"),
    ("clobber", "b", "h", False, "Replace a file that exists?"),
)
ELSEWHERE: dict[str, Plain] = {
    "rows": "-",
    "chatter": 1,
    "history": True,
    "mode": "ql",
}


def values(request: TaskRequest) -> dict[str, Plain]:
    """Give all parameters of a run by name; raises as `checked`."""
    return checked(request, WORDS, ELSEWHERE)


def run(run: Run) -> None:
    """Group a spectrum.

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If a parameter, the background or the response is missing.
    """
    path = run.needed("infile", "a spectrum file, e.g. nu<obsid>A01_sr.pha")
    target = Path(run.needed("outfile", "the name of the grouped spectrum")).expanduser()
    if target.name.startswith("!"):  # HEASoft's mark for a file that may be replaced
        target, run.values["clobber"] = target.with_name(target.name[1:]), True
    run.token.report(None, "reading spectrum")
    spectrum = read_spectrum(run.input(path))
    run.token.check()
    grouping = _grouping(run, spectrum)
    with run.into(target.parent):
        write_grouped(path, run.place(target.name), {"GROUPING": grouping})


def _grouping(run: Run, spectrum: Spectrum) -> Integers:
    way, scale = run.text("grouptype").lower(), run.number("groupscale")
    if way == "file":
        return _copied(run, spectrum)
    counted = Counted(
        spectrum.counts,
        spectrum.quality.astype(np.int64),
        _background(run, spectrum),
        _widths(run, spectrum) if way in OPTIMAL else None,
    )
    first, last = _limits(run, spectrum)
    if way == "opt" and (first, last) != (0, len(spectrum.counts) - 1):
        run.warnings.append("minchannel and maxchannel mean nothing to grouptype=opt.")
        first, last = 0, len(spectrum.counts) - 1
    return group_as(way, scale, counted, first, last)


def _limits(run: Run, spectrum: Spectrum) -> tuple[int, int]:
    """Give the first and the last row to join."""
    low, high = run.whole("minchannel"), run.whole("maxchannel")
    inside = spectrum.channel >= low
    if high >= 0:
        inside &= spectrum.channel <= high
    rows = np.flatnonzero(inside)
    if not len(rows):
        raise InputError(
            f"Cannot group the channels from minchannel={low} to maxchannel={high}: the spectrum"
            f" has those from {spectrum.channel[0]} to {spectrum.channel[-1]}. Give some of them."
        )
    return int(rows[0]), int(rows[-1])


def _background(run: Run, spectrum: Spectrum) -> Background | None:
    path = run.text("backfile")
    if not path:
        return None
    other = aligned_background(read_spectrum(run.input(path)), spectrum)
    return Background(other.counts, replace(spectrum, background=other).background_ratio)


def _widths(run: Run, spectrum: Spectrum) -> Floats | None:
    """Give the resolution at each channel, in channels; None without a response."""
    path = run.text("respfile")
    if not path:
        link = dict(spectrum.links).get("RESPFILE", "")
        found = find_linked(link, spectrum.path, "RESPFILE") if link else None
        if found is None:
            return None
        path = str(found)
    response = aligned_response(read_rmf(run.input(path)), spectrum)
    middle = (response.e_min_kev + response.e_max_kev) / 2
    return fwhm_channels(response.matrix, response.energy_edges_kev, middle)


def _copied(run: Run, spectrum: Spectrum) -> Integers:
    """Give the GROUPING of the template."""
    path = run.needed("templatefile", "the spectrum whose GROUPING is copied (templatefile)")
    other = read_spectrum(run.input(path))
    if len(other.grouping) != len(spectrum.counts):
        raise InputError(
            f"Cannot copy the GROUPING of {path!r}: it has {len(other.grouping)} channels, the"
            f" spectrum {len(spectrum.counts)}. Give a template of the same instrument."
        )
    return other.grouping.astype(np.int64)
