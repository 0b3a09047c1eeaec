"""OGC API – Features: landing page, conformance, collections, their features and properties."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from sylvan.services.features import May
from sylvan.web.deps import ActorDep, HouseDep, IdentityDep
from sylvan.web.ogc import asked, described, document, standards
from sylvan.web.ogc.answers import Link, Page, answer, page_of, plain, systems, table_of
from sylvan.web.ogc.standards import GEOJSON, HTML, JSON, OPENAPI, SCHEMA

router = APIRouter(tags=["ogc"])


def may(house: HouseDep, who: IdentityDep) -> May:
    """What is open to the one who asks, by operations of the product's interface."""
    return lambda operation: house.rights.may(who.role, operation) and who.allows(operation)


MayDep = Annotated[May, Depends(may)]


@router.get("/", summary="Where to begin")
def landing(request: Request, actor: ActorDep) -> Response:
    """The landing page."""
    del actor
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    links = [
        *page.itself(),
        Link("service-desc", OPENAPI, page.href("/api"), page.text("ogc.api")),
        Link("service-doc", HTML, page.href("/api", f="html"), page.text("ogc.api")),
        Link("conformance", JSON, page.href("/conformance"), page.text("ogc.conformance")),
        Link("data", JSON, page.href("/collections"), page.text("ogc.collections")),
        Link(
            standards.REL_TILE_MATRIX_SETS,
            JSON,
            page.href("/tileMatrixSets"),
            page.text("ogc.tile_matrix_sets"),
        ),
    ]
    title = page.text("ogc.title")
    body = {"title": title, "description": page.text("ogc.about")}
    return answer(page, body, links, title=title)


@router.get("/conformance", summary="Which parts of which standards are kept")
def conformance(request: Request, actor: ActorDep) -> Response:
    """Conformance classes."""
    del actor
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    body = {"conformsTo": list(standards.CONFORMANCE)}
    names = "".join(f"<li>{name}</li>" for name in standards.CONFORMANCE)
    title = page.text("ogc.conformance")
    return answer(page, body, page.itself(), title=title, table=f"<ul>{names}</ul>")


@router.get("/api", summary="This interface as OpenAPI 3.0")
def api(request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep) -> Response:
    """The OpenAPI document."""
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    found = [one.found for one in house.features.listed(actor, open_to)]
    made = document.made(page, found)
    if page.form == "json":
        return plain(page, made, OPENAPI)
    rows = "".join(f"<li><code>{path}</code></li>" for path in made["paths"])
    title = page.text("ogc.api")
    links = [Link("service-desc", OPENAPI, page.href("/api", f="json"))]
    return answer(page, {}, links, title=title, table=f"<ul>{rows}</ul>")


@router.get("/collections", summary="Collections that are open to the one who asks")
def collections(request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep) -> Response:
    """All collections."""
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    found = house.features.listed(actor, open_to)
    told = [described.collection(page, one) for one in found]
    body = {"collections": told, "crs": systems()}
    links = page.itself()
    if page.form == "html":
        links += [
            Link("item", HTML, page.href(f"/collections/{one['id']}", f="html"), one["title"])
            for one in told
        ]
    return answer(page, body, links, title=page.text("ogc.collections"))


@router.get("/collections/{code}", summary="One collection")
def collection(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str
) -> Response:
    """A collection."""
    page = page_of(request)
    asked.parameters(request, asked.COMMON)
    found = house.features.described(actor, open_to, code)
    body = described.collection(page, found)
    links = [Link(**one) for one in body.pop("links")]
    return answer(page, body, links, title=body["title"])


@router.get("/collections/{code}/queryables", summary="What may be asked about")
def queryables(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str
) -> Response:
    """Names and kinds for filters."""
    return _schema(request, house, actor, open_to, code, queryables=True)


@router.get("/collections/{code}/schema", summary="What features have")
def schema(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str
) -> Response:
    """Names, kinds and units of properties."""
    return _schema(request, house, actor, open_to, code, queryables=False)


def _schema(
    request: Request, house: Any, actor: Any, open_to: May, code: str, *, queryables: bool
) -> Response:
    page = page_of(request, ("json",))
    asked.parameters(request, asked.COMMON)
    found = house.features.described(actor, open_to, code).found
    return plain(page, described.schema(page, found, queryables=queryables), SCHEMA)


@router.get("/collections/{code}/items", summary="Features")
def items(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str
) -> Response:
    """A page of features."""
    page = page_of(request)
    fields = house.features.fields(actor, open_to, code)
    told = asked.parameters(request, (*asked.COMMON, *asked.PAGE, *fields))
    want = asked.items(told, fields)
    found = house.features.page(
        actor, open_to, code, want.wanted, want.paging, crs=want.system.crs, simple=want.simple
    )
    links = _page_links(page, code)
    queryables_at = page.href(f"/collections/{code}/queryables")
    links.append(Link(standards.REL_QUERYABLES, SCHEMA, queryables_at))
    if found.after is not None:
        following = page.same(cursor=asked.cursor(found.matched, found.after))
        links.append(Link("next", _own(page), following))
    body = {
        "type": "FeatureCollection",
        "features": found.features,
        "numberReturned": len(found.features),
        "timeStamp": datetime.now(UTC),
    }
    if found.matched is not None:
        body["numberMatched"] = found.matched
    table = ""
    if page.form == "html":
        here = f"/collections/{code}/items"
        table = table_of(found.features, lambda name: page.href(f"{here}/{name}", f="html"))
    return answer(
        page,
        body,
        links,
        title=code,
        media_type=GEOJSON,
        headers={"Content-Crs": f"<{want.system.uri}>"},
        table=table,
    )


def _own(page: Page) -> str:
    return GEOJSON if page.form == "json" else HTML


def _page_links(page: Page, code: str) -> list[Link]:
    return [*page.itself(GEOJSON), Link("collection", JSON, page.href(f"/collections/{code}"))]


@router.get("/collections/{code}/items/{name}", summary="One feature")
def item(
    request: Request, house: HouseDep, actor: ActorDep, open_to: MayDep, code: str, name: str
) -> Response:
    """A feature."""
    page = page_of(request)
    told = asked.parameters(request, (*asked.COMMON, "crs"))
    system = standards.system(told.get("crs"), "crs")
    found = house.features.one(actor, open_to, code, name, crs=system.crs)
    here = f"/collections/{code}/items"
    shown = [found] if page.form == "html" else []
    return answer(
        page,
        found,
        _page_links(page, code),
        title=f"{code}: {name}",
        media_type=GEOJSON,
        headers={"Content-Crs": f"<{system.uri}>"},
        table=table_of(shown, lambda one: page.href(f"{here}/{one}", f="html")),
    )
