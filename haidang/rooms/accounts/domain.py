"""Which roles an account keeper may give, in words that a list can show."""

from haidang.kernel import room as rooms

#: Nobody gives these: a citizen is one by proof of identity, a client by registration.
NOT_GIVEN = frozenset({"citizen", "client"})


def grantable_roles(*, city_wide, city_roles):
    """Return the (code, title) pairs that may be given, by title.

    city_wide    whether the keeper acts for the whole city
    city_roles   codes that only such a keeper gives
    """
    hidden = NOT_GIVEN if city_wide else NOT_GIVEN | city_roles
    pairs = [(code, title) for code, title in rooms.ROLES.items() if code not in hidden]
    return sorted(pairs, key=lambda pair: pair[1])
