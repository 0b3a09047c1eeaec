"""Puts readings and exports on record once their answers are out, by what the operation is.

Routers know nothing of it, and an answer never waits: the row is written behind it
(`services.audit`). What was refused was not seen.
"""

from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sylvan.services.audit import Auditor
from sylvan.web.operations import operation_id

SEEN: Final = {
    "fires_one": ("fire", "fire_id"),
    "reports_one": ("report", "report_id"),
    "reports_photo": ("photo", "report_id"),
    "ogc_item": ("", "name"),
}
"""Operation → what is seen by it, and the part of its address that says which."""
OF_COLLECTIONS: Final = {"fires": "fire", "fire-edges": "fire"}
"""Collections of features whose single ones are things like those above."""
EXPORTED: Final = {
    "forces_workbook": "forces",
    "forces_table": "forces",
    "regimes_bulletin_html": "bulletin",
    "regimes_bulletin_txt": "bulletin",
    "danger_geotiff": "danger",
    "control_file": "act",
    "audit_export": "audit",
    **{f"exports_{form}": "features" for form in ("csv", "geojson", "geopackage", "flatgeobuf")},
    "figures_table": "figures",
    "figures_workbook": "figures",
    "documents_file": "document",
    "drills_table": "drill",
}
"""Operation → what is taken away by it."""
PIECEMEAL: Final = frozenset({"danger_geotiff"})
"""Files that programs read in many small ranges; once an hour is enough."""
REFUSED: Final = 400


class Witness:
    """Innermost: sees who asked for what, and what became of it."""

    def __init__(self, app: ASGIApp, auditor: Auditor) -> None:
        self.app = app
        self.auditor = auditor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            if 0 < status < REFUSED:
                self._note(scope)

    def _note(self, scope: Scope) -> None:
        actor, route = scope.get("state", {}).get("actor"), scope.get("route")
        operation = "" if route is None or actor is None else operation_id(route)
        if operation not in SEEN and operation not in EXPORTED:
            return
        peer = (scope.get("client") or (None,))[0]
        if operation in SEEN:
            kind, name = SEEN[operation]
            kind = kind or OF_COLLECTIONS.get(scope["path_params"]["code"], "")
            if not kind:
                return
            self.auditor.saw(actor, kind, str(scope["path_params"][name]), peer)
            return
        hourly = operation in PIECEMEAL
        self.auditor.exported(actor, EXPORTED[operation], _asked(scope), peer, hourly=hourly)


def _asked(scope: Scope) -> dict[str, Any]:
    """Which part was taken: what the address says."""
    told = dict(parse_qsl(scope["query_string"].decode("utf-8", "replace")))
    told |= {name: str(value) for name, value in scope["path_params"].items()}
    return {"operation": operation_id(scope["route"]), **told}
