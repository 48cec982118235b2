"""What can be plotted, and how bins are joined: names, words, refusals."""

from __future__ import annotations

import pytest

from nuwidgets.domain.plot import INCIDENT, KINDS, LOWER, UNFOLDED, PlotChoice, Rebin
from nuwidgets.errors import InputError


@pytest.mark.parametrize("text", ["", "5 20", "0 3", "5 20 sqrt", "2.5 100 poiss-3"])
def test_joined_bins_are_read_and_written(text):
    assert str(Rebin.parse(text)) == text


def test_commas_are_read_as_xspec_does():
    assert Rebin.parse("5,20") == Rebin(5.0, 20)
    assert not Rebin().joins
    assert Rebin(0.0, 2).joins


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5", "a least number of sigma and a largest number"),
        ("five 20", "a least number of sigma"),
        ("5 20 sqrt more", "two numbers and a kind of error"),
        ("5 20 poisson", "Cannot plot the errors 'poisson'"),
        ("-1 20", "a number of sigma from 0"),
        ("5 0", "a number of bins from 1"),
    ],
)
def test_bins_that_cannot_be_joined_are_refused(text, words):
    with pytest.raises(InputError, match=words):
        Rebin.parse(text)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "eufspe"}, "Cannot plot the kind 'eufspe'.*eufspec"),
        ({"lower": "delch"}, "Cannot plot the lower pane 'delch'.*delchi"),
        ({"x_axis": "kev"}, "Cannot plot the x axis 'kev'.*keV"),
    ],
)
def test_unknown_plots_are_refused_with_the_nearest(wrong, words):
    with pytest.raises(InputError, match=words):
        PlotChoice(**wrong)


def test_units_are_true():
    label = PlotChoice("ldata").y_label
    assert label() == "counts s⁻¹ keV⁻¹"
    assert label(normalized=True) == "normalized counts s⁻¹ keV⁻¹"
    assert PlotChoice("data", area=True).y_label() == "counts cm⁻² s⁻¹ keV⁻¹"
    assert PlotChoice("counts", x_axis="channel").y_label() == "counts bin⁻¹"
    assert PlotChoice("ufspec", x_axis="angstrom").y_label() == "photons cm⁻² s⁻¹ Å⁻¹"
    assert PlotChoice("eufspec").y_label() == "keV (photons cm⁻² s⁻¹ keV⁻¹)"
    assert PlotChoice("eemodel").y_label() == "keV² (photons cm⁻² s⁻¹ keV⁻¹)"
    assert PlotChoice("icounts").y_label() == "share of counts"
    assert PlotChoice(lower="residuals").lower_label() == "Δ [s⁻¹ keV⁻¹]"
    assert PlotChoice(lower="residuals", area=True).lower_label() == "Δ [cm⁻² s⁻¹ keV⁻¹]"
    assert PlotChoice(lower="chisq").lower_label("cstat") == "± Δcstat"


def test_what_is_unfolded_has_no_channels():
    for kind in KINDS:
        unfolded = kind in UNFOLDED or kind in INCIDENT
        assert PlotChoice(kind, x_axis="channel").x == ("keV" if unfolded else "channel")
    assert not PlotChoice("ldata", x_axis="channel").x_log


def test_axes_are_as_usual_unless_chosen():
    assert PlotChoice("ldata").y_log
    assert not PlotChoice("data").y_log
    assert PlotChoice("data", log_y=True).y_log
    assert not PlotChoice("eeufspec", log_y=False).y_log
    assert set(LOWER) == {"ratio", "residuals", "delchi", "chisq", ""}
