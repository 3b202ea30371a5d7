"""Checks of a table right after it is written: every one can fail, and a failed one stops the refresh.

What a particular table is held to is for `checks`; here a rule is anything that looks at a table and says
what breaks it. A rule that is a warning stops nothing and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


@dataclass(frozen=True)
class Finding:
    """One of several things that break a rule: what it is about, what was found, what to do.

    `asked_at` are keys of the study file that ask for it.
    """

    about: str
    found: str
    remedy: str
    asked_at: tuple[str | int, ...] = ()


Find = Callable[["Connection", str], "str | tuple[Finding, ...] | None"]
"""Connection, and how the table is named in it → what breaks the rule in words, or one by one, or None."""


@dataclass(frozen=True)
class Rule:
    """One rule of one table.

    Attributes:
        name: under which Dagster shows it.
        expected: the rule in words.
        is_warning: a broken rule is told, and stops nothing.
        is_first: rules after it are looked at only where it holds: they may need the columns that it
            asks for, and one failure is enough to stop.
    """

    name: str
    expected: str
    find: Find
    is_warning: bool = False
    is_first: bool = False


@dataclass(frozen=True)
class Check:
    """One thing that was checked: what was expected, and what was found where it failed.

    `findings` has what was found one by one, where the rule tells it so.
    """

    name: str
    expected: str
    found: str = ""
    is_warning: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.found

    @property
    def stops(self) -> bool:
        """Whether it failed and nothing may be published."""
        return not self.passed and not self.is_warning


def check_table(connection: Connection, relation: str, rules: Iterable[Rule]) -> tuple[Check, ...]:
    """All checks of one table, one for each rule.

    Args:
        connection: holds the step's inputs, which rules may look at.
        relation: how the table is named in the connection's SQL.
    """
    made: list[Check] = []
    broken: Rule | None = None
    for rule in rules:
        if broken is None:
            made.append(_checked(rule, rule.find(connection, relation)))
            broken = rule if rule.is_first and not made[-1].passed else None
        else:
            waiting = f"not looked at, see {broken.name}"
            made.append(Check(rule.name, rule.expected, waiting, is_warning=True))
    return tuple(made)


def _checked(rule: Rule, found: str | tuple[Finding, ...] | None) -> Check:
    """A rule after it was looked at."""
    if not isinstance(found, tuple):
        return Check(rule.name, rule.expected, found or "", rule.is_warning)
    words = "; ".join(f"{one.about}: {one.found}" for one in found)
    return Check(rule.name, rule.expected, words, rule.is_warning, found)
