"""Merges the symbol files of the parts into one JSON object on stdout.

Each argument is a JSON file {"<part>": {"<symbol>": <linear address>}}.
"""

import json
import sys


def merge(paths):
    merged = {}
    for path in paths:
        with open(path, encoding="ascii") as file:
            for part, symbols in json.load(file).items():
                into = merged.setdefault(part, {})
                for name, address in symbols.items():
                    if into.get(name, address) != address:
                        sys.exit(f"{path}: {part}.{name} is defined twice")
                    into[name] = address
    return merged


json.dump(merge(sys.argv[1:]), sys.stdout, indent=2, sort_keys=True)
sys.stdout.write("\n")
