"""Trouble with the network as a sentence that says what to do."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from nuwidgets.errors import NuwidgetsError, ServiceError

if TYPE_CHECKING:
    from nuwidgets.archive.places import Places

OFFLINE = "Files that you have open without it: nuwidgets.open('60001110002/')."
_LONGEST = 200


def why(error: BaseException) -> str:
    """Give the reason of a failure in a few words, whatever library it comes from."""
    kinds = (TimeoutError, asyncio.TimeoutError)
    if isinstance(error, kinds) or "Timeout" in type(error).__name__ or "timed out" in str(error):
        return "it did not answer in time"
    text = str(error)
    if isinstance(error, NuwidgetsError):
        return text.rstrip(".")
    for words, says in _KNOWN:
        if re.search(words, text):
            return says
    first = " ".join(text.split())[:_LONGEST]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


_KNOWN = (
    ("NameResolution|Name or service not known|getaddrinfo|nodename nor servname|Temporary failure",
     "its address is not known: is this machine online?"),
    ("[Cc]onnection refused|Connect call failed", "nobody answers at its address"),
    ("Network is unreachable|No route to host", "the network does not reach it"),
    ("[Cc]onnection (reset|aborted)|RemoteDisconnected", "the connection was cut"),
    ("Server disconnected|IncompleteRead|ContentLength|not completed", "the connection was cut"),
    (r"\b429\b|Too Many Requests", "it is asked too often just now (429)"),
    (r"\b503\b|Service Unavailable|SlowDown", "it is busy or down for maintenance (503)"),
    (r"\b50[0-9]\b|Internal Server Error|Bad Gateway", "it has a fault of its own (5xx)"),
    (r"\b40[13]\b|Forbidden|Access ?Denied", "it does not allow that"),
    (r"\b404\b|Not Found|NoSuchKey|NoSuchBucket", "it has no such thing (404)"),
    ("CERTIFICATE|SSL", "its certificate was not accepted"),
)  # fmt: skip


def no_answer(what: str, places: Places, error: BaseException, way_out: str = "") -> ServiceError:
    """Give the error for a service that does not answer as it should.

    Parameters
    ----------
    what : str
        What was to be done, e.g. ``"search numaster"``.
    places : Places
        Whose service it is.
    error : Exception
        What went wrong.
    way_out : str
        What to do, beside trying again.
    """
    more = f" {way_out}" if way_out else ""
    return ServiceError(
        f"Cannot {what}: {places.says} does not answer as it should ({why(error)})."
        f" Try again in a moment.{more} {OFFLINE}"
    )
