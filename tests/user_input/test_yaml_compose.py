"""The quick composer gives what ruamel.yaml gives: nodes, tags, places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from nqpf_assets.user_input import yaml_compose
from nqpf_assets.user_input.lined_yaml import read_yaml
from nqpf_assets.user_input.project import SHIPPED_STUDIES

CHECKOUT = Path(__file__).parents[2]
FILES = [
    *sorted(SHIPPED_STUDIES.glob("*.yaml")),
    *sorted((SHIPPED_STUDIES / "templates").glob("*.yaml")),
    *sorted((CHECKOUT / "tests" / "real_project" / "studies").glob("*.yaml")),
]
SCALARS = [
    "yes", "no", "on", "off", "y", "n", "True", "TRUE", "false", "null", "Null", "~", "", "12:30",
    "1:2:3", "010", "0o17", "0x1F", "0b11", "1_000", "1e3", "1.5", ".5", "5.", "-.inf", ".NaN",
    "2020-01-01", "2020-13", "500000", "+1", "-0", "=", "<<", "1e", "1.2.3", "人口", "'a'", '"b"',
    "'no'", "1 # c", "1,5", "e3", "1E+3",
]  # fmt: skip


def careful(text: str) -> Any:
    return YAML(typ="safe", pure=True).compose(text)


def flat(node: Any) -> Any:
    """A node as plain tuples, places counted from 0.

    Where nothing is written, the quick one names the place after the colon, the careful one the next word.
    """
    if node is None or (node.id == "scalar" and not node.value and not node.style):
        return None
    mark = (str(node.tag), node.start_mark.line, node.start_mark.column)
    if node.id == "scalar":
        return (*mark, node.value)
    if node.id == "sequence":
        return (*mark, [flat(one) for one in node.value])
    return (*mark, [(flat(key), flat(value)) for key, value in node.value])


def quick(text: str) -> Any:
    loader = yaml_compose._quick_loader()
    if loader is None:
        pytest.skip("PyYAML was built without libyaml")
    return yaml.compose(text, Loader=loader)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_our_files(path: Path) -> None:
    text = path.read_text("utf-8")
    assert flat(quick(text)) == flat(careful(text))


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalars_are_those_of_yaml_1_2(scalar: str) -> None:
    text = f"a: {scalar}\nb: [{scalar}]\n" if scalar not in ("1 # c", "<<") else f"a: {scalar}\n"
    assert flat(quick(text)) == flat(careful(text))


@given(
    st.recursive(
        st.sampled_from(SCALARS) | st.text("ab1 .-_中é", max_size=8).map(lambda text: f'"{text}"'),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
            | st.lists(inner, max_size=3).map(
                lambda parts: "{" + ", ".join(f"k{i}: {part}" for i, part in enumerate(parts)) + "}"
            )
        ),
        max_leaves=8,
    )
)
def test_any_nesting(value: str) -> None:
    text = f"中: {value}\nlist:\n  - {value}\n"
    try:
        expected = flat(careful(text))
    except YAMLError:
        return
    try:
        found = quick(text)
    except yaml.YAMLError:
        return  # the careful one is asked then
    assert flat(found) == expected


def test_a_broken_text_is_told_by_the_careful_one() -> None:
    (problem,) = read_yaml("a: 1\n\tb: 2\n", "x.yaml").problems
    assert problem.found == "a tab"
    assert "line 2" in problem.where


def test_without_the_c_parser_all_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = FILES[0].read_text("utf-8")
    with_it = read_yaml(text, "x.yaml")
    monkeypatch.setattr(yaml_compose, "_quick_loader", lambda: None)
    assert read_yaml(text, "x.yaml") == with_it
