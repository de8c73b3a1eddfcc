#!/bin/sh
# Writes the lock files anew: exact versions with hashes, for every platform, naming no registry.
set -eu
cd "$(dirname "$0")/.."

workspace=$(mktemp)
trap 'rm -f "$workspace"' EXIT
own=""
for package in libs/* services/* ops; do
    echo "-e $package" >>"$workspace"
    own="$own --no-emit-package $(sed -n 's/^name = "\(.*\)"/\1/p' "$package/pyproject.toml" | head -n 1)"
done

compile() {
    # shellcheck disable=SC2086  # one word each
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
        --no-header --no-sources $own "$@"
}

compile "$workspace" -o requirements.lock
compile --extra dev pyproject.toml "$workspace" -c requirements.lock -o requirements.dev.lock
echo "uv==0.13.8" | compile - -o ops/bootstrap.lock
# Measured beside, by `make bench-ai` alone: it stands in a venv of its own and is part of nothing.
echo "litellm[proxy]" | compile --python-version 3.11 - -o requirements-bench.lock
