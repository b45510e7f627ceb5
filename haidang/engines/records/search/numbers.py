"""What the conditions on tokens and the like come to."""

from typing import NamedTuple


class Wanted(NamedTuple):
    """Any of these numbers, or with `absent` none of them."""

    any_of: frozenset
    absent: bool = False
