"""Lists of orbital elements: what is taken, what is refused with its place, what is skipped."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgp4 import exporter

from sylvan.domain import elements
from sylvan.domain.codes import Invalid
from sylvan.domain.detections import Satellite
from sylvan.domain.passes_geometry import INSTRUMENT_OF, SCANNERS

CATALOGUES = Path(elements.__file__).parents[1] / "locales"
FIRST = "1 25994U 99068A   18338.20920286  .00000076  00000-0  26867-4 0  9999"
SECOND = "2 25994  98.2142  50.5750 0000577 102.5211 257.6060 14.57132862  8586"
PAIR = f"{FIRST}\n{SECOND}\n"
OTHER = PAIR.replace("25994", "25544")


def message(**changes):
    """Terra's elements as CelesTrak's GP data give them in JSON."""
    record = elements.read(PAIR.encode(), "x").sets[0].record()
    fields = exporter.export_omm(record, "TERRA")
    return {**fields, **changes}


def read(text):
    return elements.read(text.encode(), "weather.tle")


@pytest.mark.parametrize(
    "text",
    [
        PAIR,
        "TERRA\n" + PAIR,
        "0 TERRA\n" + PAIR,
        "# downloaded today\n\nTERRA                   \n" + PAIR.replace("\n", "   \r\n"),
        "\ufeff" + PAIR,
        json.dumps([message()]),
        json.dumps(message()),
    ],
)
def test_elements_are_read_in_each_of_their_notations(text):
    judged = read(text)
    (one,) = judged.sets
    assert judged.rejects == ()
    assert one.satellite == Satellite.TERRA
    assert one.source == "weather.tle"
    assert one.epoch == pytest.approx(
        datetime(2018, 12, 4, 5, 1, 15, 127104, tzinfo=UTC), abs=timedelta(milliseconds=1)
    )
    error, position, _ = one.record().sgp4(one.record().jdsatepoch, one.record().jdsatepochF)
    assert error == 0
    assert np.linalg.norm(position) == pytest.approx(6378 + 705, abs=20)
    assert elements.is_elements(text.encode())


def test_both_notations_give_the_same_orbit():
    (line,), (record,) = read(PAIR).sets, read(json.dumps([message()])).sets
    moment = line.record().jdsatepoch + 3.0
    here, there = (one.record().sgp4(moment, 0.0)[1] for one in (line, record))
    assert here == pytest.approx(there, abs=0.05)


@pytest.mark.parametrize(
    ("text", "code", "line", "field"),
    [
        (PAIR.replace("98.2142", "98.2143"), "elements.checksum", 2, None),
        (PAIR.replace("18338.2", "18x38.2"), "elements.field", 1, "epoch_day"),
        (PAIR.replace("  18338", " 018338"), "elements.field", 1, "column 18"),
        (PAIR.replace("26867-4", "2686-40"), "elements.field", 1, "bstar"),
        (PAIR.replace("0000577", "00a0577"), "elements.field", 2, "eccentricity"),
        (PAIR.replace("  9999\n", "999\n"), "elements.field", 1, "length"),
        (f"{FIRST}\nTERRA\n", "elements.field", 1, "second_line"),
        (FIRST, "elements.field", 1, "second_line"),
        (
            f"{FIRST}\n" + SECOND.replace("25994", "25995")[:-1] + "7",
            "elements.field",
            2,
            "catalogue",
        ),
        (json.dumps([message(ECCENTRICITY="big")]), "elements.field", 1, "ECCENTRICITY"),
        (json.dumps([message(EPOCH="yesterday")]), "elements.field", 1, "EPOCH"),
        (json.dumps([message(MEAN_MOTION=1.0)]), "elements.field", 1, "mean_motion"),
    ],
)
def test_a_broken_set_is_told_by_file_line_and_field(text, code, line, field):
    judged = read(text)
    (fault,) = judged.rejects
    assert judged.sets == ()
    assert (fault.code, fault.params["line"]) == (code, line)
    assert fault.params.get("field") == field
    assert fault.params["file"] == "weather.tle"


def test_a_broken_set_keeps_no_other_out():
    judged = read("A\n" + PAIR.replace("98.2142", "98.2143") + "TERRA\n" + PAIR + "ISS\n" + OTHER)
    assert (len(judged.sets), len(judged.rejects), judged.skipped) == (1, 1, 1)
    assert judged.skipped_names == ("ISS",)
    assert judged.total == 3


def test_satellites_that_look_for_no_fires_are_counted_and_the_first_are_named():
    text = "".join(f"THING {n}\n" + OTHER for n in range(40))
    judged = read(text)
    assert judged.skipped == 40
    assert judged.skipped_names == tuple(f"THING {n}" for n in range(10))


@pytest.mark.parametrize("text", ["", "hello\n", "[]", "{}", "[1, 2]", '{"EPOCH": 1}'])
def test_a_file_without_elements_is_refused(text):
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.code == "elements.none"


@pytest.mark.parametrize("text", ['[{"EPOCH"', "{" * 5])
def test_broken_json_is_refused(text):
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.code == "elements.json"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body):
    elements.is_elements(body)
    try:
        judged = elements.read(body, "any")
    except Invalid:
        return
    assert judged.total > 0


@given(st.integers(0, 137), st.characters(min_codepoint=32, max_codepoint=126))
def test_a_changed_character_is_noticed_or_changes_nothing(place, character):
    # checksums count digits and minus signs only, so letters and blanks may pass; then the orbit
    # must still be the same
    text = PAIR[:place] + character + PAIR[place + 1 :]
    try:
        judged = read(text)
    except Invalid:
        return
    for one in judged.sets:
        (right,) = read(PAIR).sets
        moment = right.record().jdsatepoch + 1.0
        here, there = (each.record().sgp4(moment, 0.0)[1] for each in (one, right))
        assert np.linalg.norm(np.subtract(here, there)) < 1.0


@pytest.mark.parametrize(
    "body",
    [
        b"latitude,longitude,acq_date\n1 25994U,2,3\n",
        b'{"type": "FeatureCollection", "features": []}',
        b"",
        b"1 25994 98.2\n",
        b"\x00\x01\x02" * 100,
    ],
)
def test_other_files_are_not_taken_for_elements(body):
    assert not elements.is_elements(body)


def test_every_satellite_of_the_catalogue_has_its_instrument_and_scanner():
    assert set(elements.CATALOGUE.values()) == set(INSTRUMENT_OF)
    assert set(INSTRUMENT_OF.values()) == set(SCANNERS)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_fault_has_a_text_with_its_place(language):
    texts = json.loads((CATALOGUES / language / "passes.json").read_text("utf-8"))
    for code in ("elements.field", "elements.checksum", "elements.orbit"):
        assert "{file}" in texts[code]
        assert "{line}" in texts[code]
