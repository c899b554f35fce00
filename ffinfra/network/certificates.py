"""The last day of certificates, read from their PEM files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ffinfra.network.credentials import Credential
from ffinfra.network.network import Network
from ffinfra.problems import InvalidInputError, Place, Problem


def last_day_of(file: Path) -> date:
    """The last day of a PEM file's certificates: a chain is as good as its first to expire (RFC 5280, 4.1.2.5).

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no certificate.
    """
    from cryptography import x509  # noqa: PLC0415 - takes longer to import than most commands run

    certificates = x509.load_pem_x509_certificates(file.read_bytes())
    return min(certificate.not_valid_after_utc for certificate in certificates).date()


def with_certificates(network: Network, project: Path) -> Network:
    """The network, each credential with a certificate in the project having the day that its file says.

    Raises:
        InvalidInputError: with every file that cannot be read.
    """
    problems: list[Problem] = []
    read = tuple(_read(credential, project, problems) for credential in network.credentials)
    if problems:
        raise InvalidInputError(problems)
    return network.model_copy(update={"credentials": read}) if read != network.credentials else network


def _read(credential: Credential, project: Path, problems: list[Problem]) -> Credential:
    if not credential.in_project:
        return credential
    name = str(credential.certificate)
    try:
        return credential.model_copy(update={"expires": last_day_of(project / name)})
    except (OSError, ValueError) as error:
        problems.append(
            Problem(
                place=Place(name),
                path=f"credentials.{credential.name}",
                what=f"cannot be read as a certificate: {_brief(error)}",
                way_out="Put the certificate there as PEM, without its private key, or note its day as expires",
            )
        )
        return credential


def _brief(error: OSError | ValueError) -> str:
    return str(error.strerror) if isinstance(error, OSError) else str(error).split(".", maxsplit=1)[0]
