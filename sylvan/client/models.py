"""What is sent and what comes back.

Made by sylvan.client.generate from the published document.
"""

# ruff: noqa: E501, UP013
from typing import Any, Literal, NotRequired, TypedDict

Address = TypedDict(
    "Address",
    {
        "compartment": NotRequired["Place | None"],
        "forestry": NotRequired["Place | None"],
        "land_category": NotRequired["str | None"],
        "missing": NotRequired["list[str]"],
        "municipality": NotRequired["Place | None"],
        "nearest": NotRequired["Nearest | None"],
        "region": NotRequired["Place | None"],
        "sample": NotRequired["bool"],
        "stand": NotRequired["Place | None"],
        "subforestry": NotRequired["Place | None"],
        "time_zone": NotRequired["str | None"],
        "zone": NotRequired["Literal['ground', 'aviation', 'control'] | None"],
    },
)
AlternativeTold = TypedDict(
    "AlternativeTold",
    {
        "arrive_h": "float | None",
        "by": "ChangeTold",
        "contained_h": "float | None",
        "loss_ha": "float",
        "units": "list[UnitGoing]",
        "wish": "Wish",
    },
)
Answer = Literal["seen", "kept", "accepted", "dismissed"]
AnswerNotice = TypedDict("AnswerNotice", {"answer": "Answer", "note": NotRequired["str"]})
Arrival = TypedDict(
    "Arrival",
    {
        "arrives_at": "str | None",
        "course": "list[WayStop]",
        "departs_at": "str | None",
        "legs": "list[WayLeg]",
        "reasons": "list[CodedText]",
        "unit": "str",
    },
)
AskForecast = TypedDict(
    "AskForecast",
    {"hours": NotRequired["int"], "point": "list[float]", "start": NotRequired["str | None"]},
)
AskWhatIf = TypedDict(
    "AskWhatIf",
    {
        "placed": NotRequired["list[PlacedAsked]"],
        "wind": NotRequired["WindAsked | None"],
        "without": NotRequired["list[str]"],
    },
)
Attach = TypedDict("Attach", {"fire_id": "str"})
AuditPage = TypedDict("AuditPage", {"next": "str | None", "rows": "list[AuditRow]"})
AuditRow = TypedDict(
    "AuditRow",
    {
        "action": "str",
        "actor": "str",
        "at": "str",
        "changes": "dict[str, Any]",
        "hash": "str | None",
        "id": "int",
        "level": "str",
        "peer": "str | None",
        "recorded_at": "str",
        "role": "str",
        "seq": "int | None",
        "subject": "str",
        "version": "int | None",
        "world": "str | None",
    },
)
Back = TypedDict("Back", {"back": "str"})
BadRow = TypedDict("BadRow", {"code": "str", "field": "str", "line": "int", "value": "str"})
Bearing = TypedDict(
    "Bearing",
    {
        "bearing_deg": "float",
        "declination_deg": NotRequired["float"],
        "distance_km": NotRequired["float | None"],
        "error_deg": NotRequired["float"],
        "name": NotRequired["str"],
        "origin": "list[float]",
    },
)
BelowTold = TypedDict("BelowTold", {"base": "str", "kind": "str", "least": "int", "left": "int"})
Body_edges_give_gpx = TypedDict(
    "Body_edges_give_gpx",
    {"at": NotRequired["str | None"], "file": "str", "note": NotRequired["str"]},
)
BulletinFires = TypedDict(
    "BulletinFires",
    {
        "active": "int",
        "area_ha": "float",
        "contained": "int",
        "out_today": "int",
        "registered_today": "int",
        "suspended": "int",
    },
)
BulletinPlace = TypedDict(
    "BulletinPlace",
    {
        "area_ha": "float",
        "class": "int | None",
        "code": "str",
        "fires": "int",
        "name": "dict[str, str]",
        "regimes": "list[BulletinRegime]",
    },
)
BulletinRegime = TypedDict(
    "BulletinRegime", {"act": "str", "kind": "RegimeKind", "since": "str", "until": "str | None"}
)
BulletinTold = TypedDict(
    "BulletinTold",
    {
        "assumed": "list[CodedText]",
        "date": "str",
        "fires": "BulletinFires",
        "made_at": "str",
        "municipalities": "list[BulletinPlace]",
        "signals": "int",
        "world": "str",
        "zone": "str",
    },
)
Cancel = TypedDict("Cancel", {"date": "str", "number": "str", "reason": "str"})
Cancelled = TypedDict(
    "Cancelled", {"at": "str", "by": "str", "date": "str | None", "number": "str", "reason": "str"}
)
CardLineTold = TypedDict(
    "CardLineTold",
    {
        "count": "int",
        "kind": "str | None",
        "missing": "int",
        "units": "list[CardUnit]",
        "within_h": "float",
    },
)
CardUnit = TypedDict("CardUnit", {"eta_at": "str", "unit": "str"})
Cause = TypedDict(
    "Cause",
    {
        "at": "str",
        "cause": "Literal['lightning']",
        "distance_km": "float",
        "hours_before": "float",
        "peak_ka": "float | None",
        "point": "list[float]",
        "weight": "float",
    },
)
Causes = TypedDict("Causes", {"candidates": "list[Cause]", "missing": "list[CodedText]"})
ChainTold = TypedDict(
    "ChainTold",
    {"checkpoint": "CheckpointTold | None", "hash": "str", "seq": "int", "waiting": "int"},
)
Change = TypedDict(
    "Change",
    {
        "area_gained_ha": "float",
        "frp_change_mw": "float | None",
        "new_detections": "int",
        "reasons": "list[CodedText]",
        "satellite": "str",
        "since": "str | None",
        "until": "str",
    },
)
ChangePerson = TypedDict(
    "ChangePerson",
    {
        "level": "Level",
        "name": NotRequired["str | None"],
        "owner": NotRequired["str"],
        "role": "str",
        "territories": NotRequired["list[str]"],
    },
)
ChangeStatus = TypedDict("ChangeStatus", {"facts": NotRequired["dict[str, Any]"], "to": "str"})
ChangeTold = TypedDict(
    "ChangeTold", {"arrive_h": "float | None", "contained_h": "float | None", "loss_ha": "float"}
)
ChangeWebhook = TypedDict(
    "ChangeWebhook",
    {
        "filter": NotRequired["HookFilter | None"],
        "name": NotRequired["str | None"],
        "state": NotRequired["Literal['active', 'paused'] | None"],
        "url": NotRequired["str | None"],
    },
)
Changes = TypedDict(
    "Changes",
    {
        "epoch": "str",
        "events": "list[LiveEvent]",
        "heartbeat": "Heartbeat",
        "more": "bool",
        "oldest": "int",
        "seq": "int",
        "world": "World",
    },
)
CheckpointTold = TypedDict(
    "CheckpointTold",
    {"at": "str", "hash": "str", "key": "str", "kind": "str", "seq": "int", "signature": "str"},
)
Choices = TypedDict("Choices", {"roles": "list[RoleChoice]", "territories": "list[PlaceChoice]"})
ClassAdvice = TypedDict(
    "ClassAdvice",
    {"class": "int", "colour": "str", "measures": "list[Measure]", "name": "dict[str, str]"},
)
CodedText = TypedDict(
    "CodedText", {"code": "str", "params": "dict[str, str | float | int | bool | None]"}
)
Config = TypedDict(
    "Config",
    {
        "attribution": "str",
        "basemap": "str",
        "default_world": "str",
        "languages": "list[str]",
        "region": "RegionInfo",
        "registration_norm_s": "int",
        "reject_reasons": "list[str]",
        "transitions": "dict[str, list[StatusOption]]",
        "version": "str",
    },
)
ConstraintKind = Literal["exclude", "pin"]
ConstraintTold = TypedDict(
    "ConstraintTold",
    {
        "at": "str",
        "by": "str",
        "fire_id": "str | None",
        "id": "str",
        "kind": "ConstraintKind",
        "level": "str",
        "note": "str",
        "unit": "str",
        "until": "str | None",
        "version": "int",
        "why": "WhyKept",
        "withdrawn_at": "str | None",
        "withdrawn_by": "str | None",
    },
)
ControlKind = Literal["stop", "suspend"]
Counted = TypedDict("Counted", {"added": "int", "changed": "int", "same": "int"})
CrewTold = TypedDict(
    "CrewTold",
    {
        "due_at": "str",
        "fire_id": "str | None",
        "heard": "str",
        "heard_at": "str",
        "heard_by": "str",
        "kind": "UnitKind",
        "name": "dict[str, str] | None",
        "overdue": "bool",
        "point": "list[float] | None",
        "point_at": "str | None",
        "silent": "bool",
        "unit": "str",
        "unit_id": "str",
    },
)
CrewsTold = TypedDict(
    "CrewsTold",
    {
        "at": "str",
        "check_in_min": "int",
        "crews": "list[CrewTold]",
        "notices": "list[NoticeTold]",
        "unwatched": "list[Unwatched]",
    },
)
Cut = TypedDict(
    "Cut",
    {
        "fires": "list[CutFire]",
        "kind": "Literal['merge', 'split', 'move', 'unmatch', 'false']",
        "surgery": "str",
    },
)
CutFire = TypedDict("CutFire", {"id": "str", "status": "str", "version": "int"})
Danger = TypedDict(
    "Danger",
    {
        "assumed": "list[CodedText]",
        "classes": "list[ClassAdvice]",
        "days": "list[DangerDay]",
        "now": "str",
        "scales": "list[Scale]",
        "today": "str",
        "weather": "WeatherAge",
    },
)
DangerDay = TypedDict(
    "DangerDay",
    {
        "assumed": "list[CodedText]",
        "corners": "list[list[float]] | None",
        "day": "str",
        "inputs": "DangerInputs | None",
        "kind": "Literal['today', 'forecast']",
        "made_at": "str | None",
        "map": "bool",
    },
)
DangerInputs = TypedDict(
    "DangerInputs",
    {
        "forecast": "bool",
        "grid": "int",
        "issued": "str | None",
        "neighbours": "int",
        "places": "int",
        "stale": "int",
    },
)
DataAge = TypedDict(
    "DataAge",
    {
        "age_s": "int | None",
        "feed": "str",
        "last_data": "str | None",
        "last_pass": "str | None",
        "state": "str",
    },
)
Decide = TypedDict(
    "Decide",
    {
        "commission": "str",
        "date": "str",
        "file": NotRequired["FileGiven | None"],
        "fire_ids": NotRequired["list[str]"],
        "grounds": "str",
        "kind": "ControlKind",
        "municipality": NotRequired["str"],
        "number": "str",
        "threat": "bool",
        "until": NotRequired["str | None"],
    },
)
DecidedTold = TypedDict(
    "DecidedTold",
    {
        "added": "list[str]",
        "at": "str",
        "by": "str",
        "decided_at": "str",
        "fire_id": "str",
        "id": "int",
        "level": "str",
        "note": "str",
        "removed": "list[str]",
        "same": "bool",
        "seconds": "float | None",
        "sent": "list[str]",
        "shown_at": "str | None",
        "suggested": "list[str]",
        "suggestion": "int",
        "verdict": "Verdict",
        "why": "str | None",
        "wish": "Wish | None",
    },
)
DecisionTold = TypedDict(
    "DecisionTold",
    {
        "areas": "dict[str, float]",
        "cancelled": "Cancelled | None",
        "commission": "str",
        "date": "str",
        "file_id": "str | None",
        "fire_ids": "list[str]",
        "grounds": "str",
        "id": "str",
        "in_force": "bool",
        "kind": "ControlKind",
        "municipality": "str | None",
        "number": "str",
        "recorded_at": "str",
        "recorded_by": "str",
        "until": "str | None",
        "version": "int",
    },
)
Deliveries = TypedDict("Deliveries", {"items": "list[Delivery]", "next": "int | None"})
Delivery = TypedDict(
    "Delivery",
    {
        "at": "str",
        "attempt": "int",
        "by_hand": "bool",
        "fine": "bool",
        "id": "int",
        "kind": "str",
        "message": "str",
        "seq": "int | None",
        "status": "int | None",
        "told": "str",
        "took_ms": "int",
    },
)
DetectionName = TypedDict("DetectionName", {"acq_at": "str", "key": "str"})
Disable = TypedDict("Disable", {"off": "bool"})
DutyState = Literal["fresh", "working", "resting", "over"]
DutyTold = TypedDict(
    "DutyTold",
    {
        "began_at": "str | None",
        "days_left": "float",
        "hours_left": "float",
        "rested_at": "str | None",
        "state": "DutyState",
    },
)
EdgeChanged = TypedDict("EdgeChanged", {"edge": "str", "fire": "EdgeFire"})
EdgeFire = TypedDict("EdgeFire", {"id": "str", "version": "int"})
EditStation = TypedDict(
    "EditStation",
    {
        "contact": NotRequired["str"],
        "flight_h": NotRequired["float | None"],
        "fuel_l": NotRequired["float | None"],
        "kind": NotRequired["StationKind"],
        "name": NotRequired["dict[str, str]"],
        "note": NotRequired["str"],
        "owned_by": NotRequired["Ownership"],
        "owner": NotRequired["str"],
        "point": NotRequired["list[float]"],
        "runway_m": NotRequired["float | None"],
        "sample": NotRequired["bool"],
    },
)
EditUnit = TypedDict(
    "EditUnit",
    {
        "contact": NotRequired["str"],
        "kind": NotRequired["UnitKind"],
        "mobility": NotRequired["Mobility | None"],
        "name": NotRequired["dict[str, str]"],
        "note": NotRequired["str"],
        "owned_by": NotRequired["Ownership"],
        "owner": NotRequired["str"],
        "qualifications": NotRequired["list[str]"],
        "sample": NotRequired["bool"],
        "specs": NotRequired["dict[str, float | None]"],
        "speeds": NotRequired["dict[str, float | None]"],
        "station": NotRequired["str"],
    },
)
Elements = TypedDict(
    "Elements", {"age_days": "float", "epoch": "str", "satellite": "str", "source": "str"}
)
Ellipse = TypedDict(
    "Ellipse", {"bearing_deg": "float", "semi_major_m": "float", "semi_minor_m": "float"}
)
Elsewhere = TypedDict("Elsewhere", {"url": "str | None"})
Ended = TypedDict("Ended", {"ended": "int"})
ExpectedTold = TypedDict(
    "ExpectedTold",
    {
        "area_ha": "float | None",
        "contained": "bool",
        "hours": "list[float | None]",
        "protect": "list[ProtectTold]",
        "reasons": "list[CodedText]",
    },
)
Explanation = TypedDict(
    "Explanation", {"change": "Change | None", "likelihood": "Likelihood", "why": "Why | None"}
)
ExposedThing = TypedDict(
    "ExposedThing",
    {
        "band_km": "float",
        "bearing_deg": "float | None",
        "code": "str",
        "downwind": "bool | None",
        "kind": "str",
        "km": "float",
        "layer": "str",
        "name": "dict[str, str]",
        "people": "int | None",
        "point": "list[float]",
        "reach": "Reach | None",
        "sample": "bool",
    },
)
ExposureBrief = TypedDict(
    "ExposureBrief",
    {
        "at": "str",
        "downwind": "int",
        "fire_id": "str",
        "fire_version": "int",
        "forecast_at": "str | None",
        "nearest": "list[ShortThing]",
        "objects": "int",
        "score": "float",
    },
)
ExposureWind = TypedDict(
    "ExposureWind",
    {"from_deg": "float | None", "km_h": "float | None", "reasons": "list[CodedText]"},
)
Feature = TypedDict(
    "Feature",
    {
        "geometry": "dict[str, Any] | None",
        "id": "str | int",
        "properties": "dict[str, Any]",
        "type": "Literal['Feature']",
    },
)
FeatureCollection = TypedDict(
    "FeatureCollection",
    {
        "features": "list[Feature]",
        "next": NotRequired["str | None"],
        "type": "Literal['FeatureCollection']",
    },
)
Feed = TypedDict(
    "Feed",
    {
        "feed": "str",
        "kind": "str",
        "last_data": "str | None",
        "last_error": "FeedError | None",
        "last_pass": "str | None",
        "last_poll": "str | None",
        "rows": "int",
        "state": "str",
        "title": "Names | None",
    },
)
FeedError = TypedDict(
    "FeedError",
    {"at": "str", "code": "str", "params": "dict[str, str | float | int | bool | None]"},
)
FigureTold = TypedDict("FigureTold", {"source": "str", "value": "float", "verified": "bool"})
FileGiven = TypedDict("FileGiven", {"content": "str", "name": "str"})
FireControl = TypedDict(
    "FireControl",
    {
        "covered": "bool",
        "decisions": "list[DecisionTold]",
        "notices": "list[NoticeTold]",
        "undecided": "bool",
        "zone": "str | None",
    },
)
FireDetail = TypedDict(
    "FireDetail",
    {
        "activity": "Literal['burning', 'active', 'sleeping', 'out']",
        "address": "Address",
        "area_ha": "float",
        "area_hi_ha": "float",
        "area_lo_ha": "float",
        "authority": "dict[str, Word]",
        "bbox": "list[float]",
        "closed_at": "str | None",
        "details": "dict[str, Any]",
        "edge": "dict[str, Any] | None",
        "edge_at": "str | None",
        "edge_source": "Literal['satellite', 'drawn', 'track'] | None",
        "first_seen": "str",
        "front": "dict[str, Any] | None",
        "frp_mw": "float",
        "frp_series": "list[list[str | float]]",
        "growth": "Growth",
        "growth_ha_h": "float | None",
        "id": "str",
        "ids_merged": "list[str]",
        "ignitions": "list[Ignition]",
        "last_seen": "str",
        "likelihood": "float",
        "merged_into": "str | None",
        "n_detections": "int",
        "n_passes": "int",
        "number": "str | None",
        "parts": "int",
        "point": "list[float]",
        "previous_status": "str | None",
        "proposals": "list[str]",
        "reasons": "list[CodedText]",
        "received_at": "str",
        "registered_at": "str | None",
        "sensors": "list[str]",
        "shown_at": "str | None",
        "source_kinds": "list[str]",
        "status": "str",
        "version": "int",
        "world": "str",
    },
)
FireExposure = TypedDict(
    "FireExposure",
    {
        "assumed": "list[CodedText]",
        "at": "str | None",
        "fire_id": "str",
        "fire_version": "int",
        "forecast_at": "str | None",
        "more": "int",
        "objects": "list[ExposedThing]",
        "priority": "Priority",
        "rules": "str | None",
        "sector": "dict[str, Any] | None",
        "smoke": "Smoke",
        "wind": "ExposureWind",
    },
)
FireForecast = TypedDict(
    "FireForecast",
    {
        "features": "list[Feature]",
        "forecast": "ForecastFacts | None",
        "type": "Literal['FeatureCollection']",
    },
)
FirePasses = TypedDict(
    "FirePasses",
    {
        "elements": "list[Elements]",
        "gaps": "list[Gap]",
        "missing": "list[CodedText]",
        "next": "list[NextPass]",
        "passes": "list[Pass]",
    },
)
FireSafety = TypedDict(
    "FireSafety",
    {
        "at": "str",
        "check_in_min": "int",
        "crews": "list[CrewTold]",
        "notices": "list[NoticeTold]",
        "over": "list[NoticeTold]",
        "unwatched": "list[Unwatched]",
    },
)
FireScores = TypedDict(
    "FireScores",
    {
        "accepted": "int",
        "accepted_share": "float | None",
        "added": "float | None",
        "alternatives": "int",
        "arrivals": "int",
        "decisions": "int",
        "edited": "int",
        "edited_share": "float | None",
        "followed": "Followed | None",
        "late_min": "float | None",
        "off_min": "float | None",
        "rejected": "int",
        "rejected_share": "float | None",
        "removed": "float | None",
        "seconds": "float | None",
        "why": "dict[str, int]",
    },
)
FireSuggested = TypedDict(
    "FireSuggested",
    {
        "alternatives": "list[AlternativeTold]",
        "assumed": "list[CodedText]",
        "contained_h": "float | None",
        "expected": "ExpectedTold",
        "fire_id": "str",
        "fought": "bool",
        "not_sent": "list[NotSentTold]",
        "pins": "list[PinTold]",
        "short": "list[ShortTold]",
        "tier": "Tier",
        "units": "list[UnitSuggested]",
    },
)
FireSuggestion = TypedDict(
    "FireSuggestion",
    {
        "at": "str | None",
        "bared": "list[LeftTold]",
        "constraints": "list[ConstraintTold]",
        "decision": "DecidedTold | None",
        "fire": "FireSuggested | None",
        "gap": "float | None",
        "number": "int | None",
        "stale": "bool",
    },
)
FireSummary = TypedDict(
    "FireSummary",
    {
        "activity": "Literal['burning', 'active', 'sleeping', 'out']",
        "address": "Address",
        "area_ha": "float",
        "area_hi_ha": "float",
        "area_lo_ha": "float",
        "bbox": "list[float]",
        "closed_at": "str | None",
        "details": "dict[str, Any]",
        "edge_source": "Literal['satellite', 'drawn', 'track'] | None",
        "first_seen": "str",
        "frp_mw": "float",
        "frp_series": "list[list[str | float]]",
        "growth_ha_h": "float | None",
        "id": "str",
        "ids_merged": "list[str]",
        "last_seen": "str",
        "likelihood": "float",
        "merged_into": "str | None",
        "n_detections": "int",
        "n_passes": "int",
        "number": "str | None",
        "parts": "int",
        "point": "list[float]",
        "previous_status": "str | None",
        "proposals": "list[str]",
        "reasons": "list[CodedText]",
        "received_at": "str",
        "registered_at": "str | None",
        "sensors": "list[str]",
        "shown_at": "str | None",
        "source_kinds": "list[str]",
        "status": "str",
        "version": "int",
        "world": "str",
    },
)
Followed = TypedDict(
    "Followed",
    {
        "area_ha": "float",
        "contained_at": "str | None",
        "expected_at": "str | None",
        "expected_ha": "float | None",
        "late_h": "float | None",
        "suggestion": "int",
    },
)
ForecastArea = TypedDict(
    "ForecastArea", {"hour": "int", "p10_ha": "float", "p50_ha": "float", "p90_ha": "float"}
)
ForecastCollection = TypedDict(
    "ForecastCollection",
    {
        "features": "list[Feature]",
        "forecast": "ForecastFacts",
        "type": "Literal['FeatureCollection']",
    },
)
ForecastFacts = TypedDict(
    "ForecastFacts",
    {
        "areas": "list[ForecastArea]",
        "at": "str",
        "fire": "str | None",
        "fire_version": "int | None",
        "hours": "int",
        "id": "str | None",
        "members": "int",
        "point": "list[float] | None",
        "reasons": "list[CodedText]",
        "seed": "int",
        "starts_at": "str",
        "version": "str",
        "wind": "list[ForecastWind]",
        "wind_known": "bool",
        "world": "str",
    },
)
ForecastTold = TypedDict(
    "ForecastTold",
    {
        "areas": "list[ForecastArea]",
        "at": "str",
        "fire": "str",
        "fire_version": "int",
        "hours": "int",
        "id": "str",
        "starts_at": "str",
        "world": "str",
    },
)
ForecastWind = TypedDict(
    "ForecastWind", {"at": "str", "ffmc": "float", "from_deg": "int", "km_h": "float"}
)
Gap = TypedDict("Gap", {"from": "str", "reason": "CodedText", "to": "str"})
GiveEdge = TypedDict(
    "GiveEdge",
    {
        "at": "str",
        "geometry": "Polygon | MultiPolygon | LineString | MultiLineString",
        "kind": "Literal['drawn', 'track']",
        "note": NotRequired["str"],
    },
)
GivenCode = TypedDict("GivenCode", {"code": "str"})
Growth = TypedDict("Growth", {"directions": "list[GrowthDirection]", "hours": "list[GrowthStep]"})
GrowthDirection = TypedDict(
    "GrowthDirection", {"advance_km": "float", "bearing_deg": "float", "km_h": "float"}
)
GrowthStep = TypedDict("GrowthStep", {"area_ha": "float", "at": "str", "gained_ha": "float"})
Guest = TypedDict("Guest", {"name": "str", "role": "str", "subject": "str"})
HeardCrew = TypedDict(
    "HeardCrew",
    {
        "at": NotRequired["str | None"],
        "note": NotRequired["str"],
        "point": NotRequired["list[float] | None"],
    },
)
Heartbeat = TypedDict(
    "Heartbeat",
    {
        "at": "str",
        "feeds": "list[DataAge]",
        "seq": "int",
        "store": "Literal['ok', 'read_only', 'away']",
    },
)
HeatChanged = TypedDict(
    "HeatChanged",
    {
        "id": "str",
        "state": "Literal['proposed', 'confirmed', 'denied', 'expired']",
        "version": "int",
    },
)
HeatDetail = TypedDict(
    "HeatDetail",
    {
        "confidence": "float",
        "evidence": "list[CodedText]",
        "facts": "dict[str, Any]",
        "hours": "list[int]",
        "id": "str",
        "kind": "HeatKind",
        "last_seen": "str | None",
        "months": "list[int]",
        "name": "dict[str, str] | None",
        "origin": "Literal['learned', 'import', 'person', 'partner', 'layer']",
        "period_days": "int | None",
        "point": "list[float]",
        "radius_km": "float",
        "source": "str",
        "state": "Literal['proposed', 'confirmed', 'denied', 'expired']",
        "valid_until": "str | None",
        "verdicts": "list[SaidVerdict]",
        "version": "int",
        "weight": "float",
        "world": "str",
    },
)
HeatKind = Literal["flare", "plant", "industry", "boiler", "mine", "landfill", "volcano", "other"]
HeatState = Literal["proposed", "confirmed", "denied", "expired"]
HeatUndo = TypedDict("HeatUndo", {"note": NotRequired["str"]})
HeatVerdict = TypedDict(
    "HeatVerdict", {"note": NotRequired["str"], "verdict": "Literal['confirm', 'deny']"}
)
Histogram = TypedDict("Histogram", {"counts": "list[int]", "step_s": "int", "t0": "str"})
HistoryEntry = TypedDict(
    "HistoryEntry",
    {
        "action": "str",
        "at": "str",
        "by": "str",
        "changes": "dict[str, Any]",
        "fire_id": "str | None",
        "recorded_at": "str",
        "version": "int | None",
    },
)
HookFilter = TypedDict(
    "HookFilter",
    {
        "bbox": NotRequired["list[float] | None"],
        "fires": NotRequired["list[str] | None"],
        "kinds": NotRequired["list[str] | None"],
        "least_priority": NotRequired["float | None"],
        "statuses": NotRequired["list[str] | None"],
    },
)
HoursIf = TypedDict("HoursIf", {"after": "float | None", "before": "float | None"})
HubFire = TypedDict(
    "HubFire",
    {
        "activity": "str | None",
        "address": "dict[str, Any] | None",
        "area_ha": "float | None",
        "at": "str",
        "id": "str",
        "last_seen": "str | None",
        "likelihood": "float | None",
        "number": "str | None",
        "point": "list[float] | None",
        "region": "str",
        "seq": "int",
        "status": "str",
    },
)
HubHole = TypedDict("HubHole", {"epoch": "str", "first": "int", "last": "int | None"})
HubPicture = TypedDict(
    "HubPicture", {"fires": "list[HubFire]", "now": "str", "regions": "list[HubRegion]"}
)
HubRegion = TypedDict(
    "HubRegion",
    {
        "age_s": "int | None",
        "code": "str",
        "fires": "dict[str, int]",
        "heard_at": "str | None",
        "state": "Literal['new', 'ok', 'away', 'refused']",
    },
)
HubSource = TypedDict(
    "HubSource",
    {
        "age_s": "int | None",
        "asked_at": "str | None",
        "began_after": "int",
        "code": "str",
        "epoch": "str | None",
        "error": "CodedText | None",
        "events": "int",
        "heard_at": "str | None",
        "holes": "list[HubHole]",
        "seq": "int",
        "state": "Literal['new', 'ok', 'away', 'refused']",
    },
)
HubSources = TypedDict("HubSources", {"now": "str", "sources": "list[HubSource]"})
Ignition = TypedDict("Ignition", {"detections": "int", "first_seen": "str", "point": "list[float]"})
Introduce = TypedDict(
    "Introduce",
    {
        "act": "str",
        "act_date": "str",
        "file": NotRequired["FileGiven | None"],
        "kind": "RegimeKind",
        "municipalities": "list[str]",
        "note": NotRequired["str"],
        "since": "str",
        "until": NotRequired["str | None"],
    },
)
Invite = TypedDict(
    "Invite",
    {
        "level": "Level",
        "name": NotRequired["str"],
        "owner": NotRequired["str"],
        "role": "str",
        "subject": "str",
        "territories": NotRequired["list[str]"],
    },
)
Invited = TypedDict("Invited", {"link": "str", "person": "Person"})
Join = TypedDict("Join", {"name": NotRequired["str"], "password": "str", "token": "str"})
KeyLimits = TypedDict(
    "KeyLimits", {"burst": NotRequired["int | None"], "day": NotRequired["int | None"]}
)
KeyMade = TypedDict(
    "KeyMade",
    {
        "expires_at": "str",
        "holder": "str",
        "id": "str",
        "last_used_at": "str | None",
        "level": "Level",
        "limits": "dict[str, int] | None",
        "made_at": "str",
        "made_by": "str",
        "name": "str",
        "operations": "list[str]",
        "owner": "str",
        "role": "str",
        "secret": "str",
        "state": "Literal['active', 'expired', 'revoked']",
        "territories": "list[str]",
    },
)
KeyTold = TypedDict(
    "KeyTold",
    {
        "expires_at": "str",
        "holder": "str",
        "id": "str",
        "last_used_at": "str | None",
        "level": "Level",
        "limits": "dict[str, int] | None",
        "made_at": "str",
        "made_by": "str",
        "name": "str",
        "operations": "list[str]",
        "owner": "str",
        "role": "str",
        "state": "Literal['active', 'expired', 'revoked']",
        "territories": "list[str]",
    },
)
KeyUsage = TypedDict(
    "KeyUsage", {"key": "KeyTold", "limits": "Limits", "rows": "list[UsageRow]", "today": "int"}
)
KindNorms = TypedDict(
    "KindNorms",
    {
        "carried_by": "list[UnitKind]",
        "kind": "UnitKind",
        "method": "Method",
        "mobility": "Mobility",
        "specs": "dict[str, FigureTold]",
        "speeds": "dict[str, FigureTold]",
        "stale_min": "float",
    },
)
LayerInfo = TypedDict(
    "LayerInfo",
    {
        "code": "str",
        "items": "int",
        "kind": "str",
        "licence": "str",
        "region": "str",
        "sample": "bool",
        "source": "str",
        "title": "dict[str, str]",
    },
)
LeftTold = TypedDict(
    "LeftTold",
    {
        "base": "str",
        "kind": "str",
        "least": "int",
        "left": "int",
        "move_up": "str | None",
        "there": "int",
    },
)
LegTold = TypedDict(
    "LegTold",
    {
        "hours": "float",
        "km": "float",
        "line": "list[list[float]]",
        "mode": "Mode",
        "reasons": "list[CodedText]",
        "step": "Step",
    },
)
Level = Literal[
    "crew",
    "station",
    "district",
    "municipality",
    "region",
    "federal",
    "neighbour",
    "partner",
    "public",
]
Lift = TypedDict("Lift", {"until": "str"})
Likelihood = TypedDict(
    "Likelihood",
    {
        "log_odds": "float",
        "missing": "list[CodedText]",
        "prior": "float",
        "terms": "list[Term]",
        "value": "float",
        "version": "str",
    },
)
Limits = TypedDict("Limits", {"burst": "int | None", "day": "int | None", "seconds": "int"})
LineFactors = TypedDict(
    "LineFactors", {"fuel": "dict[str, FigureTold]", "intensity": "dict[str, FigureTold]"}
)
LineRemark = TypedDict(
    "LineRemark", {"code": "str", "line": "int", "remark": "CodedText", "sheet": "str"}
)
LineString = TypedDict(
    "LineString", {"coordinates": "list[list[float]]", "type": "Literal['LineString']"}
)
Link = TypedDict("Link", {"token": "str"})
LiveEvent = TypedDict(
    "LiveEvent",
    {
        "actor": "str | None",
        "at": "str",
        "body": "dict[str, Any]",
        "epoch": "str",
        "id": "str",
        "kind": "str",
        "point": "list[float] | None",
        "seq": "int",
        "t": "Literal['event']",
        "territories": "list[str]",
        "world": "int",
    },
)
Located = TypedDict(
    "Located",
    {
        "accuracy_m": "float | None",
        "address": "Address",
        "alternatives": "list[list[float]]",
        "ellipse": "Ellipse | None",
        "method": "Literal['coordinates', 'bearing', 'cross']",
        "point": "list[float]",
        "world": "str",
    },
)
LogEntry = TypedDict(
    "LogEntry", {"actor": "str", "at": "str", "body": "dict[str, Any]", "kind": "str", "seq": "int"}
)
LossIf = TypedDict("LossIf", {"after": "float", "before": "float"})
MakeKey = TypedDict(
    "MakeKey",
    {
        "days": NotRequired["int"],
        "holder": "str",
        "level": "Level",
        "name": NotRequired["str"],
        "operations": NotRequired["list[str]"],
        "owner": NotRequired["str"],
        "role": "str",
        "territories": NotRequired["list[str]"],
    },
)
MakeWebhook = TypedDict(
    "MakeWebhook",
    {
        "filter": NotRequired["HookFilter | None"],
        "name": NotRequired["str"],
        "url": "str",
        "world": NotRequired["str"],
    },
)
Me = TypedDict(
    "Me",
    {
        "but": "list[str]",
        "level": "Level",
        "name": "str",
        "operations": "list[str]",
        "owner": "str",
        "provider": "bool",
        "ready": "list[ReadyRole]",
        "role": "str",
        "role_names": "dict[str, str]",
        "second_factor": "bool",
        "session": "str | None",
        "sign_in": "Literal['open', 'demo', 'required']",
        "subject": "str",
        "territories": "list[str]",
        "until": "str | None",
        "way": "Literal['password', 'oidc', 'demo', 'key', 'none']",
    },
)
Measure = TypedDict(
    "Measure",
    {
        "kind": "Literal['air_patrol', 'ground_patrol', 'duty', 'warning', 'ban']",
        "source": "str",
        "text": "dict[str, str]",
        "verified": "bool",
    },
)
Merge = TypedDict("Merge", {"note": NotRequired["str"], "other": "str"})
Method = Literal["hand", "water", "machine", "air", "none"]
Mistake = TypedDict(
    "Mistake",
    {"code": "str", "field": "str", "params": "dict[str, str | float | int | bool | None]"},
)
Mobility = Literal["foot", "road", "tracked", "atv", "boat", "helicopter", "airplane", "carried"]
Mode = Literal[
    "on_foot", "truck", "tracked", "boat", "snowmobile", "helicopter", "rappel", "jump", "overhead"
]
Move = TypedDict(
    "Move",
    {
        "detections": NotRequired["list[DetectionName] | None"],
        "note": NotRequired["str"],
        "to": "str",
        "within": NotRequired["Polygon | None"],
    },
)
MultiLineString = TypedDict(
    "MultiLineString",
    {"coordinates": "list[list[list[float]]]", "type": "Literal['MultiLineString']"},
)
MultiPolygon = TypedDict(
    "MultiPolygon",
    {"coordinates": "list[list[list[list[float]]]]", "type": "Literal['MultiPolygon']"},
)
MunicipalityTold = TypedDict(
    "MunicipalityTold",
    {"class": "int | None", "code": "str", "name": "dict[str, str]", "regimes": "list[RegimeTold]"},
)
Names = TypedDict("Names", {"en": "str", "ru": "str"})
Nearest = TypedDict(
    "Nearest",
    {"bearing_deg": "float", "code": "str", "distance_km": "float", "name": "dict[str, str]"},
)
NewConstraint = TypedDict(
    "NewConstraint",
    {
        "fire_id": NotRequired["str | None"],
        "kind": "ConstraintKind",
        "note": NotRequired["str"],
        "unit": "str",
        "until": NotRequired["str | None"],
        "why": "WhyKept",
    },
)
NewHeatSource = TypedDict(
    "NewHeatSource",
    {
        "hours": NotRequired["list[int] | None"],
        "kind": "HeatKind",
        "months": NotRequired["list[int] | None"],
        "name": NotRequired["str"],
        "point": "list[float]",
        "radius_km": NotRequired["float"],
        "valid_until": NotRequired["str | None"],
    },
)
NewPassword = TypedDict("NewPassword", {"new": "str", "old": "str"})
NewReport = TypedDict(
    "NewReport",
    {
        "name": NotRequired["str"],
        "observed_at": NotRequired["str | None"],
        "phone": NotRequired["str"],
        "photo": NotRequired["str | None"],
        "place": "ReportPlace",
        "seen": "Literal['smoke', 'flame', 'lightning', 'burnt', 'other']",
        "source_kind": NotRequired[
            "Literal['person', 'call', 'tower', 'aircraft', 'camera', 'lightning', 'partner']"
        ],
        "text": NotRequired["str"],
    },
)
NewStation = TypedDict(
    "NewStation",
    {
        "code": "str",
        "contact": NotRequired["str"],
        "flight_h": NotRequired["float | None"],
        "fuel_l": NotRequired["float | None"],
        "kind": "StationKind",
        "name": NotRequired["dict[str, str]"],
        "note": NotRequired["str"],
        "owned_by": NotRequired["Ownership"],
        "owner": NotRequired["str"],
        "point": "list[float]",
        "runway_m": NotRequired["float | None"],
        "sample": NotRequired["bool"],
    },
)
NewUnit = TypedDict(
    "NewUnit",
    {
        "code": "str",
        "contact": NotRequired["str"],
        "kind": "UnitKind",
        "mobility": NotRequired["Mobility | None"],
        "name": NotRequired["dict[str, str]"],
        "note": NotRequired["str"],
        "owned_by": NotRequired["Ownership"],
        "owner": NotRequired["str"],
        "qualifications": NotRequired["list[str]"],
        "sample": NotRequired["bool"],
        "specs": NotRequired["dict[str, float | None]"],
        "speeds": NotRequired["dict[str, float | None]"],
        "station": NotRequired["str"],
    },
)
NextPass = TypedDict(
    "NextPass", {"at": "str", "satellite": "str", "view_deg": "float", "weak": "bool"}
)
Noon = TypedDict(
    "Noon",
    {
        "dew_point": "float | None",
        "humidity": "float | None",
        "rain": "float | None",
        "snow": "float | None",
        "temperature": "float | None",
        "wind": "float | None",
    },
)
Norms = TypedDict(
    "Norms",
    {
        "kinds": "list[KindNorms]",
        "line": "dict[str, LineFactors]",
        "units": "dict[str, str]",
        "version": "str",
        "work_per_rest": "FigureTold",
    },
)
NotSentTold = TypedDict(
    "NotSentTold",
    {
        "base": "str",
        "kind": "UnitKind",
        "name": "dict[str, str] | None",
        "reason": "CodedText",
        "unit": "str",
    },
)
NoticeTold = TypedDict(
    "NoticeTold",
    {
        "about": "str | None",
        "answer": "Answer | None",
        "answered_at": "str | None",
        "answered_by": "str",
        "answers": "list[Answer]",
        "assumed": "list[CodedText]",
        "fire_id": "str | None",
        "grade": "int",
        "id": "str",
        "key": "str",
        "kind": "str",
        "note": "str",
        "over_at": "str | None",
        "raised_at": "str",
        "reason": "CodedText",
        "state": "NoticesState",
        "theme": "Theme",
        "units": "list[str]",
        "version": "int",
    },
)
Ok = TypedDict("Ok", {"id": "str", "version": "int"})
OneMore = TypedDict("OneMore", {"base": "str", "kind": "str", "worth_ha": "float"})
OrderLine = TypedDict(
    "OrderLine",
    {
        "eta_at": NotRequired["str | None"],
        "eta_hi_at": NotRequired["str | None"],
        "rung": NotRequired["str"],
        "station": NotRequired["str | None"],
        "task": NotRequired["str"],
        "unit": "str",
    },
)
OrderOption = TypedDict("OrderOption", {"needs": "list[str]", "status": "OrderStatus"})
OrderStampTold = TypedDict(
    "OrderStampTold",
    {
        "at": "str",
        "by": "str",
        "level": "str",
        "reason": "str",
        "recorded_at": "str",
        "status": "OrderStatus",
    },
)
OrderStatus = Literal[
    "requested",
    "approved",
    "ordered",
    "departed",
    "arrived",
    "released",
    "refused",
    "cancelled",
    "failed",
]
OrderTold = TypedDict(
    "OrderTold",
    {
        "eta_at": "str | None",
        "eta_hi_at": "str | None",
        "fire_id": "str",
        "id": "str",
        "options": "list[OrderOption]",
        "reasons": "list[CodedText]",
        "rung": "str",
        "stamps": "list[OrderStampTold]",
        "station": "str | None",
        "status": "OrderStatus",
        "suggestion": "int | None",
        "task": "str",
        "unit": "str",
        "version": "int",
        "waiting": "OrderWaiting | None",
    },
)
OrderWaiting = TypedDict(
    "OrderWaiting",
    {
        "approves": "str",
        "due": "str",
        "next": "str | None",
        "overdue": "bool",
        "reason": "CodedText",
    },
)
OtherIf = TypedDict(
    "OtherIf",
    {"added": "list[str]", "contained_h": "HoursIf", "fire_id": "str", "removed": "list[str]"},
)
Overview = TypedDict(
    "Overview",
    {"at": "str", "parts": "list[PartTold]", "queues": "dict[str, int]", "rung": "HealthRung"},
)
OwnKey = TypedDict(
    "OwnKey",
    {
        "days": NotRequired["int"],
        "name": NotRequired["str"],
        "operations": NotRequired["list[str]"],
    },
)
OwnUsage = TypedDict("OwnUsage", {"keys": "list[KeyUsage]"})
Ownership = Literal[
    "agency", "municipality", "emercom", "partner", "contractor", "neighbour", "federal"
]
PartTold = TypedDict(
    "PartTold",
    {
        "facts": "dict[str, float | str | None]",
        "name": "str",
        "part": "str",
        "reason": "CodedText | None",
        "state": "HealthState",
        "world": "str",
    },
)
Pass = TypedDict(
    "Pass",
    {
        "at": "str",
        "detections": "int",
        "frp_mw": "float | None",
        "satellite": "str",
        "saw": "Literal['fire', 'nothing', 'cloud', 'cloud_unknown', 'no_data', 'awaited']",
        "view_deg": "float | None",
        "weak": "bool",
    },
)
PeoplesEdge = TypedDict(
    "PeoplesEdge",
    {
        "actor": "str",
        "area_ha": "float",
        "at": "str",
        "geometry": "dict[str, Any]",
        "id": "str",
        "in_force": "bool",
        "kind": "Literal['drawn', 'track']",
        "note": "str",
        "remarks": "list[CodedText]",
        "undone_at": "str | None",
        "undone_by": "str | None",
        "version": "int",
    },
)
Person = TypedDict(
    "Person",
    {
        "id": "str",
        "level": "Level",
        "made_at": "str",
        "name": "str",
        "owner": "str",
        "role": "str",
        "second_factor": "bool",
        "seen_at": "str | None",
        "state": "Literal['invited', 'active', 'disabled']",
        "subject": "str",
        "territories": "list[str]",
        "version": "int",
        "way": "Literal['password', 'oidc']",
    },
)
PinTold = TypedDict(
    "PinTold", {"goes": "bool", "reason": "CodedText | None", "said": "CodedText", "unit": "str"}
)
Place = TypedDict("Place", {"code": NotRequired["str | None"], "name": "dict[str, str]"})
PlaceChoice = TypedDict("PlaceChoice", {"code": "str", "level": "str", "names": "dict[str, str]"})
PlaceDay = TypedDict(
    "PlaceDay",
    {
        "assumed": "list[CodedText]",
        "bui": "float | None",
        "class": "int | None",
        "day": "str",
        "dc": "float | None",
        "dmc": "float | None",
        "dsr": "float | None",
        "ffmc": "float | None",
        "fwi": "float | None",
        "isi": "float | None",
        "issued": "str | None",
        "nesterov": "float | None",
        "noon": "Noon",
        "origin": "Literal['unknown', 'measured', 'forecast', 'neighbours']",
        "season": "bool",
    },
)
PlaceHistory = TypedDict(
    "PlaceHistory",
    {
        "code": "str",
        "days": "list[PlaceDay]",
        "kind": "Literal['station', 'grid', 'point']",
        "name": "str",
        "point": "list[float]",
        "today": "str",
    },
)
PlacedAsked = TypedDict("PlacedAsked", {"point": "list[float]", "unit": "str"})
Pointed = TypedDict(
    "Pointed",
    {
        "detections": NotRequired["list[DetectionName] | None"],
        "note": NotRequired["str"],
        "within": NotRequired["Polygon | None"],
    },
)
Polygon = TypedDict(
    "Polygon", {"coordinates": "list[list[list[float]]]", "type": "Literal['Polygon']"}
)
PositionSource = Literal["gnss", "person", "partner", "station"]
Priority = TypedDict("Priority", {"score": "float", "terms": "list[PriorityTerm]"})
PriorityTerm = TypedDict(
    "PriorityTerm",
    {
        "code": "str",
        "object": "TermOf | None",
        "params": "dict[str, str | float | int | bool | None]",
        "points": "float",
    },
)
Problem = TypedDict(
    "Problem",
    {
        "code": "str",
        "errors": "list[Mistake]",
        "params": "dict[str, str | float | int | bool | None]",
        "status": "int",
        "title": "str",
        "type": "str",
    },
)
Proposal = TypedDict(
    "Proposal",
    {
        "created_at": "str",
        "decided_by": "str | None",
        "fires": "list[str]",
        "id": "str",
        "kind": "str",
        "reason": "CodedText",
        "status": "str",
        "version": "int",
    },
)
ProtectTold = TypedDict("ProtectTold", {"id": "str", "name": "str", "reached_h": "float | None"})
Prove = TypedDict("Prove", {"password": "str"})
PublicFire = TypedDict(
    "PublicFire",
    {
        "area_ha": "int",
        "bearing_deg": "int",
        "distance_km": "int",
        "last_seen": "str",
        "number": "str | None",
        "point": "list[float]",
        "status": "LifecycleStatus",
    },
)
PublicNear = TypedDict(
    "PublicNear",
    {
        "at": "str",
        "danger_class": "int | None",
        "fires": "list[PublicFire]",
        "municipality": "Place | None",
        "regimes": "list[PublicRegime]",
    },
)
PublicRegime = TypedDict(
    "PublicRegime", {"act": "str", "kind": "RegimeKind", "since": "str", "until": "str | None"}
)
Reach = TypedDict(
    "Reach",
    {
        "p10_at": "str | None",
        "p50_at": "str | None",
        "p90_at": "str | None",
        "probability": "float",
    },
)
Ready = TypedDict("Ready", {"role": "str"})
ReadyRole = TypedDict(
    "ReadyRole",
    {"code": "str", "names": "dict[str, str]", "places": "list[dict[str, str]]", "role": "str"},
)
RegimeKind = Literal["season", "ban", "special", "emergency"]
RegimeListed = TypedDict(
    "RegimeListed",
    {
        "act": "str",
        "act_date": "str",
        "file": "str | None",
        "id": "str",
        "in_force": "bool",
        "kind": "RegimeKind",
        "municipality": "str",
        "note": "str",
        "since": "str",
        "until": "str | None",
        "version": "int",
    },
)
RegimeTold = TypedDict(
    "RegimeTold",
    {
        "act": "str",
        "act_date": "str",
        "file": "str | None",
        "id": "str",
        "kind": "RegimeKind",
        "municipality": "str",
        "note": "str",
        "since": "str",
        "until": "str | None",
        "version": "int",
    },
)
RegimesTold = TypedDict(
    "RegimesTold",
    {
        "has_layer": "bool",
        "municipalities": "list[MunicipalityTold]",
        "proposals": "list[NoticeTold]",
        "regimes": "list[RegimeListed]",
        "today": "str",
    },
)
RegionInfo = TypedDict(
    "RegionInfo",
    {
        "bbox": "list[float]",
        "center": "list[float]",
        "code": "str",
        "name": "Names",
        "time_zones": "list[str]",
        "zoom": "float",
    },
)
RegionPass = TypedDict(
    "RegionPass", {"from": "str", "satellite": "str", "share": "float", "to": "str"}
)
RegionPasses = TypedDict(
    "RegionPasses",
    {"elements": "list[Elements]", "missing": "list[CodedText]", "passes": "list[RegionPass]"},
)
RegisterFire = TypedDict(
    "RegisterFire",
    {
        "first_area_ha": NotRequired["float | None"],
        "land_category": NotRequired["str | None"],
        "note": NotRequired["str"],
    },
)
RejectFire = TypedDict(
    "RejectFire",
    {
        "note": NotRequired["str"],
        "reason": "Literal['technogenic', 'non_forest', 'controlled_burn', 'not_found', 'duplicate', 'foreign']",
    },
)
RejectReport = TypedDict(
    "RejectReport",
    {
        "note": NotRequired["str"],
        "reason": "Literal['technogenic', 'non_forest', 'controlled_burn', 'not_found', 'duplicate', 'foreign']",
    },
)
RejectSuggestion = TypedDict(
    "RejectSuggestion", {"note": NotRequired["str"], "suggestion": "int", "why": "WhyRejected"}
)
Replay = TypedDict("Replay", {"after": "int", "epoch": NotRequired["str | None"]})
Report = TypedDict(
    "Report",
    {
        "accuracy_m": "float | None",
        "address": "Address",
        "fire_id": "str | None",
        "has_photo": "bool",
        "id": "str",
        "observed_at": "str",
        "place": "dict[str, Any]",
        "point": "list[float]",
        "received_at": "str",
        "reject_reason": "str | None",
        "seen": "str",
        "source_kind": "str",
        "status": "str",
        "text": "str",
        "version": "int",
        "world": "str",
    },
)
ReportPlace = TypedDict(
    "ReportPlace",
    {
        "accuracy_m": NotRequired["float | None"],
        "bearings": NotRequired["list[Bearing]"],
        "method": "Literal['coordinates', 'bearing', 'cross']",
        "point": NotRequired["list[float] | None"],
        "text": NotRequired["str | None"],
    },
)
ReportStatus = Literal["queued", "attached", "promoted", "field_check", "rejected"]
Retire = TypedDict("Retire", {"note": NotRequired["str"]})
Role = Literal["locked", "pinned", "package", "minimum", "fallback"]
RoleChoice = TypedDict(
    "RoleChoice", {"code": "str", "levels": "list[Level]", "names": "dict[str, str]"}
)
RunCardTold = TypedDict(
    "RunCardTold",
    {
        "alerts": "list[str]",
        "assumed": "list[CodedText]",
        "danger_class": "int | None",
        "fought": "bool",
        "lines": "list[CardLineTold]",
        "names": "list[str]",
        "on_call": "list[str]",
        "verified": "bool",
        "version": "str",
        "zone": "str | None",
    },
)
SaidVerdict = TypedDict(
    "SaidVerdict",
    {
        "actor": "str",
        "at": "str",
        "id": "int",
        "in_force": "bool",
        "level": "str",
        "note": "str",
        "undone_at": "str | None",
        "undone_by": "str | None",
        "verdict": "Literal['confirm', 'deny']",
    },
)
Sandbox = TypedDict("Sandbox", {"secret": "str", "world": "str"})
Scale = TypedDict("Scale", {"source": "str", "territory": "str", "upper": "list[int]"})
Scores = TypedDict(
    "Scores",
    {
        "accepted": "int",
        "accepted_share": "float | None",
        "added": "float | None",
        "alternatives": "int",
        "arrivals": "int",
        "decisions": "int",
        "edited": "int",
        "edited_share": "float | None",
        "late_min": "float | None",
        "off_min": "float | None",
        "rejected": "int",
        "rejected_share": "float | None",
        "removed": "float | None",
        "seconds": "float | None",
        "why": "dict[str, int]",
    },
)
SecondFactor = TypedDict("SecondFactor", {"secret": "str", "svg": "str", "uri": "str"})
SendUnits = TypedDict(
    "SendUnits",
    {
        "note": NotRequired["str"],
        "suggestion": NotRequired["int | None"],
        "units": "list[OrderLine]",
        "why": NotRequired["WhyKept | None"],
        "wish": NotRequired["Wish | None"],
    },
)
SessionTold = TypedDict(
    "SessionTold",
    {"id": "str", "made_at": "str", "peer": "str", "seen_at": "str", "until": "str", "way": "str"},
)
ShortThing = TypedDict(
    "ShortThing",
    {
        "code": "str",
        "downwind": "bool | None",
        "kind": "str",
        "km": "float",
        "layer": "str",
        "name": "dict[str, str]",
    },
)
ShortTold = TypedDict("ShortTold", {"ask": "LadderRung", "reason": "CodedText"})
ShownSuggestion = TypedDict("ShownSuggestion", {"suggestion": "int"})
ShownTold = TypedDict("ShownTold", {"shown_at": "str", "suggestion": "int"})
SignIn = TypedDict("SignIn", {"code": NotRequired["str"], "password": "str", "subject": "str"})
Smoke = TypedDict(
    "Smoke",
    {
        "model": "str",
        "places": "list[SmokeAt]",
        "pm25_g_s": "float | None",
        "reasons": "list[CodedText]",
        "screening": "bool",
    },
)
SmokeAt = TypedDict(
    "SmokeAt",
    {
        "bearing_deg": "float",
        "class": "str | None",
        "code": "str",
        "extrapolated": "bool",
        "high_ug_m3": "float",
        "kind": "str",
        "km": "float",
        "layer": "str",
        "low_ug_m3": "float",
        "name": "dict[str, str]",
        "people": "int | None",
        "pm25_ug_m3": "float",
        "point": "list[float]",
        "sample": "bool",
    },
)
Snapshot = TypedDict(
    "Snapshot",
    {
        "as_of_seq": "int",
        "epoch": "str",
        "exposures": "list[ExposureBrief]",
        "feeds": "list[Feed]",
        "fires": "list[FireSummary]",
        "forecasts": "list[ForecastTold]",
        "notices": "list[NoticeTold]",
        "orders": "list[OrderTold]",
        "proposals": "list[Proposal]",
        "reports": "list[Report]",
        "stations": "list[StationTold]",
        "units": "list[UnitSummary]",
        "world": "World",
    },
)
Spec = Literal[
    "people",
    "rate_m_h",
    "range_km",
    "endurance_h",
    "refuel_h",
    "turnout_h",
    "shift_h",
    "rest_h",
    "run_days",
    "off_days",
    "water_l",
    "seats",
    "cargo_kg",
    "detour",
    "cost_hour",
    "cost_km",
    "cost_flight_hour",
]
StandsIf = TypedDict(
    "StandsIf",
    {
        "contained_h": "float | None",
        "expected": "ExpectedTold",
        "short": "list[ShortTold]",
        "tier": "Tier",
        "units": "list[UnitGoing]",
    },
)
StandsNow = TypedDict(
    "StandsNow", {"contained_h": "float | None", "expected": "ExpectedTold", "tier": "Tier"}
)
StationChanged = TypedDict(
    "StationChanged", {"id": "str", "remarks": "list[CodedText]", "version": "int"}
)
StationDetail = TypedDict(
    "StationDetail",
    {
        "code": "str",
        "contact": "str",
        "flight_h": "float | None",
        "fuel_l": "float | None",
        "id": "str",
        "kind": "StationKind",
        "name": "dict[str, str] | None",
        "note": "str",
        "owned_by": "Ownership",
        "owner": "str",
        "point": "list[float]",
        "remarks": "list[CodedText]",
        "retired_at": "str | None",
        "runway_m": "float | None",
        "sample": "bool",
        "units": "list[UnitSummary]",
        "version": "int",
        "world": "str",
    },
)
StationKind = Literal["air_base", "fire_station", "village", "partner", "airstrip", "field_camp"]
StationTold = TypedDict(
    "StationTold",
    {
        "code": "str",
        "contact": "str",
        "flight_h": "float | None",
        "fuel_l": "float | None",
        "id": "str",
        "kind": "StationKind",
        "name": "dict[str, str] | None",
        "note": "str",
        "owned_by": "Ownership",
        "owner": "str",
        "point": "list[float]",
        "remarks": "list[CodedText]",
        "retired_at": "str | None",
        "runway_m": "float | None",
        "sample": "bool",
        "version": "int",
        "world": "str",
    },
)
StatusOption = TypedDict("StatusOption", {"needs": "list[str]", "status": "str"})
Step = Literal["turnout", "launch", "ride", "walk", "wait", "fly", "refuel", "descent"]
StepOrder = TypedDict(
    "StepOrder",
    {"at": NotRequired["str | None"], "reason": NotRequired["str"], "to": "OrderStatus"},
)
StepUnit = TypedDict(
    "StepUnit",
    {
        "at": NotRequired["str | None"],
        "fire_id": NotRequired["str | None"],
        "note": NotRequired["str"],
        "to": "StatusStatus",
    },
)
SuggestionTold = TypedDict(
    "SuggestionTold",
    {
        "at": "str",
        "below": "list[BelowTold]",
        "fires": "list[FireSuggested]",
        "gap": "float | None",
        "left": "list[LeftTold]",
        "number": "int",
        "objective_ha": "float",
        "one_more": "list[OneMore]",
        "seconds": "float",
        "stage": "str",
        "stale": "bool",
        "trigger": "str",
        "versions": "dict[str, str]",
    },
)
Surface = Literal["road", "winter_road", "open", "forest", "wetland", "water", "air"]
Surgery = TypedDict(
    "Surgery",
    {
        "actor": "str",
        "at": "str",
        "detections": "int",
        "fires": "list[str]",
        "id": "str",
        "kind": "Literal['merge', 'split', 'move', 'unmatch', 'false']",
        "note": "str",
        "undoable": "bool",
        "undone_at": "str | None",
        "undone_by": "str | None",
        "version": "int",
        "why_not": "CodedText | None",
    },
)
Taken = TypedDict(
    "Taken",
    {
        "accepted": "int",
        "batch": "int | None",
        "duplicates": "int",
        "file": "str",
        "fires": "int",
        "incomplete": "bool",
        "outside": "int",
        "product": "str",
        "rejected": "int",
        "replaced": "int",
        "rows": "int",
        "superseded": "int",
    },
)
TakenPositions = TypedDict(
    "TakenPositions",
    {
        "bad": "list[BadRow]",
        "kept": "int",
        "late": "int",
        "rejected": "int",
        "repeated": "int",
        "rows": "int",
        "stale": "int",
        "units": "int",
        "unknown": "int",
    },
)
TakenRegister = TypedDict(
    "TakenRegister",
    {
        "ignored": "list[str]",
        "remarks": "list[LineRemark]",
        "stations": "Counted | int",
        "stored": "bool",
        "units": "Counted | int",
    },
)
TakenStrokes = TypedDict(
    "TakenStrokes",
    {
        "accepted": "int",
        "bad": "list[BadRow]",
        "batch": "int",
        "duplicates": "int",
        "file": "str",
        "fires": "int",
        "outside": "int",
        "product": "str",
        "rejected": "int",
        "rows": "int",
    },
)
TakenWeather = TypedDict(
    "TakenWeather",
    {
        "accepted": "int",
        "assumed": "list[CodedText]",
        "bad": "list[BadRow]",
        "batch": "int",
        "duplicates": "int",
        "file": "str",
        "issued": "str | None",
        "outside": "int",
        "places": "int",
        "product": "str",
        "rejected": "int",
        "rows": "int",
    },
)
Term = TypedDict(
    "Term",
    {"code": "str", "params": "dict[str, str | float | int | bool | None]", "weight": "float"},
)
TermOf = TypedDict("TermOf", {"code": "str", "layer": "str", "name": "dict[str, str]"})
Theme = Literal["crew", "control", "regime", "request"]
Threat = TypedDict(
    "Threat",
    {
        "at": "str",
        "bearing_deg": "float | None",
        "code": "str",
        "downwind": "bool | None",
        "fire_id": "str",
        "forecast_at": "str | None",
        "kind": "str",
        "km": "float",
        "layer": "str",
        "name": "dict[str, str]",
        "number": "str | None",
        "reach": "Reach | None",
        "status": "str",
    },
)
Tier = Literal["a", "b", "c", "d"]
Track = TypedDict(
    "Track",
    {"accuracy_m": "float | None", "at": "str", "point": "list[float]", "source": "PositionSource"},
)
Undo = TypedDict("Undo", {"note": NotRequired["str"]})
UndoEdge = TypedDict("UndoEdge", {"note": NotRequired["str"]})
UnitChanged = TypedDict(
    "UnitChanged",
    {"id": "str", "remarks": "list[CodedText]", "status": "StatusStatus", "version": "int"},
)
UnitDetail = TypedDict(
    "UnitDetail",
    {
        "carried_by": "list[UnitKind]",
        "code": "str",
        "contact": "str",
        "duty": "DutyTold",
        "fire_id": "str | None",
        "id": "str",
        "kind": "UnitKind",
        "method": "Method",
        "mobility": "Mobility",
        "name": "dict[str, str] | None",
        "note": "str",
        "options": "list[StatusStatus]",
        "own": "dict[str, Any]",
        "owned_by": "Ownership",
        "owner": "str",
        "people": "int | None",
        "position": "UnitPosition | None",
        "qualifications": "list[str]",
        "remarks": "list[CodedText]",
        "retired_at": "str | None",
        "rules": "str",
        "sample": "bool",
        "specs": "dict[str, FigureTold]",
        "speeds": "dict[str, FigureTold]",
        "station": "str | None",
        "status": "StatusStatus",
        "status_at": "str | None",
        "version": "int",
        "world": "str",
    },
)
UnitGoing = TypedDict(
    "UnitGoing",
    {
        "arrive_h": "float | None",
        "base": "str",
        "eta_at": "str | None",
        "kind": "UnitKind",
        "name": "dict[str, str] | None",
        "unit": "str",
    },
)
UnitKind = Literal[
    "ground_crew",
    "smokejumpers",
    "helitack",
    "village_team",
    "partner_crew",
    "engine",
    "bulldozer",
    "atv",
    "boat",
    "helicopter",
    "air_tanker",
    "patrol_aircraft",
    "pump",
    "drone",
]
UnitPosition = TypedDict(
    "UnitPosition",
    {
        "accuracy_m": "float | None",
        "age_min": "float | None",
        "at": "str | None",
        "point": "list[float]",
        "reason": "CodedText | None",
        "source": "PositionSource",
        "stale": "bool",
    },
)
UnitSuggested = TypedDict(
    "UnitSuggested",
    {
        "arrive_h": "float | None",
        "assumed": "list[CodedText]",
        "base": "str",
        "eta_at": "str | None",
        "kind": "UnitKind",
        "legs": "list[LegTold]",
        "name": "dict[str, str] | None",
        "reason": "CodedText",
        "role": "Role",
        "unit": "str",
        "worth_ha": "float | None",
    },
)
UnitSummary = TypedDict(
    "UnitSummary",
    {
        "code": "str",
        "duty": "DutyTold",
        "fire_id": "str | None",
        "id": "str",
        "kind": "UnitKind",
        "mobility": "Mobility",
        "name": "dict[str, str] | None",
        "owned_by": "Ownership",
        "owner": "str",
        "people": "int | None",
        "position": "UnitPosition | None",
        "qualifications": "list[str]",
        "remarks": "list[CodedText]",
        "retired_at": "str | None",
        "sample": "bool",
        "station": "str | None",
        "status": "StatusStatus",
        "status_at": "str | None",
        "version": "int",
        "world": "str",
    },
)
UnitsSent = TypedDict("UnitsSent", {"fire_id": "str", "orders": "list[OrderTold]"})
Unmatch = TypedDict(
    "Unmatch",
    {
        "detections": NotRequired["list[DetectionName] | None"],
        "note": NotRequired["str"],
        "report": NotRequired["str | None"],
        "within": NotRequired["Polygon | None"],
    },
)
Unwatched = TypedDict("Unwatched", {"fire_id": "str", "reason": "CodedText"})
UsageRow = TypedDict(
    "UsageRow",
    {
        "bytes": "int",
        "day": "str",
        "errors": "int",
        "key": "str",
        "operation": "str",
        "refused": "int",
        "requests": "int",
    },
)
Verdict = Literal["accepted", "edited", "rejected"]
VerdictTold = TypedDict(
    "VerdictTold",
    {
        "added": "list[str]",
        "at": "str",
        "by": "str",
        "decided_at": "str",
        "fire_id": "str",
        "id": "int",
        "level": "str",
        "note": "str",
        "removed": "list[str]",
        "seconds": "float | None",
        "sent": "list[str]",
        "shown_at": "str | None",
        "suggested": "list[str]",
        "suggestion": "int",
        "verdict": "Verdict",
        "why": "str | None",
        "wish": "Wish | None",
    },
)
WayLeg = TypedDict(
    "WayLeg",
    {
        "hours": "float",
        "km": "float",
        "line": "list[list[float]]",
        "mode": "Mode",
        "reasons": "list[CodedText]",
        "step": "Step",
    },
)
WayStop = TypedDict("WayStop", {"at": "str", "point": "list[float]"})
WayTold = TypedDict(
    "WayTold",
    {
        "arrives_at": "str | None",
        "course": "list[WayStop]",
        "departs_at": "str | None",
        "fire_id": "str",
        "legs": "list[WayLeg]",
        "order_id": "str",
        "reasons": "list[CodedText]",
        "status": "OrderStatus",
        "unit": "str",
    },
)
WeatherAge = TypedDict(
    "WeatherAge", {"age_h": "float | None", "issued": "str | None", "report_at": "str | None"}
)
Webhook = TypedDict(
    "Webhook",
    {
        "epoch": "str",
        "failing_since": "str | None",
        "failures": "int",
        "filter": "HookFilter",
        "id": "str",
        "made_at": "str",
        "name": "str",
        "next_at": "str | None",
        "old_secret_until": "str | None",
        "position": "int",
        "state": "Literal['active', 'paused', 'stopped']",
        "subject": "str",
        "told_at": "str | None",
        "url": "str",
        "why": "Literal['gone', 'silent', 'owner', 'secret'] | None",
        "world": "str",
    },
)
WebhookMade = TypedDict(
    "WebhookMade",
    {
        "epoch": "str",
        "failing_since": "str | None",
        "failures": "int",
        "filter": "HookFilter",
        "id": "str",
        "made_at": "str",
        "name": "str",
        "next_at": "str | None",
        "old_secret_until": "str | None",
        "position": "int",
        "secret": "str",
        "state": "Literal['active', 'paused', 'stopped']",
        "subject": "str",
        "told_at": "str | None",
        "url": "str",
        "why": "Literal['gone', 'silent', 'owner', 'secret'] | None",
        "world": "str",
    },
)
WhatIfTold = TypedDict(
    "WhatIfTold",
    {
        "added": "list[str]",
        "after": "StandsIf",
        "assumed": "list[CodedText]",
        "at": "str",
        "before": "StandsNow",
        "fire_id": "str",
        "loss_ha": "LossIf",
        "number": "int",
        "others": "list[OtherIf]",
        "removed": "list[str]",
        "seconds": "float",
    },
)
Why = TypedDict(
    "Why",
    {
        "links": "int",
        "longest_hours": "float | None",
        "longest_km": "float | None",
        "reasons": "list[CodedText]",
    },
)
WhyKept = Literal[
    "not_available", "not_suitable", "reserve", "knows_place", "order_above", "edited", "other"
]
WhyRejected = Literal[
    "not_needed", "wrong_units", "not_available", "too_late", "wrong_data", "own_plan", "other"
]
WindAsked = TypedDict(
    "WindAsked", {"from_deg": NotRequired["float | None"], "km_h": NotRequired["float | None"]}
)
Wish = Literal["faster", "cheaper", "reserve"]
Word = TypedDict("Word", {"at": "str", "by": "str | None", "level": "str"})
World = TypedDict(
    "World",
    {
        "id": "int",
        "kind": "Literal['live', 'replay', 'drill']",
        "name": "str",
        "now": "str",
        "rate": "float",
    },
)
LadderRung = Literal["station", "group", "neighbour", "republic", "regions", "federal"]
NoticesState = Literal["open", "answered", "over"]
StatusStatus = Literal[
    "available",
    "assigned",
    "en_route",
    "at_fire",
    "returning",
    "resting",
    "off_duty",
    "out_of_service",
]
LifecycleStatus = Literal[
    "signal",
    "registered",
    "dispatched",
    "fighting",
    "contained",
    "mopup",
    "out",
    "suspended",
    "rejected",
    "merged",
    "transferred",
]
HealthRung = Literal["whole", "feeds_late", "read_only", "no_live", "offline"]
HealthState = Literal["ok", "late", "failing", "never"]
