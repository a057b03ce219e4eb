"""What else happens on a day: the check before a date is settled, and whose holidays count."""

from flask import redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.networks.access import asks, my_grants
from eventapp.networks.actions import put_network
from eventapp.networks.lands import LANDS
from eventapp.networks.queries import NetworkNode, get_tree, list_networks_where
from eventapp.networks.rules import Permission
from eventapp.networks.tree_routes import get_network
from eventapp.planning.checking import Checked, check
from eventapp.planning.collision_forms import CheckForm, LandForm
from eventapp.planning.routes import collisions
from eventapp.planning.topics import slugs_of

Answer = str | tuple[str, int] | Response


@collisions.get("/")
@asks(Permission.EVENTS_EDIT)
def check_day() -> Answer:
    """The form, and below it what is found; the planning forms fetch that part by themselves."""
    event = _asked_event()
    form = CheckForm(request.args, networks=_networks(event))
    checked = None
    if "starts_on" in request.args and form.validate():
        checked = _found(form, event)
    errors = form.problems()
    page = render_console(
        "planning/check.html", tab="events", form=form, checked=checked, errors=errors
    )
    return (page, 422) if errors else page


def _found(form: CheckForm, event: EventDefinition | None) -> Checked:
    span = form.span()
    return check(
        form.networks[str(form.network.data)],
        [span] if span else [],
        kind=form.kind.data or "",
        topics=_topics(event),
        but=event.id if event else None,
    )


def _topics(event: EventDefinition | None) -> frozenset[str]:
    """Those ticked in the form that asks; where it says nothing of topics, the event's."""
    if "topics" not in request.args:
        return frozenset(topic.slug for topic in event.topics) if event else frozenset()
    with reading() as connection:
        return slugs_of(connection, request.args.getlist("topics"))


def _asked_event() -> EventDefinition | None:
    """The event whose date is to be changed; it does not collide with itself."""
    slug = request.args.get("event", "")
    return get_permitted(slug, Permission.EVENTS_EDIT)[0] if slug else None


def _networks(event: EventDefinition | None) -> list[tuple[NetworkNode, int]]:
    """Where the account may plan; whoever may edit one event only, that event's."""
    with reading() as connection:
        tree = get_tree(connection)
    found = list_networks_where(my_grants(), Permission.EVENTS_EDIT, tree)
    if event and event.network.id not in {node.id for node, _depth in found}:
        found = [(event.network, 0), *found]
    return found


@collisions.get("/land/<slug>")
@asks(Permission.EVENTS_EDIT)
def land(slug: str) -> Answer:
    """Which Land the network belongs to."""
    network, own, above = _network(slug)
    return _show_land(network, LandForm(None, land=own, inherited=above))


@collisions.post("/land/<slug>", endpoint="land_post")
@asks(Permission.EVENTS_EDIT)
def land_post(slug: str) -> Answer:
    """Its holidays count from now on, also for the networks below that say nothing else."""
    network, own, above = _network(slug)
    form = LandForm(request.form, land=own, inherited=above)
    if "land" not in request.form or not form.validate():
        return _show_land(network, form), 422
    now, chosen = clock.now(), form.land.data or None
    with transaction() as session:
        put_network(session, slug, now=now, land=chosen)
        note(
            session,
            "network.land_set",
            by=me().account_id,
            now=now,
            network_id=network.id,
            before={"land": own},
            after={"land": chosen},
        )
    return redirect(url_for("collisions.check_day", network=slug), 303)


def _network(slug: str) -> tuple[NetworkNode, str | None, str]:
    """The network, the Land of its own, and what it inherits in words."""
    network, tree, _mine = get_network(slug, Permission.EVENTS_EDIT)
    above = tree.get(network.parent_id).land if network.parent_id else None
    own = network.land if network.land != above else None
    return network, own, LANDS.get(above or "", "")


def _show_land(network: NetworkNode, form: LandForm) -> str:
    return render_console(
        "planning/land.html", tab="events", network=network, form=form, errors=form.problems()
    )
