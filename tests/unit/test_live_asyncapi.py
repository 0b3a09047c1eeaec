"""The published document is what the code says and does."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sylvan.domain.worlds import World, WorldClock, WorldKind
from sylvan.live import asyncapi, frames
from sylvan.live.filters import KINDS, STATUSES
from sylvan.live.memory import MemoryEvent

from .live_tools import NOW, decoded

SAID = Draft202012Validator(asyncapi.schemas()["presence_said"])
RESUME = Draft202012Validator(asyncapi.schemas()["resume"])
DOCS = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.yaml"


def test_the_document_in_docs_is_the_one_that_is_served():
    assert DOCS.read_text("utf-8") == asyncapi.as_yaml(), (
        "run: python -m sylvan.live.asyncapi > docs/asyncapi.yaml"
    )


def test_every_reference_leads_somewhere_and_every_schema_is_one():
    document = asyncapi.document()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        part = document
        for step in reference.split("/"):
            part = part[step]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "event",
    [
        MemoryEvent(1, 1, "fire.changed", "a"),
        MemoryEvent(2**53 - 1, 2, "later.invented", "Ы", (180.0, -90.0), ("14", "14-1"), "x"),
        MemoryEvent(3, 1, "batch.taken", "b", body={"rows": 2**70, "name": "улус"}),
    ],
)
def test_an_event_on_the_wire_is_as_documented(event):
    (frame,) = decoded(frames.event(event, uuid4()))
    assert (frame["seq"], frame["world"], frame["id"]) == (event.seq, event.world_id, event.subject)
    assert frame["at"] == "2017-08-13T00:00:00Z"
    assert frame["body"] == event.body


def test_hello_shows_the_time_of_the_world_not_of_the_wall():
    start = datetime(2017, 8, 13, tzinfo=UTC)
    world = World(2, WorldKind.REPLAY, "august", WorldClock(start, NOW, 600))
    later = NOW.replace(minute=31)
    (frame,) = decoded(frames.hello(frames.Position(uuid4(), 5, 1), world, later, None))
    assert frame["world"] == {
        "id": 2,
        "name": "august",
        "kind": "replay",
        "now": "2017-08-13T10:00:00Z",
        "rate": 600,
    }


values = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5)
numbers = st.sampled_from([0, -180, 180, 90.5, -91, 181, "x", None, True])
filters = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "bbox": st.none() | st.lists(numbers, min_size=3, max_size=5) | values,
        "kinds": st.none() | st.lists(st.sampled_from([*KINDS, "no.kind", 1]), max_size=3) | values,
        "fires": st.none() | st.lists(st.sampled_from(["f-1", "", "a b", 1]), max_size=3) | values,
        "least_priority": st.none() | st.sampled_from([0, 12.5, 1000, 1001, -1]) | values,
        "statuses": st.none() | st.lists(st.sampled_from([*STATUSES, "no"]), max_size=3) | values,
        "other": values,
    },
)
wishes = st.fixed_dictionaries(
    {"t": st.sampled_from(["resume", "resume", "event", 1])},
    optional={
        "epoch": st.text(max_size=3) | values,
        "after": st.integers(0, 9) | values,
        "filter": filters | values,
        "other": values,
    },
)


def south_above_north(wish):
    box = (wish.get("filter") or {}).get("bbox")
    return bool(box) and box[1] > box[3]


@given(wishes | values)
def test_what_the_schema_allows_is_understood_and_nothing_else(wish):
    said = RESUME.is_valid(wish) and not south_above_north(wish)
    try:
        frames.parse(json.dumps(wish).encode())
    except frames.BadFrame:
        understood = False
    else:
        understood = True
    assert understood == said


@given(
    st.fixed_dictionaries(
        {"t": st.sampled_from(["presence", "presence", "present"])},
        optional={
            "fire": st.sampled_from(["f-1", "", "a b", None, 1]),
            "doing": st.sampled_from(["looking", "typing", "sleeping", None]),
            "field": st.sampled_from(["note", "Note", "", "x" * 61, None, 1]),
            "other": values,
        },
    )
)
def test_what_the_schema_allows_to_say_of_oneself_is_understood_and_nothing_else(said):
    try:
        frames.parse(json.dumps(said).encode())
    except frames.BadFrame:
        understood = False
    else:
        understood = True
    assert understood == SAID.is_valid(said)


@given(st.binary(max_size=60))
def test_rubbish_is_a_bad_frame_and_never_an_accident(data):
    with pytest.raises(frames.BadFrame):
        frames.parse(data)
