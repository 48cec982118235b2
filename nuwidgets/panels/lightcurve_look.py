"""How a light curve is looked at: what x counts, which period phases have, whether gaps show."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.ephemeris import Ephemeris
from nuwidgets.domain.events import Pointing
from nuwidgets.errors import InputError
from nuwidgets.panels.lightcurve_axis import DAY_S, KINDS, KS, PHASE, CurveAxis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.panels.base import Panel

PLACE = "lightcurve"
"""Name among the session's views."""
FIELDS = (
    ("period_s", "period [s]", "200px"),
    ("epoch_mjd", "epoch [MJD]", "230px"),
    ("pdot", "Ṗ [s/s]", "180px"),
)
"""Of a period: key in the view, words, width."""


class Look:
    """Controls of the time axis; what they say is remembered by the session, and followed.

    Parameters
    ----------
    panel : Panel
        Whose plot it is.
    changed : callable
        Called when x is to count otherwise.
    phases : bool
        Whether x may be a phase.
    """

    def __init__(self, panel: Panel, changed: Callable[[], object], *, phases: bool = True) -> None:
        self._panel, self._session, self._changed = panel, panel.session, changed
        self._writing = False
        self._kinds = KINDS if phases else KINDS[:-1]
        self.kind = self._control(
            w.Dropdown(options=self._kinds, description="time", layout=w.Layout(width="170px")),
            "axis",
            'what x counts: s.view("lightcurve", axis="MJD")',
        )
        self.kind.style.description_width = "34px"
        self.collapse = self._control(
            w.Checkbox(description="squeeze gaps", indent=False, layout=w.Layout(width="auto")),
            "collapse",
            'orbital gaps as slivers: s.view("lightcurve", collapse=True)',
        )
        self.boxes = {key: self._number(key, *rest) for key, *rest in FIELDS if phases}
        """What is typed of a period, by its key in the session's view."""
        self._seen = self._now()
        self.show()
        after = self._session.door.after
        after.append(self._follow)
        panel.ends.append(partial(after.remove, self._follow))

    def _number(self, key: str, words: str, width: str) -> w.Text:
        box = w.Text(description=words, continuous_update=False, layout=w.Layout(width=width))
        box.style.description_width = "86px"
        return self._control(box, key, f's.view("lightcurve", {key}=…)')

    def _control(self, control: Any, key: str, tooltip: str) -> Any:
        control.tooltip = tooltip
        behind(self._panel.door, control)
        control.observe(partial(self._chosen, key), "value")
        return control

    def _now(self) -> dict[str, Any]:
        known = self._session.views.get(PLACE, {})
        keys = ("axis", "collapse", "period_s", "epoch_mjd", "pdot")
        return {key: known[key] for key in keys if known.get(key) is not None}

    def _follow(self) -> None:
        """Look whether the session's view of the light curve was changed, by whomever."""
        now = self._now()
        if now != self._seen:
            self._seen = now
            self._panel.guard(self._panel.door.speak, self._turn)

    def _turn(self) -> None:
        self.show()
        self._changed()

    def show(self) -> None:
        """Let the controls say what the session remembers."""
        now = self._seen
        self._writing = True
        try:
            kind = now.get("axis", KS)
            self.kind.value = kind if kind in dict(self._kinds).values() else KS
            self.collapse.value = bool(now.get("collapse", False))
            for key, box in self.boxes.items():
                box.value = f"{now[key]:.15g}" if key in now else ""
        finally:
            self._writing = False
        folded = self.kind.value == PHASE
        for box in self.boxes.values():
            box.layout.display = None if folded else "none"
        self.collapse.disabled = folded

    def _chosen(self, key: str, change: Any) -> None:
        if not self._writing:
            self._panel.door.do(self._panel.guard, self._remember, key, change["new"])

    def _remember(self, key: str, value: Any) -> None:
        if key not in ("axis", "collapse"):
            try:
                value = _number(key, value)
            except InputError as error:
                self.show()
                self._panel.say_of(key, str(error))
                return
            self._panel.say_of(key, "")
        self._session.view(PLACE, **{key: value})
        if key == "axis":
            self._session.view(PLACE, x=None)

    @property
    def collapsed(self) -> bool:
        """Whether long gaps are squeezed."""
        return bool(self.collapse.value)

    def axis(self, pointings: Iterable[Pointing]) -> CurveAxis:
        """Give the axis for these datasets; the first is the reference."""
        each = tuple(pointings)
        first = each[0] if each else Pointing()
        starts = [p.tstart_s + (p.mjdref_days - first.mjdref_days) * DAY_S for p in each]
        start = min(starts, default=0.0)
        return CurveAxis(self.kind.value, start, first, self._ephemeris(first, start))

    def _ephemeris(self, first: Pointing, start_s: float) -> Ephemeris | None:
        period = self._seen.get("period_s")
        if not period or period <= 0:
            return None
        epoch = self._seen.get("epoch_mjd", first.mjdref_days + start_s / DAY_S)
        return Ephemeris(period, epoch, self._seen.get("pdot", 0.0))


def _number(key: str, text: str) -> float | None:
    """Give a typed number; None where nothing is typed."""
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not math.isfinite(number) or (key == "period_s" and number <= 0):
        right = "a period above 0 s" if key == "period_s" else "a finite number"
        raise InputError(f"Cannot count phases with {text!r}. Type {right}.")
    return number
