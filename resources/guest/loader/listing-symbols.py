"""Finds labels in a nasm listing and writes them as a symbol part on stdout.

Arguments: listing, address of offset 0, name of the part, labels. A label's address
is that of the next listing line which has bytes.
"""

import json
import re
import sys

LINE = re.compile(r"^\s*\d+ (?:([0-9A-F]{8}) \S+\s+)?(?:<\d+>)?\s*(?:(\w+):)?")


def label_addresses(path, origin, labels):
    found = {}
    waiting = []
    with open(path, encoding="ascii") as listing:
        for line in listing:
            offset, label = LINE.match(line).groups()
            if label in labels:
                waiting.append(label)
            if offset:
                for name in waiting:
                    found[name] = origin + int(offset, 16)
                waiting = []
    missing = set(labels) - set(found)
    if missing:
        sys.exit(f"{path}: no label {', '.join(sorted(missing))}")
    return found


path, origin, part, *labels = sys.argv[1:]
json.dump({part: label_addresses(path, int(origin, 0), labels)}, sys.stdout, indent=2)
sys.stdout.write("\n")
