"""One JupyterLab and one Chromium for all browser tests, with a page for each module."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from host import Host
    from lab import Lab


def _missing() -> str:
    absent = [n for n in ("jupyterlab", "playwright") if importlib.util.find_spec(n) is None]
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        absent.append("chromium (apt-get install --no-install-recommends chromium)")
    return ", ".join(absent)


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """JupyterLab and a browser; skips where a part is missing, but fails in CI."""
    if missing := _missing():
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse(f"a browser test needs {missing}")
    from host import Host

    with Host(tmp_path_factory.mktemp("host")) as running:
        yield running


@pytest.fixture(scope="module")
def lab(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A page in JupyterLab; its kernels end with the module."""
    from lab import Lab

    with Lab(tmp_path_factory.mktemp("lab"), host=host) as running:
        yield running
