"""Applies the definitions in a folder server-side, leaves alone those that somebody else looks after, and waits until they are served."""
import json
import pathlib
import ssl
import sys
import time
import urllib.error
import urllib.request

ACCOUNT = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")
API = "https://kubernetes.default.svc/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
TLS = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
MANAGER = "datamill"


def ask(name, method="GET", body=None, query=""):
    request = urllib.request.Request(API + name + query, data=body, method=method, headers={
        "Authorization": "Bearer " + (ACCOUNT / "token").read_text(),
        "Accept": "application/json",
        "Content-Type": "application/apply-patch+yaml"})
    with urllib.request.urlopen(request, timeout=30, context=TLS) as answer:
        return json.load(answer)


def present(name):
    try:
        return ask(name)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def served(definition):
    return any(c["type"] == "Established" and c["status"] == "True" for c in definition.get("status", {}).get("conditions", []))


names = []
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
    text = file.read_text()
    name = next(line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("  name:"))
    names.append(name)
    there = present(name)
    owners = {field["manager"] for field in there["metadata"].get("managedFields", []) if not field.get("subresource")} if there else set()
    if there and MANAGER not in owners:
        print(f"{name}: {', '.join(sorted(owners)) or 'somebody else'} looks after it, left as it is")
        continue
    ask(name, "PATCH", text.encode(), f"?fieldManager={MANAGER}&force=true")
    print(f"{name}: applied")

deadline = time.monotonic() + 60
while waiting := [name for name in names if not served(present(name) or {})]:
    if time.monotonic() > deadline:
        sys.exit("not served after a minute: " + ", ".join(waiting))
    time.sleep(1)
