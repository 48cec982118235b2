"""Spectra grouped by ftgrouppha; ways of grouping that it has not are our own, and said so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.task import OUT, TaskRequest
from nuwidgets.engines.embedded.grouped import grouped
from nuwidgets.engines.heasoft.bench import needed
from nuwidgets.files.pha import read_spectrum

if TYPE_CHECKING:
    from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum
    from nuwidgets.domain.task import Plain
    from nuwidgets.engines.heasoft.bench import Bench
    from nuwidgets.engines.heasoft.read_products import SpectrumFiles

TASK = "ftgrouppha"
KINDS = ("min", "snmin", "bmin", "opt", "optmin", "optsnmin", "constant", "template")
"""Ways of grouping that ftgrouppha has; ``template`` is its ``file``."""
AS_IT_IS = ("none", "file")
"""Ways of grouping that leave channels as the file has them."""


def grouped_spectrum(
    spectrum: Spectrum, files: SpectrumFiles, request: ExtractedSpectrumRequest, bench: Bench
) -> Spectrum:
    """Give a spectrum of files with its channels joined as asked.

    Raises
    ------
    EngineError
        If ftgrouppha fails.
    InputError
        If it is grouped here, and that way needs a response that is not there.
    """
    grouping = request.grouping
    if grouping.kind in AS_IT_IS:
        return grouped(spectrum, grouping)
    if grouping.kind not in KINDS:
        said = f"ftgrouppha cannot group by {str(grouping)!r}: nuwidgets did."
        notes = spectrum.provenance
        noted = replace(notes, warnings=(*notes.warnings, said))
        return grouped(replace(spectrum, provenance=noted), grouping)
    made = read_spectrum(_grouped_file(spectrum, files, request, bench))
    return replace(spectrum, grouping=made.grouping, quality=made.quality, path=made.path)


def _grouped_file(
    spectrum: Spectrum, files: SpectrumFiles, request: ExtractedSpectrumRequest, bench: Bench
) -> str:
    """Give the path of the file that ftgrouppha made of a spectrum."""
    grouping = request.grouping
    stem = Path(files.source).name.removesuffix(".gz").removesuffix(".pha")
    given: dict[str, Plain] = {"infile": files.source, "outfile": f"{OUT}/{stem}_grp.pha"}
    if files.background:
        given["backfile"] = files.background
    if grouping.kind.startswith("opt"):
        given["respfile"] = files.rmf
    given["grouptype"] = "file" if grouping.text else grouping.kind
    if grouping.text:
        given["templatefile"] = grouping.text
    if grouping.scale:
        given["groupscale"] = _number(grouping.scale)
    pointing = spectrum.pointing
    subject = f"{pointing.obs_id} {pointing.instrument}".strip()
    run = bench.run(
        TaskRequest(TASK, (*given.items(), ("clobber", True)), subject, engine="heasoft")
    )
    return needed(run, "_grp.pha", "grouped spectrum")


def _number(value: float) -> float:
    """Give a whole number without its point: some kinds count channels."""
    return int(value) if value == int(value) else value
