"""astroquery's client with time limits and retries, and calls that Stop can leave at once."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from nuwidgets.archive.trouble import no_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.archive.places import Places

TIMEOUT_S = (10.0, 30.0)
"""Longest waits for a connection, and for the next bytes of an answer, s."""
TRIES = 3
PAUSE_S = 0.5
"""First wait before a busy server is asked again, s; the next are twice as long each."""
_POLL_S = 0.1


def heasarc(places: Places) -> Any:
    """Give a client of astroquery for an archive."""
    from astroquery.heasarc import HeasarcClass

    client = HeasarcClass()
    client.VO_URL = places.vo_url
    client._set_session(_session())  # noqa: SLF001  astroquery's own way to hand one over
    return client


def _session() -> Any:
    """Give a requests session that waits only so long, and asks a busy server again."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util.retry import Retry

    class Patient(HTTPAdapter):
        """Limits each wait."""

        def send(self, request: Any, **how: Any) -> Any:
            how["timeout"] = how.get("timeout") or TIMEOUT_S
            return super().send(request, **how)

    again = Retry(
        TRIES,
        read=0,  # who was silent so long is not waited for again
        backoff_factor=PAUSE_S,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=None,
    )
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, Patient(max_retries=again))
    return session


def leave_on_stop(action: Callable[[], Any], token: Any) -> Any:
    """Do what waits for a server; when it is to be stopped, leave it to end by itself.

    Raises
    ------
    CancelledError
        When `token` says stop.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="nuwidgets-archive")
    try:
        future = pool.submit(action)
        while not wait([future], _POLL_S).done:
            token.check()
        return future.result()
    finally:
        pool.shutdown(wait=False)


@contextlib.contextmanager
def said_well(what: str, places: Places) -> Any:
    """Turn what the libraries of the network raise into our error, with a way out."""
    import pyvo
    import requests

    foreign = (requests.RequestException, pyvo.dal.DALAccessError, OSError, ValueError, KeyError,
               IndexError, AttributeError, TypeError)  # fmt: skip
    try:
        yield
    except foreign as error:
        raise no_answer(what, places, error) from error
