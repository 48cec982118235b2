"""Open a spectrum file with its background and response."""

from __future__ import annotations

from typing import ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.steps.grouping import as_grouping, paths_of
from nuwidgets.steps.traits import as_path


class FileSpectrumStep(Step[FileSpectrumRequest, Spectrum]):
    """Reads a PHA file and what it links to."""

    examples: ClassVar = {
        "path": ("a.pha", "b.pha"),
        "background_path": ("", "none"),
        "rmf_path": ("", "a.rmf"),
        "arf_path": ("", "a.arf"),
        "grouping": ("file", "min 20"),
        "row": (0, 1),
    }

    path = Value(as_path, "", "the path of a PHA file, plain or .gz")
    background_path = Value(as_path, "", "a background PHA; '': BACKFILE; 'none': no background")
    rmf_path = Value(as_path, "", "the path of an RMF or RSP file; '': RESPFILE")
    arf_path = Value(as_path, "", "the path of an ARF file; '': ANCRFILE; 'none': none")
    grouping = Value(as_grouping, "file", "a Grouping, e.g. 'min 20'")
    row = t.Int(0, min=0, help="Which spectrum of a type II file, from 1.")

    def request(self) -> FileSpectrumRequest:
        """Give what the spectrum depends on."""
        paths = self.path, self.background_path, self.rmf_path, self.arf_path
        stamps = self.stamps.of(*paths, *paths_of(self.grouping))
        return FileSpectrumRequest(*paths, self.grouping, self.row, stamps)
