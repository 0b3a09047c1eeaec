"""Prints what burns near one's own assets, and every change of it; goes on where it was stopped.

    SYLVAN_URL=https://sylvan.example SYLVAN_KEY=sy_live_… python watch_my_assets.py

The position is kept in a file, so that a restart misses nothing. SYLVAN_ROUNDS ends it after so
many rounds; left out, it watches for ever.
"""

import json
import os
from http import HTTPStatus
from itertools import islice
from pathlib import Path

from sylvan.client import Client, ProblemError, operations, watching

STATE = Path(os.environ.get("SYLVAN_STATE", "watched.json"))


def begun(client: Client) -> watching.Position | None:
    """Where the last run stopped; else what stands now is told, and watching begins there."""
    if STATE.exists():
        return watching.Position(**json.loads(STATE.read_text()))
    page = client(operations.live_changes(limit=1))
    for fire in client(operations.fires_listed(limit=1000))["features"]:
        told = fire["properties"]
        print("burns", fire["id"], told["status"], told["area_ha"], "ha", flush=True)
    for threat in client(operations.exposure_threatening()):
        if threat["owner"]:  # the fires that one sees threaten others' roads and villages, too
            name = next(iter(threat["name"].values()), threat["code"])
            print("threatens", name, threat["km"], "km from", threat["fire_id"], flush=True)
    return watching.Position(page["epoch"], page["seq"])


def main() -> None:
    """Watch."""
    rounds = os.environ.get("SYLVAN_ROUNDS")
    world = os.environ.get("SYLVAN_WORLD")
    pause = float(os.environ.get("SYLVAN_PAUSE_S", "5"))
    with Client(os.environ["SYLVAN_URL"], os.environ["SYLVAN_KEY"], world=world) as client:
        position = begun(client)
        kinds = ["fire.changed", "fire.exposure", "fire.forecast"]
        changes = watching.poll(client, position, pause, kinds=kinds)
        try:
            for told in islice(changes, int(rounds) if rounds else None):
                for event in told.events:
                    print(event["kind"], event["id"], event["at"], flush=True)
                STATE.write_text(json.dumps(vars(told.position)))
        except ProblemError as problem:
            if problem.status == HTTPStatus.GONE:
                STATE.unlink(missing_ok=True)  # away for too long: the next run begins afresh
            raise


if __name__ == "__main__":
    main()
