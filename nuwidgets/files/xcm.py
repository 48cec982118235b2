"""XSPEC's state files (``.xcm``) in: what ``save all`` writes, as plain values.

The commands are those of the XSPEC manual. Nothing is ever executed: what is no known command with
plain values is kept with its line number and the reason why it is left out.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.fit import STATISTICS, TEST_STATISTICS, WEIGHTS
from nuwidgets.errors import FileError, InputError, nearest
from nuwidgets.files.xcm_data import Data
from nuwidgets.files.xcm_models import Models
from nuwidgets.files.xcm_state import LeftOut, XcmState
from nuwidgets.files.xcm_words import (
    TCL,
    Command,
    brief,
    commands,
    needs_tcl,
    why_left,
)
from nuwidgets.science import ranges
from nuwidgets.science.models.absorption import ABUNDANCES, CROSS_SECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from os import PathLike

LARGEST = 1_000_000
"""Bytes that are read: more is no state file."""
MOST_LEFT = 1000
"""Lines that are left out one by one."""
LONGEST_RANGES = 20_000
"""Letters of one command with ranges."""
_ANSWER = re.compile(r"[-+.\d=/,$\[].*|")
_END = ("exit", "quit")
_ALIASES = {"chi2": "chi"}


def read_xcm(path: str | PathLike[str]) -> XcmState:
    """Read a state file; paths stay as they are written.

    Raises
    ------
    FileError
        If the file cannot be read, or says nothing of a fit.
    """
    try:
        with Path(path).expanduser().open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"Cannot read {str(path)!r}: {error}. Check the path.") from error
    if len(raw) > LARGEST or b"\0" in raw:
        raise FileError(f"Cannot read {str(path)!r}: it is no text of commands of XSPEC.")
    state = parse_xcm(raw.decode("utf-8", "replace"))
    if state == XcmState(left_out=state.left_out):
        raise FileError(
            f"{str(path)!r} says nothing of a fit: it has no data, model or settings that are"
            " known. Give what XSPEC's 'save all' wrote."
        )
    return state


def parse_xcm(text: str) -> XcmState:
    r"""Read the text of a state file; raises nothing, what cannot be read is left out.

    Examples
    --------
    >>> state = parse_xcm("statistic cstat\nmodel  phabs(po)\n 0.5 -1\n 2\n/*\nfit")
    >>> state.statistic, state.models[0].parameters[0].frozen, state.left_out[0].why
    ('cstat', True, 'it computes; reading a file computes nothing')
    """
    reader = _Reader()
    for command in commands(text):
        if command.name in _END or len(reader.left_out) > MOST_LEFT:
            break
        reader.take(command)
    return reader.state()


class _Reader:
    """Takes commands one by one."""

    def __init__(self) -> None:
        self.data, self.models = Data(), Models()
        self.ignore: list[str] = []
        self.settings: dict[str, Any] = {}
        self.left_out: list[LeftOut] = []
        self.wavelengths = False
        data, models = self.data, self.models
        self._do: dict[str, Callable[[str], None]] = {
            "data": data.load,
            "response": data.response,
            "arf": data.arf,
            "backgrnd": data.background,
            "newpar": models.new_value,
            "freeze": models.freeze,
            "thaw": models.thaw,
            "untie": models.untie,
            "ignore": lambda text: self._range(text, notice=False),
            "notice": lambda text: self._range(text, notice=True),
            "statistic": self._statistic,
            "abund": lambda text: self._choose("abundance", text, ABUNDANCES),
            "xsect": lambda text: self._choose("cross_section", text, CROSS_SECTIONS),
            "weight": lambda text: self._choose("weight", text, WEIGHTS),
            "cosmo": self._cosmology,
            "systematic": self._systematic,
        }

    def state(self) -> XcmState:
        """Give what was read."""
        self.models.end()
        spectra, models = self.data.all, self.models.all
        ordered = tuple(sorted(self.left_out, key=lambda one: one.line))
        return replace(
            XcmState(spectra, tuple(self.ignore), models, left_out=ordered), **self.settings
        )

    def take(self, command: Command) -> None:
        """Take a command, or leave it out."""
        if self.models.asking and _ANSWER.fullmatch(command.text):
            tcl = needs_tcl(command)
            self._try(command, self.models.answer, "/" if tcl else command.text)
            if tcl:
                self._leave(command, TCL)
            return
        self.models.end()
        if not command.text or command.name == "query":  # nothing here asks
            return
        if needs_tcl(command):
            self._leave(command, TCL)
        elif command.name == "model":
            self._try(command, lambda text: self.models.begin(text, command.line), command.rest)
        elif command.name in self._do:
            self._try(command, self._do[command.name], command.rest)
        else:
            self._leave(command, *why_left(command))
            self._watch_units(command)

    def _try(self, command: Command, work: Callable[[str], None], text: str) -> None:
        try:
            work(text)
        except InputError as error:
            self._leave(command, str(error).split("\n", 1)[0].removesuffix("."))

    def _leave(self, command: Command, why: str, matters: bool = True) -> None:  # noqa: FBT001, FBT002
        if len(self.left_out) == MOST_LEFT:
            why, matters = "so many lines are that this is where reading stops", True
        self.left_out.append(LeftOut(command.line, brief(command.text), why, matters))

    def _watch_units(self, command: Command) -> None:
        """Remember whether ranges are wavelengths from now on: plots choose the unit in XSPEC."""
        if command.name == "setplot" and (unit := command.rest.lower().split()):
            if unit[0].startswith("wave"):
                self.wavelengths = True
            elif unit[0].startswith(("en", "chan")):
                self.wavelengths = False

    def _range(self, text: str, *, notice: bool) -> None:
        if len(text) > LONGEST_RANGES:
            raise InputError("it has more ranges than any spectrum has bins")
        plain = re.sub(r":\s+", ":", text)
        plain = re.sub(r"(?<![*\d])\*(?=:)", "**", plain)
        if notice and plain.strip().lower() == "all":
            plain = "**:**"
        found = ranges.parse(plain)
        if self.wavelengths and any(one.kind == "energy" for one in found):
            raise InputError("its numbers are wavelengths: give energies in keV")
        if found:
            self.ignore.append(f"notice {plain}" if notice else plain)

    def _choose(self, name: str, text: str, known: Collection[str]) -> None:
        word = text.lower().split()[0] if text else ""
        fits = [one for one in known if word and one.startswith(word)]
        if word not in known and len(fits) != 1:
            raise InputError(f"{text!r} is not here. {nearest(word, known)}")
        self.settings[name] = word if word in known else fits[0]

    def _statistic(self, text: str) -> None:
        """Take the statistic, for all spectra or for the first of them; or the test statistic."""
        parts = text.lower().split()
        test = parts[:1] == ["test"]
        parts = parts[1:] if test else parts
        word = parts[0] if parts else ""
        name = "test_statistic" if test else "statistic"
        told = self.settings.get(name)
        self._choose(name, _ALIASES.get(word, word), TEST_STATISTICS if test else STATISTICS)
        if parts[1:] and told not in (None, self.settings[name]):
            self.settings[name] = told
            raise InputError("all spectra have one statistic here")

    def _cosmology(self, text: str) -> None:
        numbers = _floats(text)
        if not numbers:
            raise InputError("it has no numbers")
        usual = self.settings.get("cosmology", (70.0, 0.0, 0.73))
        self.settings["cosmology"] = (*numbers, *usual[len(numbers) :])[:3]

    def _systematic(self, text: str) -> None:
        numbers = _floats(text)
        if len(numbers) != 1 or not 0 <= numbers[0] < 1:
            raise InputError("it is no fraction such as 0.03")
        self.settings["systematic"] = numbers[0]


def _floats(text: str) -> tuple[float, ...]:
    """Give numbers.

    Raises
    ------
    InputError
        If there is something else.
    """
    try:
        numbers = tuple(float(word) for word in text.replace(",", " ").split())
    except ValueError as error:
        raise InputError("it is no number") from error
    if not all(map(math.isfinite, numbers)):
        raise InputError("its numbers must be finite")
    return numbers
