#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reads of the API beside nginx that sends the same bytes from a file: requests a second in turns, and the latency at half of the load.
# Servers on the first core, wrk on the second. bench_api has filled FOLDER before.
#   beside_nginx.sh BENCH_API TRACKS FOLDER [ROUNDS]         SEGUE_PORT: where nginx listens
set -euo pipefail
bench=$1 tracks=$2 folder=$3 rounds=${4:-3} port=${SEGUE_PORT:-8080}
work=$(mktemp -d)
chmod 755 "$work"
server='' nginx=''
trap 'kill $server $nginx 2>/dev/null; wait; rm -rf "$work"' EXIT
mkfifo "$work/in"
SEGUE_BENCH_SERVE=1 taskset -c 0 "$bench" "$tracks" "$folder" 0 <"$work/in" >"$work/out" &
server=$!
exec 3>"$work/in"
for _ in $(seq 600); do grep -q Authorization "$work/out" && break; sleep 0.1; done
mapfile -t addresses < <(grep ^http "$work/out")
token=$(sed -n 's/.*Authorization: //p' "$work/out")
names=(album home list)
mkdir "$work/www"
for i in 0 1 2; do curl -sf -H "Authorization: $token" "${addresses[i]%% *}" -o "$work/www/${names[i]}.json"; done
cat >"$work/nginx.conf" <<CONF
daemon off; worker_processes 1; pid $work/pid; error_log $work/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  types { application/json json; }
  server { listen 127.0.0.1:$port; root $work/www; }
}
CONF
taskset -c 0 nginx -p "$work" -c "$work/nginx.conf" &
nginx=$!
for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/list.json" -o "$work/got" && break; sleep 0.1; done

load() { taskset -c 1 wrk -t1 -d2s -H "Authorization: $token" "$@"; }
rate() { load -c8 "$1" | sed -n 's/Requests\/sec: *//p'; }
# wrk waits five milliseconds before each request of a connection: so many connections make a rate.
echo 'function delay() return 5 end' >"$work/wait.lua"
for i in 0 1 2; do
  ours=${addresses[i]%% *} theirs=http://127.0.0.1:$port/${names[i]}.json
  cmp -s <(curl -s -H "Authorization: $token" "$ours") <(curl -s "$theirs") || echo "${names[i]}: the bytes differ"
  for _ in $(seq "$rounds"); do
    a=$(rate "$ours") b=$(rate "$theirs")
    echo "${names[i]} $(stat -c %s "$work/www/${names[i]}.json") bytes: $a/s, nginx $b/s, ratio $(echo "scale=2; $a / $b" | bc)"
  done
  connections=$(echo "$a * 0.5 * 0.0055 / 1" | bc)
  echo "${names[i]} at half load: $(load -c "$connections" --latency -s "$work/wait.lua" "$ours" | grep -E '50%|99%|Requests/sec' | tr -s ' \n' ' ')"
done
