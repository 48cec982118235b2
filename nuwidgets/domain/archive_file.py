"""Files of observations in an archive: what was asked, what there is, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

from nuwidgets.domain.observation import FindRequest  # noqa: TC001  resolved at run time
from nuwidgets.domain.provenance import Provenance


@dataclass(frozen=True)
class FilesRequest:
    """Ask which files the archive has of some observations."""

    find: FindRequest
    """The search that found them."""
    selected: tuple[str, ...] = ()
    """Numbers of the observations."""
    host: str = "auto"
    """Where from: ``"auto"``, ``"heasarc"``, ``"aws"``, ``"sciserver"``, ``"mirror"``."""
    mirror: str = ""
    """Folder or address of a copy of the archive, laid out as it."""


@dataclass(frozen=True)
class ArchiveFile:
    """One file."""

    path: str
    """Path in the observation's folder, e.g. ``"hk/nu60001110002A_fpm.hk.gz"``."""
    size_bytes: int | None = None
    """Size, bytes; None where the host does not tell."""
    version: str = ""
    """What the host changes when the file changes: an ETag or a date; may be empty."""


@dataclass(frozen=True)
class ObservationFiles:
    """The files of one observation at one host."""

    obs_id: str
    """Number of the observation."""
    root: str
    """Address of its folder: a URL, ``s3://...`` or a path."""
    files: tuple[ArchiveFile, ...] = ()
    """Its files, sorted by path."""
    problem: str = ""
    """Why they could not be listed, a sentence; empty if they were."""

    @property
    def is_remote(self) -> bool:
        """Whether they come over the network."""
        return self.root.startswith(("http://", "https://", "s3://"))

    @property
    def size_bytes(self) -> int:
        """Sum of the sizes that are known, bytes."""
        return sum(file.size_bytes or 0 for file in self.files)


@dataclass(frozen=True, eq=False)
class Files:
    """What the archive has of some observations."""

    mission: str
    """Name of the mission."""
    host: str
    """The host that was asked."""
    why_host: str
    """Why this one, a sentence."""
    observations: tuple[ObservationFiles, ...]
    """In the order they were selected."""
    provenance: Provenance = field(default_factory=Provenance)
    """How it was found."""

    def __len__(self) -> int:
        """Give the number of files."""
        return sum(len(one.files) for one in self.observations)

    def __repr__(self) -> str:
        size = sum(one.size_bytes for one in self.observations)
        return (
            f"<Files: {counted(len(self), 'file')} of"
            f" {counted(len(self.observations), 'observation')}, {in_units(size)}, at {self.host}>"
        )


_STEP = 999.5
"""From here on the next unit is used: three digits are enough."""


def counted(number: int, what: str) -> str:
    """Give a number of things in words.

    Examples
    --------
    >>> counted(1, "file"), counted(1200, "file")
    ('1 file', '1,200 files')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def in_units(size_bytes: float) -> str:
    """Give a size in words.

    Examples
    --------
    >>> in_units(512), in_units(1_200_000), in_units(4.56e9)
    ('512 B', '1.2 MB', '4.56 GB')
    """
    units = ["B", "kB", "MB", "GB", "TB"]
    size = float(size_bytes)
    while abs(size) >= _STEP and len(units) > 1:
        size /= 1000.0
        del units[0]
    return f"{size:.3g} {units[0]}"
