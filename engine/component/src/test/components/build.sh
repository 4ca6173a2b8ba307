#!/bin/sh
# Makes the binaries of the components beside this file from their texts: cargo install wasm-tools
cd "$(dirname "$0")" || exit 1
for text in *.wat; do
  wasm-tools parse "$text" -o "${text%.wat}.wasm" || exit 1
done
