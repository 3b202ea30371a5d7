"""Environment variables that limit the engine: what they say, and what is told of one that cannot be used."""

from __future__ import annotations

import os

from nqpf_assets.messages.problems import InputError, Problem


def said(variable: str) -> str:
    """What a variable holds; empty where it is not set."""
    return os.environ.get(variable, "").strip()


def refusal(variable: str, expected: str) -> InputError:
    """What to raise of a variable that holds something else than is expected."""
    problem = Problem(
        file="environment",
        where=variable,
        expected=expected,
        found=repr(said(variable)),
        remedy="correct or unset the variable",
    )
    return InputError([problem])
