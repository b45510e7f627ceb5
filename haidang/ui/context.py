"""What every layout needs: who is here, their menu, the language, the look, the synthetic mark."""

import importlib
from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from haidang.engines.access import api as access
from haidang.kernel.actor import CITIZEN
from haidang.kernel.room import ROLES

THEME_COOKIE = "haidang_theme"
FAMILY = "haidang.family"
HOMES = {"staff": "staff:home", "office": "office:home", "citizen": "citizen:home"}
SEARCH_ICON = "search"
DOCK_PLACES = 5
OFFICE_ROLES = frozenset(
    {
        "officer",
        "director",
        "unit_head",
        "inspector",
        "it_officer",
        "privacy_officer",
        "administrator",
    }
)


@dataclass(frozen=True)
class Place:
    """One line of a menu, ready to be shown."""

    label: str
    url: str
    icon: str
    active: bool


class Shell:
    """The frame round a page; each part is worked out when a template first asks for it."""

    def __init__(self, request):
        self._request = request
        self.synthetic = getattr(settings, "HAIDANG_SYNTHETIC", True)
        self.theme = request.COOKIES.get(THEME_COOKIE, "")
        self.path = request.get_full_path()

    @property
    def actor(self):
        """The Actor, or None for somebody who is not signed in."""
        actor = getattr(self._request, "actor", None)
        return actor if actor is not None and actor.account is not None else None

    @property
    def language(self):
        return translation.get_language() or settings.LANGUAGE_CODE

    @property
    def languages(self):
        """Code, name, and whether it is the one in use."""
        return [(code, name, code == self.language) for code, name in settings.LANGUAGES]

    @property
    def initials(self):
        return initials(self.actor.name) if self.actor else ""

    @cached_property
    def staff(self):
        return self._work("staff")

    @cached_property
    def office(self):
        return self._work("office")

    @cached_property
    def citizen(self):
        """The five places at the citizen's thumb."""
        return self._places("citizen")[:DOCK_PLACES]

    @cached_property
    def public(self):
        """What everybody may use without an account: the foot of public pages leads there."""
        found = [(_label(item), address(item.url_name)) for item in menu_items("public")]
        return [Place(label, url, "", url == self._request.path) for label, url in found if url]

    @property
    def family(self):
        """For the switcher: name, address, and whether this page is about that person."""
        found = self._request.session.get(FAMILY, []) if self.actor else []
        return [(name, url, self._request.path.startswith(url)) for name, url in found]

    @cached_property
    def portals(self):
        """The homes that this person may switch between."""
        found = ((portal, address(name)) for portal, name in HOMES.items())
        return [(portal, url) for portal, url in found if url and self._places_in(portal)]

    @cached_property
    def search_url(self):
        """Where the search box of the bar leads: the staff menu item with the search icon."""
        found = (item for item in menu_items("staff") if item.icon == SEARCH_ICON)
        return next((address(item.url_name) for item in found if self._shows(item)), "")

    home_url = "/"

    @property
    def role_text(self):
        """The roles held, in words."""
        held = sorted(self.actor.roles) if self.actor else ()
        return ", ".join(translation.gettext(ROLES.get(role, role)) for role in held)

    @property
    def sign_in_url(self):
        return address("account_login")

    @property
    def sign_out_url(self):
        return address("account_logout")

    @property
    def security_url(self):
        return address("security")

    def _work(self, portal):
        """The rail of a page's portal; on a page that is at home in both, or in neither, the rail
        that its reader knows."""
        own = portal_of(self.actor)
        here = self._places(portal)
        if own in (portal, "citizen"):
            return here
        known = self._places(own)
        only_here = _has_active(here) and not _has_active(known)
        return here if only_here else known

    def _places_in(self, portal):
        return any(self._shows(item) for item in menu_items(portal))

    def _shows(self, item):
        return allowed(self.actor, item.permission) and (not item.org or item.org in self._reached)

    @cached_property
    def _reached(self):
        """The organisations with pages of their own that the reader's roles reach; asked once a page."""
        named = {item.org for portal in HOMES for item in menu_items(portal) if item.org}
        return {org for org in named if self.actor and access.covers(self.actor.org, org)}

    def _places(self, portal):
        home = address(HOMES[portal])
        entries = [(translation.gettext("Trang chủ"), home, "house")] if home else []
        rooms_of = {}
        for item in menu_items(portal):
            url = address(item.url_name)
            if url and url != home and self._shows(item):
                entries.append((_label(item), url, item.icon))
                rooms_of.setdefault(item.url_name.partition(":")[0], url)
        here = _longest_match(self._request.path, [url for _, url, _ in entries], home)
        here = here or rooms_of.get(self._room)
        return [Place(label, url, icon, url == here) for label, url, icon in entries]

    @property
    def _room(self):
        """The room that this page belongs to: its pages mark its first line of the menu."""
        match = getattr(self._request, "resolver_match", None)
        return match.namespace if match else None


def _label(item):
    if item.context:
        return translation.pgettext(item.context, item.label)
    return translation.gettext(item.label)


def remember_family(request, members):
    """Keep the family's names and addresses for the switcher, so that pages need not ask again.

    The home page renews it at every visit; whether a record may be opened is decided there.
    """
    if request.session.get(FAMILY) != [list(member) for member in members]:
        request.session[FAMILY] = [list(member) for member in members]


def shell(request):
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}


@cache
def rooms():
    """The Room of each installed room."""
    configs = (c.name for c in apps.get_app_configs() if c.name.startswith("haidang.rooms."))
    return tuple(importlib.import_module(f"{name}.room").ROOM for name in sorted(configs))


@cache
def menu_items(portal):
    """All menu items of a portal, in their order."""
    found = [item for room in rooms() for item in room.menu if item.portal == portal]
    return tuple(sorted(found, key=lambda item: (item.order, item.label)))


def allowed(actor, permission):
    """Whether a menu line is shown; the screen behind it checks again."""
    if permission == "public":
        return True
    return actor is not None and (permission == "signed_in" or actor.can(permission))


def portal_of(actor):
    """Where somebody belongs: "citizen", "office" for civil servants and leaders, else "staff"."""
    if actor is None or actor.kind == CITIZEN:
        return "citizen"
    return "office" if actor.roles and actor.roles <= OFFICE_ROLES else "staff"


def home_of(actor):
    """The home page where somebody belongs."""
    wanted = portal_of(actor)
    found = (address(HOMES[portal]) for portal in (wanted, *HOMES))
    return next((url for url in found if url), "/")


def person_url(patient_id):
    """The page of a person, or "" when no room shows people."""
    return address("health_record:see_person", patient_id)


def address(name, *arguments):
    """The URL of a name, or "" when that part of the house is not built in."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def initials(name):
    """First letters of the middle-most and the given name: `Nguyễn Thị Hoa` → `TH`."""
    words = name.split()
    return "".join(word[0] for word in words[-2:]).upper()


def _has_active(places):
    return any(place.active for place in places)


def _longest_match(path, urls, home):
    fitting = [url for url in urls if path == url or (url != home and path.startswith(url))]
    return max(fitting, key=len, default=None)
