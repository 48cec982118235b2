"""A fit as tables: all digits for astropy, few for a paper, wide for joint fits."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.fit import Errors, FitRequest, FitResult, Interval
from nuwidgets.errors import FileError, InputError
from nuwidgets.reports.fit_tables import (
    fit_latex,
    fit_table,
    group_table,
)
from nuwidgets.reports.table_files import table_text, write_table
from nuwidgets.science.models.composite import Composite


def fit(text="constant*tbabs*powerlaw", n_groups=2, **values):
    """A made-up result: free parameters have errors of a hundredth."""
    parameters = tuple(
        replace(p, value=values.get(f"p{p.number}", p.value))
        for p in Composite.parse(text).parameters(n_groups)
    )
    sigma = tuple(abs(p.value) / 100 if p.free else math.nan for p in parameters)
    free = [s for s in sigma if math.isfinite(s)]
    return FitResult(
        parameters, sigma, np.diag(np.square(free)), 101.5, 97, 100, True,
        "chi-squared", 0.35, request=FitRequest((), text, parameters),
    )  # fmt: skip


RESULT = fit(p2=1.234, p3=1.876, p4=0.00321, p5=1.0)
ERRORS = Errors(
    (Interval(2, 1.0, 1.5), Interval(3, 1.85, 1.9), Interval(4, 0.003, 0.0, "FFFFFFFTF")), 2.706
)


def test_every_parameter_is_a_row():
    table = fit_table(RESULT, ERRORS)
    assert len(table) == 8
    row = table[2]
    assert (row["number"], row["group"], row["component"], row["parameter"]) == (
        3, 1, "powerlaw", "PhoIndex",
    )  # fmt: skip
    assert (row["value"], row["sigma"], row["lo"], row["hi"]) == (1.876, 0.01876, 1.85, 1.9)
    assert list(table["status"][:2]) == ["frozen", "free"]
    assert table["status"][5] == "linked to p2"
    assert np.isnan(table["lo"][0])
    assert "No upper end was found" in table["problems"][3]
    about = table.meta
    assert (about["statistic"], about["degrees_of_freedom"], about["confidence"]) == (
        101.5, 97, "90%",
    )  # fmt: skip


def test_named_models_are_told_apart():
    table = fit_table(fit("powerlaw; 2:bkg powerlaw", 1))
    assert list(table["model"]) == ["", "", "bkg", "bkg"]
    assert list(group_table(fit("powerlaw; 2:bkg powerlaw", 1)).colnames[1::2]) == [
        "powerlaw.PhoIndex", "powerlaw.norm", "bkg:powerlaw.PhoIndex", "bkg:powerlaw.norm",
    ]  # fmt: skip


def test_intervals_of_a_chain_will_do():
    table = fit_table(RESULT, [Interval(3, 1.8, 1.95)])
    assert (table["lo"][2], table["hi"][2]) == (1.8, 1.95)
    assert table.meta["confidence"] == ""


def test_an_ecsv_is_read_back_as_it_was(tmp_path):
    from astropy.table import Table

    table = fit_table(RESULT, ERRORS)
    path = write_table(table, tmp_path / "fit.ecsv")
    back = Table.read(path, format="ascii.ecsv")
    assert back.colnames == table.colnames
    assert list(back["value"]) == list(table["value"])
    assert back.meta["model"] == "constant*tbabs*powerlaw"
    assert back["sigma"].description == table["sigma"].description


def test_a_csv_is_plain(tmp_path):
    path = write_table(fit_table(RESULT), tmp_path / "fit.csv")
    head, first, *_ = path.read_text().splitlines()
    assert head.startswith("number,group,model,component,")
    assert first.startswith("1,1,,constant,1,factor,")
    assert "1.876" in path.read_text()


def test_tables_are_not_written_over_and_only_as_what_is_known(tmp_path):
    table = fit_table(RESULT)
    write_table(table, tmp_path / "fit.csv")
    with pytest.raises(FileError, match="exists and is not overwritten"):
        write_table(table, tmp_path / "fit.csv")
    write_table(table, tmp_path / "fit.csv", overwrite=True)
    with pytest.raises(InputError, match=r"its ending '\.xlsx' is no known format"):
        write_table(table, tmp_path / "fit.xlsx")


def test_a_wide_table_has_a_row_for_each_group_and_columns_for_what_differs():
    table = group_table(RESULT, ERRORS)
    assert list(table["group"]) == [1, 2]
    ends = [f"constant.factor{end}" for end in ("", "_sigma", "_lo", "_hi")]
    assert table.colnames == ["group", *ends]
    assert np.isnan(table["constant.factor_sigma"][0])
    assert table["constant.factor_sigma"][1] == RESULT.sigma[4]
    assert table.meta["tied"] == {
        "TBabs.nH": 1.234, "powerlaw.PhoIndex": 1.876, "powerlaw.norm": 0.00321,
    }  # fmt: skip


def test_what_is_untied_or_linked_by_a_formula_has_a_column():
    parameters = list(RESULT.parameters)
    parameters[6] = replace(parameters[6], link="", value=2.5)
    parameters[7] = replace(parameters[7], link="1.1*p4", value=0.0035)
    table = group_table(replace(RESULT, parameters=tuple(parameters)))
    assert table.colnames[1::2] == ["constant.factor", "powerlaw.PhoIndex", "powerlaw.norm"]
    assert list(table["powerlaw.PhoIndex"]) == [1.876, 2.5]
    assert "powerlaw.norm" not in table.meta["tied"]


def test_components_of_one_name_have_columns_of_their_own():
    table = group_table(fit("powerlaw + powerlaw", 1))
    assert table.colnames[1::2] == [
        "powerlaw_1.PhoIndex", "powerlaw_1.norm", "powerlaw_2.PhoIndex", "powerlaw_2.norm",
    ]  # fmt: skip


def test_a_papers_table_has_the_digits_that_errors_leave():
    text = fit_latex(RESULT, ERRORS)
    assert r"1 & TBabs & nH & $10^{22}$ cm$^{-2}$ & $1.23^{+0.27}_{-0.23}$ \\" in text
    assert r"powerlaw & PhoIndex &  & $1.876^{+0.024}_{-0.026}$ \\" in text
    assert r"constant & factor &  & $1$ (f) \\" in text
    assert r"powerlaw.norm FFFFFFFTF" in text
    assert "Errors are 90\\% for one parameter" in text
    assert "Parameters that are not listed are linked." in text
    assert text.count(r"\\") == text.count("\\\\\n")
    assert r"$1.876\pm0.019$" in fit_latex(fit(p3=1.876))
    assert "one sigma" in fit_latex(RESULT)


def test_hostile_names_do_nothing_in_latex():
    parameters = tuple(replace(p, component=r"\input{x}") for p in RESULT.parameters)
    assert r"\input" not in fit_latex(replace(RESULT, parameters=parameters))


def test_text_of_other_formats():
    drawn = table_text(group_table(RESULT), "ascii.csv")
    assert io.StringIO(drawn).readline().strip() == "group,constant.factor,constant.factor_sigma"
