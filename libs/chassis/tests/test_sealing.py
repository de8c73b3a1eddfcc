import pytest

from chassis.errors import PermanentError
from chassis.sealing import SealedBox, open_secrets, seal_secrets
from contracts.tenants import Channels, TelegramAccount, TenantConfig, WhatsAppAccount

BOX = SealedBox("one key")
CONFIG = TenantConfig(
    id="lyo",
    name="Lyo",
    timezone="Europe/Rome",
    languages=("it",),
    channels=Channels(
        whatsapp=WhatsAppAccount(
            phone_number_id="1", access_token="tok-a", app_secret="tok-b", verify_token="tok-c"
        ),
        telegram=TelegramAccount(bot_token="7:tok-d", secret_token="tok-e"),
    ),
)


def test_no_secret_is_left_in_the_clear_and_all_open_again():
    sealed = seal_secrets(CONFIG, BOX, "lyo")
    assert "tok-" not in sealed.model_dump_json()
    assert sealed.channels.whatsapp.phone_number_id == "1"
    assert open_secrets(sealed, BOX, "lyo") == CONFIG


def test_sealing_twice_seals_once():
    sealed = seal_secrets(CONFIG, BOX, "lyo")
    assert seal_secrets(sealed, BOX, "lyo") == sealed


@pytest.mark.parametrize(("box", "tenant"), [(SealedBox("other key"), "lyo"), (BOX, "sdb")])
def test_another_key_or_another_tenant_opens_nothing(box, tenant):
    with pytest.raises(PermanentError, match="does not open"):
        open_secrets(seal_secrets(CONFIG, BOX, "lyo"), box, tenant)


def test_what_was_tampered_with_does_not_open():
    sealed = BOX.seal("secret", "lyo")
    last = sealed[-6]
    with pytest.raises(PermanentError):
        BOX.open(sealed[:-6] + ("A" if last != "A" else "B") + sealed[-5:], "lyo")


def test_what_is_in_the_clear_is_not_taken_for_sealed():
    with pytest.raises(PermanentError, match="not sealed"):
        BOX.open("plain", "lyo")
