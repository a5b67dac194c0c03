"""Traces and metrics of `serve` as a collector of OpenTelemetry gets them."""
import json
import re
import socket
import sys
import time
import unittest

from authority import Authority
from collector import Collector, attributes
from serving import GADGET_CRD, PATIENCE, Folder, Serve, gadget_review, make_certificates, until

PRATIQUE = sys.argv.pop(1)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
SOON = {"OTEL_BSP_SCHEDULE_DELAY": "50"}


def parent(flags="01"):
    return "-H", f"traceparent: 00-{TRACE}-{PARENT}-{flags}"


class Exporting(Folder):
    def setUp(self):
        super().setUp()
        self.write("schemas/gadget.yaml", GADGET_CRD)
        self.collector = self.enterContext(Collector()) if hasattr(self, "enterContext") else Collector().__enter__()
        if not hasattr(self, "enterContext"):
            self.addCleanup(self.collector.__exit__)

    def serve(self, *options, **variables):
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url} | SOON | variables
        return Serve(PRATIQUE, *options, schemas=[self.folder / "schemas"], variables=given)


class Spans(Exporting):
    def test_a_review_is_a_span_of_the_callers_trace(self):
        before = time.time_ns()
        review = gadget_review("u-17", size=6)
        with self.serve(POD_NAME="gate-0", OTEL_SERVICE_NAME="gate") as serve:
            serve.review("/validate?timeout=10s", review, *parent())
            spans = self.collector.wait_for_spans(2, serve.process)
        after = time.time_ns()
        server, = [span for span in spans if span["name"] == "POST /validate"]
        judge, = [span for span in spans if span["name"] == "judge"]
        self.assertEqual((server["traceId"], server["parentSpanId"], server["kind"]), (TRACE, PARENT, 2))
        self.assertEqual((judge["traceId"], judge["parentSpanId"], judge["kind"]), (TRACE, server["spanId"], 1))
        times = [int(span[name]) for span, name in ((server, "startTimeUnixNano"), (judge, "startTimeUnixNano"),
                                                    (judge, "endTimeUnixNano"), (server, "endTimeUnixNano"))]
        self.assertEqual(times, sorted(times))
        self.assertTrue(before - 10**7 <= times[0] and times[-1] <= after + 10**7)
        found = attributes(server)
        self.assertGreater(int(found.pop("http.request.body.size")), 100)
        self.assertEqual(found, {
            "http.request.method": "POST", "url.scheme": "https", "url.path": "/validate", "http.route": "/validate",
            "network.protocol.version": "1.1", "http.response.status_code": "200", "pratique.review.uid": "u-17",
            "pratique.review.operation": "CREATE", "pratique.review.verdict": "denied",
            "pratique.review.findings": "spec.size: FieldValueInvalid", "pratique.review.findings.count": "1",
            "k8s.object.group": "example.com", "k8s.object.version": "v1", "k8s.object.kind": "Gadget",
            "k8s.object.namespace": "default", "k8s.object.name": "g"})
        self.assertEqual(server["status"], {})
        resource = attributes(self.collector.bodies("/v1/traces")[0]["resourceSpans"][0]["resource"])
        self.assertEqual((resource["service.name"], resource["k8s.pod.name"]), ("gate", "gate-0"))
        self.assertEqual(self.collector.requests[0][1]["Content-Type"], "application/json")

    def test_many_findings_are_counted_and_the_first_ones_named(self):
        self.write("schemas/gadget.yaml", GADGET_CRD.replace("size: {type: integer, default: 3, maximum: 5}",
                                                         "sizes: {type: array, items: {type: integer, maximum: 5}}"))
        with self.serve() as serve:
            serve.review("/validate", gadget_review(sizes=[9] * 30), *parent())
            span = [each for each in self.collector.wait_for_spans(2, serve.process) if each["kind"] == 2][0]
        found = attributes(span)
        self.assertEqual(found["pratique.review.findings.count"], "30")
        self.assertEqual(len(found["pratique.review.findings"]), 256)

    def test_what_goes_wrong_is_an_error(self):
        with Serve(PRATIQUE, schemas=[self.folder / "schemas"], variables=SOON | {
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": self.collector.url + "/v1/traces"}) as serve:
            serve.curl("/validate", "-H", "Content-Type: text/plain", *parent(), data=b"x")
            span, = self.collector.wait_for_spans(1, serve.process)
            self.assertEqual(attributes(span)["http.response.status_code"], "415")
            self.assertEqual(span["status"], {})  # a mistake of the client's

    def test_strangers_have_no_spans(self):
        authority = Authority(self.folder, "callers")
        trusted = self.write("trusted.pem", authority.pem)
        certificate, key = authority.sign("api-server")
        with self.serve("--client-ca", trusted) as serve:
            for _ in range(3):
                self.assertEqual(serve.review("/validate", gadget_review("stranger"), *parent()).status, 401)
            serve.review("/validate", gadget_review("known"), "--cert", certificate, "--key", key, *parent())
            self.collector.wait_for_spans(2, serve.process)
        self.assertEqual(sorted(span["name"] for span in self.collector.spans), ["POST /validate", "judge"])

    def test_who_only_looks_has_no_span(self):
        with self.serve() as serve:
            self.assertEqual(serve.curl("/validate", *parent()).status, 405)
            serve.review("/validate", gadget_review(), *parent())
            self.collector.wait_for_spans(2, serve.process)
        self.assertEqual(sorted(span["name"] for span in self.collector.spans), ["POST /validate", "judge"])

    def test_samplers(self):
        for sampler, argument, flags, expected in (
                ("parentbased_always_on", "", "01", True), ("parentbased_always_on", "", "00", False),
                ("always_on", "", "00", True), ("always_off", "", "01", False),
                ("traceidratio", "0", "01", False), ("traceidratio", "1", "00", True),
                ("parentbased_traceidratio", "0", "01", True), ("parentbased_traceidratio", "0", None, False),
                ("parentbased_traceidratio", "1", None, True)):
            with self.subTest(sampler=sampler, argument=argument, flags=flags):
                self.collector.requests.clear()
                with self.serve(OTEL_TRACES_SAMPLER=sampler, OTEL_TRACES_SAMPLER_ARG=argument) as serve:
                    serve.review("/validate", gadget_review(size=5), *(parent(flags) if flags else ()))
                    self.assertEqual(serve.stop(), 0, serve.log)
                self.assertEqual(bool(self.collector.spans), expected)
                self.assertTrue(all((span.get("parentSpanId") is not None) == bool(flags) or span["name"] == "judge"
                                    for span in self.collector.spans))

    def test_the_log_names_the_span(self):
        with self.serve("--log-format", "json") as serve:
            serve.review("/validate", gadget_review(size=6))
            span = [each for each in self.collector.wait_for_spans(2, serve.process) if each["kind"] == 2][0]
            line, = [line for line in map(json.loads, serve.log.splitlines()) if line["msg"] == "a review is denied"]
            self.assertEqual((line["trace_id"], line["span_id"]), (span["traceId"], span["spanId"]))

    def test_nothing_is_opened_without_a_collector(self):
        for variables in {}, {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url}, {
                "OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": self.collector.url}:
            with Serve(PRATIQUE, schemas=[self.folder / "schemas"], variables=variables) as serve:
                serve.review("/validate", gadget_review(size=5), *parent())
                with open(f"/proc/{serve.process.pid}/maps", encoding="ascii") as maps:
                    self.assertNotIn("libcurl", maps.read())
                self.assertEqual(serve.stop(), 0, serve.log)
        self.assertEqual(self.collector.requests, [])


class Delivery(Exporting):
    def test_headers_are_sent_and_never_told(self):
        with self.serve(OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20canary-1,x-team=gate") as serve:
            serve.review("/validate", gadget_review(size=6))
            self.collector.wait_for_spans(2, serve.process)
            headers = self.collector.requests[0][1]
            self.assertEqual((headers["authorization"], headers["x-team"]), ("Bearer canary-1", "gate"))
            self.assertNotIn("canary-1", serve.log + serve.get("/metrics").text)
        with self.serve(OTEL_EXPORTER_OTLP_HEADERS="authorization=canary-2%0d%0aX: y") as serve:
            self.assertIn("OTEL_EXPORTER_OTLP_HEADERS: a name or a value has a control character", serve.log)
            self.assertNotIn("canary-2", serve.log)

    def test_a_password_in_the_url_is_not_told(self):
        self.collector.statuses = [400]
        url = self.collector.url.replace("http://", "http://user:canary@")
        with self.serve(OTEL_EXPORTER_OTLP_ENDPOINT=url) as serve:
            serve.review("/validate", gadget_review(size=5))
            until(lambda: "does not reach the collector" in serve.log, "told", serve.process)
            self.assertIn(self.collector.url.removeprefix("http://"), serve.log)
            self.assertNotIn("canary", serve.log)
            self.assertTrue(self.collector.requests[0][1]["Authorization"].startswith("Basic "))

    def test_the_collectors_certificate_is_checked(self):
        with self.serve(OTEL_EXPORTER_OTLP_ENDPOINT="https://127.0.0.1:1",
                        OTEL_EXPORTER_OTLP_CERTIFICATE=str(self.folder / "none.pem")) as serve:
            self.assertRegex(serve.log, "cannot be used.*none.pem: No such file")

    def test_a_batch_is_tried_again(self):
        self.collector.statuses = [503]
        with self.serve() as serve:
            serve.review("/validate", gadget_review(size=5))
            until(lambda: serve.metric('pratique_spans_total{result="exported"}') == 2, "delivered", serve.process)
            self.assertEqual(self.collector.requests[0][2], self.collector.requests[1][2])

    def test_a_batch_that_is_refused_is_dropped(self):
        self.collector.statuses = [400]
        with self.serve() as serve:
            serve.review("/validate", gadget_review(size=5))
            until(lambda: serve.metric('pratique_spans_total{result="failed"}') == 2, "dropped", serve.process)
            self.assertRegex(serve.log, "does not reach the collector.*the collector answers 400")
            serve.review("/validate", gadget_review(size=5))
            until(lambda: "reaches the collector again" in serve.log, "told", serve.process)
            self.assertEqual(serve.metric('pratique_otlp_exports_total{signal="traces",result="ok"}'), 1)

    def test_without_a_collector_spans_are_dropped_and_reviews_judged(self):
        with self.serve(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", OTEL_BSP_MAX_QUEUE_SIZE="10",
                        OTEL_BSP_SCHEDULE_DELAY="3600000") as serve:
            for _ in range(20):
                self.assertEqual(serve.review("/validate", gadget_review(size=5)).status, 200)
            lost = sum(serve.metric(f'pratique_spans_total{{result="{result}"}}') or 0
                       for result in ("dropped", "failed"))
            self.assertGreater(lost, 0)
            self.assertEqual(serve.stop(), 0, serve.log)
            self.assertIn("msg=stopped", serve.log)

    def test_a_stop_sends_what_is_there(self):
        with self.serve(OTEL_BSP_SCHEDULE_DELAY="3600000") as serve:
            serve.review("/validate", gadget_review(size=5), *parent())
            self.assertEqual(serve.stop(), 0, serve.log)
        self.assertEqual(len(self.collector.spans), 2)

    def test_a_stop_does_not_wait_for_ever(self):
        """A collector that takes connections and never answers has ten minutes, the stop a second; it must
        be over before the patience of stop()."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            with self.serve("--grace", "1s", OTEL_EXPORTER_OTLP_ENDPOINT=url,
                            OTEL_EXPORTER_OTLP_TIMEOUT="600000") as serve:
                serve.review("/validate", gadget_review(size=5))
                self.assertEqual(serve.stop(), 0, serve.log)

    def test_mistakes_are_told(self):
        key = self.write("key.pem", "a key")
        for variable, value, told in (
                ("OTEL_SDK_DISABLED", "yes", "wants true or false; false is taken"),
                ("OTEL_EXPORTER_OTLP_CERTIFICATE", "none", "none: No such file or directory"),
                ("OTEL_EXPORTER_OTLP_CLIENT_KEY", str(key), "is of no use without a certificate"),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "wants none: nothing is compressed"),
                ("OTEL_BSP_MAX_QUEUE_SIZE", "many", "wants a number from 1 to 65536; 2048 is taken"),
                ("OTEL_TRACES_SAMPLER", "sometimes", "parentbased_always_on is taken"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "wants a URL"),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "wants http/json, which is sent all the same"),
                ("OTEL_TRACES_EXPORTER", "zipkin", "wants otlp or none")):
            with self.subTest(variable), self.serve(**{variable: value}) as serve:
                self.assertRegex(serve.log, f"level=warning .*{variable}: .*{told}")
                self.assertEqual(serve.get("/readyz").status, 200)


class Metrics(Exporting):
    def test_metrics_are_pushed_from_the_same_registry(self):
        with self.serve(OTEL_METRICS_EXPORTER="otlp", OTEL_METRIC_EXPORT_INTERVAL="100") as serve:
            serve.review("/validate", gadget_review(size=6))

            def points(name):
                for body in reversed(self.collector.bodies("/v1/metrics")):
                    for metric in body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]:
                        if metric["name"] == name:
                            return metric
                return None
            until(lambda: points("pratique_findings_total"), "pushed", serve.process)
            sum_ = points("pratique_findings_total")["sum"]
            self.assertEqual((sum_["isMonotonic"], sum_["aggregationTemporality"]), (True, 2))
            self.assertEqual(attributes(sum_["dataPoints"][0]), {
                "group": "example.com", "kind": "Gadget", "reason": "FieldValueInvalid", "action": "deny"})
            self.assertEqual(sum_["dataPoints"][0]["asDouble"], 1)
            point, = points("controller_runtime_webhook_latency_seconds")["histogram"]["dataPoints"]
            self.assertEqual((point["count"], len(point["bucketCounts"])), ("1", len(point["explicitBounds"]) + 1))
            self.assertEqual(sum(map(int, point["bucketCounts"])), 1)
            self.assertGreater(points("process_resident_memory_bytes")["gauge"]["dataPoints"][0]["asDouble"], 1e6)
            shown = set(re.findall(r"^# TYPE (\S+)", serve.get("/metrics").text, re.M)) - {"target_info"}
            def pushed():
                body = self.collector.bodies("/v1/metrics")[-1]
                return {metric["name"] for metric in body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]}
            until(lambda: shown <= pushed(), "all that is shown is pushed", serve.process)


class Canaries(Exporting):
    """Values of objects that no output may have."""

    def test_values_stay_inside(self):
        self.write("schemas/gadget.yaml", GADGET_CRD.replace(
            "size: {", "token: {type: string, format: password, maxLength: 3}\n              "
                       "note: {type: string, pattern: ^x$}\n              size: {"))
        self.write("schemas/secrets.yaml", """
apiVersion: admission.pratique.dev/v1
kind: AdmissionSchema
metadata: {name: secrets}
spec:
  match: {groups: [""], versions: [v1], resources: [secrets]}
  openAPIV3Schema:
    type: object
    properties:
      data: {type: object, additionalProperties: {type: string, enum: [a]}}
      stringData:
        type: object
        additionalProperties: {type: string}
        x-kubernetes-validations: [{rule: "false", messageExpression: "self.password"}]
""")
        secret = gadget_review("u2")
        secret["request"] |= {
            "kind": {"group": "", "version": "v1", "kind": "Secret"}, "name": "s",
            "resource": {"group": "", "version": "v1", "resource": "secrets"}, "object": {
                "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"},
                "data": {"password": "canary-data"}, "stringData": {"password": "canary-string"}}}
        with self.serve("--log-format", "json", "--log-level", "debug", "--log-allowed", "1",
                        OTEL_METRICS_EXPORTER="otlp", OTEL_METRIC_EXPORT_INTERVAL="100") as serve:
            gadget = serve.review("/validate", gadget_review("u1", token="canary-token", note="canary-note")).text
            answers = gadget + serve.review("/validate", secret).text
            answers += serve.review("/validate", gadget_review("u3", size=1, token="t0k", note="x")).text
            serve.review("/mutate", gadget_review("u4", note="canary-mutate"))
            serve.review("/validate", b'{"canary-broken')
            shown = serve.get("/metrics").text
            self.assertEqual(serve.stop(), 0, serve.log)
            log = serve.log
        told = json.dumps([body for _, _, body in self.collector.requests])
        for output, value in (("log", log), ("metrics", shown), ("collector", told)):
            with self.subTest(output):
                self.assertIn("u1" if output != "metrics" else "Gadget", value)
                self.assertNotIn("canary", value)
                self.assertNotIn("t0k", value)
        # The client is told what is wrong with a value of its own, as an API server does it.
        self.assertIn('"canary-note', gadget.replace("\\", ""))
        for value in "canary-token", "canary-data", "canary-string":
            self.assertNotIn(value, answers)


if __name__ == "__main__":
    unittest.main()
