"""A report tells the parameters of several sources apart."""

from __future__ import annotations

import nuwidgets as nw
from nuwidgets.reports import table_texts, tables


def test_parameters_of_two_sources_name_their_model():
    with nw.demo() as s:
        s.use("99901110002A")
        s.fit.model = "tbabs*powerlaw; 2:bkg powerlaw"
        s.fit.response(1, 2, "same")
        s.fit.freeze("bkg:PhoIndex")
        s.fit.set("bkg:norm=1e-5")
        s.fit.freeze("bkg:norm")
        s.fit.run()
        table = tables.parameters(s.record())
    assert list(table["model"]) == ["", "", "", "bkg", "bkg"]
    assert list(table["dataset"]) == ["99901110002A"] * 5
    text = table_texts.parameters(table)
    assert "bkg: powerlaw" in text
    assert text.count("powerlaw") >= 4
