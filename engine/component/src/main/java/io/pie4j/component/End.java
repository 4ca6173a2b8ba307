package io.pie4j.component;

import java.time.Duration;

/** Why a program is over, other than by returning. */
public sealed interface End {
  /** One line for people. */
  String message();

  /**
   * It did what the specification or a host function forbids.
   *
   * @param where the guest's functions, innermost first, or empty if none is known
   */
  record Trapped(String problem, String where) implements End {
    @Override
    public String message() {
      return where.isEmpty() ? "trapped: " + problem : "trapped: " + problem + " in " + where;
    }
  }

  /**
   * It needed more memory than it may have.
   *
   * @param what which memory, and how much of it was asked for
   * @param limitBytes what it may have
   */
  record MemoryExhausted(String what, long limitBytes) implements End {
    @Override
    public String message() {
      return "memory exhausted: " + what + "; the limit is " + limitBytes + " bytes";
    }
  }

  /**
   * It ran longer than it may.
   *
   * @param without what the time counts, for the message
   */
  record CpuLimit(Duration limit, String without) implements End {
    @Override
    public String message() {
      return "ran for more than " + limit.toMillis() + " ms " + without;
    }
  }

  /** It was stopped from outside: terminated by someone, or its thread interrupted. */
  record Interrupted(String reason) implements End {
    @Override
    public String message() {
      return "stopped: " + reason;
    }
  }

  /** It called too deep. */
  record StackOverflow(String where) implements End {
    @Override
    public String message() {
      return "call stack exhausted" + (where.isEmpty() ? "" : " in " + where);
    }
  }

  /** It ended itself, with a code as processes have: 0 if all went well. */
  record Exited(int code) implements End {
    @Override
    public String message() {
      return "exited with code " + code;
    }
  }
}
