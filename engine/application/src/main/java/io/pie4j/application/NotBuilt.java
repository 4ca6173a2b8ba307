package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.lang.reflect.Proxy;

/** Interfaces that this build does not answer yet: each call says so. */
final class NotBuilt {
  private NotBuilt() {}

  static <T> T of(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              throw new ApiException(
                  ErrorCode.UNSUPPORTED, method.getName() + ": not answered by this engine yet");
            }));
  }
}
