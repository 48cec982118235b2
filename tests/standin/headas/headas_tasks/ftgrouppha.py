"""Group a spectrum: all types of ftgrouppha, each written as a plain walk over the channels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headas_tasks.faults import TaskError
from headas_tasks.fversion import begin, ended  # noqa: F401
from headas_tasks.products import mark, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from headas_tasks.run import Run


def failed(run: Run, trouble: Exception) -> None:
    run.say(f"ftgrouppha: Error: {trouble}", "Task ftgrouppha 1.3 terminating with status 1")


def work(run: Run) -> None:
    run.need("infile", "outfile", "grouptype")
    values = run.values
    kind, scale = values["grouptype"].lower(), values.number("groupscale")
    run.check_new(values["outfile"])
    lo, hi = int(values["minchannel"]), int(values["maxchannel"])

    def grouping(counts: Any) -> Any:
        first, last = max(lo, 0), len(counts) - 1 if hi < 0 else min(hi, len(counts) - 1)
        return _grouping(run, kind, counts, scale, first, last)

    write_grouped(run, values["infile"], values["outfile"], grouping)


def _grouping(run: Run, kind: str, counts: Any, scale: float, first: int, last: int) -> Any:
    values = run.values
    if kind == "constant":
        return constant(len(counts), int(scale), first, last)
    if kind == "min":
        return least(counts, counts, scale, first, last)
    if kind == "bmin":
        return least(counts, _background(run)[0], scale, first, last)
    if kind == "file":
        return _of_template(values.named("templatefile", ""))
    net, variance = counts, counts
    if kind in ("snmin", "optsnmin") and values.named("backfile", ""):
        background, ratio = _background(run)
        net, variance = counts - ratio * background, counts + ratio**2 * background
    if kind == "snmin":
        return significant(net, variance, scale, first, last)
    return _optimal(run, kind, counts, net, variance, scale)


def constant(n_channels: int, n: int, first: int, last: int) -> Any:
    """Every `n` channels; the last bin may be short."""
    columns = np.ones(n_channels, int)
    for channel in range(first, last + 1):
        columns[channel] = 1 if (channel - first) % n == 0 else -1
    return columns


def least(counts: Any, wanted: Any, n: float, first: int, last: int) -> Any:
    """Close a bin as soon as it holds `n`; what is left over is a bin of its own."""
    columns, total, begins = np.ones(len(counts), int), 0.0, True
    for channel in range(first, last + 1):
        columns[channel] = 1 if begins else -1
        total += wanted[channel]
        begins = total >= n
        total = 0.0 if begins else total
    return columns


def significant(net: Any, variance: Any, s: float, first: int, last: int) -> Any:
    """Close a bin as soon as its net counts are `s` times their error."""
    columns, begins, signal, noise = np.ones(len(net), int), True, 0.0, 0.0
    for channel in range(first, last + 1):
        columns[channel] = 1 if begins else -1
        signal, noise = signal + net[channel], noise + variance[channel]
        begins = signal > 0 and signal >= s * np.sqrt(noise) * (1 - 1e-12)
        signal, noise = (0.0, 0.0) if begins else (signal, noise)
    return columns


def _optimal(run: Run, kind: str, counts: Any, net: Any, variance: Any, scale: float) -> Any:
    """Bins of Kaastra & Bleeker, extended until they hold enough; minchannel, maxchannel are ignored."""
    widths = optimal_widths(counts, _resolution(run))
    columns, at, n = np.ones(len(counts), int), 0, len(counts)
    starts = []
    while at < n:
        end = min(at + widths[at] - 1, n - 1)
        channel = at
        while channel <= end:
            end = min(end, channel + widths[channel] - 1)
            channel += 1
        while end < n - 1 and not _enough(kind, counts, net, variance, scale, at, end):
            end += 1
        if starts and not _enough(kind, counts, net, variance, scale, at, end):
            columns[at : end + 1] = -1
        else:
            columns[at : end + 1] = -1
            columns[at] = 1
            starts.append(at)
        at = end + 1
    return columns


def _enough(
    kind: str, counts: Any, net: Any, variance: Any, scale: float, first: int, last: int
) -> bool:
    part = slice(first, last + 1)
    if kind == "opt":
        return True
    if kind == "optmin":
        return counts[part].sum() >= scale
    signal = net[part].sum()
    return signal > 0 and signal >= scale * np.sqrt(variance[part].sum()) * (1 - 1e-12)


def optimal_widths(counts: Any, fwhm: Any) -> Any:
    """Give the best width at each channel, in channels (Kaastra & Bleeker 2016, eqs. 36-37)."""
    n = len(counts)
    fwhm = np.clip(fwhm, 1.0, n)
    total, at = np.concatenate([[0.0], np.cumsum(counts)]), np.arange(n + 1)
    middle = np.arange(n) + 0.5
    near = np.interp(middle + fwhm / 2, at, total) - np.interp(middle - fwhm / 2, at, total)
    resolved = 1 + (1 / fwhm).sum()
    x = np.log(np.maximum(1.314 * near * (1 + 0.2 * np.log(resolved)), 1e-300))
    large = np.maximum(x, 2.119)
    share = np.where(x <= 2.119, 1.0, (0.08 * large + 7.0 + 1.8 / large) / (large + 5.9))
    return np.maximum(np.floor(fwhm * share), 1).astype(int)


def _resolution(run: Run) -> Any:
    """Give the FWHM of the response at each channel, in channels."""
    from nuwidgets.files.rmf import read_rmf
    from nuwidgets.science.resolution import fwhm_channels

    values = run.values
    path = values.named("respfile", "") or _linked(values["infile"], "RESPFILE")
    if not path or not Path(path).is_file():
        raise TaskError(f"a response is needed for grouptype={values['grouptype']}: set respfile")
    response = read_rmf(path)
    middle = (response.e_min_kev + response.e_max_kev) / 2
    return fwhm_channels(response.matrix, response.energy_edges_kev, middle)


def _linked(path: str, keyword: str) -> str:
    with opened(path) as hdus:
        name = str(hdus["SPECTRUM"].header.get(keyword, "none"))
    return "" if name.lower() == "none" else str(Path(path).parent / name)


def _background(run: Run) -> tuple[Any, float]:
    """Give the background's counts and the factor that scales them to the source."""
    values = run.values
    path = values.named("backfile", "") or _linked(values["infile"], "BACKFILE")
    if not path:
        raise TaskError(f"a background is needed for grouptype={values['grouptype']}: set backfile")
    with opened(path) as other, opened(values["infile"]) as source:
        one, two = source["SPECTRUM"].header, other["SPECTRUM"].header
        ratio = one["EXPOSURE"] * one["BACKSCAL"] / (two["EXPOSURE"] * two["BACKSCAL"])
        return np.asarray(other["SPECTRUM"].data["COUNTS"], float), float(ratio)


def _of_template(path: str) -> Any:
    if not path:
        raise TaskError("grouptype=file needs a templatefile")
    with opened(path) as hdus:
        return np.asarray(hdus["SPECTRUM"].data["GROUPING"], int)


def write_grouped(
    run: Run,
    infile: str,
    outfile: str,
    grouping: Callable[[Any], Any],
    good: tuple[int, int] | None = None,
) -> None:
    """Write a spectrum again with GROUPING and QUALITY; channels outside `good` are bad."""
    from astropy.io import fits

    with opened(infile) as hdus:
        old = hdus["SPECTRUM"]
        counts = np.asarray(old.data["COUNTS"], float)
        columns = np.asarray(grouping(counts))
        if columns.shape != counts.shape:
            raise TaskError(
                f"the template has {len(columns)} channels and the spectrum {len(counts)}"
            )
        channel = np.arange(len(counts))
        bad = (
            np.zeros(len(counts), int)
            if good is None
            else ((channel < good[0]) | (channel > good[1])).astype(int)
        )
        kept = [c for c in old.columns if c.name not in ("GROUPING", "QUALITY")]
        made = [fits.Column("QUALITY", "I", array=bad), fits.Column("GROUPING", "I", array=columns)]
        for key in ("GROUPING", "QUALITY"):
            old.header.remove(key, ignore_missing=True)
        hdus[hdus.index_of("SPECTRUM")] = fits.BinTableHDU.from_columns(
            [*kept, *made], header=old.header, name="SPECTRUM"
        )
        Path(outfile).parent.mkdir(parents=True, exist_ok=True)
        hdus.writeto(outfile, overwrite=True)
    mark(outfile, run)
