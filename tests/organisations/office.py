"""Two sister networks with an organisation each, one in both, and who looks at them."""

from flask import Flask
from sqlalchemy import func, select

from eventapp.base import Base
from eventapp.db import reading, transaction
from eventapp.networks.models import Contact, Organisation, Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Granted
from eventapp.organisations.queries import find, reach_of
from eventapp.organisations.rules import Registered
from tests.factories import make_contact, make_network, make_organisation
from tests.visitors import Visitor, colleague

LIST = "/organise/organisations/"


class Register:
    """Ada organises the network "Nord", Cleo "Süd"; "Beide" is a member of both."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with transaction() as session:
            north = make_network(session, "nord", name="Nord")
            south = make_network(session, "sued", name="Süd")
            self.north, self.south = north.id, south.id
            mine = make_organisation(
                session, "mein", name="Übersee-Verein", networks=[north], city="Kiel", type="Verein"
            )
            make_contact(session, mine, "Petra Berg", email="berg@uebersee.example")
            self.mine = mine.id
            self.both = make_organisation(
                session,
                "beide",
                name="Beide",
                networks=[north, south],
                district="Mitte",
                type="Verein",
            ).id
            self.theirs = make_organisation(
                session, "fremd", name="Südliches Geheimnis", networks=[south], type="Geheimbund"
            ).id
            self.nobodys = make_organisation(session, "niemand", name="Ohne Netz").id

    def somebody(self, role: Role, name: str = "ben") -> Visitor:
        return colleague(self.app, name, (role, Scope.NETWORK, self.north))

    def ada(self) -> Visitor:
        return self.somebody(Role.ORGANISER, "ada")

    def cleo(self) -> Visitor:
        return colleague(self.app, "cleo", (Role.ORGANISER, Scope.NETWORK, self.south))

    def owner(self) -> Visitor:
        return colleague(self.app, "olga", (Role.OWNER, Scope.INSTALLATION, 0))

    def stored(self, organisation_id: int) -> Registered | None:
        """As somebody sees it who sees everything."""
        with reading() as connection:
            everything = [Granted(Role.OWNER, Scope.INSTALLATION, 0)]
            return find(connection, reach_of(everything, get_tree(connection)), organisation_id)


def address(organisation_id: int, rest: str = "") -> str:
    return f"{LIST}{organisation_id}{rest}"


def count(model: type[Base] = Organisation) -> int:
    with reading() as connection:
        return int(connection.execute(select(func.count()).select_from(model)).scalar_one())


def id_of(name: str) -> int:
    with reading() as connection:
        named = select(Organisation.id).where(Organisation.name == name)
        return int(connection.execute(named).scalar_one())


def contacts() -> int:
    return count(Contact)
