"""Long German words in headings: where they may break, and how large they fit.

Browsers hyphenate German only where they have its dictionary, which many lack; then they break a
word anywhere. So the joints of the words that titles are made of are marked with soft hyphens.
"""

import re

SHY = "\N{SOFT HYPHEN}"
LONG, LONGEST = 18, 23  # letters that fit a line of a narrow phone: as large as ever, and smaller
_FEWEST = 5  # letters on either side of a break
_JOINTS = (
    *("akademie", "arbeit", "ausschuss", "austausch", "auszeichnung", "beratung", "berichte"),
    "bescheinigung",
    *("beteiligung", "bildung", "bündnis", "bürger", "ehrenamt", "eröffnung", "engagement"),
    *("fachtag", "förderung", "fortbildung", "forum", "freiwillig", "gemeinschaft", "gespräch"),
    *("gesellschaft", "gruppe", "initiative", "jugend", "kommission", "kompetenz", "konferenz"),
    *("kongress", "koordin", "landkreis", "management", "messe", "mitglieder", "nachmittag"),
    *(
        "netzwerk",
        "organisation",
        "planung",
        "preis",
        "qualifizierung",
        "rahmen",
        "schaftlich",
        "schulung",
    ),
    *("seminar", "sitzung", "sprech", "staats", "stammtisch", "strategie", "stiftung", "tagung"),
    *("treffen", "veranstaltung", "verband", "verein", "versammlung", "vernetzung", "vorstand"),
    *("werkstatt", "wettbewerb", "woche", "zentrum"),
)
_WORD = re.compile(r"\w{15,}")
_JOINT = re.compile(
    rf"(?<=\w{{{_FEWEST}}})(?=(?:{'|'.join(_JOINTS)}))(?=\w{{{_FEWEST}}})", re.IGNORECASE
)
_PIECES = re.compile(rf"[\s{SHY}/–-]+")


def breakable(text: str) -> str:
    """The text with soft hyphens between the parts of its long words."""
    return _WORD.sub(lambda word: _JOINT.sub(SHY, word[0]), text)


def title_size(text: str) -> str:
    """The class of a heading whose longest piece would not fit at full size."""
    longest = max(map(len, _PIECES.split(breakable(text))), default=0)
    return "h1--longest" if longest > LONGEST else "h1--long" if longest > LONG else ""
