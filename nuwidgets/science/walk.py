"""A walk down a statistic: damped steps to the bottom of its parabola, and MIGRAD."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from nuwidgets.science.arrow import Factors
from nuwidgets.science.blockwise import keep_better
from nuwidgets.science.minuit import InWidths, widths

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.science.arrow import Arrow, Parted
    from nuwidgets.science.minimize import Objective, Slopes

CLOSE = 1e-6
"""Distance in the statistic to its minimum, as foretold by MIGRAD, that counts as arrived."""
STEPS, STUCK = 200, 1e8
"""Damped steps that may be tried in a turn, and damping beyond which no smaller one is."""
CALLS = 2000
"""Evaluations that one run of MIGRAD may take."""
BEND = 2.0
"""Largest logarithm of the factor by which a bent step multiplies."""
NUDGE = 5e-6
"""Share of a value, or of its width, that is next to nothing."""
CLOSE_BY, ON_LIMIT = 1.0, 1e-2
"""Widths of the parabola to a limit from which a step goes onto it, and MIGRAD has reached it."""


class Walk:
    """A walk down the statistic: where it stands, and the slopes there."""

    def __init__(
        self,
        objective: Objective,
        start: Floats,
        fixed: Mask,
        report: Callable[[int, float], None] | None,
    ) -> None:
        self.objective, self._fixed, self._report = objective, fixed, report
        self._number, self._lowest = 0, np.inf
        self.x = np.clip(start, objective.lo, objective.hi)
        self.slopes = objective.slopes(self.x)
        self.arrow: Arrow | None = getattr(objective, "arrow", None)
        self._factors: tuple[Slopes, Factors] | None = None

    @property
    def held(self) -> Mask:
        """Which values rest at a limit that the slope pushes them against, or are fixed."""
        low = (self.x <= self.objective.lo) & (self.slopes.gradient >= 0)
        high = (self.x >= self.objective.hi) & (self.slopes.gradient <= 0)
        return self._fixed | low | high

    @property
    def depth(self) -> float:
        """How far the bottom of the parabola lies below."""
        return -0.5 * float(self.slopes.gradient @ self._step(np.zeros(1)))

    def approach(self, near: float, steps: int = STEPS) -> bool:
        """Go down by damped steps (Marquardt 1963, SIAM J. Appl. Math. 11, 431); say if arrived."""
        damping, nudged = self._dampings(), False
        for _ in range(steps):
            leaving = (self.x <= self.objective.lo) | (self.x >= self.objective.hi)
            if self.depth < near and not (leaving & ~self.held).any():
                return True
            if damping.min() > STUCK:
                if not self._nudge() or nudged:
                    break
                damping, nudged = self._dampings(), True
            if not self._try(damping):
                damping *= 10
        return False

    def _dampings(self) -> Floats:
        """Give the first damping: of the shared values or all, then of each block."""
        return np.full(1 if self.arrow is None else 1 + len(self.arrow.blocks), 1e-2)

    def _try(self, damping: Floats) -> bool:
        """Take a damped step if it leads down; each block has a damping of its own."""
        step, worse = self._step(damping), np.zeros(len(damping), bool)
        trials = [self._inside(step), self._inside(self._bent(step))]
        if self.arrow is not None:
            parted = cast("Parted", self.objective)
            trial, worse[1:] = keep_better(parted, self.arrow, self.x, trials)
        else:
            trial = min(trials, key=self.objective.statistic)
        if not self.objective.statistic(trial) < self.slopes.statistic:
            return False
        self.x, self.slopes = trial, self.objective.slopes(trial)
        self._tell(self.slopes)
        damping[:] = np.where(worse, damping * 10, np.maximum(damping / 10, 1e-9))
        return True

    def _bent(self, step: Floats) -> Floats:
        """Give a step that multiplies what is above 0: norms follow temperatures so."""
        ratio = step / np.where(self.x > 0, self.x, 1.0)
        bent = self.x * np.expm1(np.clip(ratio, -BEND, BEND))
        return np.where((self.x > 0) & (self.objective.lo >= 0), bent, step)

    def _nudge(self) -> bool:
        """Step aside by next to nothing: a model that jumps right ahead has no slope here."""
        width = widths(self.slopes.curvature)
        steep = ~self.held & (np.square(self.slopes.gradient * width) > CLOSE)
        aside = NUDGE * np.maximum(np.abs(self.x), width)
        x = np.where(steep, np.maximum(self.x - aside, self.objective.lo), self.x)
        slopes, depth = self.objective.slopes(x), self.depth
        before = self.x, self.slopes
        self.x, self.slopes = x, slopes
        if slopes.statistic < before[1].statistic + CLOSE and self.depth < depth:
            return True
        self.x, self.slopes = before
        return False

    def migrad(self, held: Mask, close: float) -> bool:
        """Go where MIGRAD leads, on a limit that it comes to; say whether it calls it a minimum."""
        seen = InWidths(self.objective, self.x, self.slopes, self._tell)
        minuit = seen.minuit(held, close).migrad(ncall=CALLS, iterate=1)
        x = np.where(held, self.x, seen.values(minuit.values))
        gradient, reach = seen.slopes(x).gradient, ON_LIMIT * seen.width
        low = ~held & (gradient > 0) & (x - self.objective.lo < reach)
        high = ~held & (gradient < 0) & (self.objective.hi - x < reach)
        x = np.where(low, self.objective.lo, np.where(high, self.objective.hi, x))
        slopes = seen.slopes(x)
        if slopes.statistic <= self.slopes.statistic:
            self.x, self.slopes = x, slopes
        return bool(minuit.valid) and slopes.statistic < self.slopes.statistic + close

    def _step(self, damping: Floats) -> Floats:
        """Give the damped step to the bottom, shape (n,)."""
        if self._factors is None or self._factors[0] is not self.slopes:
            self._factors = self.slopes, Factors(self.slopes, ~self.held, self.arrow)
        return self._factors[1].step(float(damping[0]), damping[1:] if len(damping) > 1 else None)

    def _inside(self, step: Floats) -> Floats:
        """Give the end of a step, which goes half the way to a limit unless that is close by."""
        lo, hi = self.objective.lo, self.objective.hi
        room = np.where(step < 0, self.x - lo, hi - self.x)
        width = CLOSE_BY * widths(self.slopes.curvature)
        reach = np.where(room < np.minimum(width, 0.1 * (hi - lo)), room, room / 2)
        trial = self.x + np.sign(step) * np.minimum(np.abs(step), reach)
        return np.asarray(np.clip(trial, lo, hi))

    def _tell(self, slopes: Slopes) -> None:
        self._number, self._lowest = self._number + 1, min(self._lowest, slopes.statistic)
        if self._report:
            self._report(self._number, self._lowest)
