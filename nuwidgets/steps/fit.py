"""Fit a model to the spectra: the model, its parameters, what is compared and how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit import CHI, CSTAT, FitRequest, FitResult
from nuwidgets.domain.model import Parameter
from nuwidgets.errors import InputError
from nuwidgets.science import ranges
from nuwidgets.science.models.absorption import ABUNDANCES, CROSS_SECTIONS
from nuwidgets.science.models.carry import carry_over, regroup
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parameters import (
    find,
    freeze,
    limit,
    link,
    set_values,
    thaw,
    untie,
    values,
)


def _ranges(value: Any) -> tuple[str, ...]:
    """Take one text or several; refuse what XSPEC's syntax does not know."""
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, tuple | list) or not all(isinstance(text, str) for text in texts):
        raise InputError(f"Cannot ignore {value!r}. Give text such as '**-3. 79.-**', or several.")
    texts = tuple(text.strip() for text in texts if text.strip())
    for text in texts:
        ranges.parse(text)
    return texts


def _parameters(value: Any) -> tuple[Parameter, ...]:
    """Take parameters numbered from 1 whose links lead to one of them."""
    known = isinstance(value, tuple | list) and all(isinstance(p, Parameter) for p in value)
    if not known or [p.number for p in value] != list(range(1, len(value) + 1)):
        raise InputError(
            f"Cannot use {value!r} as parameters. Set the model, then change them with set(),"
            " freeze(), thaw() and link()."
        )
    values(tuple(value))
    return tuple(value)


class FitStep(Step[FitRequest, FitResult]):
    """Finds the best parameters; they are written back into `parameters`.

    Setting `model` makes its parameters anew; those that the old model had too keep their values.
    """

    examples: ClassVar = {
        "model": ("powerlaw", "tbabs*powerlaw"),
        "statistic": (CHI, CSTAT),
        "ignore": ((), ("**-3. 79.-**",)),
        "abundance": ("wilm", "angr"),
        "cross_section": ("vern", "bcmc"),
    }

    model = t.Unicode("", help="The model in XSPEC's syntax, e.g. 'tbabs*powerlaw'.")
    parameters = Value(_parameters, (), "the parameters of the model, numbered as XSPEC does")
    statistic = t.Enum((CHI, CSTAT), CHI, help="'chi', or 'cstat' (W with a background).")
    ignore = Value(_ranges, (), "ranges in XSPEC's syntax, e.g. '**-3. 79.-**'")
    abundance = t.Enum(tuple(ABUNDANCES), "wilm", help="Abundance table.")
    cross_section = t.Enum(tuple(CROSS_SECTIONS), "vern", help="Photo-electric cross sections.")

    def request(self) -> FitRequest:
        """Give what the fit depends on."""
        return FitRequest(
            tuple(step.request() for step in self.above),
            self.model,
            self.parameters,
            self.statistic,
            self.ignore,
            self.abundance,
            self.cross_section,
        )

    def absorb(self, product: FitResult) -> None:
        """Go on from the best fit: its values become those of `parameters`."""
        self.parameters = product.parameters

    def recall(self, request: FitRequest) -> None:
        """Set the settings that `request` was made from, those of the spectra too."""
        self.door.do(self._recall, request)

    def _recall(self, request: FitRequest) -> None:
        self.model = request.expression
        super().recall(request)

    def __setattr__(self, name: str, value: object) -> None:
        """Set a setting; a new model brings its parameters with it."""
        if name != "model":
            super().__setattr__(name, value)
            return
        if not isinstance(value, str):
            raise InputError(f"Cannot use {value!r} as a model. Give its expression as text.")
        expression = Expression.parse(value) if value.strip() else None
        self.door.do(self._set_model, value.strip(), expression)

    def _set_model(self, text: str, expression: Expression | None) -> None:
        fresh = expression.parameters(max(1, len(self.above))) if expression else ()
        super().__setattr__("model", text)
        self.parameters = carry_over(self.parameters, fresh)

    def rest_on(self, *above: Step[Any, Any]) -> None:
        """Fit these spectra from now on; each is a data group."""
        self.door.do(self._rest_on_spectra, above)

    def _rest_on_spectra(self, above: tuple[Step[Any, Any], ...]) -> None:
        n_before = max(1, len(self.above))
        super().rest_on(*above)
        if self.model:
            numbers = Expression.parse(self.model).parameters
            usual, fresh = numbers(n_before), numbers(max(1, len(above)))
            self.parameters = regroup(self.parameters, usual, fresh)

    def parameter(self, name: str | int) -> Parameter:
        """Give one parameter by its number or name, e.g. ``"PhoIndex"``.

        Raises
        ------
        InputError
            If no parameter, or more than one, goes by that name.
        """
        return find(self.parameters, name)

    def set(self, *assignments: str, **named: float) -> None:
        """Give parameters values: ``fit.set(PhoIndex=2)`` or ``fit.set("2=1.8")``.

        Raises
        ------
        InputError
            If a name is not known, or a value is outside its hard limits.
        """
        texts = [*assignments, *(f"{name}={value}" for name, value in named.items())]
        self.door.do(lambda: self._change(set_values(self.parameters, *texts)))

    def freeze(self, *names: str) -> None:
        """Keep parameters, by number or name, as they are in a fit."""
        self.door.do(lambda: self._change(freeze(self.parameters, *map(str, names))))

    def thaw(self, *names: str) -> None:
        """Let a fit move parameters, by number or name."""
        self.door.do(lambda: self._change(thaw(self.parameters, *map(str, names))))

    def limit(self, name: str | int, **limits: float) -> None:
        """Keep a parameter inside limits: ``fit.limit("PhoIndex", hard_lo=1, hard_hi=3)``.

        Fits end inside the hard limits; the soft ones say where a slider ends at first.

        Parameters
        ----------
        name : str or int
            The parameter, by number or name.
        **limits : float
            ``hard_lo``, ``soft_lo``, ``soft_hi``, ``hard_hi``, and ``delta``, the step of
            derivatives; what is not given stays.

        Raises
        ------
        InputError
            If a name is not known, or the limits do not rise.
        """
        self.door.do(lambda: self._change(limit(self.parameters, name, **limits)))

    def link(self, name: str | int, to: str | int | None) -> None:
        """Tie a parameter to another one, by number or name; None unties it."""
        self.door.do(self._link, name, to)

    def _link(self, name: str | int, to: str | int | None) -> None:
        if to is None:
            self.parameters = untie(self.parameters, name)
        else:
            self.parameters = link(self.parameters, name, to)

    def reset(self) -> None:
        """Give every parameter its default value again; keep what is frozen, linked, limited."""
        self.door.do(self._reset)

    def _reset(self) -> None:
        usual = Expression.parse(self.model).parameters(max(1, len(self.above)))
        defaults = {p.number: p.value for p in usual}
        self._change(tuple(replace(p, value=defaults[p.number]) for p in self.parameters))

    def _change(self, parameters: tuple[Parameter, ...]) -> None:
        self.parameters = parameters
