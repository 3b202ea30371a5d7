"""Queries of `sql/` and of the stages in Spark's words: the same query, carried over node by node by sqlglot.

sqlglot knows most of the two dialects. Here stands what it leaves to mean something else without a word:
lists in an order, sequences that run backwards, divisions of decimals, numbers as text. Only what is known
to give the same rows is carried (`CARRIED`, held by ``tests/warehouse/test_spark.py``); all else is refused.
Nothing is run here: that is `spark_engine`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nqpf_assets.warehouse.duckdb_dialect import parsed
from nqpf_assets.warehouse.duckdb_engine import SUM_IN_ANY_ORDER

if TYPE_CHECKING:
    from sqlglot import exp

CARRIED = frozenset(
    {
        *("Abs", "Ceil", "Exp", "Floor", "Greatest", "Least", "Ln", "Pow", "Round", "Sign", "Sqrt"),
        *("ArgMin", "ArrayAgg", "Avg", "Count", "GroupConcat", "LogicalOr"),
        *("Max", "Median", "Min", "PercentileCont", "StddevSamp", "Sum"),
        *("Lag", "Rank", "RowNumber"),
        *("And", "Case", "Cast", "Coalesce", "Exists", "If", "Nullif", "Or"),
        *("ArrayToString", "RegexpLike", "StrPosition"),
        *("Explode", "GenerateSeries", "ReadParquet"),
    }
)
"""Functions, as sqlglot names them, that give on Spark what they give in DuckDB."""
TYPES = frozenset({"BIGINT", "BOOLEAN", "DATE", "DOUBLE", "INT", "TEXT"})
"""Types into which a query may cast."""

TEXT_FUNCTION = r"""nqpf_text(t STRING) RETURNS STRING RETURN
    CASE WHEN NOT t RLIKE '^-?[0-9.]+E-?[0-9]+$' THEN t
        WHEN abs(CAST(t AS DOUBLE)) >= 1e-4 AND abs(CAST(t AS DOUBLE)) < 1e16 THEN
            regexp_replace(CAST(CAST(t AS DECIMAL(38, 21)) AS STRING), '(\\.[0-9]+?)0*$', '$1')
        ELSE regexp_replace(
            regexp_replace(regexp_replace(t, '(\\.0)?E', 'e'), 'e([0-9])', 'e+$1'),
            'e([+-])([0-9])$', 'e$10$2'
        ) END"""
"""A function of ours that a session is given before the first query: a number as text, from Java's words.

DuckDB has digits from 1e-4 to 1e16, Java from 1e-3 to 1e7, both with a point. Java before 19 writes a digit
too many of some numbers of seventeen digits.
"""


class NotCarried(ValueError):
    """A query says something of which it is not known that Spark gives the same."""


def in_spark(sql: str, tables: Mapping[str, str]) -> str:
    """A query as Spark runs it.

    Args:
        sql: one SELECT in the dialect of `sql/`.
        tables: name of a table with its schema, or path of a file that is read → view that stands for it.

    Raises:
        NotCarried: it has a function, type or order that is not known to mean the same there.
    """
    from sqlglot import exp

    tree = parsed(sql)
    for node in list(tree.walk()):
        _require(node)
        if isinstance(node, exp.Table):
            _rename(node, tables)
    for node in reversed(list(tree.walk())):  # what is inside before what is around it
        if isinstance(node, exp.Star) and node.args.get("replace"):
            _without_replace(node)
        elif _means_otherwise(node):
            node.replace(_carried(node.copy()))
    return tree.sql(dialect="spark", comments=False)


def files_read(sql: str) -> list[str]:
    """Paths of the files that a query reads, in the order in which it names them."""
    from sqlglot import exp

    found = parsed(sql).find_all(exp.ReadParquet)
    return list(dict.fromkeys(node.expressions[0].name for node in found))


def _require(node: exp.Expr) -> None:
    """Stop at what is not known to be carried."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous):
        if node.name.lower() == SUM_IN_ANY_ORDER:
            return
        raise NotCarried(f"the function {node.name.lower()}")
    if isinstance(node, exp.Cast):
        if node.to.this.name not in TYPES:
            raise NotCarried(f"the type {node.to.sql()}")
    elif isinstance(node, exp.Func) and type(node).__name__ not in CARRIED:
        raise NotCarried(f"the function {node.sql_name().lower()}")
    elif isinstance(node, exp.Bracket) and not isinstance(node.expressions[0], exp.Slice):
        raise NotCarried("one value of a list")
    elif isinstance(node, exp.ArrayAgg) and not _is_sorted_simply(node):
        raise NotCarried("a list in another order than that of one key, upwards")


def _rename(table: exp.Table, tables: Mapping[str, str]) -> None:
    """The view in place of a table or file, under the name by which its columns are called."""
    from sqlglot import exp

    if isinstance(table.this, exp.ReadParquet):
        name = tables[table.this.expressions[0].name]
    elif table.db:
        name = tables[f"{table.db}.{table.name}"]
    else:
        return
    if not table.alias and table.db:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=True)))
    table.set("this", exp.to_identifier(name, quoted=True))
    table.set("db", None)


def _means_otherwise(node: exp.Expr) -> bool:
    """Whether sqlglot's words for a node would not give what DuckDB gives."""
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        is_plain = isinstance(node.this, exp.Null | exp.Literal)
        return node.to.this.name == "TEXT" and not is_plain
    if isinstance(node, exp.Window):  # `w - period` would be a name of a window
        return isinstance(node.parent, exp.Binary)
    if isinstance(node, exp.Bracket):
        return isinstance(node.expressions[0], exp.Slice)
    return isinstance(
        node,
        exp.Anonymous | exp.ArgMin | exp.ArrayAgg | exp.Ceil | exp.Div | exp.Floor | exp.GenerateSeries
        | exp.PercentileCont,
    )  # fmt: skip


def _carried(node: exp.Expr) -> exp.Expr:
    """Such a node in words that mean in Spark what it means in DuckDB."""
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        return exp.func("nqpf_text", node)
    if isinstance(
        node, exp.Anonymous
    ):  # a sum whose rounding is carried along, which Spark has not
        return exp.Sum(this=node.expressions[0])
    if isinstance(node, exp.Div):  # a quotient of decimals would be rounded to six places
        return exp.Div(this=exp.cast(node.left, "double"), expression=node.right)
    if isinstance(node, exp.Window):
        return exp.paren(node)
    if isinstance(node, exp.PercentileCont):
        return exp.func("percentile", node.this, node.expression)
    if isinstance(node, exp.ArgMin):
        return _arg(node)
    if isinstance(node, exp.Floor | exp.Ceil):
        return _whole(node)
    if isinstance(node, exp.GenerateSeries):
        return _series(node)
    if isinstance(node, exp.Bracket):
        ends = node.expressions[0]
        if ends.this.name != "1":
            raise NotCarried("a part of a list that does not begin with its first")
        return exp.func("slice", node.this, ends.this, ends.expression)
    assert isinstance(node, exp.ArrayAgg), node
    return _list(node)


def _without_replace(star: exp.Star) -> None:
    """`* REPLACE (…)` as all columns but these, and these: by name alike, in another order."""
    from sqlglot import exp

    replaced, select = star.args["replace"], star.find_ancestor(exp.Select)
    assert select is not None, "a star with names stands in a SELECT"
    star.set("replace", None)
    star.set("except_", [exp.to_identifier(one.alias) for one in replaced])
    select.select(*replaced, copy=False)


def _arg(node: exp.ArgMin) -> exp.Expr:
    """Rows without the value that is asked for do not count, as in DuckDB."""
    from sqlglot import exp

    is_there = exp.not_(exp.Is(this=node.this.copy(), expression=exp.null()))
    place = exp.case().when(is_there, node.expression)
    return exp.func("min_by", node.this, place)


def _whole(node: exp.Floor | exp.Ceil) -> exp.Expr:
    """A whole number stays a DOUBLE, which above 2**52 it is already; Spark's ends at 2**63."""
    from sqlglot import exp

    small = exp.LT(this=exp.func("abs", node.this.copy()), expression=exp.Literal.number("4e15"))
    name = "floor" if isinstance(node, exp.Floor) else "ceil"
    whole = exp.cast(exp.func(name, node.this.copy(), dialect="spark"), "double")
    return exp.case().when(small, whole).else_(exp.cast(node.this, "double"))


def _series(node: exp.GenerateSeries) -> exp.Expr:
    """No numbers where the end lies before the beginning; Spark would count downwards."""
    from sqlglot import exp

    first, last = node.args["start"], node.args["end"]
    if node.args.get("step"):
        raise NotCarried("a sequence with a step")
    forward = exp.LTE(this=first.copy(), expression=last.copy())
    numbers = exp.Anonymous(this="sequence", expressions=[first, last])
    return exp.case().when(forward, numbers)


def _is_sorted_simply(node: exp.ArrayAgg) -> bool:
    """Whether a list is in the order of one key, upwards, or of the distinct values themselves."""
    from sqlglot import exp

    order = node.this
    if not isinstance(order, exp.Order) or len(order.expressions) != 1:
        return False
    key = order.expressions[0]
    if isinstance(order.this, exp.Distinct) and order.this.expressions != [key.this]:
        return False
    return not key.args.get("desc")


def _list(node: exp.ArrayAgg) -> exp.Expr:
    """A list in the order of its key: pairs are collected and sorted, and their values taken."""
    from sqlglot import exp

    order = node.this
    key, values = order.expressions[0].this, order.this
    if isinstance(values, exp.Distinct):
        return exp.func("array_sort", exp.func("collect_set", key))
    pair = exp.func("named_struct", "'k'", key, "'v'", values)
    pairs = exp.func("array_sort", exp.func("collect_list", pair))
    return exp.Dot(this=pairs, expression=exp.to_identifier("v"))
