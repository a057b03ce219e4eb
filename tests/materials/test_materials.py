"""Materials from the upload to who sees them."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from eventapp.attendance.actions import ONLINE_DOOR, record_presence
from eventapp.audit.models import AuditEntry
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.models import Event, ProgrammeItem
from eventapp.materials.models import Material, MaterialPart
from eventapp.materials.queries import list_materials
from eventapp.materials.rules import MOST_BYTES, MOST_MATERIALS, Listed
from eventapp.networks.models import Role
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from eventapp.tokens import keyring
from tests.factories import in_days, make_event, make_item, make_material
from tests.materials.documents import PDF
from tests.planning.office import Office, event_of, send
from tests.refusals import check_refused
from tests.registration.test_actions import cancel, rows, sign_up
from tests.visitors import Visitor, visitor

LIST = "/organise/events/treffen/materials"
PUBLIC = "/events/treffen"
VALUES = {
    "kind": "file",
    "title": "Folien",
    "audience": "all",
    "accessibility_state": "accessible",
}


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "treffen", has_online=True)


def pdf(name: str = "Folien für alle.pdf", data: bytes = PDF) -> Any:
    return io.BytesIO(data), name


def send_large(browser: Visitor, address: str, data: bytes) -> TestResponse:
    """With a file that the client of the tests would put on the disk, and leave there open."""
    values = {"csrf_token": browser.csrf_token(), **VALUES, "file": FileStorage(*pdf(data=data))}
    stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
    media_type = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(address, data=stream.read(), content_type=media_type)


def everything() -> tuple[Listed, ...]:
    with reading() as connection:
        return list_materials(connection, event_of("treffen").id)


def change(**values: Any) -> None:
    with transaction() as session:
        session.execute(update(Material).values(**values))
        bump(session, now())


def own_page() -> str:
    """Of whoever signed up last."""
    return f"/registrations/{keyring().open(rows()[-1].secrets_sealed)['manage']}"


def test_a_file_is_uploaded_and_everybody_gets_it(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    assert send(ada, LIST, **VALUES, file=pdf()).location == f"{LIST}?done=added"
    [made] = everything()
    address = f"{PUBLIC}/materials/{made.id}"
    assert address in guest.get(PUBLIC).text
    answer = guest.get(address)
    assert answer.data == PDF
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Folien_fur_alle.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "public, no-cache"
    again = guest.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert ada.get(f"{LIST}/{made.id}/file").data == PDF


def test_the_same_form_twice_adds_one(office: Office) -> None:
    ada = office.ada()
    token = ada.field(LIST, "form_token")
    for done in ("added", "again"):
        answer = send(ada, LIST, **VALUES, file=pdf(), form_token=token)
        assert answer.location == f"{LIST}?done={done}"
    assert len(everything()) == 1


def test_a_large_file_comes_back_whole(office: Office) -> None:
    data = PDF + bytes(range(256)) * 5000
    send_large(office.ada(), LIST, data)
    [made] = everything()
    assert visitor(office.app).get(f"{PUBLIC}/materials/{made.id}").data == data
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(MaterialPart)).scalar_one() == 3


def test_links_and_recordings_have_an_address(office: Office) -> None:
    ada = office.ada()
    link = {**VALUES, "kind": "recording", "title": "Mitschnitt"}
    wrong = send(ada, LIST, **link, url="javascript:alert(1)")
    assert wrong.status_code == 422
    assert "Beginnen Sie die Adresse mit https://." in wrong.text
    assert 'value="Mitschnitt"' in wrong.text
    send(ada, LIST, **link, url="https://video.example/1")
    page = visitor(office.app).get(PUBLIC).text
    assert 'href="https://video.example/1"' in page
    assert "<bdi>video.example</bdi>" in page
    [made] = everything()
    assert visitor(office.app).get(f"{PUBLIC}/materials/{made.id}").status_code == 404


def test_what_is_wrong_stands_beside_its_field(office: Office) -> None:
    ada = office.ada()
    empty = send(ada, LIST)
    assert empty.status_code == 422
    for words in ("Wählen Sie, was es ist.", "Sagen Sie, was es ist.", "für wen es ist."):
        assert words in empty.text
    assert "Wählen Sie eine Datei." in send(ada, LIST, **VALUES).text
    told = send(ada, LIST, **{**VALUES, "title": ""}, file=pdf())
    assert "Wählen Sie die Datei noch einmal" in told.text
    text = send(ada, LIST, **{**VALUES, "accessibility_state": "text"}, file=pdf())
    assert "Schreiben Sie den Inhalt hier auf." in text.text
    late = send(ada, LIST, **VALUES, file=pdf(), publishes_time="12:00")
    assert "Nennen Sie auch den Tag." in late.text
    skipped = {"publishes_on": "2027-03-28", "publishes_time": "02:30"}
    assert "Diese Uhrzeit gibt es" in send(ada, LIST, **VALUES, file=pdf(), **skipped).text
    assert everything() == ()


def test_files_that_are_refused_say_why(office: Office) -> None:
    ada = office.ada()
    page = (io.BytesIO(b"<script>alert(1)</script>"), "seite.pdf")
    check_refused(send(ada, LIST, **VALUES, file=page), "material-not-taken")
    large = PDF + b" " * MOST_BYTES
    check_refused(send_large(ada, LIST, large), "material-too-large", most=20)
    with transaction() as session:
        make_material(session, session.get_one(Event, event_of("treffen").id), data=PDF)
    change(size=200_000_000)
    check_refused(send(ada, LIST, **VALUES, file=pdf()), "materials-too-large", most=200)
    [made] = everything()
    other = send(ada, f"{LIST}/{made.id}", **VALUES, seen=made.mark, file=pdf())
    assert other.location == f"{LIST}?done=changed"


def test_an_event_takes_a_hundred(office: Office) -> None:
    with transaction() as session:
        event = session.get_one(Event, event_of("treffen").id)
        for _number in range(MOST_MATERIALS):
            make_material(session, event)
    answer = send(office.ada(), LIST, **VALUES, file=pdf())
    check_refused(answer, "too-many-materials", most=MOST_MATERIALS)


def test_who_registered_and_who_was_there_see_more(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    for audience in ("all", "registered", "attended"):
        send(ada, LIST, **{**VALUES, "audience": audience, "title": audience}, file=pdf())
    ids = [each.id for each in everything()]
    sign_up(event_of("treffen"), "Erika", attendance="online")
    own = own_page()

    def got(address: str) -> list[int]:
        return [guest.get(f"{address}/materials/{each}").status_code for each in ids]

    assert got(PUBLIC) == [200, 404, 404]
    assert "Für Angemeldete gibt es weitere Materialien" in guest.get(PUBLIC).text
    assert got(own) == [200, 200, 404]
    assert [f"/materials/{each}" in guest.get(own).text for each in ids] == [True, True, False]
    with transaction() as session:
        [date] = event_of("treffen").dates
        record_presence(session, rows()[-1].id, date.id, ONLINE_DOOR, now=now())
    assert got(own) == [200, 200, 200]
    assert f"/materials/{ids[2]}" in guest.get(own).text
    assert guest.get(f"{own}/materials/{ids[1]}").headers["Cache-Control"] == "private, no-store"
    cancel(rows()[-1].id)
    assert got(own) == [200, 404, 404]


def test_who_waits_sees_what_everybody_sees(office: Office) -> None:
    guest = visitor(office.app)
    with transaction() as session:
        event = make_event(session, "voll", capacity_in_person=0)
        made = make_material(session, event, data=PDF, audience="registered")
        material_id = made.id
    sign_up(event_of("voll"), "Erika")
    assert rows()[-1].status == "waitlisted"
    assert guest.get(f"{own_page()}/materials/{material_id}").status_code == 404


def test_it_appears_at_its_time(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    day = in_days(3)
    later = {**VALUES, "publishes_on": day.isoformat(), "publishes_time": "18:30"}
    send(ada, LIST, **later, file=pdf())
    [made] = everything()
    address = f"{PUBLIC}/materials/{made.id}"
    assert guest.get(address).status_code == 404
    assert "Folien" not in guest.get(PUBLIC).text
    assert "Ab " in ada.get(LIST).text
    page = ada.get(f"{LIST}/{made.id}").text
    assert f'value="{day.isoformat()}"' in page
    assert 'value="18:30"' in page
    change(publishes_at=now() - timedelta(seconds=1))
    assert guest.get(address).status_code == 200


def test_it_is_withdrawn_and_shown_again(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    send(ada, LIST, **VALUES, file=pdf())
    [made] = everything()
    address = f"{PUBLIC}/materials/{made.id}"
    assert send(ada, f"{LIST}/{made.id}/withdraw").location == f"{LIST}?done=withdrawn"
    assert send(ada, f"{LIST}/{made.id}/withdraw").location == f"{LIST}?done=again"
    assert guest.get(address).status_code == 404
    assert send(ada, f"{LIST}/{made.id}/show").location == f"{LIST}?done=shown"
    assert send(ada, f"{LIST}/{made.id}/show").location == f"{LIST}?done=again"
    assert guest.get(address).status_code == 200


def test_another_file_takes_the_place_of_the_first(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    send(ada, LIST, **VALUES, file=pdf())
    [made] = everything()
    new = pdf("neu.pdf", b"%PDF-2.0")
    named = {**VALUES, "title": "Neue Folien", "seen": made.mark}
    answer = send(ada, f"{LIST}/{made.id}", **named, file=new)
    assert answer.location == f"{LIST}?done=changed"
    assert guest.get(f"{PUBLIC}/materials/{made.id}").data == b"%PDF-2.0"
    [made] = everything()
    named = {**VALUES, "title": "Nur der Titel", "seen": made.mark}
    assert send(ada, f"{LIST}/{made.id}", **named).status_code == 303
    assert guest.get(f"{PUBLIC}/materials/{made.id}").data == b"%PDF-2.0"
    with reading() as connection:
        entry = connection.execute(
            select(AuditEntry.before, AuditEntry.after)
            .where(AuditEntry.act == "material.changed")
            .order_by(AuditEntry.id)
        ).first()
    assert entry is not None
    assert entry.before == {"title": "Folien", "file_name": "Folien für alle.pdf"}
    assert entry.after == {"title": "Neue Folien", "file_name": "neu.pdf"}


def test_the_last_of_two_does_not_win_in_silence(office: Office) -> None:
    ada, ben = office.ada(), office.somebody(Role.ORGANISER)
    send(ada, LIST, **VALUES, file=pdf())
    [made] = everything()
    address = f"{LIST}/{made.id}"
    opened = {**VALUES, "seen": made.mark}
    assert send(ben, address, **{**opened, "title": "Bens Titel"}).status_code == 303
    late = send(ada, address, **{**opened, "title": "Adas Titel"}, file=pdf("neu.pdf"))
    check_refused(late, "changed-meanwhile")
    assert "Adas Titel" in late.text
    assert "Wählen Sie die Datei noch einmal" in late.text
    assert everything()[0].title == "Bens Titel"
    again = {**opened, "title": "Adas Titel", "seen": everything()[0].mark}
    assert again["seen"] in late.text
    assert send(ada, address, **again).status_code == 303
    assert everything()[0].title == "Adas Titel"


def test_a_step_or_a_place_is_no_other_text(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **VALUES, file=pdf())
    [made] = everything()
    send(ada, f"{LIST}/{made.id}/withdraw")
    named = {**VALUES, "title": "Neu", "seen": made.mark}
    assert send(ada, f"{LIST}/{made.id}", **named).status_code == 303


def test_they_stand_in_the_order_of_the_office(office: Office) -> None:
    ada = office.ada()
    for title in ("eins", "zwei", "drei"):
        send(ada, LIST, **{**VALUES, "title": title}, file=pdf())
    last = everything()[-1].id
    assert send(ada, f"{LIST}/{last}/up").location == f"{LIST}?done=moved"
    assert [each.title for each in everything()] == ["eins", "drei", "zwei"]
    send(ada, f"{LIST}/{last}/up")
    assert send(ada, f"{LIST}/{last}/up").location == f"{LIST}?done=again"
    send(ada, f"{LIST}/{last}/down")
    assert [each.title for each in everything()] == ["eins", "drei", "zwei"]


def test_it_is_deleted_with_its_file(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **VALUES, file=pdf())
    [made] = everything()
    assert "Folien" in ada.get(f"{LIST}/{made.id}/delete").text
    assert send(ada, f"{LIST}/{made.id}/delete").location == f"{LIST}?done=deleted"
    assert everything() == ()
    assert ada.get(f"{LIST}/{made.id}").status_code == 404
    with reading() as connection:
        assert connection.execute(select(MaterialPart.number)).all() == []


def test_that_of_an_item_stands_in_the_programme(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    with transaction() as session:
        event = session.get_one(Event, event_of("treffen").id)
        make_item(session, event, "vortrag", title="Der Vortrag")
    send(ada, LIST, **{**VALUES, "item": "vortrag"}, file=pdf())
    [made] = everything()
    page = guest.get(PUBLIC).text
    assert page.index("Der Vortrag") < page.index(f"/materials/{made.id}")
    assert 'id="materials"' not in page
    sign_up(event_of("treffen"), "Erika", attendance="online")
    own = guest.get(own_page()).text
    assert own.index("Der Vortrag", own.index('id="materials"')) > 0
    with transaction() as session:
        session.execute(delete(ProgrammeItem))
        bump(session, now())
    assert [each.item_id for each in everything()] == [None]


@pytest.mark.usefixtures("app")
def test_the_database_deletes_it_with_its_event() -> None:
    with transaction() as session:
        event = make_event(session, "weg")
        make_material(session, event, data=PDF)
        _empty(session, event)
        session.execute(delete(Event).where(Event.id == event.id))
    with reading() as connection:
        assert connection.execute(select(Material.id)).all() == []
        assert connection.execute(select(MaterialPart.number)).all() == []


def _empty(session: Session, event: Event) -> None:
    """Of what else hangs on it."""
    for table in Event.metadata.tables.values():
        if table.name in ("event_date", "event_host", "event_topic", "event_co_network"):
            session.execute(delete(table).where(table.c.event_id == event.id))


def test_the_text_of_a_file_is_read_beside_it(office: Office) -> None:
    ada = office.ada()
    text = {**VALUES, "accessibility_state": "text", "alternative": "# Erstens\n<b>x</b>"}
    send(ada, LIST, **text, file=pdf())
    page = visitor(office.app).get(PUBLIC).text
    assert "<h3>Erstens</h3>" in page
    assert "<b>x</b>" not in page


def test_drafts_show_nothing(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **VALUES, file=pdf())
    [made] = everything()
    with transaction() as session:
        session.execute(update(Event).values(status="draft"))
        bump(session, now())
    assert visitor(office.app).get(f"{PUBLIC}/materials/{made.id}").status_code == 404
    assert "Die Veranstaltung ist noch ein Entwurf." in ada.get(LIST).text


def test_another_event_s_link_opens_nothing(office: Office) -> None:
    guest = visitor(office.app)
    with transaction() as session:
        event = make_event(session, "anderes")
        other = make_material(session, event, data=PDF, audience="registered")
        other_id = other.id
    sign_up(event_of("treffen"), "Erika", attendance="online")
    assert guest.get(f"{own_page()}/materials/{other_id}").status_code == 404
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(Registration)).scalar_one() == 1


def test_only_who_plans_the_event_gets_in(office: Office) -> None:
    helper: Visitor = office.somebody(Role.VIEWER)
    assert helper.get(LIST).status_code == 403
    assert office.cleo().get(LIST).status_code == 404
    assert office.ada().get(LIST).status_code == 200
