package io.pie4j.application;

import io.pie4j.api.ContextState;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Model;
import io.pie4j.control.ControlException;

/** What a program tells of its plans, passed on to the control layer. */
final class HostContextState implements ContextState {
  private final HostSide host;

  HostContextState(HostSide host) {
    this.host = host;
  }

  @Override
  public IdleScope idle(Model model) {
    try {
      return new HostIdleScope(host.space(HostModels.served(model)).idle());
    } catch (ControlException failure) {
      throw HostSide.error(failure);
    }
  }

  private record HostIdleScope(io.pie4j.control.IdleScope scope) implements IdleScope {
    @Override
    public void close() {
      scope.close();
    }
  }
}
