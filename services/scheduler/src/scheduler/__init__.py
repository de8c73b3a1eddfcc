"""Bookings, availability and durable timers."""
