"""What the validation library finds wrong with a request, in the codes of the catalogues."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sylvan.domain.codes import FieldError, Invalid, Refusal, Scalar

MAX_SHOWN: Final = 40
"""Characters of a wrong value that are repeated to the sender."""
Params = dict[str, Scalar]


class Malformed(Refusal):
    """The request itself is broken; no field is to blame."""

    status = 400


def _nothing(_item: Mapping[str, Any]) -> Params:
    return {}


def _value(item: Mapping[str, Any]) -> Params:
    return {"value": str(item.get("input"))[:MAX_SHOWN]}


def _limit(item: Mapping[str, Any]) -> Params:
    context = item.get("ctx", {})
    names = ("ge", "gt", "le", "lt", "max_length", "min_length")
    return {"limit": next((context[name] for name in names if name in context), None)}


def _allowed(item: Mapping[str, Any]) -> Params:
    told = str(item.get("ctx", {}).get("expected", ""))
    return {"allowed": told.replace("'", "").replace(" or ", ", ")}


def _tags(item: Mapping[str, Any]) -> Params:
    return {"allowed": str(item.get("ctx", {}).get("expected_tags", "")).replace("'", "")}


_KINDS: Final[Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Params]]]] = {
    "missing": ("field.required", _nothing),
    "extra_forbidden": ("field.unknown", _nothing),
    "literal_error": ("field.choice", _allowed),
    "enum": ("field.choice", _allowed),
    "greater_than_equal": ("field.at_least", _limit),
    "greater_than": ("field.above", _limit),
    "less_than_equal": ("field.at_most", _limit),
    "less_than": ("field.below", _limit),
    "string_too_long": ("field.too_long", _limit),
    "string_too_short": ("field.too_short", _limit),
    "too_long": ("field.too_many", _limit),
    "too_short": ("field.too_few", _limit),
    "string_pattern_mismatch": ("field.characters", _nothing),
    "float_parsing": ("field.number", _value),
    "float_type": ("field.number", _value),
    "finite_number": ("field.number", _value),
    "int_parsing": ("field.number", _value),
    "int_parsing_size": ("field.number", _value),
    "int_from_float": ("field.number", _value),
    "int_type": ("field.number", _value),
    "bool_parsing": ("field.yes_or_no", _nothing),
    "bool_type": ("field.yes_or_no", _nothing),
    "uuid_parsing": ("field.id", _value),
    "uuid_type": ("field.id", _value),
    "datetime_type": ("field.moment", _value),
    "datetime_parsing": ("field.moment", _value),
    "datetime_from_date_parsing": ("field.moment", _value),
    "datetime_object_invalid": ("field.moment", _value),
    "date_type": ("field.date", _nothing),
    "date_parsing": ("field.date", _nothing),
    "date_from_datetime_parsing": ("field.date", _nothing),
    "date_from_datetime_inexact": ("field.date", _nothing),
    "time_range": ("problem.time_range", _value),
    "union_tag_invalid": ("field.choice", _tags),
    "union_tag_not_found": ("field.required", _nothing),
    "timezone_aware": ("problem.time_zone_missing", _value),
    "string_type": ("field.text", _nothing),
    "string_unicode": ("field.text", _nothing),
    "model_attributes_type": ("field.object", _nothing),
    "dict_type": ("field.object", _nothing),
    "list_type": ("field.list", _nothing),
    "tuple_type": ("field.list", _nothing),
}


def _field(item: Mapping[str, Any]) -> str:
    where, *inside = item["loc"]
    return ".".join(str(part) for part in inside) or str(where)


def _mistake(item: Mapping[str, Any]) -> FieldError:
    code, params = _KINDS.get(item["type"], ("problem.field", _nothing))
    told = {"reason": str(item["msg"])} if code == "problem.field" else params(item)
    return FieldError(_field(item), code, told)


def refusal(found: Iterable[Mapping[str, Any]]) -> Refusal:
    """One refusal that names every field at fault, or says that the body is no JSON."""
    items = list(found)
    for item in items:
        if item["type"] == "json_invalid":
            return Malformed("problem.json", {"position": item["loc"][-1]})
    errors = tuple({(one.field, one.code): one for one in map(_mistake, items)}.values())
    return Invalid("problem.invalid", {"count": len(errors)}, errors=errors)
