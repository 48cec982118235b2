"""A download: which files of which observations were wanted, and how each fared."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nuwidgets.domain.archive_file import FilesRequest, counted, in_units
from nuwidgets.domain.provenance import Provenance

DONE, HERE, FAILED = "done", "already here", "failed"
"""How an observation can fare."""


@dataclass(frozen=True)
class DownloadRequest:
    """Ask for files of observations in a folder on this machine."""

    files: FilesRequest
    """What there is to choose from."""
    folder: str
    """The workspace, a whole path: ``<folder>/<mission>/<obs_id>/`` is written."""
    preset: str = "cleaned events"
    """Which files: ``"cleaned events"``, ``"reprocess"`` or ``"everything"``."""
    pattern: str = ""
    """Globs of the files, in place of the preset."""
    modules: tuple[str, ...] = ()
    """Letters of the modules; () is all."""
    modes: tuple[str, ...] = ()
    """Data modes; () is what goes with the preset."""
    also: tuple[str, ...] = ()
    """Files beside these, each as ``obs_id/path``."""
    without: tuple[str, ...] = ()
    """Files that are left out all the same, each as ``obs_id/path``."""
    copy: bool = False
    """Whether files of a mounted archive are copied, not linked."""


@dataclass(frozen=True)
class Fetched:
    """One observation after a download."""

    obs_id: str
    """Number of the observation."""
    folder: str
    """Where its files are, a whole path."""
    state: str
    """``"done"``, ``"already here"`` or ``"failed"``."""
    n_files: int = 0
    """Files that are here."""
    size_bytes: int = 0
    """Their size, bytes."""
    problem: str = ""
    """What went wrong and what to do, a sentence; empty if nothing did."""


@dataclass(frozen=True, eq=False)
class Download:
    """What is on the disk now."""

    folder: str
    """The workspace, a whole path."""
    observations: tuple[Fetched, ...]
    """In the order they were selected."""
    provenance: Provenance = field(default_factory=Provenance)
    """How it was done."""

    @property
    def failed(self) -> dict[str, str]:
        """What went wrong, by observation; empty if nothing did."""
        return {one.obs_id: one.problem for one in self.observations if one.state == FAILED}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the observations that are here whole."""
        return tuple(Path(one.folder) for one in self.observations if one.state != FAILED)

    def __repr__(self) -> str:
        size = in_units(sum(one.size_bytes for one in self.observations))
        several = counted(len(self.observations), "observation")
        files = counted(sum(one.n_files for one in self.observations), "file")
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return f"<Download: {several}, {files}, {size}{failed}>"
