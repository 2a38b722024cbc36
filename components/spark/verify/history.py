"""Waits until the history server shows an application as completed."""
import json
import os
import sys
import time
import urllib.error
import urllib.request

application = sys.argv[1]
deadline = time.monotonic() + 60
while True:
    try:
        with urllib.request.urlopen(f"{os.environ['HISTORY']}/api/v1/applications/{application}", timeout=5) as answer:
            if json.load(answer)["attempts"][-1]["completed"]:
                print(f"{application} is in the history server")
                break
    except (urllib.error.URLError, TimeoutError) as failure:
        reason = failure
    else:
        reason = "it is not shown as completed"
    if time.monotonic() > deadline:
        sys.exit(f"{application} is not in the history server after a minute: {reason}")
    time.sleep(1)
