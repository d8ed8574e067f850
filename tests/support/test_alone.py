"""tests/support/alone.py: a command in a network of its own."""

import http.server
import pathlib
import subprocess
import sys
import threading

ALONE = pathlib.Path(__file__).parent / "alone.py"
ASK = """
import sys, urllib.request
for port in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).read().decode())
    except OSError as error:
        print(type(error).__name__)
"""


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello " * 50_000)

    def log_message(self, *_):
        pass


def served():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def alone(ports, *command):
    return subprocess.run([sys.executable, ALONE, ports, *map(str, command)], stdout=subprocess.PIPE, text=True)


def test_only_the_named_ports_of_this_machine_are_reached():
    named, other = served(), served()
    ports = [named.server_port, other.server_port]
    said = alone(str(ports[0]), sys.executable, "-c", ASK, *ports).stdout.splitlines()
    assert said == ["hello " * 50_000, "URLError"]


def test_the_exit_code_is_the_commands():
    assert alone("1", "sh", "-c", "exit 7").returncode == 7
