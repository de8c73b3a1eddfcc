#!/bin/sh
# Makes .venv and everything in it, from nothing but a Python. Says nothing when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."

packages="libs/contracts libs/chassis $(echo services/*) ops"
stamp=.venv/bellhop-stamp

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# What .venv was made from: the locks, the packages' own declarations, and this folder's place.
wanted() {
    { pwd; cat requirements.dev.lock ops/bootstrap.lock ops/bootstrap.sh
      for package in $packages; do cat "$package/pyproject.toml"; done; } | cksum
}

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

find_python() {
    for python in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if command -v "$python" >/dev/null && suits "$python"; then echo "$python"; return; fi
    done
    found=$(python3 --version 2>/dev/null || echo "no Python")
    stop "Bellhop needs Python 3.11, 3.12 or 3.13 and found $found: install one of them (Debian 12 and Ubuntu 24.04 have one as \"python3\"), then try again."
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

make_venv() {
    python=$(find_python)
    say "Making .venv with $("$python" --version) …"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "Installing python3-venv, which Debian keeps apart from Python …"
        { as_root apt-get -q update && as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install python3-venv; } >/dev/null 2>&1 ||
            stop "Python's venv is missing and could not be installed: run \"apt-get install python3-venv\" as root, then try again."
    fi
    "$python" -m venv --clear .venv
}

install_packages() {
    say "Installing the Python packages, as the lock files say …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r ops/bootstrap.lock
    # Compiled once here: else each start of a service compiles them, where Python may not keep what it compiled.
    .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.dev.lock
    editable=""
    for package in $packages; do editable="$editable -e $package"; done
    # shellcheck disable=SC2086  # one word each
    .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation $editable
}

# `uv run bellhop …` is how the command line is called, so a shell must find uv.
place_uv() {
    place=/usr/local/bin
    [ -w "$place" ] || place="$HOME/.local/bin"
    mkdir -p "$place"
    cp .venv/bin/uv "$place/uv"
    say "Put uv into $place."
    case ":$PATH:" in *":$place:"*) ;; *) say "Add $place to your PATH to use it." ;; esac
}

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(wanted)" ]; then
    exit 0
fi
{ suits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; } || make_venv
install_packages
command -v uv >/dev/null || [ -x "$HOME/.local/bin/uv" ] || place_uv
wanted >"$stamp"
say "Python is ready."
