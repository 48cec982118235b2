"""STAND-IN: the archive's bucket on AWS, by moto; keys are the paths below /FTP/."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

    from s3fs import S3FileSystem

BUCKET = "nasa-heasarc"
REGION = "us-east-1"


class S3Standin:
    """The bucket, from `start` to `close`, filled with an archive's files.

    One at a time: all buckets of a process are in one store, which is emptied at the end.

    Parameters
    ----------
    root : Path, optional
        Folder that holds ``FTP``; an empty bucket unless given.
    """

    def __init__(self, root: Path | None = None) -> None:
        from moto.server import ThreadedMotoServer

        self._root = root
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    def __enter__(self) -> Self:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it writes a line per request
        self._server.start()
        _store().create_bucket(BUCKET, REGION)
        if self._root is not None:
            self.put_tree(self._root)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        _store().reset()
        logging.getLogger("werkzeug").setLevel(logging.NOTSET)

    @property
    def url(self) -> str:
        """Address of the service, for ``endpoint_url`` or AWS_ENDPOINT_URL_S3."""
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    def put(self, key: str, content: bytes) -> None:
        """Put one object into the bucket, for everybody to read."""
        from moto.s3.models import get_canned_acl

        _store().put_object(BUCKET, key, content).set_acl(get_canned_acl("public-read"))

    def put_tree(self, root: Path) -> None:
        """Put all files of an archive into the bucket."""
        base = root / "FTP"
        for path in sorted(path for path in base.rglob("*") if path.is_file()):
            self.put(path.relative_to(base).as_posix(), path.read_bytes())

    def put_many(self, prefix: str, count: int = 3000) -> list[str]:
        """Put many small files under one prefix; give their keys."""
        keys = [f"{prefix.strip('/')}/file{number:05d}.txt" for number in range(count)]
        for key in keys:
            self.put(key, f"{key}\n".encode())
        return keys

    def filesystem(self, **options: Any) -> S3FileSystem:
        """Give the real s3fs, nameless as the archive's users are, pointed here."""
        from s3fs import S3FileSystem

        usual = {"anon": True, "endpoint_url": self.url, "skip_instance_cache": True}
        return S3FileSystem(**{**usual, **options})


def _store() -> Any:
    """Give the store behind the server; a request for each of 3,000 objects would take long."""
    from moto.backends import get_backend
    from moto.core import DEFAULT_ACCOUNT_ID

    return get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]
