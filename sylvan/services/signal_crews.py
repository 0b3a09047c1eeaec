"""Partners' crews in the register of forces: offered, taken back, and where they are.

Their codes begin with their owner's name, so that nobody writes into another's. What the dispatcher
does with them (orders, steps) is the register's business as with any other unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sylvan.domain.actors import EVERYWHERE, Actor
from sylvan.domain.codes import Forbidden, Invalid
from sylvan.domain.forces.kinds import Ownership, UnitKind
from sylvan.domain.forces.register import Unit, UnitCard
from sylvan.services.base import Base
from sylvan.services.forces_positions import Positions
from sylvan.services.forces_units import Units
from sylvan.services.geography import Geography
from sylvan.store import units

POSITION: Final = "position"


@dataclass(frozen=True, slots=True)
class SignalCrews(Base):
    """What the door does with units and positions."""

    geography: Geography
    units: Units
    positions: Positions

    def take(
        self, actor: Actor, holder: str, kind: str, fields: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A crew that is offered or changed, or where one is.

        Raises:
            Refusal: the register's own words, by field.
        """
        if not actor.owner:
            raise Forbidden("asset.no_owner", {"role": actor.role})
        clerk = replace(actor, territories=EVERYWHERE)
        if kind == POSITION:
            return self._position(clerk, holder, fields)
        return self._unit(clerk, holder, fields)

    def _unit(self, clerk: Actor, holder: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        code = code_of(holder, fields["external_id"])
        card = _card(holder, code, fields)
        known = self._known(clerk, code)
        if known is None:
            made = self.units.create(clerk, card, None, self._marks(fields))
            became, unit_id = "offered", made["id"]
            self._place(clerk, holder, fields)
        else:
            if known.card.owner != holder:
                raise Forbidden("signal.not_yours", {"code": code})
            unit_id = str(known.id)
            became = self._changed(clerk, known, card, withdrawn=bool(fields.get("withdrawn")))
            self._place(clerk, holder, fields)
        return _answer(fields["external_id"], became, unit_id)

    def _marks(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """Whose eyes a crew without a base lies under: those of the place where it is."""
        if fields.get("station"):
            return ()
        if fields.get("point") is None:
            raise Invalid("field.required", {}, "point")
        with self.engine.connect() as conn:
            (address,) = self.geography.region(conn).addresses([tuple(fields["point"])])
        return address.territories

    def _changed(self, clerk: Actor, known: Unit, card: UnitCard, *, withdrawn: bool) -> str:
        if withdrawn:
            if known.retired_at is None:
                self.units.retire(clerk, known.id, "", None, None)
                return "withdrawn"
            return "same"
        if known.retired_at is not None:
            raise Invalid("forces.unit_retired", {"code": card.code}, "external_id")
        names = ("kind", "names", "qualifications", "contact", "note", "specs")
        changes = {
            name: getattr(card, name)
            for name in names
            if getattr(card, name) != getattr(known.card, name)
        }
        if not changes:
            return "same"
        self.units.edit(clerk, known.id, changes, None, None)
        return "changed"

    def _place(self, clerk: Actor, holder: str, fields: Mapping[str, Any]) -> None:
        if fields.get("point") is not None:
            self._report(clerk, holder, fields)

    def _position(self, clerk: Actor, holder: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        known = self._known(clerk, code_of(holder, fields["external_id"]))
        if known is None:
            raise Invalid("forces.unit_unknown", {}, "external_id")
        told = self._report(clerk, holder, fields)
        if told["bad"]:
            first = told["bad"][0]
            raise Invalid(str(first["code"]), {"value": str(first["value"])}, str(first["field"]))
        became = "positioned" if told["kept"] else "same"
        return _answer(fields["external_id"], became, str(known.id))

    def _report(self, clerk: Actor, holder: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        at = fields.get("at") or clerk.world.now(self.clock())
        row = {
            "unit": code_of(holder, fields["external_id"]),
            "at": at.isoformat(),
            "point": list(fields["point"]),
            "source": "partner",
        }
        return self.positions.take(clerk, "signals", orjson.dumps([row]))

    def _known(self, clerk: Actor, code: str) -> Unit | None:
        with self.engine.connect() as conn:
            return _of_code(conn, clerk, code)


def _of_code(conn: Connection, clerk: Actor, code: str) -> Unit | None:
    return units.of_codes(conn, clerk, [code]).get(code)


def code_of(holder: str, external_id: str) -> str:
    """Code of a partner's unit in the register."""
    return f"{holder}.{external_id}"[:60]


def _card(holder: str, code: str, fields: Mapping[str, Any]) -> UnitCard:
    return UnitCard(
        code=code,
        kind=UnitKind(fields["unit_kind"]),
        station=fields.get("station") or "",
        names=fields.get("name") or {},
        owner=holder,
        owned_by=Ownership.PARTNER,
        contact=fields.get("contact", ""),
        note=fields.get("note", ""),
    )


def _answer(external_id: str, became: str, unit_id: str) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "became": became,
        "again": became == "same",
        "report_id": None,
        "fire_id": None,
        "unit_id": unit_id,
        "observed_at": None,
        "point": None,
        "notes": [],
        "errors": [],
    }
