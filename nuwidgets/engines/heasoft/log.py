"""What a task printed: followed line by line while it runs, searched as a whole."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

MOST_LAST = 500
BITE = 1 << 20
"""So much is read at once, bytes: a chatty task must not keep Stop waiting."""
_LONGEST = 1 << 16  # a line without an end is cut here
_SHOWN = 4096  # letters of a line that are kept; all of it is in the log
_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # colours, and moves of the cursor
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def clean(line: str) -> str:
    r"""Take out what would colour, move or hide; what is left is text and nothing else.

    Of a line that is written over itself, as progress bars are, the last is given.

    Examples
    --------
    >>> clean("\x1b[1;31mError:\x1b[0m <b>no</b> file\r")
    'Error: <b>no</b> file'
    """
    if "\r" in line:
        line = next((part for part in reversed(line.split("\r")) if part.strip()), "")
    if line.isprintable():
        return line
    return _CONTROLS.sub("", _ESCAPES.sub("", line))


def _shown(line: bytes) -> str:
    """Give a line cleaned, and cut where it is longer than anybody reads."""
    return cut(clean(text_of(line)), _SHOWN)


def cut(text: str, most: int) -> str:
    """Give the beginning of a text that is longer than `most` letters, and a mark behind it."""
    return text if len(text) <= most else f"{text[:most]}…"


def text_of(line: bytes) -> str:
    """Give a line's text: UTF-8, or else Latin-1, which can be read in any case."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


class LogTail:
    """Follows a log that grows.

    Parameters
    ----------
    path : path
        The log; it need not be there yet.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self.last: deque[str] = deque(maxlen=MOST_LAST)
        """The last lines."""
        self.n_lines = 0
        """How many lines there were."""
        self._at = 0
        self._rest = b""

    @property
    def rest(self) -> str:
        """What stands after the last whole line: often a question."""
        return clean(text_of(self._rest))

    def read(self) -> list[str]:
        """Give the whole lines that came since the last call, at most some megabytes of them."""
        data = self._bite()
        if not data:
            return []
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST:
            whole.append(self._rest)
            self._rest = b""
        lines = [_shown(line) for line in whole]
        self.last.extend(lines)
        self.n_lines += len(lines)
        return lines

    def _bite(self) -> bytes:
        try:
            with self.path.open("rb") as log:
                if log.seek(0, 2) < self._at:  # begun anew
                    self._at, self._rest = 0, b""
                log.seek(self._at)
                data = log.read(BITE)
        except OSError:
            return b""
        self._at += len(data)
        return data


def tail_of(path: str | PathLike[str], most: int = 20, *, bytes_back: int = BITE) -> list[str]:
    """Give the last lines of a log, the unended one too; nothing where there is none."""
    try:
        with Path(path).open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - bytes_back))
            data = log.read()
    except OSError:
        return []
    lines = [_shown(line) for line in data.split(b"\n")]
    return [line for line in lines if line.strip()][-most:] if most else []


def unended(path: str | PathLike[str]) -> str:
    """Give what stands behind the last whole line of a log: a question that nobody answered."""
    try:
        with Path(path).open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - _LONGEST))
            return clean(text_of(log.read().rpartition(b"\n")[2]))[-_SHOWN:]
    except OSError:
        return ""


def search_log(
    path: str | PathLike[str], words: str, most: int = 500
) -> tuple[tuple[int, str], ...]:
    """Find the lines of a log that hold some words, upper or lower case.

    Returns
    -------
    tuple of (int, str)
        Numbers of lines, from 1, and the lines; at most `most`.
    """
    wanted, found = words.casefold(), []
    for number, line in _lines(Path(path)):
        if wanted in line.casefold():
            found.append((number, cut(line, _SHOWN)))
            if len(found) >= most:
                break
    return tuple(found)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open("rb") as log:
            for number, line in enumerate(log, 1):
                yield number, clean(text_of(line.rstrip(b"\n")))
    except OSError:
        return
