"""What is easy to get wrong in a file: it is refused in one sentence, or means what it says."""

import pytest

from tests.importing.files import ITEM, NOW, QUESTION_A, WHEN, event, everything, load, refused
from tests.registration.test_actions import sign_up
from tests.stored import stored

pytestmark = pytest.mark.usefixtures("app")

ENTRY = "events:\n  - {{slug: treffen, {}}}\n"
FIRST = "{starts_at: 2024-10-10T10:00, ends_at: 2024-10-10T12:00}"
SECOND = "{starts_at: 2024-10-17T10:00, ends_at: 2024-10-17T12:00}"
COURSE = event(*WHEN, dates=f"[{FIRST}, {SECOND}]")
DAYS = event(*WHEN, starts_on="2024-09-12", ends_on="2024-09-13")

STRANGE = [
    ("starts_at", event(starts_at="0001-01-01T00:00"), "must lie between 1900 and 2199"),
    ("starts_on", event(*WHEN, starts_on="9999-12-31"), "must lie between 1900 and 2199"),
    ("capacity.online", event(capacity="{online: ٣}"), "must be a whole number"),
    ("waiting_list", event(waiting_list="[yes]"), "must be true or false"),
    ("description", event(description='"a\\0b"'), "must be text without control characters"),
    ("dial_in", event(dial_in='"1\\a"'), "must be text without control characters"),
    ("contact.email", event(contact='{email: "a\\0@b.example"}'), "must be one line of text"),
    ("join_url", event(join_url='"https://b.example/\\0"'), "must be one line of text"),
]


@pytest.mark.parametrize(("path", "text", "message"), STRANGE)
def test_strange_values_are_refused(path: str, text: str, message: str) -> None:
    [problem] = [each for each in refused(text) if each.path == f"events[0].{path}"]
    assert message in problem.message
    assert path.partition(".")[0] in text.splitlines()[problem.line - 1]


@pytest.mark.parametrize("ends_at", ["2027-03-28T02:30", "2027-10-31T02:30"])
def test_times_within_the_change_of_clocks_are_refused(ends_at: str) -> None:
    [problem] = refused(event(ends_at=ends_at))
    assert problem.path == "events[0].ends_at"
    assert ("does not exist" in problem.message) is ends_at.startswith("2027-03")


def test_what_no_file_may_hold_is_named_with_its_line() -> None:
    [problem] = refused("topics:\n  - {slug: a, name: A\0}\n")
    assert str(problem) == "line 2: not YAML: special characters are not allowed"


def test_an_event_without_any_time_is_refused() -> None:
    [problem] = refused(event(*WHEN, dates="[]"))
    assert problem.message.endswith("needs `starts_at` and `ends_at`, or `starts_on`")


@pytest.mark.parametrize(
    ("before", "keys"),
    [(event(), "starts_at: null"), (event(), "starts_at: null, ends_at: null"),
     (event(), "starts_at: null, dates: []"), (DAYS, "ends_on: null")],
)  # fmt: skip
def test_a_stored_time_cannot_be_emptied(before: str, keys: str) -> None:
    load(before)
    kept = everything()
    assert {each.message for each in refused(ENTRY.format(keys))} == {
        "cannot be empty: give another time or, with the time open, a day"
    }
    assert everything() == kept


def test_one_date_of_a_course_called_off_alone() -> None:
    off = SECOND.replace("}", ", cancelled: yes}")
    load(event(*WHEN, dates=f"[{FIRST}, {off}]"))
    assert [each.is_off for each in stored().dates] == [False, True]
    load(event(*WHEN, dates=f"[{FIRST}, {SECOND}]"))
    assert [each.is_off for each in stored().dates] == [False, True], "what is not named stays"
    [problem] = refused(event(*WHEN, dates=f"[{off}]"))
    assert problem.message == "no date is left: give `status: cancelled` instead"


@pytest.mark.parametrize(
    "keys", ["starts_on: 2024-10-10", "starts_on: 2024-10-10, ends_on: null", f"dates: [{FIRST}]"]
)
def test_deadlines_are_compared_with_the_new_day(keys: str) -> None:
    load(event())
    load(ENTRY.format(f"{keys}, assistance: {{deadline: 2024-10-01}}"))
    assert stored().first_day.isoformat() == "2024-10-10"
    [problem] = refused(ENTRY.format(f"{keys}, assistance: {{deadline: 2024-10-11}}"))
    assert problem.path == "events[0].assistance.deadline"


@pytest.mark.parametrize(
    "keys", ["starts_at: 2024-10-11T10:00", "ends_at: 2024-10-18T12:00", "starts_on: 2024-10-11"]
)
def test_a_course_moves_only_with_all_its_dates(keys: str) -> None:
    load(COURSE)
    [problem] = refused(ENTRY.format(keys))
    assert problem.message == "the event has several dates: give all `dates`"
    load(ENTRY.format("title: Anders, starts_at: 2024-10-10T10:00"))
    assert [len(stored().dates), stored().title, stored().sequence] == [2, "Anders", 0]
    load(ENTRY.format(f"dates: [{SECOND}]"))
    [date] = stored().dates
    assert (date.starts_at, date.ends_at) == (stored().starts_at, stored().ends_at)


def test_no_date_goes_that_people_are_registered_for() -> None:
    """It can move: it keeps its place in the list, and with it its entry in their calendars."""
    third = "{starts_at: 2024-10-24T10:00, ends_at: 2024-10-24T12:00}"
    load(COURSE)
    sign_up(stored(), now=NOW)
    load(event(*WHEN, dates=f"[{FIRST}, {third}]"))
    load(event(*WHEN, dates=f"[{FIRST}, {SECOND}, {third}]"))
    for dates in (f"[{FIRST}, {SECOND}]", "[]"):
        [problem] = refused(event(*(WHEN if dates != "[]" else ()), dates=dates))
        assert problem.path == "events[0].dates"
        assert problem.message == "people are registered for 3 dates: leave none of them out"


def test_nothing_turns_into_a_milestone_that_takes_guests() -> None:
    load(event())
    [problem] = refused(ENTRY.format("kind: milestone"))
    assert (problem.path, "attendance: []" in problem.message) == ("events[0].kind", True)
    load(ENTRY.format("kind: milestone, attendance: []"))
    assert stored().attendances == ()


def test_a_section_left_blank_is_as_if_never_given() -> None:
    load(event(registration="{audience: members, closes_at: 2024-09-10T12:00, approval: yes}"))
    load(ENTRY.format("registration: null"))
    after = stored()
    assert (after.audience, after.registration_closes_at, after.approval) == ("public", None, False)


def test_one_mistake_is_not_reported_twice() -> None:
    question = f"[{{{QUESTION_A}, type: text, only_for: online}}]"
    programme = f"[{{slug: a, title: A, {ITEM}}}]"
    text = event(attendance="[onlin]", starts_at="13:30", questions=question, programme=programme)
    assert [each.path for each in refused(text)] == [
        "events[0].attendance[0]",
        "events[0].starts_at",
    ]
