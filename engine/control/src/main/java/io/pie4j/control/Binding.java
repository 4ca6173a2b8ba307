package io.pie4j.control;

/** Where a virtual page or embed is in its life. */
enum Binding {
  /** The program has its id; the allocation waits in its queue. */
  PENDING,
  /** Has physical memory. */
  BOUND,
  /** The allocation found no memory. */
  FAILED,
  /** Given back. */
  FREED
}
