"""FITS walked from end to end as a stream: every header, every length, every checksum.

The stream comes in chunks of any size and is never held whole. Layout and checksums: FITS standard
4.0 (2018), sections 3, 4.4.2.7 and appendix J. Headers are not read by astropy here: only a few
cards matter, and it warns of odd ones behind a lock that others wait for.
"""

from __future__ import annotations

import itertools
import math
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import FileError
from nuwidgets.files.fits import BLOCK, MAX_AXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Bytes = bytes | memoryview

MAX_HEADER_BLOCKS = 10_000
MODULUS = 2**32 - 1
_CARD = 80
_END = b"END     "
_KEYS = ["END", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "GROUPS", "EXTNAME", "CHECKSUM", "DATASUM"]
_WANTED = {key.ljust(8).encode() for key in (*_KEYS, *(f"NAXIS{n + 1}" for n in range(MAX_AXES)))}
_VALUE = re.compile(rb"= +(?:'((?:[^']|'')*)'|([^ /]*))")


class NotWholeError(FileError):
    """Why FITS is not whole: a clause for `check_whole`, which knows the file; never for a user."""


class Pieces:
    """A stream of bytes that comes in chunks of any size, taken in pieces of a wanted size.

    Parameters
    ----------
    chunks : iterable of bytes
        The stream.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.at = 0
        self._chunks = iter(chunks)
        self._chunk = memoryview(b"")
        self._start = 0

    def _get_more(self) -> bool:
        """Put the next chunk behind what is left of this one; say whether there was one."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        left = self._chunk[self._start :]
        self._chunk, self._start = memoryview(left.tobytes() + chunk if left else chunk), 0
        return True

    def upto(self, size: int = sys.maxsize) -> Iterator[memoryview]:
        """Give the next `size` bytes as they come; fewer where the stream ends before."""
        while size > 0:
            while self._start == len(self._chunk):
                if not self._get_more():
                    return
            piece = self._chunk[self._start : self._start + size]
            size -= len(piece)
            self.at += len(piece)
            self._start += len(piece)
            yield piece

    def take(self, size: int) -> bytes:
        """Give the next `size` bytes; fewer where the stream ends before."""
        return b"".join(self.upto(size))

    def peek(self, size: int) -> bytes:
        """Give the next `size` bytes, which stay to be taken."""
        while len(self._chunk) - self._start < size and self._get_more():
            pass
        return self._chunk[self._start : self._start + size].tobytes()

    def give_back(self, size: int) -> None:
        """Take back so many bytes at the end of the last piece, to be given again."""
        self.at -= size
        self._start -= size

    def drain(self) -> None:
        """Go to the end of the stream."""
        for _ in self.upto():
            pass


@dataclass
class Sum32:
    """A running sum of big-endian 32-bit words whose carries are added at the low end."""

    value: int = 0
    """The sum, 0 to 2^32 - 1; 0 only where all bytes are 0."""
    n_bytes: int = 0
    """How many bytes it spans."""

    def add(self, data: Bytes) -> None:
        """Add the next bytes, however many."""
        n_words, odd = divmod(len(data), 4)
        total = int.from_bytes(bytes(data[len(data) - odd :]).ljust(4, b"\0"), "big")
        if n_words:
            total += int(np.frombuffer(data, ">u4", n_words).sum(dtype=np.uint64))
        # a start between two words turns all words, and to turn is to multiply by a power of 2
        total = self.value + (total << 8 * (-self.n_bytes % 4))
        self.value = (total - 1) % MODULUS + 1 if total else 0
        self.n_bytes += len(data)


@dataclass(frozen=True)
class _Header:
    """What matters of one header."""

    index: int
    """Number of its HDU; 0 is the primary one."""
    values: dict[str, str] = field(default_factory=dict)
    """The values of the cards that matter, as text."""
    total: Sum32 = field(default_factory=Sum32)
    """The sum over the whole header."""

    @property
    def label(self) -> str:
        """What to call the HDU in a sentence."""
        name = self.values.get("EXTNAME", "").strip()
        what = f"extension {self.index}" if self.index else "the primary HDU"
        return f"{what} ({name})" if name and name.isprintable() else what

    def number(self, key: str, default: int | None = None) -> int:
        """Give a whole number."""
        text = self.values.get(key, "" if default is None else str(default))
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            raise NotWholeError(f"the FITS header of {self.label} gives no length: {key} {text!r}")
        return int(text)

    def count(self, key: str, default: int | None = None) -> int:
        """Give a whole number that cannot be negative."""
        number = self.number(key, default)
        if number < 0:
            raise NotWholeError(f"the FITS header of {self.label} gives no length: {key} {number}")
        return number

    @property
    def data_bytes(self) -> int:
        """Size of the data without padding: equation 2 of the standard; 4 for random groups."""
        bits, n_axes = self.number("BITPIX"), self.count("NAXIS")
        if abs(bits) not in (8, 16, 32, 64) or n_axes > MAX_AXES:
            raise NotWholeError(
                f"the FITS header of {self.label} gives no length: BITPIX {bits}, NAXIS {n_axes}"
            )
        lengths = [self.count(f"NAXIS{n}") for n in range(1, n_axes + 1)]
        if not lengths:
            return 0
        if lengths[0] == 0 and self.values.get("GROUPS") == "T":
            lengths = lengths[1:]
        n_values = self.count("GCOUNT", 1) * (self.count("PCOUNT", 0) + math.prod(lengths))
        return abs(bits) // 8 * n_values


def walk_fits(data: Pieces) -> tuple[str, str]:
    """Walk through FITS to its end.

    A stream that is cut exactly between two HDUs, or within the padding of one, cannot be told
    from a shorter one.

    Returns
    -------
    wrong_sum : str
        Which checksum is not that of its header, a clause; empty if all are right.
    remark : str
        What is odd but does no harm, a clause; empty if nothing is.

    Raises
    ------
    NotWholeError
        If it ends early, has a header that says no length, or goes on after its end.
    """
    block, index, wrong_sum, remark = data.take(BLOCK), 0, "", ""
    while index == 0 or (block and b"XTENSION".startswith(block[:8])):
        header = _read_header(index, block, data)
        total, remark = _read_data(header, data)
        wrong_sum = wrong_sum or _wrong_sum(header, total)
        block, index = data.take(BLOCK), index + 1
    return wrong_sum, remark or _leftover(block, data)


def _read_header(index: int, block: bytes, data: Pieces) -> _Header:
    """Read a header whose first block is there, up to its END."""
    header = _Header(index)
    for _ in range(MAX_HEADER_BLOCKS):
        if len(block) < BLOCK:
            raise NotWholeError(f"the FITS header of {header.label} ends early at byte {data.at}")
        header.total.add(block)
        if _read_cards(block, header.values):
            return header
        block = data.take(BLOCK)
    raise NotWholeError(f"the FITS header of {header.label} has no END")


def _read_cards(block: bytes, values: dict[str, str]) -> bool:
    """Read the cards of a block that matter, the first of each; say whether END was there."""
    for start in range(0, BLOCK, _CARD):
        key = block[start : start + 8]
        if key not in _WANTED:
            continue
        if key == _END:
            return True
        if found := _VALUE.match(block, start + 8, start + _CARD):
            text, bare = found.groups()
            value = bare if text is None else text.rstrip()
            values.setdefault(key.decode().rstrip(), value.decode("latin-1"))
    return False


def _read_data(header: _Header, data: Pieces) -> tuple[Sum32, str]:
    """Go over the data of one HDU; give their sum where the header asks for it, and a remark."""
    size = header.data_bytes
    padded = -(-size // BLOCK) * BLOCK
    is_summed = "CHECKSUM" in header.values or "DATASUM" in header.values
    start, total = data.at, Sum32()
    for piece in data.upto(padded):
        if is_summed:
            total.add(piece)
    if data.at < start + size:
        raise NotWholeError(
            f"the FITS data of {header.label} end early at byte {data.at}, not {start + size}"
        )
    is_filled = data.at == start + padded
    return total, "" if is_filled else "the last FITS block is not filled up"


def _wrong_sum(header: _Header, total: Sum32) -> str:
    """Say which sum is not that of the header, if one is; what is empty was never computed."""
    noted = header.values.get("DATASUM", "").strip()
    if noted and (noted.lstrip("0") or "0") != str(total.value):
        return f"the FITS data of {header.label} have the checksum {total.value}, not {noted!r}"
    of_all = header.values.get("CHECKSUM", "").strip("0 ")
    if of_all and (header.total.value + total.value) % MODULUS:
        what = "header" if noted else "header with the data"
        return f"the FITS {what} of {header.label} does not fit its CHECKSUM"
    return ""


def _leftover(block: bytes, data: Pieces) -> str:
    """Give a remark on zeros after the last HDU."""
    end = data.at - len(block)
    for piece in itertools.chain((block,), data.upto()):
        if bytes(piece).strip(b"\0"):
            raise NotWholeError(f"FITS ends at byte {end}, and other data follow")
    return f"{data.at - end} zeros follow the FITS data" if data.at > end else ""
