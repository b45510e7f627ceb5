"""Numbers for token and uri parameters, by the data type they stand on."""

from haidang.engines.records.index import folding, hashing


def coding(number):
    text_number = hashing.below(number, hashing.TEXT)

    def emit(found, value):
        system, code = value.get("system"), value.get("code")
        found.hashes += hashing.code(number, system, code)
        if "display" in value:
            _text(found, text_number, value["display"])

    return emit


def codeable(number):
    text_number, one = hashing.below(number, hashing.TEXT), coding(number)

    def emit(found, value):
        for each in value.get("coding", ()):
            one(found, each)
        if "text" in value:
            _text(found, text_number, value["text"])

    return emit


def leading(number):
    """The concept by which a resource says what it is: its first code leads, the others follow."""
    plain = codeable(number)

    def emit(found, value):
        plain(found, value)
        for each in value.get("coding", ()):
            if each.get("code") is None:
                continue
            forms = hashing.code(number, each.get("system"), each["code"])[:2]
            if found.lead is None:
                found.lead = forms
            found.hashes += [hashing.further(form) for form in forms if form not in found.lead]

    return emit


def identifier(number):
    text_number = hashing.below(number, hashing.TEXT)

    def emit(found, value):
        system, text = value.get("system"), value.get("value")
        found.hashes += hashing.token(number, system, text)
        kind = value.get("type")
        if kind is None:
            return
        if "text" in kind:
            _text(found, text_number, kind["text"])
        if text is not None:
            _of_types(found, number, kind, text)

    return emit


def _of_types(found, number, kind, text):
    for each in kind.get("coding", ()):
        if "code" in each:
            found.hashes.append(hashing.of_type(number, each.get("system"), each["code"], text))


def contact(number):
    def emit(found, value):
        if "value" in value:
            found.hashes += hashing.token(number, None, value["value"])

    return emit


def plain(number):
    """A code, string, id or boolean: its system, if any, is implied and not compared."""

    def emit(found, value):
        written = ("true" if value else "false") if isinstance(value, bool) else str(value)
        found.hashes.append(hashing.value(number, written.lower()))

    return emit


def deceased(number):
    """For the whole Patient: whether the person has died; without a word on it, false."""

    def emit(found, patient):
        dead = bool(patient.get("deceasedBoolean")) or "deceasedDateTime" in patient
        found.hashes.append(hashing.value(number, "true" if dead else "false"))

    return emit


def uri(number):
    def emit(found, value):
        found.hashes.append(number ^ hashing.text_key(value))
        found.texts.add(value)

    return emit


def _text(found, number, value):
    folded, key = folding.keyed(value)
    found.hashes.append(number ^ key)
    found.texts.add(folded)
