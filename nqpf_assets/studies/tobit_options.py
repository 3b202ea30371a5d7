"""What the two censored regressions share: limits, refusals, printed rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import Field, model_validator

from nqpf_assets.messages.problems import Refusal, Refused
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import Inherited, OptionBlock
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.user_input.strict import Strict


class TobitOptions(Strict):
    """Censored regression; at least one limit."""

    lower: float | None = Field(0.0, description="values at or below are censored; null for none")
    upper: float | None = Field(None, description="values at or above are censored; null for none")
    nodes: int | None = Field(
        None,
        ge=4,
        le=192,
        description="quadrature nodes of `re_tobit`; null takes as many as change nothing more",
    )

    @model_validator(mode="after")
    def _one_limit(self) -> TobitOptions:
        if self.lower is None and self.upper is None:
            raise Refused(
                [
                    Refusal(
                        ("lower",),
                        "a limit",
                        "a Tobit model needs a lower or an upper limit",
                        "write `lower:`, or `upper:`",
                    )
                ]
            )
        if self.lower is not None and self.upper is not None and self.upper <= self.lower:
            raise Refused(
                [
                    Refusal(
                        ("upper",),
                        f"a number above {self.lower:g}",
                        f"{self.upper:g}: the upper limit must be above the lower",
                        "correct one of the two",
                    )
                ]
            )
        return self


def _refusals(column: Equation) -> Iterator[Refusal]:
    if column.estimator == "tobit" and column.options(TobitOptions).nodes is not None:
        yield Refusal(
            ("tobit", "nodes"),
            "limits only",
            "`nodes` are for re_tobit: tobit integrates nothing",
            "remove `nodes`",
        )


def _left_behind(block: Inherited) -> Collection[str]:
    return ("nodes",) if block.estimator == "tobit" and block.is_named else ()


OPTIONS = OptionBlock("tobit", TobitOptions, refusals=_refusals, left_behind=_left_behind)
PRINTING = Printing(
    tests={
        "sigma_u_is_zero": PrintedTest("LR of no unit effects"),
        "sigma": PrintedTest("σ"),
        "sigma_u": PrintedTest("σ of unit effects"),
        "sigma_e": PrintedTest("σ of other errors"),
        "rho": PrintedTest("Share of unit effects in the variance"),
        "log_likelihood": PrintedTest("Log-likelihood"),
        "n_left_censored": PrintedTest("Left-censored observations", "count"),
        "n_right_censored": PrintedTest("Right-censored observations", "count"),
    }
)
"""One order of rows for both, so that they can stand in one table."""
