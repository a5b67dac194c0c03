"""Each mistake in what pratique is started with is told with place, reason and way out: test_mistakes.py PRATIQUE"""
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest

from authority import Authority
from serving import PATIENCE, ROOT, Folder, Serve, environment, make_certificates

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()


class Mistakes(Folder):
    def setUp(self):
        super().setUp()
        self.certs = make_certificates(PRATIQUE, self.folder / "certs")

    def fails(self, *options, variables=None):
        """What a start says before it ends."""
        command = [PRATIQUE, "serve", "--schemas", ROOT / "schemas", "--certs", self.certs, "--listen", "127.0.0.1:0",
                   "--health-listen", "", *options]
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False,
                             env=environment() | (variables or {}))
        self.assertEqual(run.returncode, 2, run.stderr)
        return run.stderr

    def test_in_the_file(self):
        cases = {
            "logFormat: json\nlistn: ':1'\n": ':2:1: unknown key "listn", did you mean "listen"?',
            "idleTimeout: 10\n": ':1:14: idleTimeout: "10" is not a duration such as 10s, 500ms or 1m30s',
            "bodyLimit: 7Mb\n": ':1:12: bodyLimit: "7Mb" is not a size such as 7Mi, 64Ki or 1000',
            "bodyLimit: 1Ki\n": ':1:12: bodyLimit: "1Ki" is not between 64Ki and 64Mi',
            "enforcement: loose\n": ':1:14: enforcement: "loose" is not one of enforce, warn, audit',
            "schemas: one\n": ':1:10: schemas: wants a list, one "- …" a line',
            "threads: 2\nthreads: 3\n": ':2:1: key "threads" already set',
            "listen: [x\n": ":2:1: did not find expected ',' or ']'",
            "# " + "x" * 1024 * 1024: "pratique.yaml: file is too large: more than 1048576 bytes",
            "clientNames: [x]\n": "or give no names; clientNames is set in ",
        }
        for text, want in cases.items():
            with self.subTest(text):
                file = self.write("pratique.yaml", text)
                said = self.fails("--config", file)
                self.assertIn(want, said)
                if want.startswith(":"):
                    self.assertIn(f"{file}{want}", said)

    def test_what_the_file_names_cannot_be_used(self):
        """What is wrong is elsewhere; the line to change is in the file."""
        none = self.folder / "none"
        base = {"listen": "127.0.0.1:0", "healthListen": "127.0.0.1:0", "certs": self.certs}
        cases = {
            "listen": ("203.0.113.9:1", "Cannot assign requested address"),
            "healthListen": ("9443", "is no address to listen on"),
            "certs": (none, "No such file or directory"),
            "clientCa": (none, "No such file or directory"),
            "record": (self.certs / "tls.crt", "name a folder that can be written to with --record, or none"),
            "kubeconfig": (none, "No such file or directory"),
            "addressFile": (none / "x", "No such file or directory"),
            "schemas": (f"[{none}]", "No such file or directory"),
        }
        for key, (value, want) in cases.items():
            with self.subTest(key):
                others = "".join(f"{name}: {text}\n" for name, text in base.items() if name != key)
                file = self.write("pratique.yaml", f"{others}{key}: {value}\n")
                run = subprocess.run([PRATIQUE, "serve", "--config", file], capture_output=True, text=True,
                                     timeout=PATIENCE, check=False, env=environment())
                self.assertEqual(run.returncode, 2, run.stderr)
                line, column = others.count("\n") + 1, len(key) + 3
                self.assertRegex(run.stderr, f"{want}.*; {key} is set in {file}:{line}:{column}\n")

    def test_one_address_for_both_listeners(self):
        with socket.create_server(("127.0.0.1", 0)) as found:
            address = f"127.0.0.1:{found.getsockname()[1]}"
        file = self.write("pratique.yaml", f"certs: {self.certs}\nlisten: {address}\nhealthListen: {address}\n")
        run = subprocess.run([PRATIQUE, "serve", "--schemas", ROOT / "schemas", "--config", file], capture_output=True,
                             text=True, timeout=PATIENCE, check=False, env=environment())
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn(f"; healthListen is set in {file}:3:15", run.stderr)

    def test_where_a_flag_overrides_the_file(self):
        file = self.write("pratique.yaml", f"certs: {self.certs}\n")
        self.assertNotIn("is set in", self.fails("--config", file, "--certs", self.folder / "none"))

    def test_in_the_environment_and_in_flags(self):
        self.assertIn('PRATIQUE_THREADS: "x" is not a whole number', self.fails(variables={"PRATIQUE_THREADS": "x"}))
        self.assertIn("PRATIQUE_CLIENT_NAMES: has no value; give one or unset it",
                      self.fails(variables={"PRATIQUE_CLIENT_NAMES": ""}))
        self.assertIn("unknown variable PRATIQUE_THREDS, did you mean PRATIQUE_THREADS?",
                      self.fails(variables={"PRATIQUE_THREDS": "2"}))
        self.assertIn('--grace: "10" is not a duration such as 10s', self.fails("--grace", "10"))
        self.assertIn("unknown flag --grase, did you mean --grace?", self.fails("--grase", "10s"))

    def test_variables_of_others_are_let_be(self):
        """As Kubernetes makes them for a Service that is named pratique."""
        with Serve(PRATIQUE, variables={"PRATIQUE_PORT": "tcp://192.0.2.1:443", "PRATIQUE_SERVICE_HOST": "x"}) as serve:
            self.assertEqual(serve.get("/readyz").status, 200)

    def test_files_that_cannot_be_read(self):
        none = self.folder / "none"
        cases = {
            ("--config", none): "none: No such file or directory; name another file with --config, or none",
            ("--config", self.folder): ": Is a directory; name another file with --config, or none",
            ("--schemas", none): "none: No such file or directory; name files and folders that are there with --schemas",
            ("--certs", none): "none/tls.crt: No such file or directory; `pratique certs init` makes it, or name another "
                               "folder with --certs",
            ("--kubeconfig", none): "none: No such file or directory; name another file with --kubeconfig, or none",
            ("--client-ca", none): "none: No such file or directory; put the CAs of those who may call there",
            ("--address-file", none / "x"): "none/x: No such file or directory; name a file in a folder that can be written",
        }
        for options, want in cases.items():
            with self.subTest(options):
                self.assertIn(want, self.fails(*options))

    def test_addresses_that_cannot_be_used(self):
        cases = {
            "192.0.2.1:9443": "Cannot assign requested address; name an address of this machine, or none for all of them",
            "127.0.0.1:99999": '127.0.0.1:99999: is no address to listen on: write ADDR:PORT, :PORT or [IPV6]:PORT',
            "localhost": 'localhost: is no address to listen on',
        }
        for address, want in cases.items():
            for option in ("--listen", "--health-listen"):
                with self.subTest((option, address)):
                    self.assertIn(want, self.fails(option, address))
        with Serve(PRATIQUE) as serve:
            self.assertIn("Address already in use; stop the other process or choose another port",
                          self.fails("--listen", f"127.0.0.1:{serve.port}"))

    def test_certificates_that_cannot_serve(self):
        authority = Authority(self.folder, "authority")
        pairs = {"has expired; make a new one with `pratique certs renew`":
                 authority.sign("expired", purpose="serverAuth", begin=-7200, end=-3600),
                 "is not valid yet; check this machine's clock":
                 authority.sign("early", purpose="serverAuth", begin=3600, end=7200),
                 "is not the key of the certificate beside it; make the pair again with `pratique certs init --overwrite`":
                 (self.certs / "tls.crt", authority.key)}
        for want, (certificate, key) in pairs.items():
            with self.subTest(want):
                folder = self.folder / want[:8]
                folder.mkdir()
                shutil.copy(certificate, folder / "tls.crt")
                shutil.copy(key, folder / "tls.key")
                said = self.fails("--certs", folder)
                self.assertIn(f"{folder}/tls.", said)
                self.assertIn(want, said)

    def test_certificates_that_clients_refuse(self):
        """The API server would say it to somebody else; serve-check says it here."""
        def check(folder, *names):
            run = subprocess.run([PRATIQUE, "certs", "serve-check", "--certs", folder, *names], capture_output=True,
                                 text=True, timeout=PATIENCE, check=False)
            self.assertEqual(run.returncode, 1, run.stderr)
            return run.stderr

        self.assertIn(f"{self.certs}/tls.crt: is not for other.demo.svc; make one that is with `pratique certs init "
                      "--overwrite` and every name", check(self.certs, "--service", "other.demo"))
        old = Authority(self.folder, "old", begin=-7200, end=-3600)
        certificate, key = old.sign("tls", purpose="serverAuth", names="DNS:localhost")
        self.assertIn("the CA has expired; move ca.crt and ca.key away, and make all anew with", check(certificate.parent))
        self.assertTrue(key.exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
