"""Fit a model to the spectra: the model, its parameters, what is compared and how."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit import (
    CHI,
    CSTAT,
    STATISTICS,
    TEST_STATISTICS,
    WEIGHTS,
    FitRequest,
    FitResult,
    SourceResponse,
)
from nuwidgets.errors import InputError
from nuwidgets.science.models.absorption import ABUNDANCES, CROSS_SECTIONS
from nuwidgets.science.models.carry import carry_over, regroup
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.groups import tie_groups, untie_groups
from nuwidgets.science.models.parameters import (
    find,
    freeze,
    limit,
    link,
    set_values,
    thaw,
    untie,
)
from nuwidgets.steps.fit_settings import (
    EMBEDDED,
    ENGINES,
    as_fraction,
    as_groups,
    as_parameters,
    as_ranges,
    as_responses,
    canonical,
    check_groups,
    files_of,
    moved_groups,
    moved_ranges,
    origins,
    response_for,
)

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.model import Parameter


class FitStep(Step[FitRequest, FitResult]):
    """Finds the best parameters; they are written back into `parameters`.

    Setting `model` makes its parameters anew; those that the old model had too keep what they were.
    Setting `groups` puts spectra into the same data group: they share all parameters then.
    """

    examples: ClassVar = {
        "model": ("powerlaw", "tbabs*powerlaw"),
        "statistic": (CHI, CSTAT),
        "ignore": ((), ("**-3. 79.-**",)),
        "abundance": ("wilm", "angr"),
        "cross_section": ("vern", "bcmc"),
        "weight": ("standard", "gehrels"),
        "systematic": (0.0, 0.03),
        "test_statistic": ("chi", "pchi"),
        "responses": ((), (SourceResponse(1, 2, "same"),)),
        "engine": ("embedded", "xspec"),
    }

    groups = Value(as_groups, (), "the data group of each spectrum, from 1, e.g. (1, 1, 2)")
    model = t.Unicode(
        "", help="The model in XSPEC's syntax; of several sources 'tbabs*powerlaw; 2:bkg powerlaw'."
    )
    parameters = Value(as_parameters, (), "the parameters of the model, numbered as XSPEC does")
    statistic = t.Enum(
        tuple(STATISTICS), CHI, help="What is made small; 'cstat' is W with a background."
    )
    ignore = Value(as_ranges, (), "ranges in XSPEC's syntax, e.g. '**-3. 79.-**'")
    abundance = t.Enum(tuple(ABUNDANCES), "wilm", help="Abundance table.")
    cross_section = t.Enum(tuple(CROSS_SECTIONS), "vern", help="Photo-electric cross sections.")
    weight = t.Enum(tuple(WEIGHTS), "standard", help="Errors of chi-squared.")
    systematic = Value(as_fraction, 0.0, "a fraction, 0 or more and below 1, e.g. 0.03")
    test_statistic = t.Enum(tuple(TEST_STATISTICS), "chi", help="What says how good the fit is.")
    responses = Value(as_responses, (), "responses of further sources")
    engine = t.Enum(ENGINES, EMBEDDED, help="Who fits: 'embedded', or 'xspec' (PyXspec).")

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
            self.weight,
            self.systematic,
            self.test_statistic,
            canonical(self.groups),
            self.responses,
            "" if self.engine == EMBEDDED else self.engine,
            self.stamps.of(*files_of(self.model, self.responses)),
        )

    def absorb(self, product: FitResult) -> None:
        """Go on from the best fit: its values become those of `parameters`."""
        self.parameters = product.parameters

    def recall(self, request: FitRequest) -> None:
        """Set the settings that `request` was made from, those of the spectra too."""
        self.door.do(self._recall, request)

    def _recall(self, request: FitRequest) -> None:
        self.model = request.expression
        super().recall(replace(request, engine=request.engine or EMBEDDED))

    def __setattr__(self, name: str, value: object) -> None:
        """Set a setting; a new model, and other data groups, bring their parameters with them."""
        if name == "groups":
            groups = check_groups(value, len(self.above))
            self.door.do(self._set_groups, groups)
        elif name != "model":
            super().__setattr__(name, value)
        elif isinstance(value, str):
            composite = Composite.parse(value) if value.strip() else None
            self.door.do(self._set_model, value.strip(), composite)
        else:
            raise InputError(f"Cannot use {value!r} as a model. Give its expression as text.")

    def _set_model(self, text: str, composite: Composite | None) -> None:
        fresh = composite.parameters(self.n_groups) if composite else ()
        super().__setattr__("model", text)
        self.parameters = carry_over(self.parameters, fresh)

    def _set_groups(self, groups: tuple[int, ...]) -> None:
        own = tuple(range(1, len(self.above) + 1))
        came_from = origins(self.groups or own, groups or own)
        self._put_groups(groups, self.n_groups, came_from)

    def _put_groups(
        self, groups: tuple[int, ...], n_before: int, came_from: tuple[int, ...]
    ) -> None:
        """Set data groups; `came_from` says for each which it was before, 0 for none."""
        super().__setattr__("groups", groups)
        if self.model:
            numbers = Composite.parse(self.model).parameters
            usual, fresh = numbers(n_before), numbers(self.n_groups)
            self.parameters = regroup(self.parameters, usual, fresh, came_from)

    @property
    def n_groups(self) -> int:
        """Number of data groups that have parameters; 1 without spectra."""
        return max(self.groups, default=max(1, len(self.above)))

    def rest_on(self, *above: Step[Any, Any]) -> None:
        """Fit these spectra from now on; each is a data group, or in that of `groups`."""
        self.door.do(self._rest_on_spectra, above)

    def _rest_on_spectra(self, above: tuple[Step[Any, Any], ...]) -> None:
        n_before = self.n_groups
        before = tuple(self.above.index(one) + 1 if one in self.above else 0 for one in above)
        groups, came_from = moved_groups(self.groups, before)
        self.ignore = moved_ranges(self.ignore, before, len(self.above))
        super().rest_on(*above)
        self.responses = tuple(
            replace(one, spectrum=before.index(one.spectrum) + 1)
            for one in self.responses
            if one.spectrum in before
        )
        self._put_groups(groups, n_before, came_from)

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
        """Tie a parameter to another one, or to a formula of others; None unties it.

        A number or name is enough; a formula is one of such: ``"0.1*powerlaw.norm + p7"``.

        Raises
        ------
        InputError
            If a name is not known, it is no formula, or the links lead back to the parameter.
        """
        self.door.do(self._link, name, to)

    def _link(self, name: str | int, to: str | int | None) -> None:
        old = self.parameters
        self.parameters = untie(old, name) if to is None else link(old, name, to)

    def untie(self, *names: str | int) -> None:
        """Let parameters differ between data groups: ``fit.untie("PhoIndex")``.

        Each keeps its value. A name with a group, as ``"2:PhoIndex"``, means that group alone.
        """
        self.door.do(lambda: self._change(untie_groups(self.parameters, *names)))

    def tie(self, *names: str | int) -> None:
        """Tie parameters of all data groups to the first group: ``fit.tie("PhoIndex")``.

        A name with a group, as ``"2:PhoIndex"``, means that group alone.
        """
        self.door.do(lambda: self._change(tie_groups(self.parameters, *names)))

    def response(
        self, spectrum: int, source: int, rmf_path: str | PathLike[str] | None, arf_path: Any = ""
    ) -> None:
        """Let a spectrum see a source of several through a response; None takes it away.

        A source other than 1 reaches only spectra that have a response for it. For source 1 it
        replaces the spectrum's own.

        Parameters
        ----------
        spectrum, source : int
            Numbers of the spectrum in the fit and of the source, from 1.
        rmf_path : path or None
            An RMF or RSP file, or ``"same"`` for the spectrum's own response.
        arf_path : path
            An ARF file; empty for none.

        Raises
        ------
        InputError
            If there is no such spectrum or source, or a path is none.
        """
        new = response_for(spectrum, source, rmf_path, arf_path, len(self.above))
        self.door.do(self._set_response, (spectrum, source), new)

    def _set_response(self, place: tuple[int, int], new: SourceResponse | None) -> None:
        others = tuple(one for one in self.responses if (one.spectrum, one.source) != place)
        self.responses = others if new is None else (*others, new)

    def reset(self) -> None:
        """Give every parameter its default value again; keep what is frozen, linked, limited."""
        self.door.do(self._reset)

    def _reset(self) -> None:
        usual = Composite.parse(self.model).parameters(self.n_groups) if self.model else ()
        defaults = {p.number: p.value for p in usual}
        self._change(tuple(replace(p, value=defaults[p.number]) for p in self.parameters))

    def _change(self, parameters: tuple[Parameter, ...]) -> None:
        self.parameters = parameters
