"""What the tutorial's tasks are told about each dataset, and loops over datasets told alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.missions.swift import SWIFT
from nuwidgets.scripts.matters import chosen_grade
from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.usual import USUAL
from nuwidgets.scripts.values import STEP, Raw, text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from nuwidgets.domain.record import DatasetRecord, StepRecord
    from nuwidgets.missions.base import Mission

T = TypeVar("T")
SWIFT_FILE = re.compile(r"(sw(\d{11})xpcw\dpo)_cl\.evt")
EVENT_FILE = re.compile(r"nu(\d{11})([AB])(0[1-6]\w*)_cl\.evt")
TASK = {"clobber": True, "noprompt": True, "allow_failure": False}
"""What every task of HEASoft is told: replace files, never ask, and stop where it fails."""


@dataclass(frozen=True)
class Observed:
    """An event dataset of NuSTAR or Swift, as HEASoft's tasks know it."""

    record: DatasetRecord
    """The dataset."""
    obs_id: str
    """Number of the observation, 11 digits."""
    module: str
    """Letter of the module, ``"A"`` or ``"B"``; ``"XRT"`` of Swift."""
    stem: str
    """How its files are named here; no other dataset has it."""
    infile: str = ""
    """Name of the event file; empty for the one that nuproducts takes by itself."""
    indir: str = ""
    """Folder of the observation; empty for what this script downloads."""

    @property
    def row(self) -> dict[str, str]:
        """Give what differs between datasets, by the variable of a loop."""
        return {"obs_id": self.obs_id, "instrument": self.instrument, "stem": self.stem}

    @property
    def instrument(self) -> str:
        """Give the instrument as tasks call it."""
        return self.record.pointing.instrument

    @property
    def is_swift(self) -> bool:
        """Say whether Swift's tasks are to be used."""
        return self.module == SWIFT.modules[0]

    @property
    def events_name(self) -> str:
        """Give the name of the event file, to be filled in; empty for NuSTAR's usual one."""
        return "{stem}_cl.evt" if self.infile == f"{self.stem}_cl.evt" else self.infile

    def product(self, ending: str) -> str:
        """Give the name of what is extracted of it; background is ``bkg`` for Swift, else ``bk``.

        Parameters
        ----------
        ending : str
            With a point, e.g. ``"sr.pha"`` or ``"bk.lc"``.
        """
        if self.is_swift:
            return "{stem}" + ending.replace("bk.", "bkg.")
        return "{stem}_" + ending

    def home(self, folder: str) -> str:
        """Give the folder of products, to be filled in; Swift's lie apart, with an RMF each."""
        return f"{folder}/{{stem}}" if self.is_swift else folder

    @property
    def folder(self) -> str:
        """Give the folder of its screened events, to be filled in."""
        return "events/{obs_id}" + ("" if self.grade is None else f"_grade{self.grade}")

    @property
    def grade(self) -> int | None:
        """Give the largest grade that was chosen; None where all good events are kept."""
        return chosen_grade(self.record)

    @property
    def file_name(self) -> str:
        """Give the name of the event file in the session, without .gz."""
        return event_file(self.record)

    def setting(self, step: str, name: str) -> Any:
        """Give a setting of one of its steps."""
        return setting(self.record.steps[step], name)


def setting(step: StepRecord, name: str) -> Any:
    """Give a setting of a step; where the record has none, that of a new session."""
    usual = USUAL.get(step.path.rpartition(".")[2], {})
    return step.settings.get(name, usual.get(name))


def event_file(dataset: DatasetRecord) -> str:
    """Give the name of a dataset's event file, without .gz."""
    path = str(dataset.steps["events"].settings.get("path", ""))
    return PurePath(path.replace("\\", "/")).name.removesuffix(".gz")


def observed(datasets: Iterable[DatasetRecord]) -> tuple[Observed, ...]:
    """Give the event datasets that HEASoft's tasks can make again."""
    found: list[Observed] = []
    for one in datasets:
        taken = {other.stem for other in found}
        known = _of_nustar(one, taken) or _of_swift(one, taken)
        found += [known] if known is not None else []
    return tuple(found)


def _is_of(dataset: DatasetRecord, mission: Mission) -> bool:
    pointing = dataset.pointing
    ours = dataset.kind == "events" and pointing.telescope.lower() == mission.name.lower()
    known = pointing.instrument in mission.instruments
    return ours and known and bool(re.fullmatch(mission.obsid_pattern, pointing.obs_id, re.ASCII))


def _of_nustar(dataset: DatasetRecord, taken: set[str]) -> Observed | None:
    if not _is_of(dataset, NUSTAR):
        return None
    obs_id, name = dataset.pointing.obs_id, event_file(dataset)
    module = dict(zip(NUSTAR.instruments, NUSTAR.modules, strict=True))[dataset.pointing.instrument]
    match = EVENT_FILE.fullmatch(name)
    fits_in = match is not None and match.group(1, 2) == (obs_id, module)
    infix = match[3] if match and fits_in else "01"
    stem = _free(f"nu{obs_id}{module}{infix}", taken)
    return Observed(dataset, obs_id, module, stem, name if infix != "01" else "")


def _of_swift(dataset: DatasetRecord, taken: set[str]) -> Observed | None:
    if not _is_of(dataset, SWIFT):
        return None
    obs_id, name = dataset.pointing.obs_id, event_file(dataset)
    match = SWIFT_FILE.fullmatch(name)
    if match is None or match[2] != obs_id:
        return None
    return Observed(dataset, obs_id, SWIFT.modules[0], _free(match[1], taken), name)


def _free(stem: str, taken: set[str]) -> str:
    numbered = (f"{stem}_{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(s for s in numbered if s not in taken)


def file_safe(name: str) -> str:
    """Give a dataset's name as part of a file's name.

    Examples
    --------
    >>> file_safe("my source/2")
    'my_source_2'
    """
    return re.sub(r"[^A-Za-z0-9_.+-]", "_", name)


def asked_for(
    step: str, only: tuple[str, ...], datasets: Iterable[Observed]
) -> tuple[Observed, ...]:
    """Give the datasets whose step of this name is asked for; all where nothing is."""
    return tuple(one for one in datasets if not only or f"{one.record.name}.{step}" in only)


class Each:
    """Datasets that are told the same: a loop over several, plain words for a single one.

    Parameters
    ----------
    rows : list of dict
        What differs, by the variable of the loop.
    """

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self.rows = tuple(rows)
        self.named: dict[str, None] = {}

    @property
    def indent(self) -> str:
        """What stands before the lines of its body."""
        return STEP if len(self.rows) > 1 else ""

    def __call__(self, template: str) -> Raw:
        """Give the code of a text in which ``{obs_id}`` and the like are to be filled in."""
        row = self.rows[0]
        used = [name for name in row if f"{{{name}}}" in template]
        if not self.indent:
            return Raw(text(template.format(**row)))
        self.named.update(dict.fromkeys(used))
        if [template] == [f"{{{name}}}" for name in used]:
            return Raw(used[0])
        return Raw(f"f{text(template)}" if used else text(template))

    def lines(self, body: Iterable[str]) -> tuple[str, ...]:
        """Give the body, with the loop's head before it where there are several datasets."""
        if not self.indent:
            return tuple(body)
        names = [name for name in self.rows[0] if name in self.named]
        cells = [[text(row[name]) for name in names] for row in self.rows]
        if len(names) == 1:
            values = ", ".join(cell for (cell,) in cells)
            one = f"for {names[0]} in ({values}):"
            short = len(one) <= 88  # noqa: PLR2004  the width of a line
            rows = [one] if short else [f"for {names[0]} in (", *self._rows(cells), "):"]
        else:
            rows = [f"for {', '.join(names)} in (", *self._rows(cells), "):"]
        return (*rows, *body)

    def _rows(self, cells: Iterable[list[str]]) -> tuple[str, ...]:
        joined = [", ".join(row) for row in cells]
        return tuple(f"{STEP}({row})," if ", " in row else f"{STEP}{row}," for row in joined)


def alike(datasets: Iterable[T], key: Callable[[T], Hashable]) -> tuple[tuple[T, ...], ...]:
    """Give datasets, or runs, in groups with the same key, in their order."""
    groups: dict[Hashable, list[T]] = {}
    for one in datasets:
        groups.setdefault(key(one), []).append(one)
    return tuple(tuple(group) for group in groups.values())


def why(*steps: StepRecord, indent: str = "") -> tuple[str, ...]:
    """Give what a user noted about steps, as comments; the same note once."""
    found: dict[str, None] = {}
    for step in steps:
        for about, note in step.notes.items():
            found[f"why{f' ({about})' if about else ''}: {note}"] = None
    return tuple(line for note in found for line in comment(note, indent=indent))
