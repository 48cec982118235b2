"""Addresses of the stand-in, and what lies in a test's workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.places import Places
from nuwidgets.files.download_log import NAME

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


def home(session: Any, obs_id: str = "60001110002") -> Path:
    """Where an observation is downloaded to."""
    return Path(session.download.folder).absolute() / "nustar" / obs_id


def on_disk(folder: Path) -> dict[str, bytes]:
    """Content of the files below a folder, by path; the manifest is none of them."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
