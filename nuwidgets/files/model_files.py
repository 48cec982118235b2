"""Lets models read files: tables by their path, AtomDB from where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.science.models import plasma, tables

if TYPE_CHECKING:
    from nuwidgets.science.models.plasma import Plasma
    from nuwidgets.science.models.tables import TableModel


def use_files() -> None:
    """Let every model of this process read its files; nothing is read before it is needed."""
    tables.use_reader(_table)
    plasma.use_reader(_plasma)


def _table(path: str) -> TableModel:
    from nuwidgets.files.table_model import read_table_model

    return read_table_model(path)


def _plasma() -> Plasma:
    from nuwidgets.files.atomdb import find_atomdb

    return find_atomdb()
