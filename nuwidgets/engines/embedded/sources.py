"""Which spectrum sees which source, with which parameters, through which response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nuwidgets.engines.embedded import evaluators
from nuwidgets.errors import InputError
from nuwidgets.science.models.composite import Composite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.engines.embedded.fitdata import FitData, SourceFold
    from nuwidgets.science.models.composite import NamedModel
    from nuwidgets.science.models.resolved import Resolved

SCALES = ("norm", "factor")
"""Parameters that an evaluator need not remember: they only multiply."""


@dataclass(frozen=True, eq=False)
class Term:
    """What one spectrum sees of one source."""

    model: NamedModel
    """The model of the source."""
    fold: SourceFold
    """The response through which it is seen."""
    span: slice
    """Where the parameters of the spectrum's data group stand among all."""
    key: Any
    """What its evaluator may be shared by."""


def groups_of(request: FitRequest, n_spectra: int) -> tuple[int, ...]:
    """Give the data group of each spectrum, from 1.

    Raises
    ------
    InputError
        There are not as many groups as spectra, or numbers are left out.
    """
    groups = request.groups or tuple(range(1, n_spectra + 1))
    if len(groups) != n_spectra or set(groups) != set(range(1, max(groups, default=0) + 1)):
        raise InputError(
            f"Cannot put {n_spectra} spectra into the data groups {groups!r}. Give one number for"
            " each spectrum, from 1 and without gaps, e.g. (1, 1, 2)."
        )
    return groups


def composite_of(request: FitRequest, n_spectra: int) -> Composite:
    """Give the models of a request that can be fitted.

    Raises
    ------
    InputError
        No spectra, a model that gives no photons, or parameters that are not the models'.
    """
    if not n_spectra:
        raise InputError("Nothing to fit: there is no spectrum. Give at least one.")
    composite = Composite.parse(request.expression)
    for one in composite.models:
        if one.expression.kind != "add":
            raise InputError(
                f"Cannot fit {one.text!r}: it only multiplies and gives no photons."
                " Add a component such as powerlaw, e.g. 'tbabs*powerlaw'."
            )
    n_groups = max(groups_of(request, n_spectra))
    wanted = composite.n_parameters * n_groups
    if len(request.parameters) != wanted:
        where = f"{n_spectra} spectra" + (f" in {n_groups} groups" if request.groups else "")
        raise InputError(
            f"Cannot fit {request.expression!r} to {where} with {len(request.parameters)}"
            f" parameters: it has {wanted}. Set the model again, so that every data group has its"
            " parameters."
        )
    return composite


def terms_of(
    request: FitRequest,
    composite: Composite,
    data: tuple[FitData, ...],
    root: Sequence[int],
) -> tuple[tuple[Term, ...], ...]:
    """Give what each spectrum sees of each source.

    Parameters
    ----------
    request : FitRequest
        What is asked.
    composite : Composite
        Its models.
    data : tuple of FitData
        The spectra.
    root : sequence of int
        For each parameter the number of the one whose value it takes.

    Raises
    ------
    InputError
        A source that no spectrum sees, or a spectrum that sees no source with a model.
    """
    groups = groups_of(request, len(data))
    n_groups, found = max(groups), []
    for number, (one, group) in enumerate(zip(data, groups, strict=True), start=1):
        folds = {fold.source: fold for fold in one.folds}
        terms = []
        for index, model in enumerate(composite.models):
            if model.source in folds:
                span, fold = composite.group_span(index, group, n_groups), folds[model.source]
                shapes = tuple(
                    r for r, p in zip(root[span], request.parameters[span], strict=True)
                    if p.name not in SCALES
                )  # fmt: skip
                key = evaluators.key_of(request, model.expression, fold.edges_kev, shapes)
                terms.append(Term(model, fold, span, key))
        if not terms:
            raise _blind(number, one, composite)
        found.append(tuple(terms))
    _require_seen(composite, found)
    return tuple(found)


def _blind(number: int, one: FitData, composite: Composite) -> InputError:
    sources = " and ".join(str(fold.source) for fold in one.folds)
    models = " and ".join(repr(model.text) for model in composite.models)
    return InputError(
        f"Nothing describes spectrum {number} ({one.name or 'without a name'}): it sees source"
        f" {sources}, and {models} is of another. Add a model of source {one.folds[0].source}, or"
        f' call s.fit.response({number}, {composite.models[0].source}, "same").'
    )


def _require_seen(composite: Composite, found: Iterable[tuple[Term, ...]]) -> None:
    seen = {term.model.source for terms in found for term in terms}
    for model in composite.models:
        if model.source not in seen:
            raise InputError(
                f"Cannot fit {model.text!r}: no spectrum has a response for source {model.source}."
                f' Call s.fit.response(1, {model.source}, "same") to see it through the response'
                " of spectrum 1, or give the path of an RMF instead of 'same'."
            )


def touched(
    request: FitRequest,
    terms: tuple[tuple[Term, ...], ...],
    links: Resolved,
    free: Iterable[int],
) -> list[dict[int, list[int]]]:
    """Give for each free parameter the spectra that it moves, and which of their terms.

    Raises
    ------
    InputError
        One that moves nothing.
    """
    users: list[list[tuple[int, int]]] = [[] for _ in request.parameters]
    for number, seen in enumerate(terms):
        for place, term in enumerate(seen):
            for index in range(term.span.start, term.span.stop):
                users[index].append((number, place))
    found: list[dict[int, list[int]]] = []
    for index in free:
        moved = sorted({user for n in links.moved_by(int(index) + 1) for user in users[n - 1]})
        if not moved:
            one = request.parameters[int(index)]
            raise InputError(
                f"Nothing depends on parameter {one.number} ({one.label}): no spectrum of data"
                f" group {one.group} sees its source. Freeze it, link it, or give a response for"
                " the source with s.fit.response(...)."
            )
        where: dict[int, list[int]] = {}
        for number, place in moved:
            where.setdefault(number, []).append(place)
        found.append(where)
    return found
