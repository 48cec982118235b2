"""What is wanted of the files that are listed: how many, how large, and whether there is room.

Pure functions of a listing and a request; the panel shows what they say before anything moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.archive_file import in_units
from nuwidgets.errors import InputError
from nuwidgets.missions.archive import is_secret
from nuwidgets.missions.choice import choose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.archive.on_disk import OnDisk
    from nuwidgets.domain.archive_file import Files, ObservationFiles
    from nuwidgets.domain.download import DownloadRequest


@dataclass(frozen=True)
class Wanted:
    """The files that are wanted; those that nobody can decode are left out."""

    observations: tuple[ObservationFiles, ...] = ()
    """By observation, as they are listed."""
    listed: tuple[ObservationFiles, ...] = ()
    """What there is to choose from."""
    problem: str = ""
    """Why nothing can be chosen, a sentence."""

    @cached_property
    def n_files(self) -> int:
        """How many files are wanted."""
        return sum(len(one.files) for one in self.observations)

    @cached_property
    def size_bytes(self) -> int:
        """Their size as far as it is known, bytes."""
        return sum(one.size_bytes for one in self.observations)

    @cached_property
    def keys(self) -> frozenset[str]:
        """Their names, each as ``obs_id/path``."""
        return frozenset(keys_of(self.observations))

    @property
    def words(self) -> str:
        """How many of how many, and how large."""
        n_listed = sum(len(one.files) for one in self.listed)
        unknown = any(file.size_bytes is None for one in self.observations for file in one.files)
        size = f"at least {in_units(self.size_bytes)}" if unknown else in_units(self.size_bytes)
        if self.n_files == n_listed:
            return f"all {n_listed} files, {size}"
        in_all = in_units(sum(one.size_bytes for one in self.listed))
        return f"{self.n_files} of {n_listed} files, {size} ({in_all} in all)"


def wanted(files: Files | None, request: DownloadRequest) -> Wanted:
    """Choose from what is listed; a request that does not fit the mission is a problem."""
    if files is None:
        return Wanted()
    listed = _readable(files.observations)
    try:
        return Wanted(_readable(choose(files, request)), listed)
    except InputError as error:
        return Wanted(tuple(replace(one, files=()) for one in listed), listed, str(error))


def keys_of(observations: Iterable[ObservationFiles]) -> list[str]:
    """Give the names of files as `also` and `without` take them."""
    return [f"{one.obs_id}/{file.path}" for one in observations for file in one.files]


def by_hand(
    ticked: Iterable[str], usual: Wanted, request: DownloadRequest
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give `also` and `without` that turn what is usual into what is ticked.

    Names of observations that are not listed now stay as they are.

    Parameters
    ----------
    ticked : iterable of str
        Names of the files that are to be fetched.
    usual : Wanted
        What preset or pattern give, nothing ticked by hand.
    request : DownloadRequest
        Holds what was ticked by hand before.
    """
    listed, now = keys_of(usual.listed), set(ticked)
    known = set(listed)
    also = [key for key in request.also if key not in known]
    without = [key for key in request.without if key not in known]
    also += [key for key in listed if key in now and key not in usual.keys]
    without += [key for key in listed if key in usual.keys and key not in now]
    return tuple(also), tuple(without)


def sum_words(chosen: Wanted, disk: OnDisk | None, request: DownloadRequest) -> tuple[str, str]:
    """Say what would come and whether there is room for it; the second is empty if there is."""
    if disk is None:
        return chosen.words, ""
    place = f"{short(request.folder)}/"
    here = disk.found(*chosen.observations)
    many = "all" if here.n_files == chosen.n_files else str(here.n_files)
    known = f", {many} of them here already" if here.n_files else ""
    free = "" if disk.free_bytes is None else f"; {in_units(disk.free_bytes)} free in {place}"
    needed = disk.needed(chosen.observations, copy=request.copy)
    if disk.free_bytes is None or needed <= disk.room_bytes:
        return f"{chosen.words}{known}{free}", ""
    why = f"{in_units(needed)} do not fit: {in_units(disk.free_bytes)} free in {place}"
    return f"{chosen.words}{known}", f"{why}. Choose fewer files, or another folder."


def short(path: str | Path) -> str:
    """Give a path from the present folder, where it lies in it."""
    here, whole = Path.cwd(), Path(path).absolute()
    return str(whole.relative_to(here) if whole.is_relative_to(here) else whole)


def _readable(observations: Iterable[ObservationFiles]) -> tuple[ObservationFiles, ...]:
    return tuple(
        replace(one, files=tuple(file for file in one.files if not is_secret(file.path)))
        for one in observations
    )
