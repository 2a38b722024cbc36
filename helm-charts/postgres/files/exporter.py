"""PostgreSQL's statistics in Prometheus' text format, asked for at each scrape over the pod's own socket."""
import csv
import io
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# name, type, help, query: the first column is the value, the others are labels
METRICS = [
    ("pg_settings_max_connections", "gauge", "Connections that the server allows",
     "select setting as value from pg_settings where name = 'max_connections'"),
    ("pg_stat_activity_count", "gauge", "Connections by database and state",
     "select count(*) as value, datname, state from pg_stat_activity where datname is not null group by datname, state"),
    ("pg_stat_activity_max_tx_duration_seconds", "gauge", "Age of the oldest open transaction",
     "select coalesce(max(extract(epoch from now() - xact_start)), 0) as value from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'"),
    ("pg_database_size_bytes", "gauge", "Size on disk",
     "select pg_database_size(oid) as value, datname from pg_database where not datistemplate"),
    ("pg_stat_database_xact_commit_total", "counter", "Transactions committed",
     "select xact_commit as value, datname from pg_stat_database where datname is not null"),
    ("pg_stat_database_xact_rollback_total", "counter", "Transactions rolled back",
     "select xact_rollback as value, datname from pg_stat_database where datname is not null"),
    ("pg_stat_database_blks_hit_total", "counter", "Blocks found in memory",
     "select blks_hit as value, datname from pg_stat_database where datname is not null"),
    ("pg_stat_database_blks_read_total", "counter", "Blocks read from disk",
     "select blks_read as value, datname from pg_stat_database where datname is not null"),
    ("pg_stat_database_deadlocks_total", "counter", "Deadlocks",
     "select deadlocks as value, datname from pg_stat_database where datname is not null"),
    ("pg_stat_database_tup_written_total", "counter", "Rows inserted, updated or deleted",
     "select tup_inserted + tup_updated + tup_deleted as value, datname from pg_stat_database where datname is not null"),
    ("pg_postmaster_start_time_seconds", "gauge", "When the server started",
     "select extract(epoch from pg_postmaster_start_time()) as value"),
]
MARK = "--next--"


def escape(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def ask():
    script = "".join(f"{query};\n\\echo {MARK}\n" for _, _, _, query in METRICS)
    answer = subprocess.run(
        ["psql", "-X", "--csv", "-v", "ON_ERROR_STOP=1", "-h", "/socket", "-U", "monitor", "-d", "postgres"],
        input=script, capture_output=True, text=True, timeout=8, check=True).stdout
    return answer.split(MARK + "\n")


def render():
    lines = ["# HELP pg_up Whether the server answered", "# TYPE pg_up gauge"]
    try:
        answers = ask()
    except (subprocess.SubprocessError, OSError) as failure:
        print(f"no answer: {getattr(failure, 'stderr', None) or failure}", flush=True)
        return "\n".join(lines + ["pg_up 0", ""])
    lines.append("pg_up 1")
    for (name, kind, help_text, _), answer in zip(METRICS, answers):
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
        for row in csv.DictReader(io.StringIO(answer)):
            labels = ",".join(f'{k}="{escape(v)}"' for k, v in row.items() if k != "value")
            lines.append(f"{name}{{{labels}}} {row['value']}" if labels else f"{name} {row['value']}")
    return "\n".join(lines + [""])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        known = {"/metrics": render, "/healthz": lambda: "ok\n"}.get(self.path)
        body = (known() if known else "see /metrics\n").encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("", 9187), Handler).serve_forever()
