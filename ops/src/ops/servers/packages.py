"""Installs Debian packages without letting them start a daemon, now or at the next boot."""

import subprocess
from collections.abc import Sequence

from ops.servers.supply import ServersUnavailable, privileged_prefix

_SCRIPT = """
set -e
export DEBIAN_FRONTEND=noninteractive
if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
fi
apt-get -q -o DPkg::Lock::Timeout=120 update
apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@"
for package in "$@"; do
    systemctl --quiet disable "$package" 2>/dev/null || true
done
"""


def install(packages: Sequence[str]) -> None:
    """Raises `ServersUnavailable` with the end of apt-get's output when it cannot be done."""
    prefix = privileged_prefix()
    if prefix is None:
        raise ServersUnavailable(f"install {' '.join(packages)} yourself: this needs root")
    command = [*prefix, "sh", "-c", _SCRIPT, "install", *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
        raise ServersUnavailable(f"apt-get could not install {' '.join(packages)}:\n{tail}")
