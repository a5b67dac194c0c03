"""`pratique certs`: what it makes is believed by a TLS client that knows only the bundle."""
import base64
import pathlib
import re
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import unittest

PRATIQUE = sys.argv.pop()
PROFILES = pathlib.Path(__file__).resolve().parents[2] / "certs"
EXTENSIONS = "basicConstraints,keyUsage,extendedKeyUsage,subjectAltName"


def run(*arguments):
    return subprocess.run([PRATIQUE, "certs", *arguments], capture_output=True, text=True, timeout=30)


def shake_hands(folder, authority, name):
    """A whole TLS handshake in memory; raises what the client thinks of the certificate."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    client_context = ssl.create_default_context(cadata=authority)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    waiting = [client, server]
    while waiting:
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                pass


class Certs(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name) / "certs"

    def tearDown(self):
        self.temporary.cleanup()

    def init(self, *arguments):
        return run("init", "--certs", str(self.folder), *arguments)

    def authority(self):
        bundle = run("bundle", "--certs", str(self.folder))
        self.assertEqual(bundle.returncode, 0, bundle.stderr)
        self.assertEqual(bundle.stdout.count("\n"), 1)
        return base64.b64decode(bundle.stdout, validate=False).decode()

    def test_a_client_with_the_bundle_believes_every_name(self):
        self.assertEqual(self.init("--dns", "pratique.demo.svc", "--dns=*.demo.example", "--ip", "192.0.2.7").returncode, 0)
        for name in ["pratique.demo.svc", "a.demo.example", "192.0.2.7"]:
            shake_hands(self.folder, self.authority(), name)
        with self.assertRaises(ssl.SSLCertVerificationError):
            shake_hands(self.folder, self.authority(), "localhost")

    def test_without_names_it_is_for_this_machine(self):
        self.assertEqual(self.init().returncode, 0)
        for name in ["localhost", "127.0.0.1", "::1"]:
            shake_hands(self.folder, self.authority(), name)

    def test_only_the_owner_reads_keys(self):
        self.init()
        for name in ["ca.key", "tls.key"]:
            self.assertEqual(stat.S_IMODE((self.folder / name).stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)

    def test_a_second_init_is_refused_and_overwrite_keeps_the_ca(self):
        self.init()
        authority, serving = self.authority(), (self.folder / "tls.crt").read_text()
        again = self.init()
        self.assertEqual(again.returncode, 2)
        self.assertIn("tls.crt: is there already", again.stderr)
        self.assertEqual((self.folder / "tls.crt").read_text(), serving)
        self.assertEqual(self.init("--overwrite").returncode, 0)
        self.assertEqual(self.authority(), authority)
        self.assertNotEqual((self.folder / "tls.crt").read_text(), serving)
        shake_hands(self.folder, authority, "localhost")

    def test_overwriting_without_names_keeps_those_that_were_there(self):
        self.init("--service", "pratique.apps")
        self.assertEqual(self.init("--overwrite").returncode, 0)
        shake_hands(self.folder, self.authority(), "pratique.apps.svc")
        self.assertEqual(self.init("--overwrite", "--dns", "other.example").returncode, 0)
        shake_hands(self.folder, self.authority(), "other.example")

    def test_one_of_many_at_the_same_time_makes_them(self):
        for _ in range(10):
            started = [subprocess.Popen([PRATIQUE, "certs", "init", "--certs", self.folder], stderr=subprocess.PIPE,
                                        text=True) for _ in range(4)]
            ended = sorted((process.communicate(timeout=30)[1], process.returncode) for process in started)
            self.assertEqual([code for _, code in ended], [0, 2, 2, 2], ended)
            self.assertIn("is there already", ended[-1][0])
            check = run("serve-check", "--certs", str(self.folder))
            self.assertEqual(check.returncode, 0, check.stderr)
            shutil.rmtree(self.folder)

    def test_usage_says_what_is_wrong(self):
        for arguments, message in [
            ([], "say init, renew, show, bundle, serve-check or apply"),
            (["rotate"], '"rotate" is none of init, renew, show, bundle, serve-check and apply'),
            (["init", "--service", "pratique"], '"pratique" is not NAME.NAMESPACE'),
            (["init", "--service", "a.b.c"], '"a.b.c" is not NAME.NAMESPACE'),
            (["init", "--service", "a.B"], '"a.B" is not NAME.NAMESPACE'),
            (["apply", "--kubeconfig", str(self.folder)], "No such file or directory"),
            (["apply", "--service", "pratique"], '"pratique" is not NAME.NAMESPACE'),
            (["apply", "--secret", "pratique-ca"], '--secret and --ca-secret are both "pratique-ca"'),
            (["renew", "--certs", str(self.folder)], "`pratique certs init` makes it"),
            (["show", "--certs", str(self.folder)], "`pratique certs init` makes it"),
            (["serve-check", "--certs", str(self.folder)], "`pratique certs init` makes it"),
            (["init", "--dsn", "x"], "unknown flag --dsn, did you mean --dns?"),
            (["init", "--certs", str(self.folder), "--ip", "localhost"], '"localhost" is no IP address'),
            (["init", "--certs", str(self.folder / "deep" / "er")], "make the one around it first"),
            (["bundle", "--certs", str(self.folder)], "ca.crt"),
        ]:
            with self.subTest(arguments):
                result = run(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertEqual(result.stdout, "")
                self.assertIn(message, result.stderr)
        self.assertFalse(self.folder.exists())

    def test_a_service_has_its_names(self):
        self.init("--service", "pratique.demo")
        for name in ["pratique.demo.svc", "pratique.demo.svc.cluster.local"]:
            shake_hands(self.folder, self.authority(), name)
        self.assertIn("serves as pratique.demo.svc pratique.demo.svc.cluster.local, valid until",
                      run("show", "--certs", str(self.folder)).stdout)

    def test_whether_a_pair_can_serve(self):
        self.init("--service", "pratique.demo", "--ip", "192.0.2.7")
        check = ["serve-check", "--certs", str(self.folder)]
        for arguments, code, message in [
            ([], 0, "can be served"),
            (["--service", "pratique.demo", "--ip", "192.0.2.7"], 0, "can be served"),
            (["--service", "other.demo"], 1, "is not for other.demo.svc"),
            (["--ip", "192.0.2.8"], 1, "is not for 192.0.2.8"),
        ]:
            result = run(*check, *arguments)
            self.assertEqual((result.returncode, message in result.stderr), (code, True), result.stderr)
        (self.folder / "tls.key").write_bytes((self.folder / "ca.key").read_bytes())
        result = run(*check)
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not the key of the certificate beside it", result.stderr)

    def sign(self, extensions, *options):
        """A pair for what the CA of init signs otherwise than init does."""
        self.init("--service", "pratique.demo")
        profile = self.folder / "profile"
        profile.write_text(extensions)
        self.openssl("req", "-new", "-key", self.folder / "tls.key", "-subj", "/CN=pratique.demo.svc", "-out",
                     self.folder / "csr")
        self.openssl("x509", "-req", "-in", self.folder / "csr", "-CA", self.folder / "ca.crt", "-CAkey",
                     self.folder / "ca.key", "-CAcreateserial", "-out", self.folder / "tls.crt", "-extfile", profile,
                     *options)

    def test_what_the_api_server_takes_for_a_name(self):
        for number, (extensions, code, message) in enumerate([
            ("subjectAltName=DNS:pratique.demo.svc", 0, "can be served"),
            ("subjectAltName=DNS:*.demo.svc", 0, "can be served"),
            ("subjectAltName=DNS:prat*.demo.svc", 1, "is not for pratique.demo.svc;"),
            ("extendedKeyUsage=serverAuth", 1, "is for no name in subjectAltName, which clients go by;"),
        ]):
            with self.subTest(extensions):
                self.folder = self.folder.with_name(f"certs{number}")
                self.sign(extensions)
                result = run("serve-check", "--certs", str(self.folder), "--service", "pratique.demo")
                self.assertEqual((result.returncode, message in result.stderr), (code, True), result.stderr)

    def test_a_signature_that_clients_do_not_take(self):
        self.sign("subjectAltName=DNS:pratique.demo.svc", "-sha1")
        result = run("serve-check", "--certs", str(self.folder))
        self.assertEqual((result.returncode, "digest algorithm too weak" in result.stderr), (1, True), result.stderr)

    def test_a_ca_in_between(self):
        self.init("--service", "pratique.demo")
        request, between, profile = (self.folder / name for name in ("csr", "between", "profile"))
        profile.write_text("basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n")
        root = self.folder / "root"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                     self.folder / "root.key", "-subj", "/CN=root", "-out", root)
        self.openssl("req", "-new", "-key", self.folder / "ca.key", "-subj", "/CN=pratique CA", "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", root, "-CAkey", self.folder / "root.key", "-CAcreateserial",
                     "-out", between, "-extfile", profile)
        shutil.copy(root, self.folder / "ca.crt")
        check = ["serve-check", "--certs", str(self.folder), "--service", "pratique.demo"]
        result = run(*check)
        self.assertEqual(result.returncode, 1)
        self.assertIn("put the CA that signed it into ca.crt, or those in between behind it in tls.crt", result.stderr)
        with (self.folder / "tls.crt").open("a") as chain:
            chain.write(between.read_text())
        self.assertEqual(run(*check).returncode, 0)
        shake_hands(self.folder, root.read_text(), "pratique.demo.svc")
        self.sign_expired(root, request, between)
        chain = (self.folder / "tls.crt").read_text()
        (self.folder / "tls.crt").write_text(chain[:chain.index("-----END") + 27] + between.read_text())
        result = run(*check)
        self.assertEqual(result.returncode, 1)
        self.assertIn("a CA in between has expired; put its successor into tls.crt", result.stderr)

    def sign_expired(self, root, request, certificate):
        settings = self.folder / "settings"
        settings.write_text(f"[ca]\ndefault_ca=one\n[one]\ndatabase={self.folder}/index\nnew_certs_dir={self.folder}\n"
                            f"rand_serial=yes\ndefault_md=sha256\npolicy=any\nx509_extensions=extensions\n"
                            "[any]\ncommonName=supplied\n[extensions]\nbasicConstraints=critical,CA:TRUE\n"
                            "subjectKeyIdentifier=hash\n")
        (self.folder / "index").write_text("")
        self.openssl("ca", "-batch", "-notext", "-config", settings, "-cert", root, "-keyfile", self.folder / "root.key",
                     "-in", request, "-startdate", "20200101000000Z", "-enddate", "20200102000000Z", "-out", certificate)

    def test_nothing_is_due_at_first(self):
        self.init()
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        result = run("renew", "--certs", str(self.folder))
        self.assertEqual((result.returncode, "is not due yet" in result.stderr), (0, True))
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, before)

    def test_too_many_cas(self):
        self.init()
        authority = (self.folder / "ca.crt").read_text()
        (self.folder / "ca.crt").write_text(authority * 16)
        self.assertEqual(run("bundle", "--certs", str(self.folder)).returncode, 0)
        (self.folder / "ca.crt").write_text(authority * 17)
        result = run("bundle", "--certs", str(self.folder))
        self.assertEqual(result.returncode, 2)
        self.assertIn(f"{self.folder}/ca.crt: more than 16 certificates: take some away", result.stderr)

    def test_renewing_without_the_key_of_the_ca(self):
        self.init()
        (self.folder / "ca.key").unlink()
        result = run("renew", "--certs", str(self.folder))
        self.assertEqual(result.returncode, 2)
        self.assertIn("ca.key: No such file or directory; restore it, or move ca.crt away", result.stderr)

    def test_the_profiles_make_the_same(self):
        """What certs/ has for OpenSSL and cert-manager does not drift from what init makes."""
        self.init("--service", "pratique.pratique-system")
        self.assertEqual(self.extensions_of_init("ca.crt"), self.extensions_of_profile("ca.cnf", "authority"))
        self.assertEqual(self.extensions_of_init("tls.crt"), self.extensions_of_profile("serving.cnf", "serving"))
        names = re.findall(r"DNS:([^,\s]+)", self.extensions_of_init("tls.crt"))
        manifest = (PROFILES / "cert-manager.yaml").read_text()
        self.assertEqual(re.findall(r"^  - (.*)$", manifest, re.M), names)
        self.assertEqual(re.findall(r"duration: (\d+)h", manifest), [str(24 * 365 * 10), str(24 * 90)])

    def extensions_of_init(self, file):
        return self.openssl("x509", "-noout", "-in", self.folder / file, "-ext", EXTENSIONS)

    def extensions_of_profile(self, profile, section):
        target = self.folder / f"{section}.pem"
        self.openssl("req", "-x509", "-config", PROFILES / profile, "-extensions", section, "-newkey", "rsa:2048",
                     "-keyout", self.folder / "key", "-out", target)
        return self.openssl("x509", "-noout", "-in", target, "-ext", EXTENSIONS)

    @staticmethod
    def openssl(*arguments):
        return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    def test_help_shows_every_flag(self):
        text = run("--help").stdout
        for flag in ["--certs", "--service", "--dns", "--ip", "--lifetime", "--overlap", "--overwrite", "Examples:"]:
            self.assertIn(flag, text)


if __name__ == "__main__":
    unittest.main()
