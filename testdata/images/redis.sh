#!/bin/sh
# Makes an image with the Redis server that is installed on this machine from Debian's packages, for machines without a
# registry. Everybody else just names redis:7. Like that one it listens on all interfaces at 6379 and takes arguments after
# `redis-server`.
#
#   testdata/images/redis.sh [NAME]        default: failwell/redis:sample, which is printed at the end
set -eu
export LC_ALL=C

server=$(command -v redis-server || true)
if [ -z "$server" ]; then
    echo "redis.sh: there is no redis-server here: apt-get install redis-server" >&2
    exit 2
fi
name=${1:-failwell/redis:sample}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/usr/bin" "$root/etc" "$root/data"
cp -L "$server" "$root/usr/bin/redis-server"
ldd "$server" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\).*/\1/p' | sort -u |
    while read -r lib; do
        mkdir -p "$root$(dirname "$lib")"
        cp -L "$lib" "$root$lib"
    done
echo 'redis:x:999:999::/data:/bin/false' >"$root/etc/passwd"
chmod 777 "$root/data"

tar -C "$root" --owner=0 --group=0 --numeric-owner -cf "$work/image.tar" .
docker import --change 'ENV PATH=/usr/bin' --change 'USER 999:999' --change 'WORKDIR /data' --change 'EXPOSE 6379' \
    --change 'CMD ["redis-server", "--protected-mode", "no"]' --change 'LABEL failwell.testdata=redis' \
    "$work/image.tar" "$name" >/dev/null
echo "$name"
