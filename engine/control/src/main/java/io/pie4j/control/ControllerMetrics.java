package io.pie4j.control;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A controller's counters, and the distributions behind them since it started. Batch sizes count
 * passes that have the stage at all.
 *
 * @param status the counters, as last published
 * @param queueWaitNanos for each queue in a pass: from when its first command could run (it had
 *     arrived, and what was before it was done) until the pass was formed
 * @param queuesPerPass queues that a pass served
 * @param copiesPerPass page copies in a pass, copies on write included
 * @param embedsPerPass embed commands in a pass
 * @param forwardsPerPass forwards in a pass, a chunk counts as one
 * @param readoutsPerPass distributions, draws and scores in a pass
 * @param tokensPerPass new tokens in the forwards of a pass
 * @param passNanos from when a pass was formed until its results were handed out
 * @param driverNanos of that, what the driver says it worked; failed passes have none
 */
public record ControllerMetrics(
    ControllerStatus status,
    Quantiles queueWaitNanos,
    Quantiles queuesPerPass,
    Quantiles copiesPerPass,
    Quantiles embedsPerPass,
    Quantiles forwardsPerPass,
    Quantiles readoutsPerPass,
    Quantiles tokensPerPass,
    Quantiles passNanos,
    Quantiles driverNanos) {

  /** The distributions by the names of their components, in this order. */
  public Map<String, Quantiles> distributions() {
    Map<String, Quantiles> named = new LinkedHashMap<>();
    named.put("queueWaitNanos", queueWaitNanos);
    named.put("queuesPerPass", queuesPerPass);
    named.put("copiesPerPass", copiesPerPass);
    named.put("embedsPerPass", embedsPerPass);
    named.put("forwardsPerPass", forwardsPerPass);
    named.put("readoutsPerPass", readoutsPerPass);
    named.put("tokensPerPass", tokensPerPass);
    named.put("passNanos", passNanos);
    named.put("driverNanos", driverNanos);
    return named;
  }
}
