package io.pie4j.component.abi;

/**
 * A string or list in guest memory: its address and its length (bytes of a string, elements of a
 * list).
 */
public record Span(int address, int length) {
  /** Writes the pair as the canonical ABI lays it out in memory: address, then length. */
  public void store(GuestMemory memory, int at) {
    memory.storeInt(at, address);
    memory.storeInt(at + 4, length);
  }
}
