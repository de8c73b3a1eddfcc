"""Bookings and free times as the read API shows them: in the tenant's own zone and first language."""

from datetime import datetime
from typing import Any

from chassis.storage import instant
from contracts.bookings import Slot
from contracts.tenants import TenantConfig
from scheduler.domain.booking import Booking


def booking_item(booking: Booking, config: TenantConfig) -> dict[str, Any]:
    """One agreed booking. Raises ValueError for one that never was."""
    agreed, appointment = booking.agreed, booking.appointment
    if agreed is None:
        raise ValueError(f"nothing was agreed for booking {booking.id}")
    return {
        "id": str(booking.id),
        "status": booking.status,
        "service_id": appointment.service_id,
        "service": _service_name(appointment.service_id, config),
        "resource_id": appointment.resource_id,
        "staff": _staff_name(appointment.resource_id, config),
        "start": _local(appointment.start, config),
        "end": _local(appointment.end, config),
        "start_utc": instant(appointment.start),
        "customer": agreed.customer.model_dump(mode="json"),
        "conversation_id": agreed.conversation_id,
        "created_at": instant(booking.created_at),
        "updated_at": instant(booking.updated_at),
        "reminder_at": instant(agreed.reminder_at) if agreed.reminder_at else None,
    }


def availability_item(slot: Slot, config: TenantConfig) -> dict[str, Any]:
    """One free time."""
    return {
        "start": _local(slot.start, config),
        "start_utc": instant(slot.start),
        "resource_id": slot.resource_id,
        "staff": _staff_name(slot.resource_id, config),
    }


def _local(moment: datetime, config: TenantConfig) -> str:
    return moment.astimezone(config.zone).isoformat()


def _service_name(service_id: str, config: TenantConfig) -> str:
    """What it is called; its id if the business no longer offers it."""
    service = config.service(service_id)
    return service.name.in_(config.languages[0]) if service else service_id


def _staff_name(resource_id: str, config: TenantConfig) -> str:
    resource = config.resource(resource_id)
    return resource.name if resource else resource_id
