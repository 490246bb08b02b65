"""Makes the 8 x 16 font of code page 437: drawn glyphs from font.txt, box drawing from its arms, accented letters from their parts."""

import sys
import unicodedata

ROWS = 16
FIRST_DRAWN_ROW = 2
LOW_CODES = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
CODES = LOW_CODES + "".join(
    "⌂" if code == 0x7F else " " if code == 0xFF else bytes([code]).decode("cp437")
    for code in range(0x20, 0x100)
)
# Two rows each, as bits: above a small letter they begin at row 2, above a capital at row 0.
ACCENTS = {
    "ACUTE": (0x0C, 0x18),
    "GRAVE": (0x60, 0x30),
    "CIRCUMFLEX": (0x38, 0x6C),
    "DIAERESIS": (0x6C, 0x6C),
    "TILDE": (0x76, 0xDC),
    "RING": (0x38, 0x38),
}
CEDILLA = {12: 0x18, 13: 0x30}
NOT_DRAWN = [0] * 2 + [0xFE] + [0x82] * 8 + [0xFE] + [0] * 4


def read_glyphs(path):
    """Sheets of glyphs side by side: a character, then its rows of dots."""
    glyphs, names, row = {}, [], 0
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines()[3:]:
            if line.startswith("= "):
                names, row = line[2:].split(" "), FIRST_DRAWN_ROW
                glyphs.update({name: [0] * ROWS for name in names})
            elif line:
                for name, dots in zip(names, line.split(" ")):
                    glyphs[name][row] = int(dots.ljust(8, ".").replace("#", "1").replace(".", "0"), 2)
                row += 1
    return glyphs


def accented(character, glyphs):
    """A letter and its mark, or None."""
    parts = unicodedata.normalize("NFD", character)
    if len(parts) != 2 or parts[0] not in glyphs:
        return None
    mark = unicodedata.name(parts[1]).split()[1]
    rows = list(glyphs[parts[0]])
    if mark == "CEDILLA":
        for row, bits in CEDILLA.items():
            rows[row] |= bits
    else:
        top = 0 if parts[0].isupper() else 2
        rows[2:5] = [0, 0, 0] if parts[0] == "i" else rows[2:5]
        for i, bits in enumerate(ACCENTS[mark]):
            rows[top + i] = bits
    return rows


def box(character):
    """Lines to the edges, single or double, or None. Up, down, left, right come from the character's name."""
    name = unicodedata.name(character, "")
    if not name.startswith("BOX DRAWINGS "):
        return None
    words = name.replace("BOX DRAWINGS ", "").replace("AND ", "").split()
    arms, style, pending = {}, None, []
    sides = {"VERTICAL": "UD", "HORIZONTAL": "LR", "UP": "U", "DOWN": "D", "LEFT": "L", "RIGHT": "R"}
    for word in words:  # "DOWN SINGLE LEFT DOUBLE": the style follows; "LIGHT VERTICAL": it leads
        if word in ("LIGHT", "DOUBLE", "SINGLE"):
            style = 2 if word == "DOUBLE" else 1
            for side in pending:
                arms[side] = style
            pending = []
        elif style is None or words[0] not in ("LIGHT", "DOUBLE"):
            pending += sides[word]
        else:
            arms.update({side: style for side in sides[word]})

    dots = [[False] * 8 for _ in range(ROWS)]

    def fill(rows, columns, value):
        for row in rows:
            for column in columns:
                dots[row][column] = value

    has_double_rows = arms.get("L") == 2 or arms.get("R") == 2
    has_double_columns = arms.get("U") == 2 or arms.get("D") == 2
    top, bottom = (6, 9) if has_double_rows else (7, 8)
    left, right = (2, 5) if has_double_columns else (3, 4)
    spans = {"U": (range(0, bottom + 1), None), "D": (range(top, ROWS), None),
             "L": (None, range(0, right + 1)), "R": (None, range(left, 8))}
    for side, style in arms.items():
        if style == 2:
            rows, columns = spans[side]
            fill(rows or range(6, 10), columns or range(2, 6), True)
    inner = {"U": (range(0, 9), range(3, 5)), "D": (range(7, ROWS), range(3, 5)),
             "L": (range(7, 9), range(0, 5)), "R": (range(7, 9), range(3, 8))}
    for side, style in arms.items():
        if style == 2:
            fill(*inner[side], False)
    opposite = {"U": "D", "D": "U", "L": "R", "R": "L"}
    for side, style in arms.items():
        if style == 1:
            across = "LR" if side in "UD" else "UD"
            # A single line stops at a double one that it does not cross.
            stops = opposite[side] not in arms and all(arms.get(other) == 2 for other in across)
            rows = {"U": range(0, 7 if stops else bottom + 1), "D": range(9 if stops else top, ROWS)}.get(side, range(7, 9))
            columns = {"L": range(0, 3 if stops else right + 1), "R": range(5 if stops else left, 8)}.get(side, range(3, 5))
            fill(rows, columns, True)
    return [sum(0x80 >> column for column in range(8) if row[column]) for row in dots]


BLOCKS = {
    "░": [0x22, 0x88] * 8,
    "▒": [0x55, 0xAA] * 8,
    "▓": [0xDD, 0x77] * 8,
    "█": [0xFF] * 16,
    "▄": [0x00] * 8 + [0xFF] * 8,
    "▀": [0xFF] * 8 + [0x00] * 8,
    "▌": [0xF0] * 16,
    "▐": [0x0F] * 16,
    "▬": [0x00] * 6 + [0xFE] * 3 + [0x00] * 7,
    " ": [0x00] * 16,
}


def main(source, target):
    glyphs = read_glyphs(source)
    font = bytearray()
    for character in CODES:
        rows = glyphs.get(character) or BLOCKS.get(character) or box(character) or accented(character, glyphs)
        font += bytes(rows or NOT_DRAWN)
    with open(target, "wb") as file:
        file.write(font)


main(*sys.argv[1:])
