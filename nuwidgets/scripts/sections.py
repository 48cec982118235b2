"""A script in sections: a heading, a sentence and lines of code, for a file or for a notebook."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 88
"""Columns of a line: what ruff and black take unless they are told otherwise."""


@dataclass(frozen=True)
class Section:
    """One thought of a script."""

    title: str
    """A heading of a few words, plain text."""
    text: str
    """What is done here and why, a sentence or two of plain text; may be empty."""
    code: tuple[str, ...] = ()
    """Lines of code, without line ends."""

    def __post_init__(self) -> None:
        """Keep heading and text free of line ends and of what cannot be seen."""
        object.__setattr__(self, "title", plain(self.title))
        object.__setattr__(self, "text", plain(self.text))


def plain(text: str) -> str:
    r"""Give a text as one line of characters that can be seen.

    What comes from files and from users can then neither end a comment nor hide in it.

    Examples
    --------
    >>> plain("Crab\nimport os")
    'Crab import os'
    """
    seen = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(seen.split())


def comment(text: str, mark: str = "# ", indent: str = "") -> tuple[str, ...]:
    r"""Give a text as lines of comment; its own line ends begin new ones.

    Parameters
    ----------
    text : str
        Anything.
    mark : str
        What begins each line.
    indent : str
        What stands before it.

    Examples
    --------
    >>> comment("why: it flares\nprint('gone')")
    ('# why: it flares', "# print('gone')")
    """
    start = f"{indent}{mark}"
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(
            plain(line), WIDTH - len(start), break_long_words=False, break_on_hyphens=False
        )
    return tuple(start + line for line in lines)


def as_script(sections: Iterable[Section], mark: str = "# ") -> str:
    """Give sections as one text: headings and sentences as comments, then the code.

    Parameters
    ----------
    sections : iterable of Section
        In their order.
    mark : str
        What begins a comment in this language.
    """
    blocks = []
    for section in sections:
        head = (*comment(section.title, mark), *comment(section.text, mark))
        blocks.append("\n".join((*head, *section.code)))
    return "\n\n".join(filter(None, blocks)) + "\n"
