"""Who may call: client certificates, their CAs and their names: test_clients.py PRATIQUE"""
import json
import pathlib
import signal
import ssl
import subprocess
import sys
import time
import unittest

from authority import Authority
from load import Load
from serving import (GADGET_CRD, PATIENCE, ROOT, Folder, Serve, gadget_review, make_certificates, post, read_answer,
                     recorded, until)

PRATIQUE = pathlib.Path(sys.argv.pop(1)).resolve()
VALID = recorded("myapp-valid")


def shows(pair):
    """What makes curl show a certificate."""
    return ("--cert", pair[0], "--key", pair[1]) if pair else ()


def refusals(serve, reason):
    return serve.metric(f'pratique_client_refusals_total{{reason="{reason}"}}') or 0


def reloads(serve, result="ok"):
    return serve.metric(f'pratique_reloads_total{{part="clients",result="{result}"}}') or 0


class Clients(Folder):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder, "callers")
        self.trusted = self.write("trusted.pem", self.authority.pem)

    def serve(self, *options, **more):
        return Serve(PRATIQUE, "--client-ca", self.trusted, *options, **more)

    def connect(self, serve, pair):
        """A connection that is kept."""
        connection = serve.connect(certificate=pair)
        self.addCleanup(connection.close)
        return connection

    def call(self, connection):
        connection.sendall(post(VALID))
        return read_answer(connection)[0]

    def assert_refused(self, serve, answer, reason, text):
        self.assertEqual((answer.status, answer.headers["connection"].lower()), (401, "close"))
        self.assertEqual((answer.body["kind"], answer.body["reason"], answer.body["code"]), ("Status", "Unauthorized", 401))
        self.assertIn(text, answer.body["message"])
        self.assertGreaterEqual(refusals(serve, reason), 1)
        self.assertIn(text, serve.log)

    def test_nobody_is_asked_unless_told(self):
        with Serve(PRATIQUE) as serve:
            self.assertEqual(serve.review("/validate", VALID).status, 200)
            self.assertIn("[+]clients ok: callers are not asked who they are\n", serve.get("/readyz?verbose").text)

    def test_who_may_not_call(self):
        stranger = Authority(self.folder, "stranger")
        pairs = {
            "none": (None, "none was shown"),
            "untrusted": (stranger.sign("api-server"), "not signed by a CA that is trusted here"),
            "expired": (self.authority.sign("api-server", begin=-7200, end=-3600), "has expired or is not valid yet"),
            "purpose": (self.authority.sign("server", "/CN=api-server", purpose="serverAuth"), "lack clientAuth"),
            "name": (self.authority.sign("other", names="DNS:other.example"), "for a name that may not call here"),
        }
        with self.serve("--client-names", "api-server") as serve:
            for reason, (pair, text) in pairs.items():
                with self.subTest(reason):
                    self.assert_refused(serve, serve.review("/validate", VALID, *shows(pair)), reason, text)
            self.assertIn('subject="CN=other"', serve.log)

    def test_who_is_not_known_learns_nothing_else(self):
        with self.serve() as serve:
            for path, options in (("/nothing", ()), ("/validate", ("-X", "PUT")), ("/validate", ("-H", "Content-Type:"))):
                self.assertEqual(serve.curl(path, *options).status, 401)
            self.assertEqual(serve.review("/validate", b" " * (8 << 20)).status, 401)

    def test_anybody_may_convert(self):
        """The API server shows conversion webhooks no certificate."""
        conversion = ROOT / "tests" / "data" / "conversion"
        review = (conversion / "review.json").read_bytes()
        kept = self.folder / "kept"
        with self.serve("--record", str(kept), schemas=(conversion,)) as serve:
            self.assertEqual(serve.review("/convert?timeout=1ns", review).status, 200, "it says how soon it wants an answer")
            answer = serve.review("/convert", review)
            self.assertEqual((answer.status, answer.body["response"]["result"]["status"]), (200, "Success"))
            self.assertNotIn("connection", answer.headers)
            for path, options in (("/validate", ()), ("/convert/", ()), ("/convert/../validate", ("--path-as-is",))):
                self.assertEqual(serve.review(path, review, *options).status, 401)
            self.assertEqual(serve.stop(), 0, serve.log)
        self.assertEqual(list(kept.iterdir()), [], "what strangers send is recorded")

    def test_nobody_may_convert_where_there_are_no_rules(self):
        with self.serve() as serve:
            self.assertEqual(serve.review("/convert", b"{}").status, 401)

    def test_strangers_leave_room_in_the_log(self):
        """What they bring about has a small share of the lines, and what is left out is counted."""
        count = 600
        conversion = ROOT / "tests" / "data" / "conversion"
        with self.serve("--connection-requests-limit", "1000000", schemas=(conversion,)) as serve:
            with serve.connect() as connection:
                start = time.monotonic()
                for _ in range(count):
                    connection.sendall(post(b"{}", "/convert"))
                    self.assertEqual(read_answer(connection)[0].status, 400)
                seconds = int(time.monotonic() - start) + 2
            lines = serve.log.count("a review could not be judged")
            self.assertTrue(0 < lines <= 100 * seconds, (lines, seconds))
            self.assertEqual(serve.metric("pratique_log_lines_dropped_total"), count - lines)

    def test_who_may_call(self):
        between = Authority(self.folder, "between", parent=self.authority)
        certificate, key = between.sign("api-server")
        certificate.write_text(certificate.read_text() + between.pem)
        pairs = {
            "common name": self.authority.sign("api-server"),
            "DNS name": self.authority.sign("by-dns", "/CN=x", names="DNS:other.example, DNS:Api.Example"),
            "for any purpose": self.authority.sign("any", "/CN=api-server", purpose=""),
            "through a CA between": (certificate, key),
        }
        with self.serve("--client-names", "api-server", "--client-names", "api.example") as serve:
            for name, pair in pairs.items():
                with self.subTest(name):
                    self.assertEqual(serve.review("/validate", VALID, *shows(pair)).status, 200)
            self.assertIn("[+]clients ok\n", serve.get("/readyz?verbose").text)
            self.assertGreater(serve.metric("pratique_client_ca_expiry_seconds"), 1.7e9)

    def test_names_are_whole(self):
        """No patterns, no case in common names, one common name at most."""
        subjects = {"/CN=Api-Server": "", "/CN=api-server.other": "", "/CN=*": "DNS:*.example",
                    "/CN=x/CN=api-server": "", "/CN=api-server/CN=x": ""}
        with self.serve("--client-names", "api-server", "--client-names", "a.example") as serve:
            for number, (subject, names) in enumerate(subjects.items()):
                with self.subTest(subject):
                    pair = self.authority.sign(f"pair{number}", subject, names=names)
                    self.assertEqual(serve.review("/validate", VALID, *shows(pair)).status, 401)

    def test_cas_are_not_named(self):
        """Clients of Go keep a certificate to themselves that the names do not fit."""
        with self.serve() as serve:
            for version in ("-tls1_2", "-tls1_3"):
                said = subprocess.run(["openssl", "s_client", version, "-connect", f"127.0.0.1:{serve.port}"],
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
                                      check=False).stdout
                self.assertIn("No client certificate CA names sent", said)
                self.assertIn("Client Certificate Types" if version == "-tls1_2" else "Requested Signature", said)

    def test_a_session_that_is_resumed_is_asked_again(self):
        pair = self.authority.sign("api-server")
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.serve() as serve:
                context = ssl.create_default_context(cafile=serve.certs / "ca.crt")
                context.maximum_version = version
                context.load_cert_chain(*pair)
                with serve.connect(context) as first:
                    self.assertEqual(self.call(first).status, 200)
                    session = first.session
                bare = ssl.create_default_context(cafile=serve.certs / "ca.crt")
                bare.maximum_version = version
                with serve.connect(bare) as second:
                    self.assertEqual(self.call(second).status, 401)
                with serve.connect(context, session=session) as third:
                    self.assertFalse(third.session_reused)

    def test_a_certificate_that_expires_on_an_open_connection(self):
        with self.serve("--connection-requests-limit", "1000000000") as serve:
            connection = self.connect(serve, self.authority.sign("api-server", end=5))
            answer = self.call(connection)
            self.assertEqual(answer.status, 200)
            while answer.status == 200:
                answer = self.call(connection)
            self.assert_refused(serve, answer, "expired", "has expired")
            self.assertEqual(connection.recv(1), b"")

    def test_a_ca_that_is_taken_away(self):
        with self.serve() as serve:
            connection = self.connect(serve, self.authority.sign("api-server"))
            self.assertEqual(self.call(connection).status, 200)
            self.trusted.write_text(Authority(self.folder, "next").pem)
            until(lambda: reloads(serve) == 1, "taken up", serve.process)
            self.assert_refused(serve, self.call(connection), "untrusted", "not signed by a CA")

    def test_names_change_with_the_configuration(self):
        file = self.write("pratique.yaml", "clientNames: [api-server]\n")
        with self.serve("--config", file) as serve:
            connection = self.connect(serve, self.authority.sign("api-server"))
            self.assertEqual(self.call(connection).status, 200)
            file.write_text("clientNames: [other]\n")
            serve.process.send_signal(signal.SIGHUP)
            until(lambda: reloads(serve) == 1, "taken up", serve.process)
            self.assert_refused(serve, self.call(connection), "name", "for a name that may not call here")

    def test_a_broken_file_keeps_those_before(self):
        pair = self.authority.sign("api-server")
        with self.serve() as serve:
            for count, (text, trouble) in enumerate((
                    ("", "has no certificate"),
                    ("# a comment\n" + self.authority.pem.replace("MII", "M!I"), "trusted.pem:2: this certificate cannot"),
                    (pair[0].read_text(), "trusted.pem:1: this certificate is not one of a CA"),
                    (Authority(self.folder, "old", begin=-7200, end=-3600).pem, "every CA here has expired")), 1):
                with self.subTest(trouble):
                    self.trusted.write_text(text)
                    until(lambda: reloads(serve, "failed") == count, "refused", serve.process)
                    self.assertEqual(serve.review("/validate", VALID, *shows(pair)).status, 200)
                    self.assertIn("[+]clients ok: ", serve.get("/readyz?verbose").text)
                    self.assertIn(trouble, serve.get("/readyz?verbose").text)
                    self.assertIn(trouble, serve.log)
                    self.assertEqual(serve.metric('pratique_reload_failed{part="clients"}'), 1)
            self.trusted.write_text(self.authority.pem)
            until(lambda: reloads(serve) == 1, "good again", serve.process)
            self.assertIn("[+]clients ok\n", serve.get("/readyz?verbose").text)

    def test_strangers_do_not_fill_the_log(self):
        with self.serve() as serve:
            for _ in range(5):
                self.assertEqual(serve.review("/validate", VALID).status, 401)
            self.assertEqual(refusals(serve, "none"), 5)
            self.assertEqual(serve.log.count("a caller is refused"), 1)


class Rotation(Folder):
    def test_no_call_fails(self):
        """The new CA is added, callers get certificates of it, and then the old one goes."""
        old, new = Authority(self.folder, "old"), Authority(self.folder, "new")
        pairs = [old.sign("api-server"), new.sign("api-server")]
        trusted = self.write("trusted.pem", old.pem)
        crd = self.write("gadget.yaml", GADGET_CRD)
        with Serve(PRATIQUE, "--client-ca", trusted, "--client-names", "api-server", "--connection-requests-limit", "4",
                   schemas=[crd]) as serve:
            def trust(*authorities):
                before = reloads(serve)
                trusted.write_text("".join(authority.pem for authority in authorities))
                until(lambda: reloads(serve) > before, "taken up", serve.process)

            with Load(lambda: serve.port, serve.certs / "ca.crt", json.dumps(gadget_review(size=4)).encode(),
                      certificate=pairs[0]) as load:
                until(lambda: load.calls > 64, "every connection is in use", serve.process)
                trust(old, new)
                load.show(pairs[1])
                until(lambda: load.all_show(pairs[1]), "every connection has the new one", serve.process)
                trust(new)
                calls = load.calls
                until(lambda: load.calls > calls + 128, "calls", serve.process)
            self.assertEqual(load.failures, [])
            self.assertEqual(serve.review("/validate", VALID, *shows(pairs[0])).status, 401)


class Starting(Folder):
    def test_what_is_wrong_is_told(self):
        certs = make_certificates(PRATIQUE, self.folder / "certs")
        authority = Authority(self.folder, "callers")
        good = self.write("good.pem", authority.pem)
        cases = {
            "missing": (self.folder / "none.pem", "none.pem: No such file or directory; put the CAs of those who may "
                                                  "call there, or name another file with --client-ca"),
            "a folder": (certs, "Is a directory; put the CAs of those who may call there"),
            "no certificate": (self.write("empty.pem", "nothing\n"), "empty.pem: has no certificate; put the CAs"),
            "cut off": (self.write("cut.pem", authority.pem + authority.pem[:300]), "cut.pem:"),
            "of a server": (certs / "tls.crt", "tls.crt:1: this certificate is not one of a CA; put the CA that signed it"),
            "expired": (Authority(self.folder, "old", begin=-7200, end=-3600).certificate, "every CA here has expired"),
            "too many": (self.write("many.pem", authority.pem * 101), "there are more than 100 CAs"),
        }
        for name, (path, text) in cases.items():
            with self.subTest(name):
                self.assertIn(text, self.fails("--certs", certs, "--client-ca", path))
        self.assertIn("there are client names, but no client CA", self.fails("--certs", certs, "--client-names", "x"))
        self.assertIn("a client name is empty", self.fails("--certs", certs, "--client-ca", good, "--client-names", ""))

    def fails(self, *options):
        run = subprocess.run([PRATIQUE, "serve", "--schemas", ROOT / "schemas", "--listen", "127.0.0.1:0",
                              "--health-listen", "", *options], capture_output=True, text=True, timeout=PATIENCE,
                             check=False)
        self.assertEqual(run.returncode, 2, run.stderr)
        return run.stderr


if __name__ == "__main__":
    unittest.main(verbosity=2)
