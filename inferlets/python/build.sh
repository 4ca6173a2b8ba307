#!/usr/bin/env bash
# Builds all inferlets here, or those named, to target/NAME.wasm: build.sh, or build.sh NAME... Takes Python 3.10 or newer.
# They are 19 MB each, nearly all of it the interpreter, so that none is kept in the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tool=target/venv/bin/componentize-py
if [ ! -x "$tool" ]; then
  python3 -m venv target/venv
  target/venv/bin/pip install --quiet componentize-py==0.25.1
fi
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(*.py)
for name in "${names[@]}"; do
  name=$(basename "$name" .py)
  name=${name//_/-}
  "$tool" -d ../../wit -w inferlet componentize -p . -p ../../sdk/python -o "target/$name.wasm" "${name//-/_}"
done
