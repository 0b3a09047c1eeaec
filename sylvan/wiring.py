"""The one place that puts collaborators together."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from sqlalchemy import Engine

from sylvan import wiring_alerts
from sylvan.domain.codes import Invalid, NotFound, Refusal
from sylvan.domain.feeding import Source, Way
from sylvan.domain.outward import Trusted
from sylvan.domain.rights import Rights
from sylvan.domain.worlds import World
from sylvan.feeds import drop, firms, forecast_api, orbits, rejected
from sylvan.feeds import lightning as lightning_files
from sylvan.feeds.asset_files import LIMITS as ASSET_FILES
from sylvan.feeds.asset_files import read_assets
from sylvan.feeds.errors import FeedError
from sylvan.feeds.layer_files import read_layer_file
from sylvan.feeds.neighbours import NeighbourList, read_neighbours
from sylvan.feeds.options import ReadOptions
from sylvan.feeds.parse import read_file
from sylvan.feeds.parsed import ParsedFile
from sylvan.feeds.positions import read_positions
from sylvan.feeds.sheets import read_sheets, write_csv, write_xlsx
from sylvan.feeds.weather import read_weather
from sylvan.jobs.drill_days import DrillDays
from sylvan.live import asyncapi
from sylvan.live.door import GuardedDoor, Origins
from sylvan.live.ear import Ear
from sylvan.live.gateway import attach
from sylvan.live.hub import Beside, Hub
from sylvan.live.metrics import Metrics, watch_bus
from sylvan.live.outlets import Outlets
from sylvan.ops import refusal, telemetry, tls_page
from sylvan.ops.cap_key import CapKey, verified
from sylvan.ops.certificates import Authority
from sylvan.ops.signing import CheckpointKey
from sylvan.services import (
    cap_rules,
    cards,
    command_rules,
    damage_rules,
    danger_rules,
    exposure_rules,
    figures_rules,
    forces_rules,
    limit_rules,
    packs,
    rights,
    sign_in_rules,
    weather_winds,
)
from sylvan.services.accounts import Accounts
from sylvan.services.act_files import ActFiles
from sylvan.services.alert_book import RuleBook
from sylvan.services.alert_desk import AlertDesk
from sylvan.services.alert_lookups import Finder
from sylvan.services.alert_people import SCREEN, AlertPeople
from sylvan.services.alerts import Alerts
from sylvan.services.answering import Answering
from sylvan.services.archive import Archive
from sylvan.services.assess import Assessor
from sylvan.services.asset_follow import AssetFollower
from sylvan.services.asset_threats import AssetThreats
from sylvan.services.assets import Assets
from sylvan.services.audit import Auditor
from sylvan.services.audit_chain import Chain
from sylvan.services.audit_verify import Verifier
from sylvan.services.audit_views import AuditViews
from sylvan.services.base import Clock, database_clock, real_clock
from sylvan.services.board import Board
from sylvan.services.border import Border
from sylvan.services.bulletin import Bulletin
from sylvan.services.bus import Bus
from sylvan.services.cap_desk import CapDesk
from sylvan.services.cap_intake import CapIntake
from sylvan.services.cap_public import CapReading
from sylvan.services.constraints import Constraints
from sylvan.services.control import Control
from sylvan.services.crew_words import CrewWords
from sylvan.services.danger import Danger
from sylvan.services.danger_maps import Mapper
from sylvan.services.decisions import Decisions
from sylvan.services.distress import Distress
from sylvan.services.document_days import DayFields
from sylvan.services.document_fires import FireFields
from sylvan.services.document_templates import Templates, merged_words
from sylvan.services.documents import Documents
from sylvan.services.doors import Identity, OpenDoor
from sylvan.services.drill_people import DrillPeople
from sylvan.services.drill_scores import Scores
from sylvan.services.drill_tables import DrillTables
from sylvan.services.drills import Drills
from sylvan.services.duty import Duty
from sylvan.services.edges import Edges
from sylvan.services.entrance import Entrance, Mode
from sylvan.services.explain import Explanations
from sylvan.services.exports import Exports
from sylvan.services.exposure import Exposures
from sylvan.services.features import Features
from sylvan.services.feed_desk import FeedDesk
from sylvan.services.feeds import Feeds
from sylvan.services.field import Field
from sylvan.services.field_sync import FieldSync
from sylvan.services.figures import Figures
from sylvan.services.figures_tables import FigureTables
from sylvan.services.fires import Fires
from sylvan.services.forces_history import ForcesHistory
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_lists import ForceLists, Writers
from sylvan.services.forces_positions import Positions
from sylvan.services.forces_stations import Stations
from sylvan.services.forces_units import Units
from sylvan.services.forecasting import Forecasters
from sylvan.services.forecasts import Forecasts
from sylvan.services.forecasts_ask import Asker
from sylvan.services.gate import Gate
from sylvan.services.geography import Geography
from sylvan.services.handovers import Handovers
from sylvan.services.heat import Heat
from sylvan.services.heat_learn import HeatLearning
from sylvan.services.helpers import Helpers
from sylvan.services.house import House
from sylvan.services.hub import NationalHub
from sylvan.services.intake import Intake
from sylvan.services.journal import Journal
from sylvan.services.keys import Keys
from sylvan.services.layer_desk import LayerDesk
from sylvan.services.layer_follow import LayerFollower
from sylvan.services.layers import Layers
from sylvan.services.letterbox import Letterbox
from sylvan.services.lightning import Lightning, Readers
from sylvan.services.limiting import Limiter
from sylvan.services.log import LogReader
from sylvan.services.maps import Maps
from sylvan.services.measuring import Measurers
from sylvan.services.notices import Notices
from sylvan.services.oidc import Oidc
from sylvan.services.oidc_provider import Client, Provider
from sylvan.services.orders import Orders
from sylvan.services.outlines import Outlines
from sylvan.services.outward import Outward
from sylvan.services.partners import Partners, Sandbox
from sylvan.services.passes import Passes
from sylvan.services.passwords import Passwords
from sylvan.services.picture import Picture
from sylvan.services.presence import Presences
from sylvan.services.public import Public
from sylvan.services.pulse import Pulses
from sylvan.services.quarantine import Quarantine
from sylvan.services.ready_roles import ReadyRoles
from sylvan.services.recent import Recent
from sylvan.services.regimes import Regimes
from sylvan.services.regroup import Regroup
from sylvan.services.report_answers import ReportAnswers
from sylvan.services.reports import Reports
from sylvan.services.requests import Requests
from sylvan.services.rule_desk import RuleDesk
from sylvan.services.run_cards import RunCards
from sylvan.services.safety import Safety
from sylvan.services.sealing import Seal
from sylvan.services.second_factor import SecondFactor
from sylvan.services.sessions import Sessions
from sylvan.services.shifts import Shifts
from sylvan.services.sign_in import SignIn
from sylvan.services.signal_crews import SignalCrews
from sylvan.services.signals import Signals
from sylvan.services.standing import Standing
from sylvan.services.subscriptions import Subscriptions
from sylvan.services.suggest_inputs import Gatherer
from sylvan.services.suggesting import Suggestions
from sylvan.services.surgery import Surgeries
from sylvan.services.surroundings import Surveyor
from sylvan.services.terrain import FILE as TERRAIN_FILE
from sylvan.services.terrain import Terrain
from sylvan.services.travel import Travels
from sylvan.services.uploads import Uploads
from sylvan.services.usage import Usage
from sylvan.services.verdicts import Verdicts
from sylvan.services.vitals import Vitals
from sylvan.services.ways import Ways
from sylvan.services.weather import Weather
from sylvan.services.webhook_posts import Posts
from sylvan.services.webhooks import Webhooks
from sylvan.services.what_if import WhatIf
from sylvan.services.winds import Winds
from sylvan.services.worlds import Worlds
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from sylvan.web import app as web_app
from sylvan.web import catalogue, cookies
from sylvan.web.app import Parts
from sylvan.web.site import AuthorityPage, Site
from sylvan.web.visitors import Visitors

STATIC = Path(__file__).resolve().parent / "static"


def house(
    settings: Settings,
    engine: Engine,
    *,
    clock: Clock = real_clock,
    default_world: str = "live",
    sign_in: Mode = "open",
    bus: Bus | None = None,
) -> House:
    """All use-cases on one database; unless it is asked for, nobody has to sign in."""
    may = rights.load(settings.alerts_dir)
    inside = entrance(settings, engine, clock, may.rights, sign_in)
    log = LogReader(engine, settings.resume_days, bus=bus)
    limiter = Limiter(limit_rules.load(settings.alerts_dir, may.rights), Usage(engine, clock))
    rules = exposure_rules.load(settings.alerts_dir)
    geography = Geography(settings.region, rules.kinds, may.ranges)
    surveyor = Surveyor(geography)
    weather = Weather(engine, clock, geography, read_weather)
    winds = Winds(weather_winds.at_places, rules.sector)
    exposures = Exposures(engine, clock, geography, winds, rules)
    assessor = Assessor(geography, clock, surveyor, Measurers(), exposures)
    heat = Heat(engine, clock, geography, surveyor, assessor)
    follower = AssetFollower(engine, clock, geography, assessor)
    strokes = Readers(lightning_files.read_strokes, lightning_files.of_json)
    intake = Intake(engine, clock, geography, assessor, _reader)
    keeper = Keeper(geography, forces_rules.load(settings.alerts_dir))
    command = command_rules.load(settings.alerts_dir)
    orders = Orders(engine, clock, keeper, command)
    positions = Positions(engine, clock, keeper, read_positions)
    danger = Danger(
        engine,
        clock,
        geography,
        danger_rules.load(settings.alerts_dir),
        Mapper(settings.data_dir / "danger"),
    )
    regimes = Regimes(engine, clock, geography, danger, command.regimes)
    features = Features(engine, clock, geography, danger, may.rights)
    travels = Travels(settings.region, terrain(settings))
    gatherer = Gatherer(keeper, travels, cards.load(settings.alerts_dir), winds, danger)
    figures = Figures(engine, clock, geography, figures_rules.load(settings.alerts_dir))
    bulletin = Bulletin(engine, clock, regimes)
    helpers = Helpers(1, spare=1, name="suggestion")
    spoken, cap_key = cap_rules.load(settings.alerts_dir), CapKey(settings.data_dir)
    suggesting = Suggestions(engine, clock, gatherer, helpers)
    beside = neighbours(settings)
    decisions = Decisions(engine, clock, geography, assessor, may.authority)
    handovers = Handovers(engine, clock, geography, assessor, decisions, beside.codes)
    units = Units(engine, clock, keeper)
    reports = Reports(engine, clock, geography, assessor)
    crews = SignalCrews(engine, clock, geography, units, positions)
    documents = _documents(settings, figures, bulletin)
    ways = Ways(engine, clock, keeper, travels, winds)
    safety = Safety(engine, clock, keeper, positions, command.safety)
    told = alerts(settings, engine, clock, inside, may.rights, regimes)
    drills = Drills(
        engine,
        clock,
        may.rights,
        DrillPeople(engine, clock, may.rights, demo=inside.mode == "demo"),
        DrillDays(engine, settings.region, settings.layers_dir),
        Scores(engine, clock, told.desk.book, figures),
    )
    post = wiring_alerts.postroom(settings, engine, clock, Letterbox())
    return House(
        worlds=Worlds(engine, clock),
        intake=intake,
        regroup=Regroup(engine, clock, assessor, intake),
        archive=Archive(engine, clock, geography, surveyor),
        fires=Fires(engine, clock, geography),
        explanations=Explanations(engine, clock, geography, surveyor),
        exposures=exposures,
        decisions=decisions,
        handovers=handovers,
        border=Border(engine, clock, geography, beside.border_km, handovers.heard),
        reports=reports,
        signals=Signals(engine, clock, geography, reports, crews),
        surgeries=Surgeries(engine, clock, assessor),
        edges=Edges(engine, clock, assessor, may.authority),
        passes=Passes(engine, clock, geography),
        picture=Picture(engine, clock, geography, keeper, orders),
        maps=Maps(engine, clock, geography),
        layers=Layers(engine, clock),
        layer_desk=LayerDesk(
            engine, clock, settings.region, read_layer_file, LayerFollower(engine, clock, follower)
        ),
        feeds=Feeds(engine, clock),
        feed_desk=FeedDesk(engine, clock, sources(settings)),
        quarantine=Quarantine(
            engine, clock, weather, rejected.rejects, rejected.with_lines, write_csv
        ),
        answering=Answering(
            engine,
            clock,
            may.rights,
            told.desk.people,
            told.desk.book,
            command.ladder,
            post.deliveries.escalation,
            settings.region,
        ),
        log=log,
        hub=NationalHub(engine, clock),
        assets=Assets(
            engine,
            clock,
            geography,
            read_assets,
            follower,
            ASSET_FILES.body_bytes,
            may.ranges.asset_km,
        ),
        asset_threats=AssetThreats(engine, clock, winds, rules, may.ranges),
        vitals=Vitals(engine, clock),
        heat=heat,
        heat_learning=HeatLearning(engine, clock, geography, surveyor, heat),
        lightning=Lightning(engine, clock, geography, surveyor, assessor, strokes),
        weather=weather,
        danger=danger,
        forecasts=Forecasts(
            engine,
            clock,
            Asker(settings.region, weather),
            Forecasters(),
            terrain(settings),
            exposures.reached,
        ),
        stations=Stations(engine, clock, keeper),
        units=units,
        positions=positions,
        force_lists=ForceLists(engine, clock, keeper, read_sheets, Writers(write_csv, write_xlsx)),
        forces_history=ForcesHistory(engine, clock),
        orders=orders,
        requests=Requests(engine, clock, command.ladder),
        ways=ways,
        notices=Notices(engine, clock),
        safety=safety,
        control=Control(engine, clock, danger, command.control, may.authority),
        regimes=regimes,
        bulletin=bulletin,
        act_files=ActFiles(engine, clock),
        alerts=told,
        rule_desk=RuleDesk(engine, clock, told.desk, post.deliveries.writer, settings.alerts_dir),
        subscriptions=Subscriptions(engine, clock, geography),
        suggestions=suggesting,
        run_cards=RunCards(engine, clock, gatherer),
        what_if=WhatIf(engine, clock, suggesting),
        verdicts=Verdicts(engine, clock),
        constraints=Constraints(engine, clock),
        public=Public(engine, clock, geography, danger),
        features=features,
        exports=Exports(engine, clock, features, settings.data_dir / "exports"),
        figures=figures,
        figure_tables=FigureTables(figures, Writers(write_csv, write_xlsx)),
        documents=documents,
        board=Board(engine, clock, geography, orders, regimes, figures, documents),
        cap=CapReading(engine, clock, geography, spoken, cap_key),
        cap_desk=CapDesk(engine, clock, geography, danger, spoken, _say, cap_key),
        cap_intake=CapIntake(engine, clock, geography, reports, spoken, cap_key, verified, _say),
        outlines=Outlines(engine, clock, keeper, may.rights),
        field=Field(engine, clock, geography, orders, ways, safety),
        field_sync=FieldSync(engine, clock),
        distress=Distress(engine, clock, positions),
        crew_words=CrewWords(engine, clock),
        uploads=Uploads(engine, clock),
        report_answers=ReportAnswers(engine, clock),
        geography=geography,
        auditor=Auditor(engine, clock),
        audit_views=AuditViews(engine, clock),
        audit_chain=Chain(engine, clock, CheckpointKey(settings.data_dir)),
        audit_proof=Verifier(engine, clock),
        drills=drills,
        drill_tables=DrillTables(Writers(write_csv, write_xlsx)),
        duty=Duty(engine, clock, may.rights),
        journal=Journal(engine, clock),
        shifts=Shifts(engine, clock),
        rights=may.rights,
        door=OpenDoor() if sign_in == "open" else _gate(inside),
        entrance=inside,
        postroom=post,
        limiter=limiter,
        partners=Partners(inside.keys, limiter, Sandbox()),
        webhooks=webhooks(settings, engine, clock, may.rights, inside, log, drills.enters),
        default_world=default_world,
    )


def _documents(settings: Settings, figures: Figures, bulletin: Bulletin) -> Documents:
    """Documents, in the words of the catalogue and an operator's own templates."""
    words = frozenset(merged_words(catalogue.merged("ru")))
    return Documents(
        figures.engine,
        figures.clock,
        DayFields(figures, bulletin),
        FireFields(figures, damage_rules.load(settings.alerts_dir)),
        Templates(settings.alerts_dir, words),
        catalogue.merged,
    )


def webhooks(
    settings: Settings,
    engine: Engine,
    clock: Clock,
    may: Rights,
    inside: Entrance,
    log: LogReader,
    enters: Callable[[Identity, World], bool],
) -> Webhooks:
    """Endpoints, and what their sender asks."""
    standing = Standing(engine, inside.keys.clock, inside.ready, local=inside.mode == "open")
    outward = Outward(Trusted.read(settings.outward_trusted))
    source = f"urn:sylvan:{settings.region}"
    posts = Posts(engine, clock, standing, Seal(settings.data_dir), outward, Ear(may), log, source)
    return Webhooks(engine, clock, may, posts, enters)


def _say(language: str, code: str, params: Mapping[str, Any]) -> str:
    """A text of the catalogues, for messages that leave the house as words."""
    return str(catalogue.merged(language)[code]).format(**params)


def entrance(settings: Settings, engine: Engine, clock: Clock, may: Rights, mode: Mode) -> Entrance:
    """Signing in. Unless a test sets the clock, its times are the database's."""
    time = database_clock(engine) if clock is real_clock else clock
    recent = Recent()
    ready = ReadyRoles(engine, time, may) if mode == "demo" else None
    sessions = Sessions(engine, time, recent, ready)
    second = SecondFactor(Seal(settings.data_dir))
    return Entrance(
        mode,
        Accounts(engine, time, may, recent),
        Keys(engine, time, may, recent, "demo" if ready else "live"),
        sessions,
        SignIn(engine, time, sessions, Passwords(), second),
        ready,
        _oidc(settings, engine, time, may, sessions) if mode == "required" else None,
    )


def alerts(
    settings: Settings,
    engine: Engine,
    clock: Clock,
    inside: Entrance,
    may: Rights,
    regimes: Regimes,
) -> Alerts:
    """Alert rules and who is told; a demo tells on the screen alone."""
    book = RuleBook(settings.alerts_dir, may.roles)
    people = AlertPeople(engine, clock, may, inside, settings.region, settings.alerts_language)
    quiet = settings.alerts == "screen" or inside.mode == "demo"
    channels = (SCREEN.channel,) if quiet else ()
    desk = AlertDesk(engine, clock, book, people, Finder(regimes), channels)
    return Alerts(engine, clock, desk)


def _oidc(
    settings: Settings, engine: Engine, clock: Clock, may: Rights, sessions: Sessions
) -> Oidc | None:
    """Signing in with a provider of identities, where one is set."""
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret
    client = Client(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret.get_secret_value() if secret else "",
    )
    rules = sign_in_rules.load(settings.alerts_dir)
    return Oidc(engine, clock, Provider(client), rules, may, sessions)


def _gate(inside: Entrance) -> Gate:
    return Gate(inside.sessions, inside.keys, inside.sessions.recent)


def neighbours(settings: Settings, environ: Mapping[str, str] | None = None) -> NeighbourList:
    """The neighbouring regions that are read; with ``environ`` also their keys.

    Raises:
        refusal.Refusal: the file cannot be used, or a key is missing.
    """
    if settings.neighbours_file is None:
        return NeighbourList()
    try:
        return read_neighbours(settings.neighbours_file, settings.region, environ)
    except FeedError as error:
        raise refusal.Refusal(
            f"{settings.neighbours_file} cannot be used: {error}.",
            "It holds a list, neighbours, each with code, url (https) and key_env",
        ) from None


def sources(settings: Settings) -> tuple[Source, ...]:
    """The feeds that this installation is set to ask and watch."""
    found = [Source("drop", drop.KIND, Way.WATCHED)]
    if settings.firms_map_key is not None:
        every_s = settings.poll_minutes * 60.0
        names = (firms.feed_name(source) for source in firms.ASKED)
        found += [Source(name, firms.KIND, Way.ASKED, every_s) for name in names]
    if settings.orbits_urls.strip():
        found.append(Source(orbits.FEED, orbits.KIND, Way.ASKED, settings.orbits_hours * 3600.0))
    if settings.forecast_url.strip():
        every_s = settings.forecast_hours * 3600.0
        found.append(Source(forecast_api.FEED, forecast_api.KIND, Way.ASKED, every_s))
    return tuple(found)


def terrain(settings: Settings) -> Terrain:
    """Where the region's terrain model may lie: the operator's own counts before the pack's."""
    pack = packs.folders(settings.layers_dir).get(settings.region)
    beside = () if pack is None else (pack / TERRAIN_FILE,)
    return Terrain((settings.terrain_file, *beside))


def _reader(name: str, body: bytes, now: datetime) -> ParsedFile:
    """How feeds read a file that says everything itself."""
    return read_file(name, body, ReadOptions(now=int(now.timestamp())))


@contextmanager
def opened(
    settings: Settings, url: str, *, default_world: str = "live", sign_in: Mode = "open"
) -> Iterator[House]:
    """The use-cases on the database at ``url``; the connections close at the end."""
    engine = store_engine.create(url, pool_size=settings.db_pool)
    carrier = bus(settings)
    made = house(settings, engine, default_world=default_world, sign_in=sign_in, bus=carrier)
    try:
        with telemetry.running(settings, engine):
            yield made
    finally:
        made.intake.assessor.measurers.stop()
        made.forecasts.forecasters.stop()
        made.suggestions.helpers.stop()
        made.auditor.stop()
        made.limiter.usage.stop()
        if carrier is not None:
            carrier.close()
        engine.dispose()


def bus(settings: Settings) -> Bus | None:
    """What wakes readers beside the database, where it is set.

    Raises:
        refusal.Refusal: it is set, and the library for it is missing.
    """
    if settings.nats_url is None:
        return None
    try:
        from sylvan.services.nats_bus import NatsBus  # noqa: PLC0415 - an optional library
    except ModuleNotFoundError as error:
        raise refusal.Refusal(
            f"SYLVAN_NATS_URL is set, and {error.name} is not installed.",
            "Install it: pip install 'sylvan[nats]', or unset SYLVAN_NATS_URL",
        ) from None
    servers = [url.strip() for url in settings.nats_url.get_secret_value().split(",")]
    return NatsBus(servers, settings.region)


def visitors(settings: Settings) -> Visitors:
    """Under which names this server answers: on loopback its own, elsewhere those given if any."""
    names = settings.names.replace(",", " ").split()
    if not settings.loopback and not names:
        return Visitors()
    local = ("localhost", "127.0.0.1", "[::1]", settings.host)
    return Visitors.of([*local, *names])


def hub(settings: Settings, services: House, registry: CollectorRegistry) -> Hub:
    """The live gateway's hub, reading the same log."""

    def find_world(name: str | None) -> World | None:
        wanted = name or services.default_world
        return next((world for world in services.worlds.listed() if world.name == wanted), None)

    origins = Origins(hosts=visitors(settings).hosts)
    engine, clock = services.picture.engine, services.picture.clock
    names = (cookies.SESSION, cookies.PLAIN_SESSION)
    return Hub(
        services.log,
        GuardedDoor(services.door, services.rights, find_world, names, services.drills.enters),
        origins=origins,
        metrics=Metrics(registry),
        clock=clock,
        beside=Beside(
            services.rights,
            Pulses(engine, clock),
            Presences(engine),
            services.log.travellers.sending,
        ),
    )


def _refused_file(error: Exception) -> Refusal | None:
    """A hopeless file or a feed's own refusal, as the web tells it."""
    if not isinstance(error, FeedError):
        return None
    return Invalid(error.code, error.as_coded().params, "body")


def _authority_page(settings: Settings) -> AuthorityPage:
    """The page that installs the local authority; looked for at each request, it may come later."""
    certificate = Authority(settings.data_dir).ca_cert

    def page(language: str, url: str) -> str | None:
        if not certificate.is_file():
            return None
        return tls_page.install_page(tls_page.PageRequest(certificate, url, language))

    def body() -> bytes | None:
        return tls_page.ca_download(certificate) if certificate.is_file() else None

    return AuthorityPage(tls_page.CA_FILE, tls_page.CA_MEDIA_TYPE, page, body)


def _basemap(settings: Settings) -> Path | None:
    try:
        return packs.asset(packs.BASEMAP, settings.layers_dir)
    except NotFound:
        return None


def web(
    settings: Settings, services: House, *, chatty: bool = False, reads_only: bool = False
) -> tuple[FastAPI, Hub]:
    """The web application, and the live gateway behind it."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    if services.log.bus is not None:
        watch_bus(services.log.bus, registry)
    live = hub(settings, services, registry)
    parts = Parts(
        Site(STATIC, _basemap(settings), _authority_page(settings)),
        asyncapi.document(),
        visitors(settings),
        translators={FeedError: _refused_file},
        live_ready=lambda: live.ready,
        listening=Outlets(live),
        registry=registry,
        chatty=chatty,
        reads_only=reads_only,
    )
    app = web_app.create(services, parts)
    attach(app, live)
    return app, live


def openapi(settings: Settings) -> bytes:
    """The published OpenAPI document, made without a database."""
    services = house(settings, store_engine.create("postgresql:///none"))
    app = web_app.create(services, Parts(Site(STATIC), asyncapi.document()))
    return orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
