"""Starting the built pratique for tests, and talking to it."""
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
REVIEWS = ROOT / "tests" / "data" / "reviews"
PATIENCE = 20  # seconds; more than anything here takes
JSON = ["-H", "Content-Type: application/json"]


GADGET_CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  names: {kind: Gadget, plural: gadgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, default: 3, maximum: 5}
"""


def gadget_review(uid="u1", **spec):
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {
        "uid": uid, "kind": {"group": "example.com", "version": "v1", "kind": "Gadget"},
        "resource": {"group": "example.com", "version": "v1", "resource": "gadgets"}, "name": "g",
        "namespace": "default", "operation": "CREATE", "object": {
            "apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "g"}, "spec": spec}}}


def until(condition, what, process=None):
    """The first true value of condition()."""
    deadline = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline or (process is not None and process.poll() is not None):
            raise AssertionError(f"never: {what}")
        time.sleep(0.01)


class Answer:
    def __init__(self, output):
        head, _, self.text = output.decode().partition("\r\n\r\n")
        while head.startswith("HTTP/1.1 100"):
            head, _, self.text = self.text.partition("\r\n\r\n")
        lines = head.split("\r\n")
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}

    @property
    def body(self):
        return json.loads(self.text)


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Serve:
    """A running `pratique serve` on free ports; use with `with`."""

    def __init__(self, pratique, *options, schemas=(ROOT / "schemas",), certs=None, variables=None,
                 stderr=None):
        self.pratique = pratique
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pratique-"))
        self.certs = certs or make_certificates(pratique, self.folder / "certs")
        self.command = [pratique, "serve", "--certs", self.certs, "--listen", "127.0.0.1:0", "--health-listen",
                        "127.0.0.1:0", "--address-file", self.folder / "addresses", *options]
        self.variables = variables or {}
        self.stderr = stderr  # in the place of a file that `log` reads
        for path in schemas:
            self.command += ["--schemas", path]

    def __enter__(self):
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(self.command, stderr=self.stderr or log, env=environment() | self.variables)
        until((self.folder / "addresses").exists, "listening", self.process)
        addresses = dict(re.findall(r"(\w+): (\S+)", (self.folder / "addresses").read_text()))
        self.port = int(addresses["listen"].rsplit(":", 1)[1])
        self.health = addresses["healthListen"]
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        subprocess.run(["rm", "-rf", self.folder], check=False)

    @property
    def log(self):
        return (self.folder / "log").read_text()

    def stop(self):
        """The exit code after SIGTERM; where it is not 0, the log is shown."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        if code != 0 and self.stderr is None:
            print(self.log, file=sys.stderr)
        return code

    def curl(self, path, *options, data=None):
        run = subprocess.run(["curl", "-sS", "-i", "--max-time", str(PATIENCE), "--cacert", self.certs / "ca.crt",
                              *(["--data-binary", "@-"] if data is not None else []), *options,
                              f"https://localhost:{self.port}{path}"], input=data, capture_output=True, check=False)
        assert run.returncode == 0, run.stderr.decode()
        return Answer(run.stdout)

    def review(self, path, review, *options):
        data = review if isinstance(review, bytes) else json.dumps(review).encode()
        return self.curl(path, *JSON, *options, data=data)

    def get(self, path, *options):
        run = subprocess.run(["curl", "-sS", "-i", *options, f"http://{self.health}{path}"], capture_output=True,
                             check=False)
        assert run.returncode == 0, run.stderr.decode()
        return Answer(run.stdout)

    def metric(self, series):
        found = re.search(f"^{re.escape(series)} (.*)$", self.get("/metrics").text, re.M)
        return float(found[1]) if found else None

    def in_flight(self, path="/validate"):
        return self.metric(f'controller_runtime_webhook_requests_in_flight{{webhook="{path}"}}')

    def connect(self, context=None, timeout=PATIENCE, certificate=None, session=None):
        """A TLS connection for bytes that curl would not send. certificate: paths of one and its key."""
        context = context or ssl.create_default_context(cafile=self.certs / "ca.crt")
        if certificate is not None:
            context.load_cert_chain(*certificate)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        return context.wrap_socket(plain, server_hostname="localhost", session=session)


class RecordsByHand:
    """A TLS connection whose records wait in `sealed` until somebody sends them, in what pieces they like."""

    def __init__(self, serve):
        self.plain = socket.create_connection(("127.0.0.1", serve.port), timeout=PATIENCE)
        self.received, self.made = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=serve.certs / "ca.crt")
        self.tls = context.wrap_bio(self.received, self.made, server_hostname="localhost")
        self.until_read(self.tls.do_handshake)
        self.plain.sendall(self.made.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.plain.close()

    def until_read(self, act):
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                self.plain.sendall(self.made.read())
                self.received.write(self.plain.recv(65536))

    def seal(self, request):
        """The records of a request."""
        self.tls.write(request)
        return self.made.read()

    def send(self, data):
        self.plain.sendall(data)

    def recv(self, size):
        return self.until_read(lambda: self.tls.read(size))


def read_answer(connection):
    """One answer with a Content-Length from a connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError(f"closed after {data!r}")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head, re.I)[1])
    while len(body) < length:
        body += connection.recv(length - len(body))
    return Answer(head + b"\r\n\r\n" + body[:length]), body[length:]


def make_certificates(pratique, folder):
    subprocess.run([pratique, "certs", "init", "--certs", folder], check=True, capture_output=True)
    return folder


def recorded(name):
    return (REVIEWS / f"{name}.json").read_bytes()


def post(body, path="/validate"):
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def environment():
    """Without settings of whoever runs the tests, and with a log that is easy to look into."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRATIQUE_", "OTEL_"))}
    return kept | {"PRATIQUE_LOG_FORMAT": "text"}
