"""Redistribution matrices (OGIP RMF and RSP), in and out, as sparse matrices of rising energy.

Layout: OGIP memo CAL/GEN/92-002.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.response import Response
from nuwidgets.errors import FileError
from nuwidgets.files.arf import about, kev_column, read_arf
from nuwidgets.files.fits import open_fits
from nuwidgets.files.output import (
    class_keywords,
    put_provenance,
    ragged,
    save_fits,
    table_hdu,
)
from nuwidgets.files.rmf_matrix import (
    find_ebounds,
    find_matrix,
    matrix_of,
    rising_edges,
    runs_of,
)
from nuwidgets.files.table import read_columns

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.response import Arf
    from nuwidgets.files.fits import FitsFile, Hdu

APPROXIMATE = "approximate: for a first look (so says the response file)"
SAME_ENERGY = 1e-3
FULL_AREA_CM2 = 1.5
TURN = 64


def _channel_energies(hdu: Hdu) -> tuple[Floats, Floats]:
    """Give lower and upper energy of each channel, keV, in the order of the channels."""
    low, high = kev_column(hdu, "E_MIN"), kev_column(hdu, "E_MAX")
    number = read_columns(hdu, ["CHANNEL"]).get("CHANNEL")
    if number is not None and len(np.unique(number)) == len(low):
        order = np.argsort(number, kind="stable")
        low, high = low[order], high[order]
    return np.minimum(low, high), np.maximum(low, high)


def _by_channel(matrix: Any) -> Any:
    """Give a matrix as CSR, a few energies at a time: a full one then takes a third of the time."""
    from scipy.sparse import hstack

    blocks = (matrix[:, at : at + TURN] for at in range(0, matrix.shape[1], TURN))
    turned = hstack([block.tocsr() for block in blocks], format="csr")
    turned.eliminate_zeros()
    return turned


def _opened(file: FitsFile, matrix_hdu: Hdu, ebounds: Hdu) -> Response:
    e_min, e_max = _channel_energies(ebounds)
    lo, hi = kev_column(matrix_hdu, "ENERG_LO"), kev_column(matrix_hdu, "ENERG_HI")
    matrix, base, said = matrix_of(matrix_hdu, len(e_min))
    if lo[0] > lo[-1]:
        lo, hi, matrix = lo[::-1], hi[::-1], matrix[:, ::-1]
    edges, edges_say = rising_edges(lo, hi)
    matrix = _by_channel(matrix)
    return Response(
        energy_edges_kev=edges,
        matrix=matrix,
        channel=base + np.arange(len(e_min)),
        e_min_kev=e_min,
        e_max_kev=e_max,
        area_cm2=np.ones(len(lo)),
        rmf_path=file.path,
        provenance=Provenance(
            warnings=said + edges_say,
            approximate=APPROXIMATE if matrix_hdu.header.flag("APPROX") else "",
        ),
    )


def read_rmf(path: str | PathLike[str]) -> Response:
    """Give the matrix of an RMF or RSP file, with an area of 1 cm2; see `response_of`.

    Raises
    ------
    FileError
        If the file cannot be read, or has no matrix or no EBOUNDS.
    """
    with open_fits(path) as file:
        matrix, ebounds = find_matrix(file), find_ebounds(file)
        if matrix is None or ebounds is None:
            lacks = "matrix (ENERG_LO ... MATRIX)" if matrix is None else "EBOUNDS (E_MIN, E_MAX)"
            raise FileError(
                f"{file.path!r} is no RMF: no table {lacks}, only {file.contents}."
                " Give a redistribution matrix (.rmf) or a full response (.rsp)."
            )
        return _opened(file, matrix, ebounds)


def response_of(rmf: Response, arf: Arf | None) -> Response:
    """Give the response: the matrix times the effective area.

    Raises
    ------
    FileError
        If the area has not one value for each energy of the matrix.
    """
    if arf is None:
        return rmf
    lo = rmf.energy_edges_kev[:-1]
    if len(arf.area_cm2) != len(lo):
        raise FileError(
            f"The ARF {arf.path!r} does not fit the RMF {rmf.rmf_path!r}: {len(arf.area_cm2)} and"
            f" {len(lo)} energies. Give files made for each other."
        )
    matrix = copy(rmf.matrix)  # shares where its entries are
    matrix.data = matrix.data * arf.area_cm2[matrix.indices]
    said = rmf.provenance.warnings
    off = np.max(np.abs(arf.energy_lo_kev - lo)[1:] / lo[1:], initial=0.0)
    if off > SAME_ENERGY:
        differ = (
            f"The energies of {arf.path!r} differ from those of {rmf.rmf_path!r} by up to"
            f" {off:.2%}; row by row they are taken as the same."
        )
        said = (*said, differ)
    provenance = replace(rmf.provenance, warnings=said)
    return replace(
        rmf, matrix=matrix, area_cm2=arf.area_cm2, arf_path=arf.path, provenance=provenance
    )


def read_response(rmf_path: str | PathLike[str], arf_path: str | PathLike[str] = "") -> Response:
    """Give the response of an RMF and an ARF, or of an RSP alone.

    Raises
    ------
    FileError
        If a file cannot be read, or the two do not fit.
    """
    return response_of(read_rmf(rmf_path), read_arf(arf_path) if str(arf_path) else None)


def _per_energy(matrix: Any, area_cm2: Floats) -> Any:
    """Give the matrix without the area, energy by energy, channels rising."""
    columns = matrix.tocsc(copy=True)
    columns.sum_duplicates()
    columns.eliminate_zeros()
    energy = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    scale = np.divide(1.0, area_cm2, out=np.zeros(len(area_cm2)), where=np.asarray(area_cm2) > 0)
    columns.data = columns.data * scale[energy]
    return columns


def _matrix_hdu(response: Response, keywords: dict[str, Any]) -> Any:
    """Give the MATRIX table."""
    columns = _per_energy(response.matrix, response.area_cm2)
    first, length, n_group = runs_of(columns)
    base = int(response.channel[0])
    cuts = np.cumsum(n_group)[:-1]
    edges = response.energy_edges_kev
    heaviest = float(columns.sum(axis=0).max()) if columns.nnz else 0.0
    is_full = heaviest >= FULL_AREA_CM2
    cells = [
        ("ENERG_LO", "E", "keV", edges[:-1]),
        ("ENERG_HI", "E", "keV", edges[1:]),
        ("N_GRP", "I", "", n_group),
        ("F_CHAN", "PJ()", "", ragged(np.split(first + base, cuts))),
        ("N_CHAN", "PJ()", "", ragged(np.split(length, cuts))),
        ("MATRIX", "PE()", "", ragged(np.split(columns.data, columns.indptr[1:-1]))),
    ]
    classes = class_keywords(
        "RESPONSE", "RSP_MATRIX", "FULL" if is_full else "REDIST", version="1.3.0"
    )
    words = classes | keywords
    words |= {"TLMIN:F_CHAN": base, "TLMAX:F_CHAN": base + len(response.channel) - 1}
    words |= {"LO_THRES": 0.0, "NUMGRP": len(first), "NUMELT": columns.nnz, "RMFVERSN": "1992a"}
    return table_hdu("SPECRESP MATRIX" if is_full else "MATRIX", cells, words)


def write_rmf(
    path: str | PathLike[str],
    response: Response,
    pointing: Pointing | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """Write the redistribution of a response, without its area; see `write_arf` for that.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    keywords = about(pointing) | {"DETCHANS": len(response.channel)}
    matrix = _matrix_hdu(response, keywords)
    cells = [
        ("CHANNEL", "J", "", response.channel),
        ("E_MIN", "E", "keV", response.e_min_kev),
        ("E_MAX", "E", "keV", response.e_max_kev),
    ]
    base = int(response.channel[0])
    limits = {"TLMIN:CHANNEL": base, "TLMAX:CHANNEL": base + len(response.channel) - 1}
    classes = class_keywords("RESPONSE", "EBOUNDS", version="1.2.0")
    ebounds = table_hdu("EBOUNDS", cells, classes | keywords | limits)
    put_provenance(matrix.header, response.provenance)
    save_fits(path, [matrix, ebounds], overwrite=overwrite)
