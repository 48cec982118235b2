"""Write files as the archive has them: packed, with sums, the same bytes each time."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LEVEL = 6


def pack(path: Path, hdus: Any) -> None:
    """Write a FITS file, each part with its checksum, packed; ``.gz`` is put behind the name."""
    stream = io.BytesIO()
    for hdu in hdus:
        hdu.add_checksum(when="of the simulated data")
    hdus.writeto(stream)
    pack_bytes(path, stream.getvalue())


def pack_bytes(path: Path, data: bytes) -> None:
    """Write bytes packed, always the same ones; ``.gz`` is put behind the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(data, LEVEL, mtime=0))
