#!/bin/sh
# Makes an image with the nginx that is installed on this machine from Debian's packages, for machines without a registry.
# Everybody else just names nginx:1.27.
#
#   testdata/images/nginx.sh [NAME]        default: failwell/nginx:sample, which is printed at the end
set -eu
export LC_ALL=C

nginx=$(command -v nginx || echo /usr/sbin/nginx)
if [ ! -x "$nginx" ]; then
    echo "nginx.sh: there is no nginx here: apt-get install nginx-light" >&2
    exit 2
fi
name=${1:-failwell/nginx:sample}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/usr/sbin" "$root/etc" "$root/tmp" "$root/var/log/nginx" "$root/var/lib/nginx"
cp "$nginx" "$root/usr/sbin/nginx"
ldd "$nginx" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\).*/\1/p' | sort -u |
    while read -r lib; do
        mkdir -p "$root$(dirname "$lib")"
        cp -L "$lib" "$root$lib"
    done
# names are looked up in /etc/hosts and by DNS
for lib in $(ldconfig -p | sed -n 's/.*=> \(.*libnss_\(files\|dns\)\.so\.2\)$/\1/p'); do
    mkdir -p "$root$(dirname "$lib")"
    cp -L "$lib" "$root$lib"
done
echo 'root:x:0:0::/:/bin/false
nobody:x:65534:65534::/:/bin/false
www-data:x:33:33::/:/bin/false' >"$root/etc/passwd"
echo 'root:x:0:
nogroup:x:65534:
www-data:x:33:' >"$root/etc/group"

tar -C "$root" --owner=0 --group=0 --numeric-owner -cf "$work/image.tar" .
docker import --change 'ENV PATH=/usr/sbin' --change 'ENTRYPOINT ["/usr/sbin/nginx"]' \
    --change 'LABEL failwell.testdata=nginx' "$work/image.tar" "$name" >/dev/null
echo "$name"
