"""Signing in and out, and one's own secrets."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from sylvan.domain.codes import NotFound, Refusal
from sylvan.services.oidc import Oidc, Returned
from sylvan.services.sign_in import Shown
from sylvan.web import cookies
from sylvan.web import schemas_account as schemas
from sylvan.web.answers import Json, private
from sylvan.web.deps import HouseDep, IdentityDep
from sylvan.web.me import give_session, let_in, me, peer
from sylvan.web.strict import StrictRoute

router = APIRouter(prefix="/account", tags=["account"], route_class=StrictRoute)
CALLBACK = "/api/v1/account/oidc/callback"


@router.get(
    "/me",
    summary="Who I am here, and how one signs in",
    description="For whoever has not signed in, or whose session has ended: the public.",
    response_model=schemas.Me,
    name="me",
)
def told(house: HouseDep, who: IdentityDep) -> Json:
    return private(me(house, who))


@router.post(
    "/sign-in",
    summary="Sign in with a password",
    description=(
        "Sets the session's cookie. `problem.code_needed` asks for the second factor's code;"
        " after some failures in a row one has to wait (429, `Retry-After`)."
    ),
    response_model=schemas.Me,
)
def sign_in(house: HouseDep, request: Request, body: schemas.SignIn) -> Json:
    shown = Shown(body.subject, body.password, body.code, peer(request))
    return let_in(house, request, house.entrance.sign_in.sign_in(shown).token)


@router.post(
    "/sign-out",
    summary="Sign out",
    description="With a provider of identities, `url` is where to sign out there as well.",
    response_model=schemas.Elsewhere,
)
def sign_out(house: HouseDep, request: Request, who: IdentityDep) -> Json:
    token, oidc = cookies.session_of(request), house.entrance.oidc
    session = house.entrance.sessions.current(token) if token else None
    if session is not None and who.session == session.id:
        house.entrance.sessions.end(session.id)
        house.auditor.signed_out(who, peer(request))
    home = str(request.base_url)
    url = oidc.leaving(session.id_token, home) if oidc and session and session.id_token else None
    answer = private({"url": url})
    cookies.end(request, answer)
    return answer


@router.post(
    "/demo",
    summary="Act in one of the demo's ready roles",
    response_model=schemas.Me,
)
def demo(house: HouseDep, request: Request, body: schemas.Ready) -> Json:
    opened = house.entrance.sessions.open_ready(body.role, peer(request))
    return let_in(house, request, opened.token)


@router.post(
    "/oidc",
    summary="Begin to sign in with the provider of identities",
    description="The browser goes to `url` and comes back signed in, to the path `back`.",
    response_model=schemas.Elsewhere,
)
def oidc(house: HouseDep, request: Request, body: schemas.Back) -> Json:
    sent = _provider(house).begin(body.back, _callback(request))
    answer = private({"url": sent.url})
    cookies.tie(request, answer, sent.browser)
    return answer


@router.get("/oidc/callback", include_in_schema=False, name="oidc_callback")
def callback(
    house: HouseDep,
    request: Request,
    *,
    state: str = "",
    code: str = "",
    error: str = "",
    error_description: str = "",
    iss: str = "",
    session_state: str = "",
) -> Response:
    del error_description, iss, session_state
    told = Returned(state, code, cookies.oidc_of(request), _callback(request), peer(request))
    try:
        if error:
            raise NotFound("problem.oidc_refused", {"reason": error[:80]})
        opened, back = _provider(house).finish(told)
    except Refusal as refusal:
        answer: Response = RedirectResponse(_complaint(refusal), 303)
    else:
        answer = RedirectResponse(back, 303)
        give_session(house, request, opened.token, answer)
    answer.headers["Cache-Control"] = "no-store"
    cookies.untie(request, answer)
    return answer


@router.post(
    "/welcome/look",
    summary="For whom a one-time link is",
    response_model=schemas.Guest,
)
def look(house: HouseDep, body: schemas.Link) -> Json:
    return private(house.entrance.sign_in.look(body.token))


@router.post(
    "/welcome",
    summary="Use a one-time link: set name and password, and be signed in",
    response_model=schemas.Me,
)
def join(house: HouseDep, request: Request, body: schemas.Join) -> Json:
    opened = house.entrance.sign_in.join(body.token, body.name, body.password, peer(request))
    return let_in(house, request, opened.token)


@router.post(
    "/password",
    summary="Change my password",
    description="All other sessions of mine end.",
    response_model=schemas.Me,
)
def password(
    house: HouseDep, request: Request, who: IdentityDep, body: schemas.NewPassword
) -> Json:
    token = house.entrance.sign_in.change_password(who, body.old, body.new)
    return let_in(house, request, token)


@router.post(
    "/second-factor",
    summary="Begin to set up a second factor",
    description="It counts once `/confirm` was given a code of it.",
    response_model=schemas.SecondFactor,
)
def second_factor(house: HouseDep, who: IdentityDep) -> Json:
    return private(house.entrance.sign_in.begin_second(who))


@router.post(
    "/second-factor/confirm",
    summary="Confirm the second factor with a code of it",
    response_model=schemas.Me,
)
def confirm_second(
    house: HouseDep, request: Request, who: IdentityDep, body: schemas.GivenCode
) -> Json:
    return let_in(house, request, house.entrance.sign_in.confirm_second(who, body.code))


@router.post(
    "/second-factor/drop",
    summary="Sign in without a second factor again",
    response_model=schemas.Me,
)
def drop_second(house: HouseDep, request: Request, who: IdentityDep, body: schemas.Prove) -> Json:
    return let_in(house, request, house.entrance.sign_in.drop_second(who, body.password))


def _provider(house: HouseDep) -> Oidc:
    if house.entrance.oidc is None:
        raise NotFound("problem.no_provider")
    return house.entrance.oidc


def _callback(request: Request) -> str:
    return str(request.base_url).rstrip("/") + CALLBACK


def _complaint(refusal: Refusal) -> str:
    """The sign-in page with what went wrong behind ``#``, where no server's log sees it."""
    named = "".join(f"&{key}={quote(str(told))}" for key, told in refusal.params.items())
    return f"/sign-in#code={refusal.code}{named}"
