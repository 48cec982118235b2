"""Fits of observations one by one, as PyXspec does them: a loop that loads each alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.one_group import groups_apart
from nuwidgets.scripts.matters import first_values, fresh
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import setting
from nuwidgets.scripts.tutorial_fit import chosen_files, decimal, spectrum_name, why
from nuwidgets.scripts.tutorial_ignore import ignore_lines
from nuwidgets.scripts.tutorial_model import Fitted, model_lines
from nuwidgets.scripts.values import STEP as INDENT
from nuwidgets.scripts.values import assign, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.record import SessionRecord, StepRecord
    from nuwidgets.scripts.tutorial_files import Loaded

TITLE = "Observations one by one"
FILES = ("background", "rmf", "arf")


def series_section(record: SessionRecord, spectra: tuple[Loaded, ...]) -> Section:
    """Give the fits of all observations, each alone; the last of a script, for it loads anew."""
    step, fit = record.steps["series"], record.steps["fit"]
    model = fit.settings["model"]
    began = step.answered.fit.parameters if fresh(step) else first_values(record)
    alone = _alone(fit, began, len(spectra))
    if not alone or any(one.name for one in Composite.parse(model).models):
        words = "The session fitted each observation alone, with models of several sources."
        words += " Do the same by loading one spectrum at a time in what is above."
        return Section(TITLE, "", comment(words))
    values = [_values(parameters) for parameters in alone]
    columns = _columns(spectra, values)
    lines = (
        *why(step, ""),
        *assign("observations", [tuple(row) for row in zip(*columns.values(), strict=True)]),
        f"for {', '.join(columns)} in observations:",
        *_indented(_load(columns)),
        *_indented(_ignored(setting(fit, "ignore"))),
        *_indented(model_lines(model, alone[0], Fitted((1,)))),
        *_indented(_starts(columns)),
        *_indented(_measured(step, alone[0])),
    )
    words = "The model of above is fitted to each observation by itself; what is tied between them"
    words += " is each one's own here."
    return Section(TITLE, words, lines)


def _alone(
    fit: StepRecord, parameters: tuple[Parameter, ...], n_spectra: int
) -> tuple[tuple[Parameter, ...], ...]:
    """Give the parameters of each spectrum's data group as those of a model for it alone."""
    groups = fit.settings.get("groups") or tuple(range(1, n_spectra + 1))
    known = groups_apart(fit.settings["model"], parameters)
    return tuple(known[g - 1] for g in groups) if known and max(groups) <= len(known) else ()


def _values(parameters: tuple[Parameter, ...]) -> dict[int, float]:
    return {p.number: float(p.value) for p in parameters if not p.link}


def _columns(spectra: tuple[Loaded, ...], values: list[dict[int, float]]) -> dict[str, list[Any]]:
    """Give what differs between observations, by the name of the loop's variable."""
    files = [chosen_files(one) for one in spectra]
    columns: dict[str, list[Any]] = {
        "name": [one.record.name for one in spectra],
        "path": [spectrum_name(one) for one in spectra],
        "folder": [one.beside for one in spectra],
    }
    for name in FILES:
        if any(one[name] for one in files):
            columns[name] = [one[name] for one in files]
    moved = [n for n in values[0] if len({one[n] for one in values}) > 1]
    if moved:
        columns["starts"] = [{n: one[n] for n in moved} for one in values]
    return columns


def _load(columns: dict[str, list[Any]]) -> Iterator[str]:
    yield from (
        "xspec.AllData.clear()",
        "xspec.AllModels.clear()",
        "path = os.path.abspath(path)",
        "with contextlib.chdir(folder):",
        f'{INDENT}xspec.AllData(f"1:1 {{path}}")',
    )
    if any(name in columns for name in FILES):
        yield "spectrum = xspec.AllData(1)"
    if "background" in columns:
        yield "if background:"
        yield f'{INDENT}spectrum.background = None if background == "none" else background'
    if "rmf" in columns:
        yield "if rmf:  # a new response comes without an ARF"
        yield f"{INDENT}spectrum.response = rmf"
        yield f'{INDENT}named = fits.getheader(path, "SPECTRUM").get("ANCRFILE", "none").strip()'
        yield f"{INDENT}arf = {'arf or named' if 'arf' in columns else 'named'}"
    if "arf" in columns or "rmf" in columns:
        known = "arf" if "arf" in columns else "rmf"
        yield f'if {known} and arf.lower() not in ("", "none"):'
        yield f"{INDENT}with contextlib.chdir(folder):"
        yield f"{INDENT}{INDENT}spectrum.response.arf = arf"


def _ignored(ranges: Iterable[str]) -> tuple[str, ...]:
    ranges = tuple(ranges)
    if not any(re.search(r"\d:|\*:", one) for one in ranges):
        return ignore_lines(ranges)
    words = "The session leaves out other ranges of some spectra: here it is what it leaves out of"
    words += " all."
    every = (one for one in ranges if ":" not in one)
    return (*comment(words), *ignore_lines(every))


def _starts(columns: dict[str, list[Any]]) -> tuple[str, ...]:
    if "starts" not in columns:
        return ()
    return (
        "for number, value in starts.items():",
        f"{INDENT}model(number).values = value",
    )


def _measured(step: StepRecord, parameters: tuple[Parameter, ...]) -> Iterator[str]:
    """Write the fit, intervals and flux of the observation that is loaded, and what is printed."""
    delta, band = float(setting(step, "delta")), setting(step, "band")
    free = " ".join(str(p.number) for p in parameters if p.free)
    yield "try:"
    yield f"{INDENT}xspec.Fit.nIterations = 100"
    yield f'{INDENT}xspec.Fit.query = "yes"  # go on without asking'
    yield f"{INDENT}xspec.Fit.perform()"
    if delta and free:
        yield f"{INDENT}xspec.Fit.error({text(f'maximum 1000. {decimal(delta)} {free}')})"
    limits = f"{decimal(band.lo_kev)} {decimal(band.hi_kev)}"
    yield f"{INDENT}xspec.AllModels.calcFlux({text(limits)})"
    yield "except Exception as error:  # the others go on"
    yield f'{INDENT}print(f"{{name}}: {{error}}")'
    yield f"{INDENT}continue"
    yield 'print(f"{name}: {xspec.Fit.statistic:.2f} for {xspec.Fit.dof} degrees of freedom")'
    if setting(step, "unabsorbed"):
        yield from comment("The session took absorbers away from the flux; XSPEC's is absorbed.")
    yield 'print(f"  flux {xspec.AllData(1).flux[0]:.4g} erg/cm2/s")'
    yield "for number in range(1, model.nParameters + 1):"
    yield f"{INDENT}low, high, flags = model(number).error"
    words = "{model(number).name:10s} {model(number).values[0]:.6g} {low:.6g} to {high:.6g} {flags}"
    yield f'{INDENT}print(f"  {words}")'


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"{INDENT}{line}" if line else line for line in lines)
