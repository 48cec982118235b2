"""The command ``nuwidgets``: what it takes, and what the shell gets back.

Exit codes: 0 done, 1 the work failed, 2 an option or a value cannot be used, 130 stopped with
Ctrl-C. Errors are sentences on standard error; ``--debug`` shows where they come from.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from nuwidgets import __version__
from nuwidgets.commands.output import complain, show
from nuwidgets.errors import InputError, NuwidgetsError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = ("demo", "lab", "open", "extract", "fit", "model", "components", "script", "engines")
CODES = """exit codes:
  0  done
  1  the work failed: a file is missing or broken, a fit cannot be made ...
  2  an option or a value cannot be used
  130  stopped with Ctrl-C"""
DONE, FAILED, MISUSED, STOPPED, PIPE_CLOSED = 0, 1, 2, 130, 141


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with the options."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(MISUSED, f"{self.prog}: {message}. See '{self.prog} --help'.\n")


def parser() -> argparse.ArgumentParser:
    """Give the parser of all commands."""
    whole = _Parser(
        prog="nuwidgets",
        description="X-ray astronomy from event files to a fitted spectrum.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"nuwidgets {__version__}")
    shared = _Parser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON object")
    shared.add_argument("--debug", action="store_true", help="show tracebacks of errors")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name in COMMANDS:
        module = import_module(f"nuwidgets.commands.{name}")
        one = commands.add_parser(
            name,
            help=module.HELP,
            description=f"{module.HELP[0].upper()}{module.HELP[1:]}.",
            parents=[shared],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_options(one)
        one.epilog = f"example:\n  {one.epilog}\n\n{CODES}"
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after ``nuwidgets``; those of the shell unless given.
    """
    whole = parser()
    try:
        options = whole.parse_args(argv)
    except SystemExit as leaving:
        return int(leaving.code or DONE)
    if options.command is None:
        whole.print_help(sys.stderr)
        return MISUSED
    try:
        return _run(options)
    except KeyboardInterrupt:
        complain("\nStopped.")
        return STOPPED
    except BrokenPipeError:
        _hush()
        return PIPE_CLOSED


def _run(options: argparse.Namespace) -> int:
    """Run the command that was chosen; errors become a sentence and an exit code."""
    try:
        answer = import_module(f"nuwidgets.commands.{options.command}").run(options)
        show(answer, as_json=options.json)
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:  # the last border: no traceback for users
        if _is_stop(error):
            raise KeyboardInterrupt from error
        if options.debug:
            traceback.print_exc()
        complain(f"nuwidgets {options.command}: {_sentence(error)}")
        return MISUSED if isinstance(error, InputError) else FAILED
    return int(answer.exit_code)


def _is_stop(error: BaseException | None) -> bool:
    """Say whether Ctrl-C is behind an error: Python 3.11 wraps it while a class is being made."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _sentence(error: Exception) -> str:
    if isinstance(error, NuwidgetsError):
        return str(error)
    return (
        f"something went wrong that nobody foresaw ({type(error).__name__}: {error})."
        " Run it again with --debug, and please report what you see."
    )


def _hush() -> None:
    """Let the end of the process flush into nothing: the reader of the output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
