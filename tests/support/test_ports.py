"""Blocks of ports: whoever has one keeps it, and nobody's outgoing connection takes it."""

import subprocess
import sys

import ports


def test_a_block_is_given_once():
    blocks = [ports.take() for _ in range(3)]
    assert len({block.base for block in blocks}) == 3
    for block in blocks:
        block.release()


def test_another_process_gets_another_block():
    mine = ports.take()
    command = [sys.executable, ports.__file__, "sh", "-c", "echo $PORT_BASE"]
    theirs = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    assert theirs.isdecimal() and int(theirs) != mine.base
    mine.release()


def test_a_port_where_a_server_listens_is_not_free():
    block = ports.take()
    with ports.bound(block.base + 80, "127.0.0.1") as server:
        server.listen()
        assert not ports.free(block.base + 80) and ports.free(block.base + 2)
    block.release()


def test_no_block_is_the_users_or_in_the_way_of_outgoing_connections():
    for base in ports.candidates():
        block = range(base, base + ports.STEP)
        assert not set(block) & set(range(32768, 61000)) and base != 30000
        assert max(block) < 65536
