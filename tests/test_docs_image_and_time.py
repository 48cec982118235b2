"""The page about image, regions and time: its code runs, and its words name what there is."""

import re
from pathlib import Path

import nuwidgets as nw

PAGE = (Path(__file__).parents[1] / "docs" / "image-and-time.md").read_text(encoding="utf-8")


def test_the_code_of_the_page_runs(capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4
    names: dict = {}
    exec(compile("\n".join(blocks), "image-and-time.md", "exec"), names)  # noqa: S102  our own
    said = capsys.readouterr().out
    assert "jet [" in said
    assert "LightCurve: 16 bins" in said
    assert "Period: 10" in said
    names["s"].close()


def test_shapes_and_panels_of_the_page_exist():
    shapes = re.findall(r"`([A-Z][A-Za-z]+)`", PAGE.split("## The picture")[0])
    panels = re.findall(r"`(\w+Panel)`", PAGE)
    assert len(set(shapes)) >= 8
    assert len(set(panels)) > 3
    for name in {*shapes, *panels}:
        assert hasattr(nw, name), name
