"""The name of an operation, as published and as rights have it: `fires_register`.

Made from tag and function: what a framework keeps in a route's own ``unique_id`` is another name as
soon as the route was included from a router.
"""

from typing import Any


def operation_id(route: Any) -> str:
    """The stable name of a route, for generated clients, rights and the audit."""
    return f"{route.tags[0]}_{route.name}" if route.tags else str(route.name)
