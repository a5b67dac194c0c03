"""pratique serve and pratique review as their users see them: test_serve.py PRATIQUE"""
import base64
import concurrent.futures
import contextlib
import copy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest

from serving import (GADGET_CRD, JSON, PATIENCE, ROOT, Folder, RecordsByHand, Serve, gadget_review, make_certificates,
                     post, read_answer, recorded, until)

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()

def patched(answer, review):
    """The object after the answer's patch, which only ever adds."""
    result = copy.deepcopy(review["request"]["object"])
    for operation in json.loads(base64.b64decode(answer.body["response"]["patch"])):
        assert operation["op"] == "add", operation
        *parents, last = operation["path"][1:].split("/")
        place = result
        for name in parents:
            place = place[int(name)] if isinstance(place, list) else place[name]
        place[last] = operation["value"]
    return result


class Reviews(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.serve = Serve(PRATIQUE, "--body-limit", "1Mi", "--arena-limit", "8Mi").__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.serve.__exit__()

    def test_mutate_defaults(self):
        review = recorded("myapp-create-defaults")
        answer = self.serve.review("/mutate", review)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["content-type"], "application/json")
        self.assertEqual(answer.body["response"]["patchType"], "JSONPatch")
        self.assertEqual(patched(answer, json.loads(review))["spec"]["replicas"], 1)

    def test_validate_denies_with_every_cause(self):
        response = self.serve.review("/validate", recorded("myapp-invalid")).body["response"]
        self.assertFalse(response["allowed"])
        self.assertEqual(response["status"]["code"], 422)
        fields = {cause["field"] for cause in response["status"]["details"]["causes"]}
        self.assertLessEqual({"spec.replicas", "spec.version", "spec.image"}, fields)

    def test_validate_allows(self):
        answer = self.serve.review("/validate", recorded("myapp-valid"))
        self.assertEqual((answer.status, answer.body["response"]["allowed"]), (200, True))

    def test_content_type_with_charset(self):
        answer = self.serve.curl("/validate?timeout=10s", "-H", "Content-Type: application/json; charset=utf-8",
                                 data=recorded("myapp-valid"))
        self.assertEqual(answer.status, 200)

    def test_chunked_body(self):
        answer = self.serve.review("/validate", recorded("myapp-valid"), "-H", "Transfer-Encoding: chunked")
        self.assertTrue(answer.body["response"]["allowed"])

    def test_invalid_utf8_is_replaced(self):
        review = recorded("myapp-valid").replace(b'"name":"hello"', b'"name":"hel\xfflo"')
        self.assertEqual(self.serve.review("/validate", review).status, 200)

    def test_bad_input(self):
        valid = recorded("myapp-valid")
        review = json.loads(valid)
        changed = lambda **more: json.dumps({**review, **more}).encode()
        without_uid = changed(request={**review["request"], "uid": ""})
        cases = {
            "malformed": ("/validate", JSON, b"{'a'", 400, "body:1:2: invalid character '\\''"),
            "truncated": ("/validate", JSON, valid[:100], 400, "unexpected end of JSON input"),
            "empty": ("/validate", JSON, b"", 400, "the body is empty"),
            "trailing": ("/validate", JSON, valid + b"x", 400, "after top-level value"),
            "oversized": ("/validate", JSON, b" " * (1 << 20) + valid, 413, "limit is 1048576"),
            "oversized in chunks": ("/validate", [*JSON, "-H", "Transfer-Encoding: chunked"],
                                    b" " * (1 << 20) + valid, 413, "limit is 1048576"),
            "nested": ("/validate", JSON, b"[" * 20000, 413, "depth"),
            "too much memory": ("/validate", JSON, b"[" + b"[]," * 340000 + b"1]", 413, "memory"),
            "content type": ("/mutate", ["-H", "Content-Type: text/yaml"], valid, 415, 'is "text/yaml"'),
            "no content type": ("/mutate", ["-H", "Content-Type:"], valid, 415, "is missing"),
            "content encoding": ("/mutate", [*JSON, "-H", "Content-Encoding: gzip"], valid, 415, '"gzip"'),
            "method": ("/mutate", ["-X", "PUT", *JSON], valid, 405, "PUT is not allowed"),
            "path": ("/", JSON, valid, 404, "there is nothing at /"),
            "path below a door": ("/validate/x", JSON, valid, 404, "/validate/x"),
            "version": ("/validate", JSON, changed(apiVersion="admission.k8s.io/v3"), 400, "apiVersion: must be"),
            "kind": ("/validate", JSON, changed(kind="Review"), 400, "kind: must be AdmissionReview"),
            "uid": ("/validate", JSON, without_uid, 400, "request.uid: is missing"),
            "request": ("/validate", JSON, changed(request=None), 400, "request: is missing"),
            "response": ("/validate", JSON, changed(response={}), 400, "response: "),
        }
        for name, (path, options, body, status, text) in cases.items():
            with self.subTest(name):
                answer = self.serve.curl(path, *options, data=body)
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.body["kind"], "Status")
                self.assertEqual(answer.body["code"], status)
                self.assertIn(text, answer.body["message"])
        self.assertTrue(self.serve.review("/validate", valid).body["response"]["allowed"])

    def test_wrong_method_names_the_right_one(self):
        for method in (["-G"], ["-I"], ["-X", "DELETE"]):
            answer = self.serve.curl("/validate", *method)
            self.assertEqual((answer.status, answer.headers["allow"]), (405, "POST"))

    def test_a_large_body_is_refused_before_it_is_sent(self):
        with self.serve.connect() as connection:
            connection.sendall(b"POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                               b"Content-Length: 99999999999\r\n\r\n")
            answer, _ = read_answer(connection)
        self.assertEqual(answer.status, 413)

    def test_expect_continue(self):
        with self.serve.connect() as connection:
            body = recorded("myapp-valid")
            head, _, _ = post(body).partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
            self.assertTrue(connection.recv(1000).startswith(b"HTTP/1.1 100 "))
            connection.sendall(body)
            self.assertEqual(read_answer(connection)[0].status, 200)

    def test_requests_on_one_connection(self):
        bodies = [recorded("myapp-valid"), recorded("myapp-invalid"), b"{", recorded("myapp-valid")]
        with self.serve.connect() as connection:
            connection.sendall(b"".join(map(post, bodies)))  # pipelined
            seen, rest = [], b""
            for _ in bodies:
                data = rest
                while data.count(b"\r\n\r\n") < 1:
                    data += connection.recv(65536)
                head, _, body = data.partition(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                while len(body) < length:
                    body += connection.recv(65536)
                seen.append(int(head.split()[1]))
                rest = body[length:]
        self.assertEqual(seen, [200, 200, 400, 200])

    def test_records_in_pieces_and_together(self):
        large = json.loads(recorded("myapp-valid"))
        large["request"]["object"]["metadata"]["annotations"] = {"note": "x" * 60_000}
        bodies = [recorded("myapp-valid"), json.dumps(large).encode(), recorded("myapp-invalid")]
        with RecordsByHand(self.serve) as connection:
            for size, count in ((1, 1), (5, 1), (6, 1), (4096, 3), (16_389, 3), (1_000_000, 3)):
                records = b"".join(connection.seal(post(body)) for body in bodies[:count])
                for start in range(0, len(records), size):
                    connection.send(records[start:start + size])
                answers = b""
                while answers.count(b'"kind":"AdmissionReview"') < count:
                    answers += connection.recv(65536)
                self.assertEqual(answers.count(b'"allowed":true'), min(count, 2))

    def test_head_has_no_body_and_the_connection_goes_on(self):
        with self.serve.connect() as connection:
            connection.sendall(b"HEAD /validate HTTP/1.1\r\nHost: localhost\r\n\r\n")
            head = connection.recv(65536)
            self.assertEqual((head[:12], head[-4:]), (b"HTTP/1.1 405", b"\r\n\r\n"))
            connection.sendall(post(recorded("myapp-valid")))
            self.assertEqual(read_answer(connection)[0].status, 200)

    def test_parallel_requests(self):
        def ask(number):
            review = json.loads(recorded("myapp-valid" if number % 2 else "myapp-invalid"))
            review["request"]["uid"] = f"uid-{number}"
            with self.serve.connect() as connection:
                for _ in range(10):
                    connection.sendall(post(json.dumps(review).encode()))
                    response = read_answer(connection)[0].body["response"]
                    if (response["uid"], response["allowed"]) != (f"uid-{number}", bool(number % 2)):
                        return response
            return None

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual([wrong for wrong in pool.map(ask, range(48)) if wrong], [])

    def test_health(self):
        for path in ("/livez", "/readyz", "/healthz"):
            self.assertEqual((self.serve.get(path).status, self.serve.get(path).text), (200, "ok"))
        self.assertIn("[+]schemas ok\n", self.serve.get("/readyz?verbose").text)
        self.assertEqual(self.serve.get("/readyz", "-I").status, 200)
        self.assertEqual(self.serve.get("/nothing").status, 404)
        answer = self.serve.get("/readyz", "-X", "POST")
        self.assertEqual((answer.status, answer.headers["allow"]), (405, "GET, HEAD"))

    def test_metrics_count_reviews(self):
        series = 'pratique_admission_reviews_total{door="validate",operation="CREATE",allowed="false",code="422"}'
        before = self.serve.metric(series) or 0
        self.serve.review("/validate", recorded("myapp-invalid"))
        self.assertEqual(self.serve.metric(series), before + 1)


class Limits(unittest.TestCase):
    def test_connections_beyond_the_limit_wait(self):
        with Serve(PRATIQUE, "--threads", "1", "--connection-limit", "2") as serve:
            with serve.connect() as first, serve.connect() as second:
                with self.assertRaises(TimeoutError):
                    serve.connect(timeout=0.3)
                for connection in (first, second):
                    connection.sendall(post(recorded("myapp-valid")))
                    self.assertEqual(read_answer(connection)[0].status, 200)
            self.assertEqual(serve.review("/validate", recorded("myapp-valid")).status, 200)

    def test_idle_connections_are_closed(self):
        with Serve(PRATIQUE, "--idle-timeout", "1s") as serve, serve.connect() as connection:
            self.assertEqual(connection.recv(1), b"")


class Schemas(Folder):
    def test_good_documents_are_served_beside_bad_ones(self):
        self.write("a/gadget.yaml", GADGET_CRD)
        self.write("b/again.yaml", GADGET_CRD)
        self.write("b/broken.yaml", GADGET_CRD.replace("gadgets", "others").replace("Gadget", "Other")
                   .replace("type: integer", "type: whole"))
        self.write("b/syntax.yaml", "spec:\n  a: [\n")
        self.write("c/bomb.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi")))
        with Serve(PRATIQUE, schemas=[self.folder]) as serve:
            for file in ("b/again.yaml:2:1: kind Gadget.example.com is defined already, in", "b/broken.yaml:",
                         "b/syntax.yaml:", "c/bomb.yaml:"):
                self.assertIn(f"{self.folder}/{file}", serve.log)
            self.assertIn("a/gadget.yaml", serve.log)  # the place of the first
            self.assertEqual(serve.metric("pratique_policy_errors"), 4)
            self.assertEqual(serve.metric("pratique_policy_schemas"), 1)
            self.assertFalse(serve.review("/validate", gadget_review(size=9)).body["response"]["allowed"])

    def test_newer_fields_survive_an_older_crd(self):
        self.write("gadget.yaml", GADGET_CRD)
        review = gadget_review(newer={"a": [1, {"b": None}]})
        review["request"]["object"]["alsoNewer"] = True
        with Serve(PRATIQUE, schemas=[self.folder]) as serve:
            result = patched(serve.review("/mutate", review), review)
            self.assertEqual(result["spec"], {"newer": {"a": [1, {"b": None}]}, "size": 3})
            self.assertTrue(result["alsoNewer"])
            response = serve.review("/validate", review).body["response"]
            self.assertTrue(response["allowed"])
            self.assertEqual(response["warnings"], ['unknown field "alsoNewer"', 'unknown field "spec.newer"'])

    def test_a_kind_without_schema_is_counted_and_logged_once(self):
        series = 'pratique_unmatched_total{group="example.com",version="v1",kind="Gadget"}'
        with Serve(PRATIQUE) as serve:
            for _ in range(3):
                self.assertTrue(serve.review("/validate", gadget_review()).body["response"]["allowed"])
            self.assertEqual(serve.metric(series), 3)
            self.assertEqual(serve.log.count("no schema for a kind"), 1)
        with Serve(PRATIQUE, "--unmatched", "deny") as serve:
            self.assertEqual(serve.review("/validate", gadget_review()).body["response"]["status"]["code"], 403)

    def test_names_too_long_for_a_metric_are_not_kept(self):
        review = gadget_review()
        review["request"]["kind"]["kind"] = review["request"]["object"]["kind"] = "G" * 100000
        with Serve(PRATIQUE) as serve:
            self.assertTrue(serve.review("/validate", review).body["response"]["allowed"])
            self.assertEqual(serve.metric('pratique_unmatched_total{group="example.com",version="v1",kind="other"}'), 1)
            self.assertLess(len(serve.get("/metrics").text), 50000)

    @unittest.skipIf("PRATIQUE_SANITIZER" in os.environ, "sanitizers hold memory of their own")
    def test_who_does_not_read_holds_little_memory(self):
        review = json.loads((ROOT / "tests/data/reviews/myapp-invalid.json").read_bytes())
        review["request"]["object"]["spec"]["strategy"] = {"type": "x" * 3000000}
        body = json.dumps(review).encode()
        head = (b"POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body))
        with Serve(PRATIQUE) as serve, contextlib.ExitStack() as open_connections:
            for count in range(1, 21):
                connection = open_connections.enter_context(serve.connect())
                connection.sendall(head + body)
                until(lambda: serve.metric('controller_runtime_webhook_requests_total{webhook="/validate",code="200"}') == count,
                      "answered", serve.process)
            status = pathlib.Path(f"/proc/{serve.process.pid}/status").read_text()
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) // 1024
            self.assertLess(resident, 400)

    def test_what_depends_on_the_cluster_is_not_allowed(self):
        self.write("gadget.yaml", """
apiVersion: admission.pratique.dev/v1
kind: AdmissionSchema
metadata: {name: by-team}
spec:
  match:
    groups: [example.com]
    versions: [v1]
    resources: [gadgets]
    namespaceSelector: {matchLabels: {team: a}}
  openAPIV3Schema: {type: object}
""")
        with Serve(PRATIQUE, schemas=[self.folder]) as serve:
            answer = serve.review("/validate", gadget_review())
            self.assertEqual(answer.status, 503)
            self.assertIn("by-team", answer.body["message"])
            self.assertIn("a review could not be judged", serve.log)

    def test_no_schemas(self):
        with Serve(PRATIQUE, schemas=[]) as serve:
            self.assertIn("level=warning", serve.log)
            self.assertIn("no schemas", serve.log)


class Starting(Folder):
    def fails(self, *options):
        run = subprocess.run([PRATIQUE, "serve", "--schemas", ROOT / "schemas", "--health-listen", "", *options],
                             capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(run.returncode, 2, run.stderr)
        return run.stderr

    def test_port_in_use(self):
        with Serve(PRATIQUE) as serve:
            address = f"127.0.0.1:{serve.port}"
            message = self.fails("--certs", serve.certs, "--listen", address)
            self.assertIn(f"{address}: cannot listen here: Address already in use", message)
            self.assertEqual(serve.get("/readyz").status, 200)

    def test_key_of_another_certificate(self):
        mixed = make_certificates(PRATIQUE, self.folder / "one")
        other = make_certificates(PRATIQUE, self.folder / "other")
        (mixed / "tls.key").write_bytes((other / "tls.key").read_bytes())
        self.assertIn("tls.key", self.fails("--certs", mixed, "--listen", "127.0.0.1:0"))

    def test_no_certificates(self):
        self.assertIn(f"{self.folder}/none/tls.crt", self.fails("--certs", self.folder / "none"))

    def test_schemas_that_are_not_there(self):
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        message = self.fails("--certs", certs, "--listen", "127.0.0.1:0", "--schemas", self.folder / "missing")
        self.assertIn(f"{self.folder}/missing", message)

    def test_an_address_that_is_none(self):
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        self.assertIn('localhost: is no address', self.fails("--certs", certs, "--listen", "localhost"))

    def test_an_unknown_option(self):
        self.assertIn("schemas", self.fails("--schema", "x"))


class Stopping(unittest.TestCase):
    def test_what_is_in_flight_is_finished(self):
        with Serve(PRATIQUE) as serve, serve.connect() as connection:
            request = post(recorded("myapp-valid"))
            connection.sendall(request[:-10])
            until(lambda: serve.in_flight() == 1, "the request is seen", serve.process)
            serve.process.send_signal(signal.SIGTERM)
            until(lambda: "msg=stopping" in serve.log, "stopping", serve.process)
            connection.sendall(request[-10:])
            answer, _ = read_answer(connection)
            self.assertEqual((answer.status, answer.body["response"]["allowed"]), (200, True))
            self.assertEqual(serve.process.wait(PATIENCE), 0)
            self.assertIn("msg=stopped", serve.log)

    def test_grace_ends(self):
        with Serve(PRATIQUE, "--grace", "1s") as serve, serve.connect() as connection:
            connection.sendall(post(recorded("myapp-valid"))[:-10])
            until(lambda: serve.in_flight() == 1, "the request is seen", serve.process)
            self.assertEqual(serve.stop(), 0)
            self.assertIn("before every request was answered", serve.log)

    def test_idle_connections_do_not_hold_it_up(self):
        with Serve(PRATIQUE) as serve, serve.connect() as connection:
            connection.sendall(post(recorded("myapp-valid")))
            read_answer(connection)
            self.assertEqual(serve.stop(), 0)

    def test_not_ready_while_it_still_serves(self):
        with Serve(PRATIQUE, "--drain-delay", "1h") as serve:
            serve.process.send_signal(signal.SIGTERM)
            until(lambda: serve.get("/readyz").status == 503, "not ready", serve.process)
            self.assertIn("[-]serving failed", serve.get("/readyz").text)
            self.assertEqual(serve.get("/livez").status, 200)
            self.assertTrue(serve.review("/validate", recorded("myapp-valid")).body["response"]["allowed"])
            self.assertEqual(serve.stop(), 0)  # a second signal ends the delay


class ReviewCommand(unittest.TestCase):
    def run_review(self, body, *options):
        return subprocess.run([PRATIQUE, "review", "--schemas", ROOT / "schemas", *options], input=body,
                              capture_output=True, timeout=PATIENCE, check=False)

    def test_exit_codes(self):
        for body, code in ((recorded("myapp-valid"), 0), (recorded("myapp-invalid"), 1), (b"{", 2), (b"", 2)):
            self.assertEqual(self.run_review(body).returncode, code)

    def test_says_what_the_webhook_says(self):
        with Serve(PRATIQUE) as serve:
            for door in ("mutate", "validate"):
                for name in ("myapp-create-defaults", "myapp-invalid"):
                    offline = self.run_review(recorded(name), "--door", door).stdout.decode().rstrip("\n")
                    self.assertEqual(offline, serve.review(f"/{door}", recorded(name)).text)

    def test_does_not_take_arguments(self):
        self.assertEqual(self.run_review(b"", "file.json").returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
