"""Verifying signatures on the elliptic curves that DNSSEC uses.

Sources: FIPS 186-5 section 6.4.2 and SP 800-186 (ECDSA on P-256 and P-384), RFC 8032 section 5.1 (Ed25519).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

Point = tuple[int, int, int]
"""A point of a Weierstrass curve in Jacobian coordinates; z is 0 at infinity."""

_INFINITY: Final[Point] = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """A curve y^2 = x^3 - 3x + b over the integers modulo a prime, with a base point of prime order."""

    prime: int
    b: int
    order: int
    base: tuple[int, int]
    octets: int


P256: Final = Curve(
    prime=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    base=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    octets=32,
)
P384: Final = Curve(
    prime=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    order=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    base=(
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    octets=48,
)


def verify_ecdsa(curve: Curve, key: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether a signature (r and s, RFC 6605 section 4) fits a digest and a key (x and y)."""
    size = curve.octets
    if len(key) != 2 * size or len(signature) != 2 * size:
        return False
    x, y = int.from_bytes(key[:size], "big"), int.from_bytes(key[size:], "big")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    on_curve = (y * y - x * x * x + 3 * x - curve.b) % curve.prime == 0
    if not on_curve or not 0 < r < curve.order or not 0 < s < curve.order:
        return False
    inverse = pow(s, -1, curve.order)
    number = int.from_bytes(digest[:size], "big")
    ours = _multiply(curve, number * inverse % curve.order, (*curve.base, 1))
    theirs = _multiply(curve, r * inverse % curve.order, (x, y, 1))
    total_x, _, total_z = _add(curve, ours, theirs)
    if total_z == 0:
        return False
    return total_x * pow(total_z, -2, curve.prime) % curve.prime % curve.order == r


def _multiply(curve: Curve, factor: int, point: Point) -> Point:
    result = _INFINITY
    for bit in f"{factor:b}":
        result = _double(curve, result)
        if bit == "1":
            result = _add(curve, result, point)
    return result


def _double(curve: Curve, point: Point) -> Point:
    x, y, z = point
    p = curve.prime
    if z == 0 or y == 0:
        return _INFINITY
    square = y * y % p
    s = 4 * x * square % p
    m = 3 * (x - z * z) * (x + z * z) % p
    new_x = (m * m - 2 * s) % p
    return new_x, (m * (s - new_x) - 8 * square * square) % p, 2 * y * z % p


def _add(curve: Curve, one: Point, other: Point) -> Point:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    p = curve.prime
    (x1, y1, z1), (x2, y2, z2) = one, other
    zz1, zz2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * zz2 % p, x2 * zz1 % p
    s1, s2 = y1 * zz2 * z2 % p, y2 * zz1 * z1 % p
    if u1 == u2:
        return _double(curve, one) if s1 == s2 else _INFINITY
    h, r = (u2 - u1) % p, (s2 - s1) % p
    hh = h * h % p
    hhh, v = hh * h % p, u1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p


_Q: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _Q) % _Q
_ROOT_OF_MINUS_ONE: Final = pow(2, (_Q - 1) // 4, _Q)

Extended = tuple[int, int, int, int]
"""A point of the Edwards curve in extended coordinates (RFC 8032, section 5.1.4)."""


def verify_ed25519(key: bytes, data: bytes, signature: bytes) -> bool:
    """Whether a signature fits the data and the key (RFC 8032, section 5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    point, commitment = _decompress(key), _decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if point is None or commitment is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + data).digest(), "little") % _L
    left = _times(s, _ED_BASE)
    right = _plus(commitment, _times(h, point))
    same_x = (left[0] * right[2] - right[0] * left[2]) % _Q == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % _Q == 0


def _decompress(octets: bytes) -> Extended | None:
    number = int.from_bytes(octets, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= _Q:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _Q) % _Q
    x = pow(square, (_Q + 3) // 8, _Q)
    if (x * x - square) % _Q:
        x = x * _ROOT_OF_MINUS_ONE % _Q
    if (x * x - square) % _Q or (x == 0 and sign):
        return None
    x = _Q - x if x & 1 != sign else x
    return x, y, 1, x * y % _Q


def _plus(one: Extended, other: Extended) -> Extended:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _Q
    b = (one[1] + one[0]) * (other[1] + other[0]) % _Q
    c = 2 * one[3] * other[3] * _D % _Q
    d = 2 * one[2] * other[2] % _Q
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _Q, g * h % _Q, f * g % _Q, e * h % _Q


def _times(factor: int, point: Extended) -> Extended:
    result: Extended = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        result = _plus(result, result)
        if bit == "1":
            result = _plus(result, point)
    return result


def _base() -> Extended:
    found = _decompress((4 * pow(5, -1, _Q) % _Q).to_bytes(32, "little"))
    assert found is not None
    return found


_ED_BASE: Final = _base()
