"""The routers of the published interface, in the order in which its document shows them."""

from typing import Final

from fastapi import APIRouter

from sylvan.web.routers import (
    edges,
    explanations,
    feeds,
    fires,
    forecasts,
    heat,
    lightning,
    maps,
    passes,
    picture,
    reports,
    surgery,
)

PUBLISHED: Final[tuple[APIRouter, ...]] = (
    picture.router,
    fires.router,
    explanations.router,
    forecasts.router,
    passes.router,
    surgery.router,
    edges.router,
    edges.uploads,
    reports.router,
    maps.router,
    heat.router,
    lightning.router,
    feeds.router,
)
