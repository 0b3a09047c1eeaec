"""Documents: numbers, versions, bytes, reasons; their figures are those of the figures."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from docx import Document as Docx
from openpyxl import load_workbook
from sqlalchemy import text

from sylvan import wiring
from sylvan.domain.actors import Actor, Level
from sylvan.domain.codes import Conflict, Invalid, NotFound
from sylvan.domain.damage import Category, Degree, Loss, Size, Volume
from sylvan.domain.documents import DocumentKind, Format
from sylvan.services.documents import NewDocument
from sylvan.settings import Settings
from sylvan.web import catalogue
from tests.db.helpers import NOW, opened, operator, replay_world
from tests.db.test_figures import TODAY, figure, fought, house, later, signal, status

__all__ = ["house"]
WORDS = catalogue.merged("ru")
DAY = NOW.date()


def issue(house, kind, *, key=None, actor=None, **told):
    asked = NewDocument(DocumentKind(kind), **told)
    return house.documents.issue(actor or operator(house), asked, key)


def body(house, told, form, actor=None):
    return house.documents.file(actor or operator(house), UUID(told["id"]), Format(form))[2]


def word(name):
    return WORDS[f"document_word.{name}"]


def facts_of_sheet(file: bytes) -> dict:
    sheet = load_workbook(io.BytesIO(file)).active
    return {row[0]: row[1] for row in sheet.iter_rows(values_only=True, max_col=2) if row[0]}


def facts_of_word(file: bytes) -> dict:
    rows = [row.cells for table in Docx(io.BytesIO(file)).tables for row in table.rows]
    return {cells[0].text: cells[1].text for cells in rows if len(cells) > 1}


def test_daily_form_says_what_the_figures_say(house):
    fought(house)
    signal(house, 500.0)  # a signal is no fire
    house.intake.clock.advance(days=1)
    told = issue(house, "daily", day=DAY)
    assert (told["number"], told["version"]) == ("LO-2026-0001", 1)
    assert set(told["files"]) == {"docx", "xlsx", "pdf"}
    first = figure(house, "first_day", TODAY)["total"]
    sheet = facts_of_sheet(body(house, told, "xlsx"))
    assert sheet[word("registered")] == first["counted"] == 1
    assert sheet[word("out_first_day")] == first["good"] == 1
    assert sheet[word("active_at_end")] == 0
    assert sheet[word("area_out_ha")] == 3.5
    page = facts_of_word(body(house, told, "docx"))
    assert page[word("registered")] == "1"
    assert page[word("first_day_share")] == "100 %"
    assert page[word("area_out_ha")] == "3,5"
    assert page[word("document_number")] == "LO-2026-0001"
    assert body(house, told, "pdf").startswith(b"%PDF-")


def test_correction_is_a_version_with_a_reason_and_what_differs(house):
    first = issue(house, "daily", day=DAY)
    kept = {form: body(house, first, form) for form in first["files"]}
    with pytest.raises(Conflict, match="nothing_differs"):
        issue(house, "daily", day=DAY, reason="ещё раз")
    fought(house)
    with pytest.raises(Invalid) as refused:
        issue(house, "daily", day=DAY)
    assert refused.value.field == "reason"
    second = issue(house, "daily", day=DAY, reason="Пожар внесён позже")
    assert (second["number"], second["version"]) == (first["number"], 2)
    changed = {one["field"]: (one["before"], one["after"]) for one in second["differs"]}
    assert changed["registered"] == (0, 1)
    assert "Пожар внесён позже" in facts_of_word(body(house, second, "docx")).values()
    assert {form: body(house, first, form) for form in first["files"]} == kept
    listed, _ = house.documents.listed(
        operator(house), kind=None, fire_id=None, after=None, limit=10
    )
    assert [one["version"] for one in listed] == [2, 1]
    assert house.documents.get(operator(house), UUID(first["id"]))["fields"]["registered"] == 0


def test_what_was_issued_is_on_record_and_repeats_give_the_same(house):
    first = issue(house, "daily", day=DAY, key="k1")
    assert issue(house, "daily", day=DAY, key="k1") == first
    with house.worlds.engine.connect() as conn:
        rows = conn.execute(
            text("select actor, subject, version, changes from audit where action = :action"),
            {"action": "document.issued"},
        ).all()
    assert len(rows) == 1
    assert (rows[0].actor, rows[0].subject, rows[0].version) == ("local", first["id"], 1)
    assert rows[0].changes["sha256"]["pdf"] == first["files"]["pdf"]["sha256"]


def test_two_at_once_get_one_number_and_one_of_them_is_refused(house):
    def attempt(_):
        try:
            return issue(house, "daily", day=DAY)["version"]
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(attempt, range(2)))) == ["1", "document.nothing_differs"]
    other = issue(house, "daily", day=DAY - timedelta(days=1))
    assert other["number"] == "LO-2026-0002"


def test_act_prints_every_term_and_what_is_missing(house):
    fire = fought(house)
    volume = Volume("larch", Size.LARGE, Degree.DESTROYED, 120.0)
    loss = Loss((volume,), Category.EXPLOITABLE, 50_000.0, None)
    told = issue(house, "act", fire_id=fire, loss=loss)
    damage = told["fields"]["damage"]
    assert damage["total_rub"] is None
    assert damage["known_rub"] == 50_000.0
    assert [one["rub"] for one in damage["terms"]] == [None, 50_000.0, None]
    assert "ставка: лиственница, крупная" in damage["missing"]
    assert "Расходы на очистку" in damage["missing"]
    page = facts_of_word(body(house, told, "docx"))
    assert page[word("damage_total_rub")] == "нет данных"
    assert page[word("cause")] == "гроза"
    text_of = "\n".join(one.text for one in Docx(io.BytesIO(body(house, told, "docx"))).paragraphs)
    assert word("preliminary") in text_of
    assert word("layout_not_verified") in text_of
    again = issue(
        house,
        "act",
        fire_id=fire,
        loss=Loss((volume,), Category.EXPLOITABLE, 50_000.0, 1.0),
        reason="Посчитана очистка",
    )
    assert again["version"] == 2
    assert {"damage.known_rub", "damage.terms[3].rub"} <= {one["field"] for one in again["differs"]}


def test_closing_report_tells_the_figures_of_its_fire(house):
    fire = fought(house)
    house.intake.clock.advance(days=1)
    told = issue(house, "closing", fire_id=fire, language="en")
    values = {one["key"]: one["value"] for one in told["fields"]["figures"]}
    assert values["registration"] == "1.0 min"
    assert values["arrival"] == "35.0 min"
    assert values["first_day"] == "yes"
    assert [one["unit"] for one in told["fields"]["units"]] == ["crew"]
    kept = {one["key"]: one["kept"] for one in told["fields"]["figures"]}
    assert kept["registration"] is True


def test_fire_may_be_named_by_its_number_as_people_type_it(house):
    fire = fought(house)
    number = house.fires.detail(operator(house), fire)["number"]
    short = number.lower().replace("-0001", "-1")
    assert issue(house, "closing", fire_number=f" {short} ")["fire_id"] == str(fire)
    with pytest.raises(NotFound, match="no_such_fire"):
        issue(house, "closing", fire_number=number.replace("-0001", "-0777"))
    with pytest.raises(Invalid, match="bad_number"):
        issue(house, "closing", fire_number="семь")


def test_closing_report_of_a_burning_fire_and_act_of_a_signal_are_refused(house):
    fire = signal(house)
    with pytest.raises(Conflict, match="not_registered"):
        issue(house, "act", fire_id=fire)
    house.decisions.register(operator(house), fire, {}, None, None)
    with pytest.raises(Conflict, match="not_closed"):
        issue(house, "closing", fire_id=fire)
    with pytest.raises(NotFound):
        issue(house, "act", fire_id=UUID(int=7))


def test_bulletin_counts_fires_and_units_at_work(house):
    fire = signal(house)
    later(house, 1)
    house.decisions.register(operator(house), fire, {}, None, None)
    from sylvan.services.orders_free import Line  # noqa: PLC0415 - of this test alone

    house.orders.send(operator(house), fire, [Line("crew", "station")], None, None)
    told = issue(house, "bulletin", day=DAY)["fields"]
    assert (told["active"], told["contained"], told["units"]) == (1, 0, 1)
    assert told["places"][0]["key"] == "west"
    assert told["places"][0]["fires"] == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "daily"}, "day"),
        ({"kind": "act", "fire_id": UUID(int=1), "day": DAY}, "day"),
        ({"kind": "act", "fire_id": UUID(int=1), "fire_number": "SA-2026-1"}, "fire_id"),
        ({"kind": "daily", "day": DAY, "loss": Loss(suppression_rub=1.0)}, "loss"),
        ({"kind": "daily", "day": DAY + timedelta(days=2)}, "day"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(house, told, field):
    with pytest.raises(Invalid) as refused:
        issue(house, told.pop("kind"), **told)
    assert field in {one.field for one in refused.value.errors}


def test_a_part_of_the_region_has_forms_of_its_own(house):
    fought(house)
    fought(house, 300.0)
    world = house.worlds.live()
    west = Actor("w", "w", Level.MUNICIPALITY, ("west",), world, role="official")
    east = Actor("e", "e", Level.MUNICIPALITY, ("east",), world, role="official")
    whole, part = issue(house, "daily", day=DAY), issue(house, "daily", day=DAY, actor=west)
    assert (whole["fields"]["registered"], part["fields"]["registered"]) == (2, 1)
    assert whole["number"] != part["number"]
    for reader, found in ((west, [part["id"]]), (east, [])):
        rows, _ = house.documents.listed(reader, kind=None, fire_id=None, after=None, limit=9)
        assert [one["id"] for one in rows] == found
    with pytest.raises(NotFound):
        house.documents.get(east, UUID(part["id"]))
    with pytest.raises(NotFound):
        house.documents.file(east, UUID(part["id"]), Format.PDF)


def test_documents_of_a_replay_carry_its_mark(house):
    replay_world(house, "again", rate=1.0)
    actor = operator(house, "again")
    told = issue(house, "daily", day=DAY, actor=actor)
    document = Docx(io.BytesIO(body(house, told, "docx", actor)))
    assert document.paragraphs[0].text == word("mark_replay")
    live = issue(house, "daily", day=DAY)
    assert Docx(io.BytesIO(body(house, live, "docx"))).paragraphs[0].text == ""


def test_fire_that_is_out_before_the_day_ended_burned_the_day_before(house):
    fire = signal(house)
    house.decisions.register(operator(house), fire, {}, None, None)
    house.intake.clock.advance(days=1)
    status(house, fire, "out", final_area_ha=7.0, cause="не установлена")
    yesterday = issue(house, "daily", day=DAY)["fields"]
    today = issue(house, "daily", day=DAY + timedelta(days=1))["fields"]
    assert (yesterday["registered"], yesterday["out"], yesterday["active"]) == (1, 0, 1)
    assert (today["registered"], today["out"], today["active"]) == (0, 1, 0)
    assert today["area_out_ha"] == 7.0
    assert today["year_registered"] == 1


def test_refused_template_does_not_stop_the_night(fresh_db_url, tmp_path):
    (tmp_path / "documents").mkdir()
    bad = tmp_path / "documents" / "daily.html"
    bad.write_text("<p>{{ regstered }}</p>", "utf-8")
    with opened(fresh_db_url) as plain:
        made = wiring.house(
            Settings(region="nowhere", alerts_dir=tmp_path),
            plain.worlds.engine,
            clock=plain.intake.clock,
        )
        told = issue(made, "daily", day=DAY)
        assert [one["code"] for one in told["notes"]] == ["document.template_unknown"]
        assert told["notes"][0]["params"]["name"] == "regstered"
        assert not told["templates"]["pdf"]["own"]
        assert body(made, told, "pdf").startswith(b"%PDF-")
