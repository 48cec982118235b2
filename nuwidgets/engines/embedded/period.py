"""Search for a period: fold at each trial frequency, keep the best, say how sure it is."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.gti import Gti
from nuwidgets.domain.period import Period
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.arrivals import arrivals, clock_doubts
from nuwidgets.errors import InputError
from nuwidgets.science.epoch_folding import (
    chi_squared,
    folded,
    frequency_error_hz,
    harmonic_powers,
    phase_exposure,
    phaseogram,
    pulsed_fraction,
)
from nuwidgets.science.trial_powers import Trials, trial_powers

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.period import PeriodRequest
    from nuwidgets.domain.selection import Selection

MOST_TRIALS = 2_000_000
TIMES = 16
"""Bins of time of a phaseogram."""
REST_S = 0.2
_FINER = 10
_MANY = 1000
"""Trials from which it is worth telling how far they are."""
CROWD, CROWD_FOLDING = 3.0, 16.0
"""Independent trials in the width of a peak (for each harmonic of Z squared), where the best of all
frequencies is taken: as the highest values of 300 simulated data sets of noise have it, for 1 to 4
harmonics, for 16 and 32 bins; 2.2 to 3.5 and 10 to 16."""
STAGE = "period search"


def solve_period(request: PeriodRequest, above: tuple[Selection], token: Any) -> Period:
    """Give the best period of a selection.

    Raises
    ------
    InputError
        If the range of frequencies is of no use here, or there are hardly any events.
    CancelledError
        Stopped through the token.
    """
    events = above[0].events
    times = arrivals(request, above[0], "a search for a period")
    epoch = events.gti.intervals[0][0]
    search = _Search(request, times - epoch, _shifted(events.gti, epoch), token)
    trials = search.trials()
    statistic = search.judge(trials)
    best = search.refined(float(trials[int(np.argmax(statistic))]))
    return search.product(trials, statistic, best, events)


def _shifted(gti: Gti, epoch_s: float) -> Gti:
    return Gti(tuple((start - epoch_s, stop - epoch_s) for start, stop in gti.intervals))


class _Search:
    """One request, with its events in seconds since phase zero."""

    def __init__(self, request: PeriodRequest, times: Floats, gti: Gti, token: Any) -> None:
        self.request, self.times, self.gti, self.token = request, times, gti, token
        self.span_s = gti.intervals[-1][1]

    def trials(self) -> Floats:
        """Give the trial frequencies, Hz, shape (n,)."""
        lo, hi = self.request.range_hz
        if hi <= 0:
            raise InputError(
                f"Cannot search for a period from {lo!r} to {hi!r} Hz. Give range_hz above 0, e.g."
                " (0.01, 1)."
            )
        lo, fdot = lo or 1.0 / self.span_s, self.request.fdot_hz_per_s
        if lo + fdot * self.span_s <= 0:
            raise InputError(
                f"Cannot search from {lo!r} Hz with a change of {fdot!r} Hz/s: in {self.span_s:.0f}"
                " s the frequency would fall below 0. Give a smaller fdot_hz_per_s."
            )
        step = 1.0 / (self.span_s * self.request.oversampling)
        n = max(math.ceil((hi - lo) / step) + 1, 1)
        if n > MOST_TRIALS:
            raise InputError(
                f"Cannot search from {lo!r} to {hi!r} Hz: {self.span_s:.0f} s of data need {n}"
                f" trials, and {MOST_TRIALS} are the most. Give a narrower range_hz."
            )
        return np.linspace(lo, hi, n) if n > 1 else np.array([lo])

    def judged(self, frequency_hz: float) -> float:
        """Give the statistic of one trial."""
        return float(self.judge(np.array([frequency_hz]))[0])

    def judge(self, trials: Floats) -> Floats:
        """Give the statistic of evenly spaced trials, with a look at the token between."""
        return self._summed(trials) if self.request.method == "z2" else self._folded(trials)

    def _folded(self, trials: Floats) -> Floats:
        """Fold at one trial after the other."""
        n_bins, fdot = self.request.n_bins, self.request.fdot_hz_per_s
        statistic, told = np.empty(len(trials)), time.monotonic()
        for number, frequency in enumerate(trials.tolist()):
            self.token.check()
            counts = folded(self.times, frequency, n_bins, fdot)
            share = phase_exposure(self.gti, frequency, n_bins, fdot)
            statistic[number] = chi_squared(counts, share)
            if time.monotonic() - told >= REST_S:
                told = time.monotonic()
                done = f"{number + 1:,} of {len(trials):,} trials"
                self.token.report((number + 1) / len(trials), STAGE, done)
        return statistic

    def _summed(self, trials: Floats) -> Floats:
        """Sum all trials at once, one harmonic after the other."""
        request, n_harmonics = self.request, self.request.n_harmonics
        step = float(trials[-1] - trials[0]) / max(len(trials) - 1, 1)
        at = Trials(float(trials[0]), step, len(trials), request.fdot_hz_per_s)

        def look(done: int) -> None:
            self.token.check()
            if len(trials) > _MANY:
                self.token.report(done / n_harmonics, STAGE, f"{done} of {n_harmonics} harmonics")

        return trial_powers(self.times, self.gti, at, n_harmonics, look)

    def refined(self, best_hz: float) -> float:
        """Look around the best trial in finer steps, and around the best of these."""
        lo, hi = self.request.range_hz
        if lo == hi:
            return best_hz
        step = 1.0 / (self.span_s * self.request.oversampling)
        for _round in range(2):
            near = best_hz + step * np.linspace(-1.0, 1.0, 2 * _FINER + 1)
            near = near[(near > 0) & (near >= lo) & (near <= hi)]
            best_hz = float(near[int(np.argmax(self.judge(near)))])
            step /= _FINER
        return best_hz

    def product(self, trials: Floats, statistic: Floats, best: float, events: Events) -> Period:
        """Give all that the best frequency tells."""
        request, top = self.request, self.judged(best)
        n_bins, fdot = request.n_bins, request.fdot_hz_per_s
        counts = folded(self.times, best, n_bins, fdot)
        share = phase_exposure(self.gti, best, n_bins, fdot)
        n_harmonics = min(request.n_harmonics, (n_bins - 1) // 2)
        powers = harmonic_powers(counts, share, n_harmonics)
        seen_s = np.where(share > 0, share, np.nan) * events.livetime_s
        edges = np.linspace(0.0, self.span_s, TIMES + 1)
        degrees, n_trials = self._degrees(), self._independent()
        epoch = events.gti.intervals[0][0]
        fraction = pulsed_fraction(counts, share, n_harmonics)
        return Period(
            frequency_hz=trials,
            statistic=statistic,
            threshold=_threshold(request.level, degrees, n_trials),
            best_hz=best,
            best_error_hz=frequency_error_hz(powers, self.times),
            best_statistic=top,
            probability=_probability(top, degrees, n_trials),
            profile=counts / seen_s,
            profile_error=np.sqrt(counts) / seen_s,
            exposure=share,
            pulsed_fraction=fraction[0],
            pulsed_fraction_error=fraction[1],
            phaseogram=phaseogram(self.times, edges, best, n_bins, fdot),
            phaseogram_s=edges + epoch,
            epoch_s=epoch,
            n_events=len(self.times),
            pointing=events.pointing,
            request=request,
            provenance=Provenance(warnings=(*self._doubts(share), *clock_doubts(events.pointing))),
        )

    def _degrees(self) -> int:
        """Give the degrees of freedom of the statistic for noise."""
        folding = self.request.method == "folding"
        return self.request.n_bins - 1 if folding else 2 * self.request.n_harmonics

    def _independent(self) -> float:
        """Give the number of independent trials that a finely sampled range is worth."""
        lo, hi = self.request.range_hz
        folding = self.request.method == "folding"
        crowd = CROWD_FOLDING if folding else CROWD * self.request.n_harmonics
        return max((hi - lo) * self.span_s * crowd, 1.0)

    def _doubts(self, share: Floats) -> tuple[str, ...]:
        """Say what a user should know before trusting the period."""
        said = []
        if share.min() < 0.5 / len(share):
            said.append(
                "At the best period some phases have less than half of the usual good time: gaps,"
                " such as those of the orbit, may make such a period."
            )
        if self.request.n_bins * 5 > len(self.times):
            said.append(
                f"{len(self.times)} events in {self.request.n_bins} bins of phase are few: the"
                " profile and chi squared are rough. Take fewer bins."
            )
        return tuple(said)


def _threshold(level: float, degrees: int, n_trials: float) -> float:
    """Give what noise passes in one of the trials with probability `level`."""
    from scipy.stats import chi2

    return float(chi2.isf(-math.expm1(math.log1p(-level) / n_trials), degrees))


def _probability(statistic: float, degrees: int, n_trials: float) -> float:
    """Give the probability that noise gives as much in one of the trials."""
    from scipy.stats import chi2

    single = float(chi2.sf(statistic, degrees))
    return float(-math.expm1(n_trials * math.log1p(-single))) if single < 1 else 1.0
