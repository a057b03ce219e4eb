"""A house with something in every room, and the address of every route in it.

A new route is walked by itself if the house knows its arguments; else `Full.address` says which one
to add here.
"""

from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from eventapp import clock
from eventapp.accounts import actions as accounts
from eventapp.accounts.models import Account
from eventapp.announcing.models import Announcement
from eventapp.checkin import pairing
from eventapp.checkin.actions import Batch, NewScan, create_device, record_scans
from eventapp.checkin.devices import find_device
from eventapp.checkin.models import Scan
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event, EventStatus, Region, Series, Topic
from eventapp.exports import actions as exports
from eventapp.exports.rules import Format, Order
from eventapp.funding import actions as funding
from eventapp.invitations import actions as invitations
from eventapp.invitations import naming
from eventapp.invitations.admission import ask_organisation
from eventapp.invitations.listing import get_invitee
from eventapp.invitations.models import NamingAnswer
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.models import OutboxMail
from eventapp.mail.transport import FileTransport
from eventapp.messages.actions import Content, create_draft
from eventapp.networks import logo
from eventapp.networks.actions import grant
from eventapp.networks.look import look_of
from eventapp.networks.models import Network, Role, Scope
from eventapp.notices import actions as notices
from eventapp.organisations.models import OrganisationUpload
from eventapp.paper import saved
from eventapp.participants import bulk, views
from eventapp.participants.rules import Left, Plan
from eventapp.partners import actions as partners
from eventapp.partners.place_columns import Row
from eventapp.partners.place_forms import checked
from eventapp.partners.places import make_places
from eventapp.partners.queries import list_partners
from eventapp.registration import own_feed
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.addresses import ask_for_address, find_new
from eventapp.reminders import openings
from eventapp.reminders.models import OpeningWish
from eventapp.returns.models import Undeliverable
from eventapp.tokens import keyring, new_ticket
from eventapp.unsubscribing import rules as unsubscribing
from eventapp.wording import actions as wording
from tests.accounts.factors import confirm, give_factors, id_of
from tests.attendance.written import have_report, note_presence
from tests.factories import (
    ORIGIN,
    at,
    in_days,
    make_contact,
    make_event,
    make_item,
    make_logo,
    make_material,
    make_network,
    make_organisation,
    make_question,
    make_region,
    make_series,
    make_topic,
    node_of,
    png,
)
from tests.house.left import DIGEST, FUNDER, certify, leave, sign
from tests.registration.test_actions import cancel, event_of, rows, set_capacity, sign_up
from tests.visitors import Visitor, colleague

SLUG = "muster"  # of everything that has one
KIND = "training"
NOT_YET = "noch-keiner"  # the token of what is not planned
COURSE = [(at(in_days(day), 10), at(in_days(day), 12)) for day in (30, 37)]
YESTERDAY = [(at(in_days(-1), 10), at(in_days(-1), 12))]
# A mail in its frame: HTML as mail programs want it.
FOREIGN = {
    *("mail.mail_html", "messages.mail_html", "notices.notice_mail"),
    *("wording.mail_html", "announcing.mail_html", "sent.mail_html", "reminding.mail_html"),
    "planning.cancel_mail",
}
_NO_OUTCOME = {"new": 0, "changed": 0, "same": 0, "skipped": 0}
NEEDS = {"assistance": "Ein Platz vorn", "assistance_kinds": ["captions"], "diet": ["vegan"]}
ALL_FIELDS = ["salutation", "title", "organisation", "role", "assistance", "door_note", "diet"]


def _foreign_scan() -> NewScan:
    """Let in without a network, with nothing of this event."""
    return NewScan(str(uuid4()), new_ticket(), clock.now(), let_in=True)


def rules(app: Flask) -> list[Rule]:
    """Every route that the application answers itself."""
    return [rule for rule in app.url_map.iter_rules() if not rule.build_only]


def methods(rule: Rule) -> set[str]:
    return set(rule.methods or ()) - {"OPTIONS", "HEAD"}


def blueprint(rule: Rule) -> str:
    return str(rule.endpoint).rpartition(".")[0]


class Full:
    """Everything once, but for events and what hangs on them: `plan` makes one, `grow` many."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self._folder = folder
        self._grown = 0
        self._values: dict[str, Any] = {"slug": SLUG, "kind": KIND, "number": 1, "position": 0}
        self._values["registration_id"] = self._values["message_id"] = 1
        self._values["announcement_id"] = 1
        self._values |= {"place": "events", "wording kind": "registration-confirmed"}
        self._values["partner_id"] = self._values["naming_id"] = self._values["invitation_id"] = 1
        self._values |= {"item": SLUG, "year": in_days(0).year}
        self._values["sent message_id"] = "0" * 32
        self._values["step"] = "before-7-days-in_person"
        self._values["mail.mail_file number"] = 2  # the first one carries nothing
        self._values["key"] = "anreise"
        self._values["paper"] = "badges"
        self._values["saved_id"] = self._values["template_id"] = self._values["sheet_id"] = 1
        self._values["inviting kind"] = "csv"
        self._values |= {"organisations.file kind": "csv", "upload_id": 0, "session_id": 1}
        self._values["passkey_id"] = 1
        self._values["job_id"] = 1
        self._values["participants number"] = 1
        self._values["view_id"] = self._values["entry_id"] = self._values["report_id"] = 1
        with transaction() as session:
            network = make_network(session, SLUG, brand="#004225")
            picture = logo.read(png())
            make_logo(session, network, picture)
            saved.save(session, network.id, None, "ESF", {"columns": ["last_name"], "free": []})
            funding.save_template(session, network.id, None, FUNDER)
            make_series(session, network, SLUG)
            make_topic(session, SLUG)
            make_region(session, SLUG)
            member = make_organisation(session, SLUG, networks=[network], type="Verein")
            make_contact(session, member, "Erika Beispiel", email="erika@example.org")
            other = make_organisation(session, "muster-2", name="Muster", networks=[network])
            self._values |= {"organisation_id": member.id, "other_id": other.id}
            invited = accounts.create_account(session, "ben@example.org", now=clock.now())
            link = accounts.make_password_link(session, invited, now=clock.now())
            role = grant(session, invited, Role.DOOR, Scope.NETWORK, network.id, now=clock.now())
            give_factors(session, invited, clock.now())
        self._values["networks.logo digest"] = picture.digest
        self._values |= {"material_id": 1, "picture_id": 1, "digest": DIGEST}
        self._values["networks.look digest"] = look_of(node_of(SLUG)).digest
        self._values["accounts token"] = link
        self._values["grant_id"] = role

    def plan(self, **values: Any) -> None:
        """The event, a guest in the room and one online, a device of its door, their mails."""
        with transaction() as session:
            things = {"fields": ALL_FIELDS, "has_online": True, "join_url": "https://raum.example"}
            event = self._event(session, SLUG, **{**things, **values})
            self._event(session, "vorher", dates=YESTERDAY)  # to compare with
            self._event(session, "bestaetigen", confirm_email=True)
            self._event(session, "kurs", dates=COURSE)
            item = make_item(session, event, SLUG, capacity=1)
            self._values |= leave(session, event, item)
            make_item(session, event, "lieder", choice_group="werkstatt")
            make_question(session, event)
            self._values["checkin token"] = create_device(
                session, event.id, "Eingang", now=clock.now()
            )
        self._open_door()
        self._values["sheet_id"] = sign(event_of(SLUG))
        sign_up(event_of("bestaetigen"), "Cleo")
        proving = keyring().open(rows()[-1].secrets_sealed)["manage"]
        self._values |= {f"planning.course{end} slug": "kurs" for end in ("", "_post")}
        self._values |= {f"registration.confirm{end} token": proving for end in ("", "_post")}
        receipt = sign_up(event_of(SLUG), "Erika", items=("lieder",), needs=NEEDS)
        sign_up(event_of(SLUG), "Dan", attendance="online")
        self._values["registration_id"] = rows()[-2].id
        self._remember(event_of(SLUG))
        note_presence(rows()[-1].id, event_of(SLUG).dates[0].id)
        self._values["report_id"] = have_report(event_of(SLUG))
        in_room, online = (keyring().open(row.secrets_sealed) for row in rows()[-2:])
        self._values["code"] = in_room["ticket"]
        self._values["registration token"] = self._values["material token"] = in_room["manage"]
        self._values |= {f"registration.receipt{end} token": receipt for end in ("", "_post")}
        self._values["attendance token"] = online["join"]
        stop = unsubscribing.seal(
            unsubscribing.Subscriber(
                unsubscribing.Topic.MESSAGES, event_of(SLUG).id, rows()[-2].email
            )
        )
        self._values |= {f"unsubscribing.unsubscribe{end} token": stop for end in ("", "_post")}
        self._have_own_feed(rows()[-2])
        self._values |= certify(rows()[-2])
        for end in ("", "_post"):
            self._values[f"registration.address{end} token"] = self._wish_for_address(rows()[-2])
        with transaction() as session:
            partners.add(session, event_of(SLUG), "Stadt", "stadt@example.org", now=clock.now())
            [partner] = list_partners(session.connection(), event_of(SLUG).id)
        self._values["partner_id"], self._values["partner token"] = partner.id, partner.token
        self._place(event_of(SLUG), "Rathaus")
        self._name_organisation()
        self._invite()
        self._write()
        self._wish()
        self._offer()
        self._have_file()
        self._move()

    def _open_door(self) -> None:
        """A door with a link; the event's device is on its way to a home screen."""
        with transaction() as session:
            door, _is_new = pairing.make_door(session, event_of(SLUG), "Saal", now=clock.now())
            device = find_device(session.connection(), self._values["checkin token"])
            assert device
            code = pairing.begin_handover(session, device, now=clock.now())
            record_scans(session, device, Batch([_foreign_scan()]), now=clock.now())
            scan_id = session.scalars(select(Scan.id).order_by(Scan.id.desc())).first()
        self._values |= {"door_id": door, "device_id": device.id, "scan_id": scan_id}
        self._values |= {f"checkin.{each} token": code for each in ("home", "manifest")}

    def _write(self) -> None:
        """A message, a text of the confirmation, both drafts; and an announcement, sent."""
        event_id, now = event_of(SLUG).id, clock.now()
        words = {"de": {"note": "Bitte {name} mitbringen."}}
        text = Content({}, "Neues", "Guten Tag {name}", None, None, None)
        with transaction() as session:
            self._values["message_id"] = create_draft(session, event_id, text, now=now)
            kind = str(self._values["wording kind"])
            wording.save_draft(session, kind, words, seen=0, now=now, event_id=event_id)
            sent = insert(Announcement).values(event_id=event_id, created_at=now, leaves_at=now)
            self._values["announcement_id"] = session.scalar(sent.returning(Announcement.id))

    def _move(self) -> None:
        """All mails have left when the event moves to another house; nobody has been told yet."""
        self._send_mails()
        event, house = event_of(SLUG), "Rathaus am Markt"
        with transaction() as session:
            update_event(session, SLUG, origin=ORIGIN, now=clock.now(), venue_name=house)
            notices.collect(session, event, now=clock.now())

    def _mail_of(self, registration_id: int) -> str:
        """What its first mail is called in addresses."""
        mine = select(OutboxMail.message_id).where(OutboxMail.registration_id == registration_id)
        with reading() as connection:
            return str(connection.execute(mine.order_by(OutboxMail.id)).scalars().first())

    def _offer(self) -> None:
        """Somebody who waited is offered a place."""
        with transaction() as session:
            self._event(session, "angebot", capacity_in_person=0, offer_hours=24)
        sign_up(event_of("angebot"), "Otto")
        set_capacity("angebot", 1)
        token = keyring().open(rows()[-1].secrets_sealed)["manage"]
        self._values |= {f"registration.accept{end} token": token for end in ("", "_post")}

    def _wish_for_address(self, row: Any) -> str:
        """The token that goes to another address of this person."""
        with transaction() as session:
            ask_for_address(session, row, "neu@example.org", now=clock.now())
            found = find_new(session.connection(), row.id)
        assert found is not None
        return found[1]

    def _have_own_feed(self, row: Any) -> None:
        """This person's, with its page."""
        with transaction() as session:
            own_feed.create(session, row.id, now=clock.now())
            found = own_feed.find(session.connection(), row.id)
        assert found is not None
        self._values["feeds.own token"] = found.token
        manage = keyring().open(row.secrets_sealed)["manage"]
        self._values |= {f"feeds.own_calendar{end} token": manage for end in ("", "_post")}

    def _wish(self) -> None:
        """Somebody wants to know when sign-up opens; for another event one can still ask."""
        with transaction() as session:
            self._event(session, "vorgemerkt", status=EventStatus.ANNOUNCED)
            now, address = clock.now(), "wunsch@example.org"
            openings.ask(session, event_of(SLUG), address, language="de", now=now)
            sealed = session.execute(select(OpeningWish.token_sealed)).scalars().all()[-1]
        self._values["reminders token"] = keyring().open(sealed)
        for end in ("", "_post"):
            self._values[f"reminders.notify{end} slug"] = "vorgemerkt"
            self._values[f"reminders.coming{end} token"] = self._values["registration token"]

    def _remember(self, event: EventDefinition) -> None:
        """A saved view of the list, and an act on many; a mail in the outbox."""
        self._values["sent message_id"] = self._mail_of(rows()[-2].id)
        order, now = bulk.Order(bulk.Act.CANCEL), clock.now()
        with transaction() as session:
            views.save(session, event.id, 1, "Alle", {"sort": "name"}, is_shared=True, now=now)
            plan = Plan(left={rows()[-1].id: Left.CANCELLED})
            number = bulk.record(session, event, order, plan, token=SLUG, by=1, now=now)
        self._values["participants number"] = number

    def holds(self, receipt: str, **secrets: str) -> None:
        """From now on the tokens and codes in addresses are those of this registration, also where
        another kind of token is asked for."""
        keys = [key for key in self._values if key == "code" or key.endswith(" token")]
        self._values |= dict.fromkeys(keys, secrets["manage"])
        self._values |= {"code": secrets["ticket"], "attendance token": secrets["join"]}
        self._values |= {f"registration.receipt{end} token": receipt for end in ("", "_post")}

    def change(self, **values: Any) -> None:
        """The event is another after its guests have come."""
        with transaction() as session:
            update_event(session, SLUG, origin=ORIGIN, now=clock.now(), **values)
        self._send_mails()

    def cancel(self) -> None:
        """The guest in the room comes no more."""
        cancel(self._values["registration_id"])
        self._send_mails()

    def grow(self, count: int) -> None:
        """So many more of everything: events, gone ones too, and what hangs on the event."""
        numbers = range(self._grown, self._grown + count)
        self._grown += count
        with transaction() as session:
            network = session.scalars(select(Network).filter_by(slug=SLUG)).one()
            event = session.scalars(select(Event).filter_by(slug=SLUG)).one_or_none()
            for number in numbers:
                make_network(session, parent=network)
                make_topic(session, f"thema-{number}")
                make_region(session, f"region-{number}")
                make_series(session, network, f"reihe-{number}")
                member = make_organisation(session, networks=[network], district=f"Kreis {number}")
                make_contact(session, member, f"Gast {number}")
                make_item(session, self._event(session, f"mehr-{number}"), capacity=3)
                self._event(session, f"gewesen-{number}", dates=YESTERDAY)
                if event:
                    partners.add(session, event_of(SLUG), f"Ort {number}", None, now=clock.now())
                    text = Content({}, f"Nachricht {number}", "Neues", None, None, None)
                    create_draft(session, event.id, text, now=clock.now())
                    make_item(session, event, choice_group="werkstatt", capacity=3)
                    make_question(session, event, f"frage-{number}", position=number + 2)
                    make_material(session, event, title=f"Folien {number}")
        for number in numbers:
            self._have_file()
            sign_up(event_of(f"mehr-{number}"), "Erika", token=f"Erika {number}")
            if event:
                sign_up(event_of(SLUG), f"Gast{number}", needs=NEEDS)
                note_presence(rows()[-1].id, event_of(SLUG).dates[0].id)
                self._name_organisation()
                self._invite_another(number)
                self._come_back(f"gast{number}@example.org")
                self._place(event_of(SLUG), f"Haus {number}")
        self._send_mails()

    def _name_organisation(self) -> None:
        """The last guest says that they belong to the member; its contact says they do not."""
        member = self._values["organisation_id"]
        person = Person("Dan", "Beispiel", "dan@example.org", organisation_id=member)
        with transaction() as session:
            request = SignupRequest(person, attendance="online")
            ask_organisation(session, rows()[-1].id, request, now=clock.now())
            [named, *_others] = naming.list_named(session.connection(), event_of(SLUG).id)
            naming.answer(session, named.id, NamingAnswer.NOT_OURS, now=clock.now())
        self._values |= {"naming_id": named.id}
        for end in ("", "_post"):
            self._values[f"invitations.delegate{end} token"] = named.token

    def _invite(self) -> None:
        """The member has an invitation, and somebody came with it."""
        event, member = event_of(SLUG), self._values["organisation_id"]
        with transaction() as session:
            [invitation_id] = invitations.invite(session, event, [member], now=clock.now())
            code = get_invitee(session.connection(), event, invitation_id).code
        sign_up(event, "Eva", attendance="online", invitation=code)
        self._values |= {"invitation_id": invitation_id, "invitations token": code}
        self._values["invitations.cancel_delegate registration_id"] = rows()[-1].id
        self._values["invitations.cancel_delegate_post registration_id"] = rows()[-1].id
        self._come_back("erika@example.org")  # of a guest, and of the member's contact

    def _invite_another(self, number: int) -> None:
        """One more organisation of the network, invited, with a delegate."""
        event = event_of(SLUG)
        with transaction() as session:
            network = session.scalars(select(Network).filter_by(slug=SLUG)).one()
            member = make_organisation(session, networks=[network], contact_email="x@example.org")
            [made] = invitations.invite(session, event, [member.id], now=clock.now())
            code = get_invitee(session.connection(), event, made).code
        sign_up(event, f"Delegiert{number}", attendance="online", invitation=code)

    def _come_back(self, email: str) -> None:
        """Mails of the event do not reach this address."""
        mark = {"status": "5.2.2", "reported_at": clock.now()}
        with transaction() as session:
            session.add(Undeliverable(event_id=event_of(SLUG).id, email_key=email, **mark))

    def _place(self, pattern: EventDefinition, house: str) -> None:
        """A date like this one in another house."""
        [place], _wrong = checked([Row(2, {"venue_name": house, "starts_on": "11.9.2030"})], {})
        draft = EventStatus.DRAFT
        with transaction() as session:
            make_places(
                session, pattern, [place], status=draft, origin=ORIGIN, by=1, now=clock.now()
            )

    def _event(self, session: Session, slug: str, **values: Any) -> Event:
        network = session.scalars(select(Network).filter_by(slug=SLUG)).one()
        host = make_organisation(session)
        return make_event(
            session,
            slug,
            **{
                "network": network,
                "co_networks": [make_network(session, parent=network)],
                "hosts": [host],
                "topics": [session.scalars(select(Topic).filter_by(slug=SLUG)).one()],
                "region_id": session.scalars(select(Region.id).filter_by(slug=SLUG)).one(),
                "series_id": session.scalars(select(Series.id).filter_by(slug=SLUG)).one(),
                "kind": KIND,
                "capacity_in_person": 100,
                **values,
            },
        )

    def _send_mails(self) -> None:
        deliver_due(FileTransport(self._folder / "var" / "mail"), Pace(lease=45, retry=60))

    def ada(self) -> Visitor:
        """Somebody who may do everything, also what no one role may, logged in, with second
        factors and the password given just now."""
        everything = (Role.OWNER, Role.ASSISTANCE)
        ada = colleague(self.app, "ada", *((each, Scope.INSTALLATION, 0) for each in everything))
        with transaction() as session:
            session.execute(delete(OrganisationUpload))
            network = session.scalars(select(Network.id).filter_by(slug=SLUG)).one()
            by = id_of(session, "ada@example.org")
            self._values["passkey_id"] = give_factors(session, by, clock.now())
            confirm(session, by, clock.now())
            listed = [["Name", "Ort"], ["Muster", "Hier"], ["Neues Amt", ""]]
            for endpoint, outcome in (("columns", None), ("imported", dict(_NO_OUTCOME))):
                upload = OrganisationUpload(
                    account_id=by,
                    network_id=network,
                    file_name="liste.csv",
                    rows_sealed=None if outcome else keyring().seal([1, listed]),
                    columns=["name", "city"],
                    outcome=outcome,
                    created_at=clock.now(),
                )
                session.add(upload)
                session.flush()
                self._values[f"organisations.{endpoint} upload_id"] = upload.id
        self._values["upload_id"] = self._values["organisations.columns upload_id"]
        self._have_file()
        return ada

    def _have_file(self) -> None:
        """A file that a worker made for Ada, once she and the event are there."""
        moment = clock.now()
        wish = Order(Format.CSV, ("last_name",), {}, "de", is_sensitive=False)
        with transaction() as session:
            ada = session.scalars(select(Account.id).filter_by(email="ada@example.org")).first()
            event = session.scalars(select(Event.id).filter_by(slug=SLUG)).first()
            if ada is None or event is None:
                return
            job = exports.order(session, wish, account_id=ada, event_id=event, rows=1, now=moment)
            claimed = exports.claim(session, now=moment)
            assert claimed is not None
            parts = [keyring().seal_bytes(b"Nachname")]
            exports.finish(session, claimed.lease, job, parts, size=8, now=moment)
        self._values["job_id"] = job

    @property
    def door(self) -> dict[str, str]:
        """What the event's device sends along."""
        return {"Authorization": f"Bearer {self._values.get('checkin token', '')}"}

    def address(self, rule: Rule) -> str:
        """Where the route leads to something that is there (before `plan`: perhaps not yet)."""
        built = rule.build({name: self._value(rule, name) for name in rule.arguments})
        assert built is not None
        return built[1]

    def _value(self, rule: Rule, name: str) -> Any:
        if name in (rule.defaults or {}):
            return (rule.defaults or {})[name]
        for key in (f"{rule.endpoint} {name}", f"{blueprint(rule)} {name}", name):
            if key in self._values:
                return self._values[key]
        assert name in ("token", "code"), f"tests/house/full.py knows no {name} for {rule.endpoint}"
        return NOT_YET
