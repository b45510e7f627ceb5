"""Remote signing through the API of the Cloud Signature Consortium (ký số từ xa, CSC).

Source    CSC API 1.0.4: credentials/info 11.5, credentials/authorize 11.6, signatures/signHash 11.9
"""

import base64
from dataclasses import dataclass

import httpx2
from asn1crypto import x509
from django.utils.translation import gettext as _

from haidang.kernel import errors

_TIMEOUT_S = 15
_SHA256, _RSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11"


@dataclass(frozen=True)
class CscSigner:
    """One credential of a person at a service; `token` is how this house is known there."""

    address: str
    token: str
    credential: str

    def certificates(self):
        """The certificate of the credential, and those above it."""
        told = self._ask("credentials/info", {"certificates": "chain"})
        return [
            x509.Certificate.load(base64.b64decode(one)) for one in told["cert"]["certificates"]
        ]

    def authorize(self, digest, *, pin):
        """Let the person allow one signature over a hash; returns what proves it (SAD).

        Raises    NotAllowed `documents.signing_refused`; Unavailable `documents.signing_away`
        """
        hashed = {"numSignatures": 1, "hash": [_base64(digest)], "PIN": pin}
        return self._ask("credentials/authorize", hashed)["SAD"]

    def sign(self, digest, *, sad):
        """The signature over a hash that was allowed.

        Raises    as `authorize`
        """
        told = {"SAD": sad, "hash": [_base64(digest)], "hashAlgo": _SHA256, "signAlgo": _RSA_SHA256}
        return base64.b64decode(self._ask("signatures/signHash", told)["signatures"][0])

    def _ask(self, path, told):
        try:
            answer = httpx2.post(
                f"{self.address}/{path}",
                json={"credentialID": self.credential, **told},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=_TIMEOUT_S,
            )
            if answer.status_code < 500:
                return _granted(answer.status_code, answer.json())
        except (httpx2.HTTPError, ValueError, KeyError) as why:
            raise _away() from why
        raise _away()


def _granted(status, told):
    if status == 200:
        return told
    raise errors.NotAllowed(
        "documents.signing_refused",
        _("Dịch vụ ký từ xa từ chối: sai mã PIN, hết hạn xác nhận hoặc khoá bị khoá; hãy ký lại."),
        reason=str(told.get("error", ""))[:60],
    )


def _away():
    return errors.Unavailable(
        "documents.signing_away", _("Dịch vụ ký từ xa không trả lời; văn bản chưa được ký.")
    )


def _base64(content):
    return base64.b64encode(content).decode()
