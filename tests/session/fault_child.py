"""A process that keeps a session in its file, to be killed, starved and locked out.

It is told what to do by its arguments: ``write`` (forks a writer for every line of its input),
``hold``, ``limit`` or ``nobody``. It imports the keeper alone, so that it begins quickly.
"""

from __future__ import annotations

import itertools
import os
import resource
import signal
import sys
from pathlib import Path

import numpy as np

from nuwidgets.core import later
from nuwidgets.core.door import Door
from nuwidgets.core.keeper import Keeper
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.record import SessionRecord, StepRecord

NOBODY = 65534


class Toy:
    """A session with a number, words to fill the file, and a product that took long."""

    def __init__(self, n=0):
        self.door = Door()
        self.keeper = None
        self._set(n)

    def _set(self, n, n_letters=20_000):
        letters = chr(ord("a") + n % 26) * n_letters
        self.views = {"a": {"n": n, "letters": letters}}
        request = ImageRequest(ScreenRequest(EventsRequest(f"{n % 3}.fits")), Band(3, 79))
        image = Image(np.full((20, 20), float(n % 3)), None, request, Provenance(seconds=2.0))
        self.steps = {"image": StepRecord("image", {}, {}, "fresh", request, request, image)}
        self.door.tell(lambda: None)

    def set(self, n, **what):
        self.door.do(self._set, n, **what)

    def record(self):
        return self.door.do(lambda: SessionRecord(steps=self.steps, views=self.views))


def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def begin(path, n=0):
    toy = Toy(n)
    toy.keeper = Keeper(toy, Path(path)).start()
    return toy


def write(path):
    """Fork a writer for each line of the input that gives its first number; reap it at the next."""
    import astropy.io.fits  # noqa: F401  loaded once, not by every writer

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            change(path, int(line))
        say("pid", child)
        os.waitpid(child, 0)
        say("gone")


def change(path, first):
    """Change the session without end; say what was set, and what is known to be saved."""
    later.DELAY_S = 0.0
    toy = begin(path)
    if toy.keeper.read_only:
        say("locked", toy.keeper.says)
        os._exit(1)
    for n in itertools.count(first):
        say("set", n)
        toy.set(n)
        if n % 5 == 0:
            toy.keeper.flush()
            say("saved", n)


def hold(path):
    """Hold a session until the input ends."""
    toy = begin(path, 1)
    toy.keeper.flush()
    say("holds")
    sys.stdin.read()
    toy.keeper.close()


def limit(path):
    """Run out of room, then find some."""
    toy = begin(path)
    toy.keeper.flush()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
    toy.set(1)
    say(toy.keeper.save(), toy.keeper.problem)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    say(toy.keeper.save(), toy.keeper.problem or "none")


def nobody(path):
    """Keep a session as a user without rights, while the folder is taken away from that user."""
    import astropy.io.fits  # noqa: F401  cannot be loaded without rights

    os.setgid(NOBODY)
    os.setuid(NOBODY)
    toy = begin(path)
    say(toy.keeper.read_only, toy.keeper.says)
    for line in sys.stdin:
        toy.set(int(line))
        say(toy.keeper.save(), toy.keeper.problem or "none")


if __name__ == "__main__":
    {"write": write, "hold": hold, "limit": limit, "nobody": nobody}[sys.argv[1]](sys.argv[2])
