"""CSV cells that a spreadsheet must not take for a formula.

Excel, LibreOffice and Google Sheets run a cell that begins with = + - @ (or their full-width
forms), a tab, a carriage return or a line feed. Such a cell gets an apostrophe before it, and so
does one that begins with an apostrophe already: so every apostrophe at the beginning of a text
cell is ours, and taking one away gives back exactly what was there.
"""

from __future__ import annotations

MARK = "'"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", MARK)


def guard(cell: str) -> str:
    """The cell as it is written.

    >>> guard("=1+1"), guard("'tis"), guard("1 = 1")
    ("'=1+1", "''tis", '1 = 1')
    """
    return MARK + cell if cell.startswith(DANGEROUS) else cell


def unguard(cell: str) -> str:
    """What `guard` was given.

    >>> [unguard(guard(text)) for text in ("=1+1", "'tis", "plain", "")]
    ['=1+1', "'tis", 'plain', '']
    """
    return cell.removeprefix(MARK)
