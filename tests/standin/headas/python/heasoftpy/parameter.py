"""A parameter of a par file, and reading such files."""

import contextlib
from pathlib import Path

FIELDS = 7


class Parameter:
    """A line of a par file; `isReq` says whether it must be given or asked for."""

    def __init__(self, fields):
        self.pname, self.type, self.mode, text, self.min, self.max, self.prompt = fields
        self.isReq = False
        self.value = self.default = converted(text, self.type)

    def __str__(self):
        return str(self.value)

    def query(self):
        """Ask on standard input, as in a terminal."""
        answer = input(f"{self.prompt} ({self.default}) > ")
        self.value = converted(answer, self.type) if answer.strip() else self.default

    def line(self, value):
        if (
            self.type[0] in "sf"
            and isinstance(value, str)
            and (not value or set(value) & set(" ,"))
        ):
            value = f'"{value}"'
        return (
            f'{self.pname},{self.type},{self.mode},{value},{self.min},{self.max},"{self.prompt}"\n'
        )


def converted(value, kind):
    """Give a value as Python has it: yes/no, numbers, text."""
    if kind == "b":
        return "yes" if str(value).strip().lower() in ("yes", "y", "true", "1") else "no"
    if kind[0] in "ir" and str(value).strip().upper() != "INDEF":
        make = int if kind[0] == "i" else float
        with contextlib.suppress(ValueError):
            return make(str(value).strip() or 0)
    return value.strip("\"'") if isinstance(value, str) else value


def split_fields(line):
    """Give a line's fields; commas in quotes belong to the text."""
    fields, text, quoted = [], "", ""
    for letter in line.rstrip("\n"):
        if letter == quoted:
            quoted = ""
        elif not quoted and letter in "\"'":
            quoted = letter
        elif letter == "," and not quoted:
            fields.append(text.strip())
            text = ""
            continue
        else:
            text += letter
    fields.append(text.strip())
    return (fields + [""] * FIELDS)[:FIELDS]


def read_parameters(path):
    """Give the parameters of a par file; a ``mode`` is added where there is none."""
    lines = Path(path).read_text("utf-8").splitlines()
    rows = [split_fields(li) for li in lines if not li.startswith("#") and len(li.split(",")) >= 6]
    if "mode" not in [row[0] for row in rows]:
        rows.append(["mode", "s", "h", "ql", "", "", ""])
    return [Parameter(row) for row in rows]
