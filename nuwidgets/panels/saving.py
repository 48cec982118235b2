"""Files that a panel reads and writes: apart from the door, and never over another's work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar
from weakref import WeakKeyDictionary

from nuwidgets.errors import BusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.panels.base import Panel

T = TypeVar("T")
Stamp = tuple[int, int]
_WRITTEN: WeakKeyDictionary[Panel, dict[Path, Stamp]] = WeakKeyDictionary()


def apart(
    panel: Panel,
    work: Callable[[], T],
    then: Callable[[T], object],
    failed: Callable[[], object] | None = None,
) -> None:
    """Do `work` in a thread of its own, then `then` with what it gave, behind the door.

    Parameters
    ----------
    panel : Panel
        Says what went wrong.
    work : callable
        Takes its time; touches neither steps nor widgets.
    then : callable
        Shows the result.
    failed : callable, optional
        Called before the panel says what went wrong.

    Raises
    ------
    BusyError
        When the session is closed.
    """

    def told() -> None:
        try:
            given = work()
        except Exception as error:  # noqa: BLE001  the panel's guard says it
            if failed is not None:
                panel.door.do(panel.guard, panel.door.speak, failed)
            panel.door.do(panel.guard, _raise, error)
        else:
            panel.door.do(panel.guard, panel.door.speak, then, given)

    try:
        panel.door.errands.submit(told)
    except RuntimeError as error:
        words = "Cannot read or write files here: the session is closed. Open a new session."
        raise BusyError(words) from error


def _raise(error: Exception) -> NoReturn:
    raise error


def named(text: str, what: str) -> Path:
    """Give the path that was typed.

    Raises
    ------
    InputError
        If nothing was typed, or there is no such home folder.
    """
    if not text.strip():
        raise InputError(f"Cannot read or write the {what}: no file is named. Type its name.")
    try:
        return Path(text.strip()).expanduser()
    except RuntimeError as error:
        raise InputError(f"Cannot use {text!r} as a file name: {error} Type a path.") from error


def write_own(panel: Panel, path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file that is new, or is as this panel left it; gives its path.

    Raises
    ------
    InputError
        If there is a file that this panel did not write.
    """
    own, place = _WRITTEN.setdefault(panel, {}), path.absolute()
    if place.exists() and own.get(place) != _stamp(place):
        raise InputError(
            f"Cannot write {str(path)!r}: there is a file of this name that this panel did not"
            " write. Choose another name, or move that file away."
        )
    write(path)
    own[place] = _stamp(place)
    return path


def _stamp(path: Path) -> Stamp:
    now = path.stat()
    return now.st_mtime_ns, now.st_size
