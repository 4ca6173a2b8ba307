package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Distribution;
import io.pie4j.inferlet.Context;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class HierarchicalAttentionTest {

  @Test
  void answersFromTheTree() {
    try (Stage stage = Stage.demo()) {
      JsonNode said = stage.run(new HierarchicalAttention(), "--json").json();
      assertThat(said.get("text").asString()).contains("Paris");
      assertThat(stage.runWasm("hierarchical-attention", "--json").json()).isEqualTo(said);
    }
  }

  /** A dense Transformer whose mask is written down from the outline. */
  @Test
  void givesTheLogitsOfItsMask() {
    List<String> outline =
        List.of(
            "Facts.", " One is red and two is blue.", "  A leaf.", " Three.", "More.", " Four.");
    int[] parents = {-1, 0, 1, 0, -1, 4};
    List<Distribution> got = new ArrayList<>();
    List<int[]> items = new ArrayList<>();
    try (Stage stage = Stage.random(5, 8)) {
      stage
          .run(api -> {
            try (Context context = Context.create(api)) {
              HierarchicalAttention.read(context, outline);
              context.fillTokens(1, 2, 3);
              got.add(context.decodeStepDist(50));
            }
          })
          .finished();
      for (String item : outline) {
        items.add(stage.files().tokenizer().encode((items.isEmpty() ? "" : " ") + item.strip()));
      }
    }
    items.add(new int[] {1, 2, 3});
    Dense dense = Dense.random(5);
    List<Integer> itemOf = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      for (int token : items.get(i)) {
        int item = i;
        dense.add(
            token,
            dense.size(),
            other -> item == outline.size() || isOnPath(parents, item, itemOf.get(other)));
        itemOf.add(i);
      }
    }
    dense.assertSame(got.getFirst(), within(1e-4f));
  }

  private static boolean isOnPath(int[] parents, int item, int ancestor) {
    for (int at = item; at >= 0; at = parents[at]) {
      if (at == ancestor) {
        return true;
      }
    }
    return false;
  }
}
