"""The tutorial's end: PyXspec loads, fits, finds errors and fluxes, and matplotlib draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets.scripts.matters import first_values, fresh, made
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, file_safe, setting
from nuwidgets.scripts.tutorial_groups import GROUPED, grouped, grouping_words
from nuwidgets.scripts.tutorial_ignore import ignore_lines
from nuwidgets.scripts.tutorial_model import model_lines
from nuwidgets.scripts.values import assign, call, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
    from nuwidgets.scripts.tutorial_data import Observed


@dataclass(frozen=True)
class Loaded:
    """A spectrum as XSPEC loads it."""

    record: DatasetRecord
    """The dataset."""
    file: str
    """Path of the spectrum."""
    beside: str
    """Folder in which the files lie that it names: background, RMF and ARF."""
    row: int = 0
    """Which spectrum of a type II file, from 1; 0 for a type I file."""
    observed: Observed | None = None
    """What it was made from; None for a spectrum file."""


def loaded(record: SessionRecord, observations: tuple[Observed, ...]) -> tuple[Loaded, ...]:
    """Give the spectra of the fit, each a data group, in their order."""
    known = {one.record.name: one for one in observations}
    return tuple(_loaded(record.dataset(name), known.get(name)) for name in record.used)


def _loaded(dataset: DatasetRecord, one: Observed | None) -> Loaded:
    if one is not None:
        folder = one.home("spectra").format(stem=one.stem)
        name = f"{one.stem}_grp.pha" if grouped(one) else one.product("sr.pha").format(**one.row)
        return Loaded(dataset, f"{folder}/{name}", folder, observed=one)
    made_here = f"spectra/{file_safe(dataset.name)}_grp.pha"
    if dataset.kind == "events":
        return Loaded(dataset, made_here, "spectra")
    step = dataset.steps["spectrum"]
    path, row = step.settings.get("path", ""), int(step.settings.get("row", 0))
    folder = PurePath(path).parent.as_posix()
    if setting(step, "grouping").kind == "file":
        return Loaded(dataset, path, folder, row)
    return Loaded(dataset, made_here, folder)


def file_sections(spectra: tuple[Loaded, ...]) -> Iterator[Section]:
    """Give how spectrum files are grouped otherwise than they are."""
    lines: list[str] = []
    for one in spectra:
        step = one.record.steps["spectrum"]
        if one.record.kind == "spectrum" and one.file != step.settings.get("path"):
            lines += _group_file(one, step)
    if lines:
        head = ('os.makedirs("spectra", exist_ok=True)',)
        yield Section(
            "Group spectrum files", "ftgrouppha joins channels into bins.", (*head, *lines)
        )


def _group_file(one: Loaded, step: StepRecord) -> tuple[str, ...]:
    grouping = setting(step, "grouping")
    links = dict(getattr(step.product, "links", ()))
    beside = {
        name: _beside(step.settings.get(own, ""), links.get(keyword, ""), one.beside)
        for name, own, keyword in (
            ("backfile", "background_path", "BACKFILE"),
            ("respfile", "rmf_path", "RESPFILE"),
        )
    }
    told = grouping.kind in GROUPED  # else every channel is a bin, whatever the file says
    row = int(step.settings.get("row", 0))
    named = {
        "infile": step.settings.get("path", ""),
        **{name: path for name, path in beside.items() if path},
        "outfile": one.file,
        **(grouping_words(grouping) if told else {"grouptype": "constant", "groupscale": 1}),
        **({"rows": str(row)} if row else {}),
        **TASK,
    }
    lost = grouping.kind.startswith("opt") and not beside["respfile"]
    words = f"{grouping.kind} needs respfile, the spectrum's RMF, which the session does not know."
    return (*(comment(words) if lost else ()), *call("hsp.ftgrouppha", (), named))


def _beside(own: str, linked: str, folder: str) -> str:
    """Give the path of a file that belongs to a spectrum; empty where there is none."""
    if own:
        return "" if own.lower() == "none" else own
    if linked.strip().lower() in ("", "none", "%match%"):
        return ""
    return (PurePath(folder) / linked.strip()).as_posix()


def load_section(record: SessionRecord, spectra: tuple[Loaded, ...]) -> Section:
    """Give how PyXspec is set up and told the spectra."""
    fit = record.steps["fit"]
    lines = [
        "xspec.Xset.allowPrompting = False  # a question would wait for an answer for ever",
        "xspec.AllData.clear()",
        "xspec.AllModels.clear()",
        *_setting_lines(fit),
        "",
        *_load(spectra),
        f"if xspec.AllData.nSpectra != {len(spectra)}:",
        '    raise RuntimeError("XSPEC did not read all spectra: see what it says above.")',
        *(line for n, one in enumerate(spectra, 1) for line in _companions(n, one)),
        *_why(fit, "ignore"),
        *ignore_lines(setting(fit, "ignore")),
    ]
    words = "Each spectrum is a data group of its own. XSPEC looks for the files that a spectrum"
    words += " names in the working folder, so that is where they must be."
    return Section("Load the spectra into XSPEC", words, tuple(lines))


def _setting_lines(fit: StepRecord) -> Iterator[str]:
    names = {
        "abundance": "Xset.abund",
        "cross_section": "Xset.xsect",
        "statistic": "Fit.statMethod",
    }
    for name, called in names.items():
        yield from _why(fit, name)
        yield f"xspec.{called} = {text(setting(fit, name))}"


def _why(step: StepRecord, about: str) -> tuple[str, ...]:
    note = step.notes.get(about, "")
    return comment(f"why: {note}") if note else ()


def _load(spectra: tuple[Loaded, ...]) -> Iterator[str]:
    for one in spectra:
        if one.record.kind == "events" and one.observed is None:
            pointing = one.record.pointing
            yield from comment(
                f"{one.record.name} was observed by {pointing.telescope} {pointing.instrument}:"
                f" extract its spectrum with that mission's own tasks, and save it as {one.file}"
                " with its background and response beside it."
            )
        if any(c.isspace() for c in one.file):
            yield from comment(f"XSPEC cannot read a name with blanks: rename {one.file}.")
    folders = {one.beside for one in spectra}
    if len(folders) == 1 and all(_inside(one) for one in spectra):
        yield f"with contextlib.chdir({text(folders.pop())}):"
        names = " ".join(f"{n}:{n} {_file(one, short=True)}" for n, one in enumerate(spectra, 1))
        yield from call("xspec.AllData", (names,), indent="    ")
        return
    yield from _load_apart(spectra)


def _inside(one: Loaded) -> bool:
    return PurePath(one.file).parent == PurePath(one.beside)


def _file(one: Loaded, *, short: bool = False) -> str:
    name = PurePath(one.file).name if short else one.file
    return f"{name}{{{one.row}}}" if one.row else name


def _load_apart(spectra: tuple[Loaded, ...]) -> Iterator[str]:
    """Load spectra whose companions lie in several folders, and name those one by one."""
    names = " ".join(f"{n}:{n} {_file(one)}" for n, one in enumerate(spectra, 1))
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


def _companions(n: int, one: Loaded) -> Iterator[str]:
    """Name the files that the user chose instead of those that the spectrum names."""
    settings = one.record.steps["spectrum"].settings
    paths = {name: settings.get(f"{name}_path", "") for name in ("background", "rmf", "arf")}
    if one.observed is not None and paths["rmf"] and not paths["arf"]:
        name = one.observed.product("sr.arf").format(**one.observed.row)
        paths["arf"] = f"{one.beside}/{name}"
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
        *_why(fit, ""),
        *_why(fit, "model"),
        *_why(fit, "parameters"),
        *model_lines(fit.settings["model"], first_values(record)),
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
    free = [p.number for p in first_values(record) if p.free]
    wanted = [n for n in errors.settings.get("numbers", ()) if n in free] or free
    delta = decimal(float(setting(errors, "delta")))
    arguments = f"maximum 1000. {delta} {' '.join(map(str, wanted))}"
    old = "The session's own intervals were out of date."
    lines = (
        *_why(errors, ""),
        *_why(errors, "delta"),
        *_why(errors, "numbers"),
        *(() if fresh(errors) else comment(old)),
        *call("xspec.Fit.error", (arguments,)),
        "for group in range(1, xspec.AllData.nGroups + 1):",
        "    one = xspec.AllModels(group)",
        "    for index in range(1, one.nParameters + 1):",
        "        low, high, flags = one(index).error",
        "        if (low, high) != (0.0, 0.0):",
        "            number = one.startParIndex + index - 1",
        '            print(f"{number:3d} {one(index).name:10s} {low:.6g} to {high:.6g} {flags}")',
    )
    words = (
        f"Each parameter is moved until the statistic has risen by {delta}; 2.706 is 90 % for one"
        " parameter. XSPEC needs the decimal point, else it takes the number for a parameter's."
    )
    return Section("Confidence intervals", words, lines)


def decimal(value: float) -> str:
    """Give a number with a decimal point and without exponent.

    Examples
    --------
    >>> decimal(1.0), decimal(2.706), decimal(1e-5)
    ('1.0', '2.706', '0.00001')
    """
    plain = repr(value)
    return f"{value:.20f}".rstrip("0") if "e" in plain else plain


def flux_section(record: SessionRecord) -> Section:
    """Give the model's flux in a band."""
    flux = record.steps["flux"]
    band = setting(flux, "band")
    limits = f"{decimal(band.lo_kev)} {decimal(band.hi_kev)}"
    lines = (
        *_why(flux, ""),
        *_why(flux, "band"),
        f'xspec.AllModels.calcFlux("{limits}")',
        "for number in range(1, xspec.AllData.nSpectra + 1):",
        '    print(f"{number}: {xspec.AllData(number).flux[0]:.4g} erg/cm2/s")',
    )
    words = f"The model in {band}, absorbed as it stands."
    return Section("Flux", words, lines)
