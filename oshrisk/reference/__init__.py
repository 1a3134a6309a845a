"""Reference data: laws, lists, places and rates as dated rows with a source and a confidence; the last word on codes.

Every file under ``data/`` has the columns ``source``, ``confidence`` (`CONFIDENCE`), ``valid_from`` and ``valid_to``;
a date that is blank is open. A law that changes is a new row, never new code. A lookup takes the date.

Submodules: `load` (any file), `sectors`, `equipment`, `chemicals`, `communes`, `constants`, `rules`, `sanctions`,
`duties`.
"""

from oshrisk.reference.load import CONFIDENCE, table, tables, valid_on

__all__ = [
    # every file
    "CONFIDENCE",
    "table",
    "tables",
    "valid_on",
]
