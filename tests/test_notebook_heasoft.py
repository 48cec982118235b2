"""The tutorial's notebook is the same with HEASoft: run as it stands, with the stand-in's tasks."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "nustar_single_observation.ipynb"
LOOK = """
print(*(run.state for run in s.pipeline.product.runs))
print(*(a.named_steps[n].product.provenance.engine for n in ("spectrum", "lightcurve")))
print(s.fit.state.value, a.events.path)
s.close()
"""


@pytest.mark.slow
@pytest.mark.usefixtures("heasoft")
def test_it_runs_with_heasoft(tmp_path):
    from nbclient import NotebookClient

    notebook = nbformat.read(NOTEBOOK, 4)
    notebook.cells.append(nbformat.v4.new_code_cell(LOOK))
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, resources=place, store_widget_state=False).execute()
    states, engines, fit = notebook.cells[-1].outputs[0].text.splitlines()
    assert states == "done"
    assert engines == "heasoft heasoft"
    assert fit.startswith(f"fresh {tmp_path}/data/runs/")
