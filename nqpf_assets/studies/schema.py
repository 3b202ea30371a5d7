"""The schema of study files as JSON schema, for editors, and as a table, for the reference.

An editor with a YAML language server completes keys and marks mistakes while they are typed.
`study.schema.json` is the committed copy that templates point to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nqpf_assets.expressions.functions import FUNCTIONS
from nqpf_assets.studies.estimator import Covariance, Estimator
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.spec import Study
from nqpf_assets.studies.vcov import DRAWN

COMMITTED = Path(__file__).with_name("study.schema.json")
QUOTE = '"'
ADDRESS = "https://json-schema.org/draft/2020-12/schema"


def study_schema() -> dict[str, Any]:
    """The JSON schema of a study file."""
    return {"$schema": ADDRESS, "title": "nqpf study file"} | Study.model_json_schema()


def schema_text() -> str:
    """The JSON schema as it is committed and as `nqpf schema` prints it."""
    return json.dumps(study_schema(), ensure_ascii=False, indent=2) + "\n"


def field_tables() -> str:
    """Every block of a study file with its keys, as Markdown."""
    schema = study_schema()
    blocks = {"Study": schema, **schema["$defs"]}
    parts = []
    for name, block in blocks.items():
        if "properties" not in block:
            continue
        required = block.get("required", [])
        rows = "\n".join(
            _row(key, info, key in required) for key, info in block["properties"].items()
        )
        about = block.get("description", "").split("\n")[0]
        head = "| key | value | default | meaning |\n|---|---|---|---|"
        parts.append(f"### {name}\n\n{about}\n\n{head}\n{rows}")
    return "\n\n".join(parts)


def function_table() -> str:
    """The functions of expressions, as Markdown."""
    rows = [f"| `{function.usage}` | {function.meaning} |" for function in FUNCTIONS.values()]
    return "\n".join(["| written | gives |", "|---|---|", *rows])


def offer_table() -> str:
    """What each estimator offers, as Markdown: effects, covariances, what these can be told."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, one in ESTIMATORS.items():
        alike.setdefault((one.documentation, _errors(one)), []).append(name)
    head = "| estimator | what it is for | effects | covariances | further keys |\n|---|---|---|---|---|"
    rows = [_offer_row(section, names) for (section, _), names in alike.items()]
    return "\n".join([head, *rows])


def _offer_row(section: str, names: list[str]) -> str:
    offer = ESTIMATORS[names[0]]
    page, _, heading = section.partition("#")
    link = (
        f"#{heading.lower().replace(' ', '-')}" if page.endswith("docs/estimators.md") else section
    )
    called = ", ".join(f"`{name}`" for name in names)
    purpose = "; ".join(dict.fromkeys(ESTIMATORS[name].purpose for name in names))
    keys = [offer.options.key] if offer.options else []
    further = ", ".join(f"`{key}`" for key in (*keys, *sorted(offer.keys)))
    return f"| [{called}]({link}) | {purpose} | {_effects(offer)} | {_errors(offer)} | {further} |"


def _errors(offer: Estimator) -> str:
    return "<br>".join(f"`{key}`{_told(one)}" for key, one in offer.covariances.items())


def _effects(offer: Estimator) -> str:
    allowed = sorted(offer.effects, key=lambda one: (len(one), one))
    return "<br>".join(f"`[{', '.join(sorted(one, reverse=True))}]`" for one in allowed)


def _told(errors: Covariance) -> str:
    """What a covariance can be told, in brackets."""
    words = []
    if errors.most_keys:
        keys = {"unit": "unit", "units": "unit or a grouping", "any": "unit, period or a grouping"}
        several = ["", "", ", or two of these", ", or two or three of these"][errors.most_keys]
        words.append(f"`by` {keys[errors.keys]}{several}")
    if errors.has_lags:
        words.append("`lags`")
    if errors.corrections:
        words.append(f"`small_sample` {', '.join(errors.corrections)}")
    if errors.has_large_sample:
        words.append("`large_sample`")
    if errors.is_drawn:
        drawn = [key for key in DRAWN if key != "restricted" or errors.can_be_unrestricted]
        words.append(", ".join(f"`{key}`" for key in drawn))
    return f" ({'; '.join(words)})" if words else ""


def _row(key: str, info: dict[str, Any], required: bool) -> str:
    default = "required" if required else "needed" if "needed" in info else _default(info)
    meaning = info.get("description", "").replace("|", "\\|")
    return f"| `{key}` | {' or '.join(dict.fromkeys(_kinds(info)))} | {default} | {meaning} |"


def _default(info: dict[str, Any]) -> str:
    value = info.get("default")
    if value in (None, {}, []):
        return ""
    if isinstance(value, dict):
        return "its own defaults"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _kinds(info: dict[str, Any]) -> Iterator[str]:
    """What a key may hold, in words."""
    for variant in info.get("anyOf", info.get("oneOf", ())):
        yield from _kinds(variant)
    if "$ref" in info:
        name = info["$ref"].rpartition("/")[2]
        yield f"[{name}](#{name.lower()})"
    elif "const" in info:
        yield f"`{info['const']}`"
    elif "enum" in info:
        yield ", ".join(f"`{json.dumps(one).strip(QUOTE)}`" for one in info["enum"])
    elif info.get("type") == "array":
        yield "list of " + " or ".join(_kinds(info.get("items", {})))
    elif info.get("type") == "object":
        # Names with a pattern stand under patternProperties, free keys under additionalProperties.
        values = [*info.get("patternProperties", {}).values(), info.get("additionalProperties")]
        held = [kind for value in values if isinstance(value, dict) for kind in _kinds(value)]
        yield "name → " + (" or ".join(dict.fromkeys(held)) or "block")
    elif info.get("type") not in (None, "null"):
        words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
        yield {"date": "date"}.get(info.get("format", ""), words.get(info["type"], info["type"]))


def with_reference(text: str) -> str:
    """A Markdown text with the parts between its ``generated`` marks made anew."""
    parts = (
        ("functions", function_table()),
        ("fields", field_tables()),
        ("offers", offer_table()),
    )
    for mark, part in parts:
        begin, end = f"<!-- generated: {mark} -->", f"<!-- end: {mark} -->"
        before, is_there, rest = text.partition(begin)
        if not is_there:
            continue
        text = f"{before}{begin}\n{part}\n{end}{rest.partition(end)[2]}"
    return text


def write(*pages: Path) -> None:
    """The committed schema, and the parts of these pages that are made from it."""
    COMMITTED.write_text(schema_text(), encoding="utf-8")
    for page in pages:
        page.write_text(with_reference(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
