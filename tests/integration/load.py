"""Constant load, as an API server's client makes it: keep-alive connections that are used again, never
a second try of a call, pauses in between. Run with a replica chosen anew for each new connection."""
import random
import socket
import ssl
import threading
import time

from serving import PATIENCE, post, read_answer


class Load:
    """Calls until it is stopped; use with `with`. choose() gives the port of a replica that is ready."""

    def __init__(self, choose, cafile, body, connections=64, expect=200, certificate=None):
        self.choose = choose
        self.request = post(body)
        self.expect = expect
        self.failures = []
        self.calls = 0
        self.handshakes = 0
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.cafile = cafile
        self.shown = {}  # by each connection
        self.show(certificate)
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(connections)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(PATIENCE)

    def show(self, certificate):
        """What new connections show: the paths of a certificate and its key, or None."""
        context = ssl.create_default_context(cafile=self.cafile)
        if certificate is not None:
            context.load_cert_chain(*certificate)
        self.identity = (context, certificate)

    def all_show(self, certificate):
        with self.lock:
            return all(shown == certificate for shown in self.shown.values())

    def connect(self, number):
        context, certificate = self.identity
        plain = socket.create_connection(("127.0.0.1", self.choose()), timeout=PATIENCE)
        connection = context.wrap_socket(plain, server_hostname="localhost")
        with self.lock:
            self.shown[number] = certificate
            self.handshakes += 1
        return connection

    @staticmethod
    def is_closed(connection):
        """Whether the other side has ended an idle connection: as a pool notices before it uses one."""
        connection.setblocking(False)
        try:
            return connection.recv(1) == b""
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True
        finally:
            connection.settimeout(PATIENCE)

    def call(self, connection):
        connection.sendall(self.request)
        answer, _ = read_answer(connection)
        if answer.status != self.expect:
            raise AssertionError(f"answered {answer.status}: {answer.text}")
        with self.lock:
            self.calls += 1
        return answer.headers.get("connection", "").lower() != "close"

    def run(self, number):
        """Every eighth connection pauses for seconds, every sixteenth is new for each call."""
        chance = random.Random(number)
        connection = None
        while not self.stopping.is_set():
            try:
                if connection is not None and self.is_closed(connection):
                    connection.close()
                    connection = None
                if connection is None:
                    connection = self.connect(number)
                if not self.call(connection) or number % 16 == 1:
                    connection.close()
                    connection = None
            except Exception as failure:  # pylint: disable=broad-except
                with self.lock:
                    self.failures.append(f"{time.monotonic():.3f} connection {number}: {failure!r}")
                connection = None
            self.stopping.wait(chance.uniform(1.2, 2.5) if number % 8 == 0 else chance.uniform(0.02, 0.2))
        if connection is not None:
            connection.close()
