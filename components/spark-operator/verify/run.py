"""Hands in a SparkApplication, waits for its end, shows what the driver said, and takes it away again."""
import json
import os
import pathlib
import ssl
import sys
import time
import urllib.error
import urllib.request
import uuid

ACCOUNT = pathlib.Path("/var/run/secrets/kubernetes.io/serviceaccount")
TLS = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
NAMESPACE = os.environ["POD_NAMESPACE"]
APPLICATIONS = f"/apis/sparkoperator.k8s.io/v1beta2/namespaces/{NAMESPACE}/sparkapplications"
NAME = "verify-" + uuid.uuid4().hex[:8]


def ask(path, method="GET", body=None):
    request = urllib.request.Request("https://kubernetes.default.svc" + path, method=method, data=json.dumps(body).encode() if body else None,
                                     headers={"Authorization": "Bearer " + (ACCOUNT / "token").read_text(), "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30, context=TLS) as answer:
        return answer.read().decode()


def application():
    # image, lake, event log and the rest come from spark-defaults.conf
    return {
        "apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": {"datamill.dev/component": "spark-operator"}},
        "spec": {
            "type": "Python", "pythonVersion": "3", "mode": "cluster", "sparkVersion": "4.3.0",
            "mainApplicationFile": "local:///opt/spark/examples/src/main/python/pi.py",
            "restartPolicy": {"type": "Never"},
            "driver": {"serviceAccount": os.environ["JOB_ACCOUNT"], "cores": 1, "coreRequest": "100m", "memory": "512m"},
            "executor": {"instances": 1, "cores": 1, "coreRequest": "100m", "memory": "512m"},
        },
    }


def state():
    return json.loads(ask(f"{APPLICATIONS}/{NAME}")).get("status", {})


ask(APPLICATIONS, "POST", application())
try:
    deadline = time.monotonic() + 300
    while (status := state()).get("applicationState", {}).get("state") not in ("COMPLETED", "FAILED"):
        if time.monotonic() > deadline:
            sys.exit(f"not done after five minutes: {status}")
        time.sleep(2)
    driver = status["driverInfo"]["podName"]
    log = ask(f"/api/v1/namespaces/{NAMESPACE}/pods/{driver}/log?tailLines=400")
    if status["applicationState"]["state"] != "COMPLETED":
        sys.exit(f"it failed: {status['applicationState'].get('errorMessage', '')}\n{log[-4000:]}")
    print(next((line for line in log.splitlines() if line.startswith("Pi is")), "no result in the log"))
    print(f"{status['sparkApplicationId']} completed")
finally:
    ask(f"{APPLICATIONS}/{NAME}", "DELETE")
