"""What strangers may and may not do to the webhook's port: test_limits.py PRATIQUE"""
import json
import pathlib
import socket
import sys
import unittest

from serving import PATIENCE, Serve, post, read_answer, recorded, until

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()


def hits(serve, limit):
    return serve.metric(f'pratique_limit_hits_total{{limit="{limit}"}}') or 0


def drip(connection, text, while_true):
    """Sends a byte at a time, ten a second, as long as the condition holds and the other side listens."""
    for byte in text:
        if not while_true():
            return
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            return
        until_readable(connection, 0.1)


def until_readable(connection, seconds):
    connection.settimeout(seconds)
    try:
        connection.recv(1)
    except OSError:
        pass
    finally:
        connection.settimeout(PATIENCE)


def ends(connection):
    """The other side closes, orderly or not."""
    try:
        return connection.recv(65536) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


class SlowClients(unittest.TestCase):
    """Each has its end on the clock, though a byte comes now and then; another client is served meanwhile."""

    def slow(self, limit, *options, run):
        with Serve(PRATIQUE, *options) as serve:
            run(serve)
            until(lambda: hits(serve, limit) == 1, "the limit is counted", serve.process)
            until(lambda: serve.metric("pratique_connections") == 0, "the connection is gone", serve.process)
            self.assertEqual(serve.review("/validate", recorded("myapp-valid")).status, 200)

    def test_handshake(self):
        def run(serve):
            with socket.create_connection(("127.0.0.1", serve.port), timeout=PATIENCE) as plain:
                self.assertTrue(ends(plain))
            self.assertEqual(serve.metric('pratique_tls_handshakes_total{result="failed"}'), 1)

        self.slow("handshake", "--handshake-timeout", "300ms", run=run)

    def test_headers(self):
        def run(serve):
            with serve.connect() as connection:
                drip(connection, b"POST /validate HTTP/1.1\r\nX: " + b"x" * 1000, lambda: hits(serve, "headers") == 0)
                self.assertTrue(ends(connection))

        self.slow("headers", "--header-timeout", "500ms", run=run)

    def test_headers_of_a_later_request(self):
        def run(serve):
            with serve.connect() as connection:
                connection.sendall(post(recorded("myapp-valid")))
                self.assertEqual(read_answer(connection)[0].status, 200)
                drip(connection, b"POST /validate HTTP/1.1\r\nX: " + b"x" * 1000, lambda: hits(serve, "headers") == 0)
                self.assertTrue(ends(connection))

        self.slow("headers", "--header-timeout", "500ms", run=run)

    def test_body(self):
        def run(serve):
            head, _, body = post(recorded("myapp-valid")).partition(b"\r\n\r\n")
            with serve.connect() as connection:
                connection.sendall(head + b"\r\n\r\n")
                drip(connection, body, lambda: hits(serve, "body") == 0)
                self.assertTrue(ends(connection))

        self.slow("body", "--body-timeout", "500ms", run=run)

    def test_answer(self):
        """More than fits into the buffers on the way, which nobody reads."""
        review = json.loads(recorded("myapp-invalid"))
        review["request"]["object"]["spec"]["strategy"] = {"type": "x" * 6000000}

        def run(serve):
            with serve.connect() as connection:
                connection.sendall(post(json.dumps(review).encode()))
                until(lambda: hits(serve, "answer") == 1, "given up", serve.process)

        self.slow("answer", "--answer-timeout", "500ms", run=run)

    def test_idle(self):
        def run(serve):
            with serve.connect() as connection:
                connection.sendall(post(recorded("myapp-valid")))
                self.assertEqual(read_answer(connection)[0].status, 200)
                self.assertTrue(ends(connection))

        self.slow("idle", "--idle-timeout", "1s", run=run)


class Connections(unittest.TestCase):
    def test_idle_ones_make_room(self):
        with Serve(PRATIQUE, "--threads", "1", "--connection-limit", "2") as serve:
            with serve.connect() as first, serve.connect() as second:
                with serve.connect() as third:
                    third.sendall(post(recorded("myapp-valid")))
                    self.assertEqual(read_answer(third)[0].status, 200)
                self.assertTrue(ends(first) or ends(second))
            self.assertGreaterEqual(hits(serve, "connections"), 1)

    def test_requests_on_one_connection(self):
        with Serve(PRATIQUE, "--connection-requests-limit", "3") as serve, serve.connect() as connection:
            said = []
            for _ in range(3):
                connection.sendall(post(recorded("myapp-valid")))
                answer, _ = read_answer(connection)
                self.assertEqual(answer.status, 200)
                said.append(answer.headers.get("connection", "").lower())
            self.assertEqual(said, ["", "", "close"])
            self.assertTrue(ends(connection))


if __name__ == "__main__":
    unittest.main(verbosity=2)
