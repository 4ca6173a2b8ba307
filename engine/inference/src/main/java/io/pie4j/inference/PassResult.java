package io.pie4j.inference;

import java.util.List;

/**
 * @param readouts one a readout of the pass, in its order
 * @param nanos time the driver spent on the pass
 */
public record PassResult(List<Readout.Result> readouts, long nanos) {

  public PassResult {
    readouts = List.copyOf(readouts);
  }
}
