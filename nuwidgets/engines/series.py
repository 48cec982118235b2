"""One model fitted to each of many observations by itself, several at a time.

An observation that cannot be fitted says why, and the others go on. What was asked before is not
fitted again.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.series import PointRequest, Series, SeriesPoint
from nuwidgets.engines.fit_pool import FitPool, cores
from nuwidgets.engines.series_point import measured
from nuwidgets.errors import CancelledError, InputError
from nuwidgets.science.models.one_group import groups_apart
from nuwidgets.science.models.own import names_in as own_names
from nuwidgets.science.ranges import renumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.series import SeriesRequest
    from nuwidgets.engines.series_point import Ask

STAGE = "fits"
PATIENCE_S = 1.0
"""So long observations are fitted here: a process takes about as long to start, s."""
MOST = 500
"""How many observations are remembered."""


class SeriesFits:
    """Answers series; remembers the observations that it has fitted.

    Parameters
    ----------
    ask : callable
        ``ask(request, above, token)`` gives the product of fits and of what rests on them.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[PointRequest, SeriesPoint] = {}

    def solve(
        self, request: SeriesRequest, above: tuple[Any, ...], token: Any, *, processes: bool
    ) -> Series:
        """Give the fits of all observations, in the order of the request.

        Parameters
        ----------
        request : SeriesRequest
            What is asked.
        above : tuple of Spectrum
            The spectra; an exception in the place of one says why there is none.
        token : Token
            Stops it, and hears how far it is and what there is.
        processes : bool
            Whether worker processes may fit: the embedded engine's answers are the same there.

        Raises
        ------
        InputError
            There is no model, or nothing to fit it to.
        CancelledError
            Stopped through the token.
        """
        began_s = time.perf_counter()
        asked = points_of(request)
        own = own_names(request.fit.expression)  # functions of this process, which may change
        known = {} if token.anew or own else self._known
        found = {n: known[one] for n, one in enumerate(asked) if one in known}

        def told(number: int, point: SeriesPoint) -> None:
            found[number] = point
            self._remember(asked[number], point)
            line = f"{point.name}: {len(found)} of {len(asked)}"
            partial = _series(request, found, began_s)
            token.report(len(found) / len(asked), STAGE, line, partial=partial)

        todo = {n: (one, above[n]) for n, one in enumerate(asked) if n not in found}
        token.report(len(found) / len(asked), STAGE, "")
        most = 1 if request.fit.engine else request.at_once or cores()  # there is one XSPEC
        n_at_once = min(most, len(todo))
        pool = FitPool(n_at_once if processes and n_at_once > 1 and not own else 0)
        try:
            _run(todo, n_at_once, self._measure_with(pool, began_s), token, told)
        finally:
            pool.stop()
        return _series(request, found, began_s)

    def _measure_with(self, pool: FitPool, began_s: float) -> Callable[..., SeriesPoint]:
        """Give what fits one observation: in a process, once it is worth to start that."""

        def measure(one: PointRequest, spectrum: Any, token: Any) -> SeriesPoint:
            late = time.perf_counter() - began_s >= PATIENCE_S
            answer = pool.measured(one, spectrum, token) if late else None
            return measured(one, spectrum, token, self._ask) if answer is None else answer

        return measure

    def _remember(self, request: PointRequest, point: SeriesPoint) -> None:
        if point.fit is not None:
            self._known[request] = point
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]


def points_of(request: SeriesRequest) -> tuple[PointRequest, ...]:
    """Give what is asked of each observation: its part of the whole fit.

    Raises
    ------
    InputError
        There is no model, or nothing to fit it to.
    """
    whole = request.fit
    n_spectra = len(whole.spectra)
    groups = whole.groups or tuple(range(1, n_spectra + 1))
    known = groups_apart(whole.expression, whole.parameters)
    if not n_spectra or not known or len(known) < max(groups):
        what = "no model is set" if n_spectra else "there are no observations"
        raise InputError(
            f"Nothing can be fitted: {what}. Open observations and set the model, e.g."
            " s.fit.model = 'tbabs*powerlaw'."
        )
    names = request.names if len(request.names) == n_spectra else tuple(map(str, groups))
    return tuple(
        PointRequest(
            _alone(whole, number, known[group - 1]),
            name,
            request.band,
            request.unabsorbed,
            request.delta,
        )
        for number, (name, group) in enumerate(zip(names, groups, strict=True), start=1)
    )


def _alone(whole: FitRequest, number: int, parameters: tuple[Any, ...]) -> FitRequest:
    """Give the fit of one spectrum of many."""
    ignore = (renumbered(text, (number,), len(whole.spectra)) for text in whole.ignore)
    return replace(
        whole,
        spectra=(whole.spectra[number - 1],),
        parameters=parameters,
        ignore=tuple(text for text in ignore if text),
        groups=(),
        responses=tuple(
            replace(one, spectrum=1) for one in whole.responses if one.spectrum == number
        ),
    )


def _run(
    todo: dict[int, tuple[PointRequest, Any]],
    n_at_once: int,
    measure: Callable[..., SeriesPoint],
    token: Any,
    told: Callable[[int, SeriesPoint], None],
) -> None:
    """Measure what is to be done, so many at once; a stop reaches all of them."""
    if not todo:
        return
    parts = {number: _Part() for number in todo}

    def stop() -> None:
        for part in parts.values():
            part.cancel()

    with ThreadPoolExecutor(n_at_once, thread_name_prefix="nuwidgets-series") as threads:
        futures = {
            threads.submit(measure, *what, parts[number]): number for number, what in todo.items()
        }
        try:
            with token.stopping(stop):
                for future in as_completed(futures):
                    told(futures[future], future.result())
        except BaseException:
            stop()
            threads.shutdown(wait=True, cancel_futures=True)
            raise


class _Part:
    """Stops one of several fits, as a token does; its reports are not worth telling."""

    anew = False

    def __init__(self) -> None:
        self.cancelled = False
        self._stop: Callable[[], object] | None = None

    def check(self) -> None:
        """Raise CancelledError if the whole was stopped."""
        if self.cancelled:
            raise CancelledError("Stopped on request; the settings are kept.")

    def report(self, *_far: object, **_more: object) -> None:
        """Tell nothing: observations are counted."""

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """While inside, cancel() calls `stop`."""
        self._stop = stop
        try:
            self.check()  # after the line above: a cancel() in between is not missed
            yield
        finally:
            self._stop = None

    def cancel(self) -> None:
        """Ask to stop."""
        self.cancelled = True
        if stop := self._stop:
            stop()


def _series(request: SeriesRequest, found: dict[int, SeriesPoint], began_s: float) -> Series:
    """Give what there is, in the order of the request."""
    points = tuple(found[number] for number in sorted(found))
    made = [point.fit.provenance for point in points if point.fit is not None]
    said = {f"{point.name}: {point.why}": None for point in points if point.why}
    return Series(
        points,
        request,
        Provenance(
            made[0].engine if made else "",
            made[0].version if made else "",
            time.perf_counter() - began_s,
            request,
            tuple(said),
            next((one.approximate for one in made if one.approximate), ""),
            log_path=made[0].log_path if made else "",
        ),
    )
