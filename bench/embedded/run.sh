#!/usr/bin/env bash
# Measures the embedded cluster: run.sh [build]. With "build" the programs are built first, with empty caches.
# DATAMILL_EMBEDDED names the folder of the programs when they are built already. Run it as root.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/datamill-bench.XXXXXX")
node() { "$programs/datamill-node" "$@"; }
seconds() { local from; from=$(date +%s%N); "$@" >/dev/null; echo "$(( ($(date +%s%N) - from) / 10000000 ))" | sed 's/\(..\)$/.\1/; s/^\./0./'; }
clean() { [ ! -e "$work/cluster/node.json" ] || node destroy "$work/cluster"; chmod -R u+w "$work"; rm -rf "$work"; }
trap clean EXIT

build() {
    local version; version=$(sed -n 's/^require k8s.io\/kubernetes //p' "$root/k8s/embedded/go.mod")
    (cd "$root/k8s/embedded" && GOCACHE="$work/cache" CGO_ENABLED=0 GOFLAGS=-mod=readonly go build -trimpath -o "$programs/" \
        -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version -X k8s.io/client-go/pkg/version.gitVersion=$version" ./cmd/...)
}
if [ "${1:-}" = build ]; then
    programs=$work/programs; mkdir -p "$programs"
    (cd "$root/k8s/embedded" && go mod download)
    echo "cold build, modules fetched: $(seconds build) s"
else
    programs=${DATAMILL_EMBEDDED:?the folder of the programs, or give "build"}
fi

mkdir -p "$work/cluster"
echo '{"name":"bench"}' > "$work/cluster/node.json"
echo "machine: $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) before"
echo "start from nothing to node ready and names resolving: $(seconds node start "$work/cluster") s"
echo "halt: $(seconds node halt "$work/cluster") s"
echo "restart with kept state: $(seconds node start "$work/cluster") s"

pids() { node status "$work/cluster" | tr ',{}' '\n' | sed -n 's/^"\(watchdog\|node\|containerd\|dns\|etcd\|kube[a-z-]*\|storage\)":\([0-9]*\)$/\2/p' | sort -u; }
sum() { local total=0 value; for pid in $(pids); do value=$(awk -v key="$1:" '$1 == key {print $2}' "/proc/$pid/smaps_rollup"); total=$((total + value)); done; echo $((total / 1024)); }
ticks() { local total=0 value; for pid in $(pids); do value=$(awk '{print $14 + $15}' "/proc/$pid/stat"); total=$((total + value)); done; echo $total; }
sleep 60 # informers and leases settle
before=$(ticks); sleep 60; after=$(ticks)
echo "idle: $(awk "BEGIN {print ($after - $before) * 100 / $(getconf CLK_TCK) / 60}") % of one core"
echo "idle memory, shared pages counted once (PSS): $(sum Pss) MiB; resident sizes added up: $(sum Rss) MiB"
