#!/usr/bin/env bash
# Builds all inferlets here and the SDK's examples and puts them, and a digest of what they are made of, in prebuilt/; but
# those over a megabyte, which the repository does not keep.
# Takes Rust with the target wasm32-wasip2 (rustup target add wasm32-wasip2).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The programs tell places in their sources when they panic, not where these lay.
root=$(cd ../.. && pwd)
export RUSTFLAGS="--remap-path-prefix=$root=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
cargo build --release --target wasm32-wasip2
mkdir -p prebuilt
for folder in */src; do
  name=${folder%/src}
  built=target/wasm32-wasip2/release/${name//-/_}.wasm
  [ "$(stat -c %s "$built" 2>/dev/null || stat -f %z "$built")" -gt 1000000 ] || cp "$built" "prebuilt/$name.wasm"
done
(cd ../../sdk/rust && cargo build --release --target wasm32-wasip2 -p examples)
cp ../../sdk/rust/target/wasm32-wasip2/release/examples.wasm prebuilt/
./digest.sh > prebuilt/sources.sha256
