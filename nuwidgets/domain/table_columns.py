"""Fields of a product as the columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from astropy.table import Table


def made_table(
    product: object, columns: Mapping[str, tuple[str, str, str]], about: Mapping[str, Any]
) -> Table:
    """Give an astropy table of fields of one length.

    Parameters
    ----------
    product : object
        Has the fields.
    columns : mapping
        Field -> name of the column, unit (empty for none), and what it holds in words.
    about : mapping
        Kept as the table's `meta`.
    """
    from astropy.table import Column, Table

    made = [
        Column(list(getattr(product, field)), name=name, unit=unit or None, description=words)
        for field, (name, unit, words) in columns.items()
    ]
    return Table(made, meta=dict(about))
