"""A passkey in software: answers challenges as a phone or a security key does."""

import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

_PRESENT_VERIFIED, _CREDENTIAL = 0x05, 0x40
ORIGIN = "http://localhost"


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(encoded):
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


class Authenticator:
    """One device with one key."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.user = None
        self.uses = 0

    def create(self, options, origin=ORIGIN):
        """Answer `navigator.credentials.create`."""
        wanted = options["publicKey"]
        self.user = raw(wanted["user"]["id"])
        public = self.key.public_key().public_numbers()
        key = {
            1: 2,
            3: -7,
            -1: 1,
            -2: public.x.to_bytes(32, "big"),
            -3: public.y.to_bytes(32, "big"),
        }
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(key)
        told = self._told(wanted["rp"]["id"], _PRESENT_VERIFIED | _CREDENTIAL) + credential
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": told})
        response = {
            "clientDataJSON": text(self._client("webauthn.create", wanted["challenge"], origin)),
            "attestationObject": text(attested),
        }
        return self._credential(response, {"credProps": {"rk": True}})

    def get(self, options, origin=ORIGIN):
        """Answer `navigator.credentials.get`."""
        wanted = options["publicKey"]
        self.uses += 1
        told = self._told(wanted["rpId"], _PRESENT_VERIFIED)
        client = self._client("webauthn.get", wanted["challenge"], origin)
        signed = told + hashlib.sha256(client).digest()
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(told),
            "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": text(self.user),
        }
        return self._credential(response, {})

    def _told(self, rp_id, flags):
        return (
            hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")
        )

    def _client(self, kind, challenge, origin):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _credential(self, response, results):
        return {
            "id": text(self.id),
            "rawId": text(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": results,
        }
