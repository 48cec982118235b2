"""Datasets as code: how they are added, what their steps are told, what is called."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nuwidgets.scripts.makers import by_heasoft
from nuwidgets.scripts.matters import ENDS, FILES, choices, fitted, fresh, made
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.values import STEP, Raw, assign, call, setting, text

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord

TITLES = {
    "screen": "Good times and grades",
    "regions": "Regions",
    "exposure": "Exposure map",
    "image": "Image",
    "lightcurve": "Light curve",
    "hardness": "Hardness",
    "power": "Power spectrum",
    "period": "Period",
    "spectrum": "Spectrum",
    "profile": "Radial profile",
    "backgrounds": "Proposals for the background",
    "compare": "Both engines beside each other",
}
CHECKS = ("compare", "profile", "backgrounds")
"""Steps that check others: a script has them where they are asked for."""
Steps = dict[str, tuple["DatasetRecord", "StepRecord"]]
"""The steps of one kind, by the variable of their dataset."""


@dataclass(frozen=True)
class _Saying:
    """What is said to one dataset or to several alike."""

    what: str
    """After the variable and a dot: a setting ``"regions.source"``, or a call."""
    value: object = None
    """What the setting becomes; a call has none."""
    note: str = ""
    """Why."""

    def lines(self, variable: str, indent: str = "") -> tuple[str, ...]:
        """Write it for a variable."""
        said = comment(f"why: {self.note}", indent=indent) if self.note else ()
        if self.what.endswith("()"):
            return (*said, f"{indent}{variable}.{self.what}")
        return (*said, *assign(f"{variable}.{self.what}", self.value, indent))


_Block = tuple[tuple[str, ...], list[_Saying]]


def file_names(
    datasets: Iterable[DatasetRecord], taken: Container[str] = ()
) -> tuple[str, Callable[[str], str]]:
    """Give the folder that all files share, if that is worth a line, and what writes a path.

    Parameters
    ----------
    datasets : iterable of DatasetRecord
        Those of the script.
    taken : container of str
        Names of those that are there already, so that their events are not opened.
    """
    paths = [path for one in datasets for path in _files(one, one.name in taken)]
    folder = os.path.commonpath([str(PurePath(p).parent) for p in paths]) if paths[1:] else ""
    if len(PurePath(folder).parts) < 2:  # noqa: PLR2004  the root is no folder of theirs
        return "", text
    known = set(paths)

    def write(path: str) -> str:
        if path not in known:
            return text(path)
        return f"folder / {text(PurePath(path).relative_to(folder).as_posix())}"

    return folder, write


def _files(dataset: DatasetRecord, taken: bool) -> Iterator[str]:  # noqa: FBT001  one use
    for key, step in dataset.steps.items():
        for name in () if taken and key == "events" else FILES:
            path = step.settings.get(name, "")
            if isinstance(path, str) and os.path.isabs(path):  # noqa: PTH117  text
                yield path


def add_lines(
    dataset: DatasetRecord, variable: str, path_code: Callable[[str], str] = text
) -> tuple[str, ...]:
    """Write how a dataset is added, with the notes about its files."""
    kind = "events" if dataset.kind == "events" else "spectrum"
    step = dataset.steps[kind]
    named = {
        name: Raw(path_code(value)) if name in FILES else setting(value)
        for name, value in choices(step, dataset).items()
    }
    path = Raw(path_code(step.settings["path"]))
    said = (comment(f"why: {note}") for note in step.notes.values())
    return (*chain(*said), *call(f"s.add_{kind}", (path,), named, target=variable))


def taken_lines(dataset: DatasetRecord, variable: str) -> tuple[str, ...]:
    """Write where a dataset is that the script has opened, with the notes about its files."""
    said = (comment(f"why: {note}") for note in dataset.steps["events"].notes.values())
    return (*chain(*said), f"{variable} = s.datasets[{text(dataset.name)}]")


def step_sections(
    record: SessionRecord,
    datasets: Iterable[DatasetRecord],
    names: dict[str, str],
    only: tuple[str, ...] = (),
    path_code: Callable[[str], str] = text,
) -> Iterator[Section]:
    """Give a section for each kind of step that has something to say."""
    for name, title in TITLES.items():
        steps = {
            names[one.name]: (one, one.steps[name])
            for one in datasets
            if name in one.steps and _is_meant(record, one, name, only)
        }
        code = (
            *_remarks(steps),
            *_merged(
                [
                    *_settings(steps, name, path_code, _told(record, steps, only)),
                    *_runs(record, steps, name, only),
                ]
            ),
        )
        if code:
            yield Section(title, "", code)


def _is_meant(
    record: SessionRecord, dataset: DatasetRecord, name: str, only: tuple[str, ...]
) -> bool:
    step = dataset.steps[name]
    if only or name in CHECKS:
        return step.path in only
    leads = name not in ENDS or made(step) or (name == "spectrum" and fitted(record, dataset))
    nothing = not any(made(dataset.steps.get(end)) for end in ENDS)
    return leads or (nothing and not fitted(record, dataset))


def _remarks(steps: Steps) -> tuple[str, ...]:
    """Say why steps as a whole are as they are, and which product did not hold."""
    said = {variable: step.notes.get("", "") for variable, (_, step) in steps.items()}
    same = len(set(said.values())) == 1
    lines: list[str] = []
    for variable, note in said.items():
        where = "" if same else f" ({variable})"
        lines += comment(f"why{where}: {note}") if note else ()
        if same:
            break
    for variable, (_, step) in steps.items():
        if made(step) and not fresh(step) and step.path.rpartition(".")[2] in ENDS:
            lines += comment(
                f"The product of {variable}.{step.path.rpartition('.')[2]} was out of date when"
                " this was written; it is made from the settings of now."
            )
    return tuple(lines)


def shared_by(record: SessionRecord, only: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """Give the regions that observations share, by role; None where steps are asked for alone."""
    if only:
        return None
    shared = _shared_settings(record)
    roles = ("source", "background") if shared.get("source") else ()
    return {role: shared[role] for role in roles if shared.get(role)}


def apart(record: SessionRecord) -> tuple[str, ...]:
    """Give the names of the datasets with regions of their own."""
    return tuple(_shared_settings(record).get("apart", ()))


def _shared_settings(record: SessionRecord) -> dict[str, Any]:
    step = record.steps.get("shared")
    return step.settings if step else {}


def _told(
    record: SessionRecord, steps: Steps, only: tuple[str, ...]
) -> dict[str, dict[str, Any]] | None:
    """Give the regions that were told for all, by variable of who has them."""
    shared = shared_by(record, only)
    if shared is None:
        return None
    own = apart(record)
    return {v: {} if one.name in own else shared for v, (one, _) in steps.items()}


def _settings(
    steps: Steps,
    name: str,
    path_code: Callable[[str], str],
    told: dict[str, dict[str, Any]] | None,
) -> Iterator[_Block]:
    """Give the settings; those that are alike for several datasets once, as the last."""
    alike: dict[tuple[str, ...], list[tuple[str, _Saying]]] = {}
    for variable, (dataset, step) in steps.items():
        if dataset.kind == "spectrum" and told is not None:
            continue  # told when it was added
        for_all = (told or {}).get(variable, {}) if name == "regions" else {}
        for key, value in choices(step, dataset).items():
            if for_all.get(key) == value:
                continue
            written = Raw(path_code(value)) if key in FILES else setting(value)
            saying = _Saying(f"{name}.{key}", written, step.notes.get(key, ""))
            same = alike.setdefault(replace(saying, note="").lines("each"), [])
            same.append((variable, saying))
    blocks = [block for same in alike.values() for block in _shared(same)]
    order = {variable: n for n, variable in enumerate(steps)}
    yield from sorted(blocks, key=lambda block: (len(block[0]) > 1, order[block[0][0]]))


def _shared(same: list[tuple[str, _Saying]]) -> Iterator[_Block]:
    """Say the same once, with its reason; apart where there are several reasons."""
    if len({saying.note for _, saying in same} - {""}) > 1:
        yield from (((variable,), [saying]) for variable, saying in same)
        return
    told = max((saying for _, saying in same), key=lambda saying: len(saying.note))
    yield tuple(variable for variable, _ in same), [told]


def _runs(
    record: SessionRecord, steps: Steps, name: str, only: tuple[str, ...]
) -> Iterator[_Block]:
    """Give the calls of steps whose products are wanted, and which nothing else calls."""
    called = tuple(
        variable
        for variable, (dataset, step) in steps.items()
        if only or (made(step) and not (name == "spectrum" and _is_by_the_way(record, dataset)))
    )
    if called and name in (*ENDS, *CHECKS):
        yield called, [_Saying(f"{name}.run()")]


def _is_by_the_way(record: SessionRecord, dataset: DatasetRecord) -> bool:
    """Say whether the fit makes a spectrum, as it was made: it never asks HEASoft by itself."""
    return fitted(record, dataset) and not by_heasoft(dataset.steps["spectrum"])


def _merged(blocks: Iterable[_Block]) -> tuple[str, ...]:
    """Write blocks: one variable by its name, several as a loop; neighbours share one."""
    code: list[str] = []
    last: tuple[str, ...] = ()
    for variables, sayings in blocks:
        several = len(variables) > 1
        if several and variables != last:
            code.append(f"for each in ({', '.join(variables)}):")
        for saying in sayings:
            code += saying.lines("each", STEP) if several else saying.lines(variables[0])
        last = variables
    return tuple(code)
