#!/usr/bin/env python3
"""Runs a command in a network that has nothing but a loopback interface.

    alone.py PORT[,PORT...] COMMAND...

The named ports of this machine's loopback are reached there, too; nothing else is. A browser cuts its connections
whenever a network interface of the machine comes or goes, which every container does. As root, or where users may have
namespaces of their own.
"""

import asyncio
import contextlib
import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def loopback_up():
    with socket.socket() as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def inside(channel, ports, command):
    """In the new network: its listening sockets go out through `channel`, and this process becomes the command."""
    loopback_up()
    listeners = [socket.create_server(("127.0.0.1", port)) for port in ports]
    with socket.socket(fileno=channel) as out:
        socket.send_fds(out, [b"."], [each.fileno() for each in listeners])
    for each in listeners:
        each.close()
    os.execvp(command[0], command)


async def pump(reader, writer):
    with contextlib.suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()


async def relay(listeners, ports):
    def serve(port):
        async def each(reader, writer):
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:  # Nobody listens: the client sees its connection end.
                writer.transport.abort()
                return
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

        return each

    servers = [await asyncio.start_server(serve(port), sock=each) for each, port in zip(listeners, ports)]
    await asyncio.gather(*(each.serve_forever() for each in servers))


def run(ports, command, **kw):
    """The exit code of the command."""
    near, far = socket.socketpair()
    namespace = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    own = [sys.executable, __file__, "--inside", str(far.fileno()), ",".join(map(str, ports))]
    child = subprocess.Popen([*namespace, *own, *map(str, command)], pass_fds=[far.fileno()], **kw)
    far.close()
    _, descriptors, _, _ = socket.recv_fds(near, 1, len(ports))
    if len(descriptors) != len(ports):
        child.wait()
        raise SystemExit("no network of its own for the browser: unshare --net needs root or user namespaces")
    listeners = [socket.socket(fileno=each) for each in descriptors]
    threading.Thread(target=lambda: asyncio.run(relay(listeners, ports)), daemon=True).start()
    try:
        return child.wait()
    finally:
        child.kill()


if __name__ == "__main__":
    if len(sys.argv) > 3 and sys.argv[1] == "--inside":
        inside(int(sys.argv[2]), [int(port) for port in sys.argv[3].split(",")], sys.argv[4:])
    elif len(sys.argv) > 2:
        sys.exit(run([int(port) for port in sys.argv[1].split(",")], sys.argv[2:]))
    else:
        sys.exit(__doc__)
