"""Numbers of long forms, found by what they are of: a measure of a group in a year, a point of a line.

Which columns tell rows apart, and which are numbers, is said by the catalogue, so that a kind of table or an
index method that brings a long form brings its questions too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry
from nqpf_assets.catalog.table_frames import schema_of
from nqpf_assets.explanations.named import plain_name, units_of
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.messages.shown_text import listed

OF_INDEX = ("index_weight", "index_component", "index_test", "index_dimension_score")
"""Long forms of an index; those of tables are named by their kinds."""
MAIN = frozenset(
    {
        "weight",
        "loading",
        "statistic",
        "score",
        "estimate",
        "density",
        "fitted",
        "local_moran",
        "obstacle_degree",
    }
)
"""Numbers whose name may be left out: what their form is about."""
MEASURED = "measure"
"""Column that names the number of its row."""
POINT = "point"
"""What rows are of that a grid of numbers tells apart: their place in it, from 1."""


@dataclass(frozen=True)
class LongNumber:
    """A number of a long form.

    Attributes:
        table: the long form; `column` where it stands there.
        name: the column, or the measure of the row.
        of: what its row is of, column → value; nulls left out.
        row: the published row; `keys` all of its columns that tell rows apart but for points of a grid.
        is_main: whether its name may be left out.
    """

    table: str
    name: str
    column: str
    of: dict[str, object]
    row: Row
    keys: tuple[str, ...]
    is_main: bool

    @property
    def value(self) -> float | None:
        found = self.row[self.column]
        return None if found is None else float(found)

    @property
    def words(self) -> str:
        return " ".join([self.name, *(str(one) for one in self.of.values())])


@dataclass(frozen=True)
class LongForm:
    """The rows of one long form that belong to a table or an index."""

    study: PublishedStudy
    table: str
    owner: str

    @cached_property
    def numbers(self) -> list[LongNumber]:
        """All of them, in the order of the rows."""
        grain = list(registry()[STUDY_SCHEMA, self.table].grain)
        if not self.study.has(self.table, grain[0]):
            return []
        order = ", ".join(f'"{name}"' for name in grain)
        rows = self.study.rows(
            f"FROM {self.study.table(self.table)} WHERE {grain[0]} = ? ORDER BY {order}",
            [self.owner],
        )
        types = schema_of(self.table)
        points = [name for name in grain[1:] if types[name].is_float()]
        columns = [name for name, kind in types.items() if kind.is_float() and name not in points]
        keys = [name for name in grain[1:] if name not in (*points, MEASURED)]
        columns += points
        tells_apart = tuple(name for name in grain[1:] if name not in points)
        found, place, before = list[LongNumber](), 0, None
        for row in rows:
            of = {name: row[name] for name in keys if row[name] not in (None, "")}
            if points:
                place, before = (place + 1 if of == before else 1), of
                of = of | {POINT: place}
            for column in columns:
                name = row.get(MEASURED, column)
                is_main = column in MAIN
                found.append(LongNumber(self.table, name, column, of, row, tells_apart, is_main))
        return found

    def asked(self, words: Sequence[str], *, is_whole: bool = True) -> Iterator[LongNumber]:
        """Those that the words name, in any order, and nothing else.

        Args:
            is_whole: whether the words say all that the row is of; else they name the number at least.
        """
        meant = {one: units_of(self.study, one) for one in words}
        units = {one: next(iter(found)) for one, found in meant.items() if len(found) == 1}
        wanted = [plain_name(one) for one in words]
        for number in self.numbers:
            if number.value is None and not number.row.get("note"):
                continue
            asked = list(wanted)
            if plain_name(number.name) in asked:
                asked.remove(plain_name(number.name))
            elif not (number.is_main and is_whole):
                continue
            taken = [_taken(asked, words, units, key) for key in _keys(number)]
            if not asked and (all(taken) or not is_whole):
                yield number


def _keys(number: LongNumber) -> Iterator[tuple[str, str]]:
    """Column and word; effects that were removed are as many words."""
    for column, value in number.of.items():
        parts = str(value).split(", ") if column == "effects" else [str(value)]
        yield from ((column, part) for part in parts)


def _taken(
    asked: list[str], words: Sequence[str], units: dict[str, str], key: tuple[str, str]
) -> bool:
    """Whether one of the words names a key; it is used up."""
    column, value = key
    for one in words:
        name = plain_name(one)
        if name in asked and (
            name == plain_name(value) or (column == "unit" and units.get(one) == value)
        ):
            asked.remove(name)
            return True
    return False


def long_number(forms: Iterable[LongForm], words: Sequence[str]) -> LongNumber | None:
    """The one number that the words name; None: none, or several.

    What makes no difference may be left out: an eigenvalue stands beside every indicator.
    """
    forms = list(forms)
    found = [one for form in forms for one in form.asked(words)]
    if not found:
        found = [one for form in forms for one in form.asked(words, is_whole=False)]
    return found[0] if len({(one.table, one.name, one.value) for one in found}) == 1 else None


def what_there_is(forms: Iterable[LongForm]) -> Iterator[str]:
    """Of each long form its numbers, and of what they are."""
    for form in forms:
        names = list(dict.fromkeys(one.name for one in form.numbers))
        keys: dict[str, dict[str, None]] = {}
        for number in form.numbers:
            for column, value in number.of.items():
                keys.setdefault(column, {})[str(value)] = None
        of = "; ".join(f"{column} {listed(list(values), 6)}" for column, values in keys.items())
        if names:
            yield f"{form.table}: {listed(names, 12)} of {of}"
