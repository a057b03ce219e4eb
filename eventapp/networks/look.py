"""A network's colours: whether they can be read, how they are in the dark, and their style sheet.

Contrast is that of WCAG 2.2 (relative luminance). Pure.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from eventapp.networks.inherited import Colours, Inherited, Logo

HOUSE = Colours(brand="#1d2a5e", copper="#8a4518", copper_line="#b8743f")
_HOUSE_IN_THE_DARK = Colours(brand="#2b3a78", copper="#e5ac7e", copper_line="#b8743f")

WHITE, PAPER, SAND = "#ffffff", "#fbfaf7", "#f4f0e8"
_DARK_PAPER, _DARK_DATE = "#15151a", "#2d2c33"  # the darkest ground there, and the lightest


@dataclass(frozen=True)
class Demand:
    """What a colour has to keep: at least so much contrast to that ground."""

    ground: str
    least: float


DEMANDS = {
    "brand": Demand(WHITE, 7),
    "copper": Demand(SAND, 4.5),
    "copper_line": Demand(SAND, 3),
}
# In the dark the brand has to stand off the page and still carry white; what is copper is read.
_IN_THE_DARK = {
    "brand": Demand(_DARK_PAPER, 1.7),
    "copper": Demand(_DARK_DATE, 5.5),
    "copper_line": Demand(_DARK_DATE, 3),
}


class Shown(Protocol):
    @property
    def inherited(self) -> Inherited: ...


@dataclass(frozen=True)
class Look:
    """How a network's pages look. `digest` names their style sheet; empty: there is none."""

    css: str
    digest: str
    brand: str
    brand_in_the_dark: str
    logo: Logo | None


def look_of(network: Shown | None) -> Look:
    """The look of this network's pages; None: the house's."""
    if network is None:
        return _look(Colours(), None)
    return _look(network.inherited.colours, network.inherited.logo)


@lru_cache(maxsize=500)
def _look(colours: Colours, logo: Logo | None) -> Look:
    light, dark = full(colours), in_the_dark(colours)
    css = style_sheet(light, dark) if colours != Colours() else ""
    return Look(
        css=css,
        digest=sha256(css.encode()).hexdigest()[:16] if css else "",
        brand=light["brand"],
        brand_in_the_dark=dark["brand"],
        logo=logo,
    )


def full(colours: Colours) -> dict[str, str]:
    """Every colour, the house's where there is none."""
    return {name: getattr(colours, name) or getattr(HOUSE, name) for name in DEMANDS}


def in_the_dark(colours: Colours) -> dict[str, str]:
    """As `full`, mixed with just so much white that they can be seen on dark pages."""
    return {
        name: _lightened(own, _IN_THE_DARK[name])
        if (own := getattr(colours, name))
        else getattr(_HOUSE_IN_THE_DARK, name)
        for name in DEMANDS
    }


def style_sheet(light: dict[str, str], dark: dict[str, str]) -> str:
    """Sets the house's own names; on paper the light ones hold, whatever the device prefers."""
    device = "@media screen and (prefers-color-scheme: dark)"
    return f"{_root(light)}{device} {{\n{_root(dark)}}}\n"


def _root(colours: dict[str, str]) -> str:
    lines = (f"  --{name.replace('_', '-')}: {value};\n" for name, value in colours.items())
    return f":root {{\n{''.join(lines)}}}\n"


def parse(text: str) -> str | None:
    """`1D2A5E` or `#1d2a5e` as `#1d2a5e`; None where it is no colour."""
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", text.strip())
    return f"#{found[1].lower()}" if found else None


def contrast(one: str, other: str) -> float:
    """Between 1 and 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lacks(name: str, colour: str) -> float | None:
    """The contrast measured where it is not enough, cut (not rounded) to one digit."""
    demand = DEMANDS[name]
    found = contrast(colour, demand.ground)
    return int(found * 10) / 10 if found < demand.least else None


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _lightened(colour: str, demand: Demand) -> str:
    steps = (_mixed(colour, n / 50) for n in range(51))
    return next(each for each in steps if contrast(each, demand.ground) >= demand.least)


def _mixed(colour: str, white: float) -> str:
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)
