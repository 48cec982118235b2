"""What lies over an image and no hand moves: detectors, gaps between them, off-axis circles, marks.

Everything is in the pixels of the image that is shown, whether those are of the sky or of DET1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.geometry import Geometry
    from nuwidgets.domain.image import Image
    from nuwidgets.domain.marker import Marker

RINGS_ARCMIN = (1, 2, 3, 4, 5, 6)
"""Angles from the optical axis at which there is a circle, arcmin."""
WIDEST_GAP = 0.25
"""Edges of two detectors face each other when they are nearer than this share of their length."""
CROSS_ARCSEC = 12.0
_TURN = np.linspace(0.0, 2.0 * np.pi, 73)


def detectors(geometry: Geometry, image: Image) -> list[dict[str, Any]]:
    """Give the outlines of the detectors and the gaps between them."""
    outlines = [_corners(outline) for outline in geometry.outlines]
    gaps = [_item("polygon", "gap", _placed(one, geometry, image)) for one in gaps_of(outlines)]
    return gaps + [
        _item("polygon", "detector", _placed(one, geometry, image), f"DET{number}")
        for number, one in enumerate(outlines)
    ]


def off_axis(geometry: Geometry, image: Image) -> list[dict[str, Any]]:
    """Give circles around the optical axis and a cross on it; nothing where it is not known."""
    if geometry.axis is None:
        return []
    at, arcsec = np.array(geometry.axis), geometry.pixel_arcsec
    ring = np.stack([np.sin(_TURN), np.cos(_TURN)], axis=1)  # its label stands on top
    rings = [
        _item("line", "contour", _placed(at + ring * 60.0 * n / arcsec, geometry, image), f"{n}′")  # noqa: RUF001
        for n in RINGS_ARCMIN
    ]
    arm = CROSS_ARCSEC / arcsec
    arms = (np.array([[-arm, 0.0], [arm, 0.0]]), np.array([[0.0, -arm], [0.0, arm]]))
    return rings + [_item("line", "axis", _placed(at + one, geometry, image)) for one in arms]


def read_out(geometry: Geometry, image: Image) -> dict[str, Any]:
    """Give how DET1 lies in the image that is shown, for the numbers under the cursor."""
    n = image.binning
    if image.frame == "sky":
        matrix, reference, place = geometry.matrix / n, geometry.reference, geometry.place
        axis, arcsec = geometry.axis, geometry.pixel_arcsec
    else:
        matrix, reference, place = np.eye(2) / n, (0.0, 0.0), (0.0, 0.0)
        scale = np.sqrt(abs(np.linalg.det(geometry.matrix)))
        axis = None
        if geometry.axis is not None:
            x, y = geometry.to_detector(*geometry.axis)
            axis = float(x), float(y)
        arcsec = geometry.pixel_arcsec * float(scale)
    return {
        "matrix": [float(value) for value in np.ravel(matrix)],
        "reference": [float(value) for value in reference],
        "place": [_shown(value, n) for value in place],
        "axis": [_shown(value, n) for value in axis] if axis is not None else [],
        "arcsec": arcsec * n,
        "names": "DET1",
    }


def marks(markers: Iterable[Marker], image: Image) -> list[dict[str, Any]]:
    """Give the markers that lie in the image; none where it has no sky."""
    if image.plane is None or image.frame != "sky":
        return []
    n_y, n_x = image.counts.shape
    found = []
    for one in markers:
        x, y = image.plane.to_pixel(one.ra_deg, one.dec_deg)
        if abs(x - (n_x - 1) / 2) <= n_x / 2 and abs(y - (n_y - 1) / 2) <= n_y / 2:
            found.append({"x": float(x), "y": float(y), "label": one.name})
    return found


def gaps_of(outlines: list[Floats]) -> list[Floats]:
    """Give what lies between edges that face each other, four corners each, shape (4, 2)."""
    found = []
    for i, one in enumerate(outlines):
        for other in outlines[i + 1 :]:
            quad = _facing(one, other)
            if quad is not None:
                found.append(quad)
    return found


def _facing(one: Floats, other: Floats) -> Floats | None:
    """Give the area between the nearest edges of two polygons; None if they do not face."""
    mine = np.stack([one, np.roll(one, -1, axis=0)], axis=1)  # edges, shape (n, 2 ends, 2)
    theirs = np.stack([np.roll(other, -1, axis=0), other], axis=1)  # seen from the other side
    apart = np.linalg.norm(mine[:, None] - theirs[None], axis=-1).max(axis=-1)
    i, j = np.unravel_index(int(np.argmin(apart)), apart.shape)
    length = float(np.linalg.norm(mine[i, 1] - mine[i, 0]))
    if apart[i, j] > WIDEST_GAP * length:
        return None
    return np.array([mine[i, 0], mine[i, 1], theirs[j, 1], theirs[j, 0]])


def _corners(outline: Floats) -> Floats:
    """Give the corners of a polygon, each once."""
    closed = len(outline) > 1 and np.allclose(outline[0], outline[-1])
    return outline[:-1] if closed else outline


def _placed(points: Floats, geometry: Geometry, image: Image) -> Floats:
    """Give sky pixels in the pixels of the image that is shown."""
    if image.frame != "sky":
        points = np.stack(geometry.to_detector(points[:, 0], points[:, 1]), axis=1)
    return (points - (image.binning - 1) / 2) / image.binning


def _shown(value: float, binning: int) -> float:
    return (float(value) - (binning - 1) / 2) / binning


def _item(kind: str, style: str, points: Floats, label: str = "") -> dict[str, Any]:
    pts = [[round(float(x), 3), round(float(y), 3)] for x, y in points]
    return {"kind": kind, "pts": pts, "label": label, "style": style}
