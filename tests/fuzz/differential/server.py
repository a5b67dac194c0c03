"""A real kube-apiserver: starting one, and talking to it over kept connections."""
import copy
import os
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time

from document import read, write

CONTROL_PLANE = pathlib.Path(__file__).resolve().parents[2] / "e2e" / "control_plane.sh"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
PATIENCE = 30  # seconds until a CRD is served
TOKEN = "differential"  # costs the server less than a client certificate, which it verifies for each request
WARNING = re.compile(r'299 - "((?:[^"\\]|\\.)*)"')


class ControlPlane:
    """etcd and kube-apiserver in a folder, for the time of a `with`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.url = None
        self.etcd = None

    def __enter__(self):
        tokens = self.folder / "tokens.csv"
        tokens.write_text(f"{TOKEN},fuzzer,1,system:masters\n")
        flags = [f"--token-auth-file={tokens}", "--enable-priority-and-fairness=false"]
        # Memory is cheaper here than the garbage collector's time.
        started = subprocess.run([CONTROL_PLANE, "start", self.folder, "--", *flags], check=True, capture_output=True,
                                 text=True, env=dict(os.environ, GOGC="400"))
        settings = dict(line.split("=", 1) for line in started.stdout.splitlines())
        self.url, self.etcd = settings["APISERVER"], settings["ETCD"]
        return self

    def __exit__(self, *_):
        subprocess.run([CONTROL_PLANE, "stop", self.folder], check=True)


class Answer:
    """Of the server or of the engine, which also tells its warnings uncut."""

    def __init__(self, code, document, warnings, uncut=()):
        self.code = code
        self.document = document
        self.warnings = warnings
        self.uncut = uncut

    @property
    def accepted(self):
        return self.code < 300

    @property
    def causes(self):
        return ((self.document or {}).get("details") or {}).get("causes") or []



class Connection:
    """HTTP/1.1 as far as the API server speaks it; kept until it breaks."""

    def __init__(self, address, context):
        host, port = address.split(":")
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), timeout=60), server_hostname=host)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(self, method, path, body, accept):
        """(status code, headers as (name, value), body)."""
        head = (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nAccept: {accept}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
        self.socket.sendall(head.encode() + body)
        code = int(self.line().split()[1])
        headers = []
        while (line := self.line()):
            name, _, value = line.partition(": ")
            headers.append((name.lower(), value))
        return code, headers, self.body(dict(headers))

    def line(self):
        line = self.file.readline()
        if not line:
            raise ConnectionError("the server ended the connection")
        return line.decode("latin-1").rstrip("\r\n")

    def body(self, headers):
        if headers.get("transfer-encoding") != "chunked":
            return self.file.read(int(headers.get("content-length", 0)))
        parts = []
        while (size := int(self.line(), 16)):
            parts.append(self.file.read(size))
            self.line()
        self.line()
        return b"".join(parts)

    def close(self):
        self.file.close()
        self.socket.close()


class Server:
    """One for each thread."""

    def __init__(self, url, folder):
        self.address = url.removeprefix("https://")
        self.context = ssl.create_default_context(cafile=pathlib.Path(folder) / "ca.crt")
        self.connection = None

    def ask(self, method, path, body=b"", accept="application/json"):
        """The answer, its numbers as they are written. ConnectionError when the server drops the request."""
        body = body.encode() if isinstance(body, str) else body
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = Connection(self.address, self.context)
                code, headers, text = self.connection.ask(method, path, body, accept)
            except (OSError, ValueError, IndexError) as error:
                self.close()
                if attempt == 2:
                    raise ConnectionError(str(error)) from error
                continue
            fields = dict(headers)
            if fields.get("connection") == "close":
                self.close()
            warnings = []
            for name, value in headers:
                if name == "warning":
                    value = value.encode("latin-1").decode("utf-8", "replace")
                    warnings += [re.sub(r"\\(.)", r"\1", match) for match in WARNING.findall(value)]
            is_json = fields.get("content-type", "").startswith("application/json")
            return Answer(code, read(text) if is_json else {"message": text.decode()}, warnings)
        return None

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def install(self, crd, column):
        """Creates a CRD, or replaces the one of its name, and waits until its versions are served as it says:
        with a printer column of this name."""
        name = crd["metadata"]["name"]
        crd = copy.deepcopy(crd)
        for version in crd["spec"]["versions"]:
            version.setdefault("additionalPrinterColumns", []).append(
                {"name": column, "type": "string", "jsonPath": ".metadata.name"})
        stored = self.ask("GET", f"{DEFINITIONS}/{name}")
        if stored.accepted:
            crd["metadata"]["resourceVersion"] = stored.document["metadata"]["resourceVersion"]
            answer = self.ask("PUT", f"{DEFINITIONS}/{name}", write(crd))
        else:
            answer = self.ask("POST", DEFINITIONS, write(crd))
        if not answer.accepted:
            return answer
        deadline = time.monotonic() + PATIENCE
        table = "application/json;as=Table;v=v1;g=meta.k8s.io"
        path = f"/apis/{crd['spec']['group']}/{crd['spec']['versions'][0]['name']}/{crd['spec']['names']['plural']}"
        while time.monotonic() < deadline:
            listed = self.ask("GET", path + "?limit=1", accept=table)
            if listed.accepted and any(c["name"] == column for c in listed.document["columnDefinitions"]):
                return answer
            time.sleep(0.1)
        raise ConnectionError(f"{name} is not served after {PATIENCE} s")

    def remove(self, name):
        self.ask("DELETE", f"{DEFINITIONS}/{name}")


class Engine:
    """The program that answers for us; shared by threads."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.Lock()

    def call(self, text):
        """text is a line, and a body perhaps."""
        with self.lock:
            self.process.stdin.write(text)
            self.process.stdin.flush()
            out = self.process.stdout.readline()
        if not out:
            raise RuntimeError(f"the engine died on {text!r}")
        return read(out)

    def define(self, key, crd):
        return self.call(write({"define": key, "crd": crd}).encode() + b"\n").get("error")

    def forget(self, key):
        self.call(write({"forget": key}).encode() + b"\n")

    def judge(self, text):
        answer = self.call(text)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        code = int(answer["code"].text)
        return Answer(code or 200, answer["object"] if code == 0 else answer["status"], answer["warnings"], answer["uncut"])

    def close(self):
        self.process.stdin.close()
        self.process.wait()
