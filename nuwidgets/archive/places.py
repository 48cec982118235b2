"""Where an archive answers: addresses of its services and hosts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nuwidgets.missions.base import missions


@dataclass(frozen=True)
class Places:
    """The addresses of one archive; as they stand they are HEASARC's."""

    says: str = "HEASARC"
    """What it is called in messages."""
    vo_url: str = "https://heasarc.gsfc.nasa.gov/xamin/vo"
    """Catalogues and links (TAP, datalink)."""
    data_url: str = "https://heasarc.gsfc.nasa.gov"
    """Files over HTTPS; ``/FTP/...`` follows."""
    bucket: str = "nasa-heasarc"
    """Bucket of the copy at Amazon's; empty where there is none."""
    s3_url: str = ""
    """Where the bucket is; empty for Amazon's own, or AWS_ENDPOINT_URL_S3."""
    mount: str = "/FTP"
    """Folder in which Fornax and SciServer have the archive; empty where there is none."""
    resolver_url: str = ""
    """Who knows the positions of names (Sesame); empty for astropy's own."""
    names: tuple[tuple[str, float, float], ...] = ()
    """Positions that are known without asking: name, right ascension and declination, deg."""
    remembered: bool = True
    """Whether what is known of its catalogues and of names is kept on disk."""

    @property
    def mounted(self) -> bool:
        """Whether the archive is mounted on this machine, as on SciServer and Fornax."""
        home = Path(self.mount) if self.mount else None
        try:
            return home is not None and any((home / name).is_dir() for name in _folders())
        except OSError:
            return False

    @property
    def endpoint(self) -> str | None:
        """Address of the bucket's server; None is Amazon's own."""
        return self.s3_url or os.environ.get("AWS_ENDPOINT_URL_S3") or None


def _folders() -> set[str]:
    """Give the folders in which the archive keeps each mission, e.g. ``"nustar/data"``."""
    roots = (mission.archive.folder.removeprefix("/FTP/") for mission in missions().values())
    return {"/".join(root.split("/")[:2]) for root in roots}


HEASARC = Places()
