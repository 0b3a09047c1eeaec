"""Server text as every answer carries it."""

from pydantic import BaseModel


class CodedText(BaseModel):
    """Server text: a key of the catalogue and its parameters."""

    code: str
    params: dict[str, str | float | int | bool | None]
