#!/usr/bin/env bash
# Builds all inferlets here: build.sh, or build.sh NAME... Those that the tests need are put, with a digest of what they are made
# of, in prebuilt/; the others in target/. Takes Node 20 or newer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

prebuilt="text-completion agent-react"
sdk=../../sdk/js
[ -d "$sdk/node_modules/componentize-qjs" ] || npm install --prefix "$sdk" --no-package-lock --no-audit --no-fund
mkdir -p prebuilt target
(cd "$sdk" && npm run --silent check)
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(*.ts)
for name in "${names[@]}"; do
  name=${name%.ts}
  folder=target
  [[ " $prebuilt " != *" $name "* ]] || folder=prebuilt
  node "$sdk/build.mjs" "$name.ts" "$folder/$name.wasm"
done
[ $# -gt 0 ] || ./digest.sh > prebuilt/sources.sha256
