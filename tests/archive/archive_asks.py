"""Addresses of the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.archive.places import Places

if TYPE_CHECKING:
    from archive_standin import ArchiveStandin


def places_of(standin: ArchiveStandin, **more: Any) -> Places:
    """No bucket, no mount, nothing kept on disk unless it is asked for."""
    usual = {
        "says": "The stand-in",
        "vo_url": standin.server.vo_url,
        "data_url": standin.server.data_url,
        "resolver_url": standin.sesame_url,
        "bucket": "",
        "mount": "",
        "remembered": False,
    }
    return Places(**(usual | more))
