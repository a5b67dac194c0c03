"""Exemptions: a refusal becomes a warning, for some, for a reason, for a time: test_exemptions.py PRATIQUE"""
import datetime
import json
import pathlib
import subprocess
import sys
import unittest

from serving import GADGET_CRD, PATIENCE, ROOT, Folder, Serve, gadget_review, until

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()

EXEMPTION = """
apiVersion: admission.pratique.dev/v1
kind: AdmissionExemption
metadata: {{name: {name}}}
spec:
  reason: the restore of the shop
  expires: "{expires}"
  match: {{{match}}}
"""

OVERLAY = """
apiVersion: admission.pratique.dev/v1
kind: AdmissionSchema
metadata: {name: odd}
spec:
  match: {groups: [example.com], versions: [v1], resources: [gadgets]}
  validationActions: [Deny]
  openAPIV3Schema: {properties: {spec: {properties: {size: {not: {enum: [9]}}}}}}
"""


def stamp(seconds):
    """Seconds from now."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


def exemption(name="restore", expires=None, match="users: [alice]"):
    return EXEMPTION.format(name=name, expires=expires or stamp(3600), match=match)


def review(user="alice", **spec):
    body = gadget_review(**(spec or {"size": 9}))
    body["request"]["userInfo"] = {"username": user, "groups": ["system:authenticated"]}
    return body


class Exemptions(Folder):
    def setUp(self):
        super().setUp()
        self.write("schemas/gadget.yaml", GADGET_CRD)
        self.write("schemas/overlay.yaml", OVERLAY)

    def serve(self, *options):
        return Serve(PRATIQUE, *options, schemas=[self.folder / "schemas"])

    def answer(self, serve, body, path="/validate"):
        answer = serve.review(path, body)
        self.assertEqual(answer.status, 200)
        return answer.body["response"]

    def test_what_is_covered_is_allowed_with_warnings(self):
        expires = stamp(3600)
        self.write("schemas/exemption.yaml", exemption(expires=expires))
        with self.serve() as serve:
            response = self.answer(serve, review())
            self.assertTrue(response["allowed"])
            self.assertIn("gadgets.example.com: spec.size: Invalid value: 9", response["warnings"][0])
            self.assertIn("odd: <nil>: Invalid value", response["warnings"][1])
            text = f"restore, until {expires}: the restore of the shop"
            self.assertEqual(response["warnings"][2], f"allowed by the exemption {text}")
            self.assertEqual(response["auditAnnotations"], {"applied_exemption": text})
            self.assertEqual(serve.metric('pratique_exemptions_applied_total{exemption="restore"}'), 1)
            self.assertEqual(serve.metric("pratique_admission_held_back_total"), 0)
            self.assertRegex(serve.log, 'level=warning msg="an exemption is in force.*" exemption=restore .*reason="the restore')
            self.assertRegex(serve.log, 'msg="a review would be denied".* user=alice .*exemption=restore')

    def test_nothing_else_is(self):
        self.write("schemas/exemption.yaml", exemption())
        with self.serve() as serve:
            self.assertFalse(self.answer(serve, review(user="bob"))["allowed"])
            self.assertFalse(self.answer(serve, gadget_review(size=9))["allowed"])
            good = self.answer(serve, review(size=4))
            self.assertNotIn("warnings", good)
            self.assertNotIn("auditAnnotations", good)
            self.assertIsNone(serve.metric('pratique_exemptions_applied_total{exemption="restore"}'))

    def test_what_cannot_be_judged_is_not_exempt(self):
        self.write("schemas/exemption.yaml", exemption())
        self.write("schemas/by-team.yaml", OVERLAY.replace("odd", "by-team").replace(
            "resources: [gadgets]", "resources: [gadgets], namespaceSelector: {matchLabels: {team: a}}"))
        with self.serve() as serve:
            self.assertEqual(serve.review("/validate", review()).status, 503)

    def test_a_kind_without_schema(self):
        self.write("schemas/exemption.yaml", exemption())
        body = review()
        body["request"]["kind"]["kind"] = body["request"]["object"]["kind"] = "Other"
        body["request"]["resource"]["resource"] = "others"
        with self.serve("--unmatched", "deny") as serve:
            self.assertTrue(self.answer(serve, body)["allowed"])
            body["request"]["userInfo"]["username"] = "bob"
            self.assertFalse(self.answer(serve, body)["allowed"])

    def test_the_ceiling_goes_before(self):
        self.write("schemas/exemption.yaml", exemption())
        with self.serve("--enforcement", "audit") as serve:
            response = self.answer(serve, review())
            self.assertNotIn("warnings", response)
            self.assertEqual(set(response["auditAnnotations"]), {"gadgets.example.com", "odd"})
            self.assertEqual(serve.metric("pratique_admission_held_back_total"), 1)

    def test_it_comes_changes_and_goes(self):
        with self.serve() as serve:
            self.assertFalse(self.answer(serve, review())["allowed"])
            file = self.write("schemas/exemption.yaml", exemption())
            until(lambda: self.answer(serve, review())["allowed"], "exempt", serve.process)
            self.assertEqual(serve.metric('pratique_exemptions{state="in force"}'), 1)
            file.write_text(exemption(match="users: [bob]"))
            until(lambda: self.answer(serve, review("bob"))["allowed"], "changed", serve.process)
            self.assertFalse(self.answer(serve, review())["allowed"])
            until(lambda: serve.log.count("an exemption is in force") == 2, "told", serve.process)
            self.write("schemas/other.yaml", GADGET_CRD.replace("gadgets", "others").replace("Gadget", "Other"))
            until(lambda: serve.metric("pratique_policy_schemas") == 3, "reloaded", serve.process)
            self.assertEqual(serve.log.count("an exemption is in force"), 2)  # it is as it was
            file.unlink()
            until(lambda: not self.answer(serve, review("bob"))["allowed"], "gone", serve.process)

    def test_it_expires(self):
        self.write("schemas/exemption.yaml", exemption(expires=stamp(4)))
        self.write("schemas/old.yaml", exemption("old", stamp(-60), "users: [bob]"))
        with self.serve() as serve:
            self.assertFalse(self.answer(serve, review("bob"))["allowed"])
            self.assertRegex(serve.log, 'an exemption has expired and does not apply any more; delete it" exemption=old')
            self.assertEqual(serve.metric('pratique_exemptions{state="expired"}'), 1)
            self.assertTrue(self.answer(serve, review())["allowed"])
            until(lambda: not self.answer(serve, review())["allowed"], "expired", serve.process)
            (self.folder / "schemas/gadget.yaml").touch()  # else it would be told within half a minute
            until(lambda: serve.metric('pratique_exemptions{state="expired"}') == 2, "counted", serve.process)
            self.assertEqual(serve.log.count("delete it\" exemption=restore"), 1)

    def test_a_bad_one_is_left_out_and_told(self):
        file = self.write("schemas/exemption.yaml", exemption().replace("reason:", "why:"))
        with self.serve() as serve:
            self.assertFalse(self.answer(serve, review())["allowed"])
            self.assertIn(f'{file}:6:3: spec: unknown field \\"why\\"', serve.log)
            self.assertEqual(serve.metric("pratique_policy_errors"), 1)

    def test_the_sample_is_good(self):
        """By its CRD, and by what is compiled of it."""
        sample = ROOT / "manifests/samples/exemption.yaml"
        for command in ("dry-run", "check"):
            run = subprocess.run([PRATIQUE, command, "--schemas", ROOT / "schemas", sample], capture_output=True, text=True,
                                 timeout=PATIENCE, check=False)
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_review_says_what_the_webhook_says(self):
        self.write("schemas/exemption.yaml", exemption())
        run = subprocess.run([PRATIQUE, "review", "--schemas", self.folder / "schemas"], input=json.dumps(review()).encode(),
                             capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        with self.serve() as serve:
            self.assertEqual(run.stdout.decode().rstrip("\n"), serve.review("/validate", review()).text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
