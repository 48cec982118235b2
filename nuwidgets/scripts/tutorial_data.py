"""What the tutorial's tasks are told about each dataset, and loops over datasets told alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.scripts.matters import USUAL
from nuwidgets.scripts.sections import comment
from nuwidgets.scripts.values import STEP, Raw, text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from nuwidgets.domain.record import DatasetRecord, StepRecord

EVENT_FILE = re.compile(r"nu(\d{11})([AB])(0[1-6]\w*)_cl\.evt")
TASK = {"clobber": True, "noprompt": True, "allow_failure": False}
"""What every task of HEASoft is told: replace files, never ask, and stop where it fails."""


@dataclass(frozen=True)
class Observed:
    """An event dataset of NuSTAR, as HEASoft's tasks know it."""

    record: DatasetRecord
    """The dataset."""
    obs_id: str
    """Number of the observation, 11 digits."""
    module: str
    """Letter of the module, ``"A"`` or ``"B"``."""
    stem: str
    """How its files are named here; no other dataset has it."""
    infile: str = ""
    """Name of the event file; empty for the one that nuproducts takes by itself."""

    @property
    def row(self) -> dict[str, str]:
        """Give what differs between datasets, by the variable of a loop."""
        module = f"FPM{self.module}"
        return {"obs_id": self.obs_id, "instrument": module, "stem": self.stem}

    @property
    def folder(self) -> str:
        """Give the folder of its screened events, to be filled in."""
        grade = setting(self.record.steps["screen"], "max_grade")
        return "events/{obs_id}" + ("" if grade is None else f"_grade{grade}")

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
    """Give the event datasets that the tasks of NuSTAR can make again."""
    found: list[Observed] = []
    for one in datasets:
        pointing = one.pointing
        modules = dict(zip(NUSTAR.instruments, NUSTAR.modules, strict=True))
        module = modules.get(pointing.instrument, "")
        ours = one.kind == "events" and pointing.telescope.lower() == NUSTAR.name.lower()
        if ours and module and re.fullmatch(NUSTAR.obsid_pattern, pointing.obs_id, re.ASCII):
            found.append(_observed(one, module, {other.stem for other in found}))
    return tuple(found)


def _observed(dataset: DatasetRecord, module: str, taken: set[str]) -> Observed:
    obs_id = dataset.pointing.obs_id
    name = event_file(dataset)
    match = EVENT_FILE.fullmatch(name)
    fits_in = match is not None and match.group(1, 2) == (obs_id, module)
    infix = match[3] if match and fits_in else "01"
    stem = f"nu{obs_id}{module}{infix}"
    numbered = (f"{stem}_{n}" for n in range(2, len(taken) + 3))
    free = stem if stem not in taken else next(s for s in numbered if s not in taken)
    return Observed(dataset, obs_id, module, free, name if infix != "01" else "")


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


def alike(
    datasets: Iterable[Observed], key: Callable[[Observed], Hashable]
) -> tuple[tuple[Observed, ...], ...]:
    """Give the datasets in groups with the same key, in their order."""
    groups: dict[Hashable, list[Observed]] = {}
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
