"""A script of XSPEC taken apart into commands, as Tcl would take it apart, without running any.

Commands end at a line end or a semicolon outside braces and quotes; a backslash at the end of a
line goes on in the next one. XSPEC takes abbreviations of its commands; the first that fits in its
list is meant. What needs Tcl (variables, brackets, control structures) is told apart here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USED = (
    "data",
    "model",
    "ignore",
    "notice",
    "response",
    "arf",
    "backgrnd",
    "statistic",
    "abund",
    "xsect",
    "cosmo",
    "weight",
    "systematic",
    "newpar",
    "freeze",
    "thaw",
    "untie",
)
"""Commands that say what is fitted."""
_QUIET = (
    *("query", "method", "chatter", "cpd", "log", "parallel", "autosave", "time", "show"),
    *("plot", "iplot", "setplot", "hardcopy", "renorm", "save", "version", "help", "undo"),
    *("exit", "quit", "xhistory", "suggest", "addline"),
)
"""Commands that tell XSPEC how to work or what to show."""
_COMPUTES = (
    *("fit", "error", "flux", "lumin", "eqwidth", "steppar", "goodness", "chain", "ftest"),
    *("fakeit", "multifake", "improve", "uncertain", "margin", "simftest", "tclout", "tcloutr"),
    *("lrt", "rescalecov", "recornrm", "thleqw", "writefits"),
)
"""Commands that compute something."""
_OTHERS = {
    "addcomp": "it changes the model: write the whole model here",
    "delcomp": "it changes the model: write the whole model here",
    "editmod": "it changes the model: write the whole model here",
    "mdefine": "it defines a component: define it here with nuwidgets.model",
    "lmod": "it loads components of another program",
    "initpackage": "it loads components of another program",
    "gain": "gains of responses are not fitted here",
    "rmodel": "gains of responses are not fitted here",
    "corfile": "correction files are not used here",
    "cornorm": "correction files are not used here",
    "dummyrsp": "dummy responses are not used here",
    "diagrsp": "dummy responses are not used here",
    "energies": "models are computed on the energies of the responses",
    "extend": "models are computed on the energies of the responses",
    "bayes": "priors are not used here",
    "group": "group the spectrum here, e.g. grouping = 'min 20'",
    "identify": "line lists are not here",
    "xset": "settings of single models are not here",
    "genetic": "other minimisers are not here",
    "rnewpar": "gains of responses are not fitted here",
    "rfreeze": "gains of responses are not fitted here",
    "rthaw": "gains of responses are not fitted here",
}
_TCL = (
    *("set", "proc", "source", "exec", "script", "syscall", "eval", "if", "for", "foreach"),
    *("while", "puts", "open", "close", "catch", "expr", "global", "array", "lappend", "incr"),
    *("rename", "return", "unset", "append", "cd", "after", "switch", "gets", "file", "package"),
)
"""Words of Tcl, and of XSPEC what runs other things."""
TCL = "Tcl is not executed"
COMMANDS = (*USED, *_OTHERS, *_COMPUTES, *_QUIET)
"""Commands of XSPEC, those first that a short abbreviation means."""
_SHORTEST = 2


@dataclass(frozen=True)
class Command:
    """One command."""

    line: int
    """Number of its first line, from 1."""
    text: str
    """As it stands, lines that go on joined."""
    name: str = ""
    """Whole name of the command; empty for what XSPEC does not know."""
    rest: str = ""
    """What follows the name."""


def commands(text: str) -> Iterator[Command]:
    """Take a script apart; empty lines are commands without text: they answer XSPEC's questions."""
    for line, one in _split(text):
        head, _, rest = one.replace("\t", " ").partition(" ")
        yield Command(line, one, _name_of(head), rest.strip())


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Give each command with the number of its line; comments are left away."""
    kept: list[str] = []
    first, depth = 1, 0
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        line = raw.strip()
        if not kept and line.startswith("#"):
            continue
        first = first if kept else number
        goes_on = line.endswith("\\")
        kept.append(line[:-1].rstrip() if goes_on else line)
        depth += line.count("{") - line.count("}")
        if not goes_on and depth <= 0:
            yield from ((first, part) for part in _parts(" ".join(kept)))
            kept, depth = [], 0
    if kept:
        yield first, " ".join(kept).strip()


def _parts(line: str) -> Iterator[str]:
    """Split a line at semicolons outside braces and quotes."""
    found = re.findall(r"(?:\{(?:[^{}]|\{[^{}]*\})*\}|\"[^\"]*\"|[^;])+", line) or [""]
    for part in found:
        if not part.strip().startswith("#"):
            yield part.strip()


def _name_of(word: str) -> str:
    word = word.lower()
    if word in COMMANDS or word in _TCL:
        return word
    fits = (name for name in COMMANDS if name.startswith(word))
    return next(fits, "") if len(word) >= _SHORTEST else ""


def needs_tcl(command: Command) -> bool:
    """Say whether a command is Tcl, or holds what Tcl would replace before XSPEC sees it."""
    return (
        command.name in _TCL
        or command.text.startswith("@")
        or bool(re.search(r"[$\[\]]", command.text))
    )


def why_left(command: Command) -> tuple[str, bool]:
    """Say why a command is left out, and whether that matters."""
    if command.name in _QUIET or command.text.lower().split()[:2] == ["xset", "delta"]:
        return "it only tells XSPEC how to work or what to show", False
    if command.name == "bayes" and command.rest.lower() in ("off", "cons", "", "n"):
        return "it only tells XSPEC how to work or what to show", False
    if command.name in _COMPUTES:
        return "it computes; reading a file computes nothing", True
    if command.name in _OTHERS:
        return _OTHERS[command.name], True
    return "XSPEC has no such command, or it answers one that was left out", True


def words(text: str) -> list[str]:
    """Split at blanks and commas; braces and quotes hold together, quotes are taken away."""
    found = re.findall(r"(?:\{[^{}]*\}|\"[^\"]*\"|[^\s,{\"])+", text)
    return [word.replace('"', "") for word in found]


def brief(text: str, longest: int = 100) -> str:
    """Give a line short enough to be shown, without what cannot be seen."""
    seen = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return seen if len(seen) <= longest else f"{seen[: longest - 3]}..."
