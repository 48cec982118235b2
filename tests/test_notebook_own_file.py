"""The notebook for a file of one's own, run on a real spectrum given by its path."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "spectral_fitting_own_file.ipynb"
LOOK = "print(best.statistic, best.dof, [p.value for p in best.parameters])"


@pytest.mark.slow
def test_it_runs_on_a_real_spectrum(tmp_path, shared_data, monkeypatch):
    from nbclient import NotebookClient

    path = shared_data / "fit_sets" / "chandra_3c273" / "3c273.pi"
    monkeypatch.setenv("NUWIDGETS_SPECTRUM", str(path))
    notebook = nbformat.read(NOTEBOOK, 4)
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(LOOK))
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, resources=place, store_widget_state=False).execute()
    statistic, dof, *values = notebook.cells[-2].outputs[0].text.replace(",", "").split()
    assert float(statistic) / int(dof) < 1.5
    assert 1.5 < float(values[1]) < 2.5
    assert (tmp_path / "fit.xcm").is_file()
