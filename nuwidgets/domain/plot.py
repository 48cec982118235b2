"""How spectra are plotted: what is shown above and below, against what, which bins are joined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = {
    "ldata": "net rate, logarithmic",
    "data": "net rate",
    "lcounts": "net counts, logarithmic",
    "counts": "net counts",
    "icounts": "share of the net counts up to an energy",
    "background": "rate of the background",
    "ufspec": "unfolded spectrum f(E)",
    "eufspec": "unfolded spectrum E f(E)",
    "eeufspec": "unfolded spectrum E² f(E)",
    "model": "model f(E), before the response",
    "emodel": "model E f(E), before the response",
    "eemodel": "model E² f(E), before the response",
}
"""What can be plotted, by the names of XSPEC's command ``plot``."""
LOWER = {
    "ratio": "data over model",
    "residuals": "data minus model",
    "delchi": "data minus model in units of the error",
    "chisq": "what each bin adds to the statistic, with the sign of data minus model",
    "": "nothing",
}
"""What can be plotted below it."""
X_AXES = {"keV": "energy", "channel": "number of the bin", "angstrom": "wavelength"}
"""What it can be plotted against."""
ERRORS = {
    "quad": "the errors of the joined bins in quadrature",
    "sqrt": "the root of the counts",
    "poiss-1": "1 + sqrt(N + 0.75) of the counts N",
    "poiss-2": "sqrt(N - 0.25) of the counts N",
    "poiss-3": "the mean of these two",
}
"""Where the errors of joined bins come from, by XSPEC's names (``setplot rebin``)."""
UNFOLDED = {"ufspec": 0, "eufspec": 1, "eeufspec": 2}
"""Power of E that unfolded spectra are multiplied by."""
INCIDENT = {"model": 0, "emodel": 1, "eemodel": 2}
"""Power of E that models are multiplied by."""
LINEAR = ("data", "counts", "icounts")
"""Kinds whose y axis is linear unless another is chosen."""


def known(what: str, name: str, names: Iterable[str]) -> str:
    """Give a name that is among others.

    Raises
    ------
    InputError
        If it is not; the nearest is offered.
    """
    if name not in tuple(names):
        shown = [one for one in names if one]
        raise InputError(f"Cannot plot the {what} {name!r}. {nearest(name, shown)}")
    return name


@dataclass(frozen=True)
class Rebin:
    """Neighbouring bins joined for a plot alone, as XSPEC's ``setplot rebin`` does.

    Examples
    --------
    >>> Rebin.parse("5 20")
    Rebin(min_sigma=5.0, max_bins=20, error='quad')
    """

    min_sigma: float = 0.0
    """Bins are joined until the net counts are so many times their error."""
    max_bins: int = 1
    """Never more bins than this are joined."""
    error: str = "quad"
    """One of ``ERRORS``."""

    def __post_init__(self) -> None:
        """Refuse what cannot be joined."""
        known("errors", self.error, ERRORS)
        if not (math.isfinite(self.min_sigma) and self.min_sigma >= 0 and self.max_bins >= 1):
            raise InputError(
                f"Cannot join bins to {self.min_sigma!r} sigma, {self.max_bins!r} at most. Give a"
                " number of sigma from 0 and a number of bins from 1, e.g. '5 20'."
            )

    @classmethod
    def parse(cls, text: str) -> Rebin:
        """Read ``"5 20"``, ``"5 20 sqrt"``, or ``""`` for bins as they are.

        Raises
        ------
        InputError
            If the text is neither.
        """
        words = text.replace(",", " ").split()
        try:
            numbers = (float(words[0]), int(words[1])) if words else (0.0, 1)
        except (IndexError, ValueError) as error:
            raise InputError(
                f"Cannot join bins by {text!r}. Give a least number of sigma and a largest number"
                " of bins, e.g. '5 20', or '' for bins as they are."
            ) from error
        if len(words) > 3:  # noqa: PLR2004 - two numbers and a word
            raise InputError(f"Cannot join bins by {text!r}: give two numbers and a kind of error.")
        return cls(*numbers, *words[2:])

    @property
    def joins(self) -> bool:
        """Whether it joins any bins."""
        return self.max_bins > 1

    def __str__(self) -> str:
        plain = self == Rebin(error=self.error)
        numbers = "" if plain and self.error == "quad" else f"{self.min_sigma:g} {self.max_bins}"
        return numbers if self.error == "quad" else f"{numbers} {self.error}"


@dataclass(frozen=True)
class PlotChoice:
    """What a plot of spectra shows; none of it changes what was computed."""

    kind: str = "ldata"
    """One of ``KINDS``."""
    lower: str = "ratio"
    """One of ``LOWER``; empty for nothing."""
    x_axis: str = "keV"
    """One of ``X_AXES``."""
    rebin: Rebin = Rebin()
    """Which bins are joined."""
    area: bool = False
    """Whether rates are divided by the effective area (``setplot area``)."""
    background: bool = False
    """Whether the background is drawn too."""
    components: bool = False
    """Whether the additive components are drawn too (``setplot add``)."""
    log_x: bool = True
    """Whether energies and wavelengths are on a logarithmic axis."""
    log_y: bool | None = None
    """Whether y is on a logarithmic axis; None: as is usual for the kind."""

    def __post_init__(self) -> None:
        """Refuse what cannot be plotted."""
        known("kind", self.kind, KINDS)
        known("lower pane", self.lower, LOWER)
        known("x axis", self.x_axis, X_AXES)

    @property
    def x(self) -> str:
        """The x axis that is drawn: what is unfolded has no channels."""
        without = self.kind in UNFOLDED or self.kind in INCIDENT
        return "keV" if without and self.x_axis == "channel" else self.x_axis

    @property
    def x_log(self) -> bool:
        """Whether the x axis is logarithmic; that of channels never is."""
        return self.log_x and self.x != "channel"

    @property
    def y_log(self) -> bool:
        """Whether the y axis is logarithmic."""
        return self.kind not in LINEAR if self.log_y is None else self.log_y

    @property
    def x_label(self) -> str:
        """What x is, with its unit."""
        labels = {"keV": "Energy [keV]", "channel": "Bin", "angstrom": "Wavelength [Å]"}
        return labels[self.x]

    @property
    def per(self) -> str:
        """Unit of x that rates and photons are divided by."""
        return {"keV": " keV⁻¹", "channel": " bin⁻¹", "angstrom": " Å⁻¹"}[self.x]

    def y_label(self, *, normalized: bool = False) -> str:
        """Say what y is, with its unit; `normalized` where rates are divided by AREASCAL."""
        word = "normalized counts" if normalized else "counts"
        area = " cm⁻²" if self.area else ""
        if self.kind in UNFOLDED or self.kind in INCIDENT:
            return self._photons(UNFOLDED.get(self.kind, INCIDENT.get(self.kind, 0)))
        if self.kind in ("counts", "lcounts"):
            return f"counts{area}{self.per}"
        if self.kind == "icounts":
            return "share of counts"
        return f"{word}{area} s⁻¹{self.per}"

    def _photons(self, power: int) -> str:
        if power == 0:
            return f"photons cm⁻² s⁻¹{self.per}"
        return f"{('', 'keV', 'keV²')[power]} (photons cm⁻² s⁻¹ keV⁻¹)"

    def lower_label(self, statistic: str = "chi") -> str:
        """Say what y of the lower pane is, with its unit; Δ is data minus model."""
        area = " cm⁻²" if self.area else ""
        labels = {
            "ratio": "data / model",
            "residuals": f"Δ [{area.strip()} s⁻¹{self.per}]".replace("[ ", "["),
            "delchi": "Δ / error",
            "chisq": "± Δχ²" if statistic == "chi" else f"± Δ{statistic}",
            "": "",
        }
        return labels[self.lower]
