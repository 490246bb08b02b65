"""Prints where the code of each image lies and what its places are called, for whoever attributes cycles to code.

Usage: code-symbols.py IMAGE=FILE@BASE+SIZE...
FILE is an ELF file or a map of nasm; BASE is added to its addresses, which gives linear addresses (of option ROMs:
offsets in the ROM). SIZE bounds the image. Prints {"<image>": {"start", "end", "symbols": {"<name>": <address>}}}.
"""

import json
import subprocess
import sys
from collections import Counter


def elf_code(path):
    """Symbols of code, which nm marks T and t. Static functions that share a name get their file's besides."""
    listing = subprocess.run(["nm", "-a", "-p", path], check=True, capture_output=True, text=True).stdout
    found = []
    source = ""
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) != 3 or fields[2].startswith("."):
            continue
        address, kind, name = fields
        if kind == "a" and name.endswith((".c", ".o")):
            source = name.removesuffix(".o")
        elif kind in "Tt":
            found.append((name, source, int(address, 16)))
    counts = Counter(name for name, _, _ in found)
    return {name if counts[name] == 1 else f"{name} ({source})": address for name, source, address in found}


def nasm_labels(path):
    """Labels of a section; constants come before the first section, and local labels have a dot in them."""
    labels = {}
    in_section = False
    with open(path, encoding="utf-8") as listing:
        for line in listing:
            if line.startswith("---- "):
                in_section = line.startswith("---- Section")
                continue
            fields = line.split()
            if in_section and len(fields) == 3 and fields[0] != "Real" and "." not in fields[2]:
                labels[fields[2]] = int(fields[1], 16)
    return labels


def read(argument):
    image, place = argument.split("=")
    path, extent = place.split("@")
    base, size = (int(number, 0) for number in extent.split("+"))
    symbols = nasm_labels(path) if path.endswith(".map") else elf_code(path)
    start = base or min(symbols.values())
    end = start + size
    placed = {name: address + base for name, address in symbols.items()}
    return image, {
        "start": start,
        "end": end,
        "symbols": {name: at for name, at in sorted(placed.items(), key=lambda item: (item[1], item[0])) if at < end},
    }


json.dump(dict(read(argument) for argument in sys.argv[1:]), sys.stdout, indent=1)
sys.stdout.write("\n")
