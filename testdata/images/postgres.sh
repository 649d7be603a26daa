#!/bin/sh
# Makes an image with a PostgreSQL server out of the Debian packages that are installed on this machine, for machines without
# a registry. Everybody else just names postgres:17. It takes what that image takes: POSTGRES_USER, POSTGRES_PASSWORD,
# POSTGRES_DB, PGDATA, and arguments after `postgres`. It runs as an unprivileged user.
#
#   testdata/images/postgres.sh [NAME]        default: failwell/postgres:VERSION, which is printed at the end
set -eu
export LC_ALL=C

bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
if [ ! -x "$bin/initdb" ] || [ ! -x "$bin/postgres" ]; then
    echo "postgres.sh: no PostgreSQL server in /usr/lib/postgresql: apt-get install postgresql" >&2
    exit 2
fi
home=$(dirname "$bin")
version=$(basename "$home")
name=${1:-failwell/postgres:$version}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/etc" "$root/bin" "$root/docker-entrypoint-initdb.d" "$root$bin" "$root$home/lib" "$root/usr/share/zoneinfo"

# the server, without what compiles queries: that alone is larger than all the rest
cp "$bin/initdb" "$bin/postgres" "$bin/psql" "$root$bin/" 2>/dev/null || cp "$bin/initdb" "$bin/postgres" "$root$bin/"
(cd "$home/lib" && tar -c --exclude='llvm*' --exclude=bitcode --exclude=pgxs .) | tar -x -C "$root$home/lib"
share=/usr/share/postgresql/$version
mkdir -p "$root$share"
(cd "$share" && tar -c --exclude=man --exclude=locale --dereference .) | tar -x -C "$root$share"
for zone in UTC Etc; do
    if [ -e "/usr/share/zoneinfo/$zone" ]; then cp -r "/usr/share/zoneinfo/$zone" "$root/usr/share/zoneinfo/"; fi
done
cp -L /bin/sh "$root/bin/sh"

# all shared libraries that any of it needs
find "$root$bin" "$root$home/lib" "$root/bin" -type f \( -perm -u+x -o -name '*.so*' \) -exec ldd {} + 2>/dev/null |
    sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\).*/\1/p' | sort -u |
    while read -r lib; do
        mkdir -p "$root$(dirname "$lib")"
        cp -L "$lib" "$root$lib"
    done

echo 'root:x:0:0::/:/bin/sh
postgres:x:999:999::/var/lib/postgresql:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:
postgres:x:999:' >"$root/etc/group"
cat >"$root/entrypoint" <<'END'
#!/bin/sh
# Makes the data folder if there is none, then becomes the server.
set -eu
: "${PGDATA:=/var/lib/postgresql/data}" "${POSTGRES_USER:=postgres}"
if [ "${1:-postgres}" != postgres ]; then exec "$@"; fi
[ $# -eq 0 ] || shift
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "POSTGRES_PASSWORD is not set" >&2
        exit 1
    fi
    echo "$POSTGRES_PASSWORD" >/tmp/password
    initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 \
        --encoding=UTF8 --no-locale --no-sync --no-instructions
    : >/tmp/password
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    if [ "${POSTGRES_DB:-$POSTGRES_USER}" != postgres ]; then
        echo "create database \"${POSTGRES_DB:-$POSTGRES_USER}\";" | postgres --single -D "$PGDATA" -j postgres >/dev/null
    fi
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp "$@"
END
chmod 755 "$root/entrypoint"

tar -C "$root" --owner=0 --group=0 --numeric-owner -cf "$work/image.tar" .
mkdir -p "$work/own/tmp" "$work/own/var/lib/postgresql/data"
chmod 1777 "$work/own/tmp"
chmod 700 "$work/own/var/lib/postgresql/data"
tar -C "$work/own" --owner=999 --group=999 --numeric-owner -rf "$work/image.tar" ./tmp ./var/lib/postgresql

docker import \
    --change "ENV PATH=$bin:/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data" \
    --change 'USER 999:999' --change 'EXPOSE 5432' \
    --change 'ENTRYPOINT ["/entrypoint"]' --change 'CMD ["postgres"]' --change 'LABEL failwell.testdata=postgres' \
    "$work/image.tar" "$name" >/dev/null
echo "$name"
