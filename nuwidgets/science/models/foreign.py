"""Components that XSPEC alone computes: known by name and parameters, so that models can name them.

Where XSPEC's list of them lies is not for this room: who wires the package says once, with
`use_reader`, what reads it. It is read when a name is asked for that is none of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from nuwidgets.errors import InputError
from nuwidgets.science.models.component import NORM, Component

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nuwidgets.domain.model import ParameterDefinition
    from nuwidgets.science.models.component import Kind

    Listed = tuple[str, str, tuple[ParameterDefinition, ...]]

KINDS: dict[str, Kind] = {"add": "add", "mul": "mul", "con": "con", "acn": "con", "mix": "con"}
"""XSPEC's kinds as ours: what acts on counts or on several spectra is written as a convolution."""


class Refusal:
    """Says of a component, whenever it is to be computed, that XSPEC alone can.

    Parameters
    ----------
    name : str
        Its name.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *_given: Any) -> NoReturn:
        """Refuse.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError(
            f"Cannot compute {self.name} here: it is computed by XSPEC only. Set s.fit.engine ="
            ' "xspec", or use another component.'
        )


_readers: list[Callable[[], Iterable[Listed]]] = []
_known: dict[str, Component] | None = None


def use_reader(read: Callable[[], Iterable[Listed]]) -> None:
    """Say what gives XSPEC's components; called once, where the package is wired.

    Parameters
    ----------
    read : callable
        Gives (name, kind, parameters without the norm) of each; nothing where XSPEC is not.
    """
    _readers[:] = [read]
    forget()


def forget() -> None:
    """Read the list again when it is asked for: XSPEC may have been set up since."""
    global _known  # noqa: PLW0603  the one list of the process
    _known = None


def known() -> Mapping[str, Component]:
    """Give all of XSPEC's components by name; empty where XSPEC is not."""
    global _known  # noqa: PLW0603
    if _known is None:
        listed = _readers[0]() if _readers else ()
        _known = {name: component_of(name, kind, parameters) for name, kind, parameters in listed}
    return _known


def find(name: str) -> Component | None:
    """Give the component of a name or an abbreviation, in any case; None if there is none.

    A whole name goes before abbreviations, and of these the first by kind and name, as in XSPEC.
    """
    wanted = name.lower()
    matches = [one for one in known().values() if one.name.lower().startswith(wanted)]
    order = list(dict.fromkeys(KINDS.values()))
    matches.sort(
        key=lambda one: (one.name.lower() != wanted, order.index(one.kind), one.name.lower())
    )
    short = len(wanted) == 1 and len(matches) > 1
    return matches[0] if matches and not short else None


def component_of(name: str, kind: str, parameters: tuple[ParameterDefinition, ...]) -> Component:
    """Make a component that models may name, and that nothing here can compute.

    Parameters
    ----------
    name : str
        XSPEC's name.
    kind : str
        ``add``, ``mul``, ``con``, or what XSPEC has beside these (``acn``, ``mix``).
    parameters : tuple of ParameterDefinition
        Without the norm.
    """
    refuse = Refusal(name)
    own = KINDS.get(kind, "con")
    norm = (NORM,) if own == "add" else ()
    return Component(name, own, (*parameters, *norm), refuse, refuse, takes_factors=kind == "con")


def names_in(components: Iterable[Component]) -> tuple[str, ...]:
    """Name those of some components that XSPEC alone computes, each once."""
    return tuple(dict.fromkeys(c.name for c in components if isinstance(c.compute, Refusal)))
