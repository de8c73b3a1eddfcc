#!/bin/sh
# mongod wants its key for itself alone; a secret that other containers' users can read is refused.
set -eu
install -m 0400 /run/secrets/mongo_keyfile /tmp/keyfile
exec docker-entrypoint.sh mongod --replSet bellhop --keyFile /tmp/keyfile --bind_ip_all
