"""What is ignored, as XSPEC would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import InputError
from nuwidgets.science import ranges

NUSTAR = np.float32(1.6 + 0.04 * np.arange(4097)).astype(float)


def noticed(text: str, edges: np.ndarray = NUSTAR, number: int = 1, quality=None) -> list[int]:
    mask = ranges.apply(ranges.parse(text), number, edges[:-1], edges[1:], quality)
    return (np.flatnonzero(mask) + 1).tolist()


def test_nustar_3_to_79_kev_leaves_xspecs_bins() -> None:
    # fits.json, nustar_A_ungrouped_wstat: 36-1934 noticed by XSPEC 12.9.1
    assert noticed("**-3.0 79.0-**") == list(range(36, 1935))
    assert noticed("**-3.,79.-**") == list(range(36, 1935))


def test_bins_bad_and_spectra() -> None:
    edges = np.arange(49.0)
    # fits.json, ginga_losum_hisum_groups: 4-36 in both
    assert noticed("1-2:1-3 37-48", edges, 1) == noticed("1-2:1-3 37-48", edges, 2)
    assert noticed("1-2:1-3 37-48", edges, 2) == list(range(4, 37))
    assert len(noticed("1-2:1-3 37-48", edges, 3)) == 48
    assert noticed("2:** 1:5", np.arange(7.0), 2) == []
    assert noticed("2:** 1:5", np.arange(7.0), 1) == [1, 2, 3, 4, 6]
    assert noticed("**:**-2", np.arange(5.0), 9) == [3, 4]
    quality = np.array([0, 2, 5, 0])
    assert noticed("bad", np.arange(5.0), quality=quality) == [1, 4]
    assert len(noticed("BAD", np.arange(5.0))) == 4


def test_a_bin_that_holds_the_boundary_goes() -> None:
    edges = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert noticed("**-1.5", edges) == [3, 4]
    assert noticed("**-2.0", edges) == [3, 4]
    assert noticed("2.0-**", edges) == [1]
    assert noticed("2-2.5", edges) == [1, 4]
    assert noticed("5.0-6.0", edges) == [1, 2, 3, 4]
    down = edges[::-1]
    mask = ranges.apply(ranges.parse("**-1.5"), 1, down[1:], down[:-1])
    assert mask.tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("bad 1.0 - 2.0", "write for example", 8),
        ("3-1", "lower end must come first", 0),
        ("0-5", "counted from 1", 0),
        ("x:1-3", "write the spectra as", 0),
        ("0:1-3", "spectra are counted from 1", 0),
        ("1-3, 5-x", "write for example", 5),
        ("1:2:3-4", "write the spectra as", 0),
    ],
)
def test_errors_point_at_the_piece(text: str, words: str, position: int) -> None:
    with pytest.raises(InputError, match=words) as caught:
        ranges.parse(text)
    assert str(caught.value).splitlines()[-1] == " " * (position + 2) + "^"


@given(st.one_of(st.text(max_size=20), st.text("0123456789.-*:,e bad", max_size=20)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = ranges.parse(text)
    except InputError:
        return
    ranges.apply(found, 1, np.arange(5.0), np.arange(1.0, 6.0), np.zeros(5))


def test_notice_takes_back_what_was_ignored():
    e_min, e_max = np.arange(0.0, 10.0), np.arange(1.0, 11.0)
    kept = ranges.apply(ranges.parse("**-** notice 2.5-4.5 ignore 3.5"), 1, e_min, e_max)
    assert np.flatnonzero(kept).tolist() == [2, 4]
    kept = ranges.apply(ranges.parse("2:1-9 no 2:3-4"), 2, e_min, e_max)
    assert np.flatnonzero(kept).tolist() == [2, 3, 9]
    quality = np.array([5, 5, 0, 0, 0, 0, 0, 0, 0, 0])
    kept = ranges.apply(ranges.parse("1-4 notice bad"), 1, e_min, e_max, quality)
    assert np.flatnonzero(kept).tolist() == [0, 1, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    ("text", "before", "n_before", "expected"),
    [
        ("**-3. 79.-** bad", (2, 1), 2, "**-3. 79.-** bad"),
        ("1:1-3 2:5.-**", (2, 1), 2, "2:1-3 1:5.-**"),
        ("2:1-3", (1,), 2, ""),
        ("notice 2:3.-4.", (1,), 2, ""),
        ("2:1-3 notice 2", (2,), 2, "1:1-3 notice 1:2"),
        ("2-3:bad", (3, 1, 2), 3, "1:bad 3:bad"),
        ("2-**:1-3", (3, 2), 3, "**:1-3"),
        ("1:1-3", (0,), 0, "1:1-3"),
        ("2:1-3", (0,), 0, "2:1-3"),
        ("2:1-3", (1, 0), 2, ""),
        ("1-1000000000:1", (2,), 2, "1:1 3-1000000000:1"),
    ],
)
def test_ranges_stay_with_their_spectra(text, before, n_before, expected):
    assert ranges.renumbered(text, before, n_before) == expected


@given(
    st.lists(st.sampled_from(["1:2", "2-3:1-2", "notice **:1", "4:bad", "3-**:2.-3.", "1.-2."])),
    st.permutations([1, 2, 3, 4]),
    st.integers(1, 4),
)
def test_spectra_of_another_order_have_the_same_bins(words, order, n):
    text, before = " ".join(words), order[:n]
    moved = ranges.parse(ranges.renumbered(text, before, 4))
    edges, bad = np.arange(1.0, 6.0), np.array([0, 0, 0, 5])
    for number, was in enumerate(before, start=1):
        now = ranges.apply(moved, number, edges[:-1], edges[1:], bad)
        then = ranges.apply(ranges.parse(text), was, edges[:-1], edges[1:], bad)
        assert np.array_equal(now, then)
