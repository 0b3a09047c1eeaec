"""The web application: routers, problems, bounds, the site around them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Depends, FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from prometheus_client import CollectorRegistry
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES

from sylvan import __version__
from sylvan.services.faults import TRANSLATORS, Translator
from sylvan.services.house import House
from sylvan.services.listening import Listening
from sylvan.web import answer_page, document, metrics, problems, site
from sylvan.web.acting import identity
from sylvan.web.answers import GeoTiff, Jpeg, Json, Png
from sylvan.web.exercise import Exercise
from sylvan.web.guard import Guard
from sylvan.web.meter import Meter
from sylvan.web.ogc import app as ogc
from sylvan.web.operations import operation_id
from sylvan.web.routers import health
from sylvan.web.routers.published import PUBLISHED
from sylvan.web.site import Site
from sylvan.web.visitors import Visitors
from sylvan.web.watch import Figures, Watch
from sylvan.web.witness import Witness

API: Final = "/api/v1"
GZIP_FROM_BYTES: Final = 2000
"""Below that the headers weigh as much as what is saved."""
PACKED: Final = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    site.PMTILES,
    *(str(one.media_type) for one in (Jpeg, Png, GeoTiff)),
)


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of besides the use-cases."""

    site: Site
    asyncapi: Mapping[str, Any]
    visitors: Visitors = field(default_factory=Visitors)
    translators: Mapping[type[Exception], Translator] = field(default_factory=dict)
    """Faults of rooms that this one does not know, as refusals."""
    live_ready: Callable[[], bool] = _always
    listening: Listening | None = None
    """The live channel's other ways."""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    chatty: bool = False
    """Whether plain reads are written to the log."""
    reads_only: bool = False
    """Whether this process takes no changes: a gateway."""


def create(house: House, parts: Parts) -> FastAPI:
    """The application around the use-cases of ``house``."""
    app = FastAPI(
        title="Sylvan",
        version=__version__,
        summary="Wildfire detection and coordination: one fire, one id, one live map",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        default_response_class=Json,
        generate_unique_id_function=operation_id,
    )
    app.state.house = house
    app.state.asyncapi = dict(parts.asyncapi)
    app.state.registry = parts.registry
    app.state.live_ready = parts.live_ready
    app.state.listening = parts.listening
    metrics.register(parts.registry, house.vitals)
    app.add_middleware(Exercise)
    app.add_middleware(Witness, auditor=house.auditor)
    app.add_middleware(
        GZipMiddleware,
        minimum_size=GZIP_FROM_BYTES,
        compresslevel=5,
        exclude_content_types=PACKED,
    )
    app.add_middleware(Meter, usage=house.limiter.usage)
    app.add_middleware(Guard, visitors=parts.visitors, reads_only=parts.reads_only)
    app.add_middleware(Watch, figures=Figures(parts.registry), chatty=parts.chatty)
    problems.install(app, {**TRANSLATORS, **parts.translators})
    for router in PUBLISHED:
        app.include_router(router, prefix=API, dependencies=[Depends(identity)])
    app.include_router(health.router)
    app.include_router(answer_page.router)
    document.install(app)
    ogc.install(app, house, {**TRANSLATORS, **parts.translators})
    site.install(app, parts.site)
    return app
