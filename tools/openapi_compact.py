#!/usr/bin/env python3
"""Makes the compact form of a cluster's OpenAPI v3 document, for `pratique check --openapi`.

    tools/openapi_compact.py --kubectl kubectl >cluster.json
    tools/openapi_compact.py document.json... >cluster.json

With --kubectl the documents are asked of the server that kubectl talks to. Files are what
`kubectl get --raw /openapi/v3/...` prints. Only kinds of Kubernetes itself that can be created are
kept, and the types below them, without descriptions: custom resources are judged by their CRDs.

The form, read by src/registry/openapi.c:

    kinds   "GROUP/VERSION/KIND": "namespaced TYPE" or "cluster TYPE"
    types   TYPE: {FIELD: TEXT}
    TEXT    SHAPE, with * behind it when it is a struct that is there even if nothing was sent, and
            with ! when the field is required
    SHAPE   a TYPE, or string boolean int32 int64 number byte quantity int-or-string time microtime
            any, or string=A|B (an enum), []SHAPE (a list), [a,b]SHAPE (a list with keys),
            {}SHAPE (a map)
"""
import argparse
import json
import subprocess
import sys

SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microtime",
}
FORMATS = {"int32": "int32", "int64": "int64", "byte": "byte", "double": "number"}


def ask(kubectl, path):
    return json.loads(subprocess.check_output([*kubectl.split(), "get", "--raw", path]))


def read_documents(arguments):
    if arguments.kubectl:
        index = ask(arguments.kubectl, "/openapi/v3")
        return [ask(arguments.kubectl, entry["serverRelativeURL"]) for entry in index["paths"].values()]
    documents = []
    for path in arguments.files:
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    return documents


def find_scopes(documents):
    """Which kinds can be created, and whether in a namespace."""
    scopes = {}
    for document in documents:
        for path, item in document.get("paths", {}).items():
            kind = item.get("post", {}).get("x-kubernetes-group-version-kind")
            if kind and "{name}" not in path:
                key = f'{kind["group"]}/{kind["version"]}/{kind["kind"]}'
                is_namespaced = "/namespaces/{namespace}/" in path
                scopes[key] = "namespaced" if is_namespaced or scopes.get(key) == "namespaced" else "cluster"
    return scopes


def short_name(name):
    """io.k8s.api.apps.v1.Deployment is apps.v1.Deployment."""
    return ".".join(name.split(".")[-3:])


class Compactor:
    def __init__(self, schemas):
        self.schemas = schemas
        self.types = {}
        self.names = {}

    def name_of(self, reference):
        """The text for a schema that is referred to; its fields are compacted, too."""
        if reference in SCALARS:
            return SCALARS[reference]
        schema = self.schemas[reference]
        if "properties" not in schema:
            return "any"
        name = short_name(reference)
        if self.names.setdefault(name, reference) != reference:
            sys.exit(f"two types are called {name}: {reference} and {self.names[name]}")
        if name not in self.types:
            fields = self.types[name] = {}
            required = schema.get("required", [])
            for field, value in sorted(schema["properties"].items()):
                text = self.text_of(value)
                # Go's structs have this default, pointers to them have none.
                is_value = value.get("default") == {} and text[:1] not in "[{" and "." in text
                fields[field] = text + ("*" if is_value else "") + ("!" if field in required else "")
        return name

    def text_of(self, schema):
        for reference in [schema, *schema.get("allOf", [])]:
            if "$ref" in reference:
                return self.name_of(reference["$ref"].rsplit("/", 1)[-1])
        kind = schema.get("type")
        if kind == "array":
            keys = schema.get("x-kubernetes-list-map-keys", [])
            return "[" + ",".join(keys) + "]" + self.text_of(schema["items"])
        if kind == "object":
            values = schema.get("additionalProperties")
            return "{}" + self.text_of(values) if isinstance(values, dict) else "any"
        if kind == "integer":
            return FORMATS.get(schema.get("format"), "int64")
        if kind == "string" and "enum" in schema:
            return "string=" + "|".join(schema["enum"])
        return FORMATS.get(schema.get("format")) or kind or "any"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kubectl", metavar="COMMAND", help="ask the server that this kubectl talks to")
    parser.add_argument("--source", default="an API server's /openapi/v3", help="where the documents come from")
    parser.add_argument("files", nargs="*", help="OpenAPI v3 documents")
    arguments = parser.parse_args()
    if bool(arguments.kubectl) == bool(arguments.files):
        parser.error("give either --kubectl or files")
    documents = read_documents(arguments)
    scopes = find_scopes(documents)
    schemas = {}
    for document in documents:
        schemas.update(document.get("components", {}).get("schemas", {}))
    compactor = Compactor(schemas)
    kinds = {}
    for reference, schema in sorted(schemas.items()):
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            key = f'{kind["group"]}/{kind["version"]}/{kind["kind"]}'
            if reference.startswith("io.k8s.") and key in scopes:
                kinds[key] = f"{scopes[key]} {compactor.name_of(reference)}"
    if not kinds:
        sys.exit("no kinds found: the documents need their paths")
    # One type a line, so that a difference between versions can be read.
    print("{" + json.dumps("source") + ":" + json.dumps(arguments.source) + ",")
    for part, entries in (("kinds", kinds), ("types", compactor.types)):
        lines = [json.dumps(key) + ":" + json.dumps(entries[key], separators=(",", ":")) for key in sorted(entries)]
        print(json.dumps(part) + ":{\n" + ",\n".join(lines) + ("\n}," if part == "kinds" else "\n}"))
    print("}")


if __name__ == "__main__":
    main()
