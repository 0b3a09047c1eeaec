"""Each operation as a call that a client carries out.

Made by sylvan.client.generate from the published document.
"""

# ruff: noqa: PLR0913
from typing import Any, Literal

from sylvan.client import models
from sylvan.client.call import Call


def account_confirm_second(body: models.GivenCode) -> Call[models.Me]:
    """Confirm the second factor with a code of it."""
    return Call(
        "account_confirm_second", "POST", "/api/v1/account/second-factor/confirm", "json", json=body
    )


def account_demo(body: models.Ready) -> Call[models.Me]:
    """Act in one of the demo's ready roles."""
    return Call("account_demo", "POST", "/api/v1/account/demo", "json", json=body)


def account_drop_second(body: models.Prove) -> Call[models.Me]:
    """Sign in without a second factor again."""
    return Call(
        "account_drop_second", "POST", "/api/v1/account/second-factor/drop", "json", json=body
    )


def account_join(body: models.Join) -> Call[models.Me]:
    """Use a one-time link: set name and password, and be signed in."""
    return Call("account_join", "POST", "/api/v1/account/welcome", "json", json=body)


def account_look(body: models.Link) -> Call[models.Guest]:
    """For whom a one-time link is."""
    return Call("account_look", "POST", "/api/v1/account/welcome/look", "json", json=body)


def account_me() -> Call[models.Me]:
    """Who I am here, and how one signs in.

    For whoever has not signed in, or whose session has ended: the public.
    """
    return Call("account_me", "GET", "/api/v1/account/me", "json")


def account_oidc(body: models.Back) -> Call[models.Elsewhere]:
    """Begin to sign in with the provider of identities.

    The browser goes to `url` and comes back signed in, to the path `back`.
    """
    return Call("account_oidc", "POST", "/api/v1/account/oidc", "json", json=body)


def account_password(body: models.NewPassword) -> Call[models.Me]:
    """Change my password.

    All other sessions of mine end.
    """
    return Call("account_password", "POST", "/api/v1/account/password", "json", json=body)


def account_second_factor() -> Call[models.SecondFactor]:
    """Begin to set up a second factor.

    It counts once `/confirm` was given a code of it.
    """
    return Call("account_second_factor", "POST", "/api/v1/account/second-factor", "json")


def account_sign_in(body: models.SignIn) -> Call[models.Me]:
    """Sign in with a password.

    Sets the session's cookie. `problem.code_needed` asks for the second factor's code; after
    some failures in a row one has to wait (429, `Retry-After`).
    """
    return Call("account_sign_in", "POST", "/api/v1/account/sign-in", "json", json=body)


def account_sign_out() -> Call[models.Elsewhere]:
    """Sign out.

    With a provider of identities, `url` is where to sign out there as well.
    """
    return Call("account_sign_out", "POST", "/api/v1/account/sign-out", "json")


def alerts_again(message_id: int, *, world: str | None = None) -> Call[models.MessageWhole]:
    """Send a message once more.

    One that was sent, given up or stopped; not what is on its way.
    """
    return Call(
        "alerts_again",
        "POST",
        ("/api/v1/alerts/messages/{message_id}/again", {"message_id": message_id}),
        "json",
        query={"world": world},
    )


def alerts_answer(
    alert_id: str, *, language: Literal["ru", "en"] | None = None, world: str | None = None
) -> Call[models.AlertTold]:
    """I have this alert.

    Stops its escalation for all who were told; a second time changes nothing.
    """
    return Call(
        "alerts_answer",
        "POST",
        ("/api/v1/alerts/mine/{alert_id}/answer", {"alert_id": alert_id}),
        "json",
        query={"language": language, "world": world},
    )


def alerts_channels() -> Call[list[models.ChannelTold]]:
    """The ways by which alerts leave: on or off, what waits, what failed."""
    return Call("alerts_channels", "GET", "/api/v1/alerts/channels", "json")


def alerts_late(*, world: str | None = None) -> Call[models.Late]:
    """The red list: what has not happened in time.

    By the clocks of `alerts/clocks.yaml`, within the own territories.
    """
    return Call("alerts_late", "GET", "/api/v1/alerts/late", "json", query={"world": world})


def alerts_message(message_id: int, *, world: str | None = None) -> Call[models.MessageWhole]:
    """One message: its words, each try, who answered."""
    return Call(
        "alerts_message",
        "GET",
        ("/api/v1/alerts/messages/{message_id}", {"message_id": message_id}),
        "json",
        query={"world": world},
    )


def alerts_messages(
    *,
    state: models.DeliveryState | None = None,
    channel: str | None = None,
    fire: str | None = None,
    before: int | None = None,
    limit: int | None = None,
    world: str | None = None,
) -> Call[models.Messages]:
    """All messages and what became of them, the newest first.

    About what the asker may see. Addresses are shown in part.
    """
    return Call(
        "alerts_messages",
        "GET",
        "/api/v1/alerts/messages",
        "json",
        query={
            "state": state,
            "channel": channel,
            "fire": fire,
            "before": before,
            "limit": limit,
            "world": world,
        },
    )


def alerts_mine(
    *,
    language: Literal["ru", "en"] | None = None,
    limit: int | None = None,
    world: str | None = None,
    cursor: str | None = None,
) -> Call[models.Inbox]:
    """What I was told, the newest first.

    Only what is addressed to whoever asks. `waiting`: how many want an answer.
    """
    return Call(
        "alerts_mine",
        "GET",
        "/api/v1/alerts/mine",
        "json",
        query={"language": language, "limit": limit, "world": world, "cursor": cursor},
    )


def alerts_push(body: models.Agree) -> Call[models.Browsers]:
    """Let alerts wake this browser.

    Its push service is called like any address of others: public and by https.
    """
    return Call("alerts_push", "POST", "/api/v1/alerts/push", "json", json=body)


def alerts_push_end(body: models.TakeBack) -> Call[models.Browsers]:
    """Let them wake it no more."""
    return Call("alerts_push_end", "POST", "/api/v1/alerts/push/end", "json", json=body)


def alerts_push_key() -> Call[models.PushKey]:
    """The key with which a browser subscribes to Web Push."""
    return Call("alerts_push_key", "GET", "/api/v1/alerts/push", "json")


def alerts_reply(
    gateway: str,
    body: dict[str, Any],
    *,
    from_: str | None = None,
    text: str | None = None,
    x_sylvan_secret: str | None = None,
) -> Call[models.ReplyTaken]:
    """A reply by SMS came back.

    For gateways of `alerts/channels.yaml`, with their secret, in the address or as JSON. What
    it does is told: `answered`, `already`, or why it counts for nothing.
    """
    return Call(
        "alerts_reply",
        "POST",
        ("/api/v1/alerts/replies/{gateway}", {"gateway": gateway}),
        "json",
        query={"from": from_, "text": text},
        headers={"X-Sylvan-Secret": x_sylvan_secret},
        json=body,
    )


def alerts_reply_mail(
    gateway: str, body: bytes, *, x_sylvan_secret: str | None = None
) -> Call[models.ReplyTaken]:
    """A reply by mail came back.

    The mail as it was received, whole; it has to name ours and come from its reader.
    """
    return Call(
        "alerts_reply_mail",
        "POST",
        ("/api/v1/alerts/replies/{gateway}/mail", {"gateway": gateway}),
        "json",
        headers={"X-Sylvan-Secret": x_sylvan_secret},
        content=body,
    )


def alerts_rules(*, world: str | None = None) -> Call[models.Rules]:
    """The rules in force, and what each told within a day.

    `faults`: what is wrong in newer files, which are not used until it is mended.
    """
    return Call("alerts_rules", "GET", "/api/v1/alerts/rules", "json", query={"world": world})


def alerts_subscribe(body: models.Subscribe) -> Call[models.Subscribed]:
    """Ask to be told of a place, a thing or a territory.

    It opens nothing: one is told only of what role and territories show anyway.
    """
    return Call("alerts_subscribe", "POST", "/api/v1/alerts/subscriptions", "json", json=body)


def alerts_subscriptions() -> Call[list[models.Subscribed]]:
    """What I asked to be told of."""
    return Call("alerts_subscriptions", "GET", "/api/v1/alerts/subscriptions", "json")


def alerts_tried(body: models.TryRule, *, world: str | None = None) -> Call[models.Tried]:
    """What a rule would have told over a past time.

    Takes a file of rules as text and sends nothing. The desk's own engine reads the same
    events; people, contacts and subscriptions are those of today.
    """
    return Call(
        "alerts_tried", "POST", "/api/v1/alerts/try", "json", query={"world": world}, json=body
    )


def alerts_unsubscribe(subscription_id: str) -> Call[models.Unsubscribed]:
    """End one of the own."""
    return Call(
        "alerts_unsubscribe",
        "DELETE",
        ("/api/v1/alerts/subscriptions/{subscription_id}", {"subscription_id": subscription_id}),
        "json",
    )


def assets_batch(
    body: models.AssetBatchIn,
    *,
    world: str | None = None,
    repair: bool | None = None,
    all_or_nothing: bool | None = None,
    retire_missing: bool | None = None,
    dry_run: bool | None = None,
    plan: str | None = None,
) -> Call[models.AssetBatch]:
    """Many things at once, known by `external_id`."""
    return Call(
        "assets_batch",
        "POST",
        "/api/v1/assets/batch",
        "json",
        query={
            "world": world,
            "repair": repair,
            "all_or_nothing": all_or_nothing,
            "retire_missing": retire_missing,
            "dry_run": dry_run,
            "plan": plan,
        },
        json=body,
    )


def assets_batches(
    *, limit: int | None = None, world: str | None = None
) -> Call[list[models.AssetBatchLine]]:
    """Your batches, newest first."""
    return Call(
        "assets_batches",
        "GET",
        "/api/v1/assets/batches",
        "json",
        query={"limit": limit, "world": world},
    )


def assets_create(
    body: models.AssetIn,
    *,
    repair: bool | None = None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Asset]:
    """A thing of your own.

    Fires around it are yours to see within seconds. A geometry that can be mended is refused
    with the mended one in `repaired`; `repair=true` agrees to it.
    """
    return Call(
        "assets_create",
        "POST",
        "/api/v1/assets",
        "json",
        query={"repair": repair, "world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def assets_edit(
    asset_id: str,
    body: models.AssetEdit,
    *,
    if_match: str | None,
    repair: bool | None = None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Asset]:
    """Change a thing."""
    return Call(
        "assets_edit",
        "PATCH",
        ("/api/v1/assets/{asset_id}", {"asset_id": asset_id}),
        "json",
        query={"repair": repair, "world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def assets_listed(
    *,
    retired: bool | None = None,
    after: str | None = None,
    limit: int | None = None,
    world: str | None = None,
    bbox: str | None = None,
) -> Call[models.FeatureCollection]:
    """Things that partners own: your own, or those in your territory."""
    return Call(
        "assets_listed",
        "GET",
        "/api/v1/assets",
        "json",
        query={"retired": retired, "after": after, "limit": limit, "world": world, "bbox": bbox},
    )


def assets_one(asset_id: str, *, world: str | None = None) -> Call[models.AssetDetail]:
    """One thing."""
    return Call(
        "assets_one",
        "GET",
        ("/api/v1/assets/{asset_id}", {"asset_id": asset_id}),
        "json",
        query={"world": world},
    )


def assets_retire(
    asset_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Asset]:
    """A thing that is no more."""
    return Call(
        "assets_retire",
        "POST",
        ("/api/v1/assets/{asset_id}/retire", {"asset_id": asset_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def assets_terms(*, world: str | None = None) -> Call[models.AssetTerms]:
    """What a file may hold, and how much of it is yours already."""
    return Call("assets_terms", "GET", "/api/v1/assets/terms", "json", query={"world": world})


def assets_threats(asset_id: str, *, world: str | None = None) -> Call[models.AssetThreats]:
    """Fires near a thing: how far, whereabouts, by when, and why it is told."""
    return Call(
        "assets_threats",
        "GET",
        ("/api/v1/assets/{asset_id}/threats", {"asset_id": asset_id}),
        "json",
        query={"world": world},
    )


def assets_undo(batch_id: str, *, world: str | None = None) -> Call[models.AssetUndone]:
    """Take a batch back.

    Refused where something of it has changed since. It is a batch of its own.
    """
    return Call(
        "assets_undo",
        "POST",
        ("/api/v1/assets/batches/{batch_id}/undo", {"batch_id": batch_id}),
        "json",
        query={"world": world},
    )


def assets_upload(
    body: bytes,
    *,
    name: str,
    kind: Literal["partner_asset", "power_line", "pipeline", "road", "tower", "airstrip", "farm"]
    | None = None,
    watch_km: float | None = None,
    alarm_km: float | None = None,
    world: str | None = None,
    repair: bool | None = None,
    all_or_nothing: bool | None = None,
    retire_missing: bool | None = None,
    dry_run: bool | None = None,
    plan: str | None = None,
) -> Call[models.AssetBatch]:
    """Things of a file.

    GeoJSON, CSV (columns lon, lat or wkt), KML, KMZ, GPX, GeoPackage, zipped shapefile. Each
    row is created, changed or refused by line and reason. `dry_run=true` tells it, with shapes
    to draw, and keeps nothing; the same file with its `plan` then does just that.
    """
    return Call(
        "assets_upload",
        "POST",
        "/api/v1/assets/file",
        "json",
        query={
            "name": name,
            "kind": kind,
            "watch_km": watch_km,
            "alarm_km": alarm_km,
            "world": world,
            "repair": repair,
            "all_or_nothing": all_or_nothing,
            "retire_missing": retire_missing,
            "dry_run": dry_run,
            "plan": plan,
        },
        content=body,
    )


def audit_export(
    *,
    world: str | None = None,
    subject: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[str]:
    """The same as a table.

    The newest 100,000 rows at most; taking it away is on record too.
    """
    return Call(
        "audit_export",
        "GET",
        "/api/v1/audit/export.csv",
        "text",
        query={
            "world": world,
            "subject": subject,
            "actor": actor,
            "action": action,
            "until": until,
            "since": since,
        },
    )


def audit_listed(
    *,
    limit: int | None = None,
    world: str | None = None,
    subject: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    until: str | None = None,
    since: str | None = None,
    cursor: str | None = None,
) -> Call[models.AuditPage]:
    """Who did, saw and took away what, newest first.

    Rows of the world and of none (signing in), by the time of recording.
    """
    return Call(
        "audit_listed",
        "GET",
        "/api/v1/audit",
        "json",
        query={
            "limit": limit,
            "world": world,
            "subject": subject,
            "actor": actor,
            "action": action,
            "until": until,
            "since": since,
            "cursor": cursor,
        },
    )


def audit_verified(*, world: str | None = None) -> Call[models.ChainTold]:
    """How far the chain goes, and the last signed checkpoint.

    Each row's hash is SHA-256 of the hash before it and the row in RFC 8785 JSON. Keep
    checkpoints elsewhere: `sylvan audit verify --checkpoint` holds the audit against them.
    """
    return Call("audit_verified", "GET", "/api/v1/audit/chain", "json", query={"world": world})


def board_bulletin(
    *, language: Literal["ru", "en"] | None = None, world: str | None = None
) -> Call[models.BulletinDraft]:
    """Today's morning bulletin, before it is issued.

    As `POST /documents` would issue it now for the reader's territories.
    """
    return Call(
        "board_bulletin",
        "GET",
        "/api/v1/board/bulletin",
        "json",
        query={"language": language, "world": world},
    )


def board_looked(body: models.Looked, *, world: str | None = None) -> Call[models.BoardSince]:
    """Say up to when the board was seen.

    An earlier moment takes the word back. With `leaving` it counts a quarter of an hour later,
    so that a reload loses nothing.
    """
    return Call(
        "board_looked", "POST", "/api/v1/board/looked", "json", query={"world": world}, json=body
    )


def board_read(
    *, territory: str | None = None, world: str | None = None, since: str | None = None
) -> Call[models.BoardTold]:
    """A territory on one page.

    What burns, what is threatened and by when, what is asked of the reader, what changed since
    he looked last, forces, danger tomorrow. Fires close to the border are listed and do not
    count. `since` goes on from a moment instead of the last look, a month at most.
    """
    return Call(
        "board_read",
        "GET",
        "/api/v1/board",
        "json",
        query={"territory": territory, "world": world, "since": since},
    )


def board_seasons(
    *, territory: str | None = None, world: str | None = None
) -> Call[models.SeasonsTold]:
    """This year beside earlier ones.

    From the world that is shown and from archives, and from nothing else.
    """
    return Call(
        "board_seasons",
        "GET",
        "/api/v1/board/seasons",
        "json",
        query={"territory": territory, "world": world},
    )


def cap_listed(
    *,
    before: int | None = None,
    limit: int | None = None,
    theme: Literal["fire", "regime", "danger"] | None = None,
    world: str | None = None,
) -> Call[models.CapMessages]:
    """What was told by CAP, the newest first.

    Of the own world and territories. `next` of an answer is `before` of the next.
    """
    return Call(
        "cap_listed",
        "GET",
        "/api/v1/cap/messages",
        "json",
        query={"before": before, "limit": limit, "theme": theme, "world": world},
    )


def cap_one(identifier: str, *, world: str | None = None) -> Call[bytes]:
    """One message as it was sent."""
    return Call(
        "cap_one",
        "GET",
        ("/api/v1/cap/messages/{identifier}.xml", {"identifier": identifier}),
        "bytes",
        query={"world": world},
    )


def cap_take(body: bytes, *, world: str | None = None) -> Call[models.CapTaken]:
    """Take in an alert of another system.

    One CAP 1.2 message. About fire and meant, it becomes a report in the queue; an Update says
    that report better, a Cancel is told in it. Sent again, it changes nothing. Every fault is
    named by element and line. Where the sender's certificate is pinned, the message must be
    signed with it.
    """
    return Call("cap_take", "POST", "/api/v1/cap", "json", query={"world": world}, content=body)


def control_cancel(
    decision_id: str,
    body: models.Cancel,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.DecisionTold]:
    """Another decision ends it.

    Fires that no other decision covers are fought again.
    """
    return Call(
        "control_cancel",
        "POST",
        ("/api/v1/control-decisions/{decision_id}/cancel", {"decision_id": decision_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def control_decide(
    body: models.Decide, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.DecisionTold]:
    """Take down a decision of the commission.

    The work on the fires that it names is suspended with it; they must burn in the control
    zone, and nobody may be threatened. The file is a PDF or a picture.
    """
    return Call(
        "control_decide",
        "POST",
        "/api/v1/control-decisions",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def control_file(file_id: str, *, world: str | None = None) -> Call[bytes]:
    """The file of an act."""
    return Call(
        "control_file",
        "GET",
        ("/api/v1/act-files/{file_id}", {"file_id": file_id}),
        "bytes",
        query={"world": world},
    )


def control_listed(*, world: str | None = None) -> Call[list[models.DecisionTold]]:
    """Decisions about the control zone, the newest first."""
    return Call(
        "control_listed", "GET", "/api/v1/control-decisions", "json", query={"world": world}
    )


def control_of_fire(fire_id: str, *, world: str | None = None) -> Call[models.FireControl]:
    """What is decided about a fire.

    That a fire of the control zone has no decision is said as well.
    """
    return Call(
        "control_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/control", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def danger_geotiff(day: str, *, v: str | None = None, world: str | None = None) -> Call[bytes]:
    """A day's raster as Cloud-Optimised GeoTIFF.

    EPSG:3857; bands: class, КППО, FFMC, DMC, DC, ISI, BUI, FWI, km to the nearest place.
    Answers ranges.
    """
    return Call(
        "danger_geotiff",
        "GET",
        ("/api/v1/danger/{day}.tif", {"day": day}),
        "bytes",
        query={"v": v, "world": world},
    )


def danger_history(
    code: str, *, days: int | None = None, world: str | None = None
) -> Call[models.PlaceHistory]:
    """Days of one place.

    Oldest first; the days to come are among them.
    """
    return Call(
        "danger_history",
        "GET",
        ("/api/v1/danger/places/{code}", {"code": code}),
        "json",
        query={"days": days, "world": world},
    )


def danger_overview(*, world: str | None = None) -> Call[models.Danger]:
    """Today and the days to come.

    Days with maps, classes with what follows from them, age of the weather.
    """
    return Call("danger_overview", "GET", "/api/v1/danger", "json", query={"world": world})


def danger_picture(day: str, *, v: str | None = None, world: str | None = None) -> Call[bytes]:
    """A day's classes as a picture.

    In EPSG:3857, a cell a pixel; its corners stand in `/danger`.
    """
    return Call(
        "danger_picture",
        "GET",
        ("/api/v1/danger/{day}.png", {"day": day}),
        "bytes",
        query={"v": v, "world": world},
    )


def danger_places(
    *, day: str | None = None, world: str | None = None, bbox: str | None = None
) -> Call[models.FeatureCollection]:
    """Values of stations and nodes on a day."""
    return Call(
        "danger_places",
        "GET",
        "/api/v1/danger/places",
        "json",
        query={"day": day, "world": world, "bbox": bbox},
    )


def danger_take(
    body: bytes, *, name: str, feed: str | None = None, world: str | None = None
) -> Call[models.TakenWeather]:
    """Take in weather.

    A station table (CSV), a grid (GRIB or NetCDF) or a forecast API's answer; measured or, with
    its issue, forecast. Bad rows are told by line and field, the rest goes in.
    """
    return Call(
        "danger_take",
        "POST",
        "/api/v1/weather",
        "json",
        query={"name": name, "feed": feed, "world": world},
        content=body,
    )


def documents_file(
    document_id: str, *, format: models.Format, world: str | None = None
) -> Call[bytes]:
    """A file as it was issued."""
    return Call(
        "documents_file",
        "GET",
        ("/api/v1/documents/{document_id}/file", {"document_id": document_id}),
        "bytes",
        query={"format": format, "world": world},
    )


def documents_issue(
    body: models.IssueDocument, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.DocumentTold]:
    """Issue a document, or the next version of one.

    What was issued keeps its bytes. A correction needs a reason and tells what differs; where
    nothing does, none is issued. Figures are those of `/figures`; a rate or a stamp that is not
    known is printed as missing.
    """
    return Call(
        "documents_issue",
        "POST",
        "/api/v1/documents",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def documents_listed(
    *,
    kind: models.DocumentKind | None = None,
    fire_id: str | None = None,
    limit: int | None = None,
    world: str | None = None,
    cursor: str | None = None,
) -> Call[models.DocumentPage]:
    """Documents that were issued, newest first."""
    return Call(
        "documents_listed",
        "GET",
        "/api/v1/documents",
        "json",
        query={"kind": kind, "fire_id": fire_id, "limit": limit, "world": world, "cursor": cursor},
    )


def documents_one(document_id: str, *, world: str | None = None) -> Call[models.DocumentTold]:
    """A version with all its fields."""
    return Call(
        "documents_one",
        "GET",
        ("/api/v1/documents/{document_id}", {"document_id": document_id}),
        "json",
        query={"world": world},
    )


def documents_templates(*, world: str | None = None) -> Call[list[models.TemplateTold]]:
    """Which templates are in force, and what is wrong with refused ones."""
    return Call(
        "documents_templates", "GET", "/api/v1/documents/templates", "json", query={"world": world}
    )


def drills_begin(body: models.BeginDrill) -> Call[models.DrillTold]:
    """Begin a drill.

    It gets a world of its own, which only participants, whoever leads it and administrators
    enter. Everything that leaves it carries the mark of an exercise.
    """
    return Call("drills_begin", "POST", "/api/v1/drills", "json", json=body)


def drills_choices() -> Call[models.DrillChoices]:
    """Who may take part, and whose days."""
    return Call("drills_choices", "GET", "/api/v1/drills/choices", "json")


def drills_delete(drill_id: str) -> Call[models.DrillDeleted]:
    """Remove a drill that is over, with its world.

    Event log and audit keep what they have: both are append-only.
    """
    return Call(
        "drills_delete", "DELETE", ("/api/v1/drills/{drill_id}", {"drill_id": drill_id}), "json"
    )


def drills_end(drill_id: str) -> Call[models.DrillTold]:
    """End a drill.

    Its clock stands, its world stays to be looked at, the score is kept.
    """
    return Call(
        "drills_end", "POST", ("/api/v1/drills/{drill_id}/end", {"drill_id": drill_id}), "json"
    )


def drills_listed() -> Call[list[models.DrillTold]]:
    """Drills, the newest first.

    All of them for whoever may begin one; for others those that they take part in.
    """
    return Call("drills_listed", "GET", "/api/v1/drills", "json")


def drills_one(drill_id: str) -> Call[models.DrillTold]:
    """One drill."""
    return Call("drills_one", "GET", ("/api/v1/drills/{drill_id}", {"drill_id": drill_id}), "json")


def drills_preview(body: models.PreviewDrill) -> Call[models.DrillPreview]:
    """What a day holds, before it is played."""
    return Call("drills_preview", "POST", "/api/v1/drills/preview", "json", json=body)


def drills_real() -> Call[models.DrillReal]:
    """What of real life waits while one sits in a drill.

    Of the live world: signals, reports, own alarms, calls for help.
    """
    return Call("drills_real", "GET", "/api/v1/drills/real", "json")


def drills_score(drill_id: str) -> Call[models.DrillScore]:
    """How people did: by the duty clocks, and against what really burnt.

    For participants once it is over.
    """
    return Call(
        "drills_score", "GET", ("/api/v1/drills/{drill_id}/score", {"drill_id": drill_id}), "json"
    )


def drills_table(drill_id: str) -> Call[str]:
    """The score as a table."""
    return Call(
        "drills_table",
        "GET",
        ("/api/v1/drills/{drill_id}/score.csv", {"drill_id": drill_id}),
        "text",
    )


def duty_cares(*, world: str | None = None) -> Call[list[models.CareTold]]:
    """Whose signals are whose, and what was put off."""
    return Call("duty_cares", "GET", "/api/v1/duty/cares", "json", query={"world": world})


def duty_free(body: models.Chosen, *, world: str | None = None) -> Call[list[models.CareOutcome]]:
    """Give signals back to the queue."""
    return Call("duty_free", "POST", "/api/v1/duty/free", "json", query={"world": world}, json=body)


def duty_hand(body: models.HandThem, *, world: str | None = None) -> Call[list[models.CareOutcome]]:
    """Give signals to a colleague."""
    return Call("duty_hand", "POST", "/api/v1/duty/hand", "json", query={"world": world}, json=body)


def duty_hand_overs(*, world: str | None = None) -> Call[list[models.HandOverTold]]:
    """Hand-overs, newest first."""
    return Call("duty_hand_overs", "GET", "/api/v1/duty/hand-overs", "json", query={"world": world})


def duty_journal(
    *, cursor: str | None = None, limit: int | None = None, world: str | None = None
) -> Call[models.JournalPage]:
    """The duty journal, newest first.

    What was done, by people and by the system, and what was written down.
    """
    return Call(
        "duty_journal",
        "GET",
        "/api/v1/duty/journal",
        "json",
        query={"cursor": cursor, "limit": limit, "world": world},
    )


def duty_note(
    body: models.WriteLine, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.JournalLine]:
    """Write a line into the journal."""
    return Call(
        "duty_note",
        "POST",
        "/api/v1/duty/journal",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def duty_offer(body: models.OfferShift, *, world: str | None = None) -> Call[models.HandOverTold]:
    """Hand the shift over.

    An own sheet that nobody has signed is taken back.
    """
    return Call(
        "duty_offer", "POST", "/api/v1/duty/hand-overs", "json", query={"world": world}, json=body
    )


def duty_open_items(*, world: str | None = None) -> Call[models.OpenItems]:
    """What is open now, as a hand-over would hold it."""
    return Call("duty_open_items", "GET", "/api/v1/duty/open-items", "json", query={"world": world})


def duty_people(*, world: str | None = None) -> Call[list[models.Officer]]:
    """To whom a signal may be given."""
    return Call("duty_people", "GET", "/api/v1/duty/people", "json", query={"world": world})


def duty_put_off(
    body: models.PutThemOff, *, world: str | None = None
) -> Call[list[models.CareOutcome]]:
    """Take signals out of the queue for a while.

    No disposition: they come back by themselves, in twelve hours at the latest.
    """
    return Call(
        "duty_put_off", "POST", "/api/v1/duty/put-off", "json", query={"world": world}, json=body
    )


def duty_sign(
    sheet_id: str,
    body: models.SignShift,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.HandOverTold]:
    """Take the shift over.

    By somebody else than the one who gives it.
    """
    return Call(
        "duty_sign",
        "POST",
        ("/api/v1/duty/hand-overs/{sheet_id}/sign", {"sheet_id": sheet_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def duty_take(body: models.TakeThem, *, world: str | None = None) -> Call[list[models.CareOutcome]]:
    """Take signals.

    One officer at a time: who else holds one is told, the others are taken. Free after ten
    minutes in which its officer did not take it again.
    """
    return Call("duty_take", "POST", "/api/v1/duty/take", "json", query={"world": world}, json=body)


def duty_withdraw(
    sheet_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.HandOverTold]:
    """Go on with the shift."""
    return Call(
        "duty_withdraw",
        "POST",
        ("/api/v1/duty/hand-overs/{sheet_id}/withdraw", {"sheet_id": sheet_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def edges_give(
    fire_id: str,
    body: models.GiveEdge,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.EdgeChanged]:
    """The edge as it was at a moment: drawn, or walked.

    A polygon replaces the edge. A track whose ends meet is the edge; an open one is the edge
    along its course, closed with the known edge between the places nearest to its ends.
    Detections acquired later extend it, earlier ones do not. The edge of the newest `at` is in
    force; others are kept.
    """
    return Call(
        "edges_give",
        "POST",
        ("/api/v1/fires/{fire_id}/edges", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def edges_give_gpx(
    fire_id: str,
    body: bytes,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.EdgeChanged]:
    """A crew's GPX track as the edge.

    `at` is the time of the last point unless it is told.
    """
    return Call(
        "edges_give_gpx",
        "POST",
        ("/api/v1/fires/{fire_id}/edges/gpx", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        file=body,
    )


def edges_listed(fire_id: str, *, world: str | None = None) -> Call[list[models.PeoplesEdge]]:
    """Edges that people gave a fire, newest first."""
    return Call(
        "edges_listed",
        "GET",
        ("/api/v1/fires/{fire_id}/edges", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def edges_undo(
    edge_id: str,
    body: models.UndoEdge,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.EdgeChanged]:
    """Take an edge back.

    The edge before it decides again, else the satellites. `If-Match` is the edge's version.
    """
    return Call(
        "edges_undo",
        "POST",
        ("/api/v1/edges/{edge_id}/undo", {"edge_id": edge_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def exports_csv(
    code: str,
    *,
    world: str | None = None,
    filter: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[str]:
    """A collection as a table.

    Collections and their properties: `/ogc/collections`. What is not open to the one who asks
    is not in it. Written whole before it is sent; each is on record in the audit.
    """
    return Call(
        "exports_csv",
        "GET",
        ("/api/v1/exports/{code}.csv", {"code": code}),
        "text",
        query={"world": world, "filter": filter, "bbox": bbox, "until": until, "since": since},
    )


def exports_flatgeobuf(
    code: str,
    *,
    world: str | None = None,
    filter: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[bytes]:
    """A collection as FlatGeobuf.

    Collections and their properties: `/ogc/collections`. What is not open to the one who asks
    is not in it. Written whole before it is sent; each is on record in the audit.
    """
    return Call(
        "exports_flatgeobuf",
        "GET",
        ("/api/v1/exports/{code}.fgb", {"code": code}),
        "bytes",
        query={"world": world, "filter": filter, "bbox": bbox, "until": until, "since": since},
    )


def exports_geojson(
    code: str,
    *,
    world: str | None = None,
    filter: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[bytes]:
    """A collection as GeoJSON, a feature a line.

    Collections and their properties: `/ogc/collections`. What is not open to the one who asks
    is not in it. Written whole before it is sent; each is on record in the audit.
    """
    return Call(
        "exports_geojson",
        "GET",
        ("/api/v1/exports/{code}.geojsonl", {"code": code}),
        "bytes",
        query={"world": world, "filter": filter, "bbox": bbox, "until": until, "since": since},
    )


def exports_geopackage(
    code: str,
    *,
    world: str | None = None,
    filter: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[bytes]:
    """A collection as GeoPackage.

    Collections and their properties: `/ogc/collections`. What is not open to the one who asks
    is not in it. Written whole before it is sent; each is on record in the audit.
    """
    return Call(
        "exports_geopackage",
        "GET",
        ("/api/v1/exports/{code}.gpkg", {"code": code}),
        "bytes",
        query={"world": world, "filter": filter, "bbox": bbox, "until": until, "since": since},
    )


def exposure_of_fire(
    fire_id: str, *, world: str | None = None, at: str | None = None
) -> Call[models.FireExposure]:
    """What a fire threatens, its smoke, and why it stands where it does in the queue.

    Distances from the edge and the down-wind sector are told with each change of the fire;
    times to reach follow with its forecast. With `at`, as it was known then. Smoke is a
    screening estimate.
    """
    return Call(
        "exposure_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/exposure", {"fire_id": fire_id}),
        "json",
        query={"world": world, "at": at},
    )


def exposure_threatening(
    *,
    layer: str | None = None,
    code: str | None = None,
    kind: str | None = None,
    limit: int | None = None,
    world: str | None = None,
) -> Call[list[models.Threat]]:
    """Which fires threaten a thing, soonest reached and nearest first.

    `layer` and `code` name one thing; `kind` all of a kind. Fires that are out, rejected or
    handed over threaten nothing.
    """
    return Call(
        "exposure_threatening",
        "GET",
        "/api/v1/exposure",
        "json",
        query={"layer": layer, "code": code, "kind": kind, "limit": limit, "world": world},
    )


def feeds_take(
    body: bytes, *, name: str, feed: str | None = None, world: str | None = None
) -> Call[models.Taken]:
    """Take in one hotspot file.

    Any format that `sylvan ingest` takes. Sent again, its rows are duplicates. A feed that is
    held back takes nothing (409): keep the file and send it again.
    """
    return Call(
        "feeds_take",
        "POST",
        "/api/v1/ingest",
        "json",
        query={"name": name, "feed": feed, "world": world},
        content=body,
    )


def field_area(
    *, lon: float, lat: float, km: float | None = None, world: str | None = None
) -> Call[models.FieldArea]:
    """Fires with their edges, and settlements, around a place."""
    return Call(
        "field_area",
        "GET",
        "/api/v1/field/area",
        "json",
        query={"lon": lon, "lat": lat, "km": km, "world": world},
    )


def field_end_sos(
    call_id: str,
    body: models.SosEnded,
    *,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.SosTold]:
    """A call for help is over.

    By the crew or a dispatcher; words say why. Crews near are told.
    """
    return Call(
        "field_end_sos",
        "POST",
        ("/api/v1/field/sos/{call_id}/end", {"call_id": call_id}),
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def field_sos(body: models.SosAsked, *, world: str | None = None) -> Call[models.SosTold]:
    """A crew calls for help.

    Repeated under the same id until `seen`: dispatchers get a notice of the highest grade,
    crews at the same fire and within 30 km are told as well. A repetition moves the place.
    """
    return Call("field_sos", "POST", "/api/v1/field/sos", "json", query={"world": world}, json=body)


def field_sync(body: models.SyncAsked, *, world: str | None = None) -> Call[models.Synced]:
    """What a phone kept while it had no link.

    At most 50 things, carried out in their order, each with its own key and answer; one that is
    refused stops nothing. Moments ahead of now count as now. Photos go before, in pieces, to
    `/uploads`.
    """
    return Call(
        "field_sync", "POST", "/api/v1/field/sync", "json", query={"world": world}, json=body
    )


def field_task(
    *, unit: str, world: str | None = None, if_none_match: str | None = None
) -> Call[models.FieldTask]:
    """What one unit has to know now.

    Order, fire, way, who leads, when to call in, warnings. With the `ETag` of the last answer
    in `If-None-Match` an unchanged task costs no bytes (304); the time is in `Date`.
    """
    return Call(
        "field_task",
        "GET",
        "/api/v1/field/task",
        "json",
        query={"unit": unit, "world": world},
        headers={"If-None-Match": if_none_match},
    )


def figures_definitions(*, world: str | None = None) -> Call[models.DefinitionsTold]:
    """What each figure means.

    As `alerts/figures.yaml` of this installation has it.
    """
    return Call(
        "figures_definitions", "GET", "/api/v1/figures/definitions", "json", query={"world": world}
    )


def figures_overview(
    *,
    world: str | None = None,
    since: str | None = None,
    until: str | None = None,
    municipality: str | None = None,
    zone: str | None = None,
    source: str | None = None,
) -> Call[models.FiguresTold]:
    """All figures of a span of reporting days.

    Beside the same number of days before and the same days a year ago; by municipality, zone
    and first source. What lies outside the own territories does not count. What lacks a stamp
    is told as missing and never put in.
    """
    return Call(
        "figures_overview",
        "GET",
        "/api/v1/figures",
        "json",
        query={
            "world": world,
            "since": since,
            "until": until,
            "municipality": municipality,
            "zone": zone,
            "source": source,
        },
    )


def figures_table(
    *,
    world: str | None = None,
    since: str | None = None,
    until: str | None = None,
    municipality: str | None = None,
    zone: str | None = None,
    source: str | None = None,
) -> Call[str]:
    """All figures as a table."""
    return Call(
        "figures_table",
        "GET",
        "/api/v1/figures/export.csv",
        "text",
        query={
            "world": world,
            "since": since,
            "until": until,
            "municipality": municipality,
            "zone": zone,
            "source": source,
        },
    )


def figures_things(
    code: str,
    *,
    state: models.ModelState | None = None,
    good: bool | None = None,
    world: str | None = None,
    since: str | None = None,
    until: str | None = None,
    municipality: str | None = None,
    zone: str | None = None,
    source: str | None = None,
) -> Call[models.ThingsTold]:
    """The fires and reports behind a number.

    At most 2,000 of them, the oldest first; `total` tells how many there are.
    """
    return Call(
        "figures_things",
        "GET",
        ("/api/v1/figures/{code}/things", {"code": code}),
        "json",
        query={
            "state": state,
            "good": good,
            "world": world,
            "since": since,
            "until": until,
            "municipality": municipality,
            "zone": zone,
            "source": source,
        },
    )


def figures_trend(
    code: str,
    *,
    step: models.DaysStep | None = None,
    years: int | None = None,
    world: str | None = None,
    since: str | None = None,
    until: str | None = None,
    municipality: str | None = None,
    zone: str | None = None,
    source: str | None = None,
) -> Call[models.TrendTold]:
    """A figure period by period, and the same periods of earlier years."""
    return Call(
        "figures_trend",
        "GET",
        ("/api/v1/figures/{code}/trend", {"code": code}),
        "json",
        query={
            "step": step,
            "years": years,
            "world": world,
            "since": since,
            "until": until,
            "municipality": municipality,
            "zone": zone,
            "source": source,
        },
    )


def figures_workbook(
    *,
    world: str | None = None,
    since: str | None = None,
    until: str | None = None,
    municipality: str | None = None,
    zone: str | None = None,
    source: str | None = None,
) -> Call[bytes]:
    """All figures and their definitions."""
    return Call(
        "figures_workbook",
        "GET",
        "/api/v1/figures/export.xlsx",
        "bytes",
        query={
            "world": world,
            "since": since,
            "until": until,
            "municipality": municipality,
            "zone": zone,
            "source": source,
        },
    )


def fires_as_of(
    *, at: str, known: Literal["then", "now"] | None = None, world: str | None = None
) -> Call[list[models.FireSummary]]:
    """All fires as they stood at a moment of the world's clock.

    With `known=now` the same moment as it is known today: with data that came late, in today's
    numbers, without what was rejected or merged since. Area and edge are those of the newest
    version whose data end by that moment.
    """
    return Call(
        "fires_as_of",
        "GET",
        "/api/v1/fires/as-of",
        "json",
        query={"known": known, "world": world, "at": at},
    )


def fires_detections(
    fire_id: str, *, limit: int | None = None, world: str | None = None
) -> Call[models.FeatureCollection]:
    """The detections of one fire, newest first."""
    return Call(
        "fires_detections",
        "GET",
        ("/api/v1/fires/{fire_id}/detections", {"fire_id": fire_id}),
        "json",
        query={"limit": limit, "world": world},
    )


def fires_explanation(fire_id: str, *, world: str | None = None) -> Call[models.Explanation]:
    """Why it is one fire, what its last pass changed, how likely it is.

    Computed from all its detections as they are known now; every text is a code.
    """
    return Call(
        "fires_explanation",
        "GET",
        ("/api/v1/fires/{fire_id}/explanation", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def fires_listed(
    *,
    status: list[models.LifecycleStatus] | None = None,
    limit: int | None = None,
    edges: bool | None = None,
    world: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
    cursor: str | None = None,
) -> Call[models.FeatureCollection]:
    """Fires, newest sight first.

    Points by default; `edges=true` puts each fire's edge in its geometry. A fire that is seen
    again while you page moves to the front; for a picture without gaps take the snapshot and
    follow the live channel.
    """
    return Call(
        "fires_listed",
        "GET",
        "/api/v1/fires",
        "json",
        query={
            "status": status,
            "limit": limit,
            "edges": edges,
            "world": world,
            "bbox": bbox,
            "until": until,
            "since": since,
            "cursor": cursor,
        },
    )


def fires_log(
    fire_id: str, *, limit: int | None = None, world: str | None = None
) -> Call[list[models.LogEntry]]:
    """What happened to a fire, newest first."""
    return Call(
        "fires_log",
        "GET",
        ("/api/v1/fires/{fire_id}/log", {"fire_id": fire_id}),
        "json",
        query={"limit": limit, "world": world},
    )


def fires_one(
    fire_id: str,
    *,
    known: Literal["then", "now"] | None = None,
    world: str | None = None,
    at: str | None = None,
) -> Call[models.FireDetail]:
    """One fire with its edge, now or as it was known at a moment.

    An id that was merged away answers with the fire that it became. With `at`, the fire as the
    log knew it then: same fields, its edge of then, its version of then as ETag. With
    `known=now` as well: that moment as it is known today.
    """
    return Call(
        "fires_one",
        "GET",
        ("/api/v1/fires/{fire_id}", {"fire_id": fire_id}),
        "json",
        query={"known": known, "world": world, "at": at},
    )


def fires_register(
    fire_id: str,
    body: models.RegisterFire,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Register: it gets its number."""
    return Call(
        "fires_register",
        "POST",
        ("/api/v1/fires/{fire_id}/register", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def fires_reject(
    fire_id: str,
    body: models.RejectFire,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Reject, with a reason of the list."""
    return Call(
        "fires_reject",
        "POST",
        ("/api/v1/fires/{fire_id}/reject", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def fires_shown(fire_id: str, *, world: str | None = None) -> Call[models.Ok]:
    """A dispatcher has it on the screen.

    Only the first time counts, so it needs neither version nor key.
    """
    return Call(
        "fires_shown",
        "POST",
        ("/api/v1/fires/{fire_id}/shown", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def fires_status(
    fire_id: str,
    body: models.ChangeStatus,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """The next step in its life.

    Possible steps and the facts that each needs stand in the configuration.
    """
    return Call(
        "fires_status",
        "POST",
        ("/api/v1/fires/{fire_id}/status", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_create_station(
    body: models.NewStation, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.StationChanged]:
    """A base.

    One in a lake or far outside the region is taken, with a remark.
    """
    return Call(
        "forces_create_station",
        "POST",
        "/api/v1/forces/stations",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_create_unit(
    body: models.NewUnit, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.UnitChanged]:
    """A unit.

    Aircraft without range and crews without people are refused.
    """
    return Call(
        "forces_create_unit",
        "POST",
        "/api/v1/forces/units",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_edit_station(
    station_id: str,
    body: models.EditStation,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.StationChanged]:
    """Edit a base."""
    return Call(
        "forces_edit_station",
        "PATCH",
        ("/api/v1/forces/stations/{station_id}", {"station_id": station_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_edit_unit(
    unit_id: str,
    body: models.EditUnit,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.UnitChanged]:
    """Edit a unit."""
    return Call(
        "forces_edit_unit",
        "PATCH",
        ("/api/v1/forces/units/{unit_id}", {"unit_id": unit_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_retire_station(
    station_id: str,
    body: models.Retire,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.StationChanged]:
    """A base that is no more.

    Refused while units are based there; its history stays.
    """
    return Call(
        "forces_retire_station",
        "POST",
        ("/api/v1/forces/stations/{station_id}/retire", {"station_id": station_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_retire_unit(
    unit_id: str,
    body: models.Retire,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.UnitChanged]:
    """A unit that is no more.

    Refused while it is at work; its history stays.
    """
    return Call(
        "forces_retire_unit",
        "POST",
        ("/api/v1/forces/units/{unit_id}/retire", {"unit_id": unit_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_rules() -> Call[models.Norms]:
    """Norms by kind of unit."""
    return Call("forces_rules", "GET", "/api/v1/forces/rules", "json")


def forces_station(station_id: str, *, world: str | None = None) -> Call[models.StationDetail]:
    """One base with its units."""
    return Call(
        "forces_station",
        "GET",
        ("/api/v1/forces/stations/{station_id}", {"station_id": station_id}),
        "json",
        query={"world": world},
    )


def forces_station_history(
    station_id: str, *, limit: int | None = None, world: str | None = None
) -> Call[list[models.HistoryEntry]]:
    """Who did what with a base, newest first."""
    return Call(
        "forces_station_history",
        "GET",
        ("/api/v1/forces/stations/{station_id}/history", {"station_id": station_id}),
        "json",
        query={"limit": limit, "world": world},
    )


def forces_stations(
    *,
    kind: list[models.StationKind] | None = None,
    retired: bool | None = None,
    world: str | None = None,
    bbox: str | None = None,
) -> Call[models.FeatureCollection]:
    """Bases, by code."""
    return Call(
        "forces_stations",
        "GET",
        "/api/v1/forces/stations",
        "json",
        query={"kind": kind, "retired": retired, "world": world, "bbox": bbox},
    )


def forces_step(
    unit_id: str,
    body: models.StepUnit,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.UnitChanged]:
    """What a unit does from now on.

    `available → assigned → en_route → at_fire → returning → available`, with rest, off duty and
    out of service beside it. Work and travel run the clock of duty; a unit that is not rested
    may be assigned, and the answer says so.
    """
    return Call(
        "forces_step",
        "POST",
        ("/api/v1/forces/units/{unit_id}/status", {"unit_id": unit_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def forces_table(what: Literal["stations", "units"], *, world: str | None = None) -> Call[str]:
    """Bases or units as a table."""
    return Call(
        "forces_table",
        "GET",
        ("/api/v1/forces/export/{what}.csv", {"what": what}),
        "text",
        query={"world": world},
    )


def forces_take_positions(
    body: list[dict[str, Any]], *, name: str | None = None, world: str | None = None
) -> Call[models.TakenPositions]:
    """Take in positions of units.

    JSON, GeoJSON points or CSV with `unit,at,lon,lat`, at most 20,000 rows. Late and repeated
    reports are fine in any order; unknown units and bad rows are told by line, the rest goes
    in.
    """
    return Call(
        "forces_take_positions",
        "POST",
        "/api/v1/forces/positions",
        "json",
        query={"name": name, "world": world},
        json=body,
    )


def forces_take_register(
    body: bytes, *, name: str, check: bool | None = None, world: str | None = None
) -> Call[models.TakenRegister]:
    """Take in the register from a file, whole or not at all.

    A workbook with bases and units, or CSV of one of them, as `export` gives them. Anything
    wrong is told by sheet, line and field, and nothing is stored; taken in again it changes
    what changed in it.
    """
    return Call(
        "forces_take_register",
        "POST",
        "/api/v1/forces/import",
        "json",
        query={"name": name, "check": check, "world": world},
        content=body,
    )


def forces_track(
    unit_id: str,
    *,
    limit: int | None = None,
    world: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[list[models.Track]]:
    """Where a unit was, newest first."""
    return Call(
        "forces_track",
        "GET",
        ("/api/v1/forces/units/{unit_id}/track", {"unit_id": unit_id}),
        "json",
        query={"limit": limit, "world": world, "until": until, "since": since},
    )


def forces_unit(unit_id: str, *, world: str | None = None) -> Call[models.UnitDetail]:
    """One unit with all its figures."""
    return Call(
        "forces_unit",
        "GET",
        ("/api/v1/forces/units/{unit_id}", {"unit_id": unit_id}),
        "json",
        query={"world": world},
    )


def forces_unit_history(
    unit_id: str, *, limit: int | None = None, world: str | None = None
) -> Call[list[models.HistoryEntry]]:
    """Who did what with a unit, newest first.

    Edits, steps, files and the steps of its orders, each with who and when.
    """
    return Call(
        "forces_unit_history",
        "GET",
        ("/api/v1/forces/units/{unit_id}/history", {"unit_id": unit_id}),
        "json",
        query={"limit": limit, "world": world},
    )


def forces_unit_log(
    unit_id: str, *, limit: int | None = None, world: str | None = None
) -> Call[list[models.LogEntry]]:
    """What was told of a unit, newest first."""
    return Call(
        "forces_unit_log",
        "GET",
        ("/api/v1/forces/units/{unit_id}/log", {"unit_id": unit_id}),
        "json",
        query={"limit": limit, "world": world},
    )


def forces_units(
    *,
    kind: list[models.UnitKind] | None = None,
    status: list[models.StatusStatus] | None = None,
    station: str | None = None,
    fire: str | None = None,
    retired: bool | None = None,
    world: str | None = None,
) -> Call[list[models.UnitSummary]]:
    """Units: what they do, where they are, how long they may work."""
    return Call(
        "forces_units",
        "GET",
        "/api/v1/forces/units",
        "json",
        query={
            "kind": kind,
            "status": status,
            "station": station,
            "fire": fire,
            "retired": retired,
            "world": world,
        },
    )


def forces_workbook(*, world: str | None = None) -> Call[bytes]:
    """The register as a workbook."""
    return Call(
        "forces_workbook", "GET", "/api/v1/forces/export.xlsx", "bytes", query={"world": world}
    )


def forecasts_at_place(
    body: models.AskForecast, *, world: str | None = None
) -> Call[models.ForecastCollection]:
    """Where a fire would be that began at a place.

    Computed while you wait, for some seconds; kept nowhere. Few at a time: 503 asks you to come
    again.
    """
    return Call(
        "forecasts_at_place", "POST", "/api/v1/forecasts", "json", query={"world": world}, json=body
    )


def forecasts_listed(
    *, hour: int | None = None, world: str | None = None, bbox: str | None = None
) -> Call[models.FeatureCollection]:
    """Contours of one hour of all fires that burn."""
    return Call(
        "forecasts_listed",
        "GET",
        "/api/v1/forecasts",
        "json",
        query={"hour": hour, "world": world, "bbox": bbox},
    )


def forecasts_of_fire(
    fire_id: str, *, world: str | None = None, at: str | None = None
) -> Call[models.FireForecast]:
    """Where a fire's edge will be.

    Contours of 10, 50 and 90 % probability for each hour. Made anew after each pass that
    changes the fire and every few hours; `forecast.at` says how old it is, `forecast.reasons`
    what was assumed. With `at`, the forecast as it was known then; earlier ones keep the
    contours of 1, 3, 6, 12 and 24 h.
    """
    return Call(
        "forecasts_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/forecast", {"fire_id": fire_id}),
        "json",
        query={"world": world, "at": at},
    )


def health_overview() -> Call[models.Overview]:
    """Each part's state, and what still works.

    Answers without a database too. `rung`: `whole`, `feeds_late` (the map says how old its data
    are), `read_only` (what is stored is shown), `no_live` (screens ask by themselves). That it
    is `offline` a screen finds out by itself.
    """
    return Call("health_overview", "GET", "/api/v1/health", "json")


def heat_create(
    body: models.NewHeatSource, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.HeatChanged]:
    """A place that burns by trade.

    A dispatcher's counts at once; a partner's is proposed until it is confirmed.
    """
    return Call(
        "heat_create",
        "POST",
        "/api/v1/heat-sources",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def heat_listed(
    *,
    state: list[models.HeatState] | None = None,
    limit: int | None = None,
    world: str | None = None,
    bbox: str | None = None,
) -> Call[models.FeatureCollection]:
    """Places that burn by trade, the surest first."""
    return Call(
        "heat_listed",
        "GET",
        "/api/v1/heat-sources",
        "json",
        query={"state": state, "limit": limit, "world": world, "bbox": bbox},
    )


def heat_one(source_id: str, *, world: str | None = None) -> Call[models.HeatDetail]:
    """One source with its evidence."""
    return Call(
        "heat_one",
        "GET",
        ("/api/v1/heat-sources/{source_id}", {"source_id": source_id}),
        "json",
        query={"world": world},
    )


def heat_undo(
    source_id: str,
    body: models.HeatUndo,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.HeatChanged]:
    """Take back the newest word.

    The word before it counts again; where none is left, the answer says who took it.
    """
    return Call(
        "heat_undo",
        "POST",
        ("/api/v1/heat-sources/{source_id}/undo", {"source_id": source_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def heat_verdict(
    source_id: str,
    body: models.HeatVerdict,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.HeatChanged]:
    """Confirm or deny it.

    The newest word counts; every word stays in the evidence.
    """
    return Call(
        "heat_verdict",
        "POST",
        ("/api/v1/heat-sources/{source_id}/verdict", {"source_id": source_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def hub_picture(
    *, region: str | None = None, limit: int | None = None, world: str | None = None
) -> Call[models.HubPicture]:
    """Fires of the country by region.

    As each region told them last, newest word first; ended ones are left out. `age_s` says how
    long ago a region was heard.
    """
    return Call(
        "hub_picture",
        "GET",
        "/api/v1/hub/picture",
        "json",
        query={"region": region, "limit": limit, "world": world},
    )


def hub_sources(*, world: str | None = None) -> Call[models.HubSources]:
    """Which regions are read, and how far.

    `seq` is the number of the region's own log up to which everything is held; what a region
    could not tell any more stands in `holes`.
    """
    return Call("hub_sources", "GET", "/api/v1/hub/sources", "json", query={"world": world})


def keys_limits(key_id: str, body: models.KeyLimits) -> Call[models.KeyTold]:
    """Give a key limits of its own."""
    return Call(
        "keys_limits",
        "POST",
        ("/api/v1/keys/{key_id}/limits", {"key_id": key_id}),
        "json",
        json=body,
    )


def keys_listed() -> Call[list[models.KeyTold]]:
    """All keys, by holder."""
    return Call("keys_listed", "GET", "/api/v1/keys", "json")


def keys_make(body: models.MakeKey) -> Call[models.KeyMade]:
    """Make a key.

    Its secret is told once. A holder has two working keys at most.
    """
    return Call("keys_make", "POST", "/api/v1/keys", "json", json=body)


def keys_revoke(key_id: str) -> Call[models.KeyTold]:
    """End a key."""
    return Call("keys_revoke", "POST", ("/api/v1/keys/{key_id}/revoke", {"key_id": key_id}), "json")


def keys_rotate(key_id: str) -> Call[models.KeyMade]:
    """Put a new key in the place of one.

    The old one still works for a day, so that its program can be given the new one.
    """
    return Call("keys_rotate", "POST", ("/api/v1/keys/{key_id}/rotate", {"key_id": key_id}), "json")


def keys_usage(key_id: str, *, days: int | None = None) -> Call[models.KeyUsage]:
    """What a key asked for.

    By day (UTC) and operation, with limits; up to a second or two old.
    """
    return Call(
        "keys_usage",
        "GET",
        ("/api/v1/keys/{key_id}/usage", {"key_id": key_id}),
        "json",
        query={"days": days},
    )


def layers_desk() -> Call[models.LayerDesk]:
    """Layers in force, drafts, limits of an upload."""
    return Call("layers_desk", "GET", "/api/v1/layer-desk", "json")


def layers_discard(version_id: str) -> Call[models.LayerVersion]:
    """Forget a draft."""
    return Call(
        "layers_discard",
        "POST",
        ("/api/v1/layer-desk/versions/{version_id}/discard", {"version_id": version_id}),
        "json",
    )


def layers_history(*, layer: str) -> Call[list[models.LayerVersion]]:
    """Versions of one layer, drafts first, then the newest first."""
    return Call(
        "layers_history", "GET", "/api/v1/layer-desk/history", "json", query={"layer": layer}
    )


def layers_publish(version_id: str, body: models.PublishLayer) -> Call[models.LayerCard]:
    """Put a draft, or a former version again, in force.

    All or nothing. What was in force is kept as a version. Refused where something else was put
    in force since it was compared (`against`). Fires around what changed are told anew within
    seconds.
    """
    return Call(
        "layers_publish",
        "POST",
        ("/api/v1/layer-desk/versions/{version_id}/publish", {"version_id": version_id}),
        "json",
        json=body,
    )


def layers_shapes_of(version_id: str) -> Call[models.FeatureCollection]:
    """Features of a draft or version, each with what becomes of it.

    At most 3,000, what changes first; outlines are made coarser for the preview.
    """
    return Call(
        "layers_shapes_of",
        "GET",
        ("/api/v1/layer-desk/versions/{version_id}/features", {"version_id": version_id}),
        "json",
    )


def layers_upload(
    body: bytes,
    *,
    name: str,
    kind: models.LayerKind,
    code: str | None = None,
    title_ru: str | None = None,
    title_en: str | None = None,
    licence: str | None = None,
    field: list[str] | None = None,
    table: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    repair: bool | None = None,
) -> Call[models.LayerCard]:
    """Upload a layer as a draft.

    GeoPackage, zipped shapefile, GeoJSON, KML or KMZ, up to 15 MB. It is read, judged feature
    by feature and compared with what is in force; nothing in force changes.
    """
    return Call(
        "layers_upload",
        "POST",
        "/api/v1/layer-desk/drafts",
        "json",
        query={
            "name": name,
            "kind": kind,
            "code": code,
            "title_ru": title_ru,
            "title_en": title_en,
            "licence": licence,
            "field": field,
            "table": table,
            "crs": crs,
            "encoding": encoding,
            "repair": repair,
        },
        content=body,
    )


def layers_version(version_id: str) -> Call[models.LayerCard]:
    """A draft or version: problems, attributes, what it would change now."""
    return Call(
        "layers_version",
        "GET",
        ("/api/v1/layer-desk/versions/{version_id}", {"version_id": version_id}),
        "json",
    )


def lightning_causes(fire_id: str, *, world: str | None = None) -> Call[models.Causes]:
    """Strokes that may have lit a fire, the likeliest first.

    Within 10 km of its first detections, in the ten days before it was seen.
    """
    return Call(
        "lightning_causes",
        "GET",
        ("/api/v1/fires/{fire_id}/causes", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def lightning_listed(
    *,
    limit: int | None = None,
    world: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
) -> Call[models.FeatureCollection]:
    """Strokes, newest first."""
    return Call(
        "lightning_listed",
        "GET",
        "/api/v1/lightning",
        "json",
        query={"limit": limit, "world": world, "bbox": bbox, "until": until, "since": since},
    )


def lightning_take(
    body: list[dict[str, Any]] | dict[str, Any], *, world: str | None = None
) -> Call[models.TakenStrokes]:
    """Take in strokes.

    A list, GeoJSON points, or any file that `sylvan lightning load` takes. Bad rows are told by
    number and field, the rest goes in; sent again, strokes are duplicates.
    """
    return Call(
        "lightning_take", "POST", "/api/v1/lightning", "json", query={"world": world}, json=body
    )


def live_changes(
    *,
    limit: int | None = None,
    kinds: list[str] | None = None,
    fires: list[str] | None = None,
    least_priority: float | None = None,
    statuses: list[str] | None = None,
    after: int | None = None,
    epoch: str | None = None,
    world: str | None = None,
    bbox: str | None = None,
) -> Call[models.Changes]:
    """The events after a number.

    For polling: ask again after `seq`, at once while there is `more`. 410 means that the
    numbers say nothing any more: read a fresh snapshot and ask after its `as_of_seq`.
    """
    return Call(
        "live_changes",
        "GET",
        "/api/v1/changes",
        "json",
        query={
            "limit": limit,
            "kinds": kinds,
            "fires": fires,
            "least_priority": least_priority,
            "statuses": statuses,
            "after": after,
            "epoch": epoch,
            "world": world,
            "bbox": bbox,
        },
    )


def live_events(
    *,
    kinds: list[str] | None = None,
    fires: list[str] | None = None,
    least_priority: float | None = None,
    statuses: list[str] | None = None,
    after: int | None = None,
    epoch: str | None = None,
    world: str | None = None,
    bbox: str | None = None,
    last_event_id: str | None = None,
) -> Call[str]:
    """The live channel as server-sent events.

    The websocket's frames, one an event, with `epoch:seq` as id. Ends after `gone`, `resync`
    (read a fresh snapshot, come again after it) and `end`, which names a close code.
    """
    return Call(
        "live_events",
        "GET",
        "/api/v1/live/events",
        "text",
        query={
            "kinds": kinds,
            "fires": fires,
            "least_priority": least_priority,
            "statuses": statuses,
            "after": after,
            "epoch": epoch,
            "world": world,
            "bbox": bbox,
        },
        headers={"Last-Event-ID": last_event_id},
    )


def map_detections(
    *,
    limit: int | None = None,
    world: str | None = None,
    bbox: str | None = None,
    until: str | None = None,
    since: str | None = None,
    cursor: str | None = None,
) -> Call[models.FeatureCollection]:
    """Detections, newest first."""
    return Call(
        "map_detections",
        "GET",
        "/api/v1/detections",
        "json",
        query={
            "limit": limit,
            "world": world,
            "bbox": bbox,
            "until": until,
            "since": since,
            "cursor": cursor,
        },
    )


def map_histogram(
    *, hours: float | None = None, world: str | None = None
) -> Call[models.Histogram]:
    """How many detections by hour."""
    return Call(
        "map_histogram",
        "GET",
        "/api/v1/detections/histogram",
        "json",
        query={"hours": hours, "world": world},
    )


def map_items(
    code: str, *, cursor: int | None = None, limit: int | None = None, bbox: str | None = None
) -> Call[models.FeatureCollection]:
    """Features of a layer."""
    return Call(
        "map_items",
        "GET",
        ("/api/v1/layers/{code}/items", {"code": code}),
        "json",
        query={"cursor": cursor, "limit": limit, "bbox": bbox},
    )


def map_layers() -> Call[list[models.LayerInfo]]:
    """Layers of the region."""
    return Call("map_layers", "GET", "/api/v1/layers", "json")


def map_tile(
    name: Literal["detections", "fires", "layers"],
    z: int,
    x: int,
    y: int,
    *,
    v: str | None = None,
    hours: float | None = None,
    known: Literal["then", "now"] | None = None,
    world: str | None = None,
    at: str | None = None,
) -> Call[bytes]:
    """A vector tile.

    Of `detections` also of the past: `at` is then the end of the hours, and `known` says
    whether what came later counts (`now`) or not (`then`).
    """
    return Call(
        "map_tile",
        "GET",
        ("/api/v1/tiles/{name}/{z}/{x}/{y}.mvt", {"name": name, "z": z, "x": x, "y": y}),
        "bytes",
        query={"v": v, "hours": hours, "known": known, "world": world, "at": at},
    )


def neighbours_accept(
    handover_id: str, body: models.AcceptFire, *, world: str | None = None
) -> Call[models.Handover]:
    """Take a fire over that is offered to us."""
    return Call(
        "neighbours_accept",
        "POST",
        ("/api/v1/handovers/{handover_id}/accept", {"handover_id": handover_id}),
        "json",
        query={"world": world},
        json=body,
    )


def neighbours_fires(
    *,
    ended: bool | None = None,
    limit: int | None = None,
    world: str | None = None,
    bbox: str | None = None,
) -> Call[models.FeatureCollection]:
    """Neighbours' fires at our border: read-only, under their own ids and numbers."""
    return Call(
        "neighbours_fires",
        "GET",
        "/api/v1/neighbours/fires",
        "json",
        query={"ended": ended, "limit": limit, "world": world, "bbox": bbox},
    )


def neighbours_handovers(
    *,
    fire: str | None = None,
    status: Literal["offered", "accepted", "refused", "withdrawn"] | None = None,
    limit: int | None = None,
    world: str | None = None,
) -> Call[list[models.Handover]]:
    """Fires that are offered to and by neighbours, newest first."""
    return Call(
        "neighbours_handovers",
        "GET",
        "/api/v1/handovers",
        "json",
        query={"fire": fire, "status": status, "limit": limit, "world": world},
    )


def neighbours_offer(
    fire_id: str,
    body: models.OfferFire,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Handover]:
    """Offer a fire to a neighbour.

    It stays ours until the neighbour has accepted.
    """
    return Call(
        "neighbours_offer",
        "POST",
        ("/api/v1/fires/{fire_id}/handover", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def neighbours_refuse(
    handover_id: str, body: models.RefuseFire, *, world: str | None = None
) -> Call[models.Handover]:
    """Say no to a fire that is offered to us."""
    return Call(
        "neighbours_refuse",
        "POST",
        ("/api/v1/handovers/{handover_id}/refuse", {"handover_id": handover_id}),
        "json",
        query={"world": world},
        json=body,
    )


def neighbours_sources(*, world: str | None = None) -> Call[list[models.NeighbourSource]]:
    """How each neighbour is read."""
    return Call("neighbours_sources", "GET", "/api/v1/neighbours", "json", query={"world": world})


def neighbours_withdraw(handover_id: str, *, world: str | None = None) -> Call[models.Handover]:
    """Take an offer back that was not answered."""
    return Call(
        "neighbours_withdraw",
        "POST",
        ("/api/v1/handovers/{handover_id}/withdraw", {"handover_id": handover_id}),
        "json",
        query={"world": world},
    )


def notices_answer(
    notice_id: str,
    body: models.AnswerNotice,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.NoticeTold]:
    """Answer a notice.

    `seen` for a crew's warning; `kept` for a decision that stands after another look,
    `dismissed` for a proposed regime, both with a note.
    """
    return Call(
        "notices_answer",
        "POST",
        ("/api/v1/notices/{notice_id}/answer", {"notice_id": notice_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def notices_noticed(
    *,
    theme: models.NoticesTheme | None = None,
    fire: str | None = None,
    over: bool | None = None,
    world: str | None = None,
) -> Call[list[models.NoticeTold]]:
    """Notices that stand, the oldest first."""
    return Call(
        "notices_noticed",
        "GET",
        "/api/v1/notices",
        "json",
        query={"theme": theme, "fire": fire, "over": over, "world": world},
    )


def orders_arrivals(
    fire_id: str, *, unit: list[str], world: str | None = None
) -> Call[list[models.Arrival]]:
    """How units would get to a fire if they were sent now.

    Before one sends: the way of each unit, also beyond the range of its kind, which is told; or
    the reason why no way is known.
    """
    return Call(
        "orders_arrivals",
        "GET",
        ("/api/v1/fires/{fire_id}/arrivals", {"fire_id": fire_id}),
        "json",
        query={"unit": unit, "world": world},
    )


def orders_of_fire(fire_id: str, *, world: str | None = None) -> Call[list[models.OrderTold]]:
    """All orders for a fire."""
    return Call(
        "orders_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/orders", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def orders_send(
    fire_id: str,
    body: models.SendUnits,
    *,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.UnitsSent]:
    """Send units to a fire.

    All of them or none. Those whose rung your level may approve are ordered at once, the others
    are requests. A unit that is under way for a fire is refused with that fire, one that
    somebody else keeps out with their name. With the number of a suggestion this is the
    decision on it; units of it that stay are not offered to this fire again for a while. A line
    with a `station` moves its unit up to a base that the fire has bared.
    """
    return Call(
        "orders_send",
        "POST",
        ("/api/v1/fires/{fire_id}/orders", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def orders_step(
    order_id: str,
    body: models.StepOrder,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.OrderTold]:
    """The next step of an order.

    approved, refused, ordered, departed, arrived, released, cancelled or failed; the unit and
    the fire follow. Requests are answered by the level of their rung or above.
    """
    return Call(
        "orders_step",
        "POST",
        ("/api/v1/orders/{order_id}/step", {"order_id": order_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def orders_still_open(*, world: str | None = None) -> Call[list[models.OrderTold]]:
    """Orders and requests that still ask something of somebody."""
    return Call("orders_still_open", "GET", "/api/v1/orders", "json", query={"world": world})


def orders_ways(*, world: str | None = None) -> Call[list[models.WayTold]]:
    """The ways of units that were ordered and are not there yet.

    Reckoned from where the unit stood when it left, or stands; `course` says where it should be
    when. A unit with a tracker tells better where it is.
    """
    return Call("orders_ways", "GET", "/api/v1/orders/ways", "json", query={"world": world})


def outlines_cot(*, world: str | None = None) -> Call[bytes]:
    """Fires and crews as Cursor on Target events.

    CoT 2.0, all events in one document. Fires are `b-l-f`, crews friendly; `uid` stays, `stale`
    is always set. `sylvan cot --to tcp://…` sends the same to a TAK server as it changes.
    """
    return Call("outlines_cot", "GET", "/api/v1/cot", "bytes", query={"world": world})


def outlines_kml_full(
    *, lang: Literal["ru", "en"] | None = None, world: str | None = None
) -> Call[bytes]:
    """Fires, signals and crews as KML.

    Within the own reach; crews for roles that see them. The key stands in the `Authorization`
    header, which Google Earth cannot send: see docs/cap.md.
    """
    return Call(
        "outlines_kml_full",
        "GET",
        "/api/v1/kml/fires.kml",
        "bytes",
        query={"lang": lang, "world": world},
    )


def own_keys_listed() -> Call[list[models.KeyTold]]:
    """Keys of the own organisation."""
    return Call("own_keys_listed", "GET", "/api/v1/own-keys", "json")


def own_keys_make(body: models.OwnKey) -> Call[models.KeyMade]:
    """Make a key with the own rights.

    Its secret is told once. An organisation has two working keys at most.
    """
    return Call("own_keys_make", "POST", "/api/v1/own-keys", "json", json=body)


def own_keys_revoke(key_id: str) -> Call[models.KeyTold]:
    """End an own key."""
    return Call(
        "own_keys_revoke", "POST", ("/api/v1/own-keys/{key_id}/revoke", {"key_id": key_id}), "json"
    )


def own_keys_rotate(key_id: str) -> Call[models.KeyMade]:
    """Put a new key in the place of an own one.

    The old one still works for a day. What hears on its behalf goes with the new.
    """
    return Call(
        "own_keys_rotate", "POST", ("/api/v1/own-keys/{key_id}/rotate", {"key_id": key_id}), "json"
    )


def own_keys_sandbox() -> Call[models.Sandbox]:
    """The demo's key to try things out with.

    Made anew at every start of a demo; elsewhere there is none.
    """
    return Call("own_keys_sandbox", "GET", "/api/v1/own-keys/sandbox", "json")


def passes_of_fire(
    fire_id: str, *, hours: float | None = None, world: str | None = None
) -> Call[models.FirePasses]:
    """Which satellites looked at a fire, and what they saw.

    `nothing`: the sky was open and no fire was seen. `cloud_unknown`: data came without it, and
    nobody knows of clouds. `no_data`: it passed and its data never came. `awaited`: the data
    may still come. `gaps` are the times in which nobody looked.
    """
    return Call(
        "passes_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/passes", {"fire_id": fire_id}),
        "json",
        query={"hours": hours, "world": world},
    )


def passes_over_region(
    *, hours: float | None = None, world: str | None = None
) -> Call[models.RegionPasses]:
    """Which satellites come next over the region."""
    return Call(
        "passes_over_region",
        "GET",
        "/api/v1/passes/next",
        "json",
        query={"hours": hours, "world": world},
    )


def people_change(
    person_id: str,
    body: models.ChangePerson,
    *,
    if_match: str | None,
    idempotency_key: str | None = None,
) -> Call[models.Person]:
    """Change somebody's name or rights.

    With other rights the person has to sign in again.
    """
    return Call(
        "people_change",
        "PATCH",
        ("/api/v1/people/{person_id}", {"person_id": person_id}),
        "json",
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def people_choices() -> Call[models.Choices]:
    """Roles and territories that can be given."""
    return Call("people_choices", "GET", "/api/v1/people/choices", "json")


def people_disable(
    person_id: str,
    body: models.Disable,
    *,
    if_match: str | None,
    idempotency_key: str | None = None,
) -> Call[models.Person]:
    """Shut somebody out at once, or let them in again."""
    return Call(
        "people_disable",
        "POST",
        ("/api/v1/people/{person_id}/disable", {"person_id": person_id}),
        "json",
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def people_end_sessions(person_id: str) -> Call[models.Ended]:
    """Let somebody sign in anew everywhere."""
    return Call(
        "people_end_sessions",
        "POST",
        ("/api/v1/people/{person_id}/sessions/end", {"person_id": person_id}),
        "json",
    )


def people_invite(body: models.Invite) -> Call[models.Invited]:
    """Invite somebody.

    The link is told once; its person sets a password with it.
    """
    return Call("people_invite", "POST", "/api/v1/people", "json", json=body)


def people_listed() -> Call[list[models.Person]]:
    """Everybody who may sign in."""
    return Call("people_listed", "GET", "/api/v1/people", "json")


def people_reset(person_id: str) -> Call[models.Invited]:
    """Take password and second factor away, and give a new link."""
    return Call(
        "people_reset",
        "POST",
        ("/api/v1/people/{person_id}/reset", {"person_id": person_id}),
        "json",
    )


def people_sessions(person_id: str) -> Call[list[models.SessionTold]]:
    """Browsers that somebody is signed in with."""
    return Call(
        "people_sessions",
        "GET",
        ("/api/v1/people/{person_id}/sessions", {"person_id": person_id}),
        "json",
    )


def picture_accept(
    proposal_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Do as the engine suggests."""
    return Call(
        "picture_accept",
        "POST",
        ("/api/v1/proposals/{proposal_id}/accept", {"proposal_id": proposal_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def picture_config() -> Call[models.Config]:
    """What a screen must know first."""
    return Call("picture_config", "GET", "/api/v1/config", "json")


def picture_decline(
    proposal_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Leave the fires as they are."""
    return Call(
        "picture_decline",
        "POST",
        ("/api/v1/proposals/{proposal_id}/decline", {"proposal_id": proposal_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def picture_feeds(*, world: str | None = None) -> Call[list[models.Feed]]:
    """The state of each feed."""
    return Call("picture_feeds", "GET", "/api/v1/feeds", "json", query={"world": world})


def picture_live_document() -> Call[dict[str, Any]]:
    """The live channel's AsyncAPI document."""
    return Call("picture_live_document", "GET", "/api/v1/asyncapi.json", "json")


def picture_proposals(*, world: str | None = None) -> Call[list[models.Proposal]]:
    """What waits for a decision."""
    return Call("picture_proposals", "GET", "/api/v1/proposals", "json", query={"world": world})


def picture_snapshot(*, world: str | None = None) -> Call[models.Snapshot]:
    """Everything on the map at one number of the log.

    Fires, reports and the number come from one transaction: resume after it.
    """
    return Call("picture_snapshot", "GET", "/api/v1/snapshot", "json", query={"world": world})


def picture_texts(language: Literal["ru", "en"]) -> Call[dict[str, str | dict[str, str]]]:
    """All texts of one language.

    Every code that the server sends is a key here; `{blanks}` take its parameters.
    """
    return Call(
        "picture_texts", "GET", ("/api/v1/catalogue/{language}", {"language": language}), "json"
    )


def picture_worlds() -> Call[list[models.World]]:
    """Live, replays and drills.

    Of drills only those that whoever asks takes part in.
    """
    return Call("picture_worlds", "GET", "/api/v1/worlds", "json")


def public_answer(token: str, *, world: str | None = None) -> Call[models.PublicAnswer]:
    """What became of a report.

    For whoever has its link; it tells neither who made it nor where.
    """
    return Call(
        "public_answer",
        "GET",
        ("/api/v1/public/answers/{token}", {"token": token}),
        "json",
        query={"world": world},
    )


def public_cap_certificate() -> Call[bytes]:
    """The certificate that our CAP signatures are checked with.

    Keep it from a visit that you trust; do not take it along with each message.
    """
    return Call("public_cap_certificate", "GET", "/api/v1/public/cap/certificate.pem", "bytes")


def public_cap_feed_of(
    territory: str,
    *,
    lang: Literal["ru", "en"] | None = None,
    before: int | None = None,
    limit: int | None = None,
    if_none_match: str | None = None,
    if_modified_since: str | None = None,
) -> Call[bytes]:
    """Alerts of a territory as an Atom feed.

    RFC 4287, in pages by RFC 5005. What has expired is left out. Ask once a minute at most, and
    send `If-None-Match`: most answers are 304.
    """
    return Call(
        "public_cap_feed_of",
        "GET",
        ("/api/v1/public/cap/{territory}.atom", {"territory": territory}),
        "bytes",
        query={"lang": lang, "before": before, "limit": limit},
        headers={"if-none-match": if_none_match, "if-modified-since": if_modified_since},
    )


def public_cap_message(identifier: str) -> Call[bytes]:
    """One alert as it was sent.

    CAP 1.2 with an enveloped XML signature (RSA-SHA256, exclusive canonical XML).
    """
    return Call(
        "public_cap_message",
        "GET",
        ("/api/v1/public/cap/{identifier}.xml", {"identifier": identifier}),
        "bytes",
    )


def public_cap_territories() -> Call[list[models.FeedTerritory]]:
    """Territories that have a feed of alerts."""
    return Call("public_cap_territories", "GET", "/api/v1/public/cap", "json")


def public_kml(*, lang: Literal["ru", "en"] | None = None) -> Call[bytes]:
    """Fires for Google Earth: the document that refreshes itself.

    A network link that asks for `/public/fires/now.kml` every five minutes.
    """
    return Call("public_kml", "GET", "/api/v1/public/fires.kml", "bytes", query={"lang": lang})


def public_kml_now(*, lang: Literal["ru", "en"] | None = None) -> Call[bytes]:
    """Registered fires as KML.

    As everybody is told of them: places to a kilometre, no crews, no signals.
    """
    return Call(
        "public_kml_now", "GET", "/api/v1/public/fires/now.kml", "bytes", query={"lang": lang}
    )


def public_near(*, lon: float, lat: float) -> Call[models.PublicNear]:
    """Fire danger, bans and fires at a place.

    For everybody, without an account. Fires are told once they are registered.
    """
    return Call("public_near", "GET", "/api/v1/public/near", "json", query={"lon": lon, "lat": lat})


def public_seen(
    *, lon: float, lat: float, world: str | None = None
) -> Call[list[models.PublicSeen]]:
    """Reports of the last hours near a place.

    For whoever may have seen the same: distance in whole km, no places, no words.
    """
    return Call(
        "public_seen",
        "GET",
        "/api/v1/public/seen",
        "json",
        query={"lon": lon, "lat": lat, "world": world},
    )


def regimes_bulletin(
    *, date: str | None = None, world: str | None = None
) -> Call[models.BulletinTold]:
    """The bulletin of a day in figures."""
    return Call(
        "regimes_bulletin", "GET", "/api/v1/bulletin", "json", query={"date": date, "world": world}
    )


def regimes_bulletin_html(
    *, date: str | None = None, lang: Literal["ru", "en"] | None = None, world: str | None = None
) -> Call[str]:
    """The bulletin as a page for printing."""
    return Call(
        "regimes_bulletin_html",
        "GET",
        "/api/v1/bulletin.html",
        "text",
        query={"date": date, "lang": lang, "world": world},
    )


def regimes_bulletin_txt(
    *, date: str | None = None, lang: Literal["ru", "en"] | None = None, world: str | None = None
) -> Call[str]:
    """The bulletin as plain text."""
    return Call(
        "regimes_bulletin_txt",
        "GET",
        "/api/v1/bulletin.txt",
        "text",
        query={"date": date, "lang": lang, "world": world},
    )


def regimes_introduce(
    body: models.Introduce, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[list[models.RegimeTold]]:
    """Introduce a regime.

    In each of the municipalities, by one act; what proposed it is accepted.
    """
    return Call(
        "regimes_introduce",
        "POST",
        "/api/v1/regimes",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def regimes_lift(
    regime_id: str,
    body: models.Lift,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.RegimeTold]:
    """Name its last day."""
    return Call(
        "regimes_lift",
        "POST",
        ("/api/v1/regimes/{regime_id}/lift", {"regime_id": regime_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def regimes_shapes(
    *, day: str | None = None, world: str | None = None
) -> Call[models.FeatureCollection]:
    """Municipalities with the severest regime of a day."""
    return Call(
        "regimes_shapes", "GET", "/api/v1/regimes/map", "json", query={"day": day, "world": world}
    )


def regimes_standing(*, world: str | None = None) -> Call[models.RegimesTold]:
    """Municipalities with their regimes, classes of danger and proposals."""
    return Call("regimes_standing", "GET", "/api/v1/regimes", "json", query={"world": world})


def reports_answer(
    report_id: str,
    body: models.ReportWords,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Words for whoever made it."""
    return Call(
        "reports_answer",
        "POST",
        ("/api/v1/reports/{report_id}/answer", {"report_id": report_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def reports_attach(
    report_id: str,
    body: models.Attach,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """It belongs to a known fire."""
    return Call(
        "reports_attach",
        "POST",
        ("/api/v1/reports/{report_id}/attach", {"report_id": report_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def reports_check(
    report_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Send somebody to look."""
    return Call(
        "reports_check",
        "POST",
        ("/api/v1/reports/{report_id}/check", {"report_id": report_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def reports_erase(report_id: str, *, world: str | None = None) -> Call[models.Ok]:
    """Forget who made the report, and its photos.

    Log, audit and ledger hold neither, so nothing else changes.
    """
    return Call(
        "reports_erase",
        "DELETE",
        ("/api/v1/reports/{report_id}/person", {"report_id": report_id}),
        "json",
        query={"world": world},
    )


def reports_listed(
    *,
    status: list[models.ReportStatus] | None = None,
    limit: int | None = None,
    world: str | None = None,
    bbox: str | None = None,
    since: str | None = None,
    cursor: str | None = None,
) -> Call[models.FeatureCollection]:
    """Reports, newest first."""
    return Call(
        "reports_listed",
        "GET",
        "/api/v1/reports",
        "json",
        query={
            "status": status,
            "limit": limit,
            "world": world,
            "bbox": bbox,
            "since": since,
            "cursor": cursor,
        },
    )


def reports_locate(body: models.ReportPlace, *, world: str | None = None) -> Call[models.Located]:
    """Where a place description lies, before it is sent."""
    return Call(
        "reports_locate",
        "POST",
        "/api/v1/reports/locate",
        "json",
        query={"world": world},
        json=body,
    )


def reports_one(report_id: str, *, world: str | None = None) -> Call[models.Report]:
    """One report."""
    return Call(
        "reports_one",
        "GET",
        ("/api/v1/reports/{report_id}", {"report_id": report_id}),
        "json",
        query={"world": world},
    )


def reports_photo(report_id: str, *, world: str | None = None) -> Call[bytes]:
    """The report's photo."""
    return Call(
        "reports_photo",
        "GET",
        ("/api/v1/reports/{report_id}/photo", {"report_id": report_id}),
        "bytes",
        query={"world": world},
    )


def reports_promote(
    report_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """Make a fire of it."""
    return Call(
        "reports_promote",
        "POST",
        ("/api/v1/reports/{report_id}/promote", {"report_id": report_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def reports_reject(
    report_id: str,
    body: models.RejectReport,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Ok]:
    """It leads to nothing, for a reason of the list."""
    return Call(
        "reports_reject",
        "POST",
        ("/api/v1/reports/{report_id}/reject", {"report_id": report_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def reports_submit(
    body: models.NewReport, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.Report]:
    """Report what is seen."""
    return Call(
        "reports_submit",
        "POST",
        "/api/v1/reports",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def rules_desk() -> Call[models.RuleDesk]:
    """Files of alert rules with their texts."""
    return Call("rules_desk", "GET", "/api/v1/rule-desk", "json")


def rules_history(*, file: str) -> Call[list[models.RuleVersion]]:
    """What a file said, the newest first."""
    return Call("rules_history", "GET", "/api/v1/rule-desk/history", "json", query={"file": file})


def rules_judge(body: models.JudgeRules) -> Call[models.RulesJudged]:
    """What is wrong with a text, by line; which tests would not hold.

    The whole set is read with the text in the place of that file. Nothing changes.
    """
    return Call("rules_judge", "POST", "/api/v1/rule-desk/check", "json", json=body)


def rules_publish(body: models.PublishRules) -> Call[models.RuleVersion]:
    """Put a text in force as that file.

    Written whole into the operator's folder (`SYLVAN_ALERTS_DIR`), where every process reads it
    within two seconds; refused without one. What stood there is kept. A test that no longer
    holds is told by `/check` and keeps nothing back.
    """
    return Call("rules_publish", "POST", "/api/v1/rule-desk/publish", "json", json=body)


def rules_tried(body: models.TryRules, *, world: str | None = None) -> Call[models.RulesTried]:
    """What the rules of a text would have told over a past time.

    Sends nothing. The desk's own engine reads the same events; people are those of today. Told
    by recipient and way, the first letters in their own words.
    """
    return Call(
        "rules_tried", "POST", "/api/v1/rule-desk/try", "json", query={"world": world}, json=body
    )


def safety_check_in(
    unit_id: str,
    body: models.HeardCrew,
    *,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.CrewTold]:
    """A crew was heard.

    Only of a unit that is at a fire; its warning of silence is over.
    """
    return Call(
        "safety_check_in",
        "POST",
        ("/api/v1/forces/units/{unit_id}/check-in", {"unit_id": unit_id}),
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def safety_listed(*, world: str | None = None) -> Call[models.CrewsTold]:
    """All crews at fires: when they were heard, what they are warned of.

    What cannot be watched is told as well: silence must not read as safety.
    """
    return Call("safety_listed", "GET", "/api/v1/safety", "json", query={"world": world})


def safety_of_fire(fire_id: str, *, world: str | None = None) -> Call[models.FireSafety]:
    """The crews at one fire."""
    return Call(
        "safety_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/safety", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def signals_listed(
    *,
    report: str | None = None,
    limit: int | None = None,
    world: str | None = None,
    before: str | None = None,
) -> Call[list[models.SignalStands]]:
    """Signals, newest first: your own, or those in your territory."""
    return Call(
        "signals_listed",
        "GET",
        "/api/v1/signals",
        "json",
        query={"report": report, "limit": limit, "world": world, "before": before},
    )


def signals_one(external_id: str, *, world: str | None = None) -> Call[models.SignalStands]:
    """What became of a signal of yours."""
    return Call(
        "signals_one",
        "GET",
        ("/api/v1/signals/{external_id}", {"external_id": external_id}),
        "json",
        query={"world": world},
    )


def signals_take(body: models.SignalsIn, *, world: str | None = None) -> Call[models.SignalsTaken]:
    """Sightings, crews and positions, many at once.

    Each item is judged by itself and known by `external_id`: sent again, nothing is done twice.
    A sighting becomes a report for the dispatcher, or belongs to an earlier one of yours or to
    a fire that burns there. Confidence is kept and shown; the engine does not reckon with it.
    """
    return Call(
        "signals_take", "POST", "/api/v1/signals", "json", query={"world": world}, json=body
    )


def sources_ask(feed: str, *, world: str | None = None) -> Call[models.DeskFeed]:
    """Ask a feed now, out of turn.

    Within seconds, once by every process that asks it; what FIRMS allows stays.
    """
    return Call(
        "sources_ask",
        "POST",
        ("/api/v1/feed-desk/feeds/{feed}/ask", {"feed": feed}),
        "json",
        query={"world": world},
    )


def sources_batches(
    *, feed: str, before: int | None = None, world: str | None = None
) -> Call[list[models.FeedBatch]]:
    """What a feed brought, the newest first."""
    return Call(
        "sources_batches",
        "GET",
        "/api/v1/feed-desk/batches",
        "json",
        query={"feed": feed, "before": before, "world": world},
    )


def sources_body(batch_id: int, *, world: str | None = None) -> Call[bytes]:
    """A batch as it came, byte for byte."""
    return Call(
        "sources_body",
        "GET",
        ("/api/v1/feed-desk/batches/{batch_id}/body", {"batch_id": batch_id}),
        "bytes",
        query={"world": world},
    )


def sources_listed(*, world: str | None = None) -> Call[models.FeedDesk]:
    """Every feed: how old, what came, what is wrong, when it is asked next.

    Feeds that are set up or were ever heard of, the troubled ones first. `limit_s` is how long
    a feed may be silent. In a world that is played nothing can be changed, nor by somebody who
    was given a part of the region; bodies are for the whole region, too.
    """
    return Call("sources_listed", "GET", "/api/v1/feed-desk", "json", query={"world": world})


def sources_pause(
    feed: str, body: models.FeedWord, *, world: str | None = None
) -> Call[models.DeskFeed]:
    """Hold a feed back.

    It is neither asked nor taken from: files wait in the folder, what is sent is refused with
    409 and by whom, since when and why. Every level sees it as paused. Holds for every process
    and through restarts.
    """
    return Call(
        "sources_pause",
        "POST",
        ("/api/v1/feed-desk/feeds/{feed}/pause", {"feed": feed}),
        "json",
        query={"world": world},
        json=body,
    )


def sources_rejects(batch_id: int, *, world: str | None = None) -> Call[models.FeedRejects]:
    """Rows of a batch that could not be used: file, line, field, reason.

    Judged again from the body that the ledger keeps. `total` differs from `told_then` where
    today's reader judges otherwise, or the file was taken in with options of a command.
    """
    return Call(
        "sources_rejects",
        "GET",
        ("/api/v1/feed-desk/batches/{batch_id}/rejects", {"batch_id": batch_id}),
        "json",
        query={"world": world},
    )


def sources_rejects_table(batch_id: int, *, world: str | None = None) -> Call[str]:
    """All rows of a batch that could not be used, with their lines as they came."""
    return Call(
        "sources_rejects_table",
        "GET",
        ("/api/v1/feed-desk/batches/{batch_id}/rejects.csv", {"batch_id": batch_id}),
        "text",
        query={"world": world},
    )


def sources_resume(
    feed: str, body: models.FeedWord, *, world: str | None = None
) -> Call[models.DeskFeed]:
    """Let it go on."""
    return Call(
        "sources_resume",
        "POST",
        ("/api/v1/feed-desk/feeds/{feed}/resume", {"feed": feed}),
        "json",
        query={"world": world},
        json=body,
    )


def suggestions_constraints(
    *, fire_id: str | None = None, world: str | None = None
) -> Call[list[models.ConstraintTold]]:
    """Units that dispatchers keep out or pinned."""
    return Call(
        "suggestions_constraints",
        "GET",
        "/api/v1/constraints",
        "json",
        query={"fire_id": fire_id, "world": world},
    )


def suggestions_decisions(
    fire_id: str, *, world: str | None = None
) -> Call[list[models.VerdictTold]]:
    """All decisions on suggestions for a fire, the newest first."""
    return Call(
        "suggestions_decisions",
        "GET",
        ("/api/v1/fires/{fire_id}/suggestion/decisions", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def suggestions_make(
    *, without: list[str] | None = None, world: str | None = None
) -> Call[models.SuggestionTold | None]:
    """Ask for a suggestion now.

    For all fires that are fought; `without` leaves units out, by code.
    """
    return Call(
        "suggestions_make",
        "POST",
        "/api/v1/suggestions",
        "json",
        query={"without": without, "world": world},
    )


def suggestions_newest(*, world: str | None = None) -> Call[models.SuggestionTold | None]:
    """The newest suggestion for all fires that are fought.

    `null` where none was made yet. `gap`: no plan is better by more than this share.
    """
    return Call(
        "suggestions_newest", "GET", "/api/v1/suggestions/newest", "json", query={"world": world}
    )


def suggestions_numbered(number: int, *, world: str | None = None) -> Call[models.SuggestionTold]:
    """A suggestion as it was told."""
    return Call(
        "suggestions_numbered",
        "GET",
        ("/api/v1/suggestions/{number}", {"number": number}),
        "json",
        query={"world": world},
    )


def suggestions_of_fire(fire_id: str, *, world: str | None = None) -> Call[models.FireSuggestion]:
    """What was suggested for a fire last."""
    return Call(
        "suggestions_of_fire",
        "GET",
        ("/api/v1/fires/{fire_id}/suggestion", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def suggestions_reject(
    fire_id: str,
    body: models.RejectSuggestion,
    *,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.VerdictTold]:
    """Reject what was suggested for a fire.

    Refused by name where somebody else decided on the same suggestion first.
    """
    return Call(
        "suggestions_reject",
        "POST",
        ("/api/v1/fires/{fire_id}/suggestion/reject", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def suggestions_run_card(fire_id: str, *, world: str | None = None) -> Call[models.RunCardTold]:
    """What goes out first by the run cards, filled by the nearest free units.

    It works without the engine. A fire that is not fought gets no units.
    """
    return Call(
        "suggestions_run_card",
        "GET",
        ("/api/v1/fires/{fire_id}/run-card", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def suggestions_say(
    body: models.NewConstraint, *, world: str | None = None, idempotency_key: str | None = None
) -> Call[models.ConstraintTold]:
    """Keep a unit out, or pin it to a fire.

    The next suggestions obey. What contradicts a word in force is refused by name.
    """
    return Call(
        "suggestions_say",
        "POST",
        "/api/v1/constraints",
        "json",
        query={"world": world},
        headers={"Idempotency-Key": idempotency_key},
        json=body,
    )


def suggestions_scores(
    *, world: str | None = None, until: str | None = None, since: str | None = None
) -> Call[models.Scores]:
    """How suggestions did over a span of time.

    What people made of them, how fast, and arrivals beside those planned.
    """
    return Call(
        "suggestions_scores",
        "GET",
        "/api/v1/suggestions/scores",
        "json",
        query={"world": world, "until": until, "since": since},
    )


def suggestions_scores_of(fire_id: str, *, world: str | None = None) -> Call[models.FireScores]:
    """How suggestions did at a fire, and what followed."""
    return Call(
        "suggestions_scores_of",
        "GET",
        ("/api/v1/fires/{fire_id}/suggestion/scores", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def suggestions_shown(
    fire_id: str, body: models.ShownSuggestion, *, world: str | None = None
) -> Call[models.ShownTold]:
    """Tell that a suggestion is seen.

    The first time counts: from it the time to the decision is measured.
    """
    return Call(
        "suggestions_shown",
        "POST",
        ("/api/v1/fires/{fire_id}/suggestion/shown", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        json=body,
    )


def suggestions_what_if(
    fire_id: str, body: models.AskWhatIf, *, world: str | None = None
) -> Call[models.WhatIfTold]:
    """What if a unit failed or stood elsewhere, or the wind were another one?.

    Asked of the newest suggestion's problem, and nothing is kept. The wind is that at this
    fire; growth follows it by the wind function of ST-X-3, without a new forecast.
    """
    return Call(
        "suggestions_what_if",
        "POST",
        ("/api/v1/fires/{fire_id}/suggestion/what-if", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        json=body,
    )


def suggestions_withdraw(
    constraint_id: str,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.ConstraintTold]:
    """Take a word about a unit back."""
    return Call(
        "suggestions_withdraw",
        "POST",
        ("/api/v1/constraints/{constraint_id}/withdraw", {"constraint_id": constraint_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
    )


def surgery_listed(fire_id: str, *, world: str | None = None) -> Call[list[models.Surgery]]:
    """What people corrected of a fire, newest first."""
    return Call(
        "surgery_listed",
        "GET",
        ("/api/v1/fires/{fire_id}/surgeries", {"fire_id": fire_id}),
        "json",
        query={"world": world},
    )


def surgery_mark_false(
    fire_id: str,
    body: models.Pointed,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Cut]:
    """Some detections are no fire.

    They stay stored and count for nothing; a fire of nothing else is rejected.
    """
    return Call(
        "surgery_mark_false",
        "POST",
        ("/api/v1/fires/{fire_id}/false", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def surgery_merge(
    fire_id: str,
    body: models.Merge,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Cut]:
    """Two fires are one.

    The registered one, else the elder, takes in the other, whose id leads to it.
    """
    return Call(
        "surgery_merge",
        "POST",
        ("/api/v1/fires/{fire_id}/merge", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def surgery_move(
    fire_id: str,
    body: models.Move,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Cut]:
    """Some detections belong to another fire.

    A fire that is left without any is merged into the other one.
    """
    return Call(
        "surgery_move",
        "POST",
        ("/api/v1/fires/{fire_id}/move", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def surgery_split(
    fire_id: str,
    body: models.Pointed,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Cut]:
    """Some detections are a fire of their own.

    It begins as a signal; the engine keeps the two apart from now on.
    """
    return Call(
        "surgery_split",
        "POST",
        ("/api/v1/fires/{fire_id}/split", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def surgery_undo(
    surgery_id: str,
    body: models.Undo,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Cut]:
    """Take a surgery back.

    What is still as it left it becomes what it was before. Of several about the same fires the
    newest goes first; the refusal names it. `If-Match` is the surgery's version.
    """
    return Call(
        "surgery_undo",
        "POST",
        ("/api/v1/surgeries/{surgery_id}/undo", {"surgery_id": surgery_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def surgery_unmatch(
    fire_id: str,
    body: models.Unmatch,
    *,
    if_match: str | None,
    world: str | None = None,
    idempotency_key: str | None = None,
) -> Call[models.Cut]:
    """Some detections, or a report, are not this fire.

    Each group of linked detections becomes a signal of its own, kept apart from this fire; a
    report goes back into the queue.
    """
    return Call(
        "surgery_unmatch",
        "POST",
        ("/api/v1/fires/{fire_id}/unmatch", {"fire_id": fire_id}),
        "json",
        query={"world": world},
        headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
        json=body,
    )


def territories_listed() -> Call[models.TerritoriesTold]:
    """Who answers for which territory, and what nobody can do where.

    Grants, alert rules, contacts, ladders and partners' things as they stand now. Somebody who
    is shut out or never signed in counts as nobody; administrators are on no duty. Only the own
    territories are told. Judged is one level (`judged`); districts lie across municipalities.
    """
    return Call("territories_listed", "GET", "/api/v1/territories", "json")


def uploads_append(
    upload_id: str, body: bytes, *, upload_offset: int, world: str | None = None
) -> Call[models.UploadTold]:
    """The next piece.

    It begins at `Upload-Offset`, where the last one ended (409 names the right one); at most 4
    MB. Of a piece whose sender was cut off, what came is kept.
    """
    return Call(
        "uploads_append",
        "PATCH",
        ("/api/v1/uploads/{upload_id}", {"upload_id": upload_id}),
        "json",
        query={"world": world},
        headers={"upload-offset": upload_offset},
        content=body,
    )


def uploads_begin(*, upload_length: int, world: str | None = None) -> Call[models.UploadTold]:
    """Announce a file.

    Its size in `Upload-Length`, at most 50 MB. Goes on at `Location`. Dropped when nobody has
    gone on with it for a week.
    """
    return Call(
        "uploads_begin",
        "POST",
        "/api/v1/uploads",
        "json",
        query={"world": world},
        headers={"upload-length": upload_length},
    )


def uploads_known(upload_id: str, *, world: str | None = None) -> Call[models.UploadTold]:
    """How far a file has come."""
    return Call(
        "uploads_known",
        "GET",
        ("/api/v1/uploads/{upload_id}", {"upload_id": upload_id}),
        "json",
        query={"world": world},
    )


def usage_own(*, days: int | None = None) -> Call[models.OwnUsage]:
    """What the own keys asked for.

    By day (UTC) and operation, with limits; up to a second or two old.
    """
    return Call("usage_own", "GET", "/api/v1/usage", "json", query={"days": days})


def webhooks_change(webhook_id: str, body: models.ChangeWebhook) -> Call[models.Webhook]:
    """Change, pause or set going.

    From then on it hears on behalf of whoever asks. It goes on from where it stood.
    """
    return Call(
        "webhooks_change",
        "PATCH",
        ("/api/v1/webhooks/{webhook_id}", {"webhook_id": webhook_id}),
        "json",
        json=body,
    )


def webhooks_deliveries(
    webhook_id: str, *, before: int | None = None, limit: int | None = None
) -> Call[models.Deliveries]:
    """What was sent and answered.

    The newest first; kept for 14 days, at most 2,000 of an endpoint.
    """
    return Call(
        "webhooks_deliveries",
        "GET",
        ("/api/v1/webhooks/{webhook_id}/deliveries", {"webhook_id": webhook_id}),
        "json",
        query={"before": before, "limit": limit},
    )


def webhooks_listed() -> Call[list[models.Webhook]]:
    """The own endpoints."""
    return Call("webhooks_listed", "GET", "/api/v1/webhooks", "json")


def webhooks_make(body: models.MakeWebhook) -> Call[models.WebhookMade]:
    """Have what happens told to an address.

    It is told, in order, what the live channel tells whoever asks. The secret is told once.
    Addresses: https and of the public internet; redirects are not followed.
    """
    return Call("webhooks_make", "POST", "/api/v1/webhooks", "json", json=body)


def webhooks_one(webhook_id: str) -> Call[models.Webhook]:
    """One endpoint."""
    return Call(
        "webhooks_one", "GET", ("/api/v1/webhooks/{webhook_id}", {"webhook_id": webhook_id}), "json"
    )


def webhooks_remove(webhook_id: str) -> Call[models.Webhook]:
    """Forget an endpoint."""
    return Call(
        "webhooks_remove",
        "DELETE",
        ("/api/v1/webhooks/{webhook_id}", {"webhook_id": webhook_id}),
        "json",
    )


def webhooks_replay(webhook_id: str, body: models.Replay) -> Call[models.Webhook]:
    """Tell everything above a number again.

    Also forward: what lies between is left out. Ids stay, so receivers know them.
    """
    return Call(
        "webhooks_replay",
        "POST",
        ("/api/v1/webhooks/{webhook_id}/replay", {"webhook_id": webhook_id}),
        "json",
        json=body,
    )


def webhooks_resend(webhook_id: str, number: int) -> Call[models.Delivery]:
    """Send one event again, now.

    Under its own id, whatever the order; as it may be told now.
    """
    return Call(
        "webhooks_resend",
        "POST",
        (
            "/api/v1/webhooks/{webhook_id}/deliveries/{number}/resend",
            {"webhook_id": webhook_id, "number": number},
        ),
        "json",
    )


def webhooks_secret(webhook_id: str) -> Call[models.WebhookMade]:
    """Another secret.

    Told once. For a day both sign, so that the receiver can be given the new one.
    """
    return Call(
        "webhooks_secret",
        "POST",
        ("/api/v1/webhooks/{webhook_id}/secret", {"webhook_id": webhook_id}),
        "json",
    )


def webhooks_test(webhook_id: str) -> Call[models.Delivery]:
    """Send an event that says nothing, now."""
    return Call(
        "webhooks_test",
        "POST",
        ("/api/v1/webhooks/{webhook_id}/test", {"webhook_id": webhook_id}),
        "json",
    )
