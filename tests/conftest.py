"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.session import Session

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _folder(name: str) -> Path:
    path = SHARED / name
    if not path.is_dir():
        pytest.skip(f"the folder of real files shared/{name} is not beside this checkout")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real observation files; the test skips where it is absent."""
    return _folder("data")


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """Folder of numbers computed by real XSPEC; the test skips where it is absent."""
    return _folder("reference")


@pytest.fixture(scope="session")
def observation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a short simulated observation, both modules, 5 ks."""
    from nuwidgets.simulation import simulate

    return simulate(tmp_path_factory.mktemp("sky"), exposure_s=5000.0, seed=3)


@pytest.fixture
def session(observation: Path) -> Iterator[Session]:
    """A live session with both modules of the short observation."""
    from nuwidgets.session import Session

    with Session() as opened:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            opened.add_events(
                observation / "event_cl" / f"{stem}01_cl.evt", observation / "hk" / f"{stem}_fpm.hk"
            )
        yield opened


@pytest.fixture(scope="session")
def headas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the stand-in for HEASoft ($HEADAS), with its CALDB beside it."""
    from headas_standin import make_headas

    return make_headas(tmp_path_factory.mktemp("heasoft"))


@pytest.fixture
def heasoft(headas: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """HEASoft is installed, as a stand-in: its $HEADAS."""
    from headas_standin import HERE, headas_environ

    for name, value in headas_environ(headas).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(HERE / "python"))
    return headas
