"""What the walk over one resource finds."""


class Found:
    """The search values of one resource, before its references have record numbers.

    hashes      numbers for `records_key.h`
    references  (path number, (type, id)) of references to records here
    dates       (path number, low, high) in microseconds since 2000-01-01 UTC, half-open
    quantities  (path number, low, high, unit, code or unit): the last two are hashes or 0
    strings     (path number, folded text)
    texts       distinct texts that `:text`, `:contains` and `:below` look through
    lead        numbers of the code, and of system and code, by which it says what it is; or None
    """

    __slots__ = ("hashes", "references", "dates", "quantities", "strings", "texts", "lead")

    def __init__(self):
        self.hashes = []
        self.references = []
        self.dates = []
        self.quantities = []
        self.strings = []
        self.texts = set()
        self.lead = None

    def numbers(self, rid_of):
        """The distinct numbers of this resource; `rid_of` knows the rid of a (type, id)."""
        numbers = set(self.hashes)
        numbers.update([number ^ rid_of[target] for number, target in self.references])
        return numbers
