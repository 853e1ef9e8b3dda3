"""The real service behind the proxies of docs/deploy, each started with its example.

Only ports, certificates and what an old version calls otherwise are replaced.
"""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.security_headers import SECURITY_HEADERS
from tests.service.web.servers import Server

DEPLOY = Path(__file__).parents[3] / "docs" / "deploy"
SECONDS = 60.0  # that anything may take
DRAWING = {"character": "一", "strokes": [{"x": [5, 50, 95], "y": [50, 49, 50]}]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With one thread, which one slow client could hold."""
    variables = {"WORKERS": "1", "THREADS": "1", "PROXIES": "1", "TRUSTED_HOSTS": "localhost"}
    named = {f"HITSUJUN_{name}": value for name, value in variables.items()}
    with Server(tmp_path_factory.mktemp("data"), **named) as server:
        yield server


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def port(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Where the proxy answers HTTPS."""
    program = shutil.which(request.param) or shutil.which(request.param, path="/usr/sbin")
    if program is None:
        pytest.skip(f"{request.param} is not installed")
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    start = nginx_command if request.param == "nginx" else caddy_command
    command, environ = start(program, folder, port, server.port)
    with (folder / "log").open("wb") as log:
        proxy = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        wait_until_open(port, proxy, folder / "log")
        yield port
    finally:
        proxy.terminate()
        proxy.wait(SECONDS)


def nginx_command(
    program: str, folder: Path, port: int, upstream: int
) -> tuple[list[str], dict[str, str] | None]:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    certificate, key = self_signed(folder)
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/etc/ssl/certs/kanji.pem": str(certificate),
        "/etc/ssl/private/kanji.key": str(key),
    }
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    main = "daemon off; master_process off; error_log stderr; events {}\n"
    main += f"pid {folder}/pid;\nhttp {{ access_log off;\n{paths}{changed(text, changes)}}}\n"
    (folder / "nginx.conf").write_text(main, "utf-8")
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"], None


def caddy_command(
    program: str, folder: Path, port: int, upstream: int
) -> tuple[list[str], dict[str, str] | None]:
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    ports = f"http_port {free_port()}\n https_port {port}"
    changes = {"{\n\tservers {": f"{{\n admin off\n skip_install_trust\n {ports}\n\tservers {{"}
    version = re.findall(r"\d+", subprocess.run([program, "version"], capture_output=True,
                         text=True, check=True).stdout)  # fmt: skip
    if [int(number) for number in version[:2]] < [2, 7]:  # as Debian 12 has it
        changes["request_buffers 64MB"] = "buffer_requests"
    (folder / "Caddyfile").write_text(changed(text, changes), "utf-8")
    environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    environ |= {"UPSTREAM": f"127.0.0.1:{upstream}"}
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    return command, environ


def changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert text.count(old) == 1, f"the example has no {old!r} to replace"
        text = text.replace(old, new)
    return text


def self_signed(folder: Path) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_open(port: int, proxy: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + SECONDS
    while True:
        assert proxy.poll() is None and time.monotonic() < end, log.read_text("utf-8")
        try:
            connected(port).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def connected(port: int) -> ssl.SSLSocket:
    """A connection of TLS; the certificate is nobody's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    try:
        return context.wrap_socket(plain, server_hostname="localhost")
    except OSError:
        plain.close()
        raise


def asked(port: int, method: str, path: str, body: object = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("localhost", port)
    connection.sock = connected(port)
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_a_drawing_is_graded_with_the_headers_of_both(port: int) -> None:
    answer = asked(port, "POST", "/v1/grade", DRAWING)
    assert answer.status == 200
    assert json.loads(answer.body)["verdict"] == "correct"  # type: ignore[attr-defined]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value


def test_the_counts_are_not_for_strangers(port: int) -> None:
    assert asked(port, "GET", "/metrics").status == 404


def test_a_slow_body_holds_no_thread_of_the_service(port: int) -> None:
    slow = [connected(port) for _ in range(8)]
    for one in slow:
        head = f"POST /v1/grade HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 1000\r\n"
        one.sendall(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
    assert asked(port, "GET", "/healthz").status == 200  # else it waits 10 s for each of them
    for one in slow:
        one.close()
