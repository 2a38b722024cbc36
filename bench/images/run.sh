#!/usr/bin/env bash
# Measures the images: each built cold into an empty DATAMILL_HOME, then everything once more warm.
#   bench/images/run.sh [NAME…]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
DATAMILL_HOME=$(mktemp -d); export DATAMILL_HOME
trap 'rm -rf "$DATAMILL_HOME"' EXIT
measure() { # what, command…
  local what=$1 begun; shift; begun=$(date +%s%N)
  "$@" > /dev/null
  printf '%-12s %8d ms\n' "$what" $(( ($(date +%s%N) - begun) / 1000000 ))
}
measure cold "$root/datamill" images build "$@"
measure warm "$root/datamill" images build "$@"
"$root/datamill" images list | grep built
