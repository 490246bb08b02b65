"""Prints {"<part>": {"<symbol>": <linear address>}} for the named symbols of ELF files.

Usage: symbols.py PART ELF SYMBOL... [-- ELF SYMBOL...]
"""

import json
import subprocess
import sys


def read_symbols(path):
    listing = subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout
    return {fields[2]: int(fields[0], 16) for fields in map(str.split, listing.splitlines()) if len(fields) == 3}


def main(part, arguments):
    found = {}
    while arguments:
        end = arguments.index("--") if "--" in arguments else len(arguments)
        path, names = arguments[0], arguments[1:end]
        symbols = read_symbols(path)
        for name in names:
            if name not in symbols:
                sys.exit(f"{path}: no symbol {name}")
            found[name] = symbols[name]
        arguments = arguments[end + 1 :]
    json.dump({part: found}, sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


main(sys.argv[1], sys.argv[2:])
