"""Parameters of a spectral model: what a component declares, and what a fit moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ParameterDefinition:
    """What a component says about one of its parameters (a line of XSPEC's ``model.dat``)."""

    name: str
    """Name as XSPEC writes it, e.g. ``PhoIndex``."""
    unit: str
    """Unit as XSPEC writes it; empty when dimensionless."""
    default: float
    """Value a new model starts with."""
    hard_lo: float
    """No value below this is accepted."""
    soft_lo: float
    """A fit is discouraged from going below this."""
    soft_hi: float
    """A fit is discouraged from going above this."""
    hard_hi: float
    """No value above this is accepted."""
    delta: float
    """Step of numerical derivatives, always positive."""
    frozen: bool = False
    """Whether a new model starts with this parameter frozen."""


@dataclass(frozen=True)
class Parameter:
    """One numbered parameter of a model, as a fit and a parameter table see it."""

    number: int
    """XSPEC's number, from 1, running on through the data groups."""
    component: str
    """Name of the component it belongs to, e.g. ``TBabs``."""
    component_number: int
    """Number of the component in the expression, from 1."""
    name: str
    """Name of the parameter, e.g. ``nH``."""
    unit: str
    """Unit; empty when dimensionless."""
    value: float
    """Value now. For a linked parameter the value of its link counts."""
    frozen: bool
    """Whether a fit leaves it alone."""
    hard_lo: float
    """No value below this is accepted."""
    soft_lo: float
    """A fit is discouraged from going below this."""
    soft_hi: float
    """A fit is discouraged from going above this."""
    hard_hi: float
    """No value above this is accepted."""
    delta: float
    """Step of numerical derivatives, always positive."""
    link: str = ""
    """What it is tied to: ``"p3"``, or a formula such as ``"2*p3 + 0.1"``; empty when alone."""
    group: int = 1
    """Data group, from 1."""
    model: str = ""
    """Name of the model it belongs to, e.g. ``bkg``; empty for the unnamed one."""

    @property
    def free(self) -> bool:
        """Whether a fit moves it: neither frozen nor linked."""
        return not self.frozen and not self.link

    @property
    def label(self) -> str:
        """Its full name: ``powerlaw.PhoIndex``, ``2:constant.factor``, ``bkg:powerlaw.norm``."""
        model = f"{self.model}:" if self.model else ""
        group = f"{self.group}:" if self.group > 1 else ""
        return f"{model}{group}{self.component}.{self.name}"
