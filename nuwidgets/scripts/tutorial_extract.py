"""The tutorial's middle: light curves and spectra by nuproducts, grouped by ftgrouppha."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.missions.nustar_tasks import LIGHT_CURVE_RUN, SPECTRUM_RUN
from nuwidgets.scripts import tutorial_swift
from nuwidgets.scripts.makers import by_heasoft
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, Each, alike, why
from nuwidgets.scripts.tutorial_groups import grouped, grouping_words, out_of_date, told, untold
from nuwidgets.scripts.tutorial_regions import region_of
from nuwidgets.scripts.values import Raw, call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.scripts.tutorial_data import Observed


def _products(one: Observed, each: Each, folder: str) -> dict[str, Any]:
    """Give what both runs of nuproducts are told."""
    background = bool(region_of(one, "background"))
    timed = one.setting("screen", "user_gti") is not None
    return {
        "indir": each(one.folder),
        "instrument": each("{instrument}"),
        "steminputs": each("nu{obs_id}"),
        "outdir": folder,
        "stemout": each("{stem}"),
        **({"infile": each(f"{one.folder}/{one.infile}")} if one.infile else {}),
        "srcregionfile": each("regions/{stem}_src.reg"),
        "bkgextract": background,
        **({"bkgregionfile": each("regions/{stem}_bkg.reg")} if background else {}),
        **({"usrgtifile": each("gti/{stem}.gti")} if timed else {}),
    }


def _log(task: str) -> dict[str, object]:
    return {"verbose": 20, "logfile": f"{task}.log", **TASK}


def lightcurve_sections(datasets: tuple[Observed, ...]) -> Iterator[Section]:
    """Give how light curves are made and plotted; nothing for no dataset."""
    if not datasets:
        return
    ours = tuple(one for one in datasets if not one.is_swift)
    theirs = tuple(one for one in datasets if one.is_swift)
    if ours:
        yield _lightcurves(ours)
    if theirs:
        yield tutorial_swift.lightcurve_section(theirs)
    groups = alike(datasets, lambda one: (one.is_swift, told(one, "lightcurve")))
    plot = [line for group in groups for line in _plot_lightcurve(group)]
    look = "Bins with too little good time (FRACEXP) are left out."
    frame = ("figure, axes = plt.subplots(figsize=(9, 4))",)
    ends = (
        'axes.set_xlabel("Time (s)")',
        'axes.set_ylabel("Rate (counts/s)")',
        "axes.legend()",
        'figure.savefig("lightcurve.png")',
    )
    yield Section("Plot the light curves", look, (*frame, *plot, *ends))


def _lightcurves(datasets: tuple[Observed, ...]) -> Section:
    groups = alike(datasets, lambda one: told(one, "lightcurve"))
    make = [line for group in groups for line in _make_lightcurve(group)]
    words = (
        "nuproducts makes the light curves, without responses. It corrects them for dead time, the"
        " part of the point spread function outside of the region, bad pixels and vignetting"
    )
    if not all(by_heasoft(one.record.steps["lightcurve"]) for one in datasets):
        words += (
            "; the session's own are corrected for dead time alone, so rates differ by a nearly"
            " constant factor"
        )
    head = 'os.makedirs("lightcurves", exist_ok=True)'
    return Section("Light curves", f"{words}.", (head, *make))


def image_section(datasets: tuple[Observed, ...], *, always: bool) -> Iterator[Section]:
    """Say where the image is, if it is not the light curve's or is asked for."""
    for group in alike(datasets, lambda one: tuple(one.record.steps["image"].settings.items())):
        one = group[0]
        band, binning = (one.setting("image", name) for name in ("band", "binning"))
        same = band == one.setting("lightcurve", "band") and binning == 1
        if same and not always:
            continue
        names = ", ".join(other.record.name for other in group)
        says = (
            "nuproducts writes the counts image lightcurves/*_sk.img beside the light curves, in"
            f" their band and not binned; the session's image of {names} is in {band}, binned by"
            f" {binning}."
        )
        notes = why(*(other.record.steps["image"] for other in group))
        yield Section("Image", says, notes)


def _make_lightcurve(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    each = Each(other.row for other in group)
    band = one.setting("lightcurve", "band")
    first, past = NUSTAR.channels(band)
    corrected = one.setting("lightcurve", "correct_livetime")
    named = _products(one, each, "lightcurves") | {
        **dict(LIGHT_CURVE_RUN),
        "binsize": float(one.setting("lightcurve", "binsize_s")),
        "pilow": first,
        "pihigh": past - 1,
        "correctlc": bool(corrected),
        **_log("lightcurves"),
    }
    return (
        *why(*(other.record.steps["lightcurve"] for other in group)),
        *out_of_date(group, "lightcurve"),
        *untold(one),
        *comment(f"{band} are the channels {first} to {past - 1}: 0.04 keV each, from 1.6 keV."),
        *(
            ()
            if corrected
            else comment(
                "Nothing is corrected, as chosen in the session; that divided all bins by the mean"
                " live fraction, which has no equivalent here."
            )
        ),
        *each.lines(call("hsp.nuproducts", (), named, indent=each.indent)),
    )


def _plot_lightcurve(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    each = Each(other.row for other in group)
    subtract = one.setting("lightcurve", "subtract_background") and region_of(one, "background")
    corrected = one.is_swift and one.setting("lightcurve", "correct_livetime")
    ends = ("sr_corr.lc" if corrected else "sr.lc", "bk.lc", "sr.pha", "bk.pha")
    at = f"{one.home('lightcurves')}/{{stem}}"
    lines = [f"start = {each(at).code}"] if one.is_swift else []
    curve, other, *areas = (
        f'f"{{start}}{one.product(end).removeprefix("{stem}")}"'
        if one.is_swift
        else each(f"lightcurves/{one.product(end)}").code
        for end in ends
    )
    lines += ["# xrtlccorr corrects the light curve of the source alone"] if corrected else []
    lines += [f'source = Table.read({curve}, hdu="RATE")']
    if subtract:
        lines += [
            f'background = Table.read({other}, hdu="RATE")',
            "# BACKSCAL is the size of a region",
            f'scale = fits.getval({areas[0]}, "BACKSCAL", "SPECTRUM")',
            f'scale /= fits.getval({areas[1]}, "BACKSCAL", "SPECTRUM")',
            'rate = source["RATE"] - scale * background["RATE"]',
            'error = np.hypot(source["ERROR"], scale * background["ERROR"])',
        ]
    else:
        lines += ['rate, error = source["RATE"], source["ERROR"]']
    least = one.setting("lightcurve", "min_fracexp")
    lines += [
        f'good = source["FRACEXP"] > {0.5 if least is None else least!r}',
        'time = source["TIME"]',
    ]
    shown = tuple(Raw(f"{name}[good]") for name in ("time", "rate", "error"))
    named = {"fmt": ".", "label": each("{stem}")}
    last = call("axes.errorbar", shown, named, indent=each.indent)
    return each.lines((*(each.indent + line for line in lines), *last))


def spectrum_sections(datasets: tuple[Observed, ...]) -> Iterator[Section]:
    """Give how spectra and responses are made, and grouped; nothing for no dataset."""
    ours = tuple(one for one in datasets if not one.is_swift)
    theirs = tuple(one for one in datasets if one.is_swift)
    if ours:
        yield from _spectra(ours)
    if theirs:
        yield tutorial_swift.spectrum_section(theirs)


def _spectra(datasets: tuple[Observed, ...]) -> Iterator[Section]:
    groups = alike(datasets, lambda one: told(one, "spectrum"))
    make = [line for group in groups for line in _make_spectrum(group)]
    group_lines = [line for group in groups for line in _group_spectrum(group)]
    words = (
        "nuproducts makes the spectra of source and background, the effective area (ARF) and the"
        " redistribution matrix (RMF)."
    )
    yield Section("Spectra", words, ('os.makedirs("spectra", exist_ok=True)', *make))
    if group_lines:
        yield Section(
            "Group the spectra", "ftgrouppha joins channels into bins.", tuple(group_lines)
        )


def _make_spectrum(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    each = Each(other.row for other in group)
    rmf, arf = (one.setting("spectrum", name) for name in ("rmf_path", "arf_path"))
    named = _products(one, each, "spectra") | {
        **dict(SPECTRUM_RUN),
        "runmkarf": not arf,
        "runmkrmf": not rmf,
        **_log("spectra"),
    }
    own = comment("The session was told which response to use; XSPEC is told it below.")
    approximate = comment(
        "The session folded through its approximate response of NuSTAR; this one is NuSTARDAS's"
        " own, so numbers will differ."
    )
    return (
        *why(*(other.record.steps["spectrum"] for other in group)),
        *out_of_date(group, "spectrum"),
        *(own if rmf or arf else () if all(map(_is_heasoft_s, group)) else approximate),
        *each.lines(call("hsp.nuproducts", (), named, indent=each.indent)),
    )


def _is_heasoft_s(one: Observed) -> bool:
    return by_heasoft(one.record.steps["spectrum"])


def _group_spectrum(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    if not grouped(one):
        return ()
    grouping: Grouping = one.setting("spectrum", "grouping")
    each = Each(other.row for other in group)
    rmf = one.setting("spectrum", "rmf_path")
    optimal = grouping.kind.startswith("opt")
    named = {
        "infile": each("spectra/{stem}_sr.pha"),
        **({"backfile": each("spectra/{stem}_bk.pha")} if region_of(one, "background") else {}),
        **({"respfile": rmf or each("spectra/{stem}_sr.rmf")} if optimal else {}),
        "outfile": each("spectra/{stem}_grp.pha"),
        **grouping_words(grouping),
        **TASK,
    }
    return each.lines(call("hsp.ftgrouppha", (), named, indent=each.indent))
