"""The network as code; ``pulumi up`` runs this for the selected stack, behind the gate."""

from pathlib import Path

from components.settings import read_settings
from ffinfra.gate import guard
from ffinfra.stack_kind import StackKind

project = Path(__file__).resolve().parent
settings = read_settings(project)
guard.install(project, settings.stack.kind, settings.configuration)

match settings.stack.kind:
    case StackKind.PROD:
        from components import prod

        hosts = prod.declare_hosts(settings)
        prod.declare_supernodes(settings, hosts)
        nameservers = prod.declare_nameservers(settings, hosts)
        prod.declare_zones(settings, nameservers)
    case StackKind.FAILOVER:
        from components import failover

        failover.declare_fallback_zones(settings)
        failover.declare_delegations(settings)
