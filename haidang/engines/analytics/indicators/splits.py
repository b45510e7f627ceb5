"""Which rows of a table are hidden whose columns are parts of a known number (số là phần của nhau).

Two figures of which one counts part of what the other counts tell a third by their difference: the
visits of a facility less its outpatient visits are its other visits. So parts of one whole stand in
one table: a row a group, a column a part, what no part counts in a column of its own. A row shows all
of its parts or none, zeros too. Then whatever numbers of the right sums stand in the hidden rows
could be the true ones, so that tables below (parts of a part) and beside (other parts of the same
whole) tell nothing of this one, and the whole's hidden rows are told by none of them.

A reader is taken to know each row's whole, but for `given` rows, and the sum of each part over the
hidden rows. A part of a row then lies between max(0, whole + sum - all) and min(whole, sum).
"""


def hidden_rows(rows, *, least, given=(), forced=()):
    """The keys of rows that may not show their parts; all of them where nothing else helps.

    rows     {key: the counts of its parts}; parts of a row add up to its whole
    given    keys whose whole is hidden already, and is told to no fewer than `least` values
    forced   keys that stay hidden whatever they count now
    """
    small = {key for key, parts in rows.items() if any(0 < part < least for part in parts)}
    hidden = {key for key in {*given, *forced, *small} if key in rows}
    while hidden:
        lack = _lack(rows, hidden, set(given), least)
        if lack is None:
            return hidden
        rest = [key for key in rows if key not in hidden and lack(rows[key]) > 0]
        if not rest:
            return set(rows)
        hidden.add(min(rest, key=lambda key: (sum(rows[key]), str(key))))
    return hidden


def _lack(rows, hidden, given, least):
    """What the hidden rows have too little of, as a function of a row's parts, or None."""
    sums = [sum(parts) for parts in zip(*(rows[key] for key in hidden), strict=True)]
    all_ = sum(sums)
    parts = []
    for part, total in enumerate(sums):
        if 0 < total < all_:
            parts += [(total, _own(part)), (all_ - total, _others(part))]
    rows = [(all_ - sum(rows[key]), sum) for key in hidden - given]
    # Company that has some of the rare part is company for the row as well.
    for narrow in (parts, rows):
        room, lack = min(narrow, key=lambda one: one[0], default=(least, None))
        if room < least - 1:
            return lack
    return None


def _own(part):
    return lambda parts: parts[part]


def _others(part):
    return lambda parts: sum(parts) - parts[part]
