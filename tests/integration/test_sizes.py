"""How large and how deep what a command reads may be, and how much of it there may be: test_sizes.py PRATIQUE"""
import json
import os
import pathlib
import subprocess
import sys
import unittest

from authority import Authority
from serving import Folder, environment

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
KIBIBYTE = 1 << 10
MEBIBYTE = 1 << 20
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


# Starts a command and tells the most memory it had, in KiB: who forks counts what it was forked off.
USAGE = """
import os, sys
child = os.fork()
if child == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


class Commands(Folder):
    def run_pratique(self, *arguments):
        run = subprocess.run([PRATIQUE, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
                             env=environment(), stdin=subprocess.DEVNULL)
        return run.returncode, run.stdout + run.stderr


@unittest.skipIf("PRATIQUE_SANITIZER" in os.environ, "sanitizers keep memory that has been freed")
class ManyFiles(Commands):
    """Memory for each more of very many files, of which nothing is told."""
    FEW, MANY, EACH_MAX = 1000, 40_000, 100

    def memory(self, *arguments):
        run = subprocess.run([sys.executable, "-S", "-E", "-c", USAGE, PRATIQUE, "check", "--workers", "1", *arguments], cwd=self.folder,
                             capture_output=True, text=True, check=True, env=environment())
        code, kibibytes = map(int, run.stdout.split())
        self.assertEqual(code, 0, run.stderr)
        return kibibytes * 1024

    def test_each_takes_a_hundred_bytes(self):
        for count in (self.FEW, self.MANY):
            (self.folder / f"of-{count}").mkdir()
            for number in range(count):
                self.write(f"of-{count}/{number:05d}-config.yaml", CONFIG_MAP.replace("name: a", f"name: a{number}"))
        for what, documents, arguments in (("created", 1, lambda folder: [folder]),
                                           ("updated", 2, lambda folder: ["--old", folder, folder])):
            with self.subTest(what):
                few, many = (self.memory(*arguments(f"of-{count}")) for count in (self.FEW, self.MANY))
                self.assertLess((many - few) / (self.MANY - self.FEW) / documents, self.EACH_MAX)


class Sizes(Commands):
    def sparse(self, name, size):
        path = self.write(name, "")
        os.truncate(path, size)
        return path

    def test_files(self):
        self.write("a.yaml", CONFIG_MAP)
        cases = {
            "documents": (64 * MEBIBYTE, "a document is larger than 64 MiB", "check", "FILE"),
            "a body": (64 * MEBIBYTE, "too large", "dry-run", "FILE"),
            "types": (64 * MEBIBYTE, "too large", "explain", "pods", "--openapi", "FILE"),
            "a baseline": (512 * MEBIBYTE, "too large", "check", "a.yaml", "--baseline", "FILE"),
            "a configuration": (MEBIBYTE, "too large", "serve", "--config", "FILE"),
            "a kubeconfig": (4 * MEBIBYTE, "too large", "certs", "apply", "--kubeconfig", "FILE"),
        }
        for what, (limit, told, *arguments) in cases.items():
            with self.subTest(what):
                path = self.sparse("FILE", limit + 1)
                code, text = self.run_pratique(*arguments)
                self.assertEqual(code, 2, text)
                self.assertRegex(text, f"FILE: .*{told}")
                if limit <= 4 * MEBIBYTE:
                    os.truncate(path, limit)
                    self.assertNotRegex(self.run_pratique(*arguments)[1], told)

    def test_a_file_that_ends_in_too_large_a_document(self):
        with open(self.write("a.yaml", ""), "w", encoding="ascii") as file:
            file.write((CONFIG_MAP + "---\n") * 60_000)
            file.write(CONFIG_MAP + "data: {b: " + "x" * 65 * MEBIBYTE + "}\n")
        code, text = self.run_pratique("check", ".")
        self.assertEqual(code, 2, text)
        self.assertEqual(text.count("a.yaml: a document is larger than 64 MiB"), 1, text)

    def test_patterns_to_ignore(self):
        self.write("a.yaml", CONFIG_MAP)
        most = 64 * KIBIBYTE
        for name, rules, code, said in (
                ("much", "# " + "x" * (most - 3) + "\n", 0, ""), ("too much", "# " + "x" * most, 2, ".pratiqueignore: file is too large"),
                ("long", "x" * 4096, 0, ""), ("too long", "\n" + "x" * 4097, 2, ".pratiqueignore:2:1: the pattern is longer than 4096 bytes")):
            with self.subTest(name):
                self.write(".pratiqueignore", rules)
                answer = self.run_pratique("check", ".")
                self.assertEqual((answer[0], said in answer[1]), (code, True), answer[1])

    def test_items_of_an_option(self):
        self.write("a.yaml", CONFIG_MAP)
        many = [word for number in range(1000) for word in ("--skip", f"Kind{number}")]
        self.assertEqual(self.run_pratique("check", "a.yaml", *many)[0], 0)
        code, text = self.run_pratique("check", "a.yaml", *many, "--skip", "Other")
        self.assertEqual((code, "--skip: given more than 1000 times" in text), (2, True), text)

    def test_names_in_a_certificate(self):
        many = [word for number in range(100) for word in ("--dns", f"a{number}.example.com")]
        self.assertEqual(self.run_pratique("certs", "init", "--certs", "some", *many)[0], 0)
        code, text = self.run_pratique("certs", "init", "--certs", "more", *many, "--ip", "127.0.0.1")
        self.assertEqual((code, "more than 100 names in one certificate" in text), (2, True), text)

    def test_certificates_of_a_bundle(self):
        self.assertEqual(self.run_pratique("certs", "init", "--certs", "some")[0], 0)
        bundle = self.folder / "some" / "ca.crt"
        for number in range(16):
            self.assertEqual(self.run_pratique("certs", "show", "--certs", "some")[0], 0)
            with bundle.open("a") as file:
                file.write(Authority(self.folder, f"ca{number}").pem)
        code, text = self.run_pratique("certs", "show", "--certs", "some")
        self.assertEqual((code, "more than 16 certificates" in text), (2, True), text)

    def test_kinds_that_are_told_apart(self):
        self.write("many.yaml", "".join(f"---\napiVersion: example.com/v1\nkind: Kind{number}\nmetadata: {{name: a}}\n"
                                        for number in range(1003)))
        _, text = self.run_pratique("check", "many.yaml", "--unknown", "ignore", "-o", "json")
        kinds = json.loads(text[text.index("{"):text.rindex("}") + 1])["summary"]["kinds"]
        self.assertEqual(len(kinds), 1001)
        self.assertEqual((kinds[-1]["kind"], kinds[-1]["unknown"]), ("", 3))


class Depths(Commands):
    def test_a_schema_of_a_definition(self):
        """JSON of that depth can be read, but not into the types of a definition."""
        schema = '{"type":"object","properties":{"a":' * 1100 + '{"type":"object"}' + "}}" * 1100
        self.write("crd.json", json.dumps({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "as.example.com"}, "spec": {
                "group": "example.com", "scope": "Namespaced", "names": {"kind": "A", "plural": "as"}, "versions": [
                    {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": "SCHEMA"}}]}}
        ).replace('"SCHEMA"', schema))
        code, text = self.run_pratique("dry-run", "crd.json")
        self.assertEqual((code, "nested more than 2100 levels deep" in text), (1, True), text)

    def test_values_of_an_expression(self):
        for depth, is_fine in ((1000, True), (1002, False)):
            self.write("data.json", "[" * depth + "]" * depth)
            for expression, told in (("self == self", "nest too deeply to compare"),
                                     ("'%s'.format([self])", "nest too deeply")):
                code, text = self.run_pratique("cel", "-d", "data.json", expression)
                self.assertEqual((code, told in text), (0, False) if is_fine else (1, True), text[:300])

    def test_digits_that_are_formatted(self):
        for digits, is_fine in ((10000009, True), (10000010, False)):
            code, text = self.run_pratique("cel", f"'%.{digits}f'.format([1.0])")
            self.assertEqual((code, "%!(NOVERB)" in text), (0, not is_fine), text[:300])
            self.assertLess(len(text), 1 << 16)


if __name__ == "__main__":
    unittest.main(verbosity=2)
