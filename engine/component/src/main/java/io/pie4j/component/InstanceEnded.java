package io.pie4j.component;

/** The program is over: it failed, met a limit or was stopped. The instance takes no more calls. */
public final class InstanceEnded extends WasmException {
  private static final long serialVersionUID = 1;

  private final transient End end;

  InstanceEnded(End end) {
    super(end.message());
    this.end = end;
  }

  InstanceEnded(End end, Throwable cause) {
    super(end.message(), cause);
    this.end = end;
  }

  public End end() {
    return end;
  }
}
