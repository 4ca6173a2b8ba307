package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.Outcome;
import io.pie4j.control.TracedPass;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What a program said and what it used. The figures are the whole engine's, so they are the
 * program's own only if nothing else ran.
 *
 * @param printed its standard output
 * @param messages to its client
 * @param outcome how it ended
 * @param passes the driver's, while it ran
 * @param tokensComputed new tokens in all passes
 * @param pagesHeldMost pages in use when they were most, without those in use before it began
 * @param pagesLeft pages in use after its end, without those before: what it exported
 * @param readouts distributions and tokens that it received
 */
record Ran(
    String printed,
    List<String> messages,
    Outcome outcome,
    List<TracedPass> passes,
    long tokensComputed,
    int pagesHeldMost,
    int pagesLeft,
    long readouts) {

  /** Itself, if it ended as it should. */
  Ran finished() {
    assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
    return this;
  }

  /** Why it failed. */
  String error() {
    assertThat(outcome).as("after printing: " + printed).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).error();
  }

  /** Passes that carried a forward; others only read, copy or embed. */
  int forwardPasses() {
    return (int) passes.stream().filter(pass -> pass.forwards() > 0).count();
  }

  /** What it printed, with {@code --json}. */
  JsonNode json() {
    finished();
    return new ObjectMapper().readTree(printed);
  }
}
