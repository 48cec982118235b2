"""The pair of colours reads on both pages and in grey."""

from __future__ import annotations

import pytest

from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.widgets import theme

PAGES = {"light": "#ffffff", "dark": "#111111"}


def luminance(color):
    """Relative luminance (WCAG 2.1)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, two):
    low, high = sorted([luminance(one), luminance(two)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("color", [FIRST, SECOND, theme.QUIET])
def test_graphics_have_three_to_one_on_both_pages(page, color):
    assert contrast(color, PAGES[page]) >= 3


def test_the_pair_differs_in_grey():
    assert contrast(FIRST, SECOND) > 1.4
