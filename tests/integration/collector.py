"""A collector of OpenTelemetry that keeps what it is sent, for tests."""
import http.server
import json
import threading

from serving import until


class Collector:
    """OTLP over HTTP in JSON on a free port; use with `with`. Answers what `statuses` says, then 200."""

    def __init__(self, statuses=()):
        self.requests = []  # (path, headers, body)
        self.statuses = list(statuses)
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = collector.statuses.pop(0) if collector.statuses else 200
                collector.requests.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def bodies(self, path):
        return [body for at, _, body in list(self.requests) if at == path]

    @property
    def spans(self):
        return [span for body in self.bodies("/v1/traces") for resource in body["resourceSpans"]
                for scope in resource["scopeSpans"] for span in scope["spans"]]

    def wait_for_spans(self, count, process):
        until(lambda: len(self.spans) >= count, f"{count} spans", process)
        return self.spans


def attributes(holder):
    """Of a span, a resource or a point, as a dict."""
    return {each["key"]: value for each in holder["attributes"] for value in each["value"].values()}
