"""Test notebooks in an empty folder: what a user keeps beside them is not touched."""  # noqa: INP001

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Start nbval's kernels in a folder of their own."""
    if not config.pluginmanager.has_plugin("nbval"):
        return
    from nbval import plugin  # noqa: PLC0415  it may not be installed

    folder = tempfile.TemporaryDirectory(prefix="nuwidgets-notebooks-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    start = plugin.RunningKernel

    def start_apart(kernel_name: str, cwd: str, **options: object) -> object:
        del cwd  # where the notebook lies
        return start(kernel_name, cwd=folder.name, **options)

    plugin.RunningKernel = start_apart
