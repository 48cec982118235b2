"""Embedded tasks by name: what they are called, what they take, and who else has them."""

from __future__ import annotations

import pytest
from task_toys import run_task

from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.embedded.tasks import TASKS
from nuwidgets.errors import InputError
from nuwidgets.files.par_file import ParFile


def test_tasks_have_parameters_as_par_files_have() -> None:
    assert set(TASKS) == {"nuproducts", "nuexpomap", "ftgrouppha"}
    for name, known in TASKS.items():
        assert isinstance(known, ParFile)
        assert known.task == name
        for parameter in known.parameters:
            assert parameter.prompt
            assert parameter.check(parameter.default) == parameter.default
            assert len(known.by_name) == len(known.parameters)


def test_defaults_are_heasofts() -> None:
    usual = {p.name: p.default for p in TASKS["nuproducts"].parameters}
    assert (usual["binsize"], usual["pilow"], usual["pihigh"]) == (10.0, 35, 1909)
    assert (usual["srcradius"], usual["bkgradius1"], usual["bkgradius2"]) == (20.0, 50.0, 80.0)
    usual = {p.name: p.default for p in TASKS["nuexpomap"].parameters}
    assert (usual["pixbin"], usual["percent"], usual["energy"]) == (5, 0.02, 10.0)
    assert TASKS["ftgrouppha"].by_name["grouptype"].choices[:3] == ("constant", "min", "snmin")


def test_the_engine_handles_tasks_by_name() -> None:
    assert EmbeddedEngine().handles(TaskRequest("nuproducts"))
    with pytest.raises(InputError, match=r"no task 'nuproduct'\. Did you mean 'nuproducts'.*HEAS"):
        run_task("nuproduct")
    with pytest.raises(InputError, match="Install HEASoft for all others"):
        run_task("xrtpipeline")
