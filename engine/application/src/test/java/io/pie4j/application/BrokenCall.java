package io.pie4j.application;

import io.pie4j.api.Api;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The programming interface with one call that does nothing: it returns what is most like nothing,
 * and the engine never hears of it. A check of the call must notice.
 */
final class BrokenCall {
  private final String broken;

  private BrokenCall(String broken) {
    this.broken = broken;
  }

  /** The call by its name in WIT, such as {@code queues.queue.model}. */
  static Api in(Api api, String call) {
    String[] words = call.split("\\.", -1);
    String type = pascal(words[words.length - 2]);
    String method = pascal(words[words.length - 1]);
    BrokenCall self =
        new BrokenCall(
            type + "." + method.substring(0, 1).toLowerCase(Locale.ROOT) + method.substring(1));
    try {
      RecordComponent[] components = Api.class.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] wrapped = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        wrapped[i] =
            self.proxy(self.new Passing(components[i].getAccessor().invoke(api)), types[i]);
      }
      return Api.class.getDeclaredConstructor(types).newInstance(wrapped);
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError(impossible.getMessage(), impossible);
    }
  }

  private static String pascal(String wit) {
    return Arrays.stream(wit.split("-", -1))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  private Object proxy(InvocationHandler handler, Class<?>... types) {
    return Proxy.newProxyInstance(Api.class.getClassLoader(), types, handler);
  }

  /** Hands calls on, all but one. */
  private final class Passing implements InvocationHandler {
    private final Object target;

    Passing(Object target) {
      this.target = target;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
        throws Throwable {
      if (broken.equals(method.getDeclaringClass().getSimpleName() + "." + method.getName())) {
        return nothing(method.getGenericReturnType());
      }
      Object[] given = arguments == null ? new Object[0] : arguments.clone();
      Arrays.setAll(given, i -> unwrapped(given[i]));
      try {
        return wrapped(method.invoke(target, given));
      } catch (InvocationTargetException failure) {
        throw failure.getCause();
      }
    }
  }

  private static Object unwrapped(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(BrokenCall::unwrapped).toList();
    }
    return Proxy.isProxyClass(value.getClass())
            && Proxy.getInvocationHandler(value) instanceof Passing passing
        ? passing.target
        : value;
  }

  private @Nullable Object wrapped(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> list -> list.stream().map(this::wrapped).toList();
      case Optional<?> optional -> optional.map(this::wrapped);
      case AutoCloseable resource -> {
        List<Class<?>> types = new ArrayList<>();
        for (Class<?> type : resource.getClass().getInterfaces()) {
          if (type.getPackage().equals(Api.class.getPackage())) {
            types.add(type);
          }
        }
        yield proxy(new Passing(resource), types.toArray(Class<?>[]::new));
      }
      default -> value;
    };
  }

  /** What is most like nothing. */
  private @Nullable Object nothing(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      return nothing(generic.getRawType());
    }
    if (type instanceof GenericArrayType || !(type instanceof Class<?> plain)) {
      throw new AssertionError("no nothing of " + type);
    }
    if (plain == void.class) {
      return null;
    }
    if (plain == boolean.class) {
      return false;
    }
    if (plain == int.class) {
      return 0;
    }
    if (plain == long.class) {
      return 0L;
    }
    if (plain == float.class) {
      return 0f;
    }
    if (plain == String.class) {
      return "";
    }
    if (plain == List.class) {
      return List.of();
    }
    if (plain == Optional.class) {
      return Optional.empty();
    }
    if (plain == OptionalInt.class) {
      return OptionalInt.empty();
    }
    if (plain.isArray()) {
      return Array.newInstance(plain.componentType(), 0);
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[0];
    }
    if (plain.isRecord()) {
      RecordComponent[] components = plain.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      @Nullable Object[] values = new @Nullable Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = nothing(components[i].getGenericType());
      }
      return plain.getDeclaredConstructor(types).newInstance(values);
    }
    return proxy((self, method, arguments) -> nothing(method.getGenericReturnType()), plain);
  }
}
