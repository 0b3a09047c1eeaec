"""What is sent and what comes back.

Made by sylvan.client.generate from the published document.
"""

# ruff: noqa: E501, UP013
from typing import Any, Literal, NotRequired, TypedDict

AcceptFire = TypedDict("AcceptFire", {"fire_id": NotRequired["str | None"]})
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
Agree = TypedDict("Agree", {"auth": "str", "endpoint": "str", "p256dh": "str"})
AlertTold = TypedDict(
    "AlertTold",
    {
        "answer_by": "str | None",
        "answered_at": "str | None",
        "answered_by": "str",
        "answered_how": "Literal['screen', 'link', 'reply'] | None",
        "asks": "bool",
        "at": "str",
        "drill": "bool",
        "fire_id": "str | None",
        "grade": "Literal['info', 'warning', 'alarm']",
        "id": "str",
        "language": "str",
        "made_at": "str",
        "rule": "str",
        "state": "Literal['told', 'asked', 'unreached', 'answered']",
        "subject": "str",
        "text": "str",
        "thread": "str",
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
AnswerFire = TypedDict("AnswerFire", {"number": "str | None", "status": "LifecycleStatus"})
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
Asset = TypedDict(
    "Asset",
    {
        "alarm_km": "float | None",
        "batch": "str | None",
        "changed_at": "str | None",
        "changed_by": "str",
        "contacts": "list[Contact]",
        "external_id": "str",
        "id": "str",
        "kind": "str",
        "name": "dict[str, str]",
        "notes": "str",
        "owner": "str",
        "retired_at": "str | None",
        "version": "int",
        "watch_km": "float | None",
    },
)
AssetBatch = TypedDict(
    "AssetBatch",
    {
        "batch": "str | None",
        "changed": "int",
        "created": "int",
        "missing": "int",
        "more": "int",
        "notes": "list[CodedText]",
        "plan": "str",
        "refused": "int",
        "retired": "int",
        "rows": "list[AssetRow]",
        "same": "int",
        "shapes": "FeatureCollection | None",
    },
)
AssetBatchIn = TypedDict(
    "AssetBatchIn", {"assets": "list[dict[str, JsonValue]]", "name": NotRequired["str"]}
)
AssetBatchLine = TypedDict(
    "AssetBatchLine",
    {
        "actor": "str",
        "at": "str",
        "counts": "dict[str, int]",
        "id": "str",
        "name": "str",
        "undone_by": "str | None",
    },
)
AssetDetail = TypedDict(
    "AssetDetail",
    {
        "alarm_km": "float | None",
        "batch": "str | None",
        "changed_at": "str | None",
        "changed_by": "str",
        "contacts": "list[Contact]",
        "external_id": "str",
        "geometry": "dict[str, Any]",
        "history": "list[AssetVersion]",
        "id": "str",
        "kind": "str",
        "name": "dict[str, str]",
        "notes": "str",
        "owner": "str",
        "retired_at": "str | None",
        "version": "int",
        "watch_km": "float | None",
    },
)
AssetEdit = TypedDict(
    "AssetEdit",
    {
        "alarm_km": NotRequired["float | None"],
        "contacts": NotRequired["list[ContactIn] | None"],
        "geometry": NotRequired["dict[str, JsonValue] | None"],
        "kind": NotRequired[
            "Literal['partner_asset', 'power_line', 'pipeline', 'road', 'tower', 'airstrip', 'farm'] | None"
        ],
        "name": NotRequired["dict[str, str] | None"],
        "notes": NotRequired["str | None"],
        "watch_km": NotRequired["float | None"],
    },
)
AssetIn = TypedDict(
    "AssetIn",
    {
        "alarm_km": NotRequired["float | None"],
        "contacts": NotRequired["list[ContactIn]"],
        "external_id": "str",
        "geometry": "dict[str, JsonValue]",
        "kind": "Literal['partner_asset', 'power_line', 'pipeline', 'road', 'tower', 'airstrip', 'farm']",
        "name": "dict[str, str]",
        "notes": NotRequired["str"],
        "watch_km": NotRequired["float | None"],
    },
)
AssetRow = TypedDict(
    "AssetRow",
    {
        "became": "Literal['created', 'changed', 'same', 'refused', 'retired']",
        "errors": "list[RowFault]",
        "external_id": "str",
        "fields": "list[str]",
        "id": "str | None",
        "kind": "str | None",
        "line": "int",
        "name": "dict[str, str] | None",
        "repaired": "dict[str, Any] | None",
    },
)
AssetTerms = TypedDict(
    "AssetTerms",
    {
        "kinds": "list[KindTerms]",
        "most_bytes": "int",
        "most_owned": "int",
        "most_rows": "int",
        "most_watch_km": "float",
        "owned": "int",
        "watch_km": "float",
    },
)
AssetThreat = TypedDict(
    "AssetThreat",
    {
        "activity": "str",
        "alarm": "bool",
        "area_ha": "float",
        "downwind": "bool | None",
        "fire_id": "str",
        "forecast_at": "str | None",
        "from_deg": "float | None",
        "hours": "float | None",
        "km": "float",
        "last_seen": "str",
        "likelihood": "float",
        "nearest": "list[float]",
        "number": "str | None",
        "point": "list[float]",
        "probability": "float | None",
        "reasons": "list[CodedText]",
        "status": "str",
    },
)
AssetThreats = TypedDict(
    "AssetThreats",
    {
        "alarm_km": "float | None",
        "asset": "str",
        "at": "str",
        "more": "int",
        "threats": "list[AssetThreat]",
        "watch_km": "float",
    },
)
AssetUndone = TypedDict("AssetUndone", {"batch": "str", "undone": "int"})
AssetVersion = TypedDict(
    "AssetVersion",
    {
        "actor": "str",
        "at": "str",
        "batch": "str",
        "card": "dict[str, Any]",
        "retired_at": "str | None",
        "version": "int",
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
BeginDrill = TypedDict(
    "BeginDrill",
    {
        "begin_at": NotRequired["str | None"],
        "name": "str",
        "outside": NotRequired["bool"],
        "people": NotRequired["list[str]"],
        "roles": NotRequired["list[str]"],
        "source": "DrillSourceAsked",
        "speed": NotRequired["float"],
    },
)
BelowTold = TypedDict("BelowTold", {"base": "str", "kind": "str", "least": "int", "left": "int"})
BoardAbout = TypedDict(
    "BoardAbout",
    {
        "area_ha": "float",
        "municipality": "dict[str, str] | None",
        "nearest": "BoardNearest | None",
        "number": "str | None",
    },
)
BoardAsked = TypedDict("BoardAsked", {"notices": "list[BoardNotice]", "orders": "list[BoardOrder]"})
BoardBulletin = TypedDict("BoardBulletin", {"day": "str", "number": "str | None"})
BoardChange = TypedDict(
    "BoardChange",
    {
        "at": "str",
        "fire_id": "str | None",
        "grave": "Literal['good', 'plain', 'warning', 'alarm']",
        "number": "str | None",
        "params": "dict[str, str | float | int | bool | dict[str, str] | None]",
        "what": "str",
    },
)
BoardChanges = TypedDict(
    "BoardChanges",
    {
        "first": "bool",
        "grave": "int",
        "more": "int",
        "rows": "list[BoardChange]",
        "since": "str",
        "total": "int",
    },
)
BoardCounts = TypedDict(
    "BoardCounts",
    {
        "active": "int",
        "area_ha": "float",
        "doubtful": "int",
        "held": "int",
        "near": "int",
        "signals": "int",
        "signals_area_ha": "float",
        "suspended": "int",
        "unattended": "int",
    },
)
BoardDanger = TypedDict(
    "BoardDanger",
    {
        "assumed": "list[CodedText]",
        "rows": "list[BoardDangerPlace]",
        "today": "str",
        "tomorrow": "str",
        "worst": "ClassAdvice | None",
    },
)
BoardDangerPlace = TypedDict(
    "BoardDangerPlace",
    {
        "code": "str",
        "name": "dict[str, str]",
        "regimes": "list[RegimeKind]",
        "today": "int | None",
        "tomorrow": "int | None",
    },
)
BoardFire = TypedDict(
    "BoardFire",
    {
        "activity": "Literal['burning', 'active', 'sleeping', 'out']",
        "area_ha": "float",
        "doubtful": "bool",
        "first_seen": "str",
        "growth_ha_h": "float | None",
        "id": "str",
        "inside": "bool",
        "last_seen": "str",
        "likelihood": "float",
        "municipality": "dict[str, str] | None",
        "nearest": "BoardNearest | None",
        "number": "str | None",
        "point": "list[float]",
        "registered_at": "str | None",
        "status": "LifecycleStatus",
        "units_sent": "int",
        "units_working": "int",
    },
)
BoardFires = TypedDict("BoardFires", {"more": "int", "rows": "list[BoardFire]"})
BoardForces = TypedDict(
    "BoardForces",
    {
        "from_elsewhere": "int",
        "off": "int",
        "people_unknown": "int",
        "ready": "int",
        "ready_people": "int",
        "resting": "int",
        "returning": "int",
        "sent": "int",
        "total": "int",
        "working": "int",
    },
)
BoardNearest = TypedDict("BoardNearest", {"distance_km": "float", "name": "dict[str, str]"})
BoardNotice = TypedDict("BoardNotice", {"fire": "BoardAbout | None", "notice": "NoticeTold"})
BoardOrder = TypedDict(
    "BoardOrder", {"fire": "BoardAbout | None", "order": "OrderTold", "unit": "BoardUnit | None"}
)
BoardPlace = TypedDict("BoardPlace", {"code": "str", "name": "dict[str, str]"})
BoardSince = TypedDict("BoardSince", {"first": "bool", "since": "str"})
BoardThreat = TypedDict(
    "BoardThreat",
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
        "owner": NotRequired["str | None"],
        "people": "int | None",
        "reach": "Reach | None",
        "status": "str",
    },
)
BoardThreats = TypedDict(
    "BoardThreats",
    {
        "more": "int",
        "objects": "int",
        "reached": "int",
        "rows": "list[BoardThreat]",
        "settlements": "int",
    },
)
BoardTold = TypedDict(
    "BoardTold",
    {
        "as_of_seq": "int",
        "asked": "BoardAsked",
        "bulletin": "BoardBulletin",
        "changes": "BoardChanges",
        "choices": "list[BoardPlace]",
        "counts": "BoardCounts",
        "danger": "BoardDanger",
        "feeds": "list[Feed]",
        "fires": "BoardFires",
        "forces": "BoardForces",
        "names": "list[dict[str, str]]",
        "territory": "str | None",
        "threats": "BoardThreats",
        "whole": "bool",
        "world": "World",
    },
)
BoardUnit = TypedDict(
    "BoardUnit", {"kind": "UnitKind", "name": "dict[str, str] | None", "people": "int | None"}
)
Body_edges_give_gpx = TypedDict(
    "Body_edges_give_gpx",
    {"at": NotRequired["str | None"], "file": "str", "note": NotRequired["str"]},
)
Browsers = TypedDict("Browsers", {"browsers": "int"})
BulletinDraft = TypedDict(
    "BulletinDraft",
    {
        "day": "str",
        "differs": "int",
        "fields": "dict[str, Any]",
        "issued": "DocumentBrief | None",
        "language": "str",
    },
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
Busiest = TypedDict("Busiest", {"arrivals": "int", "hour": "str", "recipient": "str"})
Cancel = TypedDict("Cancel", {"date": "str", "number": "str", "reason": "str"})
Cancelled = TypedDict(
    "Cancelled", {"at": "str", "by": "str", "date": "str | None", "number": "str", "reason": "str"}
)
CapMessage = TypedDict(
    "CapMessage",
    {
        "expires": "str",
        "headline": "dict[str, str]",
        "holds": "bool",
        "identifier": "str",
        "level": "str",
        "number": "int",
        "references": "list[str]",
        "sent": "str",
        "status": "ValuesStatus",
        "subject": "str",
        "territories": "list[str]",
        "theme": "ProfileTheme",
        "type": "MsgType",
    },
)
CapMessages = TypedDict("CapMessages", {"messages": "list[CapMessage]", "next": "int | None"})
CapTaken = TypedDict(
    "CapTaken",
    {
        "disposition": "CodedText",
        "identifier": "str",
        "remarks": "list[Mistake]",
        "report": "str | None",
        "sender": "str",
        "sent": "str",
        "signature": "Literal['good', 'unchecked', 'none']",
        "type": "MsgType",
    },
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
CareOutcome = TypedDict(
    "CareOutcome",
    {"care": "CareTold | None", "id": "str", "kind": "DutyKind", "problem": "CodedText | None"},
)
CareTold = TypedDict(
    "CareTold",
    {
        "free_at": "str | None",
        "id": "str",
        "kind": "DutyKind",
        "note": "str",
        "put_off_by": "str",
        "put_off_until": "str | None",
        "taken_at": "str | None",
        "taken_by": "str",
        "taken_name": "str",
        "version": "int",
    },
)
Category = Literal["exploitable", "protective", "reserve"]
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
ChannelTold = TypedDict(
    "ChannelTold",
    {
        "channel": "str",
        "counts": "dict[str, int]",
        "dedupes": "bool",
        "kind": "Literal['screen', 'mail', 'sms', 'apprise', 'push', 'webhook']",
        "missing": "list[str]",
        "oldest_s": "int | None",
        "on": "bool",
    },
)
CheckpointTold = TypedDict(
    "CheckpointTold",
    {"at": "str", "hash": "str", "key": "str", "kind": "str", "seq": "int", "signature": "str"},
)
Choices = TypedDict(
    "Choices", {"roles": "list[Schemas_accountRoleChoice]", "territories": "list[PlaceChoice]"}
)
Chosen = TypedDict("Chosen", {"things": "list[ThingAsked]"})
ClassAdvice = TypedDict(
    "ClassAdvice",
    {"class": "int", "colour": "str", "measures": "list[Measure]", "name": "dict[str, str]"},
)
Clock = Literal["shown", "settled", "dispatched", "decided", "answered"]
ClockScore = TypedDict(
    "ClockScore",
    {
        "clock": "Clock",
        "done": "int",
        "in_time": "int | None",
        "in_time_by_watch": "int | None",
        "median_s": "float | None",
        "median_watch_s": "float | None",
        "norm_s": "float | None",
        "open": "int",
        "open_late": "int",
        "p90_s": "float | None",
    },
)
ClockTold = TypedDict(
    "ClockTold",
    {
        "about": "str",
        "clock": "str",
        "names": "dict[str, str]",
        "source": "str",
        "steps_min": "list[float]",
    },
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
Contact = TypedDict("Contact", {"email": "str", "name": "str", "phone": "str", "role": "str"})
ContactIn = TypedDict(
    "ContactIn",
    {
        "email": NotRequired["str"],
        "name": "str",
        "phone": NotRequired["str"],
        "role": NotRequired["str"],
    },
)
ControlKind = Literal["stop", "suspend"]
Counted = TypedDict("Counted", {"added": "int", "changed": "int", "same": "int"})
CountedTimes = TypedDict("CountedTimes", {"letters": "int", "name": "str"})
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
CrewWord = Literal["contained", "forces", "relief"]
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
DaySpan = TypedDict("DaySpan", {"since": "str", "until": "str"})
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
        "verdict": "VerdictsVerdict",
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
DefinitionsTold = TypedDict(
    "DefinitionsTold", {"figures": "list[FigureDefinition]", "ranked_from": "int", "version": "str"}
)
Degree = Literal["destroyed", "damaged"]
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
DeliveryState = Literal["waiting", "sending", "sent", "dead", "held", "stopped"]
DeskFeed = TypedDict(
    "DeskFeed",
    {
        "age_s": "int | None",
        "asked_at": "str | None",
        "day": "FeedDay",
        "every_s": "float | None",
        "fault": "FeedError | None",
        "feed": "str",
        "kind": "str",
        "last_batch": "FeedBatch | None",
        "last_data": "str | None",
        "last_error": "FeedError | None",
        "last_pass": "str | None",
        "last_poll": "str | None",
        "limit_s": "int",
        "may_ask": "bool",
        "may_pause": "bool",
        "next_poll": "str | None",
        "paused": "FeedPause | None",
        "rows": "int",
        "set_up": "bool",
        "state": "str",
        "title": "Names | None",
        "way": "Way",
    },
)
DetectionName = TypedDict("DetectionName", {"acq_at": "str", "key": "str"})
Difference = TypedDict("Difference", {"after": "Any", "before": "Any", "field": "str"})
Disable = TypedDict("Disable", {"off": "bool"})
DocumentBrief = TypedDict(
    "DocumentBrief",
    {
        "about": "str",
        "day": "str | None",
        "files": "dict[str, DocumentFile]",
        "fire_id": "str | None",
        "id": "str",
        "issued_at": "str",
        "issued_by": "str",
        "kind": "DocumentKind",
        "language": "str",
        "notes": "list[CodedText]",
        "number": "str",
        "reason": "str",
        "version": "int",
    },
)
DocumentFile = TypedDict(
    "DocumentFile", {"media_type": "str", "name": "str", "sha256": "str", "size": "int"}
)
DocumentKind = Literal["daily", "bulletin", "act", "closing"]
DocumentPage = TypedDict("DocumentPage", {"next": "str | None", "rows": "list[DocumentBrief]"})
DocumentTold = TypedDict(
    "DocumentTold",
    {
        "about": "str",
        "day": "str | None",
        "differs": "list[Difference]",
        "fields": "dict[str, Any]",
        "files": "dict[str, DocumentFile]",
        "fire_id": "str | None",
        "id": "str",
        "issued_at": "str",
        "issued_by": "str",
        "kind": "DocumentKind",
        "language": "str",
        "notes": "list[CodedText]",
        "number": "str",
        "reason": "str",
        "templates": "dict[str, dict[str, Any]]",
        "version": "int",
    },
)
DrillChoices = TypedDict(
    "DrillChoices",
    {
        "people": "list[PersonChoice]",
        "roles": "list[Schemas_drillsRoleChoice]",
        "worlds": "list[WorldChoice]",
    },
)
DrillDeleted = TypedDict("DrillDeleted", {"id": "str", "rows": "int"})
DrillHolds = TypedDict(
    "DrillHolds",
    {
        "burning": "int | None",
        "ends_at": "str",
        "files": "int",
        "fires": "int | None",
        "left_out": "int",
        "reports": "int",
        "rows": "int",
        "starts_at": "str",
    },
)
DrillPresent = TypedDict(
    "DrillPresent", {"deeds": "int", "last_at": "str", "name": "str", "subject": "str"}
)
DrillPreview = TypedDict(
    "DrillPreview",
    {
        "burning": "int | None",
        "ends_at": "str",
        "files": "int",
        "fires": "int | None",
        "left_out": "int",
        "norm_s": "float",
        "norm_watch_s": "float",
        "reports": "int",
        "rows": "int",
        "starts_at": "str",
        "watch_s": "float",
    },
)
DrillReal = TypedDict(
    "DrillReal",
    {
        "alarms": "int",
        "at": "str",
        "distress": "int",
        "newest": "DrillRealNewest | None",
        "reports": "int",
        "signals": "int",
        "unseen": "int",
    },
)
DrillRealNewest = TypedDict(
    "DrillRealNewest",
    {"address": "dict[str, Any]", "id": "str", "received_at": "str", "shown": "bool"},
)
DrillScore = TypedDict(
    "DrillScore",
    {
        "at": "str",
        "clocks": "list[ClockScore]",
        "figures": "list[FigureScore]",
        "people": "list[PersonScore]",
        "speed": "float",
        "truth": "TruthScore | None",
        "undecided": "int",
    },
)
DrillSource = TypedDict(
    "DrillSource",
    {
        "day": "str | None",
        "fires": "int",
        "hours": "float",
        "kind": "SourceKind",
        "seed": "int",
        "world": "str",
    },
)
DrillSourceAsked = TypedDict(
    "DrillSourceAsked",
    {
        "day": NotRequired["str | None"],
        "fires": NotRequired["int"],
        "hours": NotRequired["float"],
        "kind": "SourceKind",
        "seed": NotRequired["int"],
        "world": NotRequired["str"],
    },
)
DrillState = Literal["planned", "running", "ended", "broken"]
DrillTold = TypedDict(
    "DrillTold",
    {
        "began_at": "str | None",
        "begin_at": "str",
        "delivered": "int",
        "ended_at": "str | None",
        "ended_by": "str",
        "enters": "bool",
        "holds": "DrillHolds | None",
        "id": "str",
        "lag_s": "float",
        "leads": "bool",
        "made_at": "str",
        "made_by": "str",
        "name": "str",
        "outside": "bool",
        "people": "list[str]",
        "present": "list[DrillPresent]",
        "roles": "list[str]",
        "source": "DrillSource",
        "speed": "float",
        "state": "DrillState",
        "why": "CodedText | None",
        "world": "str",
    },
)
Duty = Literal["register", "alerts", "approve"]
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
        "owner": NotRequired["str | None"],
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
        "owned": NotRequired["list[ShortThing]"],
        "score": "float",
    },
)
ExposureWind = TypedDict(
    "ExposureWind",
    {"from_deg": "float | None", "km_h": "float | None", "reasons": "list[CodedText]"},
)
FaultTold = TypedDict(
    "FaultTold",
    {"code": "str", "field": "str", "params": "dict[str, str | int | float | bool | None]"},
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
        "paused": "FeedPause | None",
        "rows": "int",
        "state": "str",
        "title": "Names | None",
    },
)
FeedBatch = TypedDict(
    "FeedBatch",
    {
        "counts": "dict[str, int]",
        "feed": "str",
        "id": "int",
        "name": "str",
        "product": "str",
        "received_at": "str",
        "sha256": "str",
    },
)
FeedDay = TypedDict("FeedDay", {"batches": "int", "counts": "dict[str, int]"})
FeedDesk = TypedDict(
    "FeedDesk",
    {
        "changes": "bool",
        "feeds": "list[DeskFeed]",
        "now": "str",
        "others": "list[FollowedLog]",
        "played": "bool",
        "world": "str",
    },
)
FeedError = TypedDict(
    "FeedError",
    {"at": "str", "code": "str", "params": "dict[str, str | float | int | bool | None]"},
)
FeedPause = TypedDict(
    "FeedPause", {"at": "str", "by": "str | None", "name": "str | None", "reason": "str"}
)
FeedRejects = TypedDict(
    "FeedRejects",
    {
        "batch": "FeedBatch",
        "reasons": "list[RejectReason]",
        "rows": "list[RejectedRow]",
        "told_then": "int",
        "total": "int",
    },
)
FeedTerritory = TypedDict(
    "FeedTerritory",
    {
        "code": "str",
        "kind": "Literal['boundary', 'municipality', 'forestry']",
        "name": "dict[str, str]",
    },
)
FeedWord = TypedDict("FeedWord", {"reason": "str"})
FieldArea = TypedDict(
    "FieldArea",
    {
        "at": "str",
        "fires": "list[FieldFire]",
        "km": "float",
        "places": "list[FieldPlace]",
        "point": "list[float]",
    },
)
FieldCheckIn = TypedDict(
    "FieldCheckIn",
    {"due_at": "str", "every_min": "int", "heard_at": "str", "overdue": "bool", "silent": "bool"},
)
FieldFire = TypedDict(
    "FieldFire",
    {
        "area_ha": "float",
        "edge": "dict[str, Any] | None",
        "edge_at": "str | None",
        "id": "str",
        "lead": "str | None",
        "nearest": "dict[str, Any] | None",
        "number": "str | None",
        "options": "list[str]",
        "point": "list[float]",
        "status": "str",
    },
)
FieldOrder = TypedDict(
    "FieldOrder",
    {
        "by": "str",
        "eta_at": "str | None",
        "id": "str",
        "options": "list[NextStep]",
        "status": "OrderStatus",
        "task": "str",
    },
)
FieldPlace = TypedDict("FieldPlace", {"name": "dict[str, str]", "point": "list[float]"})
FieldTask = TypedDict(
    "FieldTask",
    {
        "at": "str",
        "check_in": "FieldCheckIn | None",
        "fire": "FieldFire | None",
        "now": "str",
        "order": "FieldOrder | None",
        "unit": "FieldUnit",
        "warnings": "list[FieldWarning]",
        "way": "FieldWay | None",
        "world": "str",
    },
)
FieldUnit = TypedDict(
    "FieldUnit",
    {
        "code": "str",
        "id": "str",
        "kind": "UnitKind",
        "name": "dict[str, str] | None",
        "options": "list[StatusStatus]",
        "point": "list[float] | None",
        "status": "StatusStatus",
        "status_at": "str | None",
    },
)
FieldWarning = TypedDict(
    "FieldWarning",
    {
        "about": "str | None",
        "answered_by": "str",
        "grade": "int",
        "id": "str",
        "kind": "str",
        "note": "str",
        "raised_at": "str",
        "reason": "CodedText",
        "state": "NoticesState",
        "theme": "NoticesTheme",
        "units": "list[str]",
    },
)
FieldWay = TypedDict(
    "FieldWay",
    {
        "arrives_at": "str | None",
        "departs_at": "str | None",
        "line": "list[list[float]]",
        "reasons": "list[CodedText]",
    },
)
FigureDefinition = TypedDict(
    "FigureDefinition",
    {
        "aside": "list[str]",
        "begins": "str | None",
        "better": "str",
        "code": "str",
        "ends": "str | None",
        "kind": "ModelKind",
        "left_out": "list[str]",
        "names": "dict[str, str]",
        "norm_s": "float | None",
        "norm_source": "dict[str, str] | None",
        "reasons": "list[str]",
        "take": "Take",
        "text": "dict[str, str]",
        "unit": "str",
    },
)
FigureGroup = TypedDict(
    "FigureGroup", {"code": "str", "rank": "int | None", "result": "FigureResult"}
)
FigureOfSpan = TypedDict(
    "FigureOfSpan",
    {
        "before": "FigureResult",
        "definition": "FigureDefinition",
        "municipality": "list[FigureGroup]",
        "source": "list[FigureGroup]",
        "total": "FigureResult",
        "year_ago": "FigureResult",
        "zone": "list[FigureGroup]",
    },
)
FigureResult = TypedDict(
    "FigureResult",
    {
        "contradictory": "int",
        "counted": "int",
        "good": "int | None",
        "left_out": "dict[str, int]",
        "mean": "float | None",
        "median": "float | None",
        "missing": "int",
        "p90": "float | None",
        "rows": "int",
        "share": "float | None",
        "waiting": "int",
    },
)
FigureScore = TypedDict("FigureScore", {"definition": "FigureDefinition", "result": "FigureResult"})
FigureThing = TypedDict(
    "FigureThing",
    {
        "at": "str",
        "good": "bool | None",
        "id": "str",
        "kind": "str",
        "municipality": "str",
        "number": "str | None",
        "source": "str",
        "state": "ModelState",
        "status": "str",
        "value": "float | None",
        "why": "str",
        "zone": "str",
    },
)
FigureTold = TypedDict("FigureTold", {"source": "str", "value": "float", "verified": "bool"})
FiguresTold = TypedDict(
    "FiguresTold",
    {
        "before": "DaySpan",
        "day_begins": "str",
        "day_zone": "str",
        "figures": "list[FigureOfSpan]",
        "made_at": "str",
        "names": "dict[str, dict[str, str]]",
        "ranked_from": "int",
        "since": "str",
        "today": "str",
        "until": "str",
        "version": "str",
        "world": "str",
        "year_ago": "DaySpan",
    },
)
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
FireScore = TypedDict(
    "FireScore",
    {
        "at": "str",
        "end_ha": "float",
        "lat": "float",
        "lon": "float",
        "number": "int",
        "registered_at": "str | None",
        "registered_ha": "float | None",
        "seconds": "float | None",
        "signals": "list[str]",
        "told_at": "str",
        "verdict": "TruthVerdict",
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
Fix = TypedDict(
    "Fix", {"accuracy_m": NotRequired["float | None"], "at": "str", "point": "list[float]"}
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
FollowedLog = TypedDict(
    "FollowedLog",
    {
        "age_s": "int | None",
        "code": "str",
        "error": "CodedText | None",
        "heard_at": "str | None",
        "holes": "int",
        "of": "Literal['neighbour', 'region']",
        "state": "str",
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
Format = Literal["docx", "xlsx", "pdf"]
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
HandOverTold = TypedDict(
    "HandOverTold",
    {
        "at": "str",
        "given_by": "str",
        "given_name": "str",
        "id": "str",
        "items": "OpenItems",
        "note": "str",
        "remark": "str",
        "state": "Sheet",
        "taken_at": "str | None",
        "taken_by": "str",
        "taken_name": "str",
        "version": "int",
    },
)
HandThem = TypedDict("HandThem", {"things": "list[ThingAsked]", "to": "str"})
Handover = TypedDict(
    "Handover",
    {
        "answer": "dict[str, Any]",
        "answered_at": "str | None",
        "answered_by": "str | None",
        "fire": "dict[str, Any]",
        "fire_id": "str",
        "from_region": "str",
        "id": "str",
        "note": "str",
        "offered_at": "str",
        "offered_by": "str | None",
        "status": "Literal['offered', 'accepted', 'refused', 'withdrawn']",
        "to_region": "str",
        "version": "int",
    },
)
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
HolderTold = TypedDict(
    "HolderTold",
    {
        "level": "str",
        "name": "str",
        "owner": "str",
        "role": "str",
        "standing": "Standing",
        "subject": "str",
        "territories": "list[str]",
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
Inbox = TypedDict(
    "Inbox",
    {
        "alerts": "list[AlertTold]",
        "next": "str | None",
        "put_off": "int",
        "reader": "str",
        "waiting": "int",
    },
)
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
IssueDocument = TypedDict(
    "IssueDocument",
    {
        "day": NotRequired["str | None"],
        "fire_id": NotRequired["str | None"],
        "fire_number": NotRequired["str | None"],
        "kind": "DocumentKind",
        "language": NotRequired["Literal['ru', 'en']"],
        "loss": NotRequired["LossTold | None"],
        "reason": NotRequired["str"],
    },
)
Join = TypedDict("Join", {"name": NotRequired["str"], "password": "str", "token": "str"})
JournalLine = TypedDict(
    "JournalLine",
    {
        "action": "str",
        "at": "str",
        "by": "str",
        "changes": "dict[str, Any]",
        "fire_id": "str | None",
        "id": "str",
        "name": "str",
        "subject": "str",
        "text": "str",
        "written": "bool",
    },
)
JournalPage = TypedDict("JournalPage", {"lines": "list[JournalLine]", "next": "str | None"})
JsonValue = Any  # Any
JudgeRules = TypedDict("JudgeRules", {"file": "str", "text": "str"})
KeptCheckIn = TypedDict(
    "KeptCheckIn",
    {
        "at": NotRequired["str | None"],
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
        "key": "str",
        "kind": "Literal['check_in']",
        "note": NotRequired["str"],
        "point": NotRequired["list[float] | None"],
        "unit_id": "str",
    },
)
KeptEdge = TypedDict(
    "KeptEdge",
    {
        "at": "str",
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
        "fire_id": "str",
        "geometry": "LineString | MultiLineString",
        "key": "str",
        "kind": "Literal['edge']",
        "note": NotRequired["str"],
    },
)
KeptOrderStep = TypedDict(
    "KeptOrderStep",
    {
        "at": NotRequired["str | None"],
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
        "key": "str",
        "kind": "Literal['order_step']",
        "order_id": "str",
        "reason": NotRequired["str"],
        "to": "OrderStatus",
    },
)
KeptReport = TypedDict(
    "KeptReport", {"key": "str", "kind": "Literal['report']", "report": "NewReport"}
)
KeptStep = TypedDict(
    "KeptStep",
    {
        "at": NotRequired["str | None"],
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
        "key": "str",
        "kind": "Literal['unit_step']",
        "note": NotRequired["str"],
        "to": "StatusStatus",
        "unit_id": "str",
    },
)
KeptTrack = TypedDict(
    "KeptTrack", {"fixes": "list[Fix]", "key": "str", "kind": "Literal['track']", "unit": "str"}
)
KeptWord = TypedDict(
    "KeptWord",
    {
        "at": NotRequired["str | None"],
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
        "fire_id": "str",
        "key": "str",
        "kind": "Literal['say']",
        "note": NotRequired["str"],
        "unit": "str",
        "word": "CrewWord",
    },
)
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
KindTerms = TypedDict(
    "KindTerms", {"areas": "bool", "kind": "str", "lines": "bool", "points": "bool"}
)
LadderStep = TypedDict("LadderStep", {"after_min": "float", "next_way": "bool", "to": "list[str]"})
LadderTold = TypedDict(
    "LadderTold",
    {
        "grades": "list[Literal['info', 'warning', 'alarm']]",
        "name": "str",
        "rules": "list[str]",
        "steps": "list[LadderStep]",
    },
)
Late = TypedDict("Late", {"at": "str", "behind": "int | None", "late": "list[LateTold]"})
LateTold = TypedDict(
    "LateTold",
    {
        "about": "dict[str, str | int | float | bool | None]",
        "clock": "str",
        "due_at": "str",
        "fire_id": "str | None",
        "late_min": "float",
        "names": "dict[str, str]",
        "object": "str",
        "place": "dict[str, str]",
        "point": "list[float] | None",
        "since": "str",
        "step": "int",
        "thread": "str",
    },
)
LayerCard = TypedDict(
    "LayerCard",
    {
        "about": "LayerReading",
        "against": "str",
        "bbox": "list[float] | None",
        "changed": "list[LayerChange]",
        "changes": "LayerChanges",
        "ends": "list[str]",
        "faults": "int",
        "file": "str",
        "id": "str",
        "items": "int",
        "kind": "LayerKind",
        "layer": "str",
        "licence": "str",
        "made_at": "str",
        "made_by": "str",
        "made_name": "str",
        "number": "int | None",
        "published_at": "str | None",
        "published_by": "str",
        "published_name": "str",
        "reason": "str",
        "restores": "int | None",
        "rows": "list[LayerRow]",
        "sample": "bool",
        "source": "str",
        "state": "Literal['draft', 'in_force', 'former']",
        "title": "dict[str, str]",
    },
)
LayerChange = TypedDict(
    "LayerChange",
    {
        "change": "Literal['added', 'changed', 'removed']",
        "code": "str",
        "names": "dict[str, str]",
        "what": "list[str]",
    },
)
LayerChanges = TypedDict(
    "LayerChanges",
    {
        "added": "int",
        "changed": "int",
        "changed_geometry": "int",
        "changed_names": "int",
        "changed_props": "int",
        "removed": "int",
        "same": "int",
    },
)
LayerColumn = TypedDict("LayerColumn", {"name": "str", "values": "list[str]"})
LayerDesk = TypedDict(
    "LayerDesk",
    {
        "drafts": "list[LayerVersion]",
        "ended": "list[LayerVersion]",
        "following": "int",
        "kinds": "list[LayerKindTold]",
        "layers": "list[StandingLayer]",
        "most_bytes": "int",
    },
)
LayerFinding = TypedDict(
    "LayerFinding",
    {
        "code": "str",
        "fault": "bool",
        "number": "int",
        "params": "dict[str, str | float | int | bool | None]",
        "repair": "str | None",
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
LayerKind = Literal[
    "boundary",
    "municipality",
    "forestry",
    "subforestry",
    "compartment",
    "stand",
    "protection_zone",
    "land_category",
    "settlement",
    "road",
    "river",
    "lake",
    "land_cover",
    "power_line",
    "pipeline",
    "station",
    "tower",
    "airstrip",
    "heat_source",
    "partner_asset",
    "farm",
    "protected_area",
]
LayerKindTold = TypedDict("LayerKindTold", {"fields": "list[str]", "kind": "LayerKind"})
LayerProblemCount = TypedDict("LayerProblemCount", {"code": "str", "count": "int", "fault": "bool"})
LayerReading = TypedDict(
    "LayerReading",
    {
        "columns": "list[LayerColumn]",
        "crs": "str | None",
        "faults": "int",
        "fields": "dict[str, str]",
        "findings": "list[LayerFinding]",
        "mendable": "bool",
        "more": "int",
        "nameless": "int",
        "ok": "bool",
        "problems": "list[LayerProblemCount]",
        "read": "int",
        "refused": "int",
        "repaired": "bool",
    },
)
LayerRow = TypedDict(
    "LayerRow", {"code": "str", "names": "dict[str, str]", "props": "dict[str, Any]"}
)
LayerVersion = TypedDict(
    "LayerVersion",
    {
        "faults": "int",
        "file": "str",
        "id": "str",
        "items": "int",
        "kind": "LayerKind",
        "layer": "str",
        "licence": "str",
        "made_at": "str",
        "made_by": "str",
        "made_name": "str",
        "number": "int | None",
        "published_at": "str | None",
        "published_by": "str",
        "published_name": "str",
        "reason": "str",
        "restores": "int | None",
        "sample": "bool",
        "source": "str",
        "state": "Literal['draft', 'in_force', 'former']",
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
        "step": "MoversStep",
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
Looked = TypedDict("Looked", {"at": "str", "leaving": NotRequired["bool"]})
LossIf = TypedDict("LossIf", {"after": "float", "before": "float"})
LossTold = TypedDict(
    "LossTold",
    {
        "category": NotRequired["Category | None"],
        "clearing_rub": NotRequired["float | None"],
        "suppression_rub": NotRequired["float | None"],
        "volumes": NotRequired["list[LostTimber]"],
    },
)
LostTimber = TypedDict(
    "LostTimber", {"degree": "Degree", "m3": "float", "size": "Size", "species": "str"}
)
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
        "world": NotRequired["str | None"],
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
MessageTold = TypedDict(
    "MessageTold",
    {
        "address": "str",
        "again": "bool",
        "alert_id": "str",
        "answer": "str",
        "channel": "str",
        "drill": "bool",
        "fire_id": "str | None",
        "grade": "Literal['info', 'warning', 'alarm']",
        "id": "int",
        "made_at": "str",
        "maybe_twice": "bool",
        "next_at": "str | None",
        "recipient": "str",
        "round": "int",
        "rule": "str",
        "sent_at": "str | None",
        "state": "DeliveryState",
        "subject": "str",
        "thread": "str",
        "tries": "int",
    },
)
MessageWhole = TypedDict(
    "MessageWhole",
    {
        "address": "str",
        "again": "bool",
        "alert_id": "str",
        "answer": "str",
        "answered_at": "str | None",
        "answered_by": "str",
        "answered_how": "Literal['screen', 'link', 'reply'] | None",
        "channel": "str",
        "drill": "bool",
        "fire_id": "str | None",
        "grade": "Literal['info', 'warning', 'alarm']",
        "id": "int",
        "made_at": "str",
        "maybe_twice": "bool",
        "next_at": "str | None",
        "recipient": "str",
        "round": "int",
        "rule": "str",
        "sent_at": "str | None",
        "state": "DeliveryState",
        "subject": "str",
        "text": "str",
        "thread": "str",
        "tries": "int",
        "tries_made": "list[Try]",
    },
)
Messages = TypedDict("Messages", {"messages": "list[MessageTold]", "next": "int | None"})
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
MsgType = Literal["Alert", "Update", "Cancel", "Ack", "Error"]
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
NeighbourSource = TypedDict(
    "NeighbourSource",
    {
        "age_s": "int | None",
        "code": "str",
        "error": "dict[str, Any] | None",
        "heard_at": "str | None",
        "holes": "list[dict[str, Any]]",
        "seq": "int",
        "state": "Literal['new', 'ok', 'away', 'refused']",
    },
)
NeighbourTold = TypedDict("NeighbourTold", {"code": "str", "state": "str"})
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
        "answer_token": NotRequired["str | None"],
        "clock": NotRequired["PhoneClock | None"],
        "name": NotRequired["str"],
        "observed_at": NotRequired["str | None"],
        "phone": NotRequired["str"],
        "photo": NotRequired["str | None"],
        "photo_claims": NotRequired["bool"],
        "photo_exif": NotRequired["str | None"],
        "place": "ReportPlace",
        "same_as": NotRequired["str | None"],
        "seen": "Literal['smoke', 'flame', 'lightning', 'burnt', 'other']",
        "sender": NotRequired["str | None"],
        "source_kind": NotRequired[
            "Literal['person', 'call', 'tower', 'aircraft', 'camera', 'lightning', 'partner']"
        ],
        "text": NotRequired["str"],
        "upload": NotRequired["str | None"],
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
NextStep = TypedDict("NextStep", {"needs": "list[str]", "status": "OrderStatus"})
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
        "theme": "NoticesTheme",
        "units": "list[str]",
        "version": "int",
    },
)
OfferFire = TypedDict("OfferFire", {"note": NotRequired["str"], "to": "str"})
OfferShift = TypedDict("OfferShift", {"note": NotRequired["str"]})
Officer = TypedDict("Officer", {"name": "str", "subject": "str"})
Ok = TypedDict("Ok", {"id": "str", "version": "int"})
OneMore = TypedDict("OneMore", {"base": "str", "kind": "str", "worth_ha": "float"})
OpenItems = TypedDict(
    "OpenItems",
    {
        "at": "str",
        "feeds": "list[dict[str, Any]]",
        "fires": "list[dict[str, Any]]",
        "notices": "list[dict[str, Any]]",
        "orders": "list[dict[str, Any]]",
        "put_off": "list[dict[str, Any]]",
        "reports": "list[dict[str, Any]]",
        "signals": "list[dict[str, Any]]",
    },
)
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
Outcome = Literal["waits", "checked", "fire", "rejected"]
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
PartnerThere = TypedDict("PartnerThere", {"owner": "str", "people": "list[str]", "things": "int"})
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
PersonChoice = TypedDict("PersonChoice", {"name": "str", "role": "str", "subject": "str"})
PersonScore = TypedDict(
    "PersonScore", {"clocks": "list[ClockScore]", "name": "str", "subject": "str"}
)
PhoneClock = TypedDict(
    "PhoneClock",
    {
        "ahead_s": NotRequired["float | None"],
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
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
PreviewDrill = TypedDict(
    "PreviewDrill", {"source": "DrillSourceAsked", "speed": NotRequired["float"]}
)
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
PublicAnswer = TypedDict(
    "PublicAnswer",
    {
        "also_seen": "int",
        "answered_at": "str | None",
        "due_at": "str | None",
        "fire": "AnswerFire | None",
        "joined": "bool",
        "late": "bool",
        "outcome": "Outcome",
        "reason": "str | None",
        "received_at": "str",
        "seen": "str",
        "words": "str",
    },
)
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
PublicSeen = TypedDict(
    "PublicSeen",
    {"also_seen": "int", "id": "str", "km": "int", "minutes_ago": "int", "seen": "str"},
)
PublishLayer = TypedDict("PublishLayer", {"against": "str", "reason": "str"})
PublishRules = TypedDict(
    "PublishRules",
    {
        "against": "str",
        "file": "str",
        "reason": "str",
        "restores": NotRequired["int | None"],
        "text": "str",
    },
)
PushKey = TypedDict("PushKey", {"key": "str"})
PutThemOff = TypedDict(
    "PutThemOff", {"note": NotRequired["str"], "things": "list[ThingAsked]", "until": "str"}
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
RefuseFire = TypedDict("RefuseFire", {"reason": "str"})
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
RejectReason = TypedDict("RejectReason", {"code": "str", "field": "str", "rows": "int"})
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
RejectedRow = TypedDict(
    "RejectedRow",
    {"code": "str", "field": "str", "file": "str", "line": "int", "row": "str", "value": "str"},
)
Replay = TypedDict("Replay", {"after": "int", "epoch": NotRequired["str | None"]})
ReplyTaken = TypedDict(
    "ReplyTaken",
    {
        "alert_id": "str | None",
        "result": "Literal['answered', 'already', 'not_understood', 'ambiguous', 'nothing_waits', 'automatic', 'other_sender']",
    },
)
Report = TypedDict(
    "Report",
    {
        "accuracy_m": "float | None",
        "address": "Address",
        "also_seen": "int",
        "answer_due_at": "str | None",
        "answer_words": "str",
        "answered_at": "str | None",
        "evidence": "dict[str, Any]",
        "fire_id": "str | None",
        "has_photo": "bool",
        "id": "str",
        "joined_to": "str | None",
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
ReportStatus = Literal["queued", "attached", "promoted", "field_check", "rejected", "joined"]
ReportWords = TypedDict("ReportWords", {"words": "str"})
Retire = TypedDict("Retire", {"note": NotRequired["str"]})
Role = Literal["locked", "pinned", "package", "minimum", "fallback"]
RowFault = TypedDict("RowFault", {"code": "str", "field": "str", "params": "dict[str, Any]"})
RuleDesk = TypedDict(
    "RuleDesk",
    {
        "faults": "list[RuleFault]",
        "files": "list[RuleFileTold]",
        "version": "str",
        "writable": "bool",
    },
)
RuleFault = TypedDict(
    "RuleFault", {"field": "str", "file": "str", "line": "int | None", "reason": "str"}
)
RuleFileTold = TypedDict(
    "RuleFileTold",
    {"file": "str", "mark": "str", "rules": "list[str]", "text": "str", "versions": "int"},
)
RuleTest = TypedDict(
    "RuleTest",
    {
        "file": "str",
        "missing": "list[str]",
        "passed": "bool",
        "test": "str",
        "unexpected": "list[str]",
    },
)
RuleTold = TypedDict(
    "RuleTold",
    {
        "about": "str",
        "answer_min": "float | None",
        "collected": "bool",
        "file": "str",
        "grades": "list[Literal['info', 'warning', 'alarm']]",
        "last_hour": "str | None",
        "letters_24h": "int",
        "names": "dict[str, str]",
        "quiet": "bool",
        "rule": "str",
        "tell": "Literal['worsening', 'change', 'each']",
        "template": "str",
        "to": "list[WhomTold]",
    },
)
RuleVersion = TypedDict(
    "RuleVersion",
    {
        "at": "str",
        "by": "str",
        "file": "str",
        "name": "str",
        "number": "int",
        "reason": "str",
        "restores": "int | None",
        "text": "str",
    },
)
Rules = TypedDict(
    "Rules",
    {
        "behind": "int | None",
        "clocks": "list[ClockTold]",
        "faults": "list[FaultTold]",
        "rules": "list[RuleTold]",
        "version": "str",
    },
)
RulesJudged = TypedDict(
    "RulesJudged",
    {"failed": "list[RuleTest]", "faults": "list[RuleFault]", "ok": "bool", "rules": "list[str]"},
)
RulesTried = TypedDict(
    "RulesTried",
    {
        "busiest": "list[Busiest]",
        "by_grade": "list[CountedTimes]",
        "by_hour": "list[CountedTimes]",
        "by_recipient": "list[CountedTimes]",
        "by_rule": "list[CountedTimes]",
        "by_way": "list[WayCount]",
        "events": "int",
        "letters": "list[TriedLetter]",
        "more": "int",
        "since": "str",
        "texts": "list[WordedLetter]",
        "total": "int",
        "until": "str",
        "world": "str",
    },
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
RungTold = TypedDict(
    "RungTold", {"able": "list[str]", "answer_within_min": "int", "approves": "str", "rung": "str"}
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
Season = TypedDict(
    "Season",
    {"area_ha": "float", "registered": "int", "seen": "int", "world": "str | None", "year": "int"},
)
SeasonsTold = TypedDict(
    "SeasonsTold", {"past": "list[Season]", "this_year": "Season | None", "today": "str"}
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
Sheet = Literal["offered", "signed", "withdrawn"]
ShortThing = TypedDict(
    "ShortThing",
    {
        "code": "str",
        "downwind": "bool | None",
        "kind": "str",
        "km": "float",
        "layer": "str",
        "name": "dict[str, str]",
        "owner": NotRequired["str | None"],
    },
)
ShortTold = TypedDict("ShortTold", {"ask": "LadderRung", "reason": "CodedText"})
ShownSuggestion = TypedDict("ShownSuggestion", {"suggestion": "int"})
ShownTold = TypedDict("ShownTold", {"shown_at": "str", "suggestion": "int"})
SignIn = TypedDict("SignIn", {"code": NotRequired["str"], "password": "str", "subject": "str"})
SignShift = TypedDict("SignShift", {"remark": NotRequired["str"]})
SignalFault = TypedDict("SignalFault", {"code": "str", "field": "str", "params": "dict[str, Any]"})
SignalStands = TypedDict(
    "SignalStands",
    {
        "became": "Literal['reported', 'duplicate', 'attached', 'taken', 'refused', 'offered', 'changed', 'same', 'withdrawn', 'positioned']",
        "confidence": "float | None",
        "external_id": "str",
        "fire_id": "str | None",
        "fire_number": "str | None",
        "fire_status": "str | None",
        "holder": "str",
        "notes": "list[CodedText]",
        "observed_at": "str",
        "point": "list[float]",
        "received_at": "str",
        "reject_reason": "str | None",
        "report_id": "str | None",
        "report_status": "str | None",
        "seen": "str",
        "source": "str",
    },
)
SignalTaken = TypedDict(
    "SignalTaken",
    {
        "again": "bool",
        "became": "Literal['reported', 'duplicate', 'attached', 'taken', 'refused', 'offered', 'changed', 'same', 'withdrawn', 'positioned']",
        "errors": "list[SignalFault]",
        "external_id": "str",
        "fire_id": "str | None",
        "notes": "list[CodedText]",
        "observed_at": "str | None",
        "point": "list[float] | None",
        "report_id": "str | None",
        "unit_id": "str | None",
    },
)
SignalsIn = TypedDict(
    "SignalsIn", {"sent_at": NotRequired["str | None"], "signals": "list[dict[str, JsonValue]]"}
)
SignalsTaken = TypedDict(
    "SignalsTaken", {"counts": "dict[str, int]", "signals": "list[SignalTaken]"}
)
Size = Literal["large", "medium", "small", "firewood"]
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
        "owner": NotRequired["str | None"],
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
        "cares": "list[CareTold]",
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
SosAsked = TypedDict(
    "SosAsked",
    {
        "accuracy_m": NotRequired["float | None"],
        "at": NotRequired["str | None"],
        "device_at": NotRequired["str | None"],
        "doubtful": NotRequired["bool"],
        "id": "str",
        "point": NotRequired["list[float] | None"],
        "unit": "str",
    },
)
SosEnded = TypedDict("SosEnded", {"note": "str"})
SosTold = TypedDict(
    "SosTold",
    {
        "by": "str",
        "heard_by": "list[str]",
        "id": "str",
        "note": "str",
        "raised_at": "str",
        "repeat_s": "int",
        "seen": "bool",
        "seen_at": "str | None",
        "state": "NoticesState",
        "unit": "str",
    },
)
SourceKind = Literal["generated", "historic"]
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
Standing = Literal["able", "invited", "unseen", "locked", "disabled"]
StandingLayer = TypedDict(
    "StandingLayer",
    {
        "code": "str",
        "items": "int",
        "kind": "LayerKind",
        "licence": "str",
        "loaded_at": "str",
        "region": "str",
        "sample": "bool",
        "source": "str",
        "title": "dict[str, str]",
        "version": "LayerVersion | None",
        "versions": "int",
    },
)
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
Subscribe = TypedDict(
    "Subscribe",
    {
        "channels": NotRequired["list[str]"],
        "code": NotRequired["str"],
        "layer": NotRequired["str"],
        "least": NotRequired["Literal['info', 'warning', 'alarm']"],
        "name": NotRequired["str"],
        "point": NotRequired["list[float] | None"],
        "quiet_from": NotRequired["str | None"],
        "quiet_to": NotRequired["str | None"],
        "radius_km": NotRequired["float"],
        "territory": NotRequired["str"],
        "watch": "Literal['place', 'asset', 'territory']",
    },
)
Subscribed = TypedDict(
    "Subscribed",
    {
        "channels": "list[str]",
        "code": "str",
        "id": "str",
        "layer": "str",
        "least": "Literal['info', 'warning', 'alarm']",
        "made_at": "str",
        "name": "str",
        "point": "list[float] | None",
        "quiet_from": "str | None",
        "quiet_to": "str | None",
        "radius_km": "float",
        "territory": "str",
        "watch": "Literal['place', 'asset', 'territory']",
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
SyncAsked = TypedDict(
    "SyncAsked",
    {
        "items": "list[KeptCheckIn | KeptStep | KeptOrderStep | KeptWord | KeptEdge | KeptReport | KeptTrack]"
    },
)
SyncProblem = TypedDict(
    "SyncProblem",
    {
        "code": "str",
        "errors": "list[dict[str, Any]]",
        "params": "dict[str, str | float | int | bool | None]",
    },
)
SyncResult = TypedDict(
    "SyncResult",
    {
        "answer": "dict[str, Any] | None",
        "key": "str",
        "problem": "SyncProblem | None",
        "status": "int",
    },
)
Synced = TypedDict("Synced", {"at": "str", "now": "str", "results": "list[SyncResult]"})
Take = Literal["first", "last"]
TakeBack = TypedDict("TakeBack", {"endpoint": "str"})
TakeThem = TypedDict("TakeThem", {"over": NotRequired["bool"], "things": "list[ThingAsked]"})
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
TemplateTold = TypedDict(
    "TemplateTold",
    {
        "format": "Format",
        "kind": "DocumentKind",
        "own": "bool",
        "refused": "CodedText | None",
        "sha256": "str",
    },
)
Term = TypedDict(
    "Term",
    {"code": "str", "params": "dict[str, str | float | int | bool | None]", "weight": "float"},
)
TermOf = TypedDict("TermOf", {"code": "str", "layer": "str", "name": "dict[str, str]"})
TerritoriesTold = TypedDict(
    "TerritoriesTold",
    {
        "at": "str",
        "judged": "str",
        "ladders": "list[LadderTold]",
        "neighbours": "list[NeighbourTold]",
        "people": "list[HolderTold]",
        "places": "list[TerritoryTold]",
        "roles": "dict[str, Names]",
        "rungs": "list[RungTold]",
    },
)
TerritoryTold = TypedDict(
    "TerritoryTold",
    {
        "able": "dict[str, list[str]]",
        "code": "str",
        "contacts": "list[str]",
        "gaps": "list[Duty]",
        "gone": "bool",
        "judged": "bool",
        "level": "str",
        "names": "Names",
        "own": "list[str]",
        "partners": "list[PartnerThere]",
        "rungs": "list[str]",
        "unable": "list[str]",
    },
)
ThingAsked = TypedDict("ThingAsked", {"id": "str", "kind": "DutyKind"})
ThingsTold = TypedDict(
    "ThingsTold", {"definition": "FigureDefinition", "rows": "list[FigureThing]", "total": "int"}
)
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
        "owner": NotRequired["str | None"],
        "reach": "Reach | None",
        "status": "str",
    },
)
Tier = Literal["a", "b", "c", "d"]
Track = TypedDict(
    "Track",
    {"accuracy_m": "float | None", "at": "str", "point": "list[float]", "source": "PositionSource"},
)
TrendLine = TypedDict("TrendLine", {"points": "list[TrendPoint]", "years_ago": "int"})
TrendPoint = TypedDict("TrendPoint", {"result": "FigureResult", "since": "str", "until": "str"})
TrendTold = TypedDict(
    "TrendTold",
    {
        "day_zone": "str",
        "definition": "FigureDefinition",
        "lines": "list[TrendLine]",
        "step": "DaysStep",
    },
)
Tried = TypedDict(
    "Tried",
    {
        "busiest": "list[Busiest]",
        "by_grade": "list[CountedTimes]",
        "by_hour": "list[CountedTimes]",
        "by_recipient": "list[CountedTimes]",
        "by_rule": "list[CountedTimes]",
        "events": "int",
        "letters": "list[TriedLetter]",
        "more": "int",
        "since": "str",
        "total": "int",
        "until": "str",
        "world": "str",
    },
)
TriedLetter = TypedDict(
    "TriedLetter",
    {
        "at": "str",
        "channels": "list[str]",
        "digest": "str",
        "due_at": "str",
        "fields": "dict[str, str | int | float | bool | None]",
        "grade": "Literal['info', 'warning', 'alarm']",
        "id": "str",
        "recipient": "str",
        "rule": "str",
        "template": "str",
        "thread": "str",
    },
)
TruthScore = TypedDict(
    "TruthScore",
    {
        "false_registered": "int",
        "false_rejected": "int",
        "false_undecided": "int",
        "fires": "list[FireScore]",
        "found": "int",
        "missed": "int",
        "rejected": "int",
        "undecided": "int",
        "untold": "int",
    },
)
Try = TypedDict(
    "Try",
    {
        "answer": "str",
        "begun_at": "str",
        "ended_at": "str | None",
        "number": "int",
        "outcome": "Literal['sent', 'again', 'never'] | None",
    },
)
TryRule = TypedDict(
    "TryRule",
    {"since": NotRequired["str | None"], "until": NotRequired["str | None"], "yaml": "str"},
)
TryRules = TypedDict(
    "TryRules",
    {
        "file": "str",
        "since": NotRequired["str | None"],
        "text": "str",
        "until": NotRequired["str | None"],
    },
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
Unsubscribed = TypedDict("Unsubscribed", {"ended": "bool"})
Unwatched = TypedDict("Unwatched", {"fire_id": "str", "reason": "CodedText"})
UploadTold = TypedDict("UploadTold", {"id": "str", "length": "int", "offset": "int"})
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
        "verdict": "VerdictsVerdict",
        "why": "str | None",
        "wish": "Wish | None",
    },
)
Way = Literal["asked", "watched", "sent", "played"]
WayCount = TypedDict("WayCount", {"channel": "str", "letters": "int", "recipient": "str"})
WayLeg = TypedDict(
    "WayLeg",
    {
        "hours": "float",
        "km": "float",
        "line": "list[list[float]]",
        "mode": "Mode",
        "reasons": "list[CodedText]",
        "step": "MoversStep",
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
WhomTold = TypedDict(
    "WhomTold",
    {
        "contacts": "list[str]",
        "inside": "bool",
        "least": "Literal['info', 'warning', 'alarm']",
        "levels": "list[str]",
        "owner": "bool",
        "roles": "list[str]",
        "subscribers": "Literal['place', 'asset', 'territory'] | None",
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
WordedLetter = TypedDict(
    "WordedLetter",
    {
        "channels": "list[str]",
        "due_at": "str",
        "grade": "Literal['info', 'warning', 'alarm']",
        "id": "str",
        "recipient": "str",
        "rule": "str",
        "subject": "str",
        "text": "str",
    },
)
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
WorldChoice = TypedDict(
    "WorldChoice", {"kind": "WorldKind", "name": "str", "since": "str", "until": "str"}
)
WorldKind = Literal["live", "replay", "drill"]
WriteLine = TypedDict("WriteLine", {"fire": NotRequired["str | None"], "text": "str"})
ProfileTheme = Literal["fire", "regime", "danger"]
ValuesStatus = Literal["Actual", "Exercise", "System", "Test", "Draft"]
LadderRung = Literal["station", "group", "neighbour", "republic", "regions", "federal"]
NoticesState = Literal["open", "answered", "over"]
NoticesTheme = Literal["crew", "control", "regime", "request", "sos", "field", "report"]
VerdictsVerdict = Literal["accepted", "edited", "rejected"]
TruthVerdict = Literal["found", "rejected", "undecided", "missed", "untold"]
DutyKind = Literal["fire", "report"]
DaysStep = Literal["day", "week", "month", "year"]
ModelKind = Literal["interval", "first_day", "in_time", "false_alarms", "lead", "area"]
ModelState = Literal["counted", "missing", "contradictory", "waiting", "left_out"]
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
MoversStep = Literal["turnout", "launch", "ride", "walk", "wait", "fly", "refuel", "descent"]
HealthRung = Literal["whole", "feeds_late", "read_only", "no_live", "offline"]
HealthState = Literal["ok", "late", "failing", "never"]
Schemas_accountRoleChoice = TypedDict(
    "Schemas_accountRoleChoice", {"code": "str", "levels": "list[Level]", "names": "dict[str, str]"}
)
Schemas_drillsRoleChoice = TypedDict(
    "Schemas_drillsRoleChoice", {"code": "str", "names": "dict[str, str]"}
)
