"""What two releases of one period may tell by how they differ."""


def may_replace(old, new, least):
    """Whether new counts of a period may be published where old ones were (bản đính chính).

    Two releases that differ by one to `least` - 1 in a cell tell of those people, so every cell
    that both show has to be equal or far apart, and no cell may be shown in one and hidden in
    the other.

    old, new    {key: count}, None where hidden; the whole under ""
    """
    if old.keys() != new.keys():
        return False
    for key, before in old.items():
        after = new[key]
        if (before is None) != (after is None):
            return False
        if before is not None and 0 < abs(after - before) < least:
            return False
    return True
