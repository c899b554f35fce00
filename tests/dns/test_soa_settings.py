"""The declared part of an SOA."""

import pytest

from ffinfra.dns.records import SOA
from ffinfra.dns.soa_settings import SoaSettings

SERVED = SOA.from_value("ns1.mesh.example. hostmaster.mesh.example. 7 14400 3600 1209600 3600", 600)


def test_only_declared_fields_are_touched() -> None:
    settings = SoaSettings.from_mapping({"refresh": 7200, "ttl": 300, "retry": None})
    assert settings.mapping() == {"refresh": 7200, "ttl": 300}
    wanted = settings.applied_to(SERVED)
    assert (wanted.value, wanted.ttl) == (
        "ns1.mesh.example. hostmaster.mesh.example. 7 7200 3600 1209600 3600",
        300,
    )
    assert settings.read_back(SERVED).mapping() == {"refresh": 14400, "ttl": 600}
    assert SoaSettings.of(SERVED).applied_to(SERVED) == SERVED


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"serial": 1}, "serial is not a field that can be set; known are mname, rname"),
        ({"refresh": "1h"}, "refresh is not a number of seconds from 0 to 2147483647"),
        ({"refresh": -1}, "refresh is not a number of seconds"),
        ({"expire": True}, "expire is not a number of seconds"),
        ({"mname": 1}, "mname is not a name"),
        ({"mname": "ns1"}, "mname: ns1 has no final dot"),
        ({"mname": "NS1.mesh.example."}, "mname: NS1.mesh.example. is not canonical, it would be ns1"),
    ],
)
def test_what_is_refused(values: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        SoaSettings.from_mapping(values)
    assert str(raised.value).startswith(reason)
