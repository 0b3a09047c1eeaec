"""The score as a table to take away: a row for each person and clock, and for each true fire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sylvan.domain.spreadsheets import Cells, safe
from sylvan.services.forces_lists import SheetOut, Writers

MARK: Final = "УЧЕНИЕ / EXERCISE"
COLUMNS: Final = (
    *("mark", "drill", "part", "subject", "name", "clock", "norm_s"),
    *("done", "in_time", "in_time_by_watch", "median_s", "p90_s", "median_watch_s"),
    *("open", "open_late", "verdict", "lon", "lat", "told_at", "registered_at", "seconds"),
    *("registered_ha", "end_ha", "counted", "missing", "median", "p90", "share", "unit"),
)
_CLOCK: Final = (
    *("clock", "norm_s", "done", "in_time", "in_time_by_watch", "median_s", "p90_s"),
    *("median_watch_s", "open", "open_late"),
)
_FIRE: Final = (
    *("verdict", "lon", "lat", "told_at", "registered_at", "seconds"),
    *("registered_ha", "end_ha"),
)


@dataclass(frozen=True, slots=True)
class DrillTables:
    """Writes them."""

    writers: Writers

    def csv(self, name: str, score: Mapping[str, Any]) -> bytes:
        """The score of a drill, each row with the mark."""
        head: Cells = dict.fromkeys(COLUMNS)
        head |= {"mark": MARK, "drill": name}
        rows = [safe(head | row) for row in _rows(score)]
        return self.writers.csv(SheetOut("drill", COLUMNS, rows))


def _rows(score: Mapping[str, Any]) -> Iterator[Cells]:
    for clock in score["clocks"]:
        yield {"part": "all", **{name: clock[name] for name in _CLOCK}}
    for person in score["people"]:
        who: Cells = {"part": "person", "subject": person["subject"], "name": person["name"]}
        for clock in person["clocks"]:
            yield who | {name: clock[name] for name in _CLOCK}
    for fire in (score["truth"] or {}).get("fires", []):
        told: Cells = {name: fire[name] for name in _FIRE}
        yield {"part": "fire", "name": str(fire["number"]), **told}
    for one in score["figures"]:
        numbers = {name: one["result"][name] for name in ("counted", "missing", "median", "p90")}
        yield {
            "part": "figure",
            "name": one["definition"]["code"],
            "unit": one["definition"]["unit"],
            "share": one["result"]["share"],
            **numbers,
        }
