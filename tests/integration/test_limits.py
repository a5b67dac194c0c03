"""What strangers may and may not do to the webhook's port: test_limits.py PRATIQUE"""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import socket
import ssl
import sys
import tempfile
import unittest

from serving import GADGET_CRD, PATIENCE, ROOT, Folder, Serve, gadget_review, post, read_answer, recorded, until

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
LARGE = 40000 if "PRATIQUE_SANITIZER" in os.environ else 200000  # labels; a judge takes about as long


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


def read_until_silent(connection, seconds):
    connection.settimeout(seconds)
    with contextlib.suppress(TimeoutError):
        while connection.recv(65536):
            pass
    connection.settimeout(PATIENCE)


def ends(connection):
    """The other side closes, orderly or not."""
    try:
        return connection.recv(65536) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def read_or_nothing(connection):
    try:
        return connection.recv(12)
    except OSError:
        return b""


def client_hello():
    sent = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost").do_handshake()
    return sent.read()


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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

        self.slow("handshake-timeout", "--handshake-timeout", "1s", run=run)

    def test_half_a_handshake(self):
        for sent in (client_hello()[:100], client_hello()):
            def run(serve, sent=sent):
                with socket.create_connection(("127.0.0.1", serve.port), timeout=PATIENCE) as plain:
                    plain.sendall(sent)
                    used = processor_seconds(serve.process)
                    read_until_silent(plain, 2)
                    self.assertLess(processor_seconds(serve.process) - used, 0.3, "it waits by turning round")
                    while not ends(plain):
                        pass

            with self.subTest(len(sent)):
                self.slow("handshake-timeout", "--handshake-timeout", "4s", run=run)

    def test_a_stop_waits_for_handshakes_as_long_as_they_may_take(self):
        with Serve(PRATIQUE, "--drain-delay", "0s", "--handshake-timeout", "1s") as serve, \
                socket.create_connection(("127.0.0.1", serve.port), timeout=PATIENCE) as plain:
            plain.sendall(client_hello()[:100])
            until(lambda: serve.metric("pratique_connections") == 1, "the handshake has begun", serve.process)
            self.assertEqual(serve.stop(), 0, serve.log)

    def test_headers(self):
        def run(serve):
            with serve.connect() as connection:
                drip(connection, b"POST /validate HTTP/1.1\r\nX: " + b"x" * 1000, lambda: hits(serve, "header-timeout") == 0)
                self.assertTrue(ends(connection))

        self.slow("header-timeout", "--header-timeout", "500ms", run=run)

    def test_headers_of_a_later_request(self):
        def run(serve):
            with serve.connect() as connection:
                connection.sendall(post(recorded("myapp-valid")))
                self.assertEqual(read_answer(connection)[0].status, 200)
                drip(connection, b"POST /validate HTTP/1.1\r\nX: " + b"x" * 1000, lambda: hits(serve, "header-timeout") == 0)
                self.assertTrue(ends(connection))

        self.slow("header-timeout", "--header-timeout", "500ms", run=run)

    def test_body(self):
        def run(serve):
            head, _, body = post(recorded("myapp-valid")).partition(b"\r\n\r\n")
            with serve.connect() as connection:
                connection.sendall(head + b"\r\n\r\n")
                drip(connection, body, lambda: hits(serve, "body-timeout") == 0)
                self.assertTrue(ends(connection))

        self.slow("body-timeout", "--body-timeout", "500ms", run=run)

    def test_answer(self):
        """More than fits into the buffers on the way, which nobody reads."""
        review = json.loads(recorded("myapp-invalid"))
        review["request"]["object"]["spec"]["strategy"] = {"type": "x" * 6000000}

        def run(serve):
            with serve.connect() as connection:
                connection.sendall(post(json.dumps(review).encode()))
                until(lambda: hits(serve, "answer-timeout") == 1, "given up", serve.process)

        self.slow("answer-timeout", "--answer-timeout", "500ms", run=run)

    def test_idle(self):
        def run(serve):
            with serve.connect() as connection:
                connection.sendall(post(recorded("myapp-valid")))
                self.assertEqual(read_answer(connection)[0].status, 200)
                self.assertTrue(ends(connection))

        self.slow("idle-timeout", "--idle-timeout", "1s", run=run)


class Connections(unittest.TestCase):
    def test_idle_ones_make_room(self):
        with Serve(PRATIQUE, "--threads", "1", "--connection-limit", "2") as serve:
            with serve.connect() as first, serve.connect() as second:
                with serve.connect() as third:
                    third.sendall(post(recorded("myapp-valid")))
                    self.assertEqual(read_answer(third)[0].status, 200)
                self.assertTrue(ends(first) or ends(second))
            self.assertGreaterEqual(hits(serve, "connection-limit"), 1)

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
            self.assertEqual(hits(serve, "connection-requests-limit"), 1)


def large_review():
    """One that takes a judge a while."""
    review = json.loads(recorded("myapp-valid"))
    review["request"]["object"]["metadata"]["labels"] = {f"label-{number}": "x" for number in range(LARGE)}
    return post(json.dumps(review).encode())


class Senders:
    """Many connections that each send the same and wait for an answer."""

    def __init__(self, serve, request, count):
        self.answers = []
        self.serve, self.request = serve, request
        self.pool = concurrent.futures.ThreadPoolExecutor(count)
        self.futures = [self.pool.submit(self.send) for _ in range(count)]

    def send(self):
        with self.serve.connect() as connection:
            connection.sendall(self.request)
            self.answers.append(read_answer(connection)[0])

    def wait(self):
        for future in self.futures:
            future.result(PATIENCE)
        self.pool.shutdown()
        return self.answers


class Overload(unittest.TestCase):
    def test_large_reviews_do_not_hold_up_small_ones(self):
        with Serve(PRATIQUE, "--threads", "1", "--review-threads", "1") as serve, serve.connect() as connection:
            large = Senders(serve, large_review(), 12)
            until(lambda: serve.metric("pratique_admission_queued") >= 3, "some wait", serve.process)
            connection.sendall(post(recorded("myapp-valid")))
            self.assertEqual(read_answer(connection)[0].status, 200)
            self.assertLess(len(large.answers), 12)
            self.assertEqual([answer.status for answer in large.wait()], [200] * 12)

    def test_costly_rules_do_not_hold_up_cheap_ones(self):
        """Every one of them uses up what an expression may cost; the good client's kind has rules, too."""
        rule = "'self.items.all(x, self.items.exists(y, y == x))'"
        crd = GADGET_CRD.replace("            properties:\n              size: {type: integer, default: 3, maximum: 5}",
                                 f"            x-kubernetes-validations: [{{rule: {rule}}}]\n            properties:\n"
                                 "              items: {type: array, maxItems: 1000, items: {type: integer}}")
        costly = post(json.dumps(gadget_review(items=list(range(1000)))).encode())
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "gadget.yaml"
            path.write_text(crd)
            with Serve(PRATIQUE, "--threads", "1", "--review-threads", "1",
                       schemas=[ROOT / "schemas", path]) as serve, serve.connect() as connection:
                many = Senders(serve, costly, 12)
                until(lambda: serve.metric("pratique_admission_queued") >= 3, "some wait", serve.process)
                connection.sendall(post(recorded("myapp-valid")))
                self.assertTrue(read_answer(connection)[0].body["response"]["allowed"])
                self.assertLess(len(many.answers), 12)
                for answer in many.wait():
                    self.assertIn("cost limit exceeded", answer.text)

    def test_a_review_that_lasts_beyond_its_timeout(self):
        """The judge ends it, and takes the next."""
        rule = "'self.items[0].all(x, self.items == self.items)'"
        crd = GADGET_CRD.replace("            properties:\n              size: {type: integer, default: 3, maximum: 5}",
                                 f"            x-kubernetes-validations: [{{rule: {rule}}}]\n            properties:\n"
                                 "              items: {type: array, maxItems: 10, items: {type: array, maxItems: 3000, "
                                 "items: {type: integer}}}")
        endless = json.dumps(gadget_review(items=[list(range(3000))] * 10)).encode()
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "gadget.yaml"
            path.write_text(crd)
            with Serve(PRATIQUE, "--review-threads", "1", schemas=[ROOT / "schemas", path]) as serve, \
                    serve.connect() as connection:
                connection.sendall(post(endless, "/validate?timeout=20ms"))
                answer, _ = read_answer(connection)
                self.assertEqual((answer.status, answer.body["reason"]), (504, "Timeout"))
                self.assertEqual(hits(serve, "timeout"), 1)
                connection.sendall(large_review())
                self.assertEqual(read_answer(connection)[0].status, 200)

    def test_a_full_queue(self):
        with Serve(PRATIQUE, "--threads", "1", "--review-threads", "1", "--queue-limit", "1") as serve:
            answers = Senders(serve, large_review(), 12).wait()
            refused = [answer for answer in answers if answer.status == 429]
            self.assertGreater(len(refused), 0)
            self.assertEqual({answer.status for answer in answers}, {200, 429})
            self.assertEqual(refused[0].headers["retry-after"], "1")
            self.assertEqual(refused[0].body["reason"], "TooManyRequests")
            self.assertEqual(hits(serve, "queue-limit"), len(refused))
            self.assertEqual(serve.review("/validate", recorded("myapp-valid")).status, 200)

    def test_requests_in_flight(self):
        with Serve(PRATIQUE, "--request-limit", "2") as serve, contextlib.ExitStack() as stack:
            request = post(recorded("myapp-valid"))
            busy = [stack.enter_context(serve.connect()) for _ in range(2)]
            for connection in busy:
                connection.sendall(request[:-10])
            until(lambda: serve.in_flight() == 2, "both are seen", serve.process)
            third = stack.enter_context(serve.connect())
            third.sendall(request)
            answer, _ = read_answer(third)
            self.assertEqual((answer.status, answer.headers["retry-after"]), (429, "1"))
            self.assertEqual(hits(serve, "request-limit"), 1)
            for connection in busy:
                connection.sendall(request[-10:])
                self.assertEqual(read_answer(connection)[0].status, 200)
            third.sendall(request)  # the connection is as good as before
            self.assertEqual(read_answer(third)[0].status, 200)

    def test_bodies_that_are_held(self):
        """A large body counts as far as it has come; a small one passes beside those that fill the room."""
        large = post(json.dumps(gadget_review(text="x" * 700000)).encode())
        small = post(recorded("myapp-valid"))
        with Serve(PRATIQUE, "--bodies-limit", "1Mi") as serve, serve.connect() as slow, serve.connect() as other:
            slow.sendall(large[:-100])
            until(lambda: (serve.metric("pratique_bodies_bytes") or 0) > 690000, "most has come", serve.process)
            other.sendall(large)
            answer, _ = read_answer(other)
            self.assertEqual((answer.status, answer.headers["retry-after"]), (429, "1"))
            self.assertIn("bodies-limit", answer.body["message"])
            self.assertEqual(hits(serve, "bodies-limit"), 1)
            other.sendall(small)
            self.assertEqual(read_answer(other)[0].status, 200)
            slow.sendall(large[-100:])
            self.assertEqual(read_answer(slow)[0].status, 200)
            other.sendall(large)
            self.assertEqual(read_answer(other)[0].status, 200)
            until(lambda: serve.metric("pratique_bodies_bytes") == 0, "nothing is held", serve.process)

    def test_answers_that_are_held(self):
        """Of an object that is wrong in a large value the answer has it more than once."""
        review = json.loads(recorded("myapp-invalid"))
        review["request"]["object"]["spec"]["strategy"] = {"type": "x" * 6000000}
        large = post(json.dumps(review).encode())
        with Serve(PRATIQUE, "--bodies-limit", "16Mi") as serve, serve.connect() as deaf, serve.connect() as other:
            deaf.sendall(large)
            until(lambda: (serve.metric("pratique_bodies_bytes") or 0) > 9000000, "an answer is held", serve.process)
            other.sendall(large)
            self.assertEqual(read_answer(other)[0].status, 429)
            self.assertEqual(deaf.recv(12), b"HTTP/1.1 200")

    def test_timeouts(self):
        request = post(recorded("myapp-valid"), "/validate?timeout=1ms")
        with Serve(PRATIQUE) as serve, serve.connect() as connection:
            connection.sendall(request[:-10])
            until(lambda: serve.in_flight() == 1, "the request is seen", serve.process)
            connection.sendall(request[-10:])
            answer, _ = read_answer(connection)
            self.assertEqual((answer.status, answer.body["reason"]), (504, "Timeout"))
            self.assertEqual(hits(serve, "timeout"), 1)
            for text in ("10s", "0.5h", "-1s", "soon", "", "30s&timeout=1ns"):
                connection.sendall(post(recorded("myapp-valid"), f"/validate?timeout={text}"))
                self.assertEqual(read_answer(connection)[0].status, 200, text)

    def test_stopping_with_reviews_in_the_queue(self):
        with Serve(PRATIQUE, "--threads", "1", "--review-threads", "1") as serve:
            large = Senders(serve, large_review(), 24)
            until(lambda: serve.metric("pratique_admission_queued") >= 3, "some wait", serve.process)
            self.assertEqual(serve.stop(), 0)
            self.assertEqual([answer.status for answer in large.wait()], [200] * 24)


class Headers(unittest.TestCase):
    def ask(self, serve, *headers):
        body = recorded("myapp-valid")
        with serve.connect() as connection:
            connection.sendall(b"\r\n".join([b"POST /validate HTTP/1.1", b"Host: a", b"Content-Type: application/json",
                                              *headers, b"", body]))
            answer, _ = read_answer(connection)
            return answer, ends(connection) if answer.headers.get("connection", "").lower() == "close" else False

    def test_bodies_whose_end_is_a_matter_of_opinion(self):
        length = b"Content-Length: %d" % len(recorded("myapp-valid"))
        cases = {
            "two lengths": ((length, b"Content-Length: 5"), 400, "more than one Content-Length"),
            "the same length twice": ((length, length), 400, "more than one Content-Length"),
            "length and chunks": ((length, b"Transfer-Encoding: chunked"), 400, "both Content-Length and"),
            "another encoding": ((b"Transfer-Encoding: gzip",), 501, 'Transfer-Encoding "gzip"'),
            "chunks of something": ((b"Transfer-Encoding: gzip, chunked",), 501, "use chunked"),
        }
        with Serve(PRATIQUE) as serve:
            for name, (headers, status, text) in cases.items():
                with self.subTest(name):
                    answer, ended = self.ask(serve, *headers)
                    self.assertEqual(answer.status, status)
                    self.assertIn(text, answer.body["message"])
                    self.assertTrue(ended)
            self.assertEqual(self.ask(serve, length)[0].status, 200)

    def test_their_size(self):
        with Serve(PRATIQUE) as serve:
            with serve.connect() as connection:
                # It answers and closes without waiting for the rest.
                with contextlib.suppress(OSError):
                    connection.sendall(b"POST /validate HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100000 + b"\r\n\r\n")
                self.assertEqual(connection.recv(12), b"HTTP/1.1 431")
            until(lambda: hits(serve, "header-limit") == 1, "the limit is counted", serve.process)
            self.assertEqual(serve.metric('controller_runtime_webhook_requests_total{webhook="other",code="431"}'), 1)
            self.assertEqual(serve.review("/validate", recorded("myapp-valid")).status, 200)

    def test_their_number(self):
        length = b"Content-Length: %d" % len(recorded("myapp-valid"))
        with Serve(PRATIQUE) as serve:
            many = [b"X-%d: y" % number for number in range(97)]
            self.assertEqual(self.ask(serve, length, *many)[0].status, 200)
            answer, _ = self.ask(serve, length, b"X: y", *many)
            self.assertEqual(answer.status, 431)
            self.assertIn("more than 100 headers", answer.body["message"])
            self.assertEqual(hits(serve, "header-limit"), 1)


class Sizes(unittest.TestCase):
    """What is too much to judge: said to the caller, told in the log, counted, and by which limit."""

    def refused(self, serve, limit, body):
        answer = serve.review("/validate", body)
        self.assertEqual((answer.status, answer.body["reason"]), (413, "RequestEntityTooLarge"))
        self.assertEqual(hits(serve, limit), 1)
        return answer.body["message"]

    def test_memory_and_depth(self):
        review = gadget_review()
        review["request"]["object"]["many"] = [{"a": number} for number in range(30000)]
        with Serve(PRATIQUE, "--arena-limit", "1Mi") as serve:
            self.assertEqual(self.refused(serve, "arena-limit", review),
                             "the review needs more memory than a request may use")
            self.assertIn("exceeded max depth", self.refused(serve, "depth", b"[" * 20000))
            self.assertEqual(hits(serve, "arena-limit"), 1)
            told = "the body nests too deeply, or needs more memory than a request may use"
            self.assertEqual(serve.log.count(told), 2, serve.log)

    def test_body(self):
        with Serve(PRATIQUE, "--body-limit", "64Ki") as serve:
            self.assertIn("limit is 65536", self.refused(serve, "body-limit", b" " * 65537))


class Answers(Folder):
    """How much of what is wrong is told, however much there is."""

    def serve(self, *options):
        crd = self.write("crd.yaml", GADGET_CRD.replace("size: {type: integer, default: 3, maximum: 5}", """
                sizes: {type: array, items: {type: integer, maximum: 5}}
                color: {type: string, enum: [red]}"""))
        return Serve(PRATIQUE, *options, schemas=(crd,))

    def test_causes(self):
        for options, most in (((), 1000), (("--findings-limit", "7"), 7)):
            with self.serve(*options) as serve:
                status = serve.review("/validate", gadget_review(sizes=[9] * 1200)).body["response"]["status"]
                self.assertEqual(len(status["details"]["causes"]), most)

    def test_warnings(self):
        with self.serve("--enforcement", "warn") as serve:
            response = serve.review("/validate", gadget_review(color="x" * 5000, sizes=[9] * 1200)).body["response"]
            self.assertTrue(response["allowed"])
            self.assertEqual(max(map(len, response["warnings"])), 256)
            self.assertGreater(sum(map(len, response["warnings"])), 3500)
            self.assertLessEqual(sum(map(len, response["warnings"])), 4096)
            self.assertRegex(response["warnings"][-1], r"\d+ more")

    def test_audit_annotations(self):
        with self.serve("--enforcement", "audit") as serve:
            response = serve.review("/validate", gadget_review(sizes=[9] * 1200)).body["response"]
            self.assertTrue(response["allowed"])
            self.assertEqual([len(value) for value in response["auditAnnotations"].values()], [4096])


class Log(unittest.TestCase):
    def test_kinds_without_schema(self):
        """Each is told of once, and of so many at most; all are counted."""
        review = gadget_review()
        with Serve(PRATIQUE) as serve, serve.connect() as connection:
            for number in range(1003):
                review["request"]["kind"]["kind"] = review["request"]["object"]["kind"] = f"Kind{number}"
                connection.sendall(post(json.dumps(review).encode()))
                self.assertEqual(read_answer(connection)[0].status, 200)
            self.assertEqual(serve.stop(), 0)
            self.assertEqual(len(set(re.findall(r"kind=Kind\d+", serve.log))), 1000)


class Health(unittest.TestCase):
    def test_connections(self):
        """Beyond so many the listener takes none until one ends."""
        with Serve(PRATIQUE) as serve, contextlib.ExitStack() as stack:
            host, port = serve.health.rsplit(":", 1)
            connections = []
            for _ in range(256):
                connection = stack.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE))
                connections.append(connection)
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertTrue(connection.recv(12).startswith(b"HTTP/1.1 200"))
            with socket.create_connection((host, int(port)), timeout=1) as late:
                late.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertEqual(read_or_nothing(late), b"")
                connections[0].close()
                late.settimeout(5)  # long before an idle one is ended
                self.assertEqual(late.recv(12), b"HTTP/1.1 200")


if __name__ == "__main__":
    unittest.main(verbosity=2)
