package io.pie4j.application;

import io.pie4j.component.Limits;
import io.pie4j.control.Quotas;

/**
 * What one instance runs under, settled at its launch.
 *
 * @param grant what the policy lets its user do
 * @param capabilities what its manifest asks for as far as the policy grants it, and as far as its
 *     parent has it
 * @param limits memory and time
 * @param depth how many instances are above it, each launched by the one before; 0 for one that a
 *     client launched
 */
record Terms(Grant grant, Capabilities capabilities, Limits limits, int depth) {

  /** Of an instance that a client launches. */
  static Terms of(LaunchRequest request, Policy policy) {
    Grant grant = policy.grant(request.user());
    return new Terms(
        grant,
        grant.capabilities().intersect(request.program().manifest().asked()),
        request.limits().atMost(grant.limits()),
        0);
  }

  /** Of an instance that this one launches: whatever it is, it gets no more than its parent has. */
  Terms child(Program program) {
    return new Terms(grant, capabilities.intersect(program.manifest().asked()), limits, depth + 1);
  }

  /** What it may hold in one model. */
  Quotas quotas() {
    Quotas granted = grant.quotas();
    return new Quotas(
        granted.pages(),
        granted.embeds(),
        granted.queues(),
        granted.queueDepth(),
        Math.min(granted.topK(), capabilities.topK()));
  }
}
