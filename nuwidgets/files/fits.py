"""FITS files, opened by astropy: what is wrong with one is said in a sentence that names it.

Plain files are mapped into memory, so that only the columns that are asked for are copied. astropy
warns of every oddity of real headers; warning filters belong to the whole process, and files are
read in threads. So astropy works behind one lock, and none of its warnings or errors gets out.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import re
import shutil
import tempfile
import threading
import warnings
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.header import header_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from nuwidgets.files.header import Header

LOCK = threading.RLock()
MAX_FIELDS = MAX_AXES = 999
BLOCK = 2880
_NAXIS = re.compile(rb"NAXIS   = +(\d+)")
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
    Warning,  # another thread may have put its own filters back meanwhile
)


@contextlib.contextmanager
def astropy_at_work() -> Iterator[None]:
    """Keep astropy's warnings in, for one thread at a time."""
    with LOCK, warnings.catch_warnings(action="ignore"):
        yield


@dataclass(frozen=True, eq=False)
class Hdu:
    """One header and where its data lie."""

    path: str
    """The file."""
    header: Header
    """The keywords."""
    index: int
    """Number in the file; 0 is the primary one."""
    start: int
    """First byte of the data."""
    size: int
    """Bytes of data, without padding."""
    stream: IO[bytes]
    """The open file."""
    astropy: Any
    """The same in astropy; to be used within `astropy_at_work` only."""

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

    @property
    def data(self) -> Any:
        """The data in astropy, mapped; to be used within `astropy_at_work` only."""
        needed = self.start + self.size
        if os.fstat(self.stream.fileno()).st_size < needed:  # to touch the map would be a SIGBUS
            raise FileError(_cut_short(self.path, self.index, needed))
        return self.astropy.data


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


def _check_shape(hdu: Any, index: int) -> None:
    """Refuse what would send astropy backwards through the file, or after endless columns."""
    if not hasattr(hdu, "fileinfo"):
        raise ValueError(f"header {index} is not that of standard FITS")
    lengths = [f"NAXIS{n}" for n in range(1, hdu.header.get("NAXIS", 0) + 1)]
    for key in (*lengths, "PCOUNT", "GCOUNT", "TFIELDS"):
        value = hdu.header.get(key, 0)
        if not isinstance(value, int) or value < 0 or (key == "TFIELDS" and value > MAX_FIELDS):
            raise ValueError(f"{key} is {value!r}")


def _hdus(stream: IO[bytes], path: str) -> Iterator[Hdu]:
    """Give all extensions of a stream, and say where they break off."""
    from astropy.io import fits

    first = _NAXIS.search(stream.read(BLOCK))
    if first and int(first[1]) > MAX_AXES:
        raise ValueError(f"NAXIS is {int(first[1])}")  # astropy would count them all
    stream.seek(0)
    opened = fits.open(stream, disable_image_compression=True, character_as_bytes=True, uint=True)
    total, end = os.fstat(stream.fileno()).st_size, 0
    for index in itertools.count():
        try:
            hdu = opened[index]
        except IndexError:
            break
        _check_shape(hdu, index)
        start, span = hdu.fileinfo()["datLoc"], hdu.fileinfo()["datSpan"]
        if start + hdu.size > total:
            raise FileError(_cut_short(path, index, start + hdu.size))
        header = header_of(hdu.header)
        for number in range(1, hdu.header.get("TFIELDS", 0) + 1):
            hdu.header[f"TTYPE{number}"] = f"COL{number}"  # numpy wants each name, and only once
        yield Hdu(path, header, index, start, hdu.size, stream, hdu)
        end = start + span
    stream.seek(end)
    if stream.read(8) == b"XTENSION":
        raise ValueError(f"header {index} has no END, or none that can be read")


def _unpacked(stream: IO[bytes], path: str, stack: contextlib.ExitStack) -> IO[bytes]:
    """Give an unpacked copy of a gzip stream, in a file without a name, to be mapped."""
    unpacked = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
    try:
        with gzip.GzipFile(fileobj=stream) as source:
            shutil.copyfileobj(source, unpacked, 1 << 20)
        unpacked.flush()
    except (OSError, EOFError, zlib.error) as error:
        raise FileError(
            f"Cannot unpack {path!r}: {error}. The gzip file is cut short or broken, or the disk"
            " is full; download it again, or try gunzip."
        ) from error
    return stack.enter_context(open(unpacked.fileno(), "rb", closefd=False))


def check_regular(path: Path) -> None:
    """Refuse pipes and devices, which would be waited for without end.

    Raises
    ------
    FileError
        If there is something that is neither a file nor a folder.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FileError(
            f"Cannot open {str(path)!r}: it is a pipe, a device or a socket. Give a file; what"
            " comes through a pipe is to be saved first."
        )


def _open(path: str) -> IO[bytes]:
    """Open a file for reading, or say why that cannot be."""
    try:
        place = Path(path).expanduser()
        check_regular(place)
        return place.open("rb")
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
    with astropy_at_work():
        from astropy.io.fits import VerifyError
    with contextlib.ExitStack() as stack, np.errstate(all="ignore"):
        stream = stack.enter_context(_open(name))
        if stream.read(2) == GZIP:
            stream.seek(0)
            stream = _unpacked(stream, name, stack)
        stream.seek(0)
        _check_start(stream, name)
        stream.seek(0)
        try:
            with astropy_at_work():
                hdus = tuple(_hdus(stream, name))
            yield FitsFile(name, hdus)
        except (*BROKEN, VerifyError) as error:
            raise FileError(
                f"Cannot read {name!r}: its contents are broken ({error}). Check it with"
                " fverify, or download or make it again."
            ) from error
