#!/usr/bin/env bash
# Makes the peer of `./pie bench engine --against llama.cpp`: llama-cpp.sh FOLDER pypi|npm
# Prints the program and, for npm, the folder of its backends: a line each. What it makes stays in FOLDER (bench/target).
#   pypi  llama.cpp as the source distribution of its Python package has it, built for this machine (minutes)
#   npm   the libraries of the prebuilt npm package of node-llama-cpp, with the headers of the above
# Needs python3 with pip, a C compiler, and cmake (pypi) or npm (npm).
set -euo pipefail
folder=$1 source=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
python_version=0.3.36
npm_version=3.22.1
program=$folder/llama_peer-$source
log=$folder/$source.log
sdist=$folder/llama_cpp_python-$python_version
llama=$sdist/vendor/llama.cpp

need() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "llama-cpp.sh: $tool is needed and not there" >&2; exit 1; }
  done
}

failed() {
  echo "llama-cpp.sh: $1 failed; the log is $log" >&2
  exit 1
}

sources() {
  [ -d "$llama" ] && return
  need python3
  (cd "$folder" && python3 -m pip download --no-deps --no-binary llama-cpp-python "llama-cpp-python==$python_version" &&
    tar xzf "llama_cpp_python-$python_version.tar.gz") >>"$log" 2>&1 || failed "the download of llama-cpp-python"
}

# Threads are a pool of ours (as in llama-bench), so OpenMP is left out.
built_from_sources() {
  [ -e "$folder/build/made" ] && return
  need cmake cc c++
  echo "llama-cpp.sh: building llama.cpp, some minutes; the log is $log" >&2
  (cmake -S "$llama" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DGGML_OPENMP=OFF -DBUILD_SHARED_LIBS=ON \
    -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF &&
    nice -n 19 cmake --build "$folder/build" --target llama -j "$(getconf _NPROCESSORS_ONLN)") >>"$log" 2>&1 || failed "the build"
  touch "$folder/build/made"
}

prebuilt() {
  packages=("$folder"/npm/node_modules/@node-llama-cpp/*/bins/*/)
  [ -d "${packages[0]}" ] && return
  need npm node
  mkdir -p "$folder/npm"
  npm install --prefix "$folder/npm" --ignore-scripts --no-save \
    "@node-llama-cpp/$(node -p 'process.platform + "-" + process.arch')@$npm_version" >>"$log" 2>&1 || failed "npm"
  packages=("$folder"/npm/node_modules/@node-llama-cpp/*/bins/*/)
}

driver() {
  [ "$program" -nt "$here/llama_peer.c" ] && return
  need cc
  cc -O2 -I"$llama/include" -I"$llama/ggml/include" "$here/llama_peer.c" -o "$program" "$@" >>"$log" 2>&1 || failed "the driver"
}

mkdir -p "$folder"
sources
case $source in
  pypi)
    built_from_sources
    driver -L"$folder/build/bin" -lllama -lggml -lggml-base -Wl,-rpath,"$folder/build/bin"
    echo "$program"
    ;;
  npm)
    prebuilt
    libraries=${packages[0]%/}
    driver "$libraries"/libllama.*so* "$libraries"/libggml.*so* "$libraries"/libggml-base.so -Wl,-rpath,"$libraries"
    echo "$program"
    echo "$libraries"
    ;;
  *)
    echo "llama-cpp.sh: no source is called '$source'" >&2
    exit 2
    ;;
esac
