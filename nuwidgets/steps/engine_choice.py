"""Who makes a product: the embedded engine follows the hand, HEASoft makes it where it is asked.

With ``"auto"`` a run() asks HEASoft, where it is installed, for the product of the settings of
that moment. While these hold, its answer is the product; when they move, the embedded engine
follows at once, and HEASoft can be asked again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

AUTO, EMBEDDED, HEASOFT = "auto", "embedded", "heasoft"
ENGINES = (AUTO, EMBEDDED, HEASOFT)
"""What the setting `engine` of a step may be."""


def nowhere() -> bool:
    """Say that HEASoft is not here."""
    return False


class Asking:
    """Whether HEASoft was asked for the product of the settings of now.

    Parameters
    ----------
    here : callable
        Says whether HEASoft is installed.
    always : bool
        Whether it is asked wherever it is installed, without a run().
    """

    def __init__(self, here: Callable[[], bool] = nowhere, *, always: bool = False) -> None:
        self._here, self._always = here, always
        self._asked: Any = None

    def ask(self, choice: str, request: Any) -> None:
        """Let HEASoft answer this request, if it is installed and `choice` allows it."""
        may = choice != EMBEDDED and self._here()
        self._asked = replace(request, engine="") if may else None

    def forget(self) -> None:
        """Let the embedded engine answer again."""
        self._asked = None

    def recall(self, choice: str, request: Any) -> str:
        """Give the setting with which `request` is asked again; `choice` is that of now."""
        if choice == AUTO:
            self._asked = replace(request, engine="") if request.engine == HEASOFT else None
            return choice
        return HEASOFT if request.engine == HEASOFT else EMBEDDED

    def settle(self, choice: str, request: Any, answered: tuple[Any] | None) -> Any:
        """Give a request with the name of who is to answer it.

        Parameters
        ----------
        choice : str
            The setting `engine`.
        request : dataclass
            The request, its field `engine` empty.
        answered : tuple, optional
            The request that was answered last.
        """
        if choice == EMBEDDED:
            return request
        if choice == HEASOFT or request == self._asked:
            return replace(request, engine=HEASOFT)
        known = answered[0] if answered else None
        if known is not None and known.engine == HEASOFT and replace(known, engine="") == request:
            return known
        return replace(request, engine=HEASOFT) if self._always and self._here() else request
