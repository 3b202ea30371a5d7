"""Named checks of one member, run one by one or all at once with everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ContractCheck:
    """One thing that a member must hold to.

    Attributes:
        name: of the member.
        about: what is checked, in words.
        run: raises AssertionError where it does not hold.
    """

    name: str
    about: str
    run: Callable[[], None]

    def __call__(self) -> None:
        """Run it."""
        self.run()

    def __str__(self) -> str:
        return f"{self.name}: {self.about}"


def require_all(checks: Iterable[ContractCheck]) -> None:
    """Run all checks, and tell everything that does not hold.

    Raises:
        AssertionError: one line for each check that fails.
    """
    wrong = []
    for check in checks:
        try:
            check()
        except AssertionError as error:
            wrong.append(f"{check}: {error}")
        except Exception as error:
            wrong.append(f"{check}: {type(error).__name__}: {error}")
    if wrong:
        raise AssertionError("\n".join(wrong))
