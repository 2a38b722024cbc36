"""What a person does on the first day: a wrong password, the right one, a notebook, and a cell. Leaves no notebook behind."""
import asyncio
import json
import os
import pathlib
import sys
import time
import uuid

import requests
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

HUB, USER = os.environ["HUB"], "verify"
API = f"{HUB}/hub/api/users/{USER}"
browser = requests.Session()


def check(truth, complaint):
    if not truth:
        sys.exit(complaint)


def log_in(password):
    browser.get(f"{HUB}/hub/login", timeout=30)
    return browser.post(f"{HUB}/hub/login", allow_redirects=False, timeout=30, data={
        "username": USER, "password": password, "_xsrf": browser.cookies.get("_xsrf", path="/hub/")})


def wait_for(state, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        user = requests.get(API, headers=token, timeout=30).json()
        server = user.get("servers", {}).get("")
        if state(server):
            return server
        time.sleep(0.5)
    sys.exit(f"the notebook is not as awaited after {seconds} s: {server}")


async def run(kernel, code):
    socket = await websocket_connect(HTTPRequest(f"{HUB.replace('http', 'ws', 1)}/user/{USER}/api/kernels/{kernel}/channels", headers=token))
    message = {"header": {"msg_id": uuid.uuid4().hex, "username": USER, "session": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3"},
               "parent_header": {}, "metadata": {}, "content": {"code": code, "silent": False}, "channel": "shell", "buffers": []}
    await socket.write_message(json.dumps(message))
    output = ""
    while True:
        answer = json.loads(await asyncio.wait_for(socket.read_message(), 90))
        if answer.get("parent_header", {}).get("msg_id") != message["header"]["msg_id"]:
            continue
        if answer["msg_type"] == "stream":
            output += answer["content"]["text"]
        elif answer["msg_type"] == "error":
            output += "\n".join(answer["content"]["traceback"])
        elif answer["msg_type"] == "execute_reply":
            return answer["content"]["status"], output


check(log_in("not-the-password").status_code == 403, "a wrong password was not refused")
check(log_in(os.environ["USER_PASSWORD"]).status_code == 302, "the password was refused")
browser.get(f"{HUB}/hub/home", timeout=30)
answer = browser.post(f"{API}/tokens", json={"note": "verify", "expires_in": 900}, timeout=30,
                      headers={"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/")})
check(answer.status_code == 201, f"no token: {answer.status_code} {answer.text}")
token = {"Authorization": "token " + answer.json()["token"]}

requests.delete(f"{API}/server", headers=token, timeout=60)
wait_for(lambda server: server is None, 90)
started = time.monotonic()
answer = requests.post(f"{API}/server", headers=token, timeout=60)
check(answer.status_code in (201, 202), f"no notebook: {answer.status_code} {answer.text}")
try:
    wait_for(lambda server: server and server["ready"], 240)
    print(f"the notebook was there after {time.monotonic() - started:.1f} s")
    answer = requests.post(f"{HUB}/user/{USER}/api/kernels", headers=token, json={"name": "python3"}, timeout=60)
    check(answer.status_code == 201, f"no kernel: {answer.status_code} {answer.text}")
    status, output = asyncio.run(run(answer.json()["id"], pathlib.Path(__file__).with_name("cell.py").read_text()))
    print(output.strip())
    check(status == "ok", "the cell failed")
    check("lake: flour" in output and "database: 42" in output, "the cell printed something else")
finally:
    requests.delete(f"{API}/server", headers=token, timeout=60)
