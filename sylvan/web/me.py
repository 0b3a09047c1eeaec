"""Who asks, as screens are told; and the browser that was just let in."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from sylvan.services.doors import Identity
from sylvan.services.house import House
from sylvan.web import cookies
from sylvan.web.answers import Json, private


def peer(request: Request) -> str | None:
    """Address of the other side."""
    return request.client.host if request.client else None


def me(house: House, who: Identity) -> dict[str, Any]:
    """Who asks, what is open to the role, and how one signs in here."""
    inside, role = house.entrance, house.rights.of(who.role)
    way, second = _way(house, who)
    return {
        "subject": who.subject,
        "name": who.name,
        "role": who.role,
        "role_names": dict(role.names),
        "level": str(who.level),
        "territories": list(who.territories),
        "owner": who.owner,
        "session": who.session,
        "until": who.until,
        "way": way,
        "second_factor": second,
        "operations": list(who.narrowed or role.operations),
        "but": list(role.but),
        "sign_in": inside.mode,
        "provider": inside.oidc is not None,
        "ready": inside.ready.listed() if inside.ready else [],
    }


def _way(house: House, who: Identity) -> tuple[str, bool]:
    """How somebody came in, and whether there is a second factor."""
    if who.session is None:
        return "none", False
    if who.subject.startswith("key:"):
        return "key", False
    if house.entrance.ready is not None:
        return "demo", False
    account = house.entrance.accounts.named(who.subject)
    return "oidc" if account.sub else "password", account.second_factor


def let_in(house: House, request: Request, token: str) -> Json:
    """Tell the browser who it is from now on, and give it its session."""
    told = private(me(house, house.entrance.sessions.admit(token)))
    give_session(house, request, token, told)
    return told


def give_session(house: House, request: Request, token: str, answer: Response) -> None:
    """The browser's session; the one that it had before ends, whoever's it was."""
    sessions, before = house.entrance.sessions, cookies.session_of(request)
    old = sessions.current(before) if before and before != token else None
    if old is not None:
        sessions.end(old.id)
    cookies.begin(request, answer, token)
