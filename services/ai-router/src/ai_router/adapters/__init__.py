"""AI vendors, one module each, and what is kept in Redis. None knows another."""
