"""The corner plot of a chain."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from nuwidgets.domain.chain import Chain
from nuwidgets.errors import EngineMissingError, InputError
from nuwidgets.figures.corner import figure_corner
from nuwidgets.figures.save import figure_bytes

pytest.importorskip("corner")


def chain(n=2000, scale=1.0):
    rng = np.random.default_rng(1)
    samples = np.array([0.2, 2.0, 3e-4]) + scale * rng.standard_normal((n, 3)) * [0.02, 0.1, 1e-5]
    return Chain(
        (1, 2, 3), ("TBabs.nH", "powerlaw.PhoIndex", "powerlaw.norm"), ("10^22", "", ""),
        samples, np.zeros(n), 20, 0.4, np.full(3, 20.0),
    )  # fmt: skip


@pytest.mark.parametrize("look", ["screen", "print"])
def test_every_pair_has_its_square(look):
    figure = figure_corner(chain(), look=look)
    shown = [axes for axes in figure.axes if axes.get_visible() and axes.has_data()]
    assert len(shown) == 6
    labels = [axes.get_xlabel() for axes in figure.axes[-3:]]
    assert labels == ["TBabs.nH [10^22]", "powerlaw.PhoIndex", "powerlaw.norm"]
    assert figure_bytes(figure, "pdf").startswith(b"%PDF")


def test_the_dashed_lines_are_median_and_interval():
    figure = figure_corner(chain(), [2], level=90.0)
    lines = sorted(line.get_xdata()[0] for line in figure.axes[0].lines)
    wanted = np.percentile(chain().samples[:, 1], [5, 50, 95])
    assert lines == pytest.approx(list(wanted))


def test_parameters_are_chosen_by_number_and_name():
    figure = figure_corner(chain(), ["powerlaw.norm", 1])
    assert [axes.get_xlabel() for axes in figure.axes[-2:]] == ["powerlaw.norm", "TBabs.nH [10^22]"]
    with pytest.raises(InputError, match=r"no parameter 'norm'. Did you mean 'powerlaw\.norm'"):
        figure_corner(chain(), ["norm"])


@pytest.mark.parametrize("made", [chain(2), chain(2000, 0.0)])
def test_a_chain_that_does_not_move_is_refused(made):
    with pytest.raises(InputError, match="samples are too few, or do not move"):
        figure_corner(made)


def test_without_corner_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "corner", None)
    with pytest.raises(EngineMissingError, match=r'pip install "nuwidgets\[mcmc\]"'):
        figure_corner(chain())
