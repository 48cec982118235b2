"""Every parameter of a chain against every other, and each by itself (through ``corner``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import EngineMissingError, InputError, nearest
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.chain import Chain

INCH = {"screen": 1.9, "print": 1.3}
"""Width and height of each square, by look."""
INSIDE = (0.393, 0.865)
"""Shares of the samples within the contours: one and two sigma of a Gaussian in two dimensions."""
BINS = 30


def figure_corner(
    chain: Chain,
    parameters: Sequence[int | str] = (),
    *,
    level: float = 90.0,
    look: str = "screen",
) -> Any:
    """Give a figure of the samples of a chain, two parameters at a time.

    Parameters
    ----------
    chain : Chain
        The samples.
    parameters : sequence of int or str
        Which of them, by number or label; empty for all that moved.
    level : float
        The dashed lines of a parameter hold so many per cent of its samples; one is the median.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    EngineMissingError
        corner is not installed.
    InputError
        A parameter that did not move, nothing to draw, or no such look.
    """
    style = look_of(look)
    corner = _corner()
    chosen = _chosen(chain, parameters)
    samples = chain.samples[:, chosen]
    if len(samples) <= len(chosen) or not np.ptp(samples, axis=0).all():
        raise InputError(
            f"Cannot draw the chain: its {len(samples)} samples are too few, or do not move."
            " Take more steps."
        )
    side = INCH[style.name] * (len(chosen) + 0.6)
    figure = new_figure(side, side, arranged=False)
    corner.corner(
        samples,
        fig=figure,
        bins=BINS,
        labels=[_label(chain, i) for i in chosen],
        quantiles=[0.5 - level / 200, 0.5, 0.5 + level / 200],
        levels=INSIDE,
        label_kwargs={"fontsize": style.label_pt},
        color=style.greys[0] if style.greys else next(iter(style.tints(["chain"]).values())).data,
        max_n_ticks=4,
        labelpad=0.08,
    )
    for axes in figure.axes:
        axes.tick_params(which="both", direction="in", labelsize=style.tick_pt)
        as_written(axes.xaxis.label, axes.yaxis.label)
    return figure


def _corner() -> Any:
    try:
        import corner
    except ImportError as error:
        raise EngineMissingError(
            "Corner plots are drawn by corner, which is not installed. Run:"
            ' pip install "nuwidgets[mcmc]"'
        ) from error
    return corner


def _chosen(chain: Chain, parameters: Sequence[int | str]) -> list[int]:
    """Give the indices of parameters."""
    known = {str(number): i for i, number in enumerate(chain.numbers)}
    known |= {label: i for i, label in enumerate(chain.labels)}
    for one in parameters:
        if str(one) not in known:
            raise InputError(f"The chain has no parameter {one!r}. {nearest(str(one), known)}")
    return [known[str(one)] for one in parameters] or list(range(len(chain.numbers)))


def _label(chain: Chain, index: int) -> str:
    unit = chain.units[index]
    return chain.labels[index] + (f" [{unit}]" if unit else "")
