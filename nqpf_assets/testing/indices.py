"""What every index method must hold to, ours and those of packages.

Data are made up; nothing is said of whether the numbers are right, which a test of the method's own says
with an independent result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING, Any

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.studies.index_method import DimensionIndex, IndexMethod, lacks
from nqpf_assets.testing.checks import ContractCheck, require_all
from nqpf_assets.testing.comparing import facts
from nqpf_assets.testing.index_example import IndexExample, example_of
from nqpf_assets.testing.index_invariance import (
    facts_or_refusal,
    same_for_any_labels,
    same_for_any_order_of_indicators,
    same_for_any_order_of_rows,
    same_in_any_unit,
    taken,
    uses_directions,
)
from nqpf_assets.testing.options import own_fields, tried_values

if TYPE_CHECKING:
    from nqpf_assets.indices.method import Floats


def check_index(method: IndexMethod, **given: Any) -> None:
    """Hold a method to everything that any method must hold to.

    Args:
        method: the method, as it is registered.
        given: as for `index_checks`.

    Raises:
        AssertionError: all that it does not hold to.
    """
    require_all(index_checks(method, **given))


def index_checks(
    method: IndexMethod,
    *,
    written: Mapping[str, Any] | None = None,
    values: Floats | None = None,
    other: Mapping[str, Any] | None = None,
    is_free_of_units: bool = True,
) -> tuple[ContractCheck, ...]:
    """The checks one by one, for a test runner that names each.

    Args:
        method: the method, as it is registered.
        written: keys that a study writes of the index; dimensions with four indicators are made up for a
            `DimensionIndex`.
        values: (n, J) of the indicators, of which n is 28 at most; made up likewise.
        other: for an option that is no choice and no switch, a value that must make a difference to the
            data, or be refused.
        is_free_of_units: whether the index is the same in yuan and in 10 000 yuan. Shares are not.
    """
    example = example_of(method, written, values)
    checks: dict[str, Callable[[], None]] = {
        "is registered whole": lambda: _registered(method),
        "is documented": lambda: _documented(method),
        "gives the same twice, and leaves what it is given": lambda: _pure(example),
        "gives a frozen result of finite numbers": lambda: _frozen(example),
        "does not depend on the order of rows": lambda: same_for_any_order_of_rows(example),
        "does not depend on names of units, or on when years are counted from": lambda: (
            same_for_any_labels(example)
        ),
        "refuses a gap, or gives no number for it": lambda: _gap(example),
        "refuses samples of which it can make nothing by IndicatorError": lambda: _degenerate(
            example
        ),
        "refuses keys that it does not know": lambda: _unknown_key(example),
        "uses or refuses every option": lambda: _options(example, other or {}),
    }
    if isinstance(example.options, DimensionIndex):
        checks["does not depend on the order of indicators"] = lambda: (
            same_for_any_order_of_indicators(example)
        )
        checks["uses or refuses the direction of an indicator"] = lambda: uses_directions(example)
    if is_free_of_units:
        checks["does not depend on units of measurement"] = lambda: same_in_any_unit(example)
    return tuple(ContractCheck(method.name, about, run) for about, run in checks.items())


def _registered(method: IndexMethod) -> None:
    lack = lacks(method)
    assert lack is None, f"expected {lack[0]}, found {lack[1]}" if lack else ""
    assert callable(method.compute)


def _documented(method: IndexMethod) -> None:
    assert method.documentation, "`documentation` of the IndexMethod says where it is described"
    assert (method.options.__dict__.get("__doc__") or "").strip(), "its options have no docstring"
    assert (method.compute.__doc__ or "").strip(), "its function has no docstring"
    bare = [key for key, field in method.options.model_fields.items() if not field.description]
    assert not bare, f"options without a description: {', '.join(bare)}"


def _pure(example: IndexExample) -> None:
    import numpy as np

    given = example.indicators
    first, second = example.result(given), example.result()
    assert np.array_equal(given.values, example.values), "it changes the values it is given"
    assert facts(first) == facts(second), "the same data give another result the second time"


def _frozen(example: IndexExample) -> None:
    import numpy as np

    result = example.result()
    assert np.isfinite(result.scores).all(), "scores that are no finite numbers"
    try:
        result.scores = result.scores  # type: ignore[misc]
    except FrozenInstanceError:
        return
    raise AssertionError("the result can be changed")


def _gap(example: IndexExample) -> None:
    import numpy as np

    values = example.indicators.values.copy()
    values[3, 0] = np.nan
    try:
        scores = example.result(replace(example.indicators, values=values)).scores
    except IndicatorError as error:
        name = example.indicators.names[0]
        if name not in str(error):
            raise AssertionError(f"the message does not name {name}: {error}") from error
        return
    assert not np.isfinite(scores[3]), "a gap was filled, and nobody asked for it"


def _degenerate(example: IndexExample) -> None:
    import numpy as np

    given = example.indicators
    flat = given.values.copy()
    flat[:, 0] = flat[0, 0]
    samples = {
        "one row": taken(given, np.arange(1)),
        "two rows": taken(given, np.arange(2)),
        "one row twice": taken(given, np.array([0, 0])),
        f"the same {given.names[0]} everywhere": replace(given, values=flat),
        "nothing but zeros": replace(given, values=np.zeros_like(given.values)),
    }
    for words, sample in samples.items():
        try:
            with np.errstate(all="ignore"):
                scores = example.result(sample).scores
        except IndicatorError as error:
            if not str(error).strip():
                raise AssertionError(f"{words}: refused without a word") from error
            continue
        except Exception as error:
            raise AssertionError(f"{words}: {type(error).__name__}: {error}") from error
        assert not np.isinf(scores).any(), f"{words}: scores that are infinite"


def _unknown_key(example: IndexExample) -> None:
    from pydantic import ValidationError

    try:
        _ = example.but({"no_such_key": 1}).options
    except ValidationError:
        return
    raise AssertionError("a key that nobody knows is taken without a word")


def _options(example: IndexExample, other: Mapping[str, Any]) -> None:
    before, wrong = facts(example.result()), []
    for key in own_fields(type(example.options), DimensionIndex):
        tried = list(tried_values(example.options, key, other))
        if not tried:
            wrong.append(f"{key}: say by `other` a value that makes a difference")
        elif all(facts_or_refusal(example.but({key: one})) == before for one in tried):
            wrong.append(f"{key}: {', '.join(map(repr, tried))} makes no difference")
    assert not wrong, "; ".join(wrong)
