package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What drafters guess; the letters of a text are its tokens. */
final class DraftersTest {

  @Test
  void promptLookupGoesOnAsLastTime() {
    Drafter drafter = told(new PromptLookup(3, 4, 1), "the cat sat. the c");
    assertThat(text(drafter.draft())).isEqualTo("at s");
    drafter.update(tokens("at r"));
    assertThat(drafter.draft()).as("r is new").isEqualTo(DraftTree.empty());
  }

  @Test
  void promptLookupPrefersLongMatchesAndLatePlaces() {
    assertThat(text(told(new PromptLookup(2, 1, 1), "xa1ya2ya3xa").draft())).isEqualTo("1");
    assertThat(text(told(new PromptLookup(1, 1, 1), "xa1ya2ya3xa").draft())).isEqualTo("3");
  }

  @Test
  void promptLookupRepeatsAShortCycle() {
    assertThat(text(told(new PromptLookup(3, 8, 1), "-abcabc").draft())).isEqualTo("abcabcab");
    assertThat(text(told(new PromptLookup(3, 3, 1), "aa").draft())).isEqualTo("aaa");
    assertThat(told(new PromptLookup(3, 3, 1), "a").draft()).isEqualTo(DraftTree.empty());
  }

  @Test
  void promptLookupBranches() {
    Drafter drafter = told(new PromptLookup(1, 2, 3), "a1xa2ya1za");
    assertThat(drafter.draft()).hasToString(tree(told(new PromptLookup(1, 2, 2), "a1xa2ya1za")));
    assertThat(text(drafter.draft())).isEqualTo("1z2y");
    assertThat(drafter.draft().depth(3)).isOne();
  }

  @Test
  void cachebackDraftsFollowersOfFollowers() {
    Drafter drafter = told(new Cacheback(1, 2, 16, 4, 8), "abcdabcda");
    assertThat(text(drafter.draft())).isEqualTo("bcdabcda");
    assertThat(drafter.draft().isChain()).isTrue();
  }

  @Test
  void cachebackBranchesTheLatestFirst() {
    Drafter drafter = told(new Cacheback(1, 1, 16, 2, 8), "a1a2a3a");
    assertThat(text(drafter.draft().upTo(1))).as("two columns").isEqualTo("32");
    drafter.update(tokens("2a"));
    assertThat(text(drafter.draft().upTo(1))).isEqualTo("23");
    assertThat(drafter.draft().size()).isEqualTo(8);
  }

  @Test
  void cachebackForgetsWhatWasNotUsed() {
    Drafter drafter = told(new Cacheback(1, 1, 2, 1, 1), "ab1a");
    assertThat(drafter.draft()).as("a's row went when 1's came").isEqualTo(DraftTree.empty());
    assertThat(text(told(new Cacheback(1, 1, 3, 1, 1), "ab1a").draft())).isEqualTo("b");
    assertThat(told(new Cacheback(3, 1, 8, 1, 4), "ab").draft()).isEqualTo(DraftTree.empty());
  }

  @Test
  void jacobiTakesWhatTheModelSaysBehindItsGuesses() {
    Drafter drafter = told(new Jacobi(4, false), "xa");
    assertThat(text(drafter.draft())).isEqualTo("aaaa");
    // The model says b behind the root, so no guess is right; b is settled.
    drafter.verified(drafter.draft(), tokens("bcdef"), 0);
    drafter.update(tokens("b"));
    assertThat(text(drafter.draft())).isEqualTo("cdef");
    drafter.verified(drafter.draft(), tokens("cdxyz"), 2);
    drafter.update(tokens("cdx"));
    assertThat(text(drafter.draft())).as("two that are left, and two repeated").isEqualTo("yzzz");
    drafter.verified(drafter.draft(), tokens("yzzz1"), 4);
    drafter.update(tokens("yzzz1"));
    assertThat(text(drafter.draft())).isEqualTo("1111");
  }

  @Test
  void jacobiRemembersWhatItThrewAway() {
    Drafter drafter = told(new Jacobi(3, true), "abcxa");
    assertThat(drafter.draft())
        .as("the window, then what followed a")
        .hasToString(named("aaa", "bcx"));
    drafter.verified(drafter.draft(), tokens("zqrsbcx"), 0);
    drafter.update(tokens("z"));
    assertThat(drafter.draft()).as("z is new").hasToString(named("qrs"));
    drafter.verified(drafter.draft(), tokens("abcd"), 0);
    drafter.update(tokens("a"));
    assertThat(drafter.draft()).as("a, z, a, z is settled").hasToString(named("bcd", "zaz"));
    drafter.verified(drafter.draft(), tokens("scdexyz"), 0);
    drafter.update(tokens("s"));
    assertThat(drafter.draft()).as("d was guessed behind s").hasToString(named("cde", "de"));
  }

  @Test
  void refuseSizesBelowOne() {
    assertThatThrownBy(() -> new PromptLookup(0, 1, 1)).hasMessageContaining("are 0, 1, 1");
    assertThatThrownBy(() -> new Cacheback(1, 0, 1, 1, 1)).hasMessageContaining("[1, 0, 1, 1, 1]");
    assertThatThrownBy(() -> new Jacobi(0, true)).hasMessageContaining("is 0");
  }

  private static Drafter told(Drafter drafter, String text) {
    drafter.update(tokens(text));
    return drafter;
  }

  private static String named(String... paths) {
    return DraftTree.merging(Arrays.stream(paths).map(DraftersTest::tokens).toList(), 100)
        .toString();
  }

  private static String tree(Drafter drafter) {
    return drafter.draft().toString();
  }

  private static int[] tokens(String text) {
    return text.chars().toArray();
  }

  private static String text(DraftTree draft) {
    StringBuilder text = new StringBuilder();
    for (int node = 1; node <= draft.size(); node++) {
      text.append((char) draft.token(node));
    }
    return text.toString();
  }
}
