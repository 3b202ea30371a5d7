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

from nqpf_assets.studies.expression_functions import FUNCTIONS
from nqpf_assets.studies.spec import Study

COMMITTED = Path(__file__).with_name("study.schema.json")
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


def _row(key: str, info: dict[str, Any], required: bool) -> str:
    default = "required" if required else _default(info)
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
        yield ", ".join(f"`{value}`" for value in info["enum"])
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
    for mark, part in (("functions", function_table()), ("fields", field_tables())):
        begin, end = f"<!-- generated: {mark} -->", f"<!-- end: {mark} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{part}\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    COMMITTED.write_text(schema_text(), encoding="utf-8")
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(with_reference(page.read_text(encoding="utf-8")), encoding="utf-8")
