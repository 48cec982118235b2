"""How channels are joined into bins before a fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nuwidgets.errors import InputError, nearest

KINDS = {
    "none": "every channel is a bin",
    "file": "the file's own GROUPING column",
    "constant": "every N channels",
    "min": "at least N counts in a bin",
    "snmin": "a signal-to-noise of at least N in a bin",
    "bmin": "at least N counts of background in a bin",
    "netmin": "at least N counts above the background in a bin",
    "opt": "optimal bins (Kaastra & Bleeker 2016)",
    "optmin": "optimal bins (Kaastra & Bleeker 2016), then at least N counts",
    "optsnmin": "optimal bins (Kaastra & Bleeker 2016), then a signal-to-noise of N or more",
    "template": "the GROUPING column of another file",
    "grppha": "grppha's commands",
}
WITHOUT_SCALE = ("none", "file", "opt", "template", "grppha")
"""Ways that take no number."""
WITH_TEXT = {"template": "template other.pha", "grppha": "grppha bad 0-34 & group min 30"}
"""Ways that take words instead, each with an example."""


@dataclass(frozen=True)
class Grouping:
    """A way of joining channels into bins.

    Examples
    --------
    >>> str(Grouping.parse("min 20"))
    'min 20'
    """

    kind: str = "none"
    """One of ``KINDS``."""
    scale: float = 0.0
    """Counts, signal-to-noise or channels, as the kind says; 0 where it takes none."""
    text: str = ""
    """The file of ``template``, the commands of ``grppha``; empty for others."""

    def __post_init__(self) -> None:
        """Refuse what is not a way of grouping."""
        if self.kind not in KINDS:
            raise InputError(f"Cannot group by {self.kind!r}. {nearest(self.kind, KINDS)}")
        scale = float(self.scale)
        if self.kind in WITHOUT_SCALE:
            scale = 0.0
        elif self.kind == "constant" and not scale.is_integer() and math.isfinite(scale):
            raise InputError(
                f"Cannot group by 'constant' with {self.scale!r}: it takes a whole number of"
                " channels, e.g. 'constant 4'."
            )
        elif not (math.isfinite(scale) and scale > 0):
            raise InputError(
                f"Cannot group by {self.kind!r} with {self.scale!r}: {KINDS[self.kind]}."
                f" Give a number above 0, e.g. '{self.kind} 20'."
            )
        text = " ".join(self.text.split()) if self.kind in WITH_TEXT else ""
        if self.kind in WITH_TEXT and not text:
            raise InputError(
                f"Cannot group by {self.kind!r} alone. Write for example {WITH_TEXT[self.kind]!r}."
            )
        object.__setattr__(self, "scale", scale)
        object.__setattr__(self, "text", text)

    @classmethod
    def parse(cls, text: str) -> Grouping:
        """Read ``"min 20"``, ``"optsnmin 6"``, ``"none"`` ...

        Raises
        ------
        InputError
            If the text is not a kind and, where it takes one, a number.
        """
        words = text.split(maxsplit=1)
        if words and words[0].lower() in WITH_TEXT:
            return cls(words[0].lower(), text=words[1] if len(words) > 1 else "")
        words = text.replace("=", " ").split()
        try:
            kind, scale = words[0].lower(), float(words[1]) if len(words) > 1 else 0.0
        except (IndexError, ValueError) as error:
            raise InputError(
                f"Cannot group by {text!r}. Give a kind and a number, e.g. 'min 20' or"
                " 'optsnmin 6', or 'none'."
            ) from error
        return cls(kind, scale)

    def __str__(self) -> str:
        if self.text:
            return f"{self.kind} {self.text}"
        return f"{self.kind} {self.scale:g}" if self.scale else self.kind
