"""Event and what belongs to it: series, dates, programme, topics, region, hosts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Kind(StrEnum):
    ANNUAL_MEETING = "annual_meeting"
    NETWORK_CONFERENCE = "network_conference"
    NETWORK_MEETING = "network_meeting"
    SPECIALIST_CONFERENCE = "specialist_conference"
    ONLINE_SEMINAR = "online_seminar"
    TRAINING = "training"
    PARTICIPATION = "participation"
    MILESTONE = "milestone"


class EventStatus(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"


class AskComing(StrEnum):
    """Who is asked a day before whether they still come."""

    IN_PERSON = "in_person"
    ALL = "all"


class WalkIns(StrEnum):
    """Whom a door may register on the spot."""

    WHILE_FREE = "while_free"
    BEYOND = "beyond"  # also past the last place, where whoever stands at the door decides so


class Audience(StrEnum):
    PUBLIC = "public"
    MEMBERS = "members"
    INVITED = "invited"


class HostPart(StrEnum):
    """What a host does for an event."""

    ORGANISER = "organiser"
    COORDINATION = "coordination"
    FUNDING = "funding"
    LOGO_ONLY = "logo_only"


class Topic(Base):
    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)


class Region(Base):
    __tablename__ = "region"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)


class Series(Base):
    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    description: Mapped[str] = mapped_column(Text, default="")


class Event(Base):
    """One event. Either both instants are known, or only the dates ("time open")."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            "(starts_at IS NOT NULL AND ends_at IS NOT NULL AND ends_at > starts_at"
            " AND starts_on IS NULL AND ends_on IS NULL)"
            " OR (starts_at IS NULL AND ends_at IS NULL"
            " AND starts_on IS NOT NULL AND ends_on IS NOT NULL AND ends_on >= starts_on)",
            name="when",
        ),
        CheckConstraint("capacity_in_person >= 0", name="capacity_in_person"),
        CheckConstraint("capacity_online >= 0", name="capacity_online"),
        Index("ix_event_listing", "status", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)

    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    first_day: Mapped[date]  # in Berlin; lists and windows order by these two
    last_day: Mapped[date]

    has_in_person: Mapped[bool]
    has_online: Mapped[bool]
    capacity_in_person: Mapped[int | None]
    capacity_online: Mapped[int | None]
    waiting_list: Mapped[bool] = mapped_column(default=True)

    venue_name: Mapped[str | None] = mapped_column(Text)
    venue_street: Mapped[str | None] = mapped_column(Text)
    venue_postal_code: Mapped[str | None] = mapped_column(Text)
    venue_city: Mapped[str | None] = mapped_column(Text)
    venue_accessibility: Mapped[list[str]] = mapped_column(JSON, default=list)
    join_url: Mapped[str | None] = mapped_column(Text)
    dial_in: Mapped[str | None] = mapped_column(Text)
    meeting_system: Mapped[str] = mapped_column(Text, default="plain", server_default="plain")
    door_minutes: Mapped[int | None]  # before each date; None: the network's, see `definition`
    join_notes: Mapped[str | None] = mapped_column(Text)  # what to prepare for the online room
    test_url: Mapped[str | None] = mapped_column(Text)  # where one's own technology is tried
    contact_name: Mapped[str | None] = mapped_column(Text)
    contact_email: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    assistance_deadline: Mapped[date | None]
    assistance_contact: Mapped[str | None] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    host_note: Mapped[str | None] = mapped_column(Text)  # one sentence of who hosts it on the spot

    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    earlier_closes_at: Mapped[datetime | None]  # the deadline that closing early put aside
    audience: Mapped[str] = mapped_column(Text, default=Audience.PUBLIC)
    delegates_per_organisation: Mapped[int | None]
    release_unused_on: Mapped[date | None]
    offer_hours: Mapped[int | None]  # a freed place is offered so long; None: given at once
    confirm_email: Mapped[bool] = mapped_column(default=False)
    ask_coming: Mapped[str | None] = mapped_column(Text)  # an `AskComing`; None asks nobody
    walk_ins: Mapped[str | None] = mapped_column(Text)  # a `WalkIns`; None: nobody
    approval: Mapped[bool] = mapped_column(default=False)
    names_at_door: Mapped[bool] = mapped_column(default=False)  # whether scanners show who it is

    # An `AttendanceRule`; None: who was there at all took part.
    attendance_rule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    # Whether who has taken part by that rule gets a certificate.
    gives_certificates: Mapped[bool] = mapped_column(default=False, server_default=false())

    # What was announced before, for search engines: earlier starts in ISO 8601, oldest first.
    previous_starts: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    was_in_person: Mapped[bool] = mapped_column(default=False, server_default=false())

    organizer_name: Mapped[str | None] = mapped_column(Text)  # frozen at first publication
    organizer_email: Mapped[str | None] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    revised_at: Mapped[datetime]
    created_at: Mapped[datetime]


class EventDate(Base):
    """One date of an event with its own calendar UID; a course has several."""

    __tablename__ = "event_date"
    __table_args__ = (UniqueConstraint("event_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    uid: Mapped[str] = mapped_column(Text, unique=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    moved_at: Mapped[datetime | None]  # since when it is at this time
    # Called off alone, while the event takes place at its other dates.
    is_off: Mapped[bool] = mapped_column(default=False, server_default=false())


class ProgrammeItem(Base):
    """A part of the programme; with a capacity or a choice group it is chosen at sign-up."""

    __tablename__ = "programme_item"
    __table_args__ = (
        UniqueConstraint("event_id", "slug"),
        CheckConstraint("ends_at > starts_at", name="when"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    slug: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str | None] = mapped_column(Text)
    speakers: Mapped[list[str]] = mapped_column(JSON, default=list)
    capacity: Mapped[int | None]
    choice_group: Mapped[str | None] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")


class Question(Base):
    """What the organiser also asks at sign-up."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    required: Mapped[bool] = mapped_column(default=False)
    sensitive: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str] = mapped_column(Text)
    delete_after_days: Mapped[int]
    only_for: Mapped[str | None] = mapped_column(Text)
    only_if: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class EventTopic(Base):
    __tablename__ = "event_topic"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)


class EventHost(Base):
    """An organisation that hosts the event beside its network."""

    __tablename__ = "event_host"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
    position: Mapped[int]
    part: Mapped[str] = mapped_column(Text, default=HostPart.ORGANISER)


class EventCoNetwork(Base):
    """A network that co-hosts the event: it stands in that network's feed too."""

    __tablename__ = "event_co_network"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(Text, default=HostPart.ORGANISER)
