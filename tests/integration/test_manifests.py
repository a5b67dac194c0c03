"""manifests/ is what it says it is, and `pratique manifests` writes what a cluster needs.

PRATIQUE_UPDATE=1 writes those files of manifests/ anew that the command makes."""
import base64
import os
import pathlib
import re
import subprocess
import sys
import unittest

import serving

PRATIQUE = str(pathlib.Path(sys.argv.pop()).resolve())
ROOT = serving.ROOT
MADE = {"base/crds.yaml": "crds", "base/webhooks.yaml": "webhooks", "operator/rbac.yaml": "rbac"}
OVERLAY = """
apiVersion: admission.pratique.dev/v1
kind: AdmissionSchema
metadata: {{name: {name}}}
spec:
  match: {{groups: ["*"], versions: ["*"], resources: [{resource}]}}
  validationActions: [{action}]
  openAPIV3Schema: {{type: object}}
"""


def run(*arguments, text=None):
    return subprocess.run([PRATIQUE, *arguments], capture_output=True, text=True, timeout=60, input=text,
                          cwd=ROOT, check=False)


def manifests(*arguments):
    made = run("manifests", *arguments)
    assert made.returncode == 0, made.stderr
    return made.stdout


class Shipped(unittest.TestCase):
    def test_what_the_command_makes_is_what_lies_there(self):
        for name, part in MADE.items():
            with self.subTest(name):
                text = manifests(part, "--schemas", "schemas")
                path = ROOT / "manifests" / name
                if os.environ.get("PRATIQUE_UPDATE"):
                    path.write_text(text)
                self.assertEqual(path.read_text(), text, "PRATIQUE_UPDATE=1 writes it anew")

    def test_all_of_it_passes_check(self):
        folders = [f"manifests/{name}" for name in ("base", "overlays", "operator", "service-monitor")]
        checked = run("check", "--schemas", "schemas", "--unknown", "ignore", *folders)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertRegex(checked.stdout + checked.stderr, r"\n +1 +0 +0 +0  apps/v1 Deployment\n")

    def test_images_are_of_this_version(self):
        version = run("version").stdout.split()[1]
        found = [image for path in (ROOT / "manifests").glob("*/**/*.yaml") if "samples" not in path.parts
                 for image in re.findall(r"image: (.*)", path.read_text())]
        self.assertGreater(len(found), 1)
        self.assertEqual(set(found), {f"pratique:{version}"})

    def test_every_file_is_used(self):
        for kustomization in (ROOT / "manifests").glob("**/kustomization.yaml"):
            files = {path.name for path in kustomization.parent.glob("*.yaml")} - {"kustomization.yaml"}
            self.assertEqual(files, set(re.findall(r"^- ([\w-]+\.yaml)$", kustomization.read_text(), re.M)))


class Command(serving.Folder):
    def test_what_it_writes_passes_check(self):
        made = manifests("--schemas", "schemas", "--url", "https://192.0.2.7:9443")
        checked = run("check", "-", text=made)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_parts(self):
        for parts, kinds in [
            ([], ["CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding",
                  "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
            (["webhooks"], ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
            (["webhooks", "rbac"], ["ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration",
                                    "ValidatingWebhookConfiguration"]),
        ]:
            made = re.findall(r"^kind: (\w+)", manifests(*parts, "-s", "schemas"), re.M)
            self.assertEqual(list(dict.fromkeys(made)), kinds)

    def test_where_the_api_server_finds_it(self):
        serving.make_certificates(PRATIQUE, self.folder / "certs")
        ca = (self.folder / "certs" / "ca.crt").read_text()
        key = (self.folder / "certs" / "ca.key").read_text()
        both = self.write("both.pem", key + ca)
        made = manifests("webhooks", "-s", "schemas", "--url", "https://192.0.2.7:9443/", "--ca", both)
        self.assertEqual(re.findall(r"url: (.*)", made), ['"https://192.0.2.7:9443/mutate"',
                                                          '"https://192.0.2.7:9443/validate"'])
        for bundle in re.findall(r"caBundle: (.*)", made):
            self.assertEqual(base64.b64decode(bundle).decode(), ca, "the key does not get out")
        made = manifests("webhooks", "rbac", "-s", "schemas", "--service", "gate.guards", "--name", "other")
        self.assertEqual(made.count("name: gate\n      namespace: guards\n"), 2)
        self.assertIn("- kind: ServiceAccount\n  name: gate\n  namespace: guards\n", made)
        self.assertEqual(made.count("      - kube-system\n      - guards\n"), 2)
        self.assertEqual(made.count("metadata:\n  name: other\n"), 2)
        self.assertNotIn("caBundle", made)

    def test_a_kind_that_is_only_warned_of_is_let_pass_without_an_answer(self):
        for name, resource, action in [("a", "pods", "Deny"), ("b", "services", "Warn")]:
            self.write(f"{name}.yaml", OVERLAY.format(name=name, resource=resource, action=action))
        made = manifests("webhooks", "-s", self.folder)
        self.assertNotIn("MutatingWebhookConfiguration", made, "nobody has a default to give")
        webhooks = re.split(r"^- name: ", made, flags=re.M)[1:]
        self.assertEqual([(webhook.split("\n")[0], re.findall(r"    - (pods|services)", webhook),
                           re.search("failurePolicy: (.*)", webhook)[1]) for webhook in webhooks],
                         [("validate.pratique.dev", ["pods"], "Fail"), ("warn.pratique.dev", ["services"], "Ignore")])

    def test_pratique_converts_the_kinds_that_it_has_rules_for(self):
        made = manifests("crds", "-s", "tests/data/conversion", "-s", "schemas")
        self.assertEqual(made.count("strategy: Webhook"), 1)
        self.assertIn("        service:\n          name: pratique\n          namespace: pratique-system\n"
                      "          path: /convert\n          port: 443\n", made)
        self.assertIn('url: "https://192.0.2.7/convert"',
                      manifests("crds", "-s", "tests/data/conversion", "--url", "https://192.0.2.7"))
        checked = run("check", "-", text=made)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        own = self.write("crd.yaml", (ROOT / "tests/data/conversion/crd.yaml").read_text().replace(
            "\nspec:\n", """
spec:
  conversion:
    strategy: Webhook
    webhook: {conversionReviewVersions: [v1], clientConfig: {url: "https://other.example.com/"}}
""", 1))
        made = manifests("crds", "-s", own, "-s", "tests/data/conversion/rules.yaml")
        self.assertIn("other.example.com", made, "who converts already goes on")
        self.assertNotIn("/convert", made)

    def test_usage_says_what_is_wrong(self):
        self.write("bad.yaml", serving.GADGET_CRD.replace("type: integer", "type: number of them"))
        schemas = ["-s", "schemas"]
        for arguments, message in [
            ([], "name CRDs and AdmissionSchemas with --schemas"),
            (["roles", *schemas], '"roles" is none of crds, rbac and webhooks'),
            ([*schemas, "--service", "pratique"], '"pratique" is not NAME.NAMESPACE'),
            ([*schemas, "--service", "a.b.c"], '"a.b.c" is not NAME.NAMESPACE'),
            ([*schemas, "--name", "A"], "--name: a lowercase RFC 1123 subdomain"),
            ([*schemas, "--url", "http://192.0.2.7"], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--url", "https://"], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--url", "https://192.0.2.7:99999"], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--url", "https://[2001:db8::7]:port"], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--url", ""], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--url", "https://192.0.2.7/path"], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--url", "https://me@192.0.2.7"], "is not https://HOST or https://HOST:PORT"),
            ([*schemas, "--ca", self.folder / "absent"], "absent: No such file or directory"),
            ([*schemas, "--ca", ROOT / "README.md"], "README.md: holds no certificate in PEM form"),
            (["-s", self.folder], "bad.yaml"),
            (["-s", self.folder / "nowhere"], "nowhere: No such file or directory"),
        ]:
            with self.subTest(arguments):
                result = run("manifests", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(message, result.stderr)


if __name__ == "__main__":
    unittest.main()
