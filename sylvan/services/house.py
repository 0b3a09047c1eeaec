"""All use-cases, as the one wiring place puts them together."""

from dataclasses import dataclass

from sylvan.domain.rights import Rights
from sylvan.services.act_files import ActFiles
from sylvan.services.alerts import Alerts
from sylvan.services.answering import Answering
from sylvan.services.archive import Archive
from sylvan.services.asset_threats import AssetThreats
from sylvan.services.assets import Assets
from sylvan.services.audit import Auditor
from sylvan.services.audit_chain import Chain
from sylvan.services.audit_verify import Verifier
from sylvan.services.audit_views import AuditViews
from sylvan.services.board import Board
from sylvan.services.border import Border
from sylvan.services.bulletin import Bulletin
from sylvan.services.cap_desk import CapDesk
from sylvan.services.cap_intake import CapIntake
from sylvan.services.cap_public import CapReading
from sylvan.services.constraints import Constraints
from sylvan.services.control import Control
from sylvan.services.crew_words import CrewWords
from sylvan.services.danger import Danger
from sylvan.services.decisions import Decisions
from sylvan.services.distress import Distress
from sylvan.services.documents import Documents
from sylvan.services.doors import Doorkeeper
from sylvan.services.drill_tables import DrillTables
from sylvan.services.drills import Drills
from sylvan.services.duty import Duty
from sylvan.services.edges import Edges
from sylvan.services.entrance import Entrance
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
from sylvan.services.forces_lists import ForceLists
from sylvan.services.forces_positions import Positions
from sylvan.services.forces_stations import Stations
from sylvan.services.forces_units import Units
from sylvan.services.forecasts import Forecasts
from sylvan.services.geography import Geography
from sylvan.services.handovers import Handovers
from sylvan.services.heat import Heat
from sylvan.services.heat_learn import HeatLearning
from sylvan.services.hub import NationalHub
from sylvan.services.intake import Intake
from sylvan.services.journal import Journal
from sylvan.services.layer_desk import LayerDesk
from sylvan.services.layers import Layers
from sylvan.services.lightning import Lightning
from sylvan.services.limiting import Limiter
from sylvan.services.log import LogReader
from sylvan.services.maps import Maps
from sylvan.services.notices import Notices
from sylvan.services.orders import Orders
from sylvan.services.outlines import Outlines
from sylvan.services.partners import Partners
from sylvan.services.passes import Passes
from sylvan.services.picture import Picture
from sylvan.services.postroom import Postroom
from sylvan.services.public import Public
from sylvan.services.quarantine import Quarantine
from sylvan.services.regimes import Regimes
from sylvan.services.regroup import Regroup
from sylvan.services.report_answers import ReportAnswers
from sylvan.services.reports import Reports
from sylvan.services.requests import Requests
from sylvan.services.rule_desk import RuleDesk
from sylvan.services.run_cards import RunCards
from sylvan.services.safety import Safety
from sylvan.services.shifts import Shifts
from sylvan.services.signals import Signals
from sylvan.services.subscriptions import Subscriptions
from sylvan.services.suggesting import Suggestions
from sylvan.services.surgery import Surgeries
from sylvan.services.uploads import Uploads
from sylvan.services.verdicts import Verdicts
from sylvan.services.vitals import Vitals
from sylvan.services.ways import Ways
from sylvan.services.weather import Weather
from sylvan.services.webhooks import Webhooks
from sylvan.services.what_if import WhatIf
from sylvan.services.worlds import Worlds


@dataclass(slots=True)
class House:
    """What routers, jobs and commands ask."""

    worlds: Worlds
    intake: Intake
    regroup: Regroup
    archive: Archive
    fires: Fires
    explanations: Explanations
    exposures: Exposures
    decisions: Decisions
    handovers: Handovers
    border: Border
    reports: Reports
    signals: Signals
    surgeries: Surgeries
    edges: Edges
    passes: Passes
    picture: Picture
    maps: Maps
    layers: Layers
    layer_desk: LayerDesk
    feeds: Feeds
    feed_desk: FeedDesk
    quarantine: Quarantine
    answering: Answering
    log: LogReader
    hub: NationalHub
    assets: Assets
    asset_threats: AssetThreats
    vitals: Vitals
    heat: Heat
    heat_learning: HeatLearning
    lightning: Lightning
    weather: Weather
    danger: Danger
    forecasts: Forecasts
    stations: Stations
    units: Units
    positions: Positions
    force_lists: ForceLists
    forces_history: ForcesHistory
    orders: Orders
    requests: Requests
    ways: Ways
    suggestions: Suggestions
    run_cards: RunCards
    notices: Notices
    safety: Safety
    control: Control
    regimes: Regimes
    bulletin: Bulletin
    act_files: ActFiles
    alerts: Alerts
    rule_desk: RuleDesk
    subscriptions: Subscriptions
    what_if: WhatIf
    verdicts: Verdicts
    constraints: Constraints
    public: Public
    features: Features
    exports: Exports
    figures: Figures
    figure_tables: FigureTables
    documents: Documents
    board: Board
    cap: CapReading
    cap_desk: CapDesk
    cap_intake: CapIntake
    outlines: Outlines
    field: Field
    field_sync: FieldSync
    distress: Distress
    crew_words: CrewWords
    uploads: Uploads
    report_answers: ReportAnswers
    geography: Geography
    auditor: Auditor
    audit_views: AuditViews
    audit_chain: Chain
    audit_proof: Verifier
    drills: Drills
    drill_tables: DrillTables
    duty: Duty
    journal: Journal
    shifts: Shifts
    rights: Rights
    door: Doorkeeper
    entrance: Entrance
    postroom: Postroom
    limiter: Limiter
    partners: Partners
    webhooks: Webhooks
    default_world: str = "live"
