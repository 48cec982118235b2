"""Text and tables in LaTeX, for any document class and without packages."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "χ": r"$\chi$",
    "Δ": r"$\Delta$",
    "²": r"$^{2}$",
    "″": r"$''$",
    "°": r"$^{\circ}$",
    "±": r"$\pm$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "≥": r"$\geq$",
    "\N{MINUS SIGN}": "$-$",
    "\N{EN DASH}": "--",
}
"""What LaTeX would not print as it is; brackets, because they begin options after a line's end."""


def escape(text: str) -> str:
    r"""Give any text so that LaTeX prints it and does nothing else.

    Control characters and line breaks become blanks.

    Examples
    --------
    >>> escape(r"3C_273 & \input{x}")
    '3C\\_273 \\& \\textbackslash{}input\\{x\\}'
    """
    kept = (" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join("".join(SPECIAL.get(c, c) for c in kept).split())


def tabular(heads: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> str:
    """Give a plain tabular; heads, cells and notes are LaTeX already.

    Parameters
    ----------
    heads : sequence of str
        Name of each column.
    rows : sequence of sequences of str
        The cells.
    notes : sequence of str
        Sentences below the table.
    """
    width = 0.95
    lines = [
        rf"\begin{{tabular}}{{{'l' * len(heads)}}}",
        r"\hline",
        " & ".join(heads) + r" \\",
        r"\hline",
        *(" & ".join(row) + r" \\" for row in rows),
        r"\hline",
        *(
            rf"\multicolumn{{{len(heads)}}}{{p{{{width}\linewidth}}}}{{{note}}} \\"
            for note in notes
        ),
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"
