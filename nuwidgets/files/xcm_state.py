"""What an XSPEC state file (``.xcm``) says: spectra, ranges, models and settings as plain values.

None stands for what the file does not say: there the usual value counts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """A line of the file that is not carried over."""

    line: int
    """Number of the line, from 1."""
    text: str
    """The line as it stands."""
    why: str
    """Why, e.g. ``"it computes; reading a file computes nothing"``."""
    matters: bool = True
    """False for what only tells XSPEC how to work or what to show."""

    @property
    def sentence(self) -> str:
        """The same for people."""
        return f"Line {self.line} was left out: {self.text!r}, for {self.why}."


@dataclass(frozen=True)
class XcmResponse:
    """The response of a spectrum for one source."""

    source: int
    """Number of the source, from 1."""
    rmf: str | None = None
    """RMF or RSP file; ``"none"``: there is none."""
    arf: str | None = None
    """ARF file; ``"none"``: there is none."""


@dataclass(frozen=True)
class XcmSpectrum:
    """One spectrum."""

    path: str
    """The PHA file, as the file names it."""
    group: int = 1
    """Data group, from 1."""
    row: int = 0
    """Which spectrum of a type II file, from 1; 0 for a type I file."""
    background: str | None = None
    """Background file; ``"none"``: there is none."""
    background_row: int = 0
    """Which spectrum of a type II background; 0 for a type I file."""
    responses: tuple[XcmResponse, ...] = ()
    """Responses that are named, by source."""

    def response(self, source: int) -> XcmResponse:
        """Give what is said of the response for a source."""
        found = (one for one in self.responses if one.source == source)
        return next(found, XcmResponse(source))


@dataclass(frozen=True)
class XcmParameter:
    """One parameter line: value, delta and limits, or a link."""

    value: float | None = None
    """The value."""
    delta: float | None = None
    """Step of derivatives, above 0."""
    frozen: bool | None = None
    """Whether a fit leaves it alone: XSPEC writes a delta below 0."""
    hard_lo: float | None = None
    """No value below this."""
    soft_lo: float | None = None
    """Lower soft limit."""
    soft_hi: float | None = None
    """Upper soft limit."""
    hard_hi: float | None = None
    """No value above this."""
    link: str | None = None
    """Formula with ``p3`` or ``bkg:p3``, numbers of each model; ``""``: tied to nothing."""


DEFAULT = XcmParameter()
"""A parameter of which nothing is said."""


@dataclass(frozen=True)
class XcmModel:
    """The model of one source, with the parameters of all its data groups."""

    expression: str
    """The model in XSPEC's syntax."""
    source: int = 1
    """Number of the source, from 1."""
    name: str = ""
    """Its name; empty for the unnamed one."""
    parameters: tuple[XcmParameter, ...] = ()
    """From number 1 on, in the model's own numbering; what is missing has its usual values."""
    line: int = 0
    """Where it stands, from 1; 0 when it does not come from a file."""


@dataclass(frozen=True)
class XcmState:
    """All that a file says, and what of it is not carried over."""

    spectra: tuple[XcmSpectrum, ...] = ()
    """In the order of their numbers."""
    ignore: tuple[str, ...] = ()
    """Ranges as XSPEC has them, e.g. ``"1:1-4,45-46"`` or ``"notice 2.0-3.0"``."""
    models: tuple[XcmModel, ...] = ()
    """One for each source."""
    statistic: str | None = None
    """XSPEC's name of what is made small."""
    test_statistic: str | None = None
    """XSPEC's name of what says how good the fit is."""
    weight: str | None = None
    """Where the errors of chi-squared come from."""
    systematic: float | None = None
    """Fractional error of the model."""
    abundance: str | None = None
    """Abundance table."""
    cross_section: str | None = None
    """Photo-electric cross sections."""
    cosmology: tuple[float, float, float] | None = None
    """H0 in km/s/Mpc, q0, Lambda0."""
    left_out: tuple[LeftOut, ...] = ()
    """Lines that are not carried over."""

    @property
    def groups(self) -> tuple[int, ...]:
        """Data group of each spectrum, without gaps."""
        known = sorted({one.group for one in self.spectra})
        return tuple(known.index(one.group) + 1 for one in self.spectra)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was left out, for people."""
        said = [one.sentence for one in self.left_out if one.matters]
        lines = [str(one.line) for one in self.left_out if not one.matters]
        if lines:
            which = f"Line {lines[0]} tells" if len(lines) == 1 else f"Lines {_joined(lines)} tell"
            said.append(f"{which} XSPEC only how to work or what to show: left out.")
        return tuple(said)


def _joined(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
