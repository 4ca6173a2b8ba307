package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class PrefixCachingTest {

  @Test
  void computesThePrefixOnce() {
    try (Stage stage = Stage.demo()) {
      Ran first = stage.run(new PrefixCaching(), "--json");
      JsonNode before = first.json();
      assertThat(before.get("cached").asBoolean()).isFalse();
      assertThat(before.get("text").asString()).contains("482");
      int prefix = before.get("prefix_tokens").asInt();
      assertThat(before.get("prefix_tokens_computed").asInt()).isEqualTo(prefix).isPositive();
      assertThat(first.pagesLeft()).as("pages that outlive the program").isPositive();

      Ran second = stage.run(new PrefixCaching(), "--json");
      JsonNode after = second.json();
      assertThat(after.get("cached").asBoolean()).isTrue();
      assertThat(after.get("prefix_tokens_computed").asInt()).isZero();
      assertThat(after.get("text")).isEqualTo(before.get("text"));
      assertThat(second.tokensComputed()).isEqualTo(first.tokensComputed() - prefix);
      assertThat(second.pagesLeft()).isZero();

      assertThat(stage.runWasm("prefix-caching", "--json").json()).isEqualTo(after);
      assertThat(
              stage
                  .run(
                      new PrefixCaching(),
                      "--prefix=The code of Tom is 175.",
                      "--question=What is the code of Tom?")
                  .finished()
                  .printed())
          .contains("175")
          .containsPattern("([0-9]+) of \\1 prefix tokens computed");
    }
  }
}
