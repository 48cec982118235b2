"""What commands print: a table for people or one JSON object for programs, and nothing else.

Standard output carries the answer alone; warnings, progress and errors go to standard error.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nuwidgets.core.step import Step

BAR_WIDTH = 24
RIGHT = (int, float)


@dataclass(frozen=True)
class Answer:
    """What a command has to say."""

    data: Mapping[str, Any]
    """The JSON object; ``"warnings"`` holds sentences."""
    text: str
    """The same for people."""
    exit_code: int = 0
    """What the shell gets."""
    warnings: tuple[str, ...] = field(default=())
    """Sentences for standard error, and for ``"warnings"``."""


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer; a reader that went away raises BrokenPipeError."""
    for warning in answer.warnings:
        complain(f"Warning: {warning}")
    if as_json:
        data = {**answer.data, "warnings": answer.warnings}
        print(json.dumps(plain(data), allow_nan=False))
    else:
        print(answer.text)
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print a sentence to standard error."""
    print(text, file=sys.stderr)


def plain(value: Any) -> Any:
    """Give a value as JSON knows it: NaN and infinity become None, arrays and tuples lists."""
    if hasattr(value, "tolist"):  # numpy's
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, Path) else value


def warnings_of(*products: Any) -> tuple[str, ...]:
    """Give what products warn of, each sentence once; None stands for no product."""
    said = [product.provenance.warnings for product in products if product is not None]
    return tuple(dict.fromkeys(sentence for sentences in said for sentence in sentences))


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Lay out rows under headings; numbers to the right, None and NaN as a dash."""
    rows = [list(row) for row in rows]
    cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
    right = [
        any(isinstance(row[i], RIGHT) and not isinstance(row[i], bool) for row in rows)
        for i in range(len(headings))
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    )


def facts(pairs: Mapping[str, Any]) -> str:
    """Lay out names and values, one pair a line; what is None or empty is left out."""
    kept = {name: value for name, value in pairs.items() if value not in (None, "", (), [])}
    width = max(map(len, kept), default=0)
    return "\n".join(f"{name:<{width}}  {_cell(value, 10)}" for name, value in kept.items())


def _cell(value: Any, digits: int = 6) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(one, digits) for one in value)
    return str(value)


def guard(paths: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse to go on where a file of the user would be lost.

    Raises
    ------
    FileError
        If one of the files exists and `overwrite` is off.
    """
    there = [str(path) for path in paths if path.exists()]
    if there and not overwrite:
        more = f" and {len(there) - 1} more" if there[1:] else ""
        raise FileError(
            f"Nothing was written: {there[0]!r}{more} exists already. Give --overwrite to replace"
            " it, or another place."
        )


def make_folder(path: Path) -> Path:
    """Give a folder, made if it is not there.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"Cannot make the folder {str(path)!r}: {error.strerror or error}. Give a path where"
            " you may write."
        ) from error
    return path


class Bar:
    """A progress bar on standard error: one line for each stage, redrawn on a terminal.

    Parameters
    ----------
    n_stages : int
        How many stages there will be.
    """

    def __init__(self, n_stages: int) -> None:
        self._n_stages, self._stage, self._name = n_stages, 0, ""
        self._live = sys.stderr.isatty()

    def begin(self, name: str) -> None:
        """Say that a stage begins."""
        self._stage, self._name = self._stage + 1, name
        if self._live:
            self.move(None)

    def move(self, fraction: float | None) -> None:
        """Show how much of the stage is done; None where nobody knows."""
        if self._live:
            print(f"\r{self._line(fraction)}\x1b[K", end="", file=sys.stderr, flush=True)

    def end(self, result: str) -> None:
        """Say that the stage is done, and with what."""
        start = "\r" if self._live else ""
        stop = "\x1b[K" if self._live else ""
        complain(f"{start}{self._line(1.0)}  {result}{stop}")

    def _line(self, fraction: float | None) -> str:
        done = (self._stage - 1 + (fraction or 0.0)) / self._n_stages
        filled = round(BAR_WIDTH * done)
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        return f"[{bar}] {100 * done:3.0f} %  {self._name}"


def watched(step: Step[Any, Any], bar: Bar) -> Any:
    """Run a step; the bar shows what it reports."""

    def moved(change: Any) -> None:
        bar.move(change.new.fraction if change.new else None)

    step.observe(moved, "progress")
    try:
        return step.run()
    finally:
        step.unobserve(moved, "progress")
