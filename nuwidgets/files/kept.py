"""Costly products beside a session file: arrays in FITS images, the rest as JSON in the last one.

What is read is, bit by bit, what was written. A file counts only with the checksum that the
session file has for it, so one that was changed or cut is a product that has to be made again.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from nuwidgets.domain import (
    chain,
    contours,
    curve,
    exposure_map,
    fake,
    goodness,
    hardness,
    image,
    lightcurve,
    period,
    pileup,
    power,
    response,
    series,
    sky,
    spectrum,
)
from nuwidgets.errors import FileError, NuwidgetsError
from nuwidgets.files.atomic import replace_bytes
from nuwidgets.files.fits import BROKEN, astropy_at_work
from nuwidgets.files.plain import PlainReader, PlainWriter
from nuwidgets.files.plain_kinds import KINDS

_PRODUCTS = (
    chain.Chain,
    contours.Contours,
    curve.Curve,
    curve.FoldedPart,
    curve.FoldedSpectrum,
    curve.ModelPart,
    curve.ModelSpectrum,
    exposure_map.ExposureMap,
    fake.Fake,
    goodness.Goodness,
    hardness.Hardness,
    image.Image,
    lightcurve.LightCurve,
    period.Period,
    pileup.PileUp,
    power.Power,
    response.Response,
    series.PointRequest,
    series.Series,
    series.SeriesPoint,
    sky.TangentPlane,
    spectrum.Spectrum,
)
_KINDS = {**KINDS, **{cls.__name__: cls for cls in _PRODUCTS}}
_DTYPES = tuple(f"{order}{kind}" for kind in ("i2", "i4", "i8", "f4", "f8") for order in "<>")
_TYPES = ("|u1", "|b1", *_DTYPES)
_PARTS = ("data", "indices", "indptr")
LARGEST_BYTES = 2_000_000_000


class _Writer(PlainWriter):
    """Puts arrays aside, each once, to be written as images."""

    kinds: ClassVar[dict[str, type]] = _KINDS

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.arrays: list[Any] = []

    def _other(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return self._aside(value)
        if hasattr(value, "tocsr"):
            rows = value.tocsr()
            parts = {name: self._aside(getattr(rows, name)) for name in _PARTS}
            return {"is": "sparse", "shape": list(rows.shape), **parts}
        return super()._other(value)

    def _aside(self, array: Any) -> dict[str, Any]:
        if array.dtype.str not in _TYPES:
            raise FileError(f"An array of {array.dtype} cannot be kept in a FITS file.")
        number = next((n for n, one in enumerate(self.arrays) if one is array), len(self.arrays))
        if number == len(self.arrays):
            self.arrays.append(array)
        shape = list(array.shape)
        return {"is": "array", "number": number, "dtype": array.dtype.str, "shape": shape}


class _Reader(PlainReader):
    """Finds arrays among the images."""

    kinds: ClassVar[dict[str, type]] = _KINDS

    def __init__(self, folder: Path, requests: dict[str, Any], arrays: list[Any]) -> None:
        super().__init__(folder, requests)
        self._arrays = arrays

    def _object(self, plain: dict[str, Any]) -> Any:
        return self._sparse(plain) if plain.get("is") == "sparse" else super()._object(plain)

    def _array(self, plain: dict[str, Any]) -> Any:
        number, dtype, shape = (plain.get(name) for name in ("number", "dtype", "shape"))
        if dtype not in _TYPES or not isinstance(number, int) or not isinstance(shape, list):
            raise FileError(f"{plain!r:.80} is no array")
        raw = self._arrays[number]
        return np.frombuffer(raw.tobytes(), raw.dtype).astype(dtype).reshape(shape)

    def _sparse(self, plain: dict[str, Any]) -> Any:
        from scipy.sparse import csr_array

        matrix = csr_array(
            tuple(self.value(plain.get(name)) for name in _PARTS), shape=tuple(plain["shape"])
        )
        matrix.check_format(full_check=True)  # C code trusts the indices
        return matrix


def taken_apart(value: Any) -> dict[str, Any]:
    """Give values of known kinds as plain ones and arrays: for another process.

    Raises
    ------
    FileError
        If something is of a kind that is not known.
    """
    writer = _Writer(Path.cwd())
    plain = writer.value(value)
    return {"value": plain, "requests": writer.requests, "arrays": writer.arrays}


def put_together(parts: dict[str, Any]) -> Any:
    """Give what was taken apart; a list comes as a tuple.

    Raises
    ------
    FileError
        If it cannot have been taken apart here.
    """
    return _Reader(Path.cwd(), parts["requests"], parts["arrays"]).value(parts["value"])


def storable(product: object) -> bool:
    """Say whether a product can be kept: it is of a kind that is known, and so are its parts."""
    kind = type(product)
    if _KINDS.get(kind.__name__) is not kind:
        return False
    parts = (getattr(product, field.name) for field in fields(_KINDS[kind.__name__]))
    return all(_storable_part(part) for part in parts)


def _storable_part(part: Any) -> bool:
    if isinstance(part, np.ndarray):
        return part.dtype.str in _TYPES
    if isinstance(part, tuple | list):
        return all(_storable_part(one) for one in part)
    plain = part is None or isinstance(part, bool | int | float | str | np.generic)
    return plain or hasattr(part, "tocsr") or storable(part)


def save_product(path: Path, product: Any) -> str:
    """Write a product; the folder is made if it is not there.

    Parameters
    ----------
    path : Path
        Where; the session file lies in the folder above.
    product : object
        A product that is `storable`.

    Returns
    -------
    str
        SHA-256 of the file, in hexadecimal digits.

    Raises
    ------
    FileError
        If it cannot be kept, or written.
    """
    writer = _Writer(path.parent.parent)
    tree = {"product": writer.value(product), "requests": writer.requests}
    data = _packed(writer.arrays, tree)
    try:
        path.parent.mkdir(exist_ok=True)
        replace_bytes(path, data)
    except OSError as error:
        raise FileError(
            f"Cannot keep a product in {str(path)!r}: {error.strerror or error}. Check that its"
            " folder may be written to, and has room."
        ) from error
    return hashlib.sha256(data).hexdigest()


def _packed(arrays: list[Any], tree: dict[str, Any]) -> bytes:
    """Give the bytes of a file: an image for each type of array, they one after the other."""
    from astropy.io import fits

    rows: dict[str, list[Any]] = {}
    places: list[tuple[int, int, int]] = []
    for row in map(_flat, arrays):  # one image each would take a millisecond each
        same = rows.setdefault(row.dtype.str, [])
        places.append((list(rows).index(row.dtype.str), sum(map(len, same)), len(row)))
        same.append(row)
    text = json.dumps({**tree, "places": places}, allow_nan=False).encode()
    stream = io.BytesIO()
    with astropy_at_work():
        joined = (np.concatenate(same) for same in rows.values())
        images = [fits.ImageHDU(row, name=f"ARRAYS{n}") for n, row in enumerate(joined)]
        last = fits.ImageHDU(np.frombuffer(text, np.uint8), name="TREE")
        fits.HDUList([fits.PrimaryHDU(), *images, last]).writeto(stream)
    return stream.getvalue()


def _flat(array: Any) -> Any:
    """Give an array as FITS images can hold it: a row, no truth values."""
    row = np.ascontiguousarray(array).reshape(-1)
    return row.view(np.uint8) if row.dtype.kind == "b" else row


def load_product(path: Path, sha256: str) -> Any:
    """Read a product that was kept.

    Parameters
    ----------
    path : Path
        Where it is; the session file lies in the folder above.
    sha256 : str
        Checksum the file must have.

    Raises
    ------
    FileError
        If it is not there, or is not what was written.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES or not path.is_file():
            raise FileError("it is no file of ours")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileError("it was changed since it was written")
        return _unpacked(data, path.parent.parent)
    except (*BROKEN, RecursionError, NuwidgetsError) as error:
        raise FileError(
            f"Cannot use the product that was kept in {str(path)!r}: {error}. It is made again by"
            " run()."
        ) from error


def _unpacked(data: bytes, folder: Path) -> Any:
    from astropy.io import fits

    with astropy_at_work(), fits.open(io.BytesIO(data), memmap=False) as hdus:
        arrays = [np.zeros(0) if hdu.data is None else hdu.data for hdu in hdus[1:]]
    tree = json.loads(arrays.pop().tobytes())
    if "places" in tree:  # older files have an image for each array
        arrays = [arrays[n][start : start + length] for n, start, length in tree["places"]]
    return _Reader(folder, tree["requests"], arrays).value(tree["product"])
