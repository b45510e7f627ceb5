"""The primitive types of R4 as JSON has them (datatypes.html#primitive).

The published patterns let the 30th of February pass; ours know how long months are. And they
take a non-breaking space for none of the characters of a text: R4 forbids control characters only.
Their code may have a tab or a line break in it, which the words above them do not allow, and their
base64 may have its padding anywhere (RFC 4648, section 4: at the end, to a whole number of fours).
"""

_YEAR = "[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000"
_LEAP = "[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00"
_DAY = (
    f"(?:(?:{_YEAR})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|(?:{_LEAP})-02-29)"
)
_MONTH = f"(?:{_YEAR})(?:-(?:0[1-9]|1[0-2]))?"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_ID = r"[A-Za-z0-9.-]{1,64}"
_UNBROKEN = r"[^\s\x00-\x1F]+"
_SIXTY_FOUR = r"[0-9A-Za-z+/][ \t\r\n]*"
_PAD = r"=[ \t\r\n]*"
_BASE64 = (
    rf"[ \t\r\n]*(?:(?:{_SIXTY_FOUR}){{4}})*"
    rf"(?:(?:{_SIXTY_FOUR}){{4}}|(?:{_SIXTY_FOUR}){{3}}{_PAD}|(?:{_SIXTY_FOUR}){{2}}(?:{_PAD}){{2}})"
)
_TEXT = r"[^\x00-\x08\x0B\x0C\x0E-\x1F]+"

#: The whole text of a value has to match; where nothing stands here the published pattern holds.
PATTERNS = {
    "string": _TEXT,
    "markdown": _TEXT,
    "date": f"{_DAY}|{_MONTH}",
    "dateTime": f"{_DAY}(?:T{_CLOCK}{_ZONE})?|{_MONTH}",
    "instant": f"{_DAY}T{_CLOCK}{_ZONE}",
    "code": rf"{_UNBROKEN}(?: {_UNBROKEN})*",
    "base64Binary": _BASE64,
    "uri": _UNBROKEN,
    "url": _UNBROKEN,
    "canonical": _UNBROKEN,
    "xhtml": r"\s*<div\s[^>]*xmlns=[\"']http://www\.w3\.org/1999/xhtml[\"'][\s\S]*</div>\s*",
}
#: "Strings SHALL NOT exceed 1MB (1024*1024 characters)"; a markdown is a string.
LONGEST = {"string": 1024 * 1024, "markdown": 1024 * 1024}
#: A `decimal` without a point is read as a whole number, of any length; see `fhirjson.number`.
LARGEST = 1e308
NUMBERS = {
    "integer": (-(2**31), 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
    "positiveInt": (1, 2**31 - 1),
}


def schema(name, published):
    """The JSON schema (draft 4, where 1.0 is no integer) of one primitive type."""
    if name == "boolean":
        return {"type": "boolean"}
    if name == "decimal":
        return {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
    if name in NUMBERS:
        least, most = NUMBERS[name]
        return {"type": "integer", "minimum": least, "maximum": most}
    longest = {"maxLength": LONGEST[name]} if name in LONGEST else {}
    form = f"^(?:{pattern(name, published)})$"
    return {"type": "string", "minLength": 1, "pattern": form} | longest


def pattern(name, published):
    return PATTERNS.get(name, published)


def reference(targets):
    """The pattern of a literal reference to one of these types.

    Of another server's address, or of a place in a bundle, nobody can tell the type yet. One to
    a record has an id, and perhaps a version (references.html#literal); one by a question is for
    transactions, which put the record's in its place.
    """
    names = "|".join(targets) or "[A-Z][A-Za-z]+"
    return rf"^(?:#|[a-z][a-z0-9+.-]*:|(?:{names})(?:/{_ID}(?:/_history/{_ID})?$|\?))"
