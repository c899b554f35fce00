"""What is not known stands in the file as a question, with its place."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import yaml

from ffinfra.adoption.open_yaml import Items, Note, Open, Table, lines, names, open_questions

BLOCK = Table(
    (
        ("name", "sn1"),
        ("cores", Open("how many?")),
        ("ipv4", IPv4Address("192.0.2.1")),
        ("ipv6", IPv6Address("2001:db8::1")),
        ("hosts", Items((Table((("name", "vm1"), ("site", Open("where?")))), Note("and vm2?")))),
        ("short", names(["a", "b"])),
        ("nothing", Items(())),
    )
)
TEXT = """\
name: sn1
cores: # ?? how many?
ipv4: 192.0.2.1
ipv6: "2001:db8::1"
hosts:
  - name: vm1
    site: # ?? where?
  # ?? and vm2?
short: [a, b]
nothing: []
"""


def test_a_block_and_its_questions() -> None:
    assert "\n".join(lines(BLOCK)) + "\n" == TEXT
    assert [str(one) for one in open_questions(TEXT, "f.yaml")] == [
        "f.yaml:2: cores: how many?. Write it behind cores:",
        "f.yaml:7: hosts[0].site: where?. Write it behind site:",
        "f.yaml:8: and vm2?. Delete this line then",
    ]


def test_a_value_in_front_answers_a_question() -> None:
    answered = TEXT.replace("cores: #", "cores: 4 #").replace("  # ?? and vm2?\n", "")
    assert [one.path for one in open_questions(answered, "f.yaml")] == ["hosts[0].site"]


def test_a_name_from_a_provider_stays_one_value() -> None:
    hostile = [
        "yes",
        "12",
        "a: b",
        "a #b",
        "- x",
        "x\nprotect: false",
        '"',
        "{",
        "[[]]",
        "é",
        "",
        " a",
        "1e3",
        "~",
    ]
    for text in hostile:
        block = Table((("key", text), ("asked", Open(text)), ("last", "end")))
        read = yaml.safe_load("\n".join(lines(block)))
        assert read == {"key": text, "asked": None, "last": "end"}, text
