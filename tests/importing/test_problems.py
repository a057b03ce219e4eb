"""Every problem is reported with its place, all of them at once, and then nothing is written."""

import pytest
from sqlalchemy import func, select

from eventapp.db import reading
from eventapp.importing.source import Problem
from eventapp.networks.models import Network
from tests.importing.files import (
    ITEM,
    NETWORK,
    QUESTION_A,
    QUESTION_B,
    WHEN,
    event,
    everything,
    refused,
)

pytestmark = pytest.mark.usefixtures("app")

NEXT_DAY = "starts_at: 2024-09-12T10:00, ends_at: 2024-09-12T11:00"


def reminded(*steps: str) -> str:
    return event(reminders=f"[{', '.join(f'{{unit: days, {step}}}' for step in steps)}]")


def ruled(rule: str) -> str:
    return event(attendance_rule=f"{{{rule}}}")


CASES = [
    # shape
    (event(titel="Treffen"), "events[0].titel", "unknown key; known are slug, title"),
    (event(venue="{town: Mainz}"), "events[0].venue.town", "unknown key"),
    (event(slug="Treffen_1"), "events[0].slug", "must be small letters"),
    (event(slug="a" * 81), "events[0].slug", "at most 80"),
    (event("slug"), "events[0].slug", "is missing"),
    (event(title=""), "events[0].title", "should be a valid string"),
    (event(title='"A\\nB"'), "events[0].title", "must be one line of text"),
    (event(kind="party"), "events[0].kind", "should be 'annual_meeting', 'network_conference'"),
    (event(status="done"), "events[0].status", "should be 'draft'"),
    (event(waiting_list="maybe"), "events[0].waiting_list", "must be true or false"),
    (event(capacity="{online: many}"), "events[0].capacity.online", "must be a whole number"),
    (event(capacity="{online: -1}"), "events[0].capacity.online", "must be a whole number"),
    (event(join_url="konferenz"), "events[0].join_url", "must begin with https://"),
    (event(door_minutes="1441"), "events[0].door_minutes", "must be at most 1440"),
    (
        NETWORK.replace("name: Netz", "name: Netz, door_minutes: 1441"),
        "networks[0].door_minutes",
        "must be at most 1440",
    ),
    (reminded("amount: 61, group: online"), "events[0].reminders[0].amount", "from 1 to 60 days"),
    (reminded("amount: 1, group: absent"), "events[0].reminders[0].group", "after the end only"),
    (reminded("amount: 1, group: everybody"), "events[0].reminders[0].group", "should be"),
    (
        event(attendance="[online]", reminders="[{amount: 1, unit: days, group: in_person}]"),
        "events[0].reminders[0].group",
        "the event is not in_person",
    ),
    (
        reminded("amount: 1, group: online, text_en: Hi"),
        "events[0].reminders[0].text_en",
        "needs `text` too",
    ),
    (
        reminded("amount: 1, group: online", "amount: 1, group: online"),
        "events[0].reminders[1]",
        "stands there twice",
    ),
    (ruled("least_dates: 2"), "events[0].attendance_rule.least_dates", "the event has 1 dates"),
    (ruled("least_percent: 101"), "events[0].attendance_rule.least_percent", "from 1 to 100"),
    (
        ruled("least_percent: 80, least_minutes: 60"),
        "events[0].attendance_rule.least_minutes",
        "give minutes or per cent",
    ),
    (ruled("items: [a]"), "events[0].attendance_rule.items[0]", "“a” is not in the programme"),
    (event(contact="{email: post}"), "events[0].contact.email", "must be an e-mail address"),
    (event(fields="[shoe_size]"), "events[0].fields[0]", "should be 'salutation'"),
    (event(hosts="verein"), "events[0].hosts", "should be a valid list"),
    # times
    (event(starts_at="2024-09-11 13:30"), "events[0].starts_at", "like 2024-09-11T13:30"),
    (event(starts_at="2024-09-11T13:30+02:00"), "events[0].starts_at", "without offset"),
    (event(starts_at="2024-09-31T13:30"), "events[0].starts_at", "no such day or time"),
    (event(starts_at="2024-03-31T02:30"), "events[0].starts_at", "does not exist"),
    (event(ends_at="2024-10-27T02:30"), "events[0].ends_at", "happens twice"),
    (event(*WHEN, starts_on="11.09.2024"), "events[0].starts_on", "a day like 2024-09-11"),
    (event(*WHEN), "events[0]", "needs `starts_at` and `ends_at`, or `starts_on`"),
    (event("ends_at"), "events[0].starts_at", "needs `ends_at` too"),
    (event("starts_at"), "events[0].ends_at", "needs `starts_at` too"),
    (event(ends_at="2024-09-11T13:30"), "events[0].ends_at", "must be after `starts_at`"),
    (event(ends_on="2024-09-12"), "events[0].starts_at", "give either times or"),
    (
        event(*WHEN, starts_on="2024-09-12", ends_on="2024-09-11"),
        "events[0].ends_on",
        "must be after `starts_on`",
    ),
    (
        event(*WHEN, dates="[{starts_at: 2024-09-11T10:00, ends_at: 2024-09-11T09:00}]"),
        "events[0].dates[0].ends_at",
        "must be after `starts_at`",
    ),
    (
        event(dates="[{starts_at: 2024-09-12T10:00, ends_at: 2024-09-12T12:00}]"),
        "events[0].starts_at",
        "must be the start of the first of the `dates`",
    ),
    # references
    (event(network="netzz"), "events[0].network", "“netzz” is unknown"),
    (event(hosts="[verein]"), "events[0].hosts[0]", "“verein” is unknown"),
    (event(co_networks="[netz, netz]"), "events[0].co_networks[1]", "“netz” is named twice"),
    (event(series="reihe"), "events[0].series", "“reihe” is unknown"),
    (event(topics="[thema]"), "events[0].topics[0]", "“thema” is unknown"),
    (event(region="ort"), "events[0].region", "“ort” is unknown"),
    (event("kind"), "events[0]", "is new and needs `kind`"),
    # attendance
    (event("attendance"), "events[0]", "needs `attendance`"),
    (event(attendance="[]"), "events[0].attendance", "needs `attendance`"),
    (event(attendance="[online, online]"), "events[0].attendance", "“online” is named twice"),
    (
        event(attendance="[online]", capacity="{in_person: 3}"),
        "events[0].capacity.in_person",
        "the event is not in_person",
    ),
    (
        event(attendance="[in_person]", join_url="https://raum.example/"),
        "events[0].join_url",
        "the event is not online",
    ),
    (event(kind="milestone"), "events[0].attendance", "a milestone has no registration"),
    # registration
    (
        event(registration="{opens_at: 2024-09-02T08:00, closes_at: 2024-09-01T08:00}"),
        "events[0].registration.closes_at",
        "must be after `opens_at`",
    ),
    (
        event(registration="{closes_at: 2024-09-12T08:00}"),
        "events[0].registration.closes_at",
        "is after the event ends",
    ),
    (
        event(registration="{release_unused_on: 2024-09-12}"),
        "events[0].registration.release_unused_on",
        "is after the event begins",
    ),
    (
        event(registration="{offer_hours: 0}"),
        "events[0].registration.offer_hours",
        "must be from 1 to 720",
    ),
    (
        event(registration="{delegates_per_organisation: 0}"),
        "events[0].registration.delegates_per_organisation",
        "must be at least 1",
    ),
    (
        event(assistance="{deadline: 2024-09-12}"),
        "events[0].assistance.deadline",
        "is after the event begins",
    ),
    # programme
    (
        event(programme=f"[{{slug: a, title: A, {ITEM}}}, {{slug: a, title: B, {ITEM}}}]"),
        "events[0].programme[1]",
        "“a” stands there twice",
    ),
    (
        event(programme=f"[{{slug: a, title: A, {ITEM}, choice: gruppe}}]"),
        "events[0].programme[0].choice",
        "nothing else belongs to “gruppe”",
    ),
    (
        event(programme=f"[{{slug: a, title: A, {NEXT_DAY}}}]"),
        "events[0].programme[0].starts_at",
        "is not on a day of the event",
    ),
    # questions
    (
        event(questions="[{key: a, label: A, type: text, purpose: P}]"),
        "events[0].questions[0].delete_after_days",
        "is missing",
    ),
    (
        event(questions="[{key: a, label: A, type: text, delete_after_days: 30}]"),
        "events[0].questions[0].purpose",
        "is missing",
    ),
    (
        event(questions=f"[{{{QUESTION_A}, type: choice, options: [eine]}}]"),
        "events[0].questions[0]",
        "a question of type choice needs two options",
    ),
    (
        event(questions=f"[{{{QUESTION_A}, type: text, options: [eine]}}]"),
        "events[0].questions[0].options",
        "a question of type text has no options",
    ),
    (
        event(questions=f"[{{{QUESTION_A}, type: text}}, {{{QUESTION_A}, type: text}}]"),
        "events[0].questions[1]",
        "“a” stands there twice",
    ),
    (
        event(
            attendance="[in_person]",
            questions=f"[{{{QUESTION_A}, type: text, only_for: online}}]",
        ),
        "events[0].questions[0].only_for",
        "the event is not online",
    ),
    (
        event(questions=f"[{{{QUESTION_A}, type: text, only_if: {{question: b, is: x}}}}]"),
        "events[0].questions[0].only_if.question",
        "“b” is not asked before",
    ),
    (
        event(
            questions=f"[{{{QUESTION_A}, type: yes_no}},"
            f" {{{QUESTION_B}, type: text, only_if: {{question: a, is: ja}}}}]"
        ),
        "events[0].questions[1].only_if.is",
        "must be an answer to “a”: one of yes, no",
    ),
    # other sections
    ("orte:\n  - {slug: a}\n", "orte", "unknown key; known are networks"),
    ("networks:\n  slug: netz\n", "networks", "must be a list"),
    ("networks:\n  - netz\n", "networks[0]", "must be an entry"),
    ("networks:\n  - {slug: netz}\n", "networks[0]", "is new and needs `name`"),
    (f"{NETWORK}  - {{slug: netz, name: B}}\n", "networks[1].slug", "stands already in line 2"),
    (
        "networks:\n  - {slug: a, name: A, parent: b}\n  - {slug: b, name: B, parent: a}\n",
        "networks[1].parent",
        "“b” would be its own ancestor",
    ),
    (
        "networks:\n  - {slug: a, name: A, lead_organisation: b}\n",
        "networks[0].lead_organisation",
        "“b” is unknown",
    ),
    (
        "organisations:\n  - {slug: a, name: A, type: verein, networks: [n]}\n",
        "organisations[0].networks[0]",
        "“n” is unknown",
    ),
    ("regions:\n  - {slug: a, name: A, parent: a}\n", "regions[0].parent", "its own ancestor"),
    ("topics:\n  - {slug: a, slug: b, name: A}\n", "topics[0].slug", "given twice, also in line 2"),
    ("topics:\n  - &a {slug: a, name: A}\n  - *a\n", "topics[1]", "anchors and aliases"),
    ("- topics\n", "", "must be sections"),
    ("topics: [\n", "", "not YAML"),
]


def test_every_problem_is_named_with_its_place() -> None:
    """In one database: what is refused leaves no trace."""
    missed = [
        (path, message, found)
        for text, path, message in CASES
        if not _is_named(found := refused(text), text, path, message)
    ]
    assert not missed


def _is_named(found: list[Problem], text: str, path: str, message: str) -> bool:
    """Whether the problem is among them, on the line that holds the last key of its path."""
    key = path.rpartition(".")[2]
    has_line = bool(key) and not key.endswith("]") and message != "is missing"
    lines = text.splitlines()
    return any(
        problem.path == path
        and message in problem.message
        and (not has_line or key in lines[problem.line - 1])
        for problem in found
    )


def test_all_problems_are_reported_and_nothing_is_written() -> None:
    before = everything()
    text = event(kind="party", join_url="raum", ends_at="2024-09-11T13:00", hosts="[niemand]")
    kind, *others = (str(problem) for problem in refused(text))
    assert kind.startswith("line 6: events[0].kind: should be 'annual_meeting'")
    assert others == [
        "line 11: events[0].ends_at: must be after `starts_at`",
        "line 12: events[0].join_url: must begin with https:// or http://",
        "line 13: events[0].hosts[0]: “niemand” is unknown",
    ]
    assert everything() == before


def test_one_wrong_entry_keeps_the_right_ones_out() -> None:
    refused(event() + "series:\n  - {slug: reihe, title: Reihe, network: nirgends}\n")
    with reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Network)) == 0
