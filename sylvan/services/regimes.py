"""Regimes by municipality: introduced by an act, lifted, proposed where a rule asks for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, FieldError, Forbidden, Invalid, NotFound, invalid
from sylvan.domain.command.notices import Held, Theme
from sylvan.domain.command.regimes import (
    SEVERITY,
    BurningHere,
    Local,
    Regime,
    RegimeKind,
    RegimeProposal,
    RegimeRule,
    check,
    proposed,
)
from sylvan.domain.fires import Fire
from sylvan.domain.lifecycle import CLOSED, COMMISSION, Status
from sylvan.services import act_files
from sylvan.services.act_files import GivenFile
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.danger import Danger
from sylvan.services.geography import Geography
from sylvan.services.local_danger import danger_days
from sylvan.services.notices import accept, settled
from sylvan.services.pages import feature
from sylvan.store import audit, events, fires, layers, notices, regimes
from sylvan.store.events import Event

EVENT: Final = "regime.changed"
EVERYWHERE: Final = "*"
"""The whole region in the place of a municipality."""
FOUGHT: Final = frozenset({Status.REGISTERED, Status.DISPATCHED, Status.FIGHTING})
DAY_S: Final = 86_400.0
CLEAR: Final = timedelta(hours=12)
"""Of the world's time: a class that falls for an hour withdraws no proposal."""


@dataclass(frozen=True, slots=True)
class NewRegime:
    """A regime as its act says, for one municipality or many."""

    kind: RegimeKind
    municipalities: tuple[str, ...]
    act: str
    act_date: date
    since: date
    until: date | None = None
    note: str = ""
    file: GivenFile | None = None

    def as_dict(self) -> dict[str, Any]:
        """What makes two of them the same."""
        told = [self.kind.value, self.act, self.note, *self.municipalities]
        days = [str(one) for one in (self.act_date, self.since, self.until)]
        return {"told": told, "days": days, "file": self.file.as_dict() if self.file else None}


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the region's municipalities."""

    code: str
    names: Mapping[str, str]
    shape: BaseGeometry
    sample: bool


@dataclass(frozen=True, slots=True)
class Regimes(Base):
    """Use-cases about regimes."""

    geography: Geography
    danger: Danger
    rules: tuple[RegimeRule, ...]

    def municipalities(self, conn: Connection) -> list[Municipality]:
        """The region's municipalities by code; none where no such layer is loaded."""
        found = layers.features(conn, region_code=self.geography.code, kinds=["municipality"])
        rows = [Municipality(one.code, one.names, one.geom, one.sample) for _, one in found]
        return sorted(rows, key=lambda one: one.code)

    @whole_again
    def introduce(self, actor: Actor, told: NewRegime, key: str | None) -> list[dict[str, Any]]:
        """Introduce a regime in each of its municipalities; what proposed it is accepted.

        Raises:
            Forbidden: not for this level.
            Invalid: everything that is wrong, by field.
            Conflict: it is in force there already.
        """
        request = fingerprint("regime.introduce", told.as_dict())
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return list(again["regimes"])
            _commission(actor)
            self._check(conn, actor, told)
            now = self.clock()
            file_id = act_files.keep(conn, actor, told.file, now)
            made = [_made(told, code, file_id) for code in told.municipalities]
            self._keep(conn, actor, made, "regime.introduce", now)
            keys = self._places_of(conn, told.municipalities)
            accept(conn, actor, Theme.REGIME, told.kind.value, keys, now)
            reply = [one.as_dict() for one in made]
            if key is not None:
                audit.remember(conn, actor, key, request, {"regimes": reply}, now)
            return reply

    @whole_again
    def lift(
        self, actor: Actor, regime_id: UUID, until: date, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """Name its last day.

        Raises:
            Invalid: before it began.
            Conflict: somebody was faster.
        """
        told = {"id": str(regime_id), "until": until.isoformat()}
        request = fingerprint("regime.lift", told)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            _commission(actor)
            before = regimes.get(conn, actor, regime_id, lock=True)
            if before is None:
                raise NotFound("problem.regime_unknown", {"id": str(regime_id)})
            check_version(conn, actor, str(before.id), before.version, version)
            after = replace(before, version=before.version + 1, until=until)
            errors = check(after)
            if errors:
                raise invalid(errors)
            now = self.clock()
            self._keep(conn, actor, [after], "regime.lift", now)
            reply = after.as_dict()
            if key is not None:
                audit.remember(conn, actor, key, request, reply, now)
            return reply

    def standing(self, actor: Actor) -> dict[str, Any]:
        """Municipalities with their regimes, classes and proposals; history last."""
        with self.engine.connect() as conn:
            day = self.danger.today(conn, actor)
            places = self.municipalities(conn)
            rows = regimes.listed(conn, actor)
            classes = [days[-1] for days in self._classes(conn, actor, places, day, 1)]
            open_ones = notices.standing(conn, actor, theme=Theme.REGIME)
        return {
            "today": day,
            "has_layer": bool(places),
            "municipalities": [
                {
                    "code": one.code,
                    "name": dict(one.names),
                    "class": danger or None,
                    "regimes": [told.as_dict() for told in in_force(rows, one.code, day)],
                }
                for one, danger in zip(places, classes, strict=True)
            ],
            "regimes": [one.as_dict() | {"in_force": one.in_force(day)} for one in rows],
            "proposals": [one.as_dict() for one in open_ones],
        }

    def shapes(self, actor: Actor, day: date | None) -> list[dict[str, Any]]:
        """Municipalities as features, each with its severest regime on a day."""
        with self.engine.connect() as conn:
            on = day or self.danger.today(conn, actor)
            places = self.municipalities(conn)
            rows = regimes.listed(conn, actor)
        found = []
        for one in places:
            here = in_force(rows, one.code, on)
            severest = max(here, key=lambda told: SEVERITY[told.kind], default=None)
            properties = {
                "code": one.code,
                "name": dict(one.names),
                "kind": severest.kind.value if severest else None,
                "kinds": [told.kind.value for told in here],
                "act": severest.act if severest else None,
                "sample": one.sample,
            }
            found.append(feature(one.code, dict(mapping(one.shape)), properties))
        return found

    @whole_again
    def look(self, actor: Actor) -> int:
        """Propose what the rules ask for; how many notices are news."""
        now = self.clock()
        with self.engine.begin() as conn:
            day = self.danger.today(conn, actor)
            places = self.municipalities(conn)
            standing = notices.standing(conn, actor, theme=Theme.REGIME, lock=True)
            longest = max((rule.for_days for rule in self.rules), default=1)
            classes = self._classes(conn, actor, places, day, longest)
            burning = _burning(fires.current(conn, actor), actor.world.now(now))
            local = [
                Local(one.code, days, burning.get(one.code, ()))
                for one, days in zip(places, classes, strict=True)
            ]
            found = proposed(self.rules, local, regimes.listed(conn, actor), day)
            held = [_held(one) for one in found]
            return settled(conn, actor, standing, held, now, CLEAR)

    def _classes(
        self, conn: Connection, actor: Actor, places: Sequence[Municipality], day: date, days: int
    ) -> list[list[int]]:
        asked = danger_days(conn, actor, day, days)
        return asked.within([one.shape for one in places])

    def _places_of(self, conn: Connection, codes: Iterable[str]) -> list[str]:
        wanted = set(codes)
        known = [one.code for one in self.municipalities(conn)]
        return known if EVERYWHERE in wanted else sorted(wanted)

    def _check(self, conn: Connection, actor: Actor, told: NewRegime) -> None:
        errors: list[FieldError] = []
        if not told.municipalities:
            errors.append(FieldError("municipalities", "field.required"))
        errors += check(_made(told, EVERYWHERE, None))
        known = {one.code for one in self.municipalities(conn)} | {EVERYWHERE}
        for place, code in enumerate(told.municipalities):
            if code not in known:
                params = {"code": code}
                errors.append(FieldError(f"municipalities.{place}", "regime.no_place", params))
        if errors:
            raise invalid(errors)
        there = regimes.listed(conn, actor, told.since)
        for code in told.municipalities:
            twin = next((one for one in there if _same(one, told, code)), None)
            if twin is not None:
                params = {"kind": told.kind.value, "code": code, "act": twin.act}
                raise Conflict("regime.in_force", params)

    def _keep(
        self, conn: Connection, actor: Actor, changed: Sequence[Regime], deed: str, now: datetime
    ) -> None:
        if not changed:
            raise Invalid("field.required", {}, "municipalities")
        regimes.save(conn, actor, changed, now)
        at = actor.world.now(now)
        told = [Event(EVENT, str(one.id), at, one.as_dict()) for one in changed]
        events.write(conn, actor, told)
        for one in changed:
            facts = {"kind": one.kind.value, "place": one.municipality, "act": one.act}
            audit.record(conn, actor, deed, str(one.id), facts, now=now, version=one.version)


def _commission(actor: Actor) -> None:
    if actor.level not in COMMISSION:
        raise Forbidden("regime.not_your_level", {"level": str(actor.level)})


def _made(told: NewRegime, code: str, file_id: UUID | None) -> Regime:
    return Regime(
        uuid7(),
        1,
        code,
        told.kind,
        told.act,
        told.act_date,
        told.since,
        told.until,
        str(file_id) if file_id else None,
        told.note,
    )


def _same(one: Regime, told: NewRegime, code: str) -> bool:
    """Whether a regime covers the first day of a new one of its kind and place."""
    return one.kind is told.kind and one.municipality == code and one.in_force(told.since)


def in_force(rows: Iterable[Regime], code: str, day: date) -> list[Regime]:
    """A municipality's regimes, the mildest first; those of the whole region are its own."""
    here = [one for one in rows if one.municipality in {code, EVERYWHERE} and one.in_force(day)]
    return sorted(here, key=lambda one: SEVERITY[one.kind])


def _burning(known: Iterable[Fire], now: datetime) -> dict[str, list[BurningHere]]:
    """Registered fires that are not over, by municipality."""
    found: dict[str, list[BurningHere]] = {}
    for fire in known:
        if fire.status in CLOSED or fire.registered_at is None:
            continue
        code = fire.municipality
        nearest = fire.address.get("nearest") or {}
        one = BurningHere(
            (now - fire.registered_at).total_seconds() / DAY_S,
            fire.status not in FOUGHT,
            fire.measured.area_ha,
            nearest.get("distance_km"),
        )
        found.setdefault(code, []).append(one)
    return found


def _held(one: RegimeProposal) -> Held:
    first, *more = one.reasons
    return Held(
        Theme.REGIME,
        one.kind.value,
        one.municipality,
        first,
        assumed=tuple(more),
        territories=(one.municipality,),
    )
