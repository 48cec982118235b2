"""A table of ranges of channels: first, last, how many make a bin (grppha's ``group file``)."""

from __future__ import annotations

from pathlib import Path

from nuwidgets.errors import FileError

MOST_LINES = 100
"""Lines that grppha reads."""


def read_binning_table(path: str | Path) -> tuple[tuple[int, int, float], ...]:
    """Give the rows of an ASCII table of three whole numbers a line: first, last, step.

    Raises
    ------
    FileError
        If it cannot be read, has another form, or more than 100 lines.
    """
    try:
        text = Path(path).expanduser().read_text("utf-8")
    except (OSError, ValueError) as error:
        raise FileError(f"Cannot read the table of channels {str(path)!r}: {error}.") from error
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not all(word.isdigit() for word in words):  # noqa: PLR2004
            raise _refused(path, f"line {number} is {line.strip()!r}")
        first, last, step = map(int, words)
        if last < first or step < 1:
            raise _refused(path, f"line {number} is {line.strip()!r}")
        rows.append((first, last, float(step)))
    if not 0 < len(rows) <= MOST_LINES:
        raise _refused(path, f"it has {len(rows)} lines, not 1 to {MOST_LINES}")
    return tuple(rows)


def _refused(path: str | Path, why: str) -> FileError:
    return FileError(
        f"Cannot group by the table {str(path)!r}: {why}. Write three whole numbers in each line:"
        " first channel, last channel, how many make a bin."
    )
