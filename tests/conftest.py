"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

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
