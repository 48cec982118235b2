"""The tutorial's figure: data and model above, their ratio below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.scripts.matters import has_model
from nuwidgets.scripts.sections import Section
from nuwidgets.scripts.values import assign

if TYPE_CHECKING:
    from nuwidgets.domain.record import SessionRecord


def plot_section(record: SessionRecord) -> Section:
    """Give how the spectra are plotted: with the model and the ratio where there is a model."""
    names = list(record.used)
    modelled = has_model(record)
    lines = (
        'xspec.Plot.device = "/null"',
        'xspec.Plot.xAxis = "keV"',
        'xspec.Plot("ldata", "ratio")' if modelled else 'xspec.Plot("ldata")',
        *assign("names", names),
        *(_both() if modelled else _data()),
        'figure.savefig("spectrum.png")',
    )
    words = "XSPEC gives the numbers, matplotlib draws them."
    return Section("Plot data, model and ratio" if modelled else "Plot the data", words, lines)


def _both() -> tuple[str, ...]:
    return (
        "figure, (upper, lower) = plt.subplots(",
        '    2, 1, sharex=True, figsize=(8, 6), height_ratios=(2, 1), layout="constrained"',
        ")",
        "for group, name in enumerate(names, start=1):",
        '    color = f"C{group - 1}"',
        "    energy, width = xspec.Plot.x(group), xspec.Plot.xErr(group)",
        "    rate, error = xspec.Plot.y(group), xspec.Plot.yErr(group)",
        '    upper.errorbar(energy, rate, error, width, fmt=".", color=color, label=name)',
        '    upper.step(energy, xspec.Plot.model(group), where="mid", color=color)',
        "    ratio, error = xspec.Plot.y(group, 2), xspec.Plot.yErr(group, 2)",
        '    lower.errorbar(energy, ratio, error, width, fmt=".", color=color)',
        'lower.axhline(1, color="gray", linewidth=1)',
        'upper.set(xscale="log", yscale="log", ylabel="counts/s/keV")',
        'lower.set(xlabel="Energy (keV)", ylabel="data / model")',
        "upper.legend()",
    )


def _data() -> tuple[str, ...]:
    return (
        'figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")',
        "for group, name in enumerate(names, start=1):",
        "    energy, width = xspec.Plot.x(group), xspec.Plot.xErr(group)",
        "    rate, error = xspec.Plot.y(group), xspec.Plot.yErr(group)",
        '    axes.errorbar(energy, rate, error, width, fmt=".", label=name)',
        'axes.set(xscale="log", yscale="log", xlabel="Energy (keV)", ylabel="counts/s/keV")',
        "axes.legend()",
    )
