"""A synthetic certification authority (cơ quan chứng thực mô phỏng), for demonstration and tests.

Its certificates say "mô phỏng" in their names and are trusted by nobody who was not told to. A
house of real people gets its certificates from its national authorities.
"""

from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12 as packing
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_YEARS = timedelta(days=3652)
_SLACK = timedelta(days=400)


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def packed(self, authority, password):
        """As PKCS#12, protected by a password, with the authority's certificate beside it."""
        encryption = serialization.BestAvailableEncryption(password.encode())
        return packing.serialize_key_and_certificates(
            b"signer", self.key, self.certificate, [authority.certificate], encryption
        )


def found(name, *, at):
    """A root authority, valid around a moment."""
    key = _key()
    builder = _begun(_named(name), _named(name), key, at - _SLACK, at + _YEARS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(ca=True), critical=True)
    return Holder(builder.sign(key, hashes.SHA256()), key)


def issue(authority, name, *, at, until=None, organisation="", timestamps=False, key=None):
    """A certificate for a person or an organisation, or for a timestamp service.

    at       when it begins to be valid, less some slack, so that earlier papers can bear it
    until    when it ends; years later when left out
    key      one that is there already; a new one of RSA when left out
    """
    key = key or _key()
    named = _named(name, organisation)
    issuer = authority.certificate.subject
    builder = _begun(named, issuer, key, at - _SLACK + timedelta(days=1), until or at + _YEARS / 2)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    builder = builder.add_extension(_usage(ca=False), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), False
    )
    if timestamps:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return Holder(builder.sign(authority.key, hashes.SHA256()), key)


def revocations(authority, revoked=(), *, at, since=None):
    """The list of revoked certificates (CRL), as DER.

    revoked    certificates that are taken back
    since      from when on they are; now when left out
    """
    builder = x509.CertificateRevocationListBuilder()
    builder = builder.issuer_name(authority.certificate.subject)
    builder = builder.last_update(at).next_update(at + _YEARS / 2)
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(since or at).build())
    made = builder.sign(authority.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def _key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _named(name, organisation=""):
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject, issuer, key, begins, ends):
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, ca):
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
