"""A webhook is Meta's if, and only if, the signature fits the bytes as they came."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.whatsapp import answer_challenge, verify_signature

SECRET = "an app secret"
BODY = b'{"object":"whatsapp_business_account","entry":[]}'


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_the_right_signature_is_accepted() -> None:
    assert verify_signature(BODY, signed(BODY), SECRET)


def test_a_known_answer() -> None:
    # RFC 4231, test case 2.
    signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert verify_signature(b"what do ya want for nothing?", signature, "Jefe")


@given(position=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(position: int, bit: int) -> None:
    flipped = bytearray(BODY)
    flipped[position] ^= 1 << bit
    assert not verify_signature(bytes(flipped), signed(BODY), SECRET)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256",
        "sha256=",
        "sha256=00",
        signed(BODY).removeprefix("sha256="),
        signed(BODY).replace("sha256=", "sha1="),
        signed(BODY).replace("sha256=", "SHA256="),
        " " + signed(BODY),
        signed(BODY) + " ",
        signed(BODY)[:-1],
        signed(BODY) + "0",
        signed(BODY, "another secret"),
        signed(b""),
        "sha256=" + "é" * 64,
        "sha256=" + "\udc80" * 64,
        "sha256=" + "z" * 64,
    ],
)
def test_everything_else_is_refused(header: str | None) -> None:
    assert not verify_signature(BODY, header, SECRET)


def test_without_a_secret_nothing_is_authentic() -> None:
    assert not verify_signature(BODY, signed(BODY, ""), "")


def test_the_body_is_not_parsed_before() -> None:
    assert verify_signature(b"\xff not json", signed(b"\xff not json"), SECRET)


ASKED = {"hub.mode": "subscribe", "hub.verify_token": "a token", "hub.challenge": "1158201444"}


def test_the_challenge_is_given_back() -> None:
    assert answer_challenge(ASKED, "a token") == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
        {"hub.verify_token": "a tokem"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "tökén"},
        {"hub.challenge": ""},
    ],
)
def test_a_wrong_question_gets_no_answer(change: dict[str, str]) -> None:
    assert answer_challenge(ASKED | change, "a token") is None


@pytest.mark.parametrize("missing", list(ASKED))
def test_an_incomplete_question_gets_no_answer(missing: str) -> None:
    assert answer_challenge({k: v for k, v in ASKED.items() if k != missing}, "a token") is None


def test_an_empty_verify_token_fits_nothing() -> None:
    assert answer_challenge(ASKED | {"hub.verify_token": ""}, "") is None
