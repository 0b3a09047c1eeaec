"""What a template may hold: named fields, repetitions and conditions; no calls, nothing unknown.

Templates are written by operators and filled with what strangers have told. So each is read as a
tree before it is used, and whatever is not on the short list is refused by name and place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sylvan.domain.codes import Invalid

WORDS: Final = "w"
FILTERS: Final = frozenset({"upper", "lower", "trim", "default", "first", "last", "length", "join"})
HARMLESS: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Const),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Test, nodes.Concat),
)
"""What needs no look of its own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a template, and on which of its lines."""

    code: str
    name: str
    line: int


def environment() -> ImmutableSandboxedEnvironment:
    """How templates are read and filled: nothing reachable but what is handed in, all escaped."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    return made


def faults(source: str, fields: Mapping[str, Any], words: frozenset[str]) -> list[Fault]:
    """Everything in a template that is not allowed or that no document of its kind has."""
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        return [Fault("document.template_syntax", error.message or "?", error.lineno)]
    known = {**fields, WORDS: dict.fromkeys(words)}
    return list(_look(tree, known))


def require(source: str, fields: Mapping[str, Any], words: frozenset[str], file: str) -> None:
    """Refuse a template that is not right.

    Raises:
        Invalid: naming file, line and field.
    """
    for one in faults(source, fields, words):
        raise Invalid(one.code, {"file": file, "line": one.line, "name": one.name}, "template")


def _look(node: nodes.Node, known: Mapping[str, Any]) -> Iterator[Fault]:
    if isinstance(node, nodes.For):
        yield from _repeated(node, known)
    elif isinstance(node, (nodes.Getattr, nodes.Getitem, nodes.Name)):
        found = _resolved(node, known)
        if isinstance(found, Fault):
            yield found
    elif isinstance(node, HARMLESS) or (isinstance(node, nodes.Filter) and node.name in FILTERS):
        yield from _inside(node, known)
    else:
        name = getattr(node, "name", None) or type(node).__name__.lower()
        yield Fault("document.template_forbidden", str(name), node.lineno)


def _inside(node: nodes.Node, known: Mapping[str, Any]) -> Iterator[Fault]:
    for inner in node.iter_child_nodes():
        yield from _look(inner, known)


def _repeated(node: nodes.For, known: Mapping[str, Any]) -> Iterator[Fault]:
    found = _resolved(node.iter, known)
    if isinstance(found, Fault):
        yield found
        return
    if not isinstance(found, list) or not isinstance(node.target, nodes.Name) or node.recursive:
        yield Fault("document.template_no_list", _path(node.iter) or "?", node.lineno)
        return
    inside = {**known, node.target.name: found[0], "loop": {"index": None, "last": None}}
    for inner in (*([node.test] if node.test else []), *node.body, *node.else_):
        yield from _look(inner, inside)


def _resolved(node: nodes.Node, known: Mapping[str, Any]) -> Any:
    """The shape that a name leads to, or why it leads nowhere."""
    path = _path(node)
    if path is None:
        return Fault("document.template_forbidden", type(node).__name__.lower(), node.lineno)
    here: Any = known
    for name in path.split("."):
        if not isinstance(here, Mapping) or name not in here:
            return Fault("document.template_unknown", path, node.lineno)
        here = here[name]
    return here


def _path(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _path(node.node)
        return None if before is None else f"{before}.{node.attr}"
    return None
