"""python-escpos's devices.

Imported, it makes a directory for temporary files, puts 70 kB into it and leaves it there: one
more with every start, and none starts where the disk is full.  So it is given one in memory.
"""

import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")

with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as _directory:
    _before, tempfile.tempdir = tempfile.tempdir, _directory
    try:
        from escpos.printer import Dummy, Network, Serial, Usb
    finally:
        tempfile.tempdir = _before

__all__ = ["Dummy", "Network", "Serial", "Usb"]
