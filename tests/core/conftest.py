"""A door, and a watchdog: a test of threads dies with a dump rather than hang."""

from __future__ import annotations

import faulthandler
import sys

import pytest

from nuwidgets.core.door import Door


@pytest.fixture(autouse=True)
def watchdog():
    """Dump all threads and die rather than hang."""
    faulthandler.dump_traceback_later(60, exit=True, file=sys.__stderr__)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def door():
    """A door with few threads, so that starving them would show."""
    door = Door(workers=2)
    yield door
    door.close()
