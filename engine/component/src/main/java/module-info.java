/** WebAssembly for the JVM. */
module io.pie4j.component {
  requires static transitive org.jspecify;
  requires transitive java.net.http;
  requires run.endive.compiler;
  requires run.endive.runtime;
  requires run.endive.wasm;
  requires org.objectweb.asm;

  exports io.pie4j.component;
  exports io.pie4j.component.abi;
  exports io.pie4j.component.model;
  exports io.pie4j.component.teavm;
  exports io.pie4j.component.wasi;
}
