#!/usr/bin/env bash
# A digest of all sources that the prebuilt programs are made of, to see whether they are up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

find wit sdk/js inferlets/ts \( -name target -o -name node_modules -o -name prebuilt -o -name test \) -prune -o \
  \( -name '*.ts' -o -name '*.wit' -o -name '*.mjs' -o -name package.json \) ! -name host.d.ts -print | LC_ALL=C sort |
  while read -r file; do
    printf '%s  %s\n' "$(sha256sum < "$file" | cut -d' ' -f1)" "$file"
  done | sha256sum | cut -d' ' -f1
