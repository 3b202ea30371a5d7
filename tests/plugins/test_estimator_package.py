"""The estimator of the example package: installed, held to the contract, used by a study, broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.markdown import CHECKOUT
from tests.plugins.test_packages import run
from tests.stages.mini import STUDY

pytestmark = pytest.mark.slow  # a package is installed and its project built

PAGE = (CHECKOUT / "docs" / "plugins.md").read_text("utf-8")
DECLARED, MEANS = "nqpf_example/estimator.py", "nqpf_example/between.py"
EXAMPLE = CHECKOUT / "docs" / "plugin_example"
MODULES = {path: (EXAMPLE / path).read_text("utf-8") for path in (DECLARED, MEANS)}
COLUMN = """      - label: means of units
        estimator: between
        vcov: {type: unadjusted}
        between: {least: 2}
"""


def install(folder: Path, changed: dict[str, str] | None = None) -> Path:
    """The estimator of the example as an installer leaves it, with other modules where they are given."""
    about = folder / "institute-1.2.dist-info"
    for made in (folder / "nqpf_example", about):
        made.mkdir(parents=True)
    (folder / "nqpf_example" / "__init__.py").touch()
    for path, text in (MODULES | (changed or {})).items():
        (folder / path).write_text(text, "utf-8")
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: institute\nVersion: 1.2\n", "utf-8"
    )
    (about / "entry_points.txt").write_text(
        "[nqpf.estimators]\nbetween = nqpf_example.estimator:ESTIMATOR\n", "utf-8"
    )
    return folder


def study() -> str:
    """The small study with a column by the estimator of the package."""
    before, columns, after = re.split(r"(?m)(^    columns:\n)", STUDY, maxsplit=1)
    return before + columns + COLUMN + after


def walked(tmp_path: Path) -> str:
    return f"""
from pathlib import Path
from nqpf_assets.messages.problems import ProblemsFound
from tests.stages.mini import walk, write_mini
try:
    made = walk(write_mini(Path({str(tmp_path / "mini")!r}), {study()!r}))
except ProblemsFound as error:
    print(error)
else:
    rows = made.opened.store.scan(("mini", "model")).collect().filter(pl.col("estimator") == "between")
    print(rows["n_obs"].item(), rows["vcov"].item())
    print(*made.opened.store.scan(("mini", "table_1")).collect()["row_label"], sep="\\n")
    for step in made.opened.graph.steps:
        if step.study and "package" in step.parameters and step.parameters["package"]:
            print(sorted(step.parameters["package"]), step.outputs[0])
"""


def test_it_holds_to_the_contract(tmp_path: Path) -> None:
    (check,) = re.findall(
        r"```python\n(from nqpf_example\.estimator import ESTIMATOR\n.*?)```", PAGE, re.DOTALL
    )
    assert run(install(tmp_path), f"{check}\ntest_between(); print('held')").strip() == "held"


def test_a_study_is_estimated_by_it(tmp_path: Path) -> None:
    lines = run(install(tmp_path / "site"), "import polars as pl\n" + walked(tmp_path)).splitlines()
    assert [line for line in lines if re.fullmatch(r"\d+ unadjusted", line)]
    assert [line for line in lines if "['institute']" in line]
    (errors,) = [line for line in lines if line.startswith("Standard errors in parentheses")]
    assert "unadjusted" in errors
    assert "None" not in errors, "an estimator may have no correction for small samples"


@pytest.mark.parametrize(
    ("module", "said", "changed", "found"),
    [
        pytest.param(
            MEANS,
            "return Fitted(",
            "return dict(",
            "a Fitted is expected, dict was returned",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            MEANS, "rss=rss,", "rss=rss / 0,", "ZeroDivisionError", marks=pytest.mark.slow
        ),
        (DECLARED, '"between", BetweenOptions', '"iv", BetweenOptions', "another block `iv:`"),
        (
            DECLARED,
            '"between", BetweenOptions',
            '"between", BetweenOptions, refusals=lambda column: 1 / 0',
            "ZeroDivisionError",
        ),
        (DECLARED, '"unadjusted": Cov', '"hc3": Cov', "['hc3']"),
    ],
)
def test_one_that_is_broken_is_named(
    tmp_path: Path, module: str, said: str, changed: str, found: str
) -> None:
    assert said in MODULES[module]
    folder = install(tmp_path / "site", {module: MODULES[module].replace(said, changed)})
    code = f"""
from nqpf_assets.messages.problems import InputError
try:
    exec({walked(tmp_path)!r}, {{}})
except InputError as error:
    print(error)
"""
    told = run(folder, "import polars as pl\n" + code)
    assert found in told
    assert "institute 1.2" in told
