"""Files in a bucket at Amazon's, read without an account."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.paths import safe_path
from nuwidgets.archive.remote import Body
from nuwidgets.domain.archive_file import ArchiveFile
from nuwidgets.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BLOCK = 4 << 20
"""So many bytes are asked for at once: Stop need not wait, and memory stays small."""
_LIMITS = {"connect_timeout": 15, "read_timeout": 60, "retries": {"max_attempts": 2}}


class S3Remote:
    """A bucket.

    Parameters
    ----------
    endpoint : str or None
        Address of its server; None is Amazon's own.
    """

    local = False

    def __init__(self, endpoint: str | None) -> None:
        self._endpoint = endpoint
        self._fs: Any = None

    def _system(self) -> Any:
        if self._fs is None:
            try:
                import s3fs
            except ImportError as error:
                raise _missing(error) from error
            self._fs = s3fs.S3FileSystem(
                anon=True,
                endpoint_url=self._endpoint,
                asynchronous=True,
                skip_instance_cache=True,
                use_listings_cache=False,
                config_kwargs=_LIMITS,
            )
        return self._fs

    async def list(self, root: str) -> tuple[ArchiveFile, ...]:
        """Give all files below a folder, page by page; () if there is none."""
        system = self._system()
        home = root.removeprefix("s3://").rstrip("/") + "/"
        try:
            found = await system._find(home, detail=True)  # noqa: SLF001  fsspec's async API
        except FileNotFoundError:
            return ()
        files = (
            ArchiveFile(key.removeprefix(home), info.get("size"), str(info.get("ETag") or ""))
            for key, info in found.items()
            if info.get("type") == "file" and key.startswith(home)
        )
        safe = (file for file in files if safe_path(file.path))
        return tuple(sorted(safe, key=lambda file: file.path))

    @asynccontextmanager
    async def read(self, url: str, start: int, version: str) -> AsyncIterator[Body]:
        """Open a file at a byte, if it still has this version, else at its beginning."""
        system = self._system()
        info = await system._info(url)  # noqa: SLF001  fsspec's async API
        same = not version or not info.get("ETag") or info["ETag"] == version
        begin = start if same else 0
        yield Body(begin, int(info["size"]), self._blocks(url, begin, int(info["size"])))

    async def _blocks(self, url: str, begin: int, end: int) -> AsyncIterator[bytes]:
        system = self._system()
        for at in range(begin, end, BLOCK):
            yield await system._cat_file(url, start=at, end=min(at + BLOCK, end))  # noqa: SLF001

    async def close(self) -> None:
        """Let connections go."""
        if self._fs is not None and self._fs._s3 is not None:  # noqa: SLF001  no other way
            await self._fs._s3.close()  # noqa: SLF001
        self._fs = None


def _missing(error: ImportError) -> EngineMissingError:
    missing = f"Cannot read from Amazon's copy of the archive: s3fs is not installed ({error})."
    return EngineMissingError(f"{missing} pip install 'nuwidgets[aws]', or choose host 'heasarc'.")
