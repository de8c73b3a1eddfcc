"""The notifier's parts list."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.http.client import vendor_client
from chassis.service import Parts, Wiring, run, service_app
from chassis.settings import load
from chassis.tenants import TenantProjection
from contracts.customers import ConsentGiven, ConsentWithdrawn
from contracts.messages import Channel, MessageSendRequested, ReceiptReceived
from contracts.tenants import TenantConfigured
from notifier import routes
from notifier.adapters.consent_store import ConsentStore
from notifier.adapters.delivery_store import DeliveryStore
from notifier.adapters.departure_folder import DepartureFolder
from notifier.adapters.telegram import Telegram
from notifier.adapters.webchat import WebChat
from notifier.adapters.whatsapp import WhatsApp
from notifier.handlers.consent import Consent
from notifier.handlers.receipts import Receipts
from notifier.handlers.sending import Sending
from notifier.settings import NotifierSettings


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    """Opens one client per vendor and puts the parts together."""
    chosen: NotifierSettings = parts.settings
    tenants = TenantProjection(parts.store)
    deliveries = DeliveryStore(parts.store)
    consents = ConsentStore(parts.store)
    async with (
        vendor_client(chosen.whatsapp_base_url, chosen.vendor_timeout) as meta,
        vendor_client(chosen.telegram_base_url, chosen.vendor_timeout) as telegram,
    ):
        sending = Sending(
            deliveries=deliveries,
            consents=consents,
            tenants=tenants,
            senders={
                Channel.WHATSAPP: WhatsApp(meta, parts.box, with_reference=chosen.whatsapp_reference),
                Channel.TELEGRAM: Telegram(telegram, parts.box),
                Channel.WEBCHAT: WebChat(parts.redis),
            },
            departures=DepartureFolder(chosen.departures_dir),
            publisher=parts.publisher,
            clock=parts.clock,
            tries=chosen.send_tries,
            uncertain_sends=chosen.uncertain_sends,
        )
        consent = Consent(consents)
        yield Wiring(
            handlers={
                MessageSendRequested: sending.on_requested,
                ReceiptReceived: Receipts(deliveries, parts.publisher, parts.clock).on_received,
                ConsentWithdrawn: consent.on_withdrawn,
                ConsentGiven: consent.on_given,
                TenantConfigured: tenants.on_tenant_configured,
            },
            state={"deliveries": deliveries},
        )


settings = load(NotifierSettings)
app = service_app("notifier", settings, wire, routers=(routes.router,))

if __name__ == "__main__":
    run(app, settings)
