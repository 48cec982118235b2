"""The tutorial's middle for Swift: xrtexpomap, xrtproducts and ftgrouppha, as on T Pyxidis.

xrtproducts leaves the keywords that name background, RMF and ARF empty, and the name of the RMF
depends on the date of the observation: it is looked for where the products are, else where the ARF
says.
"""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

from nuwidgets.missions.swift import SWIFT
from nuwidgets.missions.swift_tasks import TASKS
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, Each, alike, why
from nuwidgets.scripts.tutorial_groups import grouped, grouping_words, out_of_date, told, untold
from nuwidgets.scripts.tutorial_regions import region_of
from nuwidgets.scripts.tutorial_tasks import hsp_call
from nuwidgets.scripts.values import Raw, call, text

if TYPE_CHECKING:
    from nuwidgets.scripts.tutorial_data import Observed


def lightcurve_section(datasets: tuple[Observed, ...]) -> Section:
    """Give how the light curves are made."""
    lines: list[str] = []
    for group in alike(datasets, lambda one: (*told(one, "lightcurve"), one.indir)):
        lines += _lightcurve(group)
    words = (
        "xrtproducts makes the light curves; xrtlccorr in it corrects the source's for bad pixels,"
        " the edge of the field and the part of the point spread function outside of the region."
    )
    return Section("Light curves of Swift", words, tuple(lines))


def spectrum_section(datasets: tuple[Observed, ...]) -> Section:
    """Give how spectra and responses are made, grouped, and told of each other."""
    lines: list[str] = []
    for group in alike(datasets, lambda one: (*told(one, "spectrum"), one.indir)):
        lines += _spectrum(group)
    words = (
        "xrtexpomap makes the exposure map, xrtproducts the spectra of source and background and"
        " the effective area (ARF). The RMF is the one that was used, whatever its name;"
        " ftgrouppha joins channels into bins, and the spectrum is told which files belong to it."
    )
    return Section("Spectra of Swift", words, tuple(lines))


def _own(task: str) -> dict[str, object]:
    return {"verbose": 20, "logfile": f"{task}.log", **TASK}


def _asked(one: Observed, each: Each, folder: str) -> dict[str, object]:
    """Give what both runs of xrtproducts are told."""
    background = bool(region_of(one, "background"))
    timed = one.setting("screen", "user_gti") is not None
    usual = {n: v for n, v in TASKS["xrtproducts"].usual if n not in TASK}
    return {
        "infile": each(f"{one.folder}/{one.events_name}"),
        "regionfile": each("regions/{stem}_src.reg"),
        **usual,
        "bkgextract": background,
        **({"bkgregionfile": each("regions/{stem}_bkg.reg")} if background else {}),
        "outdir": each(one.home(folder)),
        "stemout": each("{stem}"),
        **({"gtifile": each("gti/{stem}.gti")} if timed else {}),
    }


def _beside(one: Observed, each: Each) -> tuple[str, ...]:
    """Give the lines that look for frame headers and the attitude that the events were made with.

    ATTFLAG 100 is the raw one (sat), 110 the one without jumps (pat); 111 and 101 stand for the one
    that xrtpipeline refuses (uat): then, as without a flag, pat comes before sat.
    """
    folder = Raw(text(glob.escape(one.indir))) if one.indir else each("data/{obs_id}")
    number = "{obs_id}" if each.indent else one.obs_id
    each("{obs_id}")
    events = each(f"{one.folder}/{one.events_name}").code
    lines = (
        f"folder = {folder.code}",
        f'header = fits.getheader({events}, "EVENTS")',
        'raw = str(header.get("ATTFLAG")) == "100"',
        'kinds = ("sat", "pat") if raw else ("pat", "sat")',
        f'there = [glob.glob(f"{{folder}}/auxil/sw{number}{{kind}}.fits*") for kind in kinds]',
        "attfile = sum(there, [])[0]",
        f'hdfile = min(glob.glob(f"{{folder}}/xrt/hk/sw{number}xhd.hk*"))',
    )
    return tuple(each.indent + line for line in lines)


def _made_folder(one: Observed, each: Each, folder: str) -> str:
    return f"{each.indent}os.makedirs({each(one.home(folder)).code}, exist_ok=True)"


def _lightcurve(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    each = Each(other.row for other in group)
    first, past = SWIFT.channels(one.setting("lightcurve", "band"))
    corrected = bool(one.setting("lightcurve", "correct_livetime"))
    files = {"attfile": Raw("attfile"), "hdfile": Raw("hdfile")}
    named = _asked(one, each, "lightcurves") | {
        "binsize": float(one.setting("lightcurve", "binsize_s")),
        "pilow": first,
        "pihigh": past - 1,
        "imagefile": "NONE",
        "arffile": "NONE",
        "expofile": "NONE",
        "correctlc": corrected,
        **(files if corrected else {}),
    }
    body = (
        *(_beside(one, each) if corrected else ()),
        _made_folder(one, each, "lightcurves"),
        *hsp_call("xrtproducts", named, _own("xrtproducts"), indent=each.indent),
    )
    return (
        *why(*(other.record.steps["lightcurve"] for other in group)),
        *out_of_date(group, "lightcurve"),
        *untold(one),
        *each.lines(body),
    )


def _spectrum(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    each = Each(other.row for other in group)
    rmf, arf = (one.setting("spectrum", name) for name in ("rmf_path", "arf_path"))
    named = _asked(one, each, "spectra") | {
        "lcfile": "NONE",
        "bkglcfile": "NONE",
        "imagefile": "NONE",
        "correctlc": False,
        **({"rmffile": rmf} if rmf else {}),
    }
    if arf:
        named |= {"arffile": "NONE", "expofile": "NONE"}
    else:
        named["expofile"] = each("spectra/{stem}/{stem}_ex.img")
    body = (
        *(() if arf else _beside(one, each)),
        _made_folder(one, each, "spectra"),
        *(() if arf else _exposure_map(one, each)),
        *hsp_call("xrtproducts", named, _own("xrtproducts"), indent=each.indent),
        *_linked(one, each),
    )
    own = comment("The session was told which response to use; XSPEC is told it below.")
    return (
        *why(*(other.record.steps["spectrum"] for other in group)),
        *out_of_date(group, "spectrum"),
        *(own if rmf or arf else ()),
        *each.lines(body),
    )


def _exposure_map(one: Observed, each: Each) -> tuple[str, ...]:
    named = {
        "infile": each(f"{one.folder}/{one.events_name}"),
        "attfile": Raw("attfile"),
        "hdfile": Raw("hdfile"),
        "outdir": each("spectra/{stem}"),
        "stemout": each("{stem}"),
    }
    return hsp_call("xrtexpomap", named, _own("xrtexpomap"), indent=each.indent)


def _linked(one: Observed, each: Each) -> tuple[str, ...]:
    """Give how a spectrum is grouped, and told what belongs to it."""
    own = any(one.setting("spectrum", name) for name in ("rmf_path", "arf_path"))
    look = (
        f"arf = {each('spectra/{stem}/{stem}sr.arf').code}",
        f"found = glob.glob({each('spectra/{stem}/*.rmf').code})",
        'named = fits.getval(arf, "RESPFILE", "SPECRESP")',
        "rmf = os.path.basename(found[0]) if found else named",
    )
    end = "_grp.pha" if grouped(one) else "sr.pha"
    spectrum = f"spectrum = {each(f'spectra/{{stem}}/{{stem}}{end}').code}"
    return (
        *(() if own else (each.indent + line for line in look)),
        *(_grouped(one, each) if grouped(one) else ()),
        each.indent + spectrum,
        *_links(one, each),
    )


def _grouped(one: Observed, each: Each) -> tuple[str, ...]:
    rmf, arf = (one.setting("spectrum", name) for name in ("rmf_path", "arf_path"))
    grouping = one.setting("spectrum", "grouping")
    found = Raw(f"os.path.join({each('spectra/{stem}').code}, rmf)")
    response = rmf or ("" if arf else found)
    needed = grouping.kind.startswith("opt") and response
    background = bool(region_of(one, "background"))
    named = {
        "infile": each("spectra/{stem}/{stem}sr.pha"),
        **({"backfile": each("spectra/{stem}/{stem}bkg.pha")} if background else {}),
        **({"respfile": response} if needed else {}),
        "outfile": each("spectra/{stem}/{stem}_grp.pha"),
        **grouping_words(grouping),
    }
    return hsp_call("ftgrouppha", named, TASK, indent=each.indent)


def _links(one: Observed, each: Each) -> tuple[str, ...]:
    rmf, arf = (one.setting("spectrum", name) for name in ("rmf_path", "arf_path"))
    links = {
        "BACKFILE": each("{stem}bkg.pha") if region_of(one, "background") else None,
        "ANCRFILE": None if arf else each("{stem}sr.arf"),
        "RESPFILE": None if rmf or arf else Raw("rmf"),
    }
    named = ((key, value) for key, value in links.items() if value is not None)
    return tuple(
        line
        for key, value in named
        for line in call(
            "fits.setval",
            (Raw("spectrum"), key),
            {"value": value, "extname": "SPECTRUM"},
            indent=each.indent,
        )
    )
