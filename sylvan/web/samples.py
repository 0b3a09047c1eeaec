"""How each operation is asked, as its document shows it: with curl, and with the Python client."""

import json
from typing import Any, Final
from urllib.parse import quote

BODY_LETTERS: Final = 600
"""A longer body stands in the example beside it, and is sent from a file."""
JSON: Final = "application/json"


def samples(method: str, path: str, operation: dict[str, Any]) -> list[dict[str, str]]:
    """For ``x-codeSamples``; the key is read from the environment, as it should be."""
    return [
        {"lang": "Shell", "label": "curl", "source": _curl(method, path, operation)},
        {"lang": "Python", "label": "Python", "source": _python(operation)},
    ]


def _curl(method: str, path: str, operation: dict[str, Any]) -> str:
    lines = ['curl -H "Authorization: Bearer $SYLVAN_KEY"']
    if method != "get":
        lines.append(f"-X {method.upper()}")
    parameters = operation.get("parameters", ())
    if any(one["name"].lower() == "if-match" for one in parameters):
        lines.append("-H 'If-Match: \"3\"'")
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        lines += _body(media_type, content)
        break
    query = [
        f"{one['name']}={quote(str(_value(one)), safe=':,')}"
        for one in parameters
        if one["in"] == "query" and one.get("required")
    ]
    lines.append(f'"$SYLVAN_URL{path}{"?" + "&".join(query) if query else ""}"')
    return " \\\n  ".join(lines)


def _body(media_type: str, content: dict[str, Any]) -> list[str]:
    if media_type.startswith("multipart/"):
        return ["-F file=@FILE"]
    told = json.dumps(content.get("example"), ensure_ascii=False)
    fits = media_type == JSON and len(told) <= BODY_LETTERS and "'" not in told
    given = f"'{told}'" if fits else "@FILE"
    way = "-d" if media_type == JSON else "--data-binary"
    return [f"-H 'Content-Type: {media_type}'", f"{way} {given}"]


def _value(parameter: dict[str, Any]) -> Any:
    """Something that fits a parameter."""
    schema = parameter["schema"]
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") in ("number", "integer"):
        return schema.get("minimum", 1)
    return "FILE.csv" if parameter["name"] == "name" else parameter["name"].upper()


def _python(operation: dict[str, Any]) -> str:
    parameters = operation.get("parameters", ())
    given = [one["name"] for one in parameters if one["in"] == "path"]
    if operation.get("requestBody"):
        given.append("body")
    given += [
        f"{name}={name}"
        for name in (one["name"].lower().replace("-", "_") for one in parameters if _named(one))
    ]
    return f"client(operations.{operation['operationId']}({', '.join(given)}))"


def _named(parameter: dict[str, Any]) -> bool:
    return parameter["in"] != "path" and bool(parameter.get("required"))
