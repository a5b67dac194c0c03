"""Readiness, stopping, replacing, and who asks to be told: test_lifecycle.py PRATIQUE"""
import os
import pathlib
import select
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

from load import Load
from serving import PATIENCE, ROOT, Folder, Serve, make_certificates, post, read_answer, recorded, until

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
RESTARTS = int(os.environ.get("PRATIQUE_RESTARTS", "2"))  # in a row; more for a long run


def connect(port):
    """A connection, or None where nobody listens yet."""
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    except ConnectionRefusedError:
        return None


class Chooser:
    """What endpoints and kube-proxy are to a Service: new connections go to replicas that are ready."""

    def __init__(self):
        self.replicas = []
        self.ready = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.follow)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(PATIENCE)

    @staticmethod
    def is_ready(replica):
        host, _, port = replica.health.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return connection.recv(12) == b"HTTP/1.1 200"
        except OSError:
            return False

    def follow(self):
        while not self.stopping.wait(0.05):
            self.ready = [replica for replica in list(self.replicas) if self.is_ready(replica)]

    def choose(self):
        ready = until(lambda: list(self.ready), "a replica is ready")
        return ready[time.monotonic_ns() % len(ready)].port


class Starting(Folder):
    def test_who_connects_meanwhile_is_answered(self):
        """The file of the clients' CAs is a pipe: the start goes on only when it has been written to."""
        pipe, regular = self.folder / "clients", self.folder / "regular"
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        regular.write_bytes((certs / "ca.crt").read_bytes())
        os.mkfifo(pipe)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        process = subprocess.Popen([PRATIQUE, "serve", "--certs", certs, "--schemas", ROOT / "schemas", "--listen",
                                    f"127.0.0.1:{port}", "--health-listen", "", "--client-ca", pipe], stderr=subprocess.DEVNULL)
        try:
            plain = until(lambda: connect(port), "listening", process)
            with pipe.open("wb") as writer:  # somebody reads
                os.replace(regular, pipe)  # for whoever looks again
                writer.write(pipe.read_bytes())
            context = ssl.create_default_context(cafile=certs / "ca.crt")
            with context.wrap_socket(plain, server_hostname="localhost") as connection:
                connection.sendall(post(recorded("myapp-valid")))
                self.assertEqual(read_answer(connection)[0].status, 401)  # no certificate was shown
        finally:
            process.kill()
            process.wait()

    def test_a_port_in_use_is_told_before_schemas_are_read(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            run = subprocess.run([PRATIQUE, "serve", "--certs", self.folder, "--schemas", self.folder / "none", "--listen",
                                  f"127.0.0.1:{listener.getsockname()[1]}", "--health-listen", ""], capture_output=True,
                                 check=False, timeout=PATIENCE)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(b"in use", run.stderr)


class Replacing(Folder):
    def test_no_call_fails(self):
        """As in a rolling update: another replica is ready before one gets SIGTERM. The delay is longer than any
        client here pauses, so that every one of them hears that its connection ends."""
        certs = make_certificates(PRATIQUE, self.folder / "certs")

        def start():
            serve = Serve(PRATIQUE, "--drain-delay", "3s", certs=certs)
            self.addCleanup(serve.__exit__)
            return serve.__enter__()

        with Chooser() as chooser:
            chooser.replicas = [start()]
            with Load(chooser.choose, certs / "ca.crt", recorded("myapp-valid")) as load:
                for _ in range(RESTARTS):
                    until(lambda: load.calls > 64, "every connection is in use")
                    newer, older = start(), chooser.replicas[0]
                    chooser.replicas = [older, newer]
                    until(lambda: newer in chooser.ready, "the new one is ready", newer.process)
                    self.assertEqual(older.stop(), 0)
                    self.assertIn("msg=stopped\n", older.log)
                    chooser.replicas = [newer]
                    load.calls = 0
            self.assertEqual(load.failures, [])


class Stopping(unittest.TestCase):
    def call(self, connection):
        connection.sendall(post(recorded("myapp-valid")))
        answer, _ = read_answer(connection)
        self.assertEqual(answer.status, 200)
        return answer.headers.get("connection", "")

    def test_answers_end_connections(self):
        with Serve(PRATIQUE, "--drain-delay", "1h") as serve, serve.connect() as connection:
            self.assertEqual(self.call(connection), "")
            serve.process.send_signal(signal.SIGTERM)
            until(lambda: serve.get("/readyz").status == 503, "not ready", serve.process)
            self.assertEqual(self.call(connection).lower(), "close")
            self.assertEqual(connection.recv(1), b"")
            with serve.connect() as late:
                self.assertEqual(self.call(late).lower(), "close")
            self.assertEqual(serve.stop(), 0)

    def test_oldest_idle_first_and_none_at_once(self):
        options = ("--connection-requests-limit", "1000000")
        with Serve(PRATIQUE, *options) as serve, serve.connect() as old, serve.connect() as young:
            self.call(old)
            # The young one becomes so while the old one is at least three seconds old.
            used = time.monotonic()
            while time.monotonic() < used + 3:
                last = time.monotonic()  # its last byte comes after this
                self.call(young)
            serve.process.send_signal(signal.SIGTERM)
            first = select.select([old, young], [], [], PATIENCE)[0]
            self.assertEqual(first, [old])
            self.assertEqual(young.recv(1), b"")
            self.assertGreaterEqual(time.monotonic() - last, 1)
            self.assertEqual(serve.process.wait(PATIENCE), 0)

    def test_the_listener_goes_last(self):
        """As long as one connection is open, others are taken."""
        with Serve(PRATIQUE) as serve, serve.connect() as busy:
            request = post(recorded("myapp-valid"))
            busy.sendall(request[:-10])
            until(lambda: serve.in_flight() == 1, "the request is seen", serve.process)
            serve.process.send_signal(signal.SIGTERM)
            until(lambda: "msg=stopping" in serve.log, "stopping", serve.process)
            with serve.connect() as late:
                self.assertEqual(self.call(late).lower(), "close")
            busy.sendall(request[-10:])
            self.assertEqual(read_answer(busy)[0].status, 200)
            self.assertEqual(serve.process.wait(PATIENCE), 0)
            with self.assertRaises(ConnectionRefusedError):
                serve.connect()

    def test_hanging_up_while_stopping_changes_nothing(self):
        with Serve(PRATIQUE, "--drain-delay", "1h") as serve:
            serve.process.send_signal(signal.SIGTERM)
            until(lambda: serve.get("/readyz").status == 503, "not ready", serve.process)
            serve.process.send_signal(signal.SIGHUP)
            self.assertEqual(serve.get("/readyz").status, 503)
            self.assertEqual(serve.stop(), 0)


class Health(unittest.TestCase):
    def test_every_check_has_a_name(self):
        with Serve(PRATIQUE) as serve:
            names = [line.split()[0] for line in serve.get("/readyz?verbose").text.splitlines()]
            self.assertEqual(names, ["[+]ping", "[+]schemas", "[+]certificate", "[+]clients", "[+]configuration", "[+]tls",
                                     "[+]serving", "readyz"])
            self.assertEqual(serve.get("/livez?verbose").text, "[+]ping ok\nlivez check passed\n")

    def test_who_cannot_be_reached_is_not_ready(self):
        with Serve(PRATIQUE, "--threads", "1", "--connection-limit", "1") as serve, serve.connect() as connection:
            connection.sendall(post(recorded("myapp-valid"))[:-10])
            until(lambda: serve.in_flight() == 1, "the only place is taken", serve.process)
            until(lambda: serve.get("/readyz").status == 503, "not ready", serve.process)
            self.assertIn("[-]tls failed: no TLS handshake:", serve.get("/readyz").text)
            self.assertEqual(serve.get("/livez").status, 200)
            connection.close()
            until(lambda: serve.get("/readyz").status == 200, "ready again", serve.process)


class ServiceManager(Folder):
    def setUp(self):
        super().setUp()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.settimeout(PATIENCE)
        self.manager.bind(str(self.folder / "notify"))
        self.variables = {"NOTIFY_SOCKET": str(self.folder / "notify")}

    def hear(self):
        return self.manager.recv(1000).decode()

    def test_hears_of_everything(self):
        with Serve(PRATIQUE, variables=self.variables) as serve:
            self.assertEqual(self.hear(), "READY=1")
            self.assertEqual(serve.get("/readyz").status, 200)
            serve.process.send_signal(signal.SIGHUP)
            self.assertRegex(self.hear(), r"^RELOADING=1\nMONOTONIC_USEC=\d+$")
            self.assertEqual(self.hear(), "READY=1")
            serve.process.send_signal(signal.SIGTERM)
            self.assertEqual(self.hear(), "STOPPING=1")
            self.assertEqual(serve.process.wait(PATIENCE), 0)

    def test_watchdog(self):
        with Serve(PRATIQUE, variables=self.variables | {"WATCHDOG_USEC": "200000"}):
            heard = [self.hear() for _ in range(4)]
        self.assertEqual(sorted(heard), ["READY=1"] + ["WATCHDOG=1"] * 3)


@unittest.skipUnless(os.geteuid() == 0, "needs root, to be process 1 of a namespace")
class ProcessOne(Folder):
    def test_signals_end_it_and_orphans_are_buried(self):
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        addresses = self.folder / "addresses"
        orphan = f"(sh -c 'echo $PPID >{self.folder}/parent; sleep 0.2; touch {self.folder}/over' &) "
        command = (f"{orphan}; exec {PRATIQUE} serve --certs {certs} --listen 127.0.0.1:0 --health-listen 127.0.0.1:0 "
                   f"--address-file {addresses}")
        with (self.folder / "log").open("w") as log:
            outer = subprocess.Popen(["unshare", "--pid", "--fork", "--kill-child", "sh", "-c", command], stderr=log)
        self.addCleanup(outer.wait)
        self.addCleanup(outer.kill)
        until(addresses.exists, "listening", outer)
        children = pathlib.Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
        first = int(children.read_text().split()[0])
        self.assertRegex(pathlib.Path(f"/proc/{first}/status").read_text(), r"NSpid:\s+\d+\s+1\n")
        until((self.folder / "over").exists, "the orphan has ended", outer)
        own = pathlib.Path(f"/proc/{first}/task/{first}/children")
        until(lambda: own.read_text().strip() == "", "no zombie is left", outer)
        os.kill(first, signal.SIGTERM)
        self.assertEqual(outer.wait(PATIENCE), 0)
        self.assertIn('"msg":"stopped"', (self.folder / "log").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
