"""Messages between us and a worker: JSON, then the raw bytes of the arrays. Nothing is executed.

A message is 8 bytes (length of the JSON text, little endian), the text, and the arrays one after
another. In the text an array is ``{"~array": [dtype, shape, offset]}``. Tuples arrive as lists.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from nuwidgets.errors import InputError

MARK = "~array"
KINDS = "biufc"
"""Kinds of dtype that may travel: numbers and booleans."""
SPELLED = re.compile(r"[<|][biufc]\d{1,2}")
"""How they are written."""
LONGEST = 2**31
"""Bytes of the longest message taken."""


def pack(value: object) -> bytes:
    """Give the bytes of nested dicts, lists, strings, numbers, booleans, None and arrays.

    Raises
    ------
    InputError
        Something else is in it.
    """
    blocks: list[bytes] = []
    text = json.dumps(_plain(value, blocks)).encode()
    return b"".join([len(text).to_bytes(8, "little"), text, *blocks])


def _plain(value: Any, blocks: list[bytes]) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(part, blocks) for part in value]
    if isinstance(value, dict):
        wrong = [key for key in value if not isinstance(key, str) or key.startswith(MARK)]
        if wrong:
            raise InputError(f"Cannot send {wrong[0]!r} as a name to a worker; use other strings.")
        return {key: _plain(part, blocks) for key, part in value.items()}
    return _array(value, blocks)


def _array(value: Any, blocks: list[bytes]) -> Any:
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in KINDS:
        offset = sum(map(len, blocks))
        little = value.astype(value.dtype.newbyteorder("<"), copy=False)
        blocks.append(little.tobytes())
        return {MARK: [little.dtype.str, list(value.shape), offset]}
    raise InputError(
        f"Cannot send a {type(value).__name__} to a worker: {value!r}."
        " Send numbers, strings, lists, dicts and arrays of numbers."
    )


def unpack(message: bytes) -> Any:
    """Give what was packed; arrays are read-only.

    Raises
    ------
    InputError
        The bytes are not a message.
    """
    try:
        start = 8 + int.from_bytes(message[:8], "little")
        body = memoryview(message)[start:]
        return json.loads(message[8:start], object_hook=lambda part: _restored(part, body))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InputError(
            f"Cannot read a message of {len(message)} bytes from a worker: {error}."
            " Both sides must run the same version of nuwidgets."
        ) from error


def _restored(part: dict[str, Any], body: memoryview) -> Any:
    if MARK not in part:
        return part
    name, shape, offset = part[MARK]
    if not SPELLED.fullmatch(name) or min([offset, *shape]) < 0:
        raise InputError(f"an array of {name!r} and shape {shape!r} at {offset!r} cannot be")
    flat = np.frombuffer(body, np.dtype(name), count=math.prod(shape), offset=offset)
    return flat.reshape(shape)
