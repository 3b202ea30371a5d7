"""Terms that are a variable of other rows, or of some rows only: neighbours' values, regimes."""

from __future__ import annotations

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.walk import Stop
from nqpf_assets.messages.counted import counted


def term_stop(
    column: PublishedColumn, term: str, variable: str, unit: str, period: int
) -> Stop | None:
    """What a term like ``nqpf:lag`` or ``nqpf:regime_1`` is in a row; None for a variable itself."""
    _, _, part = term.partition(":")
    if part == "lag":
        return _of_neighbours(column, term, variable, unit, period)
    if part.startswith("regime_") and part.removeprefix("regime_").isdecimal():
        return _of_regime(column, term, variable, int(part.removeprefix("regime_")), unit, period)
    return None


def _of_neighbours(
    column: PublishedColumn, term: str, variable: str, unit: str, period: int
) -> Stop | None:
    """The weighted sum of the neighbours' values in the year."""
    from nqpf_assets.estimation.weights import weights_of_column
    from nqpf_assets.estimators.spatial.period_weights import weights_in

    design = column.design
    if design is None or period not in design.periods:
        return None
    weights = weights_in(weights_of_column(design), period)
    if unit not in weights.units:
        return None
    row = weights.matrix[[weights.units.index(unit)], :].toarray()[0]
    of_year = design.periods == period
    numbers = design.values([variable])[of_year, 0].tolist()
    values = dict(zip(design.units[of_year].tolist(), numbers, strict=True))
    neighbours = [
        Stop(
            "design",
            variable,
            str(of),
            period,
            values[str(of)],
            weight=float(weight),
            source="recomputed",
            text="a neighbour, with its weight",
        )
        for of, weight in zip(weights.units, row, strict=True)
        if weight and str(of) in values
    ]
    total = sum((one.weight or 0.0) * (one.value or 0.0) for one in neighbours)
    n = len(neighbours)
    words = f"sum of the values of {counted(n, 'neighbours')} times their weights ({weights.kind})"
    return Stop(
        "design",
        term,
        unit,
        period,
        total,
        source="recomputed",
        count=len(neighbours),
        text=words,
        below=tuple(neighbours),
    )


def _of_regime(
    column: PublishedColumn, term: str, variable: str, regime: int, unit: str, period: int
) -> Stop | None:
    """The variable where the threshold variable lies in the regime, and zero elsewhere."""
    thresholds = sorted(
        row["estimate"] for row in column.rows("effect") if row["effect"].startswith("threshold_")
    )
    side = next((name for name, role in column.roles.items() if role == "threshold variable"), None)
    own, at = (
        column.design_stop(name, unit, period) if name else None for name in (variable, side)
    )
    if own is None or at is None or at.value is None:
        return None
    here = 1 + sum(at.value > one for one in thresholds)
    cuts = ", ".join(f"{one:.10g}" for one in thresholds)
    words = f"{side} is {at.value:.10g}, thresholds {cuts}: this row is in regime {here}"
    value = own.value if here == regime else 0.0
    return Stop("design", term, unit, period, value, source="recomputed", text=words).over(at)
