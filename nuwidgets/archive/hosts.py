"""Which kind of host an address has, and its connections while they are needed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from nuwidgets.archive.remote_http import HttpRemote
from nuwidgets.archive.remote_local import LocalRemote
from nuwidgets.archive.remote_s3 import S3Remote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nuwidgets.archive.places import Places
    from nuwidgets.archive.remote import Remote


def remote_of(root: str, places: Places) -> Remote:
    """Give the host of an address.

    Raises
    ------
    EngineMissingError
        If the library for it is not installed.
    """
    if root.startswith(("https://", "http://")):
        return HttpRemote()
    if root.startswith("s3://"):
        return S3Remote(places.endpoint)
    return LocalRemote()


@asynccontextmanager
async def opened(root: str, places: Places) -> AsyncIterator[Remote]:
    """Give the host of an address, and let its connections go at the end."""
    remote = remote_of(root, places)
    try:
        yield remote
    finally:
        await remote.close()
