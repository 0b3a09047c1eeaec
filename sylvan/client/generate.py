"""Writes ``models.py`` and ``operations.py`` from the published document.

Run it when the interface changed: ``python -m sylvan.client.generate frontend/openapi.json``. One
function for each operation makes a :class:`~sylvan.client.call.Call`, which the client and the
asynchronous client both carry out; so each operation stands here once.
"""

import json
import keyword
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

HEAD: Final = '"""{what}\n\nMade by sylvan.client.generate from the published document.\n"""\n\n'
RULES: Final = "# ruff: noqa: {rules}\n"
PLAIN: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
    "array": "list[Any]",
}
JSONS: Final = ("application/json", "application/geo+json")
REF: Final = "#/components/schemas/"
Schema = Mapping[str, Any]


def type_of(schema: Schema, prefix: str = "") -> str:  # noqa: PLR0911 - a case for each word
    """The type of what a schema describes, as Python writes it."""
    if "$ref" in schema:
        return prefix + name_of(schema["$ref"].removeprefix(REF))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(map(repr, values))}]"
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return _union(type_of(one, prefix) for one in schema[word])
    told = schema.get("type")
    if isinstance(told, list):
        return _union(type_of({**schema, "type": one}, prefix) for one in told)
    if told == "string" and schema.get("format") == "binary":
        return "bytes"
    if told == "array" and "items" in schema:
        return f"list[{type_of(schema['items'], prefix)}]"
    if told == "array" and "prefixItems" in schema:
        return f"list[{_union(type_of(one, prefix) for one in schema['prefixItems'])}]"
    inner = schema.get("additionalProperties")
    if told == "object" and isinstance(inner, Mapping) and "properties" not in schema:
        return f"dict[str, {type_of(inner, prefix)}]"
    return PLAIN.get(str(told), "Any")


def _union(parts: Iterator[str]) -> str:
    found = list(dict.fromkeys(part for told in parts for part in _parts(told)))
    return "Any" if "Any" in found else " | ".join(found)


def _parts(told: str) -> list[str]:
    return told.split(" | ") if "[" not in told else [told]


def name_of(schema: str) -> str:
    """A schema's name as a class; where two rooms have one name, the last two words of theirs."""
    return "".join(word[:1].upper() + word[1:] for word in schema.split("__")[-2:])


def argument(name: str) -> str:
    """A parameter's name as Python has it."""
    plain = name.lower().replace("-", "_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def models(document: Schema) -> str:
    """All shapes, as typed dictionaries: what is sent and what comes back is plain JSON."""
    told = [
        HEAD.format(what="What is sent and what comes back."),
        RULES.format(rules="E501, UP013"),
    ]
    told.append("from typing import Any, Literal, NotRequired, TypedDict\n\n")
    for name, schema in sorted(document["components"]["schemas"].items()):
        told.append(_model(name_of(name), schema))
    return "".join(told)


def _model(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"{name} = {_late(type_of(schema))}\n"
    needed = set(schema.get("required", ()))
    fields = [
        f"{field!r}: {_quoted(type_of(inner), needed=field in needed)}"
        for field, inner in schema["properties"].items()
    ]
    return f"{name} = TypedDict({name!r}, {{{', '.join(fields)}}})\n"


def _quoted(told: str, *, needed: bool) -> str:
    """Names may be used before they stand there."""
    return repr(told) if needed else f"NotRequired[{told!r}]"


def _late(told: str) -> str:
    return told if told.startswith("Literal") else f"Any  # {told}"


def operations(document: Schema) -> str:
    """A function for each operation."""
    told = [
        HEAD.format(what="Each operation as a call that a client carries out."),
        RULES.format(rules="PLR0913"),
    ]
    told.append("from typing import Any, Literal\n\n")
    told.append("from sylvan.client import models\nfrom sylvan.client.call import Call\n\n")
    found = [
        (operation["operationId"], method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    for name, method, path, operation in sorted(found, key=lambda one: one[0]):
        told.append(_function(name, method, path, operation))
    return "".join(told)


def _function(name: str, method: str, path: str, operation: Schema) -> str:
    parameters = operation.get("parameters", [])
    first = [f"{argument(one['name'])}: {_path(one)}" for one in parameters if one["in"] == "path"]
    body = _body(operation)
    if body is not None:
        first.append(f"body: {body[0]}")
    named = [one for one in parameters if one["in"] != "path"]
    ordered = sorted(named, key=lambda one: not one.get("required", False))
    rest = [_parameter(one) for one in ordered]
    signature = ", ".join([*first, *(["*", *rest] if rest else [])])
    answer, kind = _answer(operation)
    made = f"Call({name!r}, {method!r}, {_address(path, parameters)}, {kind!r}"
    made += _given("query", named) + _given("header", named) + (body[1] if body else "") + ")"
    lines = [
        f"def {name}({signature}) -> Call[{answer}]:",
        textwrap.indent(_docstring(operation), "    "),
        f"    return {made}\n",
    ]
    return "\n".join(lines) + "\n"


def _path(parameter: Schema) -> str:
    return type_of(parameter["schema"], "models.")


def _parameter(parameter: Schema) -> str:
    told = type_of(parameter["schema"], "models.")
    name = argument(parameter["name"])
    if parameter.get("required", False):
        return f"{name}: {told}"
    optional = told if "None" in _parts(told) or "None" in told else f"{told} | None"
    return f"{name}: {optional} = None"


def _body(operation: Schema) -> tuple[str, str] | None:
    """Type of the body, and how the call takes it."""
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return None
    media_type, told = next(iter(content.items()))
    if media_type in JSONS:
        return type_of(told["schema"], "models."), ", json=body"
    if media_type.startswith("multipart/"):
        return "bytes", ", file=body"
    return "bytes", ", content=body"


def _answer(operation: Schema) -> tuple[str, str]:
    """Type of the good answer, and how it is read."""
    good = [told for status, told in operation["responses"].items() if status.startswith("2")]
    content: Schema = next((told["content"] for told in good if told.get("content")), {})
    media_type = next(iter(content), "")
    if media_type in JSONS:
        return type_of(content[media_type]["schema"], "models."), "json"
    if media_type.startswith("text/"):
        return "str", "text"
    return "bytes", "bytes"


def _address(path: str, parameters: list[Schema]) -> str:
    given = [one["name"] for one in parameters if one["in"] == "path"]
    if not given:
        return repr(path)
    values = ", ".join(f"{name!r}: {argument(name)}" for name in given)
    return f"({path!r}, {{{values}}})"


def _given(where: str, parameters: list[Schema]) -> str:
    found = [one["name"] for one in parameters if one["in"] == where]
    if not found:
        return ""
    values = ", ".join(f"{name!r}: {argument(name)}" for name in found)
    return f", {'query' if where == 'query' else 'headers'}={{{values}}}"


def _docstring(operation: Schema) -> str:
    summary = operation["summary"].rstrip(".") + "."
    more = operation.get("description", "")
    if not more:
        return f'"""{summary}"""'
    wrapped = "\n".join(textwrap.wrap(more, 92))
    return f'"""{summary}\n\n{wrapped}\n"""'


def main(file: str, folder: Path | None = None) -> None:
    """Write both files beside this one."""
    document = json.loads(Path(file).read_bytes())
    there = folder or Path(__file__).resolve().parent
    (there / "models.py").write_text(models(document), "utf-8")
    (there / "operations.py").write_text(operations(document), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
