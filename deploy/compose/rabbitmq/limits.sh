#!/bin/sh
# The last resort of back-pressure: no queue grows beyond this, whoever publishes too much is refused and waits.
# Ten times what the gateway lets wait (BELLHOP_BACKLOG_LIMIT). The record of events has limits of its own.
# Once per installation, and again to change it: docker compose exec rabbitmq sh /etc/bellhop/limits.sh
set -eu
rabbitmqctl set_policy --apply-to queues bellhop-limits '^(?!events[.]log$)' '{"max-length": 500000, "overflow": "reject-publish"}'
