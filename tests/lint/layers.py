"""Holds the include lines of src/ against the layers: they point down, or sideways where this table
says so. A library's header appears only in the folders that own it."""
import pathlib
import re
import sys

# folder: (layer, folders of the same layer it may include)
LAYERS = {
    "base": (0, ()),
    "json": (1, ()),
    "yaml": (1, ("json",)),
    "regex": (1, ()),
    "formats": (1, ("json", "regex")),
    "telemetry": (1, ("json",)),
    "cel": (2, ()),
    "schema": (2, ("cel",)),
    "http": (2, ()),
    "certs": (2, ()),
    "config": (2, ()),
    "registry": (3, ()),
    "conversion": (3, ()),
    "policy": (3, ("registry", "conversion")),
    "kube": (3, ()),
    "export": (3, ()),
    "admission": (4, ()),
    "explain": (4, ()),
    "operator": (4, ()),
    "provision": (4, ()),
    "check": (5, ()),
    "server": (5, ()),
    "operators": (5, ()),
    "manifests": (5, ()),
    "report": (6, ()),
    "serving": (6, ()),
    "cli": (7, ()),
    "main.c": (8, ()),
}

# The product: testable from a string of bytes, so it never sees a socket or a cluster.
PRODUCT = {"base", "json", "yaml", "regex", "formats", "telemetry", "cel", "schema", "registry",
           "conversion",
           "policy", "admission", "explain", "check", "report"}
OUTSIDE = {"http", "certs", "config", "kube", "export", "operator", "provision", "server"}

# Which folders may include a library's header.
LIBRARIES = {
    r"microhttpd\.h": {"server"},
    r"gnutls/.*": {"certs", "server"},
    r"openssl/.*": {"certs"},
    r"curl/.*": {"http"},
    r"simdjson\.h": {"json"},
    r"yaml\.h": {"yaml"},
    r"cyaml/.*": {"config"},
    r"re2/.*": {"regex"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def problem(folder, quote, target):
    if quote == "<":
        for pattern, owners in LIBRARIES.items():
            if re.fullmatch(pattern, target) and folder not in owners:
                return f"<{target}> belongs to {', '.join(sorted(owners))}"
        return None
    other = target.split("/")[0]
    if "/" not in target or other not in LAYERS:
        return f'"{target}" is not written from src/, or its folder is in no layer'
    if other == folder:
        return None
    layer, sideways = LAYERS[folder]
    if LAYERS[other][0] > layer or (LAYERS[other][0] == layer and other not in sideways):
        return f"{folder} (layer {layer}) may not include {other} (layer {LAYERS[other][0]})"
    if folder in PRODUCT and other in OUTSIDE:
        return f"{folder} is part of the product and may not include {other}"
    return None


def main():
    failures = 0
    source = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "src")
    for path in sorted(source.rglob("*")):
        if path.suffix not in (".c", ".h", ".cc"):
            continue
        folder = path.relative_to(source).parts[0]
        if folder not in LAYERS:
            print(f"{path}: {folder} is in no layer")
            failures += 1
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            reason = match and problem(folder, *match.groups())
            if reason:
                print(f"{path}:{number}: {reason}")
                failures += 1
    return failures > 0


sys.exit(main())
