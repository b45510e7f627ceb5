"""Signers whom this house did not make: certificates of any term, signing XML as other programs do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import CanonicalizationMethod, XMLSigner, methods

_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
_DS = "{http://www.w3.org/2000/09/xmldsig#}"


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def signs(self, content, place, *, ids=None):
        """XML with an enveloped signature in a place: of all of it, or of elements by their ids."""
        root = etree.fromstring(content)
        mark = etree.SubElement(root.find(f".//{place}"), f"{_DS}Signature")
        mark.set("Id", "placeholder")
        signer = XMLSigner(
            method=methods.enveloped, c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0
        )
        made = signer.sign(root, key=self.key, cert=[self.certificate], reference_uri=ids)
        return etree.tostring(made, encoding="UTF-8", xml_declaration=True)


def made(*, ended):
    """A root and a signer that it certifies: (root, signer), the signer's certificate until `ended`."""
    begun = datetime.now(UTC) - timedelta(days=400)
    root_key, key = (rsa.generate_private_key(65537, 2048) for _one in range(2))
    root_name, name = (_named(one) for one in ("Gốc mô phỏng khác", "Phòng khám mô phỏng"))
    root = _certificate(
        root_name, root_name, root_key, root_key, begun, begun + timedelta(9000), True
    )
    signer = _certificate(name, root_name, key, root_key, begun, ended, False)
    return Holder(root, root_key), Holder(signer, key)


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(subject, issuer, key, by, begun, ended, is_root):
    builder = x509.CertificateBuilder(issuer, subject, key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begun).not_valid_after(ended)
    builder = builder.add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), True)
    usage = dict.fromkeys(_USAGES, False) | {
        "key_cert_sign" if is_root else "digital_signature": True
    }
    builder = builder.add_extension(x509.KeyUsage(**usage), True)
    return builder.sign(by, hashes.SHA256())
