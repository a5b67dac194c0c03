"""One case, asked of the server and of the engine."""
import hashlib

from compare import difference
from document import write
from server import DEFINITIONS

TRIES = 20  # of the server, whose answer depends on the order of Go's maps in places


class Stored:
    """An object as a GET returns it. Before is what was sent to have it stored, under first, an earlier CRD."""

    def __init__(self, document, before=None, first=None):
        self.document = document
        self.before = before
        self.first = first
        self.text = write(document)

    @property
    def name(self):
        return self.document["metadata"]["name"]


class Case:
    """A request. crd is the CRD as it is served then, None when the request is about a CRD; version is that of the
    URL, the first one by default. The body is a document, or bytes that need not be one."""

    def __init__(self, body, mode, crd=None, old=None, subresource="", version=None):
        self.body = body
        self.mode = mode
        self.crd = crd
        self.old = old
        self.subresource = subresource
        self.version = version or (crd["spec"]["versions"][0]["name"] if crd else None)

    @property
    def text(self):
        return self.body if isinstance(self.body, bytes) else write(self.body).encode()

    @property
    def schema(self):
        """Of the version of the URL."""
        return next(version["schema"]["openAPIV3Schema"] for version in self.crd["spec"]["versions"]
                    if version["name"] == self.version)

    @property
    def is_namespaced(self):
        return self.crd is not None and self.crd["spec"]["scope"] == "Namespaced"

    @property
    def collection(self):
        if self.crd is None:
            return DEFINITIONS
        spec = self.crd["spec"]
        middle = "/namespaces/default" if self.is_namespaced else ""
        return f"/apis/{spec['group']}/{self.version}{middle}/{spec['names']['plural']}"

    def ask_server(self, server, text):
        query = f"?dryRun=All&fieldValidation={self.mode}"
        if self.old is None:
            return server.ask("POST", self.collection + query, text)
        place = f"{self.collection}/{self.old.name}" + (f"/{self.subresource}" if self.subresource else "")
        return server.ask("PUT", place + query, text)

    def has_changed(self, server):
        """Whether what is stored is another than we think it is."""
        if self.old is None:
            return False
        now = server.ask("GET", f"{self.collection}/{self.old.name}")
        return now.accepted and now.document["metadata"]["resourceVersion"] != self.old.document["metadata"]["resourceVersion"]

    def line(self, key, text):
        """For the engine, the body after it."""
        fields = {"length": len(text), "fieldValidation": self.mode, "subresource": self.subresource}
        if self.crd is not None:
            fields.update(crd=key, version=self.version)
        if self.is_namespaced:
            fields["namespace"] = "default"
        if self.old is not None:
            fields["name"] = self.old.name
        line = write(fields)
        if self.old is not None:
            line = line[:-1] + ',"old":' + self.old.text + "}"
        return line.encode() + b"\n" + text


def judge(case, server, engine, key, tries=TRIES):
    """(the server's answer, ours, what differs or None, a digest of what was asked)."""
    text = case.text
    line = case.line(key, text)
    ours = engine.judge(line)
    theirs = case.ask_server(server, text)
    differs = difference(theirs, ours, crd=case.crd is None)
    if differs and theirs.code == 409 and case.has_changed(server):
        raise ConnectionError("a controller has changed the stored object")
    digest = hashlib.blake2b(line, digest_size=12).digest()
    for _ in range(tries if differs else 0):
        again = case.ask_server(server, text)
        if difference(again, ours, crd=case.crd is None) is None:
            return again, ours, None, digest
    return theirs, ours, differs, digest
