"""Sessions that ask a stand-in of HEASARC, through the real clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive_standin import ArchiveStandin

    from nuwidgets.session import Session


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStandin]:
    """One stand-in for all tests."""
    from archive_standin import ArchiveStandin

    with ArchiveStandin(tmp_path_factory.mktemp("archive")) as standin:
        yield standin


@pytest.fixture
def standin(opened: ArchiveStandin) -> Iterator[ArchiveStandin]:
    """Give the stand-in without faults, whatever a test did to it."""
    opened.requests.clear()
    yield opened
    opened.faults.clear()
    opened.server.start()


@pytest.fixture
def session(standin: ArchiveStandin, tmp_path: Path) -> Iterator[Session]:
    """A session that asks the stand-in, with its workspace in the test's own folder."""
    from archive_asks import places_of

    from nuwidgets.session import Session

    with Session(live=False) as made:
        made.servers.known["heasarc"] = places_of(standin)
        made.download.folder = tmp_path / "data"
        made.download.opens = False
        yield made


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long before a file is asked for again."""
    monkeypatch.setattr("nuwidgets.archive.patience.PAUSE_S", 0.01)
    monkeypatch.setattr("nuwidgets.archive.client.PAUSE_S", 0.01)
