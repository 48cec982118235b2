"""Whether a file is whole: gzip unpacked to its end, FITS walked to its end, checksums compared.

What a file is, is judged by its first bytes; its name only says what it should be. The file is read
once, in chunks, and nothing is kept: memory stays flat whatever its size.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from nuwidgets.errors import FileError
from nuwidgets.files.fits import GZIP, check_regular
from nuwidgets.files.fits_walk import NotWholeError, Pieces, walk_fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike


Kind = Literal["gzip FITS", "FITS", "gzip", "other"]

CHUNK_BYTES = 1 << 20
WAIT_S = 0.005
PACKED_BYTES = 1 << 16
HEAD_BYTES = 512
SHOWN_BYTES = 20
SIMPLE = b"SIMPLE  ="
BOM = b"\xef\xbb\xbf"
FITS_ENDINGS = (
    *(".fits", ".fit", ".fts", ".fz", ".evt", ".gti", ".img", ".exp", ".lc", ".cat"),
    *(".pha", ".pha2", ".pi", ".arf", ".rmf", ".rsp", ".hk", ".mkf", ".att", ".attorb", ".orb"),
)
"""Endings of names in the archive that promise FITS."""
PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".xml", ".xsl", ".svg", ".vot")
"""Endings of names that may well begin as a web page does."""
PACKED_SO = "gzip is whole: FITS was packed like this, and to fetch it again will not help"
"""The remark on a FITS checksum that is wrong inside gzip whose own is right."""
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|\?xml)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Wholeness:
    """What was found when a file was read to its end."""

    problem: str = ""
    """Why it is not whole, a clause, e.g. ``"gzip ends early at byte 12345"``; empty if it is."""
    remark: str = ""
    """What is odd but no fault of the file's way here, a clause; empty if nothing is."""
    kind: Kind = "other"
    """What it is, by its first bytes."""
    size_bytes: int = 0
    """Size on the disk, bytes."""
    sha256: str = ""
    """SHA-256 of the bytes on the disk, in hexadecimal digits."""
    only_sums: bool = False
    """Whether a checksum of FITS is all that is wrong: often one that was forgotten at an edit."""

    @property
    def is_whole(self) -> bool:
        """Whether no problem was found."""
        return not self.problem

    @property
    def fetch_again(self) -> bool:
        """Whether to fetch it again may help; not if gzip vouches for a wrong FITS checksum."""
        return not self.is_whole and self.remark != PACKED_SO


class _GzipError(FileError):
    """Why gzip is not whole: a clause for `check_whole`, never for a user."""


def _go_on() -> None:
    """Never stop."""


def _is_still() -> bool:
    """Say that the file has its size already."""
    return False


def check_whole(
    path: str | PathLike[str],
    name: str = "",
    stop: Callable[[], None] = _go_on,
    grows: Callable[[], bool] = _is_still,
) -> Wholeness:
    """Read a file to its end and say whether it is whole.

    gzip is unpacked, with all its members; FITS, packed or plain, must end where its headers say
    and have the checksums that they give. Of other files the size and the SHA-256 are all there is.

    Parameters
    ----------
    path : path
        The file.
    name : str
        What it is to be called, since it may have another name until it is whole; usually its own.
    stop : callable
        Called at every chunk; what it raises ends the reading.
    grows : callable
        Says whether somebody still writes the file: then its end is waited for.

    Raises
    ------
    FileError
        If the file is missing or cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = Path(folder, "nu_cl.evt.gz.part")
    ...     _ = page.write_text("<!DOCTYPE html>")
    ...     check_whole(page, "nu_cl.evt.gz").problem
    "is not gzip: it begins with '<!DOCTYPE html>'"
    """
    digest = hashlib.sha256()
    with _open(path) as stream:
        data = Pieces(_chunks(stream, digest, stop, grows))
        found = _judge(data, (name or Path(path).name).lower(), stop)
        data.drain()
    return replace(found, size_bytes=data.at, sha256=digest.hexdigest())


def _open(path: str | PathLike[str]) -> IO[bytes]:
    try:
        place = Path(path).expanduser()
        check_regular(place)
        return place.open("rb", buffering=0)
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(
            f"Cannot check {str(path)!r}: {error}. Check the path and its rights."
        ) from error


def _chunks(
    stream: IO[bytes],
    digest: hashlib._Hash,
    stop: Callable[[], None],
    grows: Callable[[], bool],
) -> Iterator[bytes]:
    """Give a file in chunks, each added to the digest."""
    while True:
        stop()
        growing = grows()  # before reading: what is written up to its end is read
        try:
            chunk = stream.read(CHUNK_BYTES)
        except OSError as error:
            raise FileError(
                f"Cannot read {stream.name!r} to its end: {error}. Check the disk, or download or"
                " copy the file again."
            ) from error
        if chunk:
            digest.update(chunk)
            yield chunk
        elif growing:
            time.sleep(WAIT_S)
        else:
            return


def _judge(data: Pieces, name: str, stop: Callable[[], None]) -> Wholeness:
    """Judge a file by its first bytes, and go through it."""
    head = data.peek(HEAD_BYTES)
    if head.startswith(GZIP):
        return _judge_gzip(data, name, stop)
    if head and name.endswith(".gz"):
        kind: Kind = "FITS" if head.startswith(SIMPLE) else "other"
        return Wholeness(f"is not gzip: {_begins(head)}", kind=kind)
    return _judge_content(data, name)


def _judge_gzip(data: Pieces, name: str, stop: Callable[[], None]) -> Wholeness:
    """Judge a gzip stream and what is in it; where both are broken, gzip is the cause."""
    kind: Kind = "gzip"
    inside = Pieces(_inflate(data, stop))
    try:
        if inside.peek(HEAD_BYTES).startswith(SIMPLE):
            kind = "gzip FITS"
        found = _judge_content(inside, name.removesuffix(".gz"), PACKED_SO)
        inside.drain()
    except _GzipError as error:
        return Wholeness(str(error), kind=kind)
    return replace(found, kind=kind)


def _judge_content(data: Pieces, name: str, if_sum_is_wrong: str = "") -> Wholeness:
    """Judge what is not, or no longer, packed; with what to remark on a wrong checksum."""
    head = data.peek(HEAD_BYTES)
    if not head.startswith(SIMPLE):
        return Wholeness(_wrong_start(head, name), "encrypted" if name.endswith(".gpg") else "")
    try:
        wrong_sum, remark = walk_fits(data)
    except NotWholeError as error:
        return Wholeness(str(error), kind="FITS")
    said = if_sum_is_wrong if wrong_sum else remark
    return Wholeness(wrong_sum, said, "FITS", only_sums=bool(wrong_sum))


def _wrong_start(head: bytes, name: str) -> str:
    """Say what is wrong with the start of something that is not FITS; empty if nothing is."""
    if not head:
        return "is empty" if name.endswith((".gz", ".gpg", *FITS_ENDINGS)) else ""
    if name.endswith(FITS_ENDINGS):
        return f"is not FITS: {_begins(head)}"
    if _PAGE.match(head.removeprefix(BOM)) and not name.endswith(PAGE_ENDINGS):
        return f"is a web page: {_begins(head)}"
    return ""


def _begins(head: bytes) -> str:
    start = head.removeprefix(BOM).lstrip()[:SHOWN_BYTES].decode("latin-1")
    return f"it begins with {start.splitlines()[0] if start else start!r}"


def _inflate(data: Pieces, stop: Callable[[], None]) -> Iterator[bytes]:
    """Unpack a gzip stream, member after member; zeros may follow each."""
    while True:
        yield from _inflate_member(data, stop)
        end = data.at
        while data.peek(1) == b"\0":
            piece = bytes(next(data.upto(PACKED_BYTES)))
            data.give_back(len(piece.lstrip(b"\0")))
        if not data.peek(1):
            return
        if data.peek(len(GZIP)) != GZIP:
            raise _GzipError(f"gzip ends at byte {end}, and other data follow")


def _inflate_member(data: Pieces, stop: Callable[[], None]) -> Iterator[bytes]:
    """Unpack one member, whose sum and length zlib checks; what follows it is given back."""
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or next(data.upto(PACKED_BYTES), b"")
        if not packed:
            raise _GzipError(f"gzip ends early at byte {data.at}")
        try:
            chunk = unpacker.decompress(packed, CHUNK_BYTES)
        except zlib.error as error:
            reason = str(error).rpartition(": ")[2]
            raise _GzipError(f"gzip is damaged before byte {data.at}: {reason}") from error
        stop()
        yield chunk
    data.give_back(len(unpacker.unused_data))
