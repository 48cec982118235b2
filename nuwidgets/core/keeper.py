"""Keeps a session in its file: every change is on the disk within a second, whole or not at all."""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import threading
import time
import warnings
from typing import TYPE_CHECKING, Any, Protocol, Self
from weakref import WeakValueDictionary, ref

import traitlets as t

from nuwidgets.core.later import Later
from nuwidgets.errors import FileError, SessionWarning
from nuwidgets.files.session_file import session_text
from nuwidgets.files.session_products import Products
from nuwidgets.files.session_store import SessionStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nuwidgets.core.door import Door
    from nuwidgets.domain.record import SessionRecord
    from nuwidgets.files.session_file import KeptFile


log = logging.getLogger(__name__)
WAIT_S = 5.0
"""At most so long a save under way is waited for at the end, s."""


class Keepable(Protocol):
    """What is kept: a session."""

    door: Door

    def record(self) -> SessionRecord:
        """Write everything down."""


OPEN: WeakValueDictionary[Path, Any] = WeakValueDictionary()
"""The sessions of this process that are kept in a file, by its whole path."""


class Keeper(t.HasTraits):
    """Who keeps a session in its file.

    Parameters
    ----------
    session : Session
        What is kept.
    path : Path
        The session file, as a whole path.
    kept : dict, optional
        Products that lie beside it already, by path of the step.
    only_read : str
        Why nothing is to be saved there; empty: it is, if nobody else does.
    """

    says = t.Unicode("", read_only=True, help="How things stand, in one sentence.")
    problem = t.Unicode(
        "", read_only=True, help="Why the latest change is not saved; empty if it is."
    )
    read_only = t.Bool(default_value=False, read_only=True, help="Whether nothing is saved.")

    def __init__(
        self,
        session: Keepable,
        path: Path,
        kept: dict[str, KeptFile] | None = None,
        only_read: str = "",
    ) -> None:
        super().__init__()
        self.path = path
        self._take, self._door, self._session = session.record, session.door, ref(session)
        self._store = SessionStore(path)
        self._products = Products(path, kept or {})
        self._one = threading.Lock()  # one write at a time; nobody in it waits for the door
        self._numbers, self._newest = itertools.count(1), 0
        self._written: SessionRecord | None = None
        self._process, self._ended = os.getpid(), False
        self._later = Later(self.save)
        self._listed = False
        self.why = ""
        """Why nothing is saved here; empty if it is."""
        if not only_read and self._store.acquire():
            self._say(f"Kept in {path.name}.")
        else:
            self.why = only_read or self._store.owner
            self.set_trait("read_only", not self._store.locked)
            self._say(
                f"Not saved: {self.why}. Changes stay in this notebook; save"
                f" a copy with s.save({path.stem + '-copy.nuw'!r})."
            )

    def start(self, written: SessionRecord | None = None) -> Self:
        """Save from now on, and let `load` find the session here.

        Parameters
        ----------
        written : SessionRecord, optional
            What the file holds already.
        """
        self._written = written or self._written
        session = self._session()
        there = OPEN.get(self.path)
        self._listed = session is not None and (there is None or there.door.closed)
        if self._listed:
            OPEN[self.path] = session
        if not self.read_only:
            self._door.after.append(self._wake)
            _at_exit()
        return self

    def _wake(self) -> None:
        self._later.wake()

    def _say(self, text: str, problem: str = "") -> None:
        self._door.do(self._told, text, problem)

    def _told(self, text: str, problem: str) -> None:
        self.set_trait("problem", problem)
        self.set_trait("says", text)

    def save(self) -> bool:
        """Write what has changed, in the calling thread; False, and `problem` says why, if not."""
        if self.read_only or self._process != os.getpid():  # a forked child is no writer
            return True
        number, record = self._door.do(self._numbered)
        with self._one:
            known = record == self._written and not self.problem
            if known or self._ended or number < self._newest:
                return True
            says, problem = self._outcome(record)
            self._newest = number
            self._written = self._written if problem else record
        self._say(says, problem)
        return not problem

    def _numbered(self) -> tuple[int, SessionRecord]:
        """Give the session as it is now, and how many were asked for before. Behind the door."""
        return next(self._numbers), self._take()

    def _outcome(self, record: SessionRecord) -> tuple[str, str]:
        """Write, or rescue what cannot be written; say how it went, and what is wrong."""
        try:
            warning = self._write(record)
        except FileError as error:
            text = self._rescue(record, str(error))
        except Exception as error:  # one of ours, and no reason to stop saving
            log.exception("The session could not be saved.")
            text = self._rescue(record, f"Cannot save in {str(self.path)!r}: {error!r}.")
        else:
            return " ".join(filter(None, (f"Saved {time.strftime('%H:%M:%S')}.", warning))), ""
        return text, text

    def _write(self, record: SessionRecord) -> str:
        kept = self._products.write(record)
        warning = self._store.write(session_text(record, self.path.parent, kept))
        if self.problem:
            self._store.forget_rescue()
        return " ".join(filter(None, (warning, self._products.lost)))

    def _rescue(self, record: SessionRecord, why: str) -> str:
        way_out = "It is tried again; s.save('elsewhere.nuw') keeps it in another place."
        place = self._store.rescue_path()
        try:
            self._store.rescue(session_text(record, place.parent))
            what = f"A copy is in {str(place)!r}."
        except FileError as worse:
            what = f"A copy could not be made either: {worse} What you do is in memory only."
        return f"{why} {what} {way_out}"

    def flush(self) -> None:
        """Write now what is not written yet.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        if not self.save():
            raise FileError(self.problem)

    def loaders(self, record: SessionRecord) -> dict[str, Callable[[], Any]]:
        """Give what reads the products that lie beside the file, by path of the step."""
        return self._products.loaders(record)

    def hand_over(self, other: Keeper) -> None:
        """Copy costly products that are only on disk to where another keeper keeps them."""
        self._products.copy_to(other._products, self._take())

    def hints(self) -> list[str]:
        """Say if a rescued copy is newer than the file."""
        newer = self._store.newer_rescue()
        if newer is None:
            return []
        return [f"A newer copy of this session, saved when its folder failed, is {str(newer)!r}."]

    def close(self, *, save: bool = True) -> None:
        """Write what is not written yet, then let others write. Twice is fine.

        What cannot be written is warned of, and where a copy is.
        """
        if self._wake in self._door.after:
            self._door.after.remove(self._wake)
        self._later.close(0.0 if self._door.mine else WAIT_S)
        try:
            if save and not self._ended and not self.save():
                warnings.warn(self.problem, SessionWarning, stacklevel=3)
        finally:
            with self._one:
                if not self._ended and self._store.locked:
                    self._products.tidy()
                    self._store.release()
                ended, self._ended = self._ended, True
            if not (ended or self.read_only or self.problem):
                self._say("Closed: what is changed now is not saved.")
            if self._listed:
                self._listed = False
                OPEN.pop(self.path, None)

    def __repr__(self) -> str:
        return f"<Keeper: {self.says}>"


_REGISTERED = threading.Event()


def _at_exit() -> None:
    if not _REGISTERED.is_set():
        _REGISTERED.set()
        atexit.register(_close_all)


def _close_all() -> None:
    for session in list(OPEN.values()):
        try:
            session.keeper.close()
        except Exception:  # the others are to be saved too
            log.exception("A session could not be saved at the end.")
