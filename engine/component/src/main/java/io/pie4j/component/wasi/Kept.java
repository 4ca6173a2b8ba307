package io.pie4j.component.wasi;

import io.pie4j.component.abi.GuestTrap;

/** Bytes that the host keeps for one program in resources: all together are bounded. */
final class Kept {
  private static final long BYTES_MAX = 32 << 20;

  private long bytes;

  void take(long more) {
    if (more > BYTES_MAX - bytes) {
      throw new GuestTrap(
          "the host keeps "
              + bytes
              + " bytes in resources and would have to keep "
              + more
              + " more; the limit is "
              + BYTES_MAX
              + ": drop some");
    }
    bytes += more;
  }

  void giveBack(long less) {
    bytes -= less;
  }
}
