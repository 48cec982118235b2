"""The tutorial's end: PyXspec loads, fits, finds errors and fluxes, and matplotlib draws."""

from __future__ import annotations

from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets.scripts.fits import mine
from nuwidgets.scripts.matters import first_values, fresh, made
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import setting
from nuwidgets.scripts.tutorial_groups import UNTOLD
from nuwidgets.scripts.tutorial_ignore import ignore_lines
from nuwidgets.scripts.tutorial_model import (
    Fitted,
    error_words,
    model_lines,
    names_of,
    source_lines,
)
from nuwidgets.scripts.values import assign, call, text, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.record import SessionRecord, StepRecord
    from nuwidgets.scripts.tutorial_files import Loaded


def load_section(record: SessionRecord, spectra: tuple[Loaded, ...]) -> Section:
    """Give how PyXspec is set up and told the spectra."""
    fit = record.steps["fit"]
    lines = [
        "xspec.Xset.allowPrompting = False  # a question would wait for an answer for ever",
        "xspec.AllData.clear()",
        "xspec.AllModels.clear()",
        *_setting_lines(fit),
        "",
        *_load(spectra, _fitted(record).groups),
        f"if xspec.AllData.nSpectra != {len(spectra)}:",
        '    raise RuntimeError("XSPEC did not read all spectra: see what it says above.")',
        *(line for n, one in enumerate(spectra, 1) for line in _companions(n, one)),
        *why(fit, "responses"),
        *source_lines(_fitted(record).responses, tuple(one.beside for one in spectra)),
        *why(fit, "ignore"),
        *ignore_lines(setting(fit, "ignore")),
    ]
    words = "XSPEC looks for the files that a spectrum names in the working folder, so that is"
    words += " where they must be."
    if not fit.settings.get("groups"):
        words = f"Each spectrum is a data group of its own. {words}"
    return Section("Load the spectra into XSPEC", words, tuple(lines))


def _fitted(record: SessionRecord) -> Fitted:
    """Give what the models are fitted to."""
    settings = record.steps["fit"].settings
    own = tuple(range(1, max(1, len(record.used)) + 1))
    return Fitted(settings.get("groups") or own, settings.get("responses", ()))


def _setting_lines(fit: StepRecord) -> Iterator[str]:
    names = {
        "abundance": "Xset.abund",
        "cross_section": "Xset.xsect",
        "statistic": "Fit.statMethod",
    }
    for name, called in names.items():
        yield from why(fit, name)
        yield f"xspec.{called} = {text(setting(fit, name))}"
    more = {"test_statistic": ("Fit.statTest", "chi"), "weight": ("Fit.weight", "standard")}
    for name, (called, usual) in more.items():
        if (value := fit.settings.get(name, usual)) != usual:
            yield from why(fit, name)
            yield f"xspec.{called} = {text(value)}"
    if systematic := fit.settings.get("systematic", 0.0):
        yield from why(fit, "systematic")
        yield f"xspec.AllModels.systematic = {float(systematic)!r}"


def why(step: StepRecord, about: str) -> tuple[str, ...]:
    """Give the note of a setting as a comment; nothing for none."""
    note = step.notes.get(about, "")
    return comment(f"why: {note}") if note else ()


def _load(spectra: tuple[Loaded, ...], groups: tuple[int, ...]) -> Iterator[str]:
    for one in spectra:
        if one.record.kind == "events" and one.observed is None:
            pointing = one.record.pointing
            yield from comment(
                f"{one.record.name} was observed by {pointing.telescope} {pointing.instrument}:"
                f" extract its spectrum with that mission's own tasks, and save it as {one.file}"
                " with its background and response beside it."
            )
        grouping = setting(one.record.steps["spectrum"], "grouping")
        if grouping.kind in UNTOLD:
            yield from comment(
                f"{one.file} is not grouped: ftgrouppha cannot do {str(grouping)!r}. Group it so"
                " yourself, e.g. with grppha, before it is loaded."
            )
        if any(c.isspace() for c in one.file):
            yield from comment(f"XSPEC cannot read a name with blanks: rename {one.file}.")
    places = [f"{group}:{n}" for n, group in enumerate(groups, 1)]
    folders = {one.beside for one in spectra}
    if len(folders) == 1 and all(_inside(one) for one in spectra):
        yield f"with contextlib.chdir({text(folders.pop())}):"
        files = (spectrum_name(one, short=True) for one in spectra)
        names = " ".join(chain.from_iterable(zip(places, files, strict=True)))
        yield from call("xspec.AllData", (names,), indent="    ")
        return
    yield from _load_apart(spectra, places)


def _inside(one: Loaded) -> bool:
    return PurePath(one.file).parent == PurePath(one.beside)


def spectrum_name(one: Loaded, *, short: bool = False) -> str:
    """Give what XSPEC is told to load."""
    name = PurePath(one.file).name if short else one.file
    return f"{name}{{{one.row}}}" if one.row else name


def _load_apart(spectra: tuple[Loaded, ...], places: list[str]) -> Iterator[str]:
    """Load spectra whose companions lie in several folders, and name those one by one."""
    names = " ".join(chain.from_iterable(zip(places, map(spectrum_name, spectra), strict=True)))
    yield from call("xspec.AllData", (names,))
    rows = [(one.file, one.beside) for one in spectra]
    yield from assign("spectra", rows)
    yield from (
        "for number, (path, folder) in enumerate(spectra, start=1):",
        '    header = fits.getheader(path, "SPECTRUM")',
        '    keywords = ("BACKFILE", "RESPFILE", "ANCRFILE")',
        '    back, rmf, arf = (str(header.get(key, "none")).strip() for key in keywords)',
        "    with contextlib.chdir(folder):",
        '        if back.lower() not in ("", "none"):',
        "            xspec.AllData(number).background = back",
        '        if rmf.lower() not in ("", "none", "%match%"):',
        "            xspec.AllData(number).response = rmf",
        '        if arf.lower() not in ("", "none"):',
        "            xspec.AllData(number).response.arf = arf",
    )


def chosen_files(one: Loaded) -> dict[str, str]:
    """Give the background, RMF and ARF chosen instead of those that a spectrum names."""
    settings = one.record.steps["spectrum"].settings
    paths = {name: settings.get(f"{name}_path", "") for name in ("background", "rmf", "arf")}
    if one.observed is not None and paths["rmf"] and not paths["arf"]:
        name = one.observed.product("sr.arf").format(**one.observed.row)
        paths["arf"] = f"{one.beside}/{name}"
    return paths


def _companions(n: int, one: Loaded) -> Iterator[str]:
    """Name the files that the user chose instead of those that the spectrum names."""
    paths = chosen_files(one)
    calls = {"background": "background", "rmf": "response", "arf": "response.arf"}
    for name, called in calls.items():
        if path := paths[name]:
            value = "None" if path.lower() == "none" else text(path)
            yield f"xspec.AllData({n}).{called} = {value}"
    if paths["rmf"] and not paths["arf"]:
        yield from (
            f'arf = str(fits.getheader({text(one.file)}, "SPECTRUM").get("ANCRFILE", "none"))',
            'if arf.strip().lower() not in ("", "none"):  # a new response comes without one',
            f"    with contextlib.chdir({text(one.beside)}):",
            f"        xspec.AllData({n}).response.arf = arf.strip()",
        )


def model_section(record: SessionRecord) -> Section:
    """Give the model with the values the fit starts from."""
    fit = record.steps["fit"]
    lines = (
        *why(fit, ""),
        *why(fit, "model"),
        *mine(fit.settings["model"], "add them to XSPEC with xspec.AllModels.addPyMod first"),
        *why(fit, "parameters"),
        *model_lines(fit.settings["model"], first_values(record), _fitted(record)),
    )
    return Section("Model", "The values below are those the fit starts from.", lines)


def fit_section(record: SessionRecord) -> Section:
    """Give the fit."""
    old = "The session's own fit was out of date; this one starts from its parameters of now."
    lines = (
        "xspec.Fit.nIterations = 100",
        'xspec.Fit.query = "yes"  # go on without asking',
        "xspec.Fit.perform()",
        'print(f"{xspec.Fit.statistic:.2f} for {xspec.Fit.dof} degrees of freedom")',
    )
    current = not made(record.steps["fit"]) or fresh(record.steps["fit"])
    return Section("Fit", "", (*(() if current else comment(old)), *lines))


def errors_section(record: SessionRecord) -> Section:
    """Give the confidence intervals."""
    errors = record.steps["errors"]
    parameters = first_values(record)
    free = [p.number for p in parameters if p.free]
    wanted = [n for n in errors.settings.get("numbers", ()) if n in free] or free
    delta = decimal(float(setting(errors, "delta")))
    model = record.steps["fit"].settings["model"]
    meant = error_words(model, parameters, wanted, _fitted(record))
    old = "The session's own intervals were out of date."
    lines = (
        *why(errors, ""),
        *why(errors, "delta"),
        *why(errors, "numbers"),
        *(() if fresh(errors) else comment(old)),
        *call("xspec.Fit.error", (f"maximum 1000. {delta} {meant}",)),
        *_told(model),
    )
    words = (
        f"Each parameter is moved until the statistic has risen by {delta}; 2.706 is 90 % for one"
        " parameter. XSPEC needs the decimal point, else it takes the number for a parameter's."
    )
    return Section("Confidence intervals", words, lines)


def _told(model: str) -> Iterator[str]:
    """Print the intervals of all models; one without a name needs none."""
    names = names_of(model)
    plain = names == [""]
    groups = "for group in range(1, xspec.AllData.nGroups + 1)"
    if plain:
        yield f"{groups}:"
        yield "    one = xspec.AllModels(group)"
    else:
        yield "models = []"
        yield f"for name in {written(names)}:"
        yield f"    {groups}:"
        yield "        with contextlib.suppress(Exception):  # groups that do not see the source"
        yield "            models.append((name, xspec.AllModels(group, name)))"
        yield "for name, one in models:"
    yield "    for index in range(1, one.nParameters + 1):"
    yield "        low, high, flags = one(index).error"
    yield "        if (low, high) != (0.0, 0.0):"
    yield "            number = one.startParIndex + index - 1"
    words = '{one(index).name:10s} {low:.6g} to {high:.6g} {flags}")'
    yield f'            print(f"{"" if plain else "{name:10s} "}{{number:3d}} {words}'


def decimal(value: float) -> str:
    """Give a number with a decimal point and without exponent.

    Examples
    --------
    >>> decimal(1.0), decimal(2.706), decimal(1e-5)
    ('1.0', '2.706', '0.00001')
    """
    plain = repr(value)
    return f"{value:.20f}".rstrip("0") if "e" in plain else plain


def untold(step: StepRecord) -> tuple[str, ...]:
    """Say what XSPEC does not do in one command."""
    if not (step.settings.get("component") or step.settings.get("unabsorbed")):
        return ()
    return comment("The session took a component alone, or without absorption; XSPEC takes all.")


def flux_section(record: SessionRecord) -> Section:
    """Give the model's flux in a band."""
    flux = record.steps["flux"]
    band = setting(flux, "band")
    draws = int(setting(flux, "draws"))
    drawn = f" err {draws} {float(setting(flux, 'level')):g}" if draws else ""
    limits = f"{decimal(band.lo_kev)} {decimal(band.hi_kev)}{drawn}"
    lines = (
        *why(flux, ""),
        *why(flux, "band"),
        *untold(flux),
        f'xspec.AllModels.calcFlux("{limits}")',
        "for number in range(1, xspec.AllData.nSpectra + 1):",
        '    print(f"{number}: {xspec.AllData(number).flux[0]:.4g} erg/cm2/s")',
    )
    words = f"The model in {band}, absorbed as it stands."
    return Section("Flux", words, lines)
