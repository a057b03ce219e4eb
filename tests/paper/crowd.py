"""People as paper shows them, with names that are hard to set, each with codes of their own."""

import base64
import secrets

from eventapp.paper.queries import Printed

LONG = "Wolfeschlegelsteinhausen-Bergerdorffschwarzenbergmeierhausen"  # 60 letters
NAMES = (
    ("", "Zoë", "Müller-Lüdenscheidt"),
    ("", "Şükrü", "Öğün"),
    ("", "Nguyễn Thị", "Ánh"),
    ("Prof. Dr.", "Anna Maria", LONG),
    ("", "Kim", "Li"),
    ("Dr.", "Maximiliane Katharina", "Leutheusser-Schnarrenberger"),
    ("", "Karl-Theodor", "Freiherr von und zu Guttenberg"),
    ("", "Олена", "Київська"),
    ("", "יעל", "כהן"),
    ("", "Ana", "de la Cruz Hernández"),
)
ORGANISATIONS = (
    "Bündnis der Städtenetze",
    "",
    "Landkreis Sächsische Schweiz-Osterzgebirge, Stabsstelle für Bürgerbeteiligung und Ehrenamt",
    "Verein „Miteinander“ e. V.",
)


def person(number: int = 0, **values: object) -> Printed:
    title, first, last = NAMES[number % len(NAMES)]
    usual: dict[str, object] = {
        "id": number + 1,
        "title": title,
        "first_name": first,
        "last_name": last,
        "organisation": ORGANISATIONS[number % len(ORGANISATIONS)],
        "role": "Leitung",
        "email": f"gast{number}@example.org",
        "items": ("Werkstatt A",) if number % 2 else (),
        "item_ids": (),
        "ticket": base64.b32encode(secrets.token_bytes(16)).decode().rstrip("="),
        "short_code": f"K7M4-{number:04}",
        "wants_no_photo": number % 3 == 0,
        "is_nameless": False,
    }
    return Printed(**{**usual, **values})  # type: ignore[arg-type]  # values are as given


def crowd(count: int) -> list[Printed]:
    return [person(number) for number in range(count)]
