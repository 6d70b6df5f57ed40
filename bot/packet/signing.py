"""The program's own signature: an ECDSA P-256 key made once and kept in a file, and signatures any OpenSSL checks.

It shows that the bag is unchanged since it was made here. It is not an electronic signature in the sense of the law.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.packet.errors import PacketFault


class Signer:
    """Signs. The same bytes always get the same signature (RFC 6979)."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key in this PEM file, made if there is none. Raises `PacketFault`."""
        try:
            if not path.exists():
                _make(path)
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as fault:
            raise PacketFault(f"The signing key {path} cannot be used: {_reason(fault)}") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise PacketFault(f"The signing key {path} is not an ECDSA key on P-256.")
        return cls(key)

    def sign(self, data: bytes) -> bytes:
        """The signature in DER, as `openssl dgst -sha256 -verify` takes it."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    @property
    def public_pem(self) -> bytes:
        """The public key."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_key().public_bytes(serialization.Encoding.PEM, form)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key in DER, in hex."""
        return fingerprint(self.public_pem)


def _make(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner alone
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        # Two processes may start together: the first one's key counts, and nobody reads half of it.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _reason(fault: Exception) -> str:
    return fault.strerror or type(fault).__name__ if isinstance(fault, OSError) else "it is no PEM private key"


def fingerprint(public_pem: bytes) -> str:
    """SHA-256 of a public key in DER, in hex. Raises ValueError for anything else."""
    key = serialization.load_pem_public_key(public_pem)
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def is_signed(data: bytes, signature: bytes, public_pem: bytes) -> bool:
    """Did the holder of this key sign these bytes?"""
    try:
        key = serialization.load_pem_public_key(public_pem)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
