"""Writes the image offsets of all absolute 32-bit addresses in an ELF file that was linked with --emit-relocs.

Usage: relocations.py VMLINUX OUTPUT. Document: System V ABI, i386 supplement, chapter 4 (relocation types).
"""

import struct
import sys

SHT_SYMTAB, SHT_REL = 2, 9
SHF_ALLOC = 2
SHN_ABS = 0xFFF1
R_386_32, R_386_PC32, R_386_PLT32 = 1, 2, 4


def read_sections(elf):
    (table,) = struct.unpack_from("<I", elf, 0x20)
    entry_bytes, count = struct.unpack_from("<HH", elf, 0x2E)
    return [struct.unpack_from("<10I", elf, table + i * entry_bytes) for i in range(count)]


def main(path, output):
    elf = open(path, "rb").read()
    sections = read_sections(elf)
    loaded = [s for s in sections if s[2] & SHF_ALLOC]
    image_at = min(s[3] for s in loaded)
    offsets = []
    for _, kind, _, _, at, size, link, target, _, entry_bytes in sections:
        if kind != SHT_REL or not sections[target][2] & SHF_ALLOC:
            continue
        symbols = sections[link][4]
        for position in range(at, at + size, entry_bytes):
            address, info = struct.unpack_from("<II", elf, position)
            (section,) = struct.unpack_from("<H", elf, symbols + (info >> 8) * 16 + 14)
            if info & 0xFF == R_386_32:
                if section != SHN_ABS:
                    offsets.append(address - image_at)
            elif info & 0xFF not in (R_386_PC32, R_386_PLT32):
                sys.exit(f"{path}: relocation type {info & 0xFF} at {address:x}")
            elif section == SHN_ABS:
                sys.exit(f"{path}: relative to an absolute address at {address:x}")
    with open(output, "wb") as file:
        file.write(b"".join(struct.pack("<I", offset) for offset in sorted(offsets)))


main(*sys.argv[1:])
