"""Staff as the fields name them (nhân viên y tế): by practice licence, or by the 10 digits of social insurance.

Source    QĐ 4750 has the number of social insurance for those who sign, QĐ 3176 the licence; files hold both. Suffixes of
          mobilised or remote staff and codes in brackets are part of the value: a licence is compared as it is written.
"""

import re

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.kernel import systems

_INSURED = re.compile(r"[0-9]{10}\Z", re.ASCII)
_SYSTEMS = (systems.PRACTICE_LICENCE, systems.SOCIAL_INSURANCE)


def _encode(text):
    plain = codecs.text.encode(text)
    if plain is None:
        return None
    number = {"system": _SYSTEMS[bool(_INSURED.match(plain))], "value": plain}
    return {"type": "Practitioner", "identifier": number}


def _decode(value):
    number = value.get("identifier", {})
    return number.get("value") if number.get("system") in _SYSTEMS else None


STAFF = codecs.Codec(_encode, _decode, ".identifier.value")
