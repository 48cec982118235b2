"""Names of regions: as region files have them, and none twice."""

from __future__ import annotations

import pytest

from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.region import Circle, Region
from nuwidgets.errors import InputError

SMALL, LARGE = Circle(10, 20, 30), Circle(10, 20, 60)


def test_spaces_around_and_between_words_make_no_other_name():
    regions = NamedRegions.of({"NE  knot ": SMALL, " NE knot": LARGE})
    assert (list(regions), len(regions)) == (["NE knot"], 1)
    assert regions["NE knot"] == Region((LARGE,))
    assert regions.having("NE knot ", Region((SMALL,))).pairs == (("NE knot", Region((SMALL,))),)


@pytest.mark.parametrize("name", ["source", "background ", "field", "", "a\nb", "x" * 41, 3])
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(InputError, match="'source', 'background', 'field' are taken"):
        NamedRegions.of({name: SMALL})


def test_what_is_no_set_of_regions_is_refused():
    with pytest.raises(InputError, match="Cannot use 'knot' as named regions"):
        NamedRegions.of("knot")
    with pytest.raises(InputError, match=r"There is no region 'knob'\. Did you mean 'knot'"):
        _ = NamedRegions.of({"knot": SMALL})["knob"]
