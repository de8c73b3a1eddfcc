"""The notifier's parts list."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from chassis.failures.settled import SettledFailures
from chassis.http.client import vendor_client
from chassis.messaging.waiting_room import WaitingRules
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
from notifier.adapters.doubt_store import DoubtStore
from notifier.adapters.telegram import Telegram
from notifier.adapters.webchat import WebChat
from notifier.adapters.whatsapp import WhatsApp
from notifier.domain.capabilities import capabilities_of, urgent
from notifier.handlers.attempts import Attempts
from notifier.handlers.consent import Consent
from notifier.handlers.doubts import OpenDoubts
from notifier.handlers.receipts import Receipts
from notifier.handlers.resending import Resending
from notifier.handlers.sending import Sending
from notifier.handlers.uncertain_sends import UncertainSends
from notifier.settings import NotifierSettings


@asynccontextmanager
async def wire(parts: Parts) -> AsyncIterator[Wiring]:
    """Opens one client per vendor and puts the parts together."""
    chosen: NotifierSettings = parts.settings
    tenants = TenantProjection(parts.store)
    deliveries = DeliveryStore(parts.store)
    consents = ConsentStore(parts.store)
    open_doubts = DoubtStore(parts.store)
    settled = SettledFailures(parts.store, parts.clock)
    doubts = OpenDoubts(open_doubts, tenants, parts.publisher, settled, parts.clock)
    resending = Resending(doubts, open_doubts, deliveries, parts.publisher, parts.clock)
    async with (
        vendor_client(chosen.whatsapp_base_url, chosen.vendor_timeout) as meta,
        vendor_client(chosen.telegram_base_url, chosen.vendor_timeout) as telegram,
    ):
        attempts = Attempts(
            deliveries=deliveries,
            tenants=tenants,
            senders={
                Channel.WHATSAPP: WhatsApp(meta, parts.box, with_reference=chosen.whatsapp_reference),
                Channel.TELEGRAM: Telegram(telegram, parts.box),
                Channel.WEBCHAT: WebChat(parts.redis),
            },
            departures=DepartureFolder(chosen.departures_dir),
            clock=parts.clock,
        )
        sending = Sending(
            deliveries=deliveries,
            consents=consents,
            attempts=attempts,
            doubts=doubts,
            publisher=parts.publisher,
            clock=parts.clock,
            tries=chosen.send_tries,
            patience=timedelta(seconds=chosen.rate_limit_patience),
        )
        consent = Consent(consents)
        yield Wiring(
            handlers={
                MessageSendRequested: sending.on_requested,
                ReceiptReceived: Receipts(deliveries, doubts, parts.publisher, parts.clock).on_received,
                ConsentWithdrawn: consent.on_withdrawn,
                ConsentGiven: consent.on_given,
                TenantConfigured: tenants.on_tenant_configured,
            },
            background=(resending.follow, resending.watch),
            failures=(UncertainSends(open_doubts, resending),),
            state={"deliveries": deliveries},
            waiting=WaitingRules(capabilities_of, urgent),
        )


settings = load(NotifierSettings)
app = service_app("notifier", settings, wire, routers=(routes.router,))

if __name__ == "__main__":
    run(app, settings)
