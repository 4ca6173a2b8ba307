package io.pie4j.component.wasi;

import io.pie4j.component.model.Linker;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One interface of WASI 0.2 on its way into a linker; any 0.2.x finds it. */
record Interface(Linker linker, String name) {
  @FunctionalInterface
  interface Body {
    @Nullable Object call(Call call) throws InterruptedException;
  }

  static Interface of(Linker linker, String name) {
    return new Interface(linker, "wasi:" + name + "@0.2.0");
  }

  Interface function(String function, Body body) {
    linker.function(
        name,
        function,
        (guest, arguments) ->
            body.call(new Call(guest, guest.host(Wasi.class), function, arguments)));
    return this;
  }

  /** A method: argument 0 is the resource. */
  Interface method(String resource, String method, Body body) {
    return function("[method]" + resource + "." + method, body);
  }

  Interface fixed(String resource, String function, Body body) {
    return function("[static]" + resource + "." + function, body);
  }

  Interface constructor(String resource, Body body) {
    return function("[constructor]" + resource, body);
  }

  /** A resource that needs no end. */
  Interface resource(String resource) {
    linker.resource(name, resource, dropped -> {});
    return this;
  }

  <T> Interface resource(String resource, Class<T> type, Consumer<T> dropped) {
    linker.resource(name, resource, value -> dropped.accept(type.cast(value)));
    return this;
  }
}
