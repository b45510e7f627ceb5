"""Timestamps (dấu thời gian), RFC 3161: from the service that the house names."""

import functools
import hashlib
from pathlib import Path

import httpx2
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.sign import general
from pyhanko.sign.timestamps import DummyTimeStamper, TimeStamper

from haidang.kernel import errors

_TIMEOUT_S = 10
_TYPES = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
#: The simulated service of a synthetic house: certificate and key beside its signers.
LOCAL = ("timestamps.pem", "timestamps.key")


class Down(OSError):
    """The timestamp service is not there, or did not answer as the protocol says."""


def down():
    """What is raised when the service does not answer."""
    return errors.Unavailable(
        "documents.timestamps_down",
        _("Dịch vụ cấp dấu thời gian không trả lời; văn bản chưa được ký và sẽ ký lại sau."),
    )


def untrusted():
    """What is raised when the service is not one that this house trusts."""
    return errors.Unavailable(
        "documents.timestamps_untrusted",
        _("Chứng thư của dịch vụ cấp dấu thời gian không được tin cậy; văn bản chưa được ký."),
    )


class HttpTimeStamper(TimeStamper):
    """A timestamp service over HTTP, as RFC 3161 section 3.4 says."""

    def __init__(self, address):
        super().__init__()
        self._address = address

    async def async_timestamp(self, message_digest, md_algorithm):
        token = await super().async_timestamp(message_digest, md_algorithm)
        told = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if told["hashed_message"].native != message_digest:
            raise Down("a timestamp of something else")
        return token

    async def async_request_tsa_response(self, req):
        try:
            async with httpx2.AsyncClient(timeout=_TIMEOUT_S) as client:
                answer = await client.post(self._address, content=req.dump(), headers=_TYPES)
            answer.raise_for_status()
            return _read(answer)
        except (httpx2.HTTPError, ValueError) as why:
            raise Down(type(why).__name__) from why


def _read(answer):
    if answer.headers.get("content-type", "").partition(";")[0] != _TYPES["Accept"]:
        raise Down("content type")
    return tsp.TimeStampResp.load(answer.content, strict=True)


class LocalTimeStamper(DummyTimeStamper):
    """The simulated service of a synthetic house, its key read once instead of for each stamp."""

    def __init__(self, certificate, key, **more):
        super().__init__(certificate, key, **more)
        self._key = serialization.load_der_private_key(key.dump(), password=None)

    def _sign_tst_info(self, tst_info_data, md_algorithm, dt):
        digest = hashlib.new(md_algorithm, tst_info_data).digest()
        attributes = cms.CMSAttributes(
            [
                general.simple_cms_attribute("content_type", "tst_info"),
                general.simple_cms_attribute(
                    "signing_time", cms.Time({"utc_time": core.UTCTime(dt)})
                ),
                general.simple_cms_attribute(
                    "signing_certificate_v2", general.as_signing_certificate_v2(self.tsa_cert)
                ),
                general.simple_cms_attribute("message_digest", digest),
            ]
        )
        chosen = hashes.SHA512() if md_algorithm == "sha512" else hashes.SHA256()
        return self._key.sign(attributes.dump(), padding.PKCS1v15(), chosen), attributes


def service():
    """The timestamp service of this house.

    Raises    Unavailable `documents.timestamps_missing`
    """
    if settings.HAIDANG_TSA:
        return _remote(settings.HAIDANG_TSA)
    certificate, key = (Path(settings.HAIDANG_SIGNERS) / name for name in LOCAL)
    if settings.HAIDANG_SYNTHETIC and certificate.exists():
        return _local(certificate, key, certificate.stat().st_mtime_ns)
    raise errors.Unavailable(
        "documents.timestamps_missing", _("Chưa khai báo dịch vụ cấp dấu thời gian (HAIDANG_TSA).")
    )


@functools.lru_cache(maxsize=4)
def _remote(address):
    return HttpTimeStamper(address)


@functools.lru_cache(maxsize=4)
def _local(certificate, key, changed):
    return LocalTimeStamper(
        load_cert_from_pemder(str(certificate)), load_private_key_from_pemder(str(key), None)
    )
