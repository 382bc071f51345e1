"""Starts a window on the X display of its environment and watches it from outside, as a person would: by its pixels.

    python watch.py TITLE PROGRAM [ARGUMENT…]

Prints one JSON object, times in milliseconds since the program was started:
 shown     the window is on the screen
 painted   it shows something: not all of its pixels have one colour any more
 row       where a list has its first row, it looks as it stays (for a window without a list: its middle)
 answered  from Ctrl+K, pressed once when the picture had come to rest, to the next change of the picture
 memory    proportional set size of the process and its children 5 s after the start, in MiB

Nothing in the program takes part, so that any window is measured alike, in any build. Linux with X11 only.
"""

import ctypes
import json
import os
import subprocess
import sys
import time
import zlib
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

PATIENCE = 60.0
# The picture rests when it has not changed for so long.
REST = 1.0
MEMORY_AFTER = 5.0
# Where the first row of a list stands in a window of 1280 × 820.
ROW = (300, 1240, 180, 240)

x11 = ctypes.CDLL("libX11.so.6")
xtst = ctypes.CDLL("libXtst.so.6")


class Attributes(ctypes.Structure):
    """XWindowAttributes; its visual, screen and masks are not looked at."""

    _fields_ = [
        *((name, c_int) for name in ("x", "y", "width", "height", "border", "depth")),
        ("visual", c_void_p),
        ("root", c_ulong),
        *((name, c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")),
        ("backing_planes", c_ulong),
        ("backing_pixel", c_ulong),
        ("save_under", c_int),
        ("colormap", c_ulong),
        ("map_installed", c_int),
        ("map_state", c_int),
        ("rest", c_ulong * 8),
    ]


class Image(ctypes.Structure):
    """XImage up to what is needed."""

    _fields_ = [
        *((name, c_int) for name in ("width", "height", "xoffset", "format")),
        ("data", c_void_p),
        *((name, c_int) for name in ("byte_order", "unit", "bit_order", "pad", "depth", "bytes_per_line")),
    ]


x11.XOpenDisplay.restype = c_void_p
x11.XDefaultRootWindow.restype = c_ulong
x11.XDefaultRootWindow.argtypes = [c_void_p]
x11.XQueryTree.argtypes = [c_void_p, c_ulong, *[POINTER(c_ulong)] * 2, POINTER(POINTER(c_ulong)), POINTER(c_uint)]
x11.XFetchName.argtypes = [c_void_p, c_ulong, POINTER(c_char_p)]
x11.XGetWindowAttributes.argtypes = [c_void_p, c_ulong, POINTER(Attributes)]
x11.XGetImage.argtypes = [c_void_p, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int]
x11.XGetImage.restype = POINTER(Image)
x11.XDestroyImage.argtypes = [POINTER(Image)]
x11.XSetInputFocus.argtypes = [c_void_p, c_ulong, c_int, c_ulong]
x11.XKeysymToKeycode.argtypes = [c_void_p, c_ulong]
x11.XKeysymToKeycode.restype = ctypes.c_ubyte
x11.XStringToKeysym.restype = c_ulong
x11.XSync.argtypes = [c_void_p, c_int]
x11.XFree.argtypes = [c_void_p]
xtst.XTestFakeKeyEvent.argtypes = [c_void_p, c_uint, c_int, c_ulong]

# A window may go away between two questions about it; that is no reason to end.
handler = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda *_: 0)
x11.XSetErrorHandler(handler)

ALL_PLANES, Z_PIXMAP, IS_VIEWABLE = 0xFFFFFFFF, 2, 2


class Screen:
    def __init__(self):
        self.display = x11.XOpenDisplay(None)
        if not self.display:
            sys.exit("there is no X display")

    def find(self, title):
        """The visible window with this title, and its size."""
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        top = x11.XDefaultRootWindow(self.display)
        x11.XQueryTree(self.display, top, byref(root), byref(parent), byref(children), byref(count))
        windows = [children[index] for index in range(count.value)]
        if windows:
            x11.XFree(children)
        for window in windows:
            name, attributes = c_char_p(), Attributes()
            x11.XFetchName(self.display, window, byref(name))
            x11.XGetWindowAttributes(self.display, window, byref(attributes))
            if name.value == title.encode() and attributes.map_state == IS_VIEWABLE:
                return window, attributes.width, attributes.height
        return None

    def look(self, window, width, height):
        """What the window shows: whether anything, a sum over all, a sum over the first row."""
        image = x11.XGetImage(self.display, window, 0, 0, width, height, ALL_PLANES, Z_PIXMAP)
        if not image:
            return False, 0, 0
        line = image.contents.bytes_per_line
        pixels = ctypes.string_at(image.contents.data, line * height)
        x11.XDestroyImage(image)
        left, right, top, bottom = ROW
        row = b"".join(pixels[y * line + left * 4 : y * line + right * 4] for y in range(top, bottom))
        first, samples = pixels[:4], range(0, len(pixels) - 4, 4 * 97)
        shows = any(pixels[at : at + 4] != first for at in samples)
        return shows, zlib.crc32(pixels), zlib.crc32(row)

    def focus(self, window):
        x11.XSetInputFocus(self.display, window, 1, 0)
        x11.XSync(self.display, 0)

    def press_control_k(self):
        codes = [x11.XKeysymToKeycode(self.display, x11.XStringToKeysym(name)) for name in (b"Control_L", b"k")]
        for code in codes:
            xtst.XTestFakeKeyEvent(self.display, code, 1, 0)
        for code in reversed(codes):
            xtst.XTestFakeKeyEvent(self.display, code, 0, 0)
        x11.XSync(self.display, 0)


def memory(process):
    """Proportional set size of a process and its children, in MiB."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            pass  # It has ended meanwhile.
    family, grows = {process}, True
    while grows:
        more = {child for child, parent in parents.items() if parent in family} - family
        family, grows = family | more, bool(more)
    total = 0
    for member in family:
        try:
            with open(f"/proc/{member}/smaps_rollup") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            pass
    return total / 1024


def watch(title, command):
    screen = Screen()
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return measure(screen, title, child, start)
    finally:
        child.terminate()
        child.wait()


def measure(screen, title, child, start):
    def since():
        if time.monotonic() - start > PATIENCE:
            sys.exit(f"{title}: not at rest within {PATIENCE:.0f} s")
        if child.poll() is not None:
            sys.exit(f"{title}: ended with {child.returncode}")
        return (time.monotonic() - start) * 1000

    while not (found := screen.find(title)):
        since()
        time.sleep(0.002)
    told = {"shown": since()}
    looks = []
    while not looks or looks[-1][0] - first_of(looks, 2) < REST * 1000 or not looks[-1][1]:
        looks.append((since(), *screen.look(*found)))
        time.sleep(0.008)
    told["painted"] = next(look[0] for look in looks if look[1])
    told["row"] = first_of(looks, 3)

    time.sleep(max(0.0, MEMORY_AFTER - since() / 1000))
    told["memory"] = memory(child.pid)

    screen.focus(found[0])
    time.sleep(REST)  # The focus may show.
    before = screen.look(*found)
    pressed = since()
    screen.press_control_k()
    while screen.look(*found)[1] == before[1]:
        if since() - pressed > 5_000:
            sys.exit(f"{title}: a key press changes nothing")
    told["answered"] = since() - pressed
    return told


def first_of(looks, part):
    """When this part of the picture first looked as it does at the end, to stay."""
    last = looks[-1][part]
    began = looks[-1][0]
    for look in reversed(looks):
        if look[part] != last:
            break
        began = look[0]
    return began


print(json.dumps(watch(sys.argv[1], sys.argv[2:])))
