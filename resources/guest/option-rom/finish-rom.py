"""Finishes a card's ROM image: checksum of its PnP header, if it has one, then the last byte, which makes the sum of all bytes 0."""

import sys

PNP_POINTER = 0x1A
PNP_LENGTH = 5  # in units of 16 bytes
PNP_CHECKSUM = 9

source, target = sys.argv[1:]
with open(source, "rb") as file:
    image = bytearray(file.read())
header = int.from_bytes(image[PNP_POINTER : PNP_POINTER + 2], "little")
if header:
    end = header + 16 * image[header + PNP_LENGTH]
    image[header + PNP_CHECKSUM] = -sum(image[header:end]) & 0xFF
with open(target, "wb") as file:
    file.write(image + bytes([-sum(image) & 0xFF]))
