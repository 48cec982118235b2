"""What was made of a spectrum or a response, remembered as long as that lives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from weakref import WeakKeyDictionary

T = TypeVar("T")
KEPT = 8
"""How much is remembered for one owner, e.g. choices of ignored ranges for a spectrum."""
_lock = threading.Lock()


def remembered(
    book: WeakKeyDictionary[Any, dict[Any, T]], owner: object, key: object, make: Callable[[], T]
) -> T:
    """Give what was made for `owner` and `key`, or make it; nobody waits while it is made."""
    with _lock:
        found = book.setdefault(owner, {}).get(key)
    if found is None:
        made = make()
        with _lock:
            known = book.setdefault(owner, {})
            found = known.setdefault(key, made)  # who was first is shared by all
            while len(known) > KEPT:
                del known[next(iter(known))]
    return found
