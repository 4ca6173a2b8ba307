package io.pie4j.component;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/**
 * Defines the classes of compiled code as they are needed; they are unloaded when no module or
 * instance uses them.
 */
final class GuestClasses extends ClassLoader {
  private final ConcurrentMap<String, byte[]> pending;

  private GuestClasses(CompiledCode code) {
    super("guest", GuestClasses.class.getClassLoader());
    this.pending = new ConcurrentHashMap<>(code.classes());
  }

  /** What makes an instance's machine. Throws {@link LinkageError} if the classes are none. */
  static Function<Instance, Machine> load(CompiledCode code) {
    try {
      Class<?> main = new GuestClasses(code).loadClass(code.mainClass());
      MethodHandle constructor =
          MethodHandles.publicLookup()
              .findConstructor(main, MethodType.methodType(void.class, Instance.class))
              .asType(MethodType.methodType(Machine.class, Instance.class));
      return instance -> {
        try {
          return (Machine) constructor.invokeExact(instance);
        } catch (RuntimeException | Error unchecked) {
          throw unchecked;
        } catch (Throwable impossible) {
          throw new AssertionError("the constructor declares no exception", impossible);
        }
      };
    } catch (ReflectiveOperationException broken) {
      throw new LinkageError("compiled code without its main class " + code.mainClass(), broken);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = pending.remove(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
