package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitInterface;
import io.pie4j.inferlets.contract.Check;
import io.pie4j.inferlets.contract.Contract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call of the programming interface keeps its promise, asked by a WebAssembly guest and in
 * the JVM; and the checks that say so would notice if it did not.
 */
@Timeout(300)
final class ContractTest {
  private static final List<Check> CHECKS = Contract.checks();

  @TempDir private static Path cache;

  private static ContractStage stage;

  @BeforeAll
  static void start() throws IOException {
    stage = new ContractStage(cache);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void everyCallHasACheckAndEveryCheckACall() {
    Set<String> checked = new TreeSet<>();
    CHECKS.forEach(check -> checked.addAll(check.calls()));
    assertThat(checked).containsExactlyInAnyOrderElementsOf(calls());
    assertThat(CHECKS).extracting(Check::name).doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicNode> everyCallKeepsItsPromise() {
    return calls().stream()
        .map(call ->
            dynamicContainer(
                call,
                checks(call).stream()
                    .flatMap(check ->
                        Stream.of(
                            test("wasm: ", check, stage::runWasm),
                            test("jvm: ", check, stage::runTrusted)))));
  }

  @TestFactory
  Stream<DynamicTest> badUseIsRefusedAndNobodyElseNotices() {
    Neighbour neighbour = new Neighbour(stage);
    Stream<DynamicTest> bad =
        CHECKS.stream()
            .filter(check -> check.calls().isEmpty())
            .flatMap(check ->
                Stream.of(
                    test("wasm: ", check, stage::runWasm),
                    test("jvm: ", check, stage::runTrusted)));
    return Stream.concat(
        bad, Stream.of(dynamicTest("another program beside", neighbour::endAndAssertUndisturbed)));
  }

  @Test
  void badUseOfACallWithoutErrorsIsTheProgramsOwnFailure() {
    for (Outcome outcome : stage.playPollNothing()) {
      assertThat(outcome).isInstanceOf(Outcome.Failed.class);
      assertThat(outcome.message()).contains("poll", "pollables", "empty").doesNotContain("\n");
    }
  }

  @TestFactory
  Stream<DynamicNode> everyCheckNoticesABrokenCall() {
    return calls().stream()
        .map(call ->
            dynamicContainer(
                call,
                checks(call).stream()
                    .map(check ->
                        dynamicTest(
                            check.name(),
                            () ->
                                assertThat(stage.runBroken(check, call))
                                    .as("%s without %s", check.name(), call)
                                    .isNotInstanceOf(Outcome.Finished.class)))));
  }

  private static DynamicTest test(String how, Check check, Function<Check, Outcome> run) {
    return dynamicTest(
        how + check.name(),
        () -> {
          Outcome outcome = run.apply(check);
          assertThat(outcome).as(outcome.message()).isEqualTo(new Outcome.Finished());
        });
  }

  private static List<Check> checks(String call) {
    return CHECKS.stream().filter(check -> check.calls().contains(call)).toList();
  }

  /** All calls, as the interface's own files have them. */
  private static List<String> calls() {
    List<String> calls = new ArrayList<>();
    for (WitInterface each : Wit.parse(TestEngine.ROOT.resolve("wit")).interfaces()) {
      String name = each.name().name() + ".";
      for (WitFunction function : each.functions()) {
        calls.add(name + function.name());
      }
      for (TypeDefinition type : each.types()) {
        if (type instanceof TypeDefinition.Resource resource) {
          for (WitFunction function : resource.functions()) {
            calls.add(name + resource.name() + "." + function.name());
          }
        }
      }
    }
    return calls;
  }
}
