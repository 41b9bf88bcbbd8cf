# SPDX-License-Identifier: BSD-2-Clause
"""A web server on loopback that takes pages, with a certificate of a CA of its own, and fails as its path says."""
import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import threading


def make_certificates(folder):
    """ca.pem, and NAME.pem with its key of three servers: good, other (not our CA's), name (for another host)."""
    def run(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def make_ca(name):
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.pem", "-days", "2", "-subj", f"/CN={name}")

    make_ca("ca")
    make_ca("stranger")
    for name, issuer, host in (("good", "ca", "IP:127.0.0.1,DNS:localhost"), ("other", "stranger", "IP:127.0.0.1"),
                               ("name", "ca", "DNS:else.example")):
        with open(os.path.join(folder, "extensions"), "w", encoding="ascii") as file:
            file.write(f"subjectAltName={host}\n")
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out",
            f"{name}.csr", "-subj", "/CN=server")
        run("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial",
            "-days", "2", "-extfile", "extensions", "-out", f"{name}.crt")
        with open(os.path.join(folder, f"{name}.pem"), "wb") as out:
            for part in (f"{name}.crt", f"{name}.key"):
                with open(os.path.join(folder, part), "rb") as file:
                    out.write(file.read())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append(("GET", self.path, None, {}))
        self.send_error(405)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(("POST", self.path, body, dict(self.headers.items())))
        status, headers, answer = self.server.answers.get(self.path, (202, {}, b'{"status":"success"}'))
        if answer == "hang":
            self.server.released.wait()
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer in ("endless", "endless header"):
            self.flood(answer == "endless header")
            return
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def flood(self, in_header):
        """Until nobody reads any more; counted."""
        self.close_connection = True
        if not in_header:
            self.end_headers()
        piece = (b"X-Flood: " if in_header else b"") + b"x" * 1000 + b"\r\n"
        try:
            self.flush_headers()
            for _ in range(1_000_000):
                self.wfile.write(piece)
                self.server.n_flooded += len(piece)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """`answers`: path → (status, headers, body, or what it does instead: "hang", "endless", "endless header"); `seen`:
    (method, path, body, headers) of each request."""
    daemon_threads = True

    def __init__(self, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {}
        self.seen = []
        self.n_flooded = 0
        self.released = threading.Event()
        self.context = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def finish_request(self, request, client_address):
        """The handshake in the connection's own thread."""
        if self.context is None:
            super().finish_request(request, client_address)
            return
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, *_):
        pass

    @property
    def url(self):
        return f"{'http' if self.context is None else 'https'}://127.0.0.1:{self.server_address[1]}"

    def bodies(self, path):
        return [json.loads(body) for method, seen_path, body, _ in self.seen if (method, seen_path) == ("POST", path)]

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()


def signature(key, body):
    return "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
