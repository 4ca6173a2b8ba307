package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts again who refers to what, and holds it against the page table's own account. To be used
 * while no pass is under way.
 */
final class Accounts {
  private final PageTable pages;
  private final Map<PageContent, Integer> references = new HashMap<>();
  private final Map<PageContent, Integer> pins = new HashMap<>();

  Accounts(PageTable pages) {
    this.pages = pages;
  }

  void add(SpaceState space) {
    for (VirtualPage page : space.pages) {
      references.merge(page.content, 1, Integer::sum);
      if (!space.suspended) {
        pins.merge(page.content, 1, Integer::sum);
        assertThat(page.content.isResident()).as("pages of who runs are there").isTrue();
      }
      assertThat(space.pages.get(page.place)).isSameAs(page);
    }
  }

  void add(Export export) {
    for (PageContent content : export.contents()) {
      references.merge(content, 1, Integer::sum);
    }
  }

  void check() {
    Set<Integer> used = new HashSet<>();
    List<PageContent> unpinned = new ArrayList<>();
    references.forEach((content, count) -> {
      assertThat(content.references).as("references").isEqualTo(count);
      assertThat(content.pins).as("pins").isEqualTo(pins.getOrDefault(content, 0));
      assertThat(content.slot.isPresent()).isEqualTo(!content.isResident());
      if (content.isResident()) {
        assertThat(used.add(content.physical)).as("one content a page").isTrue();
        if (content.pins == 0) {
          unpinned.add(content);
        }
      }
    });
    assertThat(pages.contents()).as("contents").isEqualTo(references.size());
    assertThat(pages.free()).as("free pages").isEqualTo(pages.total() - used.size());
    assertThat(pages.unpinned()).as("unpinned").containsExactlyInAnyOrderElementsOf(unpinned);
  }
}
