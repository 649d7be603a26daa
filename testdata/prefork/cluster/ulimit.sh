#!/bin/sh
# What a cluster of Node does by itself under a plain ulimit, as in production: ./ulimit.sh rr stays dead, ./ulimit.sh none serves on.
cd "$(dirname "$0")" || exit
export NODE_CLUSTER_SCHED_POLICY="${1:-rr}" PRICES_URL=http://127.0.0.1:22632 PORT=22631
sh -c 'ulimit -n 40; exec node app.js' 2>/dev/null &
trap 'kill $!' EXIT
sleep 2
python3 - <<'P'
import socket, time
held = []
for _ in range(60):
    held.append(socket.create_connection(("127.0.0.1", 22631), timeout=1))
    time.sleep(0.01)  # faster ones fill the primary before its workers
time.sleep(2)
for s in held: s.close()
P
sleep 1
for n in 1 2 3; do curl -s -m 3 -o /dev/null -w 'after: %{http_code}\n' http://127.0.0.1:22631/livez; done
