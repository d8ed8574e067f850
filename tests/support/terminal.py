"""Programs on a terminal of their own."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time


def on_terminal(command, env, answer=b"", columns=100, seconds=120):
    """What the command prints on a terminal on which `answer` is typed, and its exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.execvpe(str(command[0]), [str(word) for word in command], env)
        finally:
            os._exit(127)
    os.write(terminal, answer)
    said, end = b"", time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            os.close(terminal)
            raise AssertionError(f"{command} did not end within {seconds} s: {said.decode(errors='replace')}")
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            break
        said += piece
    os.close(terminal)
    return said.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def colours(text):
    """The numbers of the colours in it."""
    return set(re.findall("\033\\[([0-9;]+)m", text)) - {"0"}
