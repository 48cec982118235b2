"""FITS files, opened safely: what is wrong with a file is said in a sentence that names it.

Headers and tables are read with numpy alone. Large event files are then never held twice, and no
warning filter is touched: those belong to the whole process, and files are read in threads.
Layout: FITS Standard 4.0, Pence et al. 2010, A&A 524, A42 (2010A&A...524A..42P).
"""

from __future__ import annotations

import contextlib
import gzip
import math
import shutil
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.header import CARD, parse_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from nuwidgets.files.header import Header
BLOCK = 2880
MAX_HEADER_BLOCKS = 2000
SPOOL_BYTES = 1 << 26
MAX_AXES = 999
GZIP = b"\x1f\x8b"
FOREIGN = {
    GZIP: "packed with gzip twice; unpack it with gunzip",
    b"BZh": "a bzip2 archive; unpack it with bunzip2",
    b"\x1f\x9d": "an old compress (.Z) file; unpack it with uncompress",
    b"\xfd7zXZ": "an xz archive; unpack it with unxz",
    b"PK\x03\x04": "a zip archive; unpack it with unzip",
    b"<": "a web page; the download went wrong, fetch the file again",
    b"%PDF": "a PDF document; give a FITS file",
}
BROKEN = (
    InputError,
    ValueError,
    LookupError,
    ArithmeticError,
    TypeError,
    AttributeError,
    MemoryError,
    OSError,
)


@dataclass(frozen=True, eq=False)
class Hdu:
    """One header and where its data lie."""

    path: str
    """The file."""
    stream: IO[bytes]
    """The open file."""
    header: Header
    """The keywords."""
    index: int
    """Number in the file; 0 is the primary one."""
    start: int
    """First byte of the data."""
    size: int
    """Bytes of data, without padding."""

    @property
    def name(self) -> str:
        """EXTNAME, in capitals."""
        return self.header.text("EXTNAME").upper()

    @property
    def is_table(self) -> bool:
        """Whether it is a binary table."""
        return self.header.text("XTENSION") == "BINTABLE" and self.header.flag("ZIMAGE") is not True

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return f"{self.name or 'extension'} ({self.index}) of {self.path!r}"

    def says(self, key: str, *values: str) -> bool:
        """Say whether a text keyword has one of the values, in any case."""
        return self.header.text(key).upper() in values

    def read(self, offset: int, size: int) -> bytes:
        """Give bytes of the data."""
        self.stream.seek(self.start + offset)
        data = self.stream.read(size)
        if len(data) != size:
            raise FileError(_cut_short(self.path, self.index, self.start + offset + size))
        return data


@dataclass(frozen=True, eq=False)
class FitsFile:
    """An open FITS file: its headers, and data on demand."""

    path: str
    """The file, as it was given."""
    hdus: tuple[Hdu, ...] = field(default_factory=tuple)
    """All headers, in the order of the file."""

    @property
    def primary(self) -> Header:
        """The keywords of the primary header."""
        return self.hdus[0].header

    @property
    def tables(self) -> tuple[Hdu, ...]:
        """The binary tables."""
        return tuple(hdu for hdu in self.hdus if hdu.is_table)

    @property
    def contents(self) -> str:
        """The names of the extensions, for a sentence."""
        names = [hdu.name or "(no name)" for hdu in self.hdus[1:]]
        return ", ".join(names[:8]) + (" ..." if len(names) > 8 else "") or "no extensions"  # noqa: PLR2004

    def keywords(self, hdu: Hdu) -> Header:
        """Give the keywords of an extension, completed by the primary ones."""
        return hdu.header.over(self.primary)


def _cut_short(path: str, index: int, needed: int) -> str:
    return (
        f"Cannot read {path!r}: it is cut short; extension {index} goes on to byte {needed} and"
        " the file ends before. Download or copy it again."
    )


def _whole(header: Header, key: str, default: int) -> int:
    value = header.values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{key} is {value!r}, not a whole number")
    return value


def _data_size(header: Header) -> int:
    """Give the bytes of data that a header announces."""
    axes = _whole(header, "NAXIS", 0)
    if axes > MAX_AXES:
        raise ValueError(f"NAXIS is {axes}")
    lengths = [_whole(header, f"NAXIS{n}", 0) for n in range(1, axes + 1)]
    if not lengths:
        return 0
    bits = abs(int(header.number("BITPIX", 8)))
    groups, extra = _whole(header, "GCOUNT", 1), _whole(header, "PCOUNT", 0)
    return bits // 8 * groups * (extra + math.prod(lengths))


def _read_header(stream: IO[bytes], path: str, index: int) -> Header | None:
    """Give the next header, or None at the end of the file."""
    cards = ""
    for _ in range(MAX_HEADER_BLOCKS):
        block = stream.read(BLOCK).decode("latin-1")
        if not cards and not block.startswith("XTENSION" if index else "SIMPLE  ="):
            return None  # padding or special records after the last extension are legal
        if len(block) < BLOCK and "END" not in block:
            break
        starts = range(0, len(block), CARD)
        end = next((at for at in starts if block[at : at + CARD].rstrip() == "END"), None)
        cards += block[:end]
        if end is not None:
            return parse_header(cards)
    raise FileError(
        f"Cannot read {path!r}: header {index} has no END; the file is cut short or broken."
        " Download or copy it again."
    )


def _scan(stream: IO[bytes], path: str) -> tuple[Hdu, ...]:
    """Give all headers of a stream."""
    total = stream.seek(0, 2)
    stream.seek(0)
    hdus: list[Hdu] = []
    while (header := _read_header(stream, path, len(hdus))) is not None:
        start, size = stream.tell(), _data_size(header)
        if start + size > total:
            raise FileError(_cut_short(path, len(hdus), start + size))
        hdus.append(Hdu(path, stream, header, len(hdus), start, size))
        stream.seek(start + -(-size // BLOCK) * BLOCK)
    return tuple(hdus)


def _unpacked(stream: IO[bytes], path: str) -> IO[bytes]:
    """Give an unpacked copy of a gzip stream: in memory if small, else in a nameless file."""
    unpacked = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115  closed by open_fits
    try:
        with gzip.GzipFile(fileobj=stream) as source:
            shutil.copyfileobj(source, unpacked, 1 << 20)
    except (OSError, EOFError, zlib.error) as error:
        unpacked.close()
        raise FileError(
            f"Cannot unpack {path!r}: {error}. The gzip file is cut short or broken, or the disk"
            " is full; download it again, or try gunzip."
        ) from error
    unpacked.seek(0)
    return unpacked


def _open(path: str) -> IO[bytes]:
    """Open a file for reading, or say why that cannot be."""
    try:
        return Path(path).expanduser().open("rb")
    except FileNotFoundError as error:
        raise FileError(f"There is no file {path!r}. Check the path.") from error
    except IsADirectoryError as error:
        raise FileError(f"{path!r} is a folder. Give a file in it.") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"Cannot open {path!r}: {error}. Check the path and its rights.") from error


def _check_start(stream: IO[bytes], path: str) -> None:
    """Refuse what is no FITS file, saying what it is instead."""
    head = stream.read(9)
    if head.startswith(b"SIMPLE  "):
        return
    if not head:
        raise FileError(f"{path!r} is empty. Download or make it again.")
    for magic, what in FOREIGN.items():
        if head.startswith(magic):
            raise FileError(f"Cannot read {path!r} as FITS: it is {what}.")
    raise FileError(
        f"Cannot read {path!r} as FITS: it begins with {head!r} instead of 'SIMPLE  ='."
        " Give a FITS file, plain or .gz."
    )


@contextlib.contextmanager
def open_fits(path: str | PathLike[str]) -> Iterator[FitsFile]:
    """Open a FITS file, plain or gzipped, for a ``with`` block.

    Raises
    ------
    FileError
        If the file is missing, empty, cut short or no FITS file; also for whatever goes wrong with
        its contents inside the block.
    """
    name = str(path)
    with contextlib.ExitStack() as stack, np.errstate(all="ignore"):
        stream = stack.enter_context(_open(name))
        if stream.read(2) == GZIP:
            stream.seek(0)
            stream = stack.enter_context(_unpacked(stream, name))
        stream.seek(0)
        _check_start(stream, name)
        try:
            hdus = _scan(stream, name)
            if not hdus:
                raise ValueError("it has no header")
            yield FitsFile(name, hdus)
        except BROKEN as error:
            raise FileError(
                f"Cannot read {name!r}: its contents are broken ({error}). Check it with"
                " fverify, or download or make it again."
            ) from error
