"""An engine made of one function: users test with the tool the authors use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class MockEngine:
    """Answers every request with ``function(request, above, token)``, and remembers.

    Parameters
    ----------
    function : callable
        Gives the product; what it raises reaches the user as it is.
    name : str
        What it is called.

    Examples
    --------
    >>> engine = MockEngine(lambda request, above, token: request * 2)
    >>> engine.solve(21, (), None)
    42
    >>> engine.asked
    [21]
    """

    version = "0"

    def __init__(
        self, function: Callable[[Any, tuple[Any, ...], Any], Any], name: str = "mock"
    ) -> None:
        self._function, self.name = function, name
        self.asked: list[Any] = []
        """The requests so far."""
        self.stopped = 0
        """How often stop() was called."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def handles(self, request: object) -> bool:  # noqa: ARG002  it answers everything
        """Say yes."""
        return True

    def solve(self, request: Any, above: tuple[Any, ...], token: Any) -> Any:
        """Give what the function gives."""
        self.asked.append(request)
        return self._function(request, above, token)

    def stop(self) -> None:
        """Count."""
        self.stopped += 1
