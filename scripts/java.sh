# find_java: sets and exports JAVA_HOME to a JDK 25 or newer, whatever the default java is; sourced by pie and check.

java_major() {
  # The release file answers without starting a JVM.
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ "$(java_major "$1")" -ge 25 ] 2>/dev/null
}

java_candidates() {
  local java
  printf '%s\n' "${PIE_JAVA_HOME:-}" "${JAVA_HOME:-}"
  java=$(command -v javac 2>/dev/null) && dirname "$(dirname "$(readlink -f "$java" 2>/dev/null || echo "$java")")"
  ls -d /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* /opt/java/* /opt/*jdk* /usr/local/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec 2>/dev/null || true
}

find_java() {
  local candidate
  while IFS= read -r candidate; do
    if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done < <(java_candidates)
  {
    echo "pie4j needs a JDK 25 or newer and found none. Install one, or set JAVA_HOME to it. Looked at:"
    java_candidates | sed '/^$/d; s/^/  /'
  } >&2
  exit 1
}
