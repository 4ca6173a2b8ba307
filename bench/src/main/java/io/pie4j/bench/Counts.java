package io.pie4j.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a kernel did, beside its calls; JMH makes rates of it. */
@AuxCounters
@State(Scope.Thread)
public class Counts {
  /** Multiply-adds, or values where there are none. */
  public double work;

  /** Bytes of weights, or of keys or values. */
  public double bytes;

  public void add(double moreWork, double moreBytes) {
    work += moreWork;
    bytes += moreBytes;
  }
}
