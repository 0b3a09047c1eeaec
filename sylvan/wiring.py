"""The one place that puts collaborators together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import orjson
from fastapi import FastAPI
from sqlalchemy import Engine

from sylvan.domain.codes import NotFound
from sylvan.domain.worlds import World
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.parsed import ParsedFile
from sylvan.live import asyncapi
from sylvan.live.door import LocalDoor
from sylvan.live.gateway import attach
from sylvan.live.hub import Hub
from sylvan.services import packs
from sylvan.services.assess import Assessor
from sylvan.services.base import Clock, real_clock
from sylvan.services.decisions import Decisions
from sylvan.services.feeds import Feeds
from sylvan.services.fires import Fires
from sylvan.services.geography import Geography
from sylvan.services.house import House
from sylvan.services.intake import Intake
from sylvan.services.layers import Layers
from sylvan.services.log import LogReader
from sylvan.services.maps import Maps
from sylvan.services.picture import Picture
from sylvan.services.reports import Reports
from sylvan.services.worlds import Worlds
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.web import app as web_app

STATIC = Path(__file__).resolve().parent / "static"


def house(
    settings: Settings,
    engine: Engine,
    *,
    clock: Clock = real_clock,
    default_world: str = "live",
) -> House:
    """All use-cases on one database."""
    geography = Geography(settings.region)
    assessor = Assessor(geography, clock)
    return House(
        worlds=Worlds(engine, clock),
        intake=Intake(engine, clock, geography, assessor, _reader),
        fires=Fires(engine, clock),
        decisions=Decisions(engine, clock, geography, assessor),
        reports=Reports(engine, clock, geography, assessor),
        picture=Picture(engine, clock, geography),
        maps=Maps(engine, clock, geography),
        layers=Layers(engine, clock),
        feeds=Feeds(engine, clock),
        log=LogReader(engine, settings.resume_days),
        geography=geography,
        default_world=default_world,
    )


def _reader(name: str, body: bytes, now: datetime) -> ParsedFile:
    """How feeds read a file that says everything itself."""
    return read_file(name, body, ReadOptions(now=int(now.timestamp())))


@contextmanager
def opened(settings: Settings, url: str, *, default_world: str = "live") -> Iterator[House]:
    """The use-cases on the database at ``url``; the connections close at the end."""
    engine = store_engine.create(url, pool_size=settings.db_pool)
    try:
        yield house(settings, engine, default_world=default_world)
    finally:
        engine.dispose()


def hub(services: House) -> Hub:
    """The live gateway's hub, reading the same log."""

    def find_world(name: str | None) -> World | None:
        wanted = name or services.default_world
        return next((world for world in services.worlds.listed() if world.name == wanted), None)

    return Hub(services.log, LocalDoor(find_world))


def web(settings: Settings, services: House, live: Hub) -> FastAPI:
    """The web application with the live gateway behind it."""
    try:
        basemap: Path | None = packs.asset(packs.BASEMAP, settings.layers_dir)
    except NotFound:
        basemap = None
    app = web_app.create(services, static=STATIC, basemap=basemap, asyncapi=asyncapi.document())
    attach(app, live)
    return app


def openapi(settings: Settings) -> bytes:
    """The published OpenAPI document, made without a database."""
    engine = store_engine.create("postgresql:///none")
    services = house(settings, engine)
    app = web_app.create(services, static=STATIC, basemap=None, asyncapi=asyncapi.document())
    return orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
