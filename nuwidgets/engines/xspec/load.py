"""The data of a request put into XSPEC, and read back, as it fails silently.

Runs in the process of XSPEC. Behaviour as seen of PyXspec 2.0.0, XSPEC 12.9.1.
"""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from typing import Any

from nuwidgets.engines.xspec.worker import CRITICAL_DELTA, ITERATIONS
from nuwidgets.errors import EngineFailedError


def clear(xs: Any) -> None:
    """Forget what XSPEC held."""
    xs.AllModels.clear()
    xs.AllData.clear()


def set_up(xs: Any, asked: dict[str, Any]) -> None:
    """Set what is no data and no model.

    Raises
    ------
    EngineFailedError
        XSPEC did not take a setting.
    """
    fit, settings = xs.Fit, xs.Xset
    xs.Plot.xAxis = "keV"  # ranges with a decimal point are in this unit
    fit.method = "leven"
    fit.nIterations, fit.criticalDelta = ITERATIONS, CRITICAL_DELTA
    fit.renorm("none")  # a model that is only folded keeps its norms
    for owner, name, value in (
        (fit, "statMethod", asked["statistic"]),
        (fit, "statTest", asked["test_statistic"]),
        (fit, "weight", asked["weight"]),
        (settings, "abund", asked["abundance"]),
        (settings, "xsect", asked["cross_section"]),
    ):
        setattr(owner, name, value)
        _same(name, re.findall(r"\w+", str(getattr(owner, name))), value)
    settings.cosmo = asked["cosmology"]


def _same(name: str, found: list[str], value: str) -> None:
    if value not in found:
        raise EngineFailedError(
            f"XSPEC did not take {name} = {value!r}: it has {' '.join(found)!r}. Choose one"
            " that this version of XSPEC knows."
        )


def load(xs: Any, number: int, one: dict[str, Any]) -> None:
    """Read a spectrum with all that belongs to it.

    Raises
    ------
    EngineFailedError
        XSPEC did not read it, or did not take what belongs to it.
    """
    data = xs.AllData
    with chdir(one["folder"]):  # what a file names is looked for here
        data(f"{one['group']}:{number} {one['path']}")
        if data.nSpectra != number:
            raise EngineFailedError(f"XSPEC did not read the spectrum {one['name']!r}.")
        spectrum = data(number)
        _companion(spectrum, "response", one["rmf"], one)
        _companion(spectrum.response, "arf", one["arf"], one)
        _companion(spectrum, "background", one["background"], one)
    for source in one["sources"]:
        _further(spectrum, source, one)


def _companion(owner: Any, name: str, path: str, one: dict[str, Any]) -> None:
    """Give a spectrum or a response what belongs to it, or take that away."""
    if _is_file(_now(owner, name), path):
        return
    if path or _now(owner, name):
        setattr(owner, name, path or None)
    if not _is_file(_now(owner, name), path):
        what = f"the {name} {path!r} for" if path else f"that there is no {name} of"
        raise EngineFailedError(f"XSPEC did not take {what} the spectrum {one['name']!r}.")


def _further(spectrum: Any, source: dict[str, Any], one: dict[str, Any]) -> None:
    """Give a spectrum the response of a further source."""
    index = source["source"] - 1
    spectrum.multiresponse[index] = source["rmf"]
    response = spectrum.multiresponse[index]
    if response is None or not _is_file(response.rmf, source["rmf"]):
        raise EngineFailedError(
            f"XSPEC did not take the response {source['rmf']!r} of source {source['source']}"
            f" for the spectrum {one['name']!r}."
        )
    _companion(response, "arf", source["arf"], one)


def ignore(xs: Any, asked: dict[str, Any]) -> list[str]:
    """Ignore and notice; give sentences where XSPEC kept other bins than were expected.

    Raises
    ------
    EngineFailedError
        No bin is left.
    """
    data, warnings = xs.AllData, []
    for word, text in asked["ranges"]:
        (data.notice if word == "notice" else data.ignore)(text)
    for number, one in enumerate(asked["spectra"], start=1):
        n_bins = len(data(number).noticed)
        if n_bins != one["n_bins"]:
            warnings.append(
                f"{one['name']}: XSPEC compares {n_bins} bins, {one['n_bins']} were expected"
                " of what is ignored."
            )
    if not any(len(data(n).noticed) for n in range(1, data.nSpectra + 1)):
        raise EngineFailedError("XSPEC left no bin to compare. Ignore less.")
    return warnings


def _now(owner: Any, name: str) -> str:
    """Give the file of a companion, empty where there is none: PyXspec raises then."""
    try:
        found = getattr(owner, name)
    except Exception:  # noqa: BLE001  PyXspec raises nothing else
        return ""
    path = getattr(found, "fileName", getattr(found, "rmf", found))
    return str(path or "")


def _is_file(found: str, wanted: str) -> bool:
    """Whether XSPEC's name of a file means the one that is wanted."""
    if not wanted or not found:
        return found.lower() in ("", "none") and not wanted
    if found == wanted:
        return True
    plain = re.sub(r"[\[{].*$", "", found)
    try:
        return Path(plain).samefile(wanted)
    except OSError:
        return False
