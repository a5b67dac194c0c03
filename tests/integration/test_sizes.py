"""How large what a command reads may be, and how much of it there may be: test_sizes.py PRATIQUE"""
import os
import pathlib
import subprocess
import sys
import unittest

from serving import Folder, environment

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
MEBIBYTE = 1 << 20
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


class Sizes(Folder):
    def run_pratique(self, *arguments):
        run = subprocess.run([PRATIQUE, *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
                             env=environment(), stdin=subprocess.DEVNULL)
        return run.returncode, run.stdout + run.stderr

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

    def test_patterns_to_ignore(self):
        self.write("a.yaml", CONFIG_MAP)
        self.write(".pratiqueignore", "# " + "x" * MEBIBYTE)
        code, text = self.run_pratique("check", ".")
        self.assertEqual((code, ".pratiqueignore: file is too large" in text), (2, True), text)
        self.write(".pratiqueignore", "# " + "x" * (MEBIBYTE - 3) + "\n")
        self.assertEqual(self.run_pratique("check", ".")[0], 0)

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
