"""Text as a code with parameters, and the refusals that services raise.

The server never sends prose: a code is a key of the language catalogues in ``sylvan/locales``, so
that screens, templates, reasons and problem responses read the same words in every language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from types import MappingProxyType
from typing import Any

Scalar = str | int | float | bool | None
"""What a parameter may be: a JSON scalar."""


def _frozen(params: Mapping[str, Scalar] | None) -> Mapping[str, Scalar]:
    items = dict(params or {})
    for name, value in items.items():
        if not isinstance(value, (str, int, float, bool, type(None))):
            raise TypeError(f"parameter {name!r} must be a JSON scalar, got {type(value).__name__}")
    return MappingProxyType(items)


@dataclass(frozen=True, slots=True)
class Coded:
    """One sentence in every language: a catalogue key and its parameters."""

    code: str
    params: Mapping[str, Scalar] = dataclass_field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", _frozen(self.params))

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items(), key=repr))))

    def __reduce__(self) -> tuple[type["Coded"], tuple[str, dict[str, Scalar]]]:
        return Coded, (self.code, dict(self.params))  # a view of a mapping can't be pickled

    def as_dict(self) -> dict[str, Any]:
        """The JSON form ``{"code": …, "params": {…}}``."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> "Coded":
        """Read what :meth:`as_dict` wrote."""
        return cls(str(body["code"]), body.get("params") or {})


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of the use-case, not a fault
    """A use-case says no, with a code; the web turns it into an RFC 9457 problem.

    ``field`` names the one input that is at fault, ``errors`` several of them at once.
    """

    status = 400
    """The HTTP status that fits this kind of refusal."""

    def __init__(
        self,
        code: str,
        params: Mapping[str, Scalar] | None = None,
        field: str | None = None,
        errors: tuple["FieldError", ...] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = _frozen(params)
        self.field = field
        own = (FieldError(field, code, self.params),) if field and not errors else ()
        self.errors = errors or own

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        where = "".join(f"; {error.field}: {error.code}" for error in self.errors)
        return f"{self.code}({told}){where}"

    def as_coded(self) -> Coded:
        """The refusal's text."""
        return Coded(self.code, self.params)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one named field."""

    field: str
    code: str
    params: Mapping[str, Scalar] = dataclass_field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", _frozen(self.params))

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that problem responses list under ``errors``."""
        return {"field": self.field, "code": self.code, "params": dict(self.params)}


class NotFound(Refusal):
    """The thing does not exist, or the actor may not know that it does."""

    status = 404


class Conflict(Refusal):
    """The thing has changed since, or its state does not allow this."""

    status = 409


class Invalid(Refusal):
    """The input cannot be used; ``errors`` names the fields."""

    status = 422


class Forbidden(Refusal):
    """The actor may see it but not do this."""

    status = 403


def invalid(errors: list[FieldError]) -> Invalid:
    """One refusal for all fields at fault, so that a form shows every mistake at once."""
    if len(errors) == 1:
        return Invalid(errors[0].code, errors[0].params, errors[0].field)
    return Invalid("problem.invalid", {"count": len(errors)}, errors=tuple(errors))
