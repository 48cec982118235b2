"""Session files: one readable JSON text with everything but the big arrays (docs/session-file.md).

Nothing in a file is executed; what is not understood is said in a sentence.
"""

from __future__ import annotations

import json
import math
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets import __version__
from nuwidgets.domain.record import DatasetRecord, Deed, SessionRecord, StepRecord
from nuwidgets.errors import FileError
from nuwidgets.files.plain import PlainReader, PlainWriter
from nuwidgets.files.plain_kinds import is_path
from nuwidgets.files.pretty import pretty
from nuwidgets.files.session_answers import SMALL, read_product, read_request, read_settings
from nuwidgets.files.session_checks import check, checked, each_once
from nuwidgets.files.session_migrations import VERSION, migrated
from nuwidgets.files.versions import home_of, versions_of

if TYPE_CHECKING:
    from os import PathLike

FORMAT = "nuwidgets session"
LARGEST_BYTES = 200_000_000
LATEST_S = 4e9
"""No time in a history is later, s since 1970: clocks and calendars stop somewhere."""
LONGEST = 500
"""So many letters of what is wrong with a file are said."""
_SETTLED = ("fresh", "kept", "stale")
_TOP = (
    *("format", "version", "written_by", "written_utc", "engine", "engine_version", "live"),
    *("datasets", "used", "steps", "views", "kept", "history", "requests"),
)


@dataclass(frozen=True)
class KeptFile:
    """A product that lies beside the session file."""

    file: str
    """Path relative to the session file's folder."""
    sha256: str
    """Checksum of the file."""
    request: str
    """Key of the request it answers."""


@dataclass(frozen=True)
class Opened:
    """What a session file holds."""

    record: SessionRecord
    """The session."""
    kept: dict[str, KeptFile] = field(default_factory=dict)
    """Products beside the file, by path of the step."""
    missing: tuple[str, ...] = ()
    """Files that are not where they were."""
    warnings: tuple[str, ...] = ()
    """What was not understood and left out, a sentence each."""


def session_text(
    record: SessionRecord, folder: Path, kept: dict[str, KeptFile] | None = None
) -> str:
    """Give the text of a session file that shall lie in `folder`.

    Raises
    ------
    FileError
        If a value cannot be written down.
    """
    writer = PlainWriter(folder)
    body = {
        "engine": record.engine,
        "engine_version": record.engine_version,
        "live": record.live,
        "datasets": [_dataset(writer, dataset) for dataset in record.datasets],
        "used": list(record.used),
        "steps": {name: _step(writer, step) for name, step in record.steps.items()},
        "views": record.views,
        "kept": {path: vars(one) for path, one in (kept or {}).items()},
        "history": [_deed(writer, deed) for deed in record.history],
        "requests": writer.requests,
    }
    head = {
        "format": FORMAT,
        "version": VERSION,
        "written_by": f"nuwidgets {__version__}",
        "written_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    try:
        return pretty({**head, **body, **record.unknown}) + "\n"
    except (ValueError, TypeError, RecursionError) as error:
        raise FileError(f"Cannot write the session down: {error}.") from error


def _dataset(writer: PlainWriter, dataset: DatasetRecord) -> dict[str, Any]:
    steps = {name: _step(writer, step) for name, step in dataset.steps.items()}
    pointing = writer.value(dataset.pointing)
    return {"name": dataset.name, "kind": dataset.kind, "pointing": pointing, "steps": steps}


def _step(writer: PlainWriter, step: StepRecord) -> dict[str, Any]:
    settings, usual = (
        {name: writer.value(value, name) for name, value in values.items()}
        for values in (step.settings, step.usual)
    )
    unusual = {name: value for name, value in usual.items() if value != settings.get(name)}
    plain: dict[str, Any] = {"state": step.state, "settings": settings, "usual": unusual}
    if step.answered is not None:  # also where a setting moved: it may go back
        plain["answered"] = writer.value(step.answered)
        if step.asked != step.answered:
            plain["asked"] = writer.value(step.asked)
        if step.state in _SETTLED and type(step.product) is SMALL.get(step.path):
            plain["product"] = writer.value(step.product)
    return plain


def _deed(writer: PlainWriter, deed: Deed) -> dict[str, Any]:
    plain = {name: writer.value(value) for name, value in vars(deed).items()}
    return {name: value for name, value in plain.items() if value not in ("", [], None)}


def read_session(path: str | PathLike[str]) -> Opened:
    """Read a session file.

    Raises
    ------
    FileError
        If it cannot be read, or is no session file that this version understands.
    """
    place = Path(path).expanduser()
    try:
        return opened(_text(place), home_of(place))
    except FileError as error:
        raise FileError(
            f"Cannot open the session file {str(path)!r}: {error} {_way_out(place)}"
        ) from error


def _way_out(place: Path) -> str:
    """Name the newest version of a session file that can be opened."""
    for version in versions_of(place):
        try:
            opened(_text(version), home_of(version))
        except FileError:
            continue
        return f"The newest version of it that can be opened is {str(version)!r}."
    return "There is no older version beside it that could be opened instead."


def _text(place: Path) -> str:
    try:
        found = place.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileError("it is not a plain file.")
        if found.st_size > LARGEST_BYTES:
            raise FileError(f"it has {found.st_size} bytes; none is so large.")
        return place.read_bytes().decode()
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        raise FileError(f"{error}.") from error


def opened(text: str, folder: Path) -> Opened:
    """Understand the text of a session file that lies in `folder`.

    Raises
    ------
    FileError
        If it is not one, or is broken.
    """
    try:
        data = json.loads(
            text,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_once,
        )
        plain, warnings = migrated(check(data, FORMAT))
        return _understood(plain, folder, warnings)
    except FileError as error:
        raise FileError(f"{str(error).rstrip('.')[:LONGEST]}.") from error
    except RecursionError as error:
        raise FileError("it is nested too deeply.") from error
    except (json.JSONDecodeError, OverflowError) as error:
        raise FileError(f"it is broken or cut short: {error}.") from error
    except ValueError as error:
        raise FileError(f"{str(error).rstrip('.')}.") from error


def _refuse(word: str) -> float:
    raise FileError(f"{word} is no number in JSON")


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise FileError(f"{digits:.40} is larger than any number can be")
    return found


def _whole(digits: str) -> int:
    _finite(digits)  # one that is too large for a float would be an error much later
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise FileError(f"a name is there twice among {sorted(found)!r:.80}")
    return found


def _understood(plain: dict[str, Any], folder: Path, warnings: tuple[str, ...]) -> Opened:
    reader = PlainReader(folder, checked(plain, "requests", dict))
    steps = checked(plain, "steps", dict)
    datasets = tuple(_read_dataset(reader, one) for one in checked(plain, "datasets", list))
    each_once("dataset", [dataset.name for dataset in datasets])
    own = {name: _read_step(reader, name, one) for name, one in steps.items()}
    every = [*own.values(), *(step for one in datasets for step in one.steps.values())]
    named = {v for step in every for name, v in step.settings.items() if is_path(name)}
    missing = tuple(path for path in reader.missing if path in named)  # no other is needed
    record = SessionRecord(
        datasets,
        tuple(checked(plain, "used", list, str)),
        own,
        checked(plain, "engine", str),
        checked(plain, "engine_version", str),
        checked(plain, "live", bool),
        checked(plain, "views", dict, dict),
        tuple(_read_deed(reader, one) for one in checked(plain, "history", list, dict)),
        {name: value for name, value in plain.items() if name not in _TOP},
    )
    kept = {path: _read_kept(one) for path, one in checked(plain, "kept", dict, dict).items()}
    left = [f"{name} is not known to this version and was left out." for name in reader.left_out]
    return Opened(record, kept, missing, (*warnings, *left, *reader.unusable))


def _read_dataset(reader: PlainReader, plain: Any) -> DatasetRecord:
    name, kind = checked(plain, "name", str), checked(plain, "kind", str)
    if kind not in ("events", "spectrum"):
        raise FileError(f"dataset {name!r} is of a kind {kind!r} that this version does not know")
    steps = checked(plain, "steps", dict, dict)
    pointing = reader.value(checked(plain, "pointing", dict))
    found = {n: _read_step(reader, f"{name}.{n}", one) for n, one in steps.items()}
    return DatasetRecord(name, kind, found, pointing)


def _read_step(reader: PlainReader, path: str, plain: Any) -> StepRecord:
    parts = {part: read_settings(reader, plain, part) for part in ("settings", "usual")}
    state = checked(plain, "state", str)
    parts["usual"] = {**parts["settings"], **parts["usual"]}  # only what differs is written
    answered = read_request(reader, plain.get("answered"), path)
    asked = read_request(reader, plain.get("asked", plain.get("answered")), path)
    product = read_product(reader, plain.get("product"), path)
    if state == "fresh" and product is None:
        state = "kept"
    return StepRecord(path, **parts, state=state, answered=answered, asked=asked, product=product)


def _read_deed(reader: PlainReader, plain: dict[str, Any]) -> Deed:
    when_s, seconds = (plain.get(name, 0.0) for name in ("when_s", "seconds"))
    if not all(isinstance(v, int | float) for v in (when_s, seconds)):
        raise FileError("the history has a line without a time")
    if not 0 <= when_s <= LATEST_S:
        raise FileError(f"the history has a line of {when_s!r:.40} s since 1970, which is no time")
    words = {n: checked(plain, n, str, default="") for n in ("step", "says", "engine", "version")}
    warnings, used = (checked(plain, n, list, str, default=[]) for n in ("warnings", "used"))
    return Deed(
        float(when_s),
        **words,
        seconds=float(seconds),
        warnings=tuple(warnings),
        request=read_request(reader, plain.get("request"), "the history"),
        used=tuple(used),
    )


def _read_kept(plain: dict[str, Any]) -> KeptFile:
    return KeptFile(*(checked(plain, name, str) for name in ("file", "sha256", "request")))
