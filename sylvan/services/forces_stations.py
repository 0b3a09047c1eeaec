"""Bases: looked at, added, edited, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from sylvan.domain.actors import Actor
from sylvan.domain.codes import Conflict, NotFound, invalid
from sylvan.domain.forces import checks
from sylvan.domain.forces.register import Station, StationCard
from sylvan.services.base import Base, check_version, fingerprint, repeated, whole_again
from sylvan.services.changes import answer
from sylvan.services.forces_keeper import Keeper
from sylvan.services.forces_views import card_as_dict, changed_fields, station_as_dict
from sylvan.services.pages import feature, point
from sylvan.store import audit, stations, units

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Stations(Base):
    """Use-cases about bases."""

    keeper: Keeper

    def listed(
        self,
        actor: Actor,
        *,
        bbox: Box | None = None,
        kinds: Sequence[str] | None = None,
        retired: bool = False,
    ) -> list[dict[str, Any]]:
        """Features of the bases, by code."""
        with self.engine.connect() as conn:
            found = stations.listed(conn, actor, bbox=bbox, retired=retired)
        return [
            feature(str(one.id), point(one.card.point), station_as_dict(one, actor))
            for one in found
            if not kinds or one.card.kind.value in kinds
        ]

    def get(self, actor: Actor, station_id: UUID) -> dict[str, Any]:
        """One base with its units."""
        with self.engine.connect() as conn:
            found = _found(conn, actor, station_id)
            teller = self.keeper.teller(conn, actor, self.clock())
            based = units.listed(conn, actor, station=found.card.code)
        told = [teller.summary(one, actor) for one in based]
        return station_as_dict(found, actor) | {"units": told}

    @whole_again
    def create(self, actor: Actor, card: StationCard, key: str | None) -> dict[str, Any]:
        """A new base.

        Raises:
            Invalid: naming every field at fault.
            Conflict: there is one with this code.
        """
        request = fingerprint("station.create", card_as_dict(card))
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            _check(card)
            stations.lock_register(conn, actor)
            if stations.of_codes(conn, actor, [card.code]):
                raise Conflict("forces.code_taken", {"code": card.code}, "code")
            new = Station(uuid7(), 1, card)
            return self._settled(
                conn, actor, new, ("station.create", card_as_dict(card)), key, request
            )

    @whole_again
    def edit(
        self,
        actor: Actor,
        station_id: UUID,
        changes: Mapping[str, Any],
        version: int | None,
        key: str | None,
    ) -> dict[str, Any]:
        """Other values of some fields; a base that moves takes its units' territories along."""
        told = {"id": str(station_id), "changes": {k: str(v) for k, v in changes.items()}}
        request = fingerprint("station.edit", told)
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            before = _found(conn, actor, station_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            card = replace(before.card, **changes)
            _check(card)
            after = replace(before, version=before.version + 1, card=card)
            differing = changed_fields(before.card, card)
            reply = self._settled(conn, actor, after, ("station.edit", differing), key, request)
            if card.point != before.card.point:
                self._moved(conn, actor, card.code)
            return reply

    @whole_again
    def retire(
        self, actor: Actor, station_id: UUID, note: str, version: int | None, key: str | None
    ) -> dict[str, Any]:
        """A base that is no more; its history stays.

        Raises:
            Conflict: units still call it their own.
        """
        request = fingerprint("station.retire", {"id": str(station_id), "note": note})
        with self.engine.begin() as conn:
            again = repeated(conn, actor, key, request)
            if again is not None:
                return again
            stations.lock_register(conn, actor)
            before = _found(conn, actor, station_id, lock=True)
            check_version(conn, actor, str(before.id), before.version, version)
            if before.retired_at is not None:
                raise Conflict("forces.retired", {"code": before.card.code})
            based = units.based_at(conn, actor, before.card.code)
            if based:
                raise Conflict("forces.station_in_use", {"code": before.card.code, "count": based})
            at = actor.world.now(self.clock())
            after = replace(before, version=before.version + 1, retired_at=at)
            return self._settled(
                conn, actor, after, ("station.retire", {"note": note}), key, request
            )

    def _settled(
        self,
        conn: Connection,
        actor: Actor,
        new: Station,
        deed: tuple[str, dict[str, Any]],
        key: str | None,
        request: str,
    ) -> dict[str, Any]:
        """A base's new version, its event, its audit row, and the answer."""
        now = self.clock()
        (kept,) = self.keeper.keep_stations(conn, actor, [new], now)
        action, changes = deed
        audit.record(conn, actor, action, str(kept.id), changes, now=now, version=kept.version)
        remarks = [one.as_dict() for one in kept.remarks]
        reply = answer(kept.id, kept.version) | {"remarks": remarks}
        if key is not None:
            audit.remember(conn, actor, key, request, reply, now)
        return reply

    def _moved(self, conn: Connection, actor: Actor, code: str) -> None:
        based = units.listed(conn, actor, station=code)
        moved = [replace(one, version=one.version + 1) for one in based]
        self.keeper.keep_units(conn, actor, moved, self.clock())


def _check(card: StationCard) -> None:
    errors = checks.station_errors(card)
    if errors:
        raise invalid(errors)


def _found(conn: Connection, actor: Actor, station_id: UUID, *, lock: bool = False) -> Station:
    found = stations.get(conn, actor, station_id, lock=lock)
    if found is None:
        raise NotFound("problem.station_unknown", {"id": str(station_id)})
    return found
