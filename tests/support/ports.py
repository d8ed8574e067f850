"""Ports for the sandboxes and servers of a test run. No other run gets the same ones while this one holds them."""

import pathlib
import socket
import sys

STEP = 100
GUARD = 99  # of each block: bound for as long as the block is held
USED = (0, 2, 10, 11, 80)  # offsets that a sandbox (0, 2, 80) or a connector service of a test (10, 11) binds
# An outgoing connection of this machine may have any port from 32768 to 60999 (Linux' default), and 30000 is the users'
# own block.
FIRST_BLOCKS, MORE_BLOCKS = range(61000, 65000 + 1, STEP), range(20000, 29900 + 1, STEP)


def ephemeral():
    """The range that outgoing connections take their ports from here."""
    try:
        low, high = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
        return range(int(low), int(high) + 1)
    except OSError:
        return range(32768, 61000)


def candidates():
    """Bases of blocks, the best first: those that no outgoing connection can be in."""
    blocks = [*FIRST_BLOCKS, *MORE_BLOCKS]
    return sorted(blocks, key=lambda base: base in ephemeral() or base + GUARD in ephemeral())


def bound(port, address="", shared=True):
    """A socket that is bound to a port, or nothing where somebody else has it."""
    own = socket.socket()
    if shared:  # what a server of ours sets: connections that were closed a moment ago do not matter
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        own.bind((address, port))
        return own
    except OSError:
        own.close()
        return None


class Block:
    """A hundred ports from `base` on. They are held until the block is released, or its process ends."""

    def __init__(self, base, guard):
        self.base, self.guard = base, guard

    def release(self):
        self.guard.close()


def free(port):
    own = bound(port)
    if own:
        own.close()
    return own is not None


def take():
    """The first block that no other test run holds, and where no server has one of the ports that tests use."""
    for base in candidates():
        guard = bound(base + GUARD, "127.0.0.1", shared=False)
        if guard is None:
            continue
        if all(free(base + offset) for offset in USED):
            return Block(base, guard)
        guard.close()
    raise AssertionError("every block of ports that the tests may use is taken")


def main(command):
    """ports.py COMMAND...: runs a command with PORT_BASE set to the base of a block of its own."""
    import os
    import subprocess

    block = take()
    return subprocess.run(command, env={**os.environ, "PORT_BASE": str(block.base)}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
