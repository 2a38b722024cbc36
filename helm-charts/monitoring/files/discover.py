"""Tells Prometheus what to scrape, in its HTTP service discovery format: Debian's build of it does not know Kubernetes.

/pods   pods of this namespace with prometheus.io/scrape: "true", at prometheus.io/port and /path
/nodes  the kubelets
"""
import json
import pathlib
import ssl
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ACCOUNT = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")
NAMESPACE = (ACCOUNT / "namespace").read_text()
TLS = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))


def ask(path):
    # the token is renewed now and then
    request = urllib.request.Request("https://kubernetes.default.svc" + path,
                                     headers={"Authorization": "Bearer " + (ACCOUNT / "token").read_text()})
    with urllib.request.urlopen(request, timeout=10, context=TLS) as answer:
        return json.load(answer)["items"]


def pods():
    for pod in ask(f"/api/v1/namespaces/{NAMESPACE}/pods?fieldSelector=status.phase%3DRunning"):
        said = pod["metadata"].get("annotations", {})
        address = pod["status"].get("podIP")
        if said.get("prometheus.io/scrape") != "true" or not address or pod["metadata"].get("deletionTimestamp"):
            continue
        address = f"[{address}]" if ":" in address else address
        name = pod["metadata"]["name"]
        yield f"{address}:{said.get('prometheus.io/port', '80')}", {
            "__metrics_path__": said.get("prometheus.io/path", "/metrics"),
            "component": pod["metadata"].get("labels", {}).get("datamill.dev/component", ""),
            "pod": name, "instance": name, "node": pod["spec"].get("nodeName", "")}


def nodes():
    for node in ask("/api/v1/nodes"):
        addresses = {a["type"]: a["address"] for a in node["status"]["addresses"]}
        name, port = node["metadata"]["name"], node["status"]["daemonEndpoints"]["kubeletEndpoint"]["Port"]
        yield f"{addresses.get('InternalIP', name)}:{port}", {"node": name, "instance": name}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = {"/pods": pods, "/nodes": nodes, "/healthz": list}.get(self.path)
        try:
            body = json.dumps([{"targets": [target], "labels": labels} for target, labels in known()]) if known else "[]"
            status = 200 if known else 404
        except OSError as failure:
            # Prometheus keeps what it was told last
            body, status = json.dumps(str(failure)), 503
            print(f"{self.path}: {failure}", flush=True)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", 9101), Handler).serve_forever()
