"""The worker's side of the wire: answer one request after another over the private socket."""

from __future__ import annotations

import contextlib
import os
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from nuwidgets.engines.codec import LONGEST, pack, unpack
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Handler = Callable[[Any, Callable[..., None]], object]


def serve(handlers: Mapping[str, Handler], fd: int) -> None:
    """Answer requests until the other side is gone: the worker's whole life.

    Parameters
    ----------
    handlers : mapping of str to callable
        ``handler(payload, report) -> answer``, where ``report(fraction, stage, line)`` tells how
        far it is. What a handler raises is sent as its message.
    fd : int
        Number of the socket: the last argument of the command line.
    """
    os.set_inheritable(fd, False)  # noqa: FBT003  children of ours must not keep it open
    link: Connection[Any, Any] = Connection(fd)
    with contextlib.suppress(EOFError, OSError):
        while True:
            number, method, payload = unpack(link.recv_bytes(LONGEST))

            def report(
                fraction: float | None = None, stage: str = "", line: str = "", n: int = number
            ) -> None:
                link.send_bytes(pack([n, "report", [fraction, stage, line]]))

            try:
                answer = pack([number, "ok", _handler(handlers, method)(payload, report)])
            except Exception as error:  # noqa: BLE001  the other side says what went wrong
                answer = pack([number, "error", f"{type(error).__name__}: {error}"])
            link.send_bytes(answer)


def _handler(handlers: Mapping[str, Handler], method: str) -> Handler:
    if method not in handlers:
        raise InputError(f"This worker cannot {method!r}. {nearest(method, handlers)}")
    return handlers[method]
