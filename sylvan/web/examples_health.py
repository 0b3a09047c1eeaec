"""Examples of how the whole does."""

from typing import Any, Final


def _part(part: str, state: str = "ok", **facts: float | str | None) -> dict[str, Any]:
    told = {"part": part, "name": "", "world": "", "state": state, "reason": None}
    return told | {"facts": facts}


ANSWERS: Final[dict[str, Any]] = {
    "health_overview": {
        "at": "2026-07-17T05:14:09Z",
        "rung": "feeds_late",
        "parts": [
            _part("database", answers_ms=8.4),
            _part("live", clients=14, behind=0, failed_resumes=1),
            _part("log", seq=118_204, waiting=0, lag_s=0.0),
            _part(
                "audit",
                seq=4698,
                waiting=0,
                signed_seq=4650,
                signed_at="2026-07-17T05:00:00Z",
            ),
            _part("grouping", waiting=0),
            _part("feed", "late", data_age_s=25_140, pass_age_s=28_020, rows=91_422)
            | {"name": "firms-noaa20", "world": "live"},
            _part("batches", files=41, rows=8120, rejected=3, reject_ratio=0.0004)
            | {"name": "firms-noaa20", "world": "live"},
        ],
        "queues": {"events": 0, "audit": 0, "ungrouped": 0, "danger": 0, "reports": 2},
    },
}
