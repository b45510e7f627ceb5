"""Whom this house trusts (gốc tin cậy): roots and lists of revoked certificates in one folder."""

import functools
from pathlib import Path

from asn1crypto import crl, pem, x509
from django.conf import settings
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

_TIMEOUT_S = 10


def roots():
    return [one for path in _files("*.pem") for one in _certificates(path, path.stat().st_mtime_ns)]


def revocation_lists():
    return [_revocations(path, path.stat().st_mtime_ns) for path in _files("*.crl")]


def for_signing():
    """What a certificate is judged by before it signs: now, with lists fetched where it names them.

    Somebody must tell that it is not revoked: a list in the folder, or one that was fetched.
    """
    return ValidationContext(
        trust_roots=roots(),
        crls=revocation_lists(),
        allow_fetching=True,
        fetcher_backend=RequestsFetcherBackend(per_request_timeout=_TIMEOUT_S),
        revocation_mode="require",
    )


def for_checking(moment=None, *, certificates=(), crls=(), ocsps=(), required=True):
    """What a signature is judged by: nothing is fetched, for addresses in it are a stranger's words.

    moment      when it was made, if a trusted timestamp tells it; otherwise now
    required    whether somebody must tell that the certificates are not revoked
    """
    return ValidationContext(
        trust_roots=roots(),
        other_certs=list(certificates),
        crls=[*revocation_lists(), *crls],
        ocsps=list(ocsps),
        moment=moment,
        allow_fetching=False,
        revocation_mode="require" if required else "soft-fail",
        retroactive_revinfo=True,
    )


def _files(pattern):
    folder = Path(settings.HAIDANG_TRUST)
    return sorted(folder.glob(pattern)) if folder.is_dir() else []


@functools.lru_cache(maxsize=256)
def _certificates(path, changed):
    content = path.read_bytes()
    return [x509.Certificate.load(der) for _kind, _head, der in pem.unarmor(content, multiple=True)]


@functools.lru_cache(maxsize=256)
def _revocations(path, changed):
    return crl.CertificateList.load(path.read_bytes())
