"""The seal: a commitment that binds a bank to its terms, and a cipher that keeps them from everybody else.

Each application has a random data key. It is kept wrapped by a key derived from a secret that lives outside the
database, so neither a copy of the tables nor the secret alone opens an offer. The cipher is bound to application,
bank and version: a sealed text moved to another place does not open. Texts are padded, so their length says nothing.
"""

import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import new as keyed
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32
NONCE_BYTES = 12
PADDED_TO_BYTES = 4096
_PURPOSE = b"sealed offers: wrapping key of one application"


class BrokenSeal(ValueError):
    """A sealed text does not open, or what it holds is not what was committed to."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A nonce and a cipher text."""

    nonce: bytes
    ciphertext: bytes


def new_wrapped_key(secret: str, application_id: int) -> bytes:
    """Return a fresh random data key of 32 bytes, wrapped (RFC 3394) under the secret for this application."""
    return aes_key_wrap(_wrapping_key(secret, application_id), secrets.token_bytes(KEY_BYTES))


def unwrapped(secret: str, application_id: int, wrapped: bytes) -> bytes:
    """Return the data key. Raises: BrokenSeal if the secret is not the one it was wrapped under."""
    try:
        return aes_key_unwrap(_wrapping_key(secret, application_id), wrapped)
    except InvalidUnwrap:
        raise BrokenSeal("the data key does not open under this sealing key") from None


def _wrapping_key(secret: str, application_id: int) -> bytes:
    """Source: RFC 5869 (HKDF)."""
    derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE + str(application_id).encode())
    return derive.derive(secret.encode())


def new_blinding() -> str:
    """Return 32 random bytes as hex: without them a commitment to guessable terms could be guessed."""
    return secrets.token_hex(32)


def commitment(application_number: str, bank_code: str, terms: dict[str, Any], blinding: str) -> str:
    """Return the SHA-256 hex digest that binds a bank to these terms for this application.

    Anybody can check it after the opening: canonical JSON (sorted keys, no spaces, UTF-8) of the four values.
    """
    content = {"application": application_number, "bank": bank_code, "blinding": blinding, "terms": terms}
    return sha256(canonical(content)).hexdigest()


def committed(digest: str, application_number: str, bank_code: str, terms: dict[str, Any], blinding: str) -> bool:
    """Return whether the digest is the commitment to these terms."""
    return compare_digest(digest, commitment(application_number, bank_code, terms, blinding))


def seal(key: bytes, content: dict[str, Any], *place: object) -> Sealed:
    """Return the content as AES-256-GCM cipher text bound to its place, padded to whole blocks of 4,096 bytes."""
    text = canonical(content)
    text += b" " * (-len(text) % PADDED_TO_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, text, _bound_to(place)))


def opened(key: bytes, sealed: Sealed, *place: object) -> dict[str, Any]:
    """Return the content. Raises: BrokenSeal if key, place or text is not the one it was sealed with."""
    try:
        text = AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, _bound_to(place))
    except InvalidTag:
        raise BrokenSeal("the sealed text does not open here") from None
    return dict(json.loads(text))


def fingerprint(key: bytes, text: str) -> str:
    """Return a keyed digest of a retried call's name or inputs: it can be compared, not guessed from."""
    return keyed(key, text.encode(), "sha256").hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """Return canonical JSON bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _bound_to(place: tuple[object, ...]) -> bytes:
    return canonical({"place": [str(part) for part in place]})
