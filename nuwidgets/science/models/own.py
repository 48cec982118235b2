"""Components of one's own: a Python function becomes a name that expressions may use.

It lasts as long as the process. Defining one of one's own names again replaces it; the names of
built-in components are not to be had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import InputError, NuwidgetsError, nearest
from nuwidgets.science.models.component import NORM, Component, same
from nuwidgets.science.models.components import COMPONENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.science.models.grid import Array, Grid

Function: TypeAlias = "Callable[..., Any]"
Gives: TypeAlias = Literal["bins", "density"]
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FILE = re.compile(r"\{[^{}]*\}")
_OWN: set[str] = set()
GIVES = ("bins", "density")
"""What a function may give."""


def model(
    name: str,
    *,
    kind: Literal["add", "mul"] = "add",
    parameters: Iterable[ParameterDefinition | tuple[Any, ...]] = (),
    gives: Gives = "bins",
) -> Callable[[Function], Function]:
    """Make a function a component of models (a decorator); the function itself stays as it was.

    Parameters
    ----------
    name : str
        Name in expressions: a letter, then letters, digits and underscores.
    kind : {"add", "mul"}
        ``add`` gives photons for norm 1 (the norm is added as last parameter), ``mul`` factors.
    parameters : iterable of tuple or ParameterDefinition
        In the order of the function's arguments behind the energies: (name, unit, default, lowest,
        highest), or (name, unit, default, hard lo, soft lo, soft hi, hard hi).
    gives : {"bins", "density"}
        The function is called with the edges of the bins, shape (n_bin + 1,), keV, and the
        parameters. ``bins``: it gives photons/cm2/s in each bin (or the factor of each bin), shape
        (n_bin,). ``density``: it gives photons/cm2/s/keV (or the factor) at each edge, shape
        (n_bin + 1,), and the trapezoidal rule is taken over each bin.

    Raises
    ------
    InputError
        A name that is taken or cannot be one, or parameters that contradict themselves.

    Examples
    --------
    >>> @model("step", kind="mul", parameters=[("edge", "keV", 5.0, 0.1, 100.0)])
    ... def step(edges_kev, edge):
    ...     return np.where(edges_kev[:-1] >= edge, 1.0, 0.5)
    >>> step(np.array([1.0, 5.0, 9.0]), 5.0)
    array([0.5, 1. ])
    >>> forget("step")
    """
    definitions = tuple(_definition(name, parameter) for parameter in parameters)
    _check(name, kind, gives, definitions)

    def register(function: Function) -> Function:
        def compute(grid: Grid, *values: float) -> Array:
            answer = _called(name, function, grid, values)
            return _checked(name, answer, grid, values, "bins" if gives == "bins" else kind)

        norm = (NORM,) if kind == "add" else ()
        COMPONENTS[name] = Component(name, kind, (*definitions, *norm), same, compute)
        _OWN.add(name)
        _forget_expressions()
        return function

    return register


def forget(name: str) -> None:
    """Take a component of one's own away again.

    Raises
    ------
    InputError
        There is none of one's own by that name.
    """
    if name not in _OWN:
        raise InputError(f"No model of your own is called {name!r}. {nearest(name, _OWN)}")
    _OWN.remove(name)
    del COMPONENTS[name]
    _forget_expressions()


def names_in(expression: str) -> tuple[str, ...]:
    """Name those components of an expression that are one's own, each once."""
    words = _NAME.findall(_FILE.sub("", expression))
    return tuple(dict.fromkeys(word for word in words if word in _OWN))


def _called(name: str, function: Function, grid: Grid, values: tuple[float, ...]) -> Any:
    """Call the function; say whose it is if it fails."""
    try:
        return function(grid.edges_kev.copy(), *values)
    except NuwidgetsError:
        raise
    except Exception as error:
        raise InputError(
            f"The model {name!r} failed at {values}: {type(error).__name__}: {error}. Correct its"
            " function, and define it again."
        ) from error


def _forget_expressions() -> None:
    """Let expressions be read anew: names have changed their meaning."""
    from nuwidgets.science.models.expression import _parse

    _parse.cache_clear()


def _definition(name: str, given: ParameterDefinition | tuple[Any, ...]) -> ParameterDefinition:
    """Give the definition of a parameter."""
    if isinstance(given, ParameterDefinition):
        return given
    try:
        word, unit, *numbers = given
        default, *limits = (float(number) for number in numbers)
        lo, soft_lo, soft_hi, hi = np.repeat(limits, 2) if len(limits) == 2 else limits  # noqa: PLR2004
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot define the model {name!r} with the parameter {given!r}: it is to be (name, "
            "unit, default, lowest, highest)."
        ) from error
    delta = 0.01 * (abs(default) or 1.0)
    edges = (float(lo), float(soft_lo), float(soft_hi), float(hi))
    return ParameterDefinition(str(word), str(unit), default, *edges, delta)


def _check(name: str, kind: str, gives: str, definitions: tuple[ParameterDefinition, ...]) -> None:
    """Refuse what cannot be a component."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"Cannot call a model {name!r}: a name is a letter, then letters, digits and "
            "underscores. Choose another one."
        )
    taken = [other for other in COMPONENTS if other.lower() == name.lower() and other != name]
    if taken or (name in COMPONENTS and name not in _OWN):
        raise InputError(
            f"Cannot call a model {name!r}: {(taken or [name])[0]!r} is there already. Choose "
            "another name."
        )
    for what, given, known in (("kind", kind, ("add", "mul")), ("gives", gives, GIVES)):
        if given not in known:
            raise InputError(
                f"Cannot define the model {name!r} with {what}={given!r}. {nearest(given, known)}"
            )
    names = [definition.name for definition in definitions] + ["norm"] * (kind == "add")
    if len({word.lower() for word in names}) != len(names):
        raise InputError(
            f"Cannot define the model {name!r}: its parameters {', '.join(names)} do not all "
            "differ. Give each a name of its own ('norm' is added to additive models)."
        )
    for one in definitions:
        limits = (one.hard_lo, one.soft_lo, one.soft_hi, one.hard_hi)
        if list(limits) != sorted(limits) or not one.hard_lo <= one.default <= one.hard_hi:
            raise InputError(
                f"Cannot define the model {name!r}: the default {one.default!r} of {one.name} and "
                f"its limits {limits!r} do not rise. Give default, lowest, highest in this order."
            )


def _checked(name: str, answer: Any, grid: Grid, values: tuple[float, ...], way: str) -> Array:
    """Give the answer of a function per bin, or say what is wrong with it."""
    try:
        numbers = np.array(answer, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot use what the model {name!r} gave at {values!r}: {error}. It is to give an "
            "array of numbers."
        ) from error
    n_bin = grid.edges_kev.size - 1
    wanted = n_bin + (way != "bins")
    if numbers.shape != (wanted,):
        raise InputError(
            f"Cannot use what the model {name!r} gave at {values!r}: its shape is {numbers.shape}, "
            f"not {(wanted,)}: one value for each {'bin' if wanted == n_bin else 'edge'}."
        )
    bad = int((~np.isfinite(numbers)).sum())
    if bad:
        raise InputError(
            f"Cannot use what the model {name!r} gave at {values!r}: {bad} of {wanted} values are "
            "not finite. Let it give finite numbers within its limits."
        )
    if way == "bins":
        return numbers
    mean = (numbers[:-1] + numbers[1:]) / 2
    return np.asarray(mean * grid.width_kev if way == "add" else mean)
