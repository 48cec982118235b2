"""Which colour a dataset has, on the screen and on paper: FPMA and FPMB always the same two.

Hues near Okabe and Ito's (Wong 2011, Nature Methods 8, 441): at least 3:1 against a white and a
dark page (WCAG 2.1, 1.4.11), and the pair of different lightness, so that it differs in grey too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, SECOND = "#0072B2", "#E06C10"
"""The colours of FPMA and FPMB."""
OTHERS = ("#009E73", "#CC79A7", "#56B4E9", "#8C564B", "#7F7F7F")
"""For further datasets, in turn."""
_MODULE = re.compile(r"(?:FPM|\d)([AB])(?:01)?(?![^\W_])", re.IGNORECASE)


def colors(names: Iterable[str]) -> dict[str, str]:
    """Give each name its colour: modules A and B always the same two, others in turn.

    Parameters
    ----------
    names : iterable of str
        Names of datasets, instruments or files.

    Examples
    --------
    >>> colors(["FPMB", "nu60001110002A01_sr.pha", "XRT"])
    {'FPMB': '#E06C10', 'nu60001110002A01_sr.pha': '#0072B2', 'XRT': '#009E73'}
    """
    given: dict[str, str] = {}
    turn = 0
    for name in dict.fromkeys(names):
        found = _MODULE.search(name)
        color = {"A": FIRST, "B": SECOND}[found[1].upper()] if found else ""
        if not color or color in given.values():
            color, turn = OTHERS[turn % len(OTHERS)], turn + 1
        given[name] = color
    return given
