"""List a FITS file: its parts (H), keywords (K), columns (C), rows (T)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from headas_tasks.fversion import begin, ended, failed  # noqa: F401
from headas_tasks.products import opened

if TYPE_CHECKING:
    from headas_tasks.run import Run

MOST_ROWS = 1000


def work(run: Run) -> None:
    run.need("infile", "option")
    name, _, part = run.values["infile"].partition("[")
    option = run.values["option"].upper()
    with opened(name) as hdus:
        chosen = [hdus[_key(part.rstrip("]"))]] if part else list(hdus)
        lines = _parts(chosen) if "H" in option else []
        for hdu in chosen:
            lines += [repr(card) for card in hdu.header.cards] if "K" in option else []
            lines += _columns(hdu) if "C" in option else []
            lines += _rows(hdu, run.values["rows"]) if "T" in option else []
    outfile = run.values["outfile"]
    if outfile in ("-", ""):
        run.say(*lines)
    else:
        Path(outfile).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _key(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _parts(hdus: list[Any]) -> list[str]:
    lines = [
        "        Name               Type       Dimensions",
        "        ----               ----       ----------",
    ]
    for number, hdu in enumerate(hdus, 1):
        table = "TFIELDS" in hdu.header
        size = (
            f"{len(hdu.columns)} cols x {len(hdu.data)} rows"
            if table
            else str(hdu.shape or "Null Array")
        )
        kind = "BinTable" if table else "Image"
        lines.append(f"HDU {number:<3d} {hdu.name or 'Primary Array':<18s} {kind:<10s} {size}")
    return lines


def _columns(hdu: Any) -> list[str]:
    if "TFIELDS" not in hdu.header:
        return []
    return [
        f"{n:6d} {c.name:<18s} {c.format:<8s} {c.unit or ''}" for n, c in enumerate(hdu.columns, 1)
    ]


def _rows(hdu: Any, rows: str) -> list[str]:
    if "TFIELDS" not in hdu.header:
        return []
    first, _, last = rows.partition("-")
    begin_at = int(first or 1) - 1
    end_at = min(int(last or (first or len(hdu.data))), begin_at + MOST_ROWS, len(hdu.data))
    names = hdu.columns.names
    head = "      " + " ".join(f"{name:>14s}" for name in names)
    return [
        head,
        *(
            f"{n + 1:5d} " + " ".join(f"{hdu.data[name][n]!s:>14s}" for name in names)
            for n in range(begin_at, end_at)
        ),
    ]
