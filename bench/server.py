"""One webhook server under test: started on its own core, asked, loaded with wrk, measured."""
import contextlib
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 30  # seconds until a server must be ready
ATTEMPT = 0.0005  # seconds until one that does not answer is asked again
CLIENT = ssl.create_default_context()
CLIENT.check_hostname, CLIENT.verify_mode = False, ssl.CERT_NONE

# Server and client each have a core, so that neither takes the other's time.
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = str(CORES[0]), str(CORES[-1])


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def on_core(core):
    """Who is started meanwhile stays there; taskset would take a millisecond of each start."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(core)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@contextlib.contextmanager
def undisturbed():
    """Meanwhile this process stays off the server's core, but for the moment in which it starts one
    there, and neighbours off its own where the system lets us: a start is so short that one of them
    doubles it. The server is scheduled as anywhere."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    with contextlib.suppress(PermissionError):
        if CLIENT_CORE != SERVER_CORE:
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, cores)


class Server:
    """{port} and {health} in the command are replaced. Without {health}, ready is when the TLS
    port takes connections."""

    def __init__(self, name, command):
        self.name = name
        self.port, self.health = free_port(), free_port()
        words = [str(word) for word in command]
        self.has_health = any("{health}" in word for word in words)
        self.command = [word.replace("{port}", str(self.port)).replace("{health}", str(self.health)) for word in words]
        self.process = None
        self.log = tempfile.TemporaryFile()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *ignored):
        self.stop()

    def start(self):
        """Returns the milliseconds from starting the process to its first readiness, by the clock and
        of CPU; the second is what a neighbour on the machine disturbs least."""
        return self.start_until(self.is_ready)

    def start_until_answer(self, review, path):
        """The same to the first review that is answered, on a connection that is new."""
        def is_answered():
            try:
                return b" 200 OK\r\n" in self.ask(review, path)[:20]
            except OSError:
                time.sleep(ATTEMPT)
                return False
        return self.start_until(is_answered)

    def start_until(self, is_there):
        with on_core(SERVER_CORE):
            started = time.perf_counter()
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                            stderr=self.log)
        while not is_there():
            if self.process.poll() is not None or time.perf_counter() - started > PATIENCE:
                self.stop()
                self.log.seek(0)
                sys.exit(f"bench: {self.name} did not start: {self.log.read().decode()[-500:]}")
        return (time.perf_counter() - started) * 1e3, self.cpu() * 1e3

    def is_ready(self):
        try:
            with socket.create_connection(("127.0.0.1", self.health if self.has_health else self.port), 1) as link:
                if not self.has_health:
                    return True
                link.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return link.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def cpu(self):
        """Seconds of CPU time of all threads so far. schedstat counts nanoseconds where stat counts
        ticks of ten milliseconds, too coarse for a start."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self):
        """Resident megabytes."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def ask(self, review, path):
        """One answer, to see that it is the wanted one before it is asked a million times."""
        body = review.read_bytes()
        # The request goes at once behind the end of the handshake, as from Go and curl.
        with socket.create_connection(("127.0.0.1", self.port), 5) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self.converse(CLIENT.wrap_socket(link), path, body)

    @staticmethod
    def converse(tls, path, body):
        with tls:
            tls.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            parts = []
            try:
                while part := tls.recv(65536):
                    parts.append(part)
            except ssl.SSLError:
                pass
        return b"".join(parts)

    def load(self, review, path, seconds, connections=16):
        """Runs wrk; adds the server's CPU microseconds for each request."""
        before, started = self.cpu(), time.perf_counter()
        run = subprocess.run(
            ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
             "-s", HERE / "post.lua", f"https://127.0.0.1:{self.port}{path}"],
            env=dict(os.environ, REVIEW=str(review)), capture_output=True, text=True, check=False)
        used, wall = self.cpu() - before, time.perf_counter() - started
        answer = [line for line in run.stdout.splitlines() if line.startswith("{")]
        if not answer:
            sys.exit(f"bench: wrk said {run.stdout}{run.stderr}")
        result = json.loads(answer[0])
        if result["errors"] or result["requests"] == 0:
            sys.exit(f"bench: {self.name} gave {result['errors']} errors in {result['requests']} requests")
        result["rate"] = result["requests"] / result["microseconds"] * 1e6
        result["cpu"] = used / result["requests"] * 1e6
        result["core"] = used / wall
        return result
