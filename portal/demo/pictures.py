"""Small pictures drawn by rule, in place of photos that nobody took: a weld, a shelf, a type plate."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from math import cos, hypot, sin

from portal.demo.chance import Chance

WIDTH, HEIGHT = 480, 360
Colour = tuple[int, int, int]
Paint = Callable[[int, int], int]
"""The place in the palette of a point."""


def _ramp(dark: Colour, light: Colour, steps: int) -> list[Colour]:
    """Shades from one colour to another."""
    ends = list(zip(dark, light, strict=True))
    return [
        (_between(ends[0], at, steps), _between(ends[1], at, steps), _between(ends[2], at, steps))
        for at in range(steps)
    ]


def _between(ends: tuple[int, int], at: int, steps: int) -> int:
    return ends[0] + (ends[1] - ends[0]) * at // (steps - 1)


def weld(chance: Chance) -> bytes:
    """A seam of ripples across brushed steel, blue from the heat beside it."""
    steel, heat = _ramp((92, 98, 105), (168, 174, 180), 24), _ramp((52, 66, 110), (150, 128, 96), 16)
    bead = _ramp((70, 68, 66), (214, 210, 202), 24)
    grain = [chance.randrange(8) for _ in range(HEIGHT)]
    tilt, wave = chance.uniform(-0.12, 0.12), chance.uniform(0.02, 0.05)

    def paint(x: int, y: int) -> int:
        off = y - HEIGHT / 2 - tilt * (x - WIDTH / 2) - 6 * sin(wave * x)
        if abs(off) < 30:
            ripple = sin((x - off * off / 26) * 0.55) * 6 + 11 * cos(off / 22)
            return 40 + min(max(int(ripple + 6), 0), 23)
        if abs(off) < 62:
            return 24 + min(int((abs(off) - 30) / 2), 15)
        return min(10 + grain[y] + (x * 7 + y * 3) % 3, 23)

    return _png(steel + heat + bead, paint)


def shelf(chance: Chance) -> bytes:
    """Boxes of electrodes on three boards."""
    boxes: list[Colour] = [(37, 89, 138), (178, 58, 46), (226, 176, 60), (70, 120, 84), (232, 228, 218)]
    palette: list[Colour] = [(58, 62, 68), (120, 92, 62), (30, 32, 36), (245, 244, 240), *boxes]
    wide, board = 40, HEIGHT // 3
    colours = [[chance.randrange(len(boxes) + 1) for _ in range(WIDTH // wide)] for _ in range(3)]

    def paint(x: int, y: int) -> int:
        row, column = y // board, x // wide
        down, across = y % board, x % wide
        if down > board - 12:
            return 1
        box = colours[row][column]
        if box == len(boxes) or down < 22:
            return 0
        if across < 2 or down < 24:
            return 2
        return 3 if 48 < down < 66 and 8 < across < 34 else 4 + box

    return _png(palette, paint)


def plate(chance: Chance) -> bytes:
    """The type plate of a machine, screwed on at its corners."""
    palette: list[Colour] = [(38, 64, 92), (206, 208, 206), (70, 72, 76), (150, 152, 152)]
    lines = [chance.randrange(90, 300) for _ in range(7)]

    def paint(x: int, y: int) -> int:
        if not (50 < x < WIDTH - 50 and 40 < y < HEIGHT - 40):
            return 0
        if any(hypot(x - a, y - b) < 8 for a in (70, WIDTH - 70) for b in (60, HEIGHT - 60)):
            return 3
        row, down = divmod(y - 84, 30)
        return 2 if 0 <= row < 7 and down < 12 and 92 < x < 92 + lines[row] and (x // 9) % 7 else 1

    return _png(palette, paint)


def _png(palette: list[Colour], paint: Paint) -> bytes:
    """The picture as a file, a byte a point."""
    rows = b"".join(b"\0" + bytes(paint(x, y) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    colours = bytes(part for colour in palette for part in colour)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_part, parts))


def _part(named: tuple[bytes, bytes]) -> bytes:
    name, content = named
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
