"""Run what is asynchronous on fsspec's event loop, from a thread that reports and may stop it."""

from __future__ import annotations

import asyncio
from concurrent.futures import CancelledError as Cancelled
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

POLL_S = 0.2
"""How often it is told how far it is, s."""
PATIENCE_S = 5.0
"""So long what was stopped may take to close its files, s."""


def on_loop(
    work: Callable[[], Coroutine[Any, Any, Any]], token: Any, report: Callable[[], None]
) -> Any:
    """Run a coroutine to its end in fsspec's thread; give what it gives.

    Parameters
    ----------
    work : callable
        Makes the coroutine.
    token : Token
        Stops it.
    report : callable
        Called now and then in this thread.

    Raises
    ------
    CancelledError
        When it was stopped; what it held is closed by then.
    """
    from fsspec.asyn import get_loop

    begun, ended = Future[None](), Future[None]()

    async def whole() -> Any:
        begun.set_result(None)
        try:
            return await work()
        finally:
            ended.set_result(None)

    token.check()
    future = asyncio.run_coroutine_threadsafe(whole(), get_loop())
    try:
        with token.stopping(future.cancel):
            while not wait([future], POLL_S).done:
                report()
        result = future.result()
    except Cancelled:
        _let_end(begun, ended)
        raise CancelledError("Stopped on request; the settings are kept.") from None
    except BaseException:  # Ctrl-C too
        future.cancel()
        _let_end(begun, ended)
        raise
    report()
    return result


def _let_end(begun: Future[None], ended: Future[None]) -> None:
    """Wait until what was stopped has closed its files."""
    if begun.done():
        wait([ended], PATIENCE_S)
