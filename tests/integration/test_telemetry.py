"""What `serve` tells of itself: log, metrics, traces."""
import json
import os
import re
import subprocess
import sys
import unittest

from serving import GADGET_CRD, Folder, Serve, environment, gadget_review, until

PRATIQUE = sys.argv.pop(1)


class Gadgets(Folder):
    """A test with a schema for gadgets, whose size is at most 5."""

    def setUp(self):
        super().setUp()
        self.write("schemas/gadget.yaml", GADGET_CRD)

    def serve(self, *options, **more):
        return Serve(PRATIQUE, *options, schemas=[self.folder / "schemas"], **more)


class Metrics(Gadgets):
    def test_findings_are_counted_by_kind_and_reason(self):
        series = 'pratique_findings_total{group="example.com",kind="Gadget",reason="%s",action="%s"}'
        with self.serve() as serve:
            serve.review("/validate", gadget_review(size=6))
            serve.review("/validate", gadget_review(size=7))
            serve.review("/validate", gadget_review(size=5, colour="red"))
            self.assertEqual(serve.metric(series % ("FieldValueInvalid", "deny")), 2)
            self.assertEqual(serve.metric(series % ("FieldValueInvalid", "warn")), None)
            self.assertEqual(serve.metric(series % ("UnknownField", "warn")), 1)
        with self.serve("--enforcement", "warn") as serve:
            serve.review("/validate", gadget_review(size=6))
            self.assertEqual(serve.metric(series % ("FieldValueInvalid", "warn")), 1)

    def test_controller_runtime_names(self):
        with self.serve() as serve:
            for code in 200, 500:  # there before anything happened, as controller-runtime has it
                series = f'controller_runtime_webhook_requests_total{{webhook="/mutate",code="{code}"}}'
                self.assertEqual(serve.metric(series), 0)
            serve.review("/mutate", gadget_review())
            self.assertEqual(serve.metric('controller_runtime_webhook_requests_total{webhook="/mutate",code="200"}'), 1)
            self.assertEqual(serve.metric('controller_runtime_webhook_latency_seconds_count{webhook="/mutate"}'), 1)
            self.assertEqual(serve.in_flight("/mutate"), 0)
            self.assertGreater(serve.metric("pratique_arena_high_water_bytes"), 1000)

    def test_target_info(self):
        variables = {"OTEL_SERVICE_NAME": "gate", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test",
                     "POD_NAME": "gate-0", "NODE_NAME": "n1", "POD_NAMESPACE": "system"}
        with self.serve(variables=variables) as serve:
            line = re.search("^target_info{(.*)} 1$", serve.get("/metrics").text, re.M)[1]
            found = dict(re.findall(r'(\w+)="([^"]*)"', line))
            self.assertRegex(found.pop("service_instance_id"), "^[0-9a-f]{8}-[0-9a-f]{4}-4")
            self.assertRegex(found.pop("service_version"), r"^\d+\.\d+")
            self.assertEqual(found, {"service_name": "gate", "k8s_pod_name": "gate-0", "k8s_node_name": "n1",
                                     "k8s_namespace_name": "system", "deployment_environment": "test"})

    def test_a_mistake_in_the_attributes_does_not_keep_it_from_serving(self):
        with self.serve(variables={"OTEL_RESOURCE_ATTRIBUTES": "a=1,secret"}) as serve:
            self.assertRegex(serve.log, "level=warning .*OTEL_RESOURCE_ATTRIBUTES: an item is not of the form")
            self.assertNotIn("secret", serve.log)
            self.assertEqual(serve.get("/readyz").status, 200)


class Log(Gadgets):
    def lines(self, serve, message):
        lines = [json.loads(line) for line in serve.log.splitlines()]
        return [line for line in lines if line["msg"] == message]

    def test_a_denial_is_a_line(self):
        review = gadget_review("u-17", size=6, name=3)
        review["request"]["userInfo"] = {"username": "alice"}
        review["request"]["name"] = "big"
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        with self.serve("--log-format", "json", variables={"POD_NAME": "gate-0"}) as serve:
            serve.review("/validate", review, "-H", f"traceparent: 00-{trace}-00f067aa0ba902b7-01")
            line, = self.lines(serve, "a review is denied")
            self.assertRegex(line.pop("time"), r"^20\d\d-")
            self.assertGreater(line.pop("microseconds"), 0)
            line.pop("service.version"), line.pop("service.instance.id")
            self.assertEqual(line, {
                "level": "info", "msg": "a review is denied", "service.name": "pratique", "k8s.pod.name": "gate-0",
                "trace_id": trace, "path": "/validate", "code": 422, "uid": "u-17", "user": "alice",
                "operation": "CREATE", "group": "example.com", "version": "v1", "kind": "Gadget",
                "namespace": "default", "name": "big", "verdict": "denied",
                "findings": [{"path": "spec.size", "reason": "FieldValueInvalid"}],
                "warned": [{"path": "spec.name", "reason": "UnknownField"}]})

    def test_as_text(self):
        with self.serve("--log-format", "text") as serve:
            serve.review("/validate", gadget_review(size=6))
            self.assertRegex(serve.log, ' msg="a review is denied" .* findings="spec.size: FieldValueInvalid"\n')

    def test_what_would_be_denied(self):
        with self.serve("--log-format", "json", "--enforcement", "audit") as serve:
            serve.review("/validate", gadget_review(size=6))
            line, = self.lines(serve, "a review would be denied")
            self.assertEqual(line["verdict"], "allowed")
            self.assertEqual(line["audited"], [{"path": "spec.size", "reason": "FieldValueInvalid"}])

    def test_many_findings_are_counted(self):
        self.write("schemas/gadget.yaml", GADGET_CRD.replace(
            "size: {", "sizes: {type: array, items: {type: integer, maximum: 5}}\n              size: {"))
        with self.serve("--log-format", "json") as serve:
            serve.review("/validate", gadget_review(sizes=[6] * 30))
            line, = self.lines(serve, "a review is denied")
            self.assertEqual([found["path"] for found in line["findings"]], [f"spec.sizes[{i}]" for i in range(10)])
            self.assertEqual(line["findingsCount"], 30)

    def test_allowed_ones_are_sampled(self):
        with self.serve("--log-format", "json", "--log-allowed", "3") as serve:
            for number in range(7):
                serve.review("/validate", gadget_review(f"u{number}", size=5))
            lines = self.lines(serve, "a review is allowed")
            self.assertEqual([line["uid"] for line in lines], ["u0", "u3", "u6"])
            self.assertEqual(lines[0]["verdict"], "allowed")
        with self.serve("--log-format", "json") as serve:
            serve.review("/validate", gadget_review(size=5))
            self.assertEqual(self.lines(serve, "a review is allowed"), [])

    def test_errors_and_refusals(self):
        with self.serve("--log-format", "json") as serve:
            serve.review("/validate", b'{"kind":"AdmissionReview","number":1e99999}')
            serve.review("/mutate", {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v2"})
            serve.curl("/validate", "-H", "Content-Type: text/plain", data=b"x")
            serve.curl("/nowhere", data=b"x")
            unread, version = self.lines(serve, "a review could not be judged")
            self.assertEqual((unread["level"], unread["code"], unread["error"]),
                             ("warning", 400, "the body cannot be read as JSON"))
            self.assertEqual((version["path"], version["code"]), ("/mutate", 400))
            self.assertIn("apiVersion: must be", version["error"])
            refused, = self.lines(serve, "a request is refused")
            self.assertEqual(refused["code"], 415)

    def test_the_form_follows_the_terminal(self):
        ours, theirs = os.openpty()
        self.addCleanup(os.close, ours)
        with self.serve("--log-format", "auto", stderr=theirs):
            os.close(theirs)
            self.assertRegex(os.read(ours, 4096).decode(), "^time=")
        with self.serve("--log-format", "auto") as serve:
            until(lambda: "\n" in serve.log, "a line in the log", serve.process)
            self.assertEqual(json.loads(serve.log.splitlines()[0])["level"], "info")


class Record(Gadgets):
    def setUp(self):
        super().setUp()
        self.kept = self.folder / "kept"

    def files(self):
        return sorted(self.kept.iterdir())

    def test_what_is_kept_can_be_replayed(self):
        with self.serve("--record", self.kept) as serve:
            denied = serve.review("/validate", gadget_review("u1", size=6))
            mutated = serve.review("/mutate", gadget_review("u2"))
            serve.review("/validate", b"{")  # of what kind it is nobody knows
            self.assertEqual(serve.stop(), 0)
        self.assertEqual([file.name for file in self.files()], ["mutate-000002.json", "validate-000001.json"])
        for file, door, answer in zip(self.files(), ("mutate", "validate"), (mutated, denied)):
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            run = subprocess.run([PRATIQUE, "review", "--schemas", self.folder / "schemas", "--door", door],
                                 input=file.read_bytes(), capture_output=True, check=False)
            self.assertEqual(json.loads(run.stdout), answer.body)

    def test_secrets_are_blanked(self):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "annotations": {
            "a": "b", "kubectl.kubernetes.io/last-applied-configuration": "canary"}},
            "data": {"password": "canary"}, "stringData": {"password": "canary"}}
        review = gadget_review("u1")
        review["request"] |= {"kind": {"group": "", "version": "v1", "kind": "Secret"}, "operation": "UPDATE",
                              "object": secret, "oldObject": secret | {"data": ["canary"]}}
        with self.serve("--record", self.kept) as serve:
            serve.review("/validate", review)
            self.assertEqual(serve.stop(), 0)
        file, = self.files()
        self.assertNotIn("canary", file.read_text())
        kept = json.loads(file.read_text())["request"]
        self.assertEqual(kept["object"], {"apiVersion": "v1", "kind": "Secret", "metadata": {
            "name": "s", "annotations": {"a": "b"}}, "data": {"password": ""}, "stringData": {"password": ""}})
        self.assertEqual(kept["uid"], "u1")

    def test_the_folder_is_bounded(self):
        for options in ("--record-limit", "3"), ("--record-bytes-limit", "1500"):
            with self.subTest(options):
                self.kept = self.folder / options[0]
                for _ in range(2):  # what was there before counts
                    with self.serve("--record", self.kept, *options) as serve:
                        for number in range(5):
                            serve.review("/validate", gadget_review(f"u{number}", size=5))
                        until(lambda: serve.metric('pratique_recorded_reviews_total{result="full"}'), "full", serve.process)
                        self.assertEqual(serve.log.count("no more reviews are recorded"), 1)
                        self.assertEqual(serve.stop(), 0)
                self.assertEqual(len(self.files()), 3)

    def test_a_folder_that_cannot_be(self):
        self.write("file", "")
        run = subprocess.run([PRATIQUE, "serve", "--record", self.folder / "file"], capture_output=True, text=True,
                             env=environment(), check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn(f"{self.folder}/file: cannot record here: Not a directory", run.stderr)


if __name__ == "__main__":
    unittest.main()
