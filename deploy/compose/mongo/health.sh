#!/bin/sh
# Healthy when this node takes writes. The first time it makes the replica set, of this one node.
set -eu
exec mongosh --quiet --username bellhop --password "$(cat /run/secrets/mongo_password)" \
    --eval "$(cat /etc/bellhop/replica_set.js)"
