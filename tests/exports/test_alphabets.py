"""What a LaTeX file says that its letters need."""

from __future__ import annotations

import pytest

from nqpf_assets.exports.printed.alphabets import needed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ernährung – naïve ‰ €", ["pdflatex also:  \\usepackage[T1]{fontenc}"]),
        (
            "产出 \u2030",
            ["Chinese below, with xelatex or lualatex:  \\usepackage[UTF8,scheme=plain]{ctex}"],
        ),
        (
            "Доход",
            [
                "pdflatex also, for Д о х д:  \\usepackage[T1,T2A]{fontenc}",
                "xelatex or lualatex a font that has them:  \\usepackage{fontspec}\\setmainfont{…}",
            ],
        ),
        (
            "产出 Доход",
            [
                "\\usepackage[UTF8,scheme=plain]{ctex}",
                "and a font that has Д о х д, by its name:  \\setmainfont{…}",
            ],
        ),
        (
            "ħ ∞ Доходность",
            [
                "xelatex or lualatex, and a font that has ħ ∞ Д о х д н с …, by its name:  "
                "\\usepackage{fontspec}\\setmainfont{…}"
            ],
        ),
    ],
)
def test_letters_ask_for_an_engine_a_package_or_a_font(text: str, said: list[str]) -> None:
    lines = list(needed(text))
    assert all(line.startswith("% ") for line in lines)
    assert [line.endswith(end) for line, end in zip(lines, said, strict=True)] == [True] * len(said)
