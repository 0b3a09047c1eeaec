"""Sends sightings from a CSV file (lon, lat, seen, at, text); may be run again, none comes twice.

An empty time means: just now.

SYLVAN_URL=https://sylvan.example SYLVAN_KEY=sy_live_… python push_sightings.py towers.csv
"""

import csv
import os
import sys
from pathlib import Path

from sylvan.client import Client, models, sightings


def read(file: str) -> list[models.NewReport]:
    """A line of the file as the interface takes it."""
    with Path(file).open(encoding="utf-8", newline="") as lines:
        return [
            {
                "place": {
                    "method": "coordinates",
                    "point": [float(row["lon"]), float(row["lat"])],
                },
                "seen": row["seen"],
                "source_kind": "partner",
                "observed_at": row["at"] or None,
                "text": row["text"],
            }
            for row in csv.DictReader(lines)
        ]


def main() -> int:
    """Send them; the exit status is 1 if one was refused."""
    refused = 0
    world = os.environ.get("SYLVAN_WORLD")
    with Client(os.environ["SYLVAN_URL"], os.environ["SYLVAN_KEY"], world=world) as client:
        for number, sent in enumerate(sightings.push(client, read(sys.argv[1])), 2):
            if sent.report is None:
                refused += 1
                print(f"line {number}: {sent.problem}")
            else:
                print(f"line {number}: report {sent.report['id']}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
