"""What an archive holds of a mission: its catalogue, the files of an observation, and what for."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

CLEANED, REPROCESS, EVERYTHING = "cleaned events", "reprocess", "everything"
PRESETS = (CLEANED, REPROCESS, EVERYTHING)
"""What may be fetched of an observation: what the embedded engine reads, what the mission's own
pipeline needs to begin anew, or all."""
PACKED = (".gz", ".Z")
SECRET = (".gpg", ".pgp")
"""Endings of files that only the owner of an observation can decode."""


@dataclass(frozen=True)
class FileRole:
    """Files of one kind in an observation's folder."""

    pattern: str
    """Regular expression of the path in the folder, without .gz; groups module and mode."""
    says: str
    """What they are for, in a few words."""
    presets: tuple[str, ...] = ()
    """Presets they belong to; all belong to ``"everything"``."""


@dataclass(frozen=True)
class Catalogue:
    """The master catalogue of a mission and what its columns mean; names as HEASARC has them."""

    keywords: str
    """Words that find it among the archive's catalogues."""
    obs_id: str = "obsid"
    """Column with the observation's number, as text."""
    name: str = "name"
    """Column with the target's name."""
    start: str = "time"
    """Column with the start of the observation, MJD."""
    stop: str = "end_time"
    """Column with its end, MJD."""
    exposure: str = "exposure"
    """Column with the exposure, s."""
    public: str = ""
    """Column with the date on which the data become public, MJD; empty where there is none."""
    not_public: str = "It is proprietary{until}: only its owners can decode the files."
    """What to say of data that are not public; {until} is when they will be."""
    status: str = ""
    """Column that says whether the data are there, e.g. ``"archived"``."""
    modes: tuple[tuple[str, str], ...] = ()
    """Names of data modes, the usual one first, each with the column of its exposure, s."""
    flag: str = ""
    """Column that is 1 where the mission's team noted a problem."""
    asked: tuple[str, ...] = ()
    """Columns that are asked for beside the catalogue's usual ones."""
    shown: tuple[str, ...] = ()
    """Columns that a table shows at first."""


@dataclass(frozen=True)
class Archive:
    """Where and what the archive keeps of a mission."""

    catalogue: Catalogue
    """Its master catalogue."""
    folder: str
    """Path of an observation's folder, with {obs_id}, {a} its first digit, {bc} the two after,
    {yyyy_mm} year and month of its start."""
    roles: tuple[FileRole, ...]
    """Kinds of files, the first that fits counts."""
    modes: dict[str, str]
    """Data modes: name -> what stands for it in the names of files."""
    usual_modes: tuple[str, ...]
    """Modes whose cleaned events are fetched unless others are chosen."""

    def role(self, path: str) -> FileRole:
        """Give what a file of an observation is for."""
        return _role(self, path)[0]

    def pick(
        self,
        paths: Iterable[str],
        preset: str = CLEANED,
        *,
        pattern: str = "",
        modules: tuple[str, ...] = (),
        modes: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        """Choose files of an observation.

        Parameters
        ----------
        paths : iterable of str
            Paths in the observation's folder.
        preset : str
            One of ``PRESETS``.
        pattern : str
            Globs with blanks or commas between, such as ``"*.evt.gz auxil/*"``: of the path or of
            the name, replacing the preset; ``!`` before one leaves out what it fits.
        modules : tuple of str
            Letters of the modules that are wanted; () is all. Files of no module stay.
        modes : tuple of str
            Names of the data modes that are wanted; () is what goes with the preset.

        Raises
        ------
        InputError
            If preset or mode is not known.
        """
        if preset not in PRESETS:
            raise InputError(f"There is no preset {preset!r}. {nearest(preset, PRESETS)}")
        codes = self._codes(preset if not pattern.strip() else EVERYTHING, modes)
        found = []
        for path in paths:
            role, module, mode = _role(self, path)
            narrow = (not modules or not module or module in modules) and (
                not codes or not mode or mode in codes
            )
            of_preset = preset == EVERYTHING or preset in role.presets
            if narrow and (globbed(path, pattern) if pattern.strip() else of_preset):
                found.append(path)
        return tuple(found)

    def _codes(self, preset: str, modes: tuple[str, ...]) -> tuple[str, ...]:
        codes = {name.lower(): code for name, code in self.modes.items()}
        unknown = next((mode for mode in modes if mode.lower() not in codes), None)
        if unknown is not None:
            raise InputError(f"There is no data mode {unknown!r}. {nearest(unknown, self.modes)}")
        wanted = modes or (self.usual_modes if preset == CLEANED else ())
        return tuple(codes[mode.lower()] for mode in wanted)


OTHER = FileRole("", "other", ())
"""What is not known by its name."""


@cache
def _patterns(roles: tuple[FileRole, ...]) -> tuple[tuple[re.Pattern[str], FileRole], ...]:
    return tuple((re.compile(role.pattern), role) for role in roles)


def _role(archive: Archive, path: str) -> tuple[FileRole, str, str]:
    """Give role, module and mode of a file; empty texts where its name says none."""
    plain = unpacked(path)
    for pattern, role in _patterns(archive.roles):
        if found := pattern.fullmatch(plain):
            groups = {"module": "", "mode": "", **found.groupdict()}
            return role, groups["module"] or "", groups["mode"] or ""
    return OTHER, "", ""


def unpacked(path: str) -> str:
    """Give the name of a file without what says that it is packed or encrypted.

    Examples
    --------
    >>> unpacked("hk/nu60001110002A_fpm.hk.gz")
    'hk/nu60001110002A_fpm.hk'
    """
    for ending in (*SECRET, *PACKED):
        path = path.removesuffix(ending)
    return path


def is_secret(path: str) -> bool:
    """Whether a file is encrypted for the owner of the observation."""
    return path.endswith(SECRET)


def globbed(path: str, pattern: str) -> bool:
    """Whether a path, or its name alone, fits one of several globs and none after a ``!``.

    Examples
    --------
    >>> globbed("event_cl/nu1A01_cl.evt.gz", "*.evt*, !*B01*")
    True
    >>> globbed("auxil/nu1_att.fits.gz", "!hk/*")
    True
    """
    texts = (path, path.rpartition("/")[2])
    found = re.split(r"[\s,;]+", re.sub(r"!\s+", "!", pattern))
    globs = [glob.removeprefix("./") for glob in found if glob]
    refused = [glob[1:] for glob in globs if glob.startswith("!")]
    wanted = [glob for glob in globs if not glob.startswith("!")] or ["*"]

    def fits(glob: str) -> bool:
        inside = path.startswith(glob.rstrip("/") + "/")  # the name of a folder
        return inside or any(fnmatch.fnmatchcase(text, glob) for text in texts)

    return any(map(fits, wanted)) and not any(map(fits, refused))
