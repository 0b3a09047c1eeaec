"""Coordinates as people write them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sylvan.domain.codes import Invalid
from sylvan.domain.coordinates import DECIMALS, Notation, read, written
from sylvan.domain.places import LonLat, distance_m

YAKUTSK = LonLat(129 + 44 / 60, 62 + 2 / 60)
STEP_M = {Notation.DEGREES: 1.2, Notation.MINUTES: 2.0, Notation.DMS: 31.0}
places = st.builds(LonLat, st.floats(-180, 180), st.floats(-90, 90))


@settings(deadline=None)  # the machine is shared
@given(places, st.sampled_from(list(Notation)), st.sampled_from(["ru", "en"]))
@example(LonLat(179.9999999, 62.9999999), Notation.DMS, "ru")
@example(LonLat(-0.00000001, -0.00000001), Notation.MINUTES, "en")
def test_what_is_written_is_read_back(place, notation, lang):
    reading = read(written(place, notation, lang))
    assert distance_m(reading.place, place) < STEP_M[notation]
    assert reading.alternatives == ()
    assert reading.notation is notation


@pytest.mark.parametrize(
    ("notation", "lang", "text"),
    [
        (Notation.DEGREES, "en", "62.03333°N 129.73333°E"),
        (Notation.MINUTES, "en", "62°02.000′N 129°44.000′E"),
        (Notation.DMS, "en", "62°02′00″N 129°44′00″E"),
        (Notation.DMS, "ru", "62°02′00″ с. ш., 129°44′00″ в. д."),
    ],
)
def test_each_notation_reads_as_in_the_field(notation, lang, text):
    assert written(YAKUTSK, notation, lang) == text


def test_sixty_seconds_carry_over():
    almost = LonLat(0.0, 62.99999)
    assert written(almost, Notation.DMS).startswith("63°00′00″N")
    assert DECIMALS[Notation.DMS] == 0


def test_southern_and_western_hemispheres_have_their_words():
    assert written(LonLat(-70.66, -33.45), lang="ru") == "33.45000° ю. ш., 70.66000° з. д."


@pytest.mark.parametrize(
    "text",
    [
        "62°02′N 129°44′E",
        "N62°02.0' E129°44.0'",
        "62° 02' 00\" N, 129° 44' 00\" E",
        "62 02 00 с.ш. 129 44 00 в.д.",
        "62 02 00 129 44 00",
        "62 02 129 44",
        "62 02,129 44",
        "62-02-00 129-44-00",
        "620200N 1294400E",
        "6202N12944E",
        "N620200 E1294400",
        "С62 02 В129 44",
        "с.ш. 62 02, в.д. 129 44",
        "129°44′E 62°02′N",
        "широта 62 02 долгота 129 44",
        "62 градуса 2 минуты северной широты 129 градусов 44 минуты восточной долготы",
        "62º02’00” с. ш.; 129º44’00” в. д.",
    ],
)
def test_one_place_in_many_hands(text):
    reading = read(text)
    assert distance_m(reading.place, YAKUTSK) < 0.01
    assert reading.alternatives == ()


@pytest.mark.parametrize(
    "text",
    [
        "62.03 129.73",
        "62.03,129.73",
        "62.03, 129.73",
        "62,03 129,73",
        "62,03; 129,73",
        "62,03 129.73",
        "lat=62.03 lon=129.73",
        "Lat: 62.03 N, Lon: 129.73 E",
        "geo:62.03,129.73",
        "(62.03, 129.73)",
        "129.73E 62.03N",
        "62.03 129.73.",
    ],
)
def test_decimal_degrees_with_point_or_comma(text):
    assert read(text).place == LonLat(129.73, 62.03)


def test_signs_give_the_hemisphere():
    assert read("-33.45 -70.66").place == LonLat(-70.66, -33.45)
    assert read("33.45S 70.66W").place == LonLat(-70.66, -33.45)


def test_a_comma_that_may_be_either_offers_the_other_reading():
    reading = read("62,03,129,44")
    assert reading.place == LonLat(129.44, 62.03)
    assert reading.alternatives == (LonLat(129 + 44 / 60, 62 + 3 / 60),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "place.empty"),
        ("   ", "place.empty"),
        ("62", "place.one_number"),
        ("nan nan", "place.not_a_number"),
        ("у реки", "place.not_understood"),
        ("62.03, .5", "place.not_understood"),
        ("62.03.15 129.44.10", "place.not_understood"),
        ("62 02 129", "place.odd_numbers"),
        ("62 75 129 44", "place.sixty"),
        ("62.5 30 129.5 30", "place.fraction_in_the_middle"),
        ("-62.5 S 129 E", "place.sign_and_hemisphere"),
        ("62°02'N 129°44'N", "place.same_axis"),
        ("62.03 N 129.73", "place.hemispheres"),
        ("95N 20E", "place.out_of_range"),
        ("62'02 129'44", "place.marks"),
        ("129.73 62.03", "place.perhaps_swapped"),
        ("1" * 201, "place.too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text, code):
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.code == code


def test_of_two_numbers_out_of_range_both_are_named():
    with pytest.raises(Invalid) as refused:
        read("100 200")
    told = {(one.field, one.code) for one in refused.value.errors}
    assert told == {("lat", "place.out_of_range"), ("lon", "place.out_of_range")}


@settings(deadline=None)  # the machine is shared
@given(st.text(alphabet="0123456789.,-+°'\" NSEWсшюдвз;/=", max_size=40))
def test_any_scribble_is_a_place_or_a_refusal(text):
    codes, place = [], LonLat(0.0, 0.0)
    try:
        place = read(text).place
    except Invalid as refusal:
        codes = [one.code for one in refusal.errors] or [refusal.code]
    assert all(code.startswith("place.") for code in codes)
    assert abs(place.lon) <= 180
    assert abs(place.lat) <= 90
