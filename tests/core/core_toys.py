"""Steps to test with: a region step above, a spectrum and a light curve below it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import traitlets as t

from nuwidgets.core.step import Step


@dataclass(frozen=True)
class Ask:
    """What a toy step depends on."""

    a: int
    b: int
    above: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """What a toy step gives: it remembers what it was asked."""

    ask: Ask
    above: tuple[Any, ...]


class Toy(Step[Ask, Answer]):
    """Two settings and nothing else."""

    a = t.Int(1)
    b = t.Int(1)

    def request(self) -> Ask:
        """Freeze the settings, and the requests above."""
        return Ask(self.a, self.b, tuple(s.request() for s in self.above))


def answer(ask, above, token):
    """Compute at once."""
    return Answer(ask, above)


class Slow:
    """A solve function that waits for a gate, looking at its token; counts."""

    def __init__(self, gate_open=True, sleep_s=0.0):
        self.gate, self.calls, self.sleep_s = threading.Event(), [], sleep_s
        self.begun = threading.Event()
        if gate_open:
            self.gate.set()

    def __call__(self, ask, above, token):
        self.calls.append(ask)
        self.begun.set()
        while not self.gate.wait(0.002):
            token.check()
        time.sleep(self.sleep_s)
        return Answer(ask, above)


def until(true, within_s=5.0):
    """Wait until `true()`; say whether it came to that."""
    end_s = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end_s:
            return False
        time.sleep(0.002)
    return True
