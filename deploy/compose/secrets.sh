#!/bin/sh
# Makes the secrets of an installation, once: random, one file each, in secrets/ beside this script.
# Containers run under other users than yours, so the files are readable and the folder is not.
set -eu
cd "$(dirname "$0")"

if [ -e secrets ]; then
    echo "$PWD/secrets exists: nothing was changed. Whoever loses the old secrets loses what they sealed." >&2
    exit 1
fi

random() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; } # BYTES, as hexadecimal digits
keep() { printf '%s\n' "$2" >"$new/$1"; }                              # NAME TEXT

umask 077
new=$(mktemp -d ./secrets.XXXXXX) # whole or not at all
trap 'rm -rf "$new"' EXIT

rabbitmq=$(random 24)
redis=$(random 24)
mongo=$(random 24)
keep rabbitmq_user.conf "default_user = bellhop
default_pass = $rabbitmq"
keep redis_password.conf "requirepass $redis"
keep mongo_password "$mongo"
keep mongo_keyfile "$(random 256)"
keep bellhop_rabbitmq_url "amqp://bellhop:$rabbitmq@rabbitmq:5672/"
keep bellhop_redis_url "redis://:$redis@redis:6379/0"
keep bellhop_store_url "mongodb://bellhop:$mongo@mongo:27017/?replicaSet=bellhop&authSource=admin"
keep bellhop_sealing_key "$(random 32)"
keep bellhop_internal_token "$(random 32)"
keep bellhop_token_key "$(random 32)"
keep bellhop_admin_password "$(random 12)"
for vendor in openai anthropic gemini openrouter; do keep "bellhop_${vendor}_api_keys" ""; done
keep bellhop_ai_vendors "[]"

chmod 444 "$new"/*
mv "$new" secrets
trap - EXIT
echo "Made $PWD/secrets. The administrator's password is in secrets/bellhop_admin_password."
