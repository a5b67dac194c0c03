"""pratique serve's /convert and pratique review --door convert: test_convert.py PRATIQUE"""
import json
import pathlib
import subprocess
import sys
import unittest

from serving import JSON, PATIENCE, ROOT, Folder, Serve, until

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
DATA = ROOT / "tests" / "data" / "conversion"
REVIEW = (DATA / "review.json").read_bytes()


def review(version, *objects, uid="u1"):
    return {"kind": "ConversionReview", "apiVersion": "apiextensions.k8s.io/v1",
            "request": {"uid": uid, "desiredAPIVersion": f"net.example.com/{version}", "objects": objects}}


def gateway(version, name="g", **spec):
    return {"apiVersion": f"net.example.com/{version}", "kind": "Gateway",
            "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}"}, "spec": spec}


class Convert(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.serve = Serve(PRATIQUE, "--body-limit", "1Mi", "--arena-limit", "32Mi", schemas=(DATA,)).__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.serve.__exit__()

    def converted(self, version, *objects):
        answer = self.serve.review("/convert", review(version, *objects))
        self.assertEqual((answer.status, answer.body["response"]["uid"]), (200, "u1"), answer.text)
        self.assertEqual(answer.body["response"]["result"]["status"], "Success", answer.text)
        return answer.body["response"]["convertedObjects"]

    def test_recorded_review(self):
        answer = self.serve.review("/convert", REVIEW)
        self.assertEqual(answer.headers["content-type"], "application/json")
        [converted] = answer.body["response"]["convertedObjects"]
        self.assertEqual(converted["spec"]["address"], {"host": "edge.example.com", "port": 8443})
        [back] = self.converted("v1", converted)
        self.assertEqual(back["spec"], json.loads(REVIEW)["request"]["objects"][0]["spec"])

    def test_many_objects_keep_their_order(self):
        objects = [gateway("v1" if i % 3 else "v2", f"g{i}", image=f"i{i}") for i in range(2000)]
        converted = self.converted("v2", *objects)
        self.assertEqual([item["metadata"] for item in converted], [item["metadata"] for item in objects])
        self.assertEqual({item["apiVersion"] for item in converted}, {"net.example.com/v2"})
        self.assertEqual(converted[4]["spec"]["container"], {"image": "i4"})
        self.assertEqual(converted[3], objects[3])

    def test_a_list_as_long_as_a_body_may_be(self):
        ports = [{"name": f"p{i}", "port": i, "comment": "c"} for i in range(20)]
        size = len(json.dumps(gateway("v1", "g0000", endpoint="h:1", ports=ports)))
        objects = [gateway("v1", f"g{i}", endpoint="h:1", ports=ports) for i in range((1 << 20) // size - 10)]
        converted = self.converted("v2", *objects)
        self.assertEqual(len(converted), len(objects))
        self.assertEqual(converted[-1]["spec"]["ports"][19]["target"], {"number": 19})

    def test_failure_is_an_answer(self):
        answer = self.serve.review("/convert", review("v3", gateway("v1")))
        self.assertEqual(answer.status, 200)
        result = answer.body["response"]["result"]
        self.assertEqual(result["status"], "Failure")
        self.assertIn("Gateway default/g: there is no schema for net.example.com/v3", result["message"])
        self.assertEqual(answer.body["response"]["convertedObjects"], [])
        until(lambda: "objects are not converted" in self.serve.log, "logged", self.serve.process)

    def test_bad_input(self):
        cases = {
            "an AdmissionReview": (b'{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}', 400,
                                   "kind: must be ConversionReview"),
            "empty": (b"", 400, "POST a ConversionReview"),
            "too large": (b" " * (1 << 20) + REVIEW, 413, "limit is 1048576"),
            "nested": (b'{"a":' * 20000, 413, "depth"),
        }
        for name, (body, status, text) in cases.items():
            with self.subTest(name):
                answer = self.serve.curl("/convert", *JSON, data=body)
                self.assertEqual((answer.status, answer.body["code"]), (status, status))
                self.assertIn(text, answer.body["message"])

    def test_method(self):
        answer = self.serve.curl("/convert")
        self.assertEqual((answer.status, answer.headers["allow"]), (405, "POST"))
        self.assertIn("POST a ConversionReview", answer.body["message"])

    def test_metrics(self):
        series = ['pratique_conversion_reviews_total{result="success"}',
                  'pratique_conversion_reviews_total{result="failure"}',
                  'pratique_conversion_reviews_total{result="error"}',
                  'pratique_converted_objects_total',
                  'controller_runtime_webhook_requests_total{webhook="/convert",code="200"}']
        before = [self.serve.metric(name) or 0 for name in series]
        self.converted("v2", gateway("v1"), gateway("v1", "h"))
        self.serve.review("/convert", review("v3", gateway("v1")))
        self.serve.review("/convert", b"{}")
        after = [self.serve.metric(name) for name in series]
        self.assertEqual([b - a for a, b in zip(before, after)], [1, 1, 1, 2, 2])


class Reload(Folder):
    def test_rules_are_reloaded(self):
        rules = (DATA / "rules.yaml").read_text()
        self.write("schemas/crd.yaml", (DATA / "crd.yaml").read_text())
        path = self.write("schemas/rules.yaml", rules)
        with Serve(PRATIQUE, schemas=(self.folder / "schemas",)) as serve:
            def engine():
                answer = serve.review("/convert", review("v2", gateway("v1"))).body["response"]
                objects = answer["convertedObjects"]
                return objects[0]["spec"]["engine"] if objects else answer["result"]["message"]
            self.assertEqual(engine(), "classic")
            path.write_text(rules.replace("classic", "modern"))
            until(lambda: engine() == "modern", "the new rule", serve.process)
            path.write_text(rules.replace("constant:", "constnat:"))
            until(lambda: serve.metric("pratique_policy_kept_files") == 1, "the bad file kept", serve.process)
            self.assertEqual(engine(), "modern")
            self.assertIn('rules.yaml:21:7: spec.conversions.rules: unknown field \\"constnat\\", did you mean '
                          '\\"constant\\"?', serve.log)
            path.unlink()
            until(lambda: "there are no ConversionRules" in engine(), "no rules", serve.process)


class Review(Folder):
    def run_review(self, body, *schemas):
        options = [option for path in schemas for option in ("--schemas", path)]
        return subprocess.run([PRATIQUE, "review", "--door", "convert", *options], input=body, capture_output=True,
                              timeout=PATIENCE, check=False)

    def test_exit_codes(self):
        for code, body in ((0, REVIEW), (1, json.dumps(review("v3", gateway("v1"))).encode()), (2, b"{}")):
            self.assertEqual(self.run_review(body, DATA).returncode, code)

    def test_rules_of_a_kind_that_is_not_there(self):
        rules = (DATA / "rules.yaml").read_text().replace("kind: Gateway\n", "kind: Gatewy\n")
        self.write("rules.yaml", rules)
        run = subprocess.run([PRATIQUE, "check", self.folder, DATA / "crd.yaml"], capture_output=True, text=True,
                             timeout=PATIENCE, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("rules.yaml:1:1: warning: ConversionRules gateways.net.example.com: spec: the "
                      "CustomResourceDefinition of this kind is not among the schemas", run.stdout)

    def test_rules_of_one_kind_twice(self):
        other = self.write("other.yaml", (DATA / "rules.yaml").read_text().replace("name: gateways", "name: others"))
        run = self.run_review(REVIEW, DATA, other)
        self.assertEqual(run.returncode, 0)
        self.assertIn(f"{other}:1:1: conversion of Gateway.net.example.com is defined already, in "
                      f"{DATA}/rules.yaml", run.stderr.decode())


if __name__ == "__main__":
    unittest.main()
