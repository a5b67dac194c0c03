"""A webhook that allows everything and keeps the last CREATE review of each path: FOLDER/mutate.json,
FOLDER/validate.json. Serves with FOLDER/tls.crt and tls.key, and writes its port to FOLDER/port."""
import http.server
import json
import pathlib
import ssl
import sys

folder = pathlib.Path(sys.argv[1])


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        review = json.loads(body)
        if review["request"]["operation"] == "CREATE":
            (folder / (self.path.strip("/").partition("?")[0] + ".json")).write_bytes(body)
        answer = json.dumps({
            "apiVersion": review["apiVersion"], "kind": "AdmissionReview",
            "response": {"uid": review["request"]["uid"], "allowed": True}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
(folder / "port").write_text(str(server.server_port))
server.serve_forever()
