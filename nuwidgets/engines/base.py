"""What an engine is: a request and the products above in, a product out."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from nuwidgets.errors import EngineFailedError, EngineMissingError, NuwidgetsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Solve = Callable[[Any, tuple[Any, ...], Any], Any]


@runtime_checkable
class Engine(Protocol):
    """Knows no traits, no widgets, no session."""

    name: str
    """What the user calls it."""
    version: str
    """Its version, for the provenance of products."""

    def handles(self, request: object) -> bool:
        """Whether it can answer requests of this type."""
        ...

    def solve(self, request: Any, above: tuple[Any, ...], token: Any) -> Any:
        """Give the product of `request`; `token.check()` is called now and then."""
        ...

    def stop(self) -> None:
        """Let go of what it holds, processes above all; the next solve() starts anew."""
        ...


class TableEngine:
    """An engine that looks up the type of the request in a table.

    Parameters
    ----------
    name, version : str
        Written into the provenance of each product.
    table : mapping of type to callable
        ``function(request, above, token) -> product`` for each type of request.
    """

    def __init__(self, name: str, version: str, table: Mapping[type, Solve]) -> None:
        self.name, self.version, self._table = name, version, dict(table)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.version}>"

    def handles(self, request: object) -> bool:
        """Whether it can answer requests of this type."""
        return type(request) in self._table

    def solve(self, request: Any, above: tuple[Any, ...], token: Any) -> Any:
        """Give the product of `request`, its provenance filled in.

        Raises
        ------
        EngineMissingError
            It cannot answer this type of request; the message says which engines can.
        EngineFailedError
            The computation broke in a way nobody foresaw.
        """
        if not self.handles(request):
            raise EngineMissingError(_who_else(self.name, request))
        began_s = time.perf_counter()
        try:
            product = self._table[type(request)](request, above, token)
        except NuwidgetsError:
            raise
        except Exception as error:
            raise EngineFailedError(
                f"The engine {self.name!r} could not answer {type(request).__name__}:"
                f" {type(error).__name__}: {error}. Check the settings; if they are as you want"
                " them, please report this."
            ) from error
        return self._stamp(product, request, time.perf_counter() - began_s)

    def _stamp(self, product: Any, request: Any, seconds: float) -> Any:
        if not hasattr(product, "provenance"):
            return product
        stamped = replace(
            product.provenance,
            engine=self.name,
            version=self.version,
            seconds=seconds,
            request=request,
        )
        return replace(product, provenance=stamped)

    def stop(self) -> None:
        """Do nothing: functions hold nothing between requests."""


def _who_else(name: str, request: object) -> str:
    from nuwidgets.engines.registry import who_handles

    what = type(request).__name__
    able = [repr(other) for other in who_handles(request) if other != name]
    cure = f"Use {' or '.join(able)}." if able else "No installed engine can."
    return f"The engine {name!r} cannot answer {what}. {cure}"
