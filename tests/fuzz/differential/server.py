"""A real kube-apiserver: starting one, and talking to it over kept connections."""
import copy
import http.client
import pathlib
import re
import ssl
import subprocess
import threading
import time

from document import read, write

CONTROL_PLANE = pathlib.Path(__file__).resolve().parents[2] / "e2e" / "control_plane.sh"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
PATIENCE = 30  # seconds until a CRD is served
WARNING = re.compile(r'299 - "((?:[^"\\]|\\.)*)"')


class ControlPlane:
    """etcd and kube-apiserver in a folder, for the time of a `with`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.url = None

    def __enter__(self):
        started = subprocess.run([CONTROL_PLANE, "start", self.folder], check=True,
                                 capture_output=True, text=True)
        self.url = dict(line.split("=", 1) for line in started.stdout.splitlines())["APISERVER"]
        return self

    def __exit__(self, *_):
        subprocess.run([CONTROL_PLANE, "stop", self.folder], check=True)


class Answer:
    """Of the server or of the engine."""

    def __init__(self, code, document, warnings):
        self.code = code
        self.document = document
        self.warnings = warnings

    @property
    def accepted(self):
        return self.code < 300

    @property
    def causes(self):
        return ((self.document or {}).get("details") or {}).get("causes") or []



class Server:
    """One for each thread."""

    def __init__(self, url, folder):
        self.address = url.removeprefix("https://")
        folder = pathlib.Path(folder)
        self.context = ssl.create_default_context(cafile=folder / "ca.crt")
        self.context.load_cert_chain(folder / "admin.crt", folder / "admin.key")
        self.connection = None

    def ask(self, method, path, body=None, accept="application/json"):
        """The answer, its numbers as they are written. ConnectionError when the server drops the request."""
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPSConnection(self.address, context=self.context, timeout=60)
            try:
                self.connection.request(method, path, body, {"Content-Type": "application/json", "Accept": accept})
                response = self.connection.getresponse()
                text = response.read()
            except (http.client.HTTPException, OSError) as error:
                self.connection.close()
                self.connection = None
                if attempt == 2:
                    raise ConnectionError(str(error)) from error
                continue
            warnings = []
            for header in response.headers.get_all("Warning") or []:
                header = header.encode("latin-1").decode("utf-8", "replace")
                warnings += [re.sub(r"\\(.)", r"\1", match) for match in WARNING.findall(header)]
            is_json = response.headers.get_content_type() == "application/json"
            return Answer(response.status, read(text) if is_json else {"message": text.decode()}, warnings)

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

    def call(self, line):
        text = write(line).encode() + b"\n"
        with self.lock:
            self.process.stdin.write(text)
            self.process.stdin.flush()
            out = self.process.stdout.readline()
        if not out:
            raise RuntimeError(f"the engine died on {text.decode()}")
        return read(out)

    def define(self, key, crd):
        return self.call({"define": key, "crd": crd}).get("error")

    def forget(self, key):
        self.call({"forget": key})

    def judge(self, line):
        answer = self.call(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        code = int(answer["code"].text)
        return Answer(code or 200, answer["object"] if code == 0 else answer["status"], answer["warnings"])

    def close(self):
        self.process.stdin.close()
        self.process.wait()
