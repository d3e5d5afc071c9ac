"""The seal: it opens only with the right secret, in its own place, and a commitment fits one content alone."""

import hashlib
import json

import pytest

from banks_portal.rules import sealing

SECRET, OTHER_SECRET = "outside-the-database", "another"
TERMS = {"amount_fen": 600_000_000, "annual_rate": "0.0385"}


@pytest.fixture
def key():
    return sealing.unwrapped(SECRET, 7, sealing.new_wrapped_key(SECRET, 7))


def test_a_sealed_text_opens_in_its_own_place(key):
    assert sealing.opened(key, sealing.seal(key, TERMS, 7, 3, 1), 7, 3, 1) == TERMS


@pytest.mark.parametrize("place", [(8, 3, 1), (7, 4, 1), (7, 3, 2)])
def test_a_sealed_text_moved_to_another_application_bank_or_version_does_not_open(key, place):
    sealed = sealing.seal(key, TERMS, 7, 3, 1)
    with pytest.raises(sealing.BrokenSeal):
        sealing.opened(key, sealed, *place)


def test_one_flipped_bit_is_noticed(key):
    sealed = sealing.seal(key, TERMS, 7, 3, 1)
    flipped = sealing.Sealed(sealed.nonce, bytes([sealed.ciphertext[0] ^ 1]) + sealed.ciphertext[1:])
    with pytest.raises(sealing.BrokenSeal):
        sealing.opened(key, flipped, 7, 3, 1)


def test_the_wrapped_key_is_useless_without_the_secret_or_for_another_application():
    wrapped = sealing.new_wrapped_key(SECRET, 7)
    for secret, application in ((OTHER_SECRET, 7), (SECRET, 8)):
        with pytest.raises(sealing.BrokenSeal):
            sealing.unwrapped(secret, application, wrapped)


def test_every_application_and_every_seal_has_its_own_randomness(key):
    assert sealing.new_wrapped_key(SECRET, 7) != sealing.new_wrapped_key(SECRET, 7)
    assert sealing.seal(key, TERMS, 7, 3, 1).ciphertext != sealing.seal(key, TERMS, 7, 3, 1).ciphertext


def test_length_does_not_tell_a_short_offer_from_a_long_one(key):
    long = TERMS | {"conditions": "条件" * 400}
    assert len(sealing.seal(key, TERMS, 7).ciphertext) == len(sealing.seal(key, long, 7).ciphertext)


def test_a_commitment_can_be_recomputed_by_anybody_with_the_standard_library():
    digest = sealing.commitment("RZ-2025-00001", "91150100MA0000001X", TERMS, "ab" * 32)
    content = {"application": "RZ-2025-00001", "bank": "91150100MA0000001X", "blinding": "ab" * 32, "terms": TERMS}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        ("RZ-2025-00002", "B", TERMS, "00"),
        ("RZ-2025-00001", "C", TERMS, "00"),
        ("RZ-2025-00001", "B", TERMS | {"amount_fen": 600_000_001}, "00"),
        ("RZ-2025-00001", "B", TERMS, "01"),
    ],
)
def test_a_commitment_fits_no_other_content(changed):
    digest = sealing.commitment("RZ-2025-00001", "B", TERMS, "00")
    assert sealing.committed(digest, "RZ-2025-00001", "B", TERMS, "00")
    assert not sealing.committed(digest, *changed)
