#!/usr/bin/env python3
"""Checks a receipt of docs/receipts.md with nothing but Python's standard library.

    check_receipt.py RECEIPT [ANSWER]

RECEIPT is a file with the thirteen lines, ANSWER one with the answer's bytes (a whole answer). Exit status 0: the signature holds, and the
answer is the one that was signed. 1: not. 2: this script cannot tell (sr25519 needs more than the standard library).
"""

import hashlib
import re
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def point(data):
    """The point of 32 bytes (RFC 8032, 5.1.3) as x, y, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def add(one, two):
    (a, b), (c, d) = one, two
    k = D * a * b * c * d % P
    return (a * d + b * c) * pow(1 + k, P - 2, P) % P, (b * d + a * c) * pow(1 - k, P - 2, P) % P


def times(number, what):
    sum_, bit = (0, 1), what
    while number:
        if number & 1:
            sum_ = add(sum_, bit)
        bit, number = add(bit, bit), number >> 1
    return sum_


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(key, message, signature):
    a, r = point(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or times(8, a) == (0, 1):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return times(s, BASE) == add(r, times(k, a))


def public_key(address):
    """The 32 bytes of an SS58 address of format 42."""
    number = 0
    for letter in address:
        number = number * 58 + ALPHABET.index(letter)
    data = number.to_bytes(35, "big")
    check = hashlib.blake2b(b"SS58PRE" + data[:33]).digest()[:2]
    if data[0] != 42 or data[33:] != check:
        raise ValueError("not an address of format 42: " + address)
    return data[1:33]


def main(arguments):
    text = open(arguments[0], "rb").read().decode("ascii")
    lines = text.split("\n")
    if len(lines) != 13 or lines[0] != "bittensor4j-receipt/1" or lines[4] != "btauth/1":
        print("not a receipt")
        return 1
    if not re.fullmatch("0x[0-9a-f]{128}", lines[12]):
        print("not a signature")
        return 1
    if lines[1] != "ed25519":
        print("cannot check a signature of " + lines[1])
        return 2
    signed = "\n".join(lines[:12]).encode("ascii")
    if not ed25519(public_key(lines[11]), signed, bytes.fromhex(lines[12][2:])):
        print("the signature does not hold")
        return 1
    if len(arguments) > 1:
        answer = open(arguments[1], "rb").read()
        if lines[2] != "-" or hashlib.sha256(answer).hexdigest() != lines[3]:
            print("another answer was signed")
            return 1
    print(lines[11] + " gave this answer to " + lines[10])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
