"""How large a raw file and its parts may be, each with its reason.

Beyond these a file is no yearbook table any more but a mistake, or was made to exhaust the machine.
What is larger is told as a problem before it is unfolded, laid out or held twice.
docs/hostile_input.md lists the numbers; a test compares.
"""

from __future__ import annotations

FILE_BYTES = 256 * 1024**2
"""Any raw file. Reading takes some ten times its size of memory; the largest export known has 40 MB."""
FOLDERS_DEEP = 32
"""Folders within each other under `raw/`; publisher and vintage are two."""
PAGE_BYTES = 20 * 1024**2
"""A text export of a page; one of a thousand indicators has a hundredth of it."""

UNFOLDED_BYTES = 1024**3
"""All parts of an .xlsx together: they are held in memory, and a full sheet of numbers has 400 MB."""
UNFOLDED_RATIO, UNFOLDED_RATIO_FROM = 200, 50 * 1024**2
"""Parts beside their zip file, once they are large; sheets of numbers fold to a tenth or so."""
PARTS = 10_000
"""Entries of a zip file; a workbook has some ten, and a few for each sheet."""
SHEETS = 1_000
"""Sheets of a workbook, each of which is laid out on its own."""

PAGE_ROWS, PAGE_CELLS = 200_000, 1_000_000
"""A sheet of a page and all sheets together, each cell of which takes some hundred bytes; an index of all
counties has 26,000 rows."""
LOOK_ROWS = 200_000
"""A sheet of a workbook without a card, which is looked at for the card that it may need."""
TABLE_ROWS, TABLE_CELLS = 1_048_576, 40_000_000
"""The same for a table that the card describes: a sheet's full height."""
REPEATED_TEXT = 512 * 1024**2
"""Characters of the shared texts of a workbook, each as often as a cell repeats it."""

COLUMNS = 20_000
"""Columns of a table in text, Parquet or Stata; Excel has 16,384."""
TABLE_LINES = 10_000_000
"""Rows of such a table, each of which takes some 400 bytes while it is read. A hundred series of all
counties in fifty years would be 14 million: a file for each series, then."""
COMMENT_LINES = 1_000
"""Comment lines above a table."""
PROBLEMS = 50
"""Problems of one kind in one file that are told; the rest are counted."""
NAME_CHARACTERS = 500
"""A printed name of an indicator; the longest of the statistical yearbooks has 90. Longer ones are told."""
