"""What happens to the events of `cases`, for every mail with a calendar part."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.notices.actions import owe_due
from eventapp.notices.rules import WINDOW
from eventapp.participants import actions as office
from eventapp.participants.bulk import Act, Order
from eventapp.planning.actions import cancel_event, change_event
from eventapp.registration import correction, own_feed, proof, queries, selfservice
from eventapp.registration.actions import Person, SignupRequest, register
from eventapp.registration.addresses import ask_for_address, confirm_address, find_new
from eventapp.registration.feed_choice import choose_files
from eventapp.registration.holder import Holder
from eventapp.registration.own_dates import cancel_together
from eventapp.registration.several import Wish, register_several
from eventapp.registration.substituting import substitute
from eventapp.registration.switching import switch
from tests.calendars.cases import CLOSED, OPEN, SERIES, plan_all, stand_at
from tests.calendars.inventory import Inventory
from tests.factories import ORIGIN
from tests.registration.test_actions import event_of, rows
from tests.smtp import MailServer

EVENTS = (*OPEN, *CLOSED, *SERIES)
FEEDS = [
    "/calendar/all.ics",
    *(f"/calendar/networks/{slug}.ics" for slug in ("dach", "netz", "gast")),
    "/calendar/series/reihe.ics",
    *(f"/calendar/topics/{slug}.ics" for slug in ("ehrenamt", "digitales")),
    *(f"/calendar/regions/{slug}.ics" for slug in ("land", "ort")),
    *(f"/calendar/kinds/{kind}.ics" for kind in ("training", "network_meeting", "milestone")),
    *(f"/events/{slug}.ics" for slug in EVENTS),
]


def take_stock(client: FlaskClient, server: MailServer) -> Inventory:
    """The whole story, from signing up to calling off."""
    plan_all()
    found = Inventory()
    look_at_feeds(found, client)
    for chapter in STORY:
        chapter()
        let_it_be_due()
        found.deliver(server)
        found.fetch(client, *downloads())
    look_at_feeds(found, client)
    return found


def look_at_feeds(found: Inventory, client: FlaskClient) -> None:
    found.fetch(client, *FEEDS, *(f"{path}?lang=en" for path in FEEDS[:3]))


def downloads() -> list[str]:
    """The files on the personal pages of all who have a place, and the personal feeds."""
    shown = [each.manage_token for each in holders() if each.status == "confirmed"]
    return [*(f"/registrations/{token}/event.ics" for token in shown), *own_feeds()]


def own_feeds() -> list[str]:
    """Of all who have one."""
    with reading() as connection:
        found = [own_feed.find(connection, row.id) for row in rows()]
    return sorted({own_feed.address(each.token) for each in found if each})


def holders() -> list[Holder]:
    with reading() as connection:
        return [queries.get_holder(connection, row.id) for row in rows()]


def holder_of(email: str) -> Holder:
    [found] = [each for each in holders() if each.email == email]
    return found


def act(verb: Callable[..., Any], *ids: Any, **more: Any) -> Any:
    with transaction() as session:
        return verb(session, *ids, **more, now=clock.now())


def sign_up(slug: str, name: str = "", attendance: str = "") -> str:
    """The receipt; by `name` and event the person has an address of their own."""
    event = event_of(slug)
    person = Person(name or "Erika", "Beispiel", f"{name or 'erika'}-{slug}@example.org".lower())
    way = attendance or ("in_person" if "in_person" in event.attendances else "online")
    language = "en" if name else "de"
    items = event.choices if way == "in_person" else ()
    request = SignupRequest(person=person, attendance=way, language=language, items=list(items))
    receipt: str = act(register, event, request, form_token=f"{slug} {name} {attendance}")
    return receipt


# --- the story ----------------------------------------------------------------------------------


def sign_up_all() -> None:
    for slug in OPEN:
        sign_up(slug)
    for slug in ("juli", "kurs", "boese", "boeser-kurs", "ein-platz-hier"):
        sign_up(slug, "Olga", "online")
    for slug in ("knapp", "knapper-kurs"):
        sign_up(slug, "Wanda")
    person = Person("Serena", "Beispiel", "serena@example.org")
    wishes = [Wish(event_of(slug), SignupRequest(person, "in_person")) for slug in SERIES]
    act(register_several, wishes, form_token="reihe")


def decide() -> None:
    act(office.act_on, holder_of("erika-mit-annahme@example.org").id, Order(Act.ACCEPT))
    act(proof.confirm_address, holder_of("erika-mit-nachweis@example.org").id)


def subscribe() -> None:
    """Some have a feed of their own; some of these want no files in mails any more."""
    for slug in ("juli", "kurs", "boese", "doppelte-stunde", "ganztags", "reihe-1"):
        act(own_feed.create, holder_with(slug).id)
    for slug in ("kurs", "reihe-1", "doppelte-stunde"):
        act(choose_files, holder_with(slug).id, wanted=False)


def choose_again() -> None:
    for slug in ("reihe-1", "doppelte-stunde"):
        act(choose_files, holder_with(slug).id, wanted=True)


def holder_with(slug: str) -> Holder:
    """Who signed up first."""
    return next(each for each in holders() if each.event.slug == slug)


def change() -> None:
    for slug in ("juli", "boese", "boeser-kurs", "erste-halbe"):
        act(switch, holder_of(f"erika-{slug}@example.org").id, "online")
    for slug in ("juli", "kurs"):
        act(switch, holder_of(f"olga-{slug}@example.org").id, "in_person")
    waits = Order(Act.ATTENDANCE, attendance="in_person")
    act(office.act_on, holder_of("olga-ein-platz-hier@example.org").id, waits)
    for slug in ("januar", "kurs-mit-offener-zeit"):
        move_address(f"erika-{slug}@example.org", f"neu-{slug}@example.org")
    kim = Person("Kim", "Muster", "kim@example.org")
    former = holder_of("erika-fruehlingsnacht@example.org").id
    act(substitute, former, kim, language="de", form_token="kim")
    receipt = sign_up("herbstnacht", "Vertippt")
    act(correction.correct_email, receipt, "richtig@example.org")


def move_address(email: str, to: str) -> None:
    holder = holder_of(email)
    [row] = [each for each in rows() if each.id == holder.id]
    act(ask_for_address, row, to)
    with reading() as connection:
        wanted = find_new(connection, holder.id)
    assert wanted
    act(confirm_address, wanted[1])


def change_events() -> None:
    """Other words, another place, another time: half an hour later, or a day."""
    edit("zwei-tage", title="Anders")
    edit("boese", title="Anders")
    edit("bis-in-den-sommer", venue_name="Anderes Haus", venue_city="Anderswo")
    for slug in ("juli", "online", "herbstnacht", "kurs", "boeser-kurs", "reihe-2"):
        move(slug, timedelta(minutes=30))
    for slug in ("ganztags", "kurs-mit-offener-zeit", "zeit-offen"):
        move(slug, timedelta(days=1))


def edit(slug: str, **values: Any) -> None:
    """As the office does it."""
    event = event_of(slug)
    act(change_event, slug, seen=event.revision, origin=ORIGIN, values=values)


def move(slug: str, by: timedelta) -> None:
    """All its dates."""
    event = event_of(slug)
    edit(slug, dates=[_moved(each, by) for each in event.dates], **_moved(event, by))


def _moved(when: Any, by: timedelta) -> dict[str, Any]:
    times = {name: getattr(when, name) for name in ("starts_at", "ends_at", "starts_on", "ends_on")}
    return {name: time + by for name, time in times.items() if time}


def let_it_be_due() -> None:
    """What is collected for a while is owed, and what can be taken back for a while may leave."""
    stand_at(clock.now() + WINDOW + timedelta(minutes=1))
    act(owe_due)


def cancel_some() -> None:
    """By themselves, together, by the office; whoever waits moves up, or is offered a place."""
    for slug in ("juli", "kurs", "boese", "boeser-kurs", "doppelte-stunde", "ganztags"):
        act(selfservice.cancel, holder_of(f"erika-{slug}@example.org").id)
    for slug in ("knapp", "knapper-kurs", "ein-platz-hier"):
        act(selfservice.cancel, holder_of(f"erika-{slug}@example.org").id)
    act(selfservice.accept, holder_of("wanda-knapper-kurs@example.org").id)
    order = Order(Act.CANCEL, note="Leider, leider.")
    act(office.act_on, holder_of("erika-zweite-halbe@example.org").id, order)
    own = [each.id for each in holders() if each.email == "serena@example.org"]
    act(cancel_together, own[0], own)


def cancel_events() -> None:
    for slug in ("kurs", "online", "zwei-tage", "angekuendigt"):
        act(cancel_event, slug, origin=ORIGIN)


STORY = (
    sign_up_all,
    decide,
    subscribe,
    change,
    change_events,
    choose_again,
    cancel_some,
    cancel_events,
)
