package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DraftTreeTest {
  private static final DraftTree TREE =
      DraftTree.merging(
          List.of(new int[] {5, 6}, new int[] {8}, new int[] {5, 7, 9}, new int[] {8, 5}), 100);

  @Test
  void mergesCommonBeginnings() {
    assertThat(TREE)
        .hasToString("5(6 7(9)) 8(5)")
        .hasSameHashCodeAs(
            DraftTree.merging(
                List.of(new int[] {5, 6}, new int[] {5, 7, 9}, new int[] {8, 5}), 100));
    assertThat(TREE)
        .isEqualTo(new DraftTree(new int[] {5, 6, 7, 9, 8, 5}, new int[] {1, 2, 2, 3, 1, 2}));
    assertThat(TREE.isChain()).isFalse();
  }

  @Test
  void leavesLaterPathsOutWhereNodesEnd() {
    List<int[]> paths = List.of(new int[] {1, 2, 3}, new int[] {1, 4}, new int[] {1, 2, 5});
    assertThat(DraftTree.merging(paths, 4)).hasToString("1(2(3) 4)");
    assertThat(DraftTree.merging(paths, 2)).isEqualTo(DraftTree.chain(1, 2));
    assertThat(DraftTree.merging(paths, 0)).isEqualTo(DraftTree.empty());
  }

  @Test
  void followsAPath() {
    int node = TREE.follow(0, 5).orElseThrow();
    assertThat(TREE.follow(node, 8)).as("an alternative of its own").isEmpty();
    assertThat(TREE.follow(node, 9)).as("one too far").isEmpty();
    node = TREE.follow(node, 7).orElseThrow();
    node = TREE.follow(node, 9).orElseThrow();
    assertThat(TREE.depth(node)).isEqualTo(3);
    assertThat(TREE.follow(node, 8)).isEmpty();
    assertThat(TREE.follow(0, 8)).hasValue(5);
    assertThat(TREE.follow(5, 5)).hasValue(6);
  }

  @Test
  void cutsByDepth() {
    assertThat(TREE.upTo(1)).hasToString("5 8");
    assertThat(TREE.upTo(2)).hasToString("5(6 7) 8(5)");
    assertThat(TREE.upTo(3)).isSameAs(TREE);
    assertThat(TREE.upTo(0)).isEqualTo(DraftTree.empty());
  }

  /** Against the definition: a node sees what is left of the root, its path, and itself. */
  @Test
  void showsEachNodeItsPath() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      DraftTree tree = tree(random);
      int before = random.nextInt(4);
      List<int[]> rows = tree.masks(before);
      assertThat(rows).hasSize(tree.size() + 1);
      for (int node = 0; node <= tree.size(); node++) {
        boolean[] visible = new boolean[before + tree.size() + 1];
        for (int i = 0; i < before; i++) {
          visible[i] = true;
        }
        int depth = tree.depth(node) + 1;
        for (int seen = node; depth > 0; seen--) {
          if (tree.depth(seen) == depth - 1) {
            visible[before + seen] = true;
            depth--;
          }
        }
        assertThat(flags(rows.get(node))).as("%s, node %d", tree, node).isEqualTo(visible);
      }
    }
  }

  @Test
  void refusesWhatIsNoTree() {
    assertThatThrownBy(() -> new DraftTree(new int[1], new int[2]))
        .hasMessage("a draft needs a depth a token: 1 tokens, 2");
    assertThatThrownBy(() -> new DraftTree(new int[2], new int[] {1, 3}))
        .hasMessage("depth 1 must be from 1 to 2, is 3");
    assertThatThrownBy(() -> new DraftTree(new int[1], new int[1]))
        .hasMessage("depth 0 must be from 1 to 1, is 0");
  }

  private static DraftTree tree(Random random) {
    int[] tokens = random.ints(random.nextInt(8), 0, 9).toArray();
    int[] depths = new int[tokens.length];
    for (int i = 0; i < depths.length; i++) {
      depths[i] = 1 + random.nextInt(i == 0 ? 1 : depths[i - 1] + 1);
    }
    return new DraftTree(tokens, depths);
  }

  private static boolean[] flags(int[] runs) {
    List<Boolean> flags = new ArrayList<>();
    for (int i = 0; i < runs.length; i++) {
      for (int j = 0; j < runs[i]; j++) {
        flags.add(i % 2 == 1);
      }
    }
    boolean[] result = new boolean[flags.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = flags.get(i);
    }
    return result;
  }
}
