"""What a message looks like on each channel."""

import json

import pytest

from contracts.messages import Channel, Option
from notifier.adapters import telegram, webchat, whatsapp
from notifier.wording import words


def on_whatsapp(request_for, **what):
    return whatsapp.rendered(request_for(Channel.WHATSAPP, **what).data)


def on_telegram(request_for, **what):
    return telegram.rendered(request_for(Channel.TELEGRAM, address="555", **what).data)


def test_whatsapp_text(request_for):
    assert on_whatsapp(request_for, text="Ciao *Giulia*") == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "393331234567",
        "type": "text",
        "text": {"body": "Ciao *Giulia*"},
    }


def test_up_to_three_options_are_buttons(request_for):
    body = on_whatsapp(request_for, text="Quando?", options=3)["interactive"]
    assert (body["type"], body["body"]) == ("button", {"text": "Quando?"})
    assert body["action"]["buttons"][2] == {"type": "reply", "reply": {"id": "slot:2", "title": "Alle 2"}}


@pytest.mark.parametrize(("language", "label"), [("it", "Scegli"), ("en", "Choose"), ("fr", "Choisir")])
def test_four_to_ten_options_are_a_list_in_the_customers_language(request_for, language, label):
    for many in (4, 10):
        body = on_whatsapp(request_for, options=many, language=language)["interactive"]
        assert (body["type"], body["action"]["button"]) == ("list", label)
        (section,) = body["action"]["sections"]
        assert len(section["rows"]) == many
    assert len(words(language)["choose"]) <= 20


def test_what_buttons_cannot_carry_becomes_lines(request_for):
    assert on_whatsapp(request_for, options=11)["text"]["body"].endswith("\n• Alle 9\n• Alle 10")
    assert on_whatsapp(request_for, options=2, text="x" * 1025)["type"] == "text"
    same = (Option(id="a", title="Sì"), Option(id="b", title="Sì"))
    assert on_whatsapp(request_for, options=same)["type"] == "text"


def test_no_text_is_too_long_for_its_channel(request_for):
    long = "parola " * 1000
    assert len(on_whatsapp(request_for, text=long)["text"]["body"]) <= 4096
    assert len(on_whatsapp(request_for, text=long, options=5)["text"]["body"]) <= 4096
    assert len(on_telegram(request_for, text=long, options=5)["text"]) <= 4096


@pytest.mark.parametrize("address", ["US.13491208655302741918", "US.ENT.11815799212886844830"])
def test_who_goes_by_a_username_is_addressed_as_recipient(request_for, address):
    body = on_whatsapp(request_for, address=address)
    assert body["recipient"] == address
    assert "to" not in body


def test_telegram_text_is_plain(request_for):
    assert on_telegram(request_for, text="1. *Ciao* _tu_ (ok)!") == {
        "chat_id": 555,
        "text": "1. *Ciao* _tu_ (ok)!",
    }


def test_telegram_groups_and_names(request_for):
    assert telegram.rendered(request_for(Channel.TELEGRAM, address="-100123").data)["chat_id"] == -100123
    assert telegram.rendered(request_for(Channel.TELEGRAM, address="@lyo").data)["chat_id"] == "@lyo"


def test_telegram_options_are_buttons_below_each_other(request_for):
    keyboard = on_telegram(request_for, options=2)["reply_markup"]["inline_keyboard"]
    assert keyboard == [
        [{"text": "Alle 0", "callback_data": "slot:0"}],
        [{"text": "Alle 1", "callback_data": "slot:1"}],
    ]


def test_an_id_of_more_than_64_bytes_makes_telegram_options_lines(request_for):
    body = on_telegram(request_for, text="Quale?", options=(Option(id="é" * 33, title="Café"),))
    assert body == {"chat_id": 555, "text": "Quale?\n\n• Café"}


def test_the_page_gets_all_it_needs_to_show_a_message_once(request_for):
    request = request_for(Channel.WEBCHAT, text="Perché no?", options=1)
    assert json.loads(webchat.rendered(request)) == {
        "id": str(request.id),
        "correlation_id": str(request.correlationid),
        "text": "Perché no?",
        "options": [{"id": "slot:0", "title": "Alle 0"}],
    }
