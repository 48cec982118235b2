"""FITS images in: pixel arrays with their scaling."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.files.fits import Hdu

PIXELS = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


def pixels_of(hdu: Hdu) -> NDArray[Any]:
    """Give the array of an image, scaled, first axis slowest, in this machine's byte order."""
    header = hdu.header
    axes = int(header.number("NAXIS", 0))
    shape = [int(header.number(f"NAXIS{n}", 0)) for n in range(axes, 0, -1)]
    base = np.dtype(PIXELS[int(header.number("BITPIX", 0))])
    data = hdu.read(0, math.prod(shape) * base.itemsize if shape else 0)
    pixels = np.frombuffer(data, base).astype(base.newbyteorder("=")).reshape(shape)
    scale, zero = header.number("BSCALE", 1.0), header.number("BZERO", 0.0)
    return pixels if (scale, zero) == (1.0, 0.0) else pixels * scale + zero
