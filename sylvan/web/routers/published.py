"""The routers of the published interface, in the order in which its document shows them."""

from typing import Final

from fastapi import APIRouter

from sylvan.web.routers import (
    command,
    danger,
    decided,
    edges,
    explanations,
    exposure,
    feeds,
    fires,
    forces,
    forecasts,
    heat,
    hub,
    lightning,
    live,
    maps,
    orders,
    passes,
    picture,
    reports,
    safety,
    suggestions,
    surgery,
)

PUBLISHED: Final[tuple[APIRouter, ...]] = (
    picture.router,
    live.router,
    fires.router,
    explanations.router,
    exposure.router,
    forecasts.router,
    forces.router,
    orders.router,
    decided.router,  # before suggestions/{number}
    suggestions.router,
    safety.router,
    safety.notices,
    command.control,
    command.regimes,
    passes.router,
    surgery.router,
    edges.router,
    edges.uploads,
    reports.router,
    maps.router,
    heat.router,
    lightning.router,
    danger.router,
    feeds.router,
    hub.router,
)
