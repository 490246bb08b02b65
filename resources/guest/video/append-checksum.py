"""Copies a ROM image and appends the byte that makes the sum of all bytes 0."""

import sys

source, target = sys.argv[1:]
with open(source, "rb") as file:
    image = file.read()
with open(target, "wb") as file:
    file.write(image + bytes([-sum(image) & 0xFF]))
