#!/bin/sh
# certificates.sh FOLDER NAME...: an authority, one certificate for all nodes, which go by these names, and one for admin.
set -eu
folder=$1
shift
names=DNS:localhost,IP:127.0.0.1
for name in "$@"; do names="$names,DNS:$name"; done
umask 077
mkdir -p "$folder"
cd "$folder"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=searchkit-authority -keyout authority.key -out authority.pem

signed() { # file, common name, extensions
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf '%b' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 825 -extfile "$1.ext" -out "$1.pem"
  rm "$1.csr" "$1.ext"
}

signed node searchkit-node "subjectAltName=$names\nextendedKeyUsage=serverAuth,clientAuth\n"
signed admin searchkit-admin "extendedKeyUsage=clientAuth\n"
chmod 644 authority.pem node.pem admin.pem
