"""Which layout of names the published file has, stated in `audit.publication`.

A program that reads the file asks for this number before it relies on a name. It rises by one, never falls,
and is raised in the commit in which a published table or column of `columns.yaml`, or a view,

- gets another name or goes away,
- gets another type, or its table another grain,
- comes to mean something else: another unit of measurement, other rows, other codes.

It stays where tables or columns are added, where descriptions say the same better, and where numbers
change because a computation was mended. What a study names itself (variables, tables) is not counted.
Accounts of publications that were made before there was a number have none.

`docs/schema.txt` holds the names of this version; `make docs` refuses to write it where one went and the
number stayed.
"""

SCHEMA_VERSION = 7
"""1: `unit` is the cross-sectional unit everywhere; units of measurement stand in `unit_measure`.
2: `result.provenance` lists a cell once for each role, those too of which filled cells are made.
3: `panel.rests_on` has a row for each way in which a variable reads a series; cells that are read in
other years than a row's own have the role `lag`.
4: `result.influence` and `result.leave_out` tell effects as well as coefficients, by `effect`.
5: Weights of raw files are rows of the views of provenance, of `panel.bound_cell` and `panel.extreme_cell`;
they have a `weights_name` and no `series_id`.
6: `source.weight` and `source.weight_unit` have a row for each year where weights differ by it
(`weight_year`).
7: `panel.filled_from` tells series and region of the cell that another is made from, too: cells of a lower
level are put together to those of units, and stand in `panel.cell`."""
