"""Parameters as HEASoft's tasks take them: from the command line, else from the par files of PFILES.

What is given is learned: written into the user's par file at the start and read from there again. So
two runs that share a folder of par files get each other's values, as with the real ones.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

EMPTY = "$( )"
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


class ParameterError(Exception):
    """A parameter that cannot be had, in words."""


@dataclass(frozen=True)
class Parameter:
    """A line of a par file."""

    name: str
    kind: str
    mode: str
    value: str
    lo: str = ""
    hi: str = ""
    prompt: str = ""

    @property
    def line(self) -> str:
        quoted = f'"{self.value}"' if self.kind[0] in "sf" else self.value
        return f'{self.name},{self.kind},{self.mode},{quoted},{self.lo},{self.hi},"{self.prompt}"\n'

    def checked(self, value: str) -> str:
        """Give a value as the par file keeps it, or say what is wrong with it."""
        if value == EMPTY:
            value = ""
        if self.kind == "b":
            if value.lower() not in YES | NO:
                raise ParameterError(
                    f"bad value for parameter {self.name}: {value!r}, not yes or no"
                )
            return "yes" if value.lower() in YES else "no"
        if "|" in self.lo and value.upper() not in self.lo.upper().split("|"):
            raise ParameterError(f"parameter {self.name}: {value!r} is not one of {self.lo}")
        if self.kind in "ir" and value.upper() not in ("INDEF", ""):
            self._check_number(value)
        return value

    def _check_number(self, value: str) -> None:
        try:
            number = int(value) if self.kind == "i" else float(value)
        except ValueError as error:
            raise ParameterError(f"bad number for parameter {self.name}: {value!r}") from error
        low = self.lo and "|" not in self.lo and number < float(self.lo)
        if low or (self.hi and number > float(self.hi)):
            raise ParameterError(
                f"parameter {self.name}: {value} is outside the range {self.lo} to {self.hi}"
            )


class Values(dict):
    """The values of a run, as text, by name."""

    def yes(self, name: str) -> bool:
        return self[name].lower() in YES

    def number(self, name: str) -> float:
        return float(self[name])

    def named(self, name: str, usual: str | Path) -> str:
        """Give the value of a file's parameter; `usual` stands for DEFAULT, "" for NONE."""
        value = self[name]
        upper = value.strip().upper()
        if upper == "NONE":
            return ""
        return str(usual) if upper in ("DEFAULT", "") else value


def split_line(line: str) -> list[str]:
    """Give the fields of a par file's line; commas inside quotes belong to the text."""
    fields, text, quote = [], "", ""
    for letter in line.strip():
        if quote:
            quote, text = ("", text) if letter == quote else (quote, text + letter)
        elif letter in "\"'":
            quote = letter
        elif letter == ",":
            fields.append(text.strip())
            text = ""
        else:
            text += letter
    return [*fields, text.strip()]


def read_par_file(path: Path) -> dict[str, Parameter]:
    """Give the parameters of a par file by name."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        fields = split_line(line)
        if line.strip() and not line.startswith("#"):
            if len(fields) < 7:
                raise ParameterError(f"parameter file {path} is damaged: {line!r}")
            found[fields[0]] = Parameter(*fields[:7])
    return found


def folders_of(pfiles: str) -> tuple[list[Path], list[Path]]:
    """Give the user's and the system's folders of PFILES."""
    user, _, system = pfiles.partition(";")
    users = [Path(p) for p in user.split(":") if p]
    return users, [Path(p) for p in system.split(":") if p] or users


def values_of(task: str, arguments: list[str]) -> Values:
    """Give the values of a run, asking on the terminal for what is missing unless that is off."""
    pfiles = os.environ.get("PFILES", "")
    if not pfiles:
        raise ParameterError("PFILES is not set")
    users, systems = folders_of(pfiles)
    system = next((d / f"{task}.par" for d in systems if (d / f"{task}.par").is_file()), None)
    if system is None:
        raise ParameterError(f"no parameter file {task}.par in {pfiles}")
    parameters = read_par_file(system)
    own = users[0] / f"{task}.par"
    if own != system and own.is_file() and own.stat().st_mtime >= system.stat().st_mtime:
        parameters = _merged(parameters, own)
    before = parameters
    parameters, given = _given(parameters, arguments)
    parameters = _asked(parameters, given)
    if own != system:
        _learn(own, {n: before[n] if p.mode[0] == "h" else p for n, p in parameters.items()})
        learned = _merged(parameters, own)
        parameters = {n: p if p.mode[0] == "h" else learned[n] for n, p in parameters.items()}
    return Values({name: p.value for name, p in parameters.items()})


def _merged(parameters: dict[str, Parameter], own: Path) -> dict[str, Parameter]:
    """Take the values of the user's par file."""
    theirs = read_par_file(own)
    missing = [name for name in parameters if name not in theirs and name != "mode"]
    if missing:
        raise ParameterError(f"parameter file {own} is damaged: it has no {missing[0]}")
    return {
        n: replace(p, value=theirs[n].value) if n in theirs else p for n, p in parameters.items()
    }


def _given(
    parameters: dict[str, Parameter], arguments: list[str]
) -> tuple[dict[str, Parameter], set[str]]:
    """Take what the command line says, by name or in the order of the par file."""
    known, given = dict(parameters), set()
    rest = [name for name, p in parameters.items() if p.mode[0] != "h"]
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals:
            name, value = (rest or [argument])[0], argument
        if name not in known:
            raise ParameterError(f"unknown parameter {name!r}")
        known[name] = replace(known[name], value=known[name].checked(value))
        given.add(name)
        rest = [other for other in rest if other != name]
    return known, given


def _asked(parameters: dict[str, Parameter], given: set[str]) -> dict[str, Parameter]:
    """Ask for what is required and not given, unless HEADASNOQUERY is set."""
    modes = parameters["mode"].value if "mode" in parameters else "ql"
    asked = dict(parameters)
    for name, one in parameters.items():
        required = "q" in one.mode or ("a" in one.mode and "q" in modes)
        if not required or name in given:
            continue
        if "HEADASNOQUERY" not in os.environ:
            asked[name] = replace(one, value=one.checked(_answer(one)))
    return asked


def _answer(one: Parameter) -> str:
    """Ask on the terminal, where there is one; an empty answer keeps the value."""
    import sys

    print(f"{one.prompt} [{one.value}] ", end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise ParameterError(f"end of input while asking for parameter {one.name}")
    return line.strip() or one.value


def _learn(own: Path, parameters: dict[str, Parameter]) -> None:
    """Write the user's par file, line by line as PIL does: a reader may see half of it."""
    try:
        own.parent.mkdir(parents=True, exist_ok=True)
        with own.open("w", encoding="utf-8") as stream:
            stream.writelines(p.line for p in parameters.values())
    except OSError as error:
        raise ParameterError(f"cannot write parameter file {own}: {error.strerror}") from error
    time.sleep(float(os.environ.get("STANDIN_LEARN_S", "0.03")))
