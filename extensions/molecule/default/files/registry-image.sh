#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Build an image of the registry that is installed on this machine: registry-image.sh ENGINE IMAGE
# It needs no network and no base image: the program, the libraries that it loads, and a configuration.
set -euo pipefail
engine=$1 image=$2

program=$(PATH="$PATH:/usr/sbin" command -v docker-registry) || program=$(
    find "${XDG_CACHE_HOME:-$HOME/.cache}/regops-oci-registry" -path '*/usr/bin/docker-registry' -print -quit 2>/dev/null) || true
if [ -z "$program" ]; then
    echo "docker-registry is missing: python3 -m tests.support.install distribution2" >&2
    exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/root"
cp "$program" "$folder/root/registry"
for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    mkdir -p "$folder/root$(dirname "$library")"
    cp --dereference "$library" "$folder/root$library"
done
cat > "$folder/root/config.yml" <<END
version: 0.1
storage:
  filesystem: {rootdirectory: /data}
  delete: {enabled: true}
http: {addr: "127.0.0.1:0"}
END
cat > "$folder/Containerfile" <<END
FROM scratch
COPY root /
ENTRYPOINT ["/registry", "serve", "/config.yml"]
END
"$engine" build --quiet --tag "$image" --file "$folder/Containerfile" "$folder"
