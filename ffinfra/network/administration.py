"""Letting an administrator in or out: the two files that change, and what no file can do.

The texts are changed line by line, so that comments and the order of everything else stay for the review.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ffinfra.network.credentials import CredentialKind
from ffinfra.network.network import Network
from ffinfra.network.reading import NETWORK_AT
from ffinfra.problems import InvalidInputError, KeyPath, Problem
from ffinfra.validation import value_at
from ffinfra.yaml_document import Document, parse_document

_AT: KeyPath = (*NETWORK_AT, "administrators")
NAMESPACE = "ffinfra-approval"


def with_administrator(text: str, file: str, name: str, keys: Sequence[str]) -> str:
    """A stack file's text with one administrator more, behind the others.

    Raises:
        InvalidInputError: the name stands there already, or the list is not written entry by entry.
    """
    document = parse_document(text, file)
    names = _names(document)
    if name in names:
        raise _problem(document, (*_AT, names.index(name)), f"{name} stands here already", "Nothing is to do")
    if not names:
        raise _problem(document, _AT, "there is no administrator to write beside", "Write the first by hand")
    lines = text.splitlines(keepends=True)
    first, end = _span(document, lines, len(names) - 1)
    margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    entry = [
        f"{margin}- name: {name}\n",
        f"{margin}  ssh_keys:\n",
        *(f"{margin}    - {key}\n" for key in keys),
    ]
    return "".join([*lines[:end], *entry, *lines[end:]])


def without_administrator(text: str, file: str, name: str) -> str:
    """A stack file's text without an administrator.

    Raises:
        InvalidInputError: there is none of that name, or the list is not written entry by entry.
    """
    document = parse_document(text, file)
    names = _names(document)
    if name not in names:
        listed = f"There are: {', '.join(names) or 'none'}"
        raise _problem(document, _AT, f"there is no administrator {name}", listed)
    lines = text.splitlines(keepends=True)
    first, end = _span(document, lines, names.index(name))
    return "".join([*lines[:first], *lines[end:]])


def with_signer(text: str, name: str, key: str) -> str:
    """.allowed_signers with a line more (ssh-keygen(1), ALLOWED SIGNERS)."""
    kind, public = key.split()[:2]
    ended = text if not text or text.endswith("\n") else f"{text}\n"
    return f'{ended}{name} namespaces="{NAMESPACE}" {kind} {public}\n'


def without_signer(text: str, name: str) -> str:
    """.allowed_signers without the lines of a person: ``name`` itself, or with a domain behind it."""
    return "".join(line for line in text.splitlines(keepends=True) if not _is_of(line, name))


def leaving(network: Network, name: str, waivers: Sequence[str]) -> Iterator[str]:
    """What somebody must do when an administrator leaves, beyond the two files, the urgent first.

    Args:
        network: as it was before.
        name: who leaves.
        waivers: the waivers that the person owns, in words.
    """
    yield "Apply this change: machines take the SSH key away when their configuration is rolled out"
    yield "Revoke and replace every API token the person knew (HCLOUD_TOKEN, CLOUDFLARE_API_TOKEN, those of CI)"
    yield "Change the passphrase of each stack: pulumi stack change-secrets-provider passphrase -s STACK"
    yield "Replace ffinfra:gateKey and the TSIG keys (ffinfra:tsig), then the fastd keys at the next firmware"
    yield "Take the person out of the accounts of: " + ", ".join(hoster.name for hoster in network.hosters)
    for one in network.credentials:
        if one.kind is CredentialKind.ADMINISTRATOR_KEY and one.subject == name:
            yield f"Remove {one.kind} {one.name} from credentials: it goes with the person"
        elif one.owner == name:
            yield f"Find another owner for {one.kind} {one.name}, which unlocks {one.unlocks}"
        elif one.kind is CredentialKind.API_TOKEN:
            yield f"Replace api-token {one.name} ({one.owner} renews it) and note its new day"
    for waiver in waivers:
        yield f"Find another owner for the waiver of {waiver}, or end it"
    left = [one.name for one in network.administrators if one.name != name]
    if len(left) < 2:
        yield f"Find somebody: {', '.join(left) or 'nobody'} alone would be left, and two must approve what destroys"


def _names(document: Document) -> list[str]:
    listed = value_at(document.value, _AT)
    return [str(one.get("name")) if isinstance(one, dict) else "" for one in listed or []]


def _span(document: Document, lines: Sequence[str], index: int) -> tuple[int, int]:
    """The first line of an entry and the one behind it, counted from 0; comments before the next part stay."""
    at = (*_AT, index)
    first = (document.place(at).line or 1) - 1
    if not lines[first].lstrip().startswith("- "):
        raise _problem(document, at, "the list is not written entry by entry", "Change this file by hand")
    behind = [
        place.line - 1
        for path, place in document.places.items()
        if place.line is not None and path[: len(at)] != at and place.line - 1 > first
    ]
    end = min(behind, default=len(lines))
    while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return first, end


def _is_of(line: str, name: str) -> bool:
    principals = line.split(maxsplit=1)[0].split(",") if line.strip() and line[0] != "#" else []
    return any(one == name or one.startswith(f"{name}@") for one in principals)


def _problem(document: Document, path: KeyPath, what: str, way_out: str) -> InvalidInputError:
    return InvalidInputError([Problem(place=document.place(path), what=what, way_out=way_out)])
