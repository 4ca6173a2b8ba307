package io.pie4j.inference.cpu;

import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The sample stage: logits of the embeds that are read, and what is asked of them. */
final class Readouts {
  /** Logits of at most so many singles at a time, or of one embed. */
  private static final int LOGITS = 8 << 20;

  private final Kernels kernels;
  private final Workers workers;
  private final EmbedTable embeds;
  private final Linear output;
  private final Activations inputs;
  private final Activations logits;

  Readouts(Linear output, Kernels kernels, Workers workers, EmbedTable embeds) {
    this.kernels = kernels;
    this.workers = workers;
    this.embeds = embeds;
    this.output = output;
    this.inputs = new Activations(output.inputs());
    this.logits = new Activations(output.outputs());
  }

  List<Readout.Result> run(List<Readout> readouts) {
    List<Readout.Result> results = new ArrayList<>(readouts.size());
    int block = Math.max(1, LOGITS / logits.stride());
    for (int from = 0; from < readouts.size(); from += block) {
      List<Readout> some = readouts.subList(from, Math.min(from + block, readouts.size()));
      results.addAll(Arrays.asList(runBlock(some)));
    }
    return results;
  }

  private Readout.Result[] runBlock(List<Readout> readouts) {
    int rows = readouts.size();
    computeLogits(readouts.stream().mapToInt(Readout::embed).toArray());
    Readout.Result[] results = new Readout.Result[rows];
    workers.run(
        rows,
        rows * 32L * output.outputs(),
        (first, end, scratch) -> {
          Sampler sampler = scratch.sampler(kernels, output.outputs());
          for (int row = first; row < end; row++) {
            results[row] = sampler.read(readouts.get(row), logits.values(), logits.at(row));
          }
        });
    return results;
  }

  /** One row of logits for each embed. */
  Activations computeLogits(int[] ids) {
    int rows = ids.length;
    inputs.reserve(rows);
    logits.reserve(rows);
    boolean asBytes = output.takesBytes();
    if (asBytes) {
      inputs.reserveBytes(rows);
    }
    for (int row = 0; row < rows; row++) {
      embeds.read(ids[row], inputs.values(), inputs.at(row));
      if (asBytes) {
        inputs.toBytes(kernels, row, rows);
      }
    }
    workers.run(
        output.units(),
        (rows + 1L) * output.inputs() * output.outputs(),
        (first, end, scratch) ->
            output.multiply(kernels, first, end, inputs, rows, logits, scratch));
    return logits;
  }
}
