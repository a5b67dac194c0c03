"""A CA of a test's own, made with openssl, and what it signs."""
import datetime
import subprocess

CONFIGURATION = """
[ca]
default_ca = this
[this]
database = {folder}/index
new_certs_dir = {folder}
default_md = sha256
rand_serial = yes
unique_subject = no
policy = any
[any]
commonName = optional
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[leaf]
basicConstraints = critical, CA:FALSE
{more}
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def stamp(seconds):
    """Seconds from now, as openssl's ca has times."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime("%Y%m%d%H%M%SZ")


class Authority:
    def __init__(self, folder, name="ca", parent=None, begin=-3600, end=3600):
        self.folder = folder / name
        self.folder.mkdir(parents=True)
        (self.folder / "index").touch()
        self.certificate, self.key = self.folder / "ca.crt", self.folder / "ca.key"
        self.issue("ca", f"/CN={name}", "authority", parent or self, begin, end)

    @property
    def pem(self):
        return self.certificate.read_text()

    def issue(self, name, subject, section, issuer, begin, end, more=""):
        """NAME.crt and NAME.key in this CA's folder, signed by issuer."""
        key, request, certificate = (self.folder / f"{name}.{ending}" for ending in ("key", "csr", "crt"))
        configuration = self.folder / "configuration"
        configuration.write_text(CONFIGURATION.format(folder=issuer.folder, more=more))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                "-keyout", key, "-out", request)
        signer = ["-selfsign", "-keyfile", key] if section == "authority" and issuer is self else \
                 ["-cert", issuer.certificate, "-keyfile", issuer.key]
        openssl("ca", "-batch", "-notext", "-config", configuration, "-extensions", section, *signer, "-in", request,
                "-out", certificate, "-startdate", stamp(begin), "-enddate", stamp(end))
        return certificate, key

    def sign(self, name, subject=None, purpose="clientAuth", names="", begin=-3600, end=3600):
        """The paths of a certificate and of its key."""
        more = (f"extendedKeyUsage = {purpose}\n" if purpose else "") + (f"subjectAltName = {names}\n" if names else "")
        return self.issue(name, subject or f"/CN={name}", "leaf", self, begin, end, more)
