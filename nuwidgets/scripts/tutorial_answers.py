"""What rests on a fit, as PyXspec does it: luminosity, equivalent width, steppar, goodness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.domain.contours import StepAxis
from nuwidgets.errors import InputError
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.parameters import find
from nuwidgets.science.models.pick import component_index
from nuwidgets.scripts.matters import first_values
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import setting
from nuwidgets.scripts.tutorial_fit import decimal, untold, why
from nuwidgets.scripts.values import call, text

if TYPE_CHECKING:
    from nuwidgets.domain.record import SessionRecord, StepRecord


def luminosity_section(record: SessionRecord) -> Section:
    """Give the model's luminosity."""
    step = record.steps["luminosity"]
    band, z = setting(step, "band"), float(setting(step, "redshift"))
    cosmology = " ".join(f"{setting(step, n):g}" for n in ("h0_km_s_mpc", "q0", "lambda0"))
    limits = f"{decimal(band.lo_kev)} {decimal(band.hi_kev)} {decimal(z)}{_drawn(step)}"
    lines = (
        *why(step, ""),
        *untold(step),
        f"xspec.Xset.cosmo = {text(cosmology)}",
        f"xspec.AllModels.calcLumin({text(limits)})",
        "for number in range(1, xspec.AllData.nSpectra + 1):",
        '    print(f"{number}: {xspec.AllData(number).lumin[0]:.4g} 10^44 erg/s")',
    )
    return Section("Luminosity", f"The model in {band} of the source, at redshift {z:g}.", lines)


def width_section(record: SessionRecord) -> Section:
    """Give the equivalent width of a line."""
    step = record.steps["eqwidth"]
    number = _component(record, str(setting(step, "component")))
    words = f"{number} {float(setting(step, 'fraction'))!r}{_drawn(step)}"
    lines = (
        *why(step, ""),
        f"xspec.AllModels.eqwidth({text(words)})",
        "for number in range(1, xspec.AllData.nSpectra + 1):",
        '    print(f"{number}: {xspec.AllData(number).eqwidth[0]:.4g} keV")',
    )
    return Section("Equivalent width", f"Of component {number}.", lines)


def contours_section(record: SessionRecord) -> Section:
    """Give the stepping of one parameter or two."""
    step = record.steps["contours"]
    axes = [StepAxis.parse(one) if isinstance(one, str) else one for one in setting(step, "axes")]
    words = " ".join(_axis(record, axis) for axis in axes)
    lines = (
        *why(step, ""),
        *call("xspec.Fit.steppar", (words,)),
        'print(xspec.Fit.stepparResults("delstat"))',
    )
    return Section("Contours", "The others are refitted at each point.", lines)


def goodness_section(record: SessionRecord) -> Section:
    """Give the test statistic among those of simulated spectra."""
    step = record.steps["goodness"]
    lines = (*why(step, ""), f"xspec.Fit.goodness({int(setting(step, 'n'))})")
    return Section("Goodness of fit", "XSPEC prints how many simulated sets fit better.", lines)


def chain_section(record: SessionRecord) -> Section:
    """Say that emcee made the chain."""
    step = record.steps["chain"]
    words = (
        f"The session's chain was made by emcee ({setting(step, 'n_steps')} steps after"
        f" {setting(step, 'n_burn')}); XSPEC has its own, see xspec.Chain."
    )
    return Section("Markov chain", "", comment(words))


def fake_section(record: SessionRecord) -> Section:
    """Say how spectra are simulated; it would take the place of the data."""
    step = record.steps["fake"]
    words = (
        f"The session simulated spectra of {setting(step, 'exposure_s'):g} s (0: as long as the"
        " data). In XSPEC xspec.AllData.fakeit does so; it takes the place of the data, so do it"
        " at the very end."
    )
    return Section("Simulated spectra", "", comment(words))


def comparison_section(_record: SessionRecord) -> Section:
    """Say that this script is itself XSPEC's part of the comparison."""
    words = "The session compared its fit with XSPEC's: the fit above is XSPEC's."
    return Section("The same fit by XSPEC", "", comment(words))


def _drawn(step: StepRecord) -> str:
    draws = int(setting(step, "draws"))
    return f" err {draws} {float(setting(step, 'level')):g}" if draws else ""


def _component(record: SessionRecord, name: str) -> int:
    """Give XSPEC's number of a component; of no name that of the only line."""
    expression = Composite.parse(record.steps["fit"].settings["model"]).models[0].expression
    if name:
        return component_index(expression, name.rpartition(":")[2]) + 1
    lines = [
        number
        for number, one in enumerate(expression.components, start=1)
        if one.name in ("gaussian", "zgauss", "lorentz")
    ]
    return lines[0] if lines else 1


def _axis(record: SessionRecord, axis: StepAxis) -> str:
    parameter = find(first_values(record), axis.parameter)
    if parameter.model:
        raise InputError(
            f"Cannot write the contours for PyXspec: {parameter.label} is not a parameter of the"
            " first model. Step others, or write the script without contours."
        )
    where = str(StepAxis(str(parameter.number), axis.lo, axis.hi, axis.n, axis.log, axis.relative))
    return where if axis.log else f"nolog {where}"
