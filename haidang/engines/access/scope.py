"""Where a role reaches: an organisation, a commune and its health stations, or the whole city.

A hospital or clinic that merely stands in a commune is not the commune's: whoever keeps the
accounts or reads the books of a commune has no business there.
"""

from django.utils.translation import gettext as _

from haidang.engines.places import api as places
from haidang.kernel import errors

CITY = places.HAI_PHONG
#: The kind of facility that a commune runs itself.
STATION = "commune-station"


def covers(org, asked):
    """Return whether a role held at `org` reaches the organisation `asked`.

    org       facility code, commune code, the city's code, or empty for the whole city
    """
    if not org or org in (CITY, asked):
        return True
    found = places.find_facilities([asked]).get(asked)
    return found is not None and found.commune == org and found.kind == STATION


def reached(org):
    """Return the codes that a role at `org` reaches: itself, and a commune's own stations."""
    return {org, *(station.code for station in places.facilities(STATION, commune=org))}


def check_known(org):
    """Pass silently for the whole city and for an organisation of the catalogues.

    Raises    Incorrect `access.unknown_org` (facts: org)
    """
    if name_of(org) is None:
        raise errors.Incorrect(
            "access.unknown_org", _("Mã đơn vị này chưa có trong danh mục."), org=org[:40]
        )


def name_of(org):
    """Return what people call an organisation, or None when the code is unknown."""
    if not org or org == CITY:
        return _("Toàn thành phố")
    found = places.find_facilities([org]).get(org)
    if found:
        return found.name
    unit = places.find_unit(org)
    return unit.full_name if unit else None
