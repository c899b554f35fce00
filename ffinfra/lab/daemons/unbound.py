"""The lab's visitor: a real unbound that resolves from the lab's own root."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ffinfra.lab.daemons.answers import answers
from ffinfra.lab.daemons.daemon import Daemon
from ffinfra.lab.topology import CACHE_SECONDS, RESOLVER, ROOT_SERVER


def resolver(folder: Path) -> Daemon:
    """A resolver that forgets within seconds, so that expiry can be watched."""
    folder.mkdir(parents=True)
    hints = folder / "root.hints"
    hints.write_text(
        f". 3600 IN NS {ROOT_SERVER.name}.\n"
        f"{ROOT_SERVER.name}. 3600 IN A {ROOT_SERVER.ipv4}\n"
        f"{ROOT_SERVER.name}. 3600 IN AAAA {ROOT_SERVER.ipv6}\n"
    )
    configuration = folder / "unbound.conf"
    configuration.write_text(_configuration(folder, hints))
    return Daemon(
        name="unbound",
        command=["unbound", "-d", "-c", str(configuration)],
        log=folder / "unbound.log",
        ready=partial(answers, RESOLVER, "example."),
    )


def _configuration(folder: Path, hints: Path) -> str:
    # A question that came while all nameservers were dead is tried again for up to two minutes, and whoever asks the
    # same meanwhile waits with it; the two settings on round trips and tries make that seconds, as with the caches.
    return f"""server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: "{folder}/unbound.pid"
    use-syslog: no
    logfile: ""
    verbosity: 1
    interface: {RESOLVER}
    access-control: 127.0.0.0/8 allow
    do-daemonize: no
    do-not-query-localhost: no
    module-config: "iterator"
    root-hints: "{hints}"
    num-threads: 1
    qname-minimisation: yes
    cache-max-ttl: {CACHE_SECONDS}
    cache-max-negative-ttl: {CACHE_SECONDS}
    infra-host-ttl: {CACHE_SECONDS}
    infra-cache-max-rtt: 250
    unknown-server-time-limit: 100
    outbound-msg-retry: 2
    serve-expired: no
    discard-timeout: 5000
remote-control:
    control-enable: no
"""
