"""Keywords that place the columns X and Y of simulated events on the sky."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.sky import TangentPlane


def sky_keywords(
    plane: TangentPlane, names: Sequence[str], side: int, pixel_arcsec: float
) -> dict[str, Any]:
    """Give the keywords of X and Y, pixels counted from 1.

    Parameters
    ----------
    plane : TangentPlane
        It touches the sky in the middle of the pixels.
    names : sequence of str
        All columns, in their order.
    side : int
        Pixels along each axis.
    pixel_arcsec : float
        Size of a pixel, arcsec.
    """
    words: dict[str, Any] = {}
    for name, kind, value, sign in (
        ("X", "RA---TAN", plane.ra_ref_deg, -1),
        ("Y", "DEC--TAN", plane.dec_ref_deg, 1),
    ):
        n = names.index(name) + 1
        words |= {
            f"TCTYP{n}": kind, f"TCRPX{n}": (side + 1) / 2, f"TCRVL{n}": value,
            f"TCDLT{n}": sign * pixel_arcsec / 3600, f"TCUNI{n}": "deg", f"TLMIN{n}": 1,
            f"TLMAX{n}": side, f"TNULL{n}": -1,
        }  # fmt: skip
    return words
