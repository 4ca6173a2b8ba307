package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageTableTest {
  private final PageTable table = new PageTable(4, 32);

  private VirtualPage bound() {
    VirtualPage page = new VirtualPage(0);
    table.bind(page);
    return page;
  }

  @Test
  void slotsAsBits() {
    assertThat(PageTable.slots(0, 0)).isZero();
    assertThat(PageTable.slots(3, 2)).isEqualTo(0b11000);
    assertThat(PageTable.slots(0, 32)).isEqualTo(-1);
    assertThat(PageTable.slots(31, 1)).isEqualTo(1 << 31);
    assertThat(PageTable.lowest(0b101101, 2)).isEqualTo(0b101);
    assertThat(PageTable.lowest(0b101, 9)).isEqualTo(0b101);
    assertThat(PageTable.lowest(-1, 0)).isZero();
  }

  @Test
  void theLastReferenceFrees() {
    VirtualPage page = bound();
    VirtualPage other = new VirtualPage(1);
    page.written = 0b111;
    page.hidden = 0b1;
    table.share(page.content, page.written, other, true);
    assertThat(table.isShared(page)).isTrue();
    assertThat(other.visible()).as("masks are the program's own").isEqualTo(0b111);
    table.free(page, true);
    assertThat(table.free()).isEqualTo(3);
    assertThat(table.isShared(other)).isFalse();
    table.free(other, true);
    assertThat(table.free()).isEqualTo(4);
    assertThat(other.binding).isEqualTo(Binding.FREED);
  }

  @Test
  void aWriterLeavesASharedPage() {
    VirtualPage page = bound();
    VirtualPage other = new VirtualPage(1);
    table.share(page.content, page.written, other, true);
    table.unshare(other);
    assertThat(other.physical()).isNotEqualTo(page.physical());
    assertThat(page.content.references).isEqualTo(1);
    assertThat(other.content.references).isEqualTo(1);
  }

  @Test
  void whatThePassUsesIsFreeAfterIt() {
    VirtualPage used = bound();
    VirtualPage unused = bound();
    table.forwardReads(used.physical(), 1);
    table.free(used, true);
    table.free(unused, true);
    assertThat(table.free()).isEqualTo(3);
    assertThat(table.released()).isEqualTo(1);
    table.endPass();
    assertThat(table.free()).isEqualTo(4);
    assertThat(table.released()).isZero();
  }

  @Test
  void slotsThatMayMeetInAPass() {
    int page = bound().physical();
    table.copyWrites(page, 0b0001);
    assertThat(table.copyMayRead(page, 0b0001)).isFalse();
    assertThat(table.copyMayRead(page, 0b0010)).isTrue();
    assertThat(table.copyMayWrite(page, 0b0001)).isFalse();
    assertThat(table.forwardMayRead(page, 0b0001)).as("a later stage").isTrue();
    assertThat(table.forwardMayWrite(page, 0b0001)).as("a later stage").isTrue();
    table.forwardReads(page, 0b0010);
    table.forwardWrites(page, 0b0100);
    assertThat(table.forwardMayRead(page, 0b0010)).isTrue();
    assertThat(table.forwardMayRead(page, 0b0100)).isFalse();
    assertThat(table.forwardMayWrite(page, 0b0010)).isFalse();
    assertThat(table.forwardMayWrite(page, 0b1000)).isTrue();
    assertThat(table.copyMayRead(page, 0b0100)).as("an earlier stage").isFalse();
    assertThat(table.copyMayWrite(page, 0b0010)).as("an earlier stage").isFalse();
    table.endPass();
    assertThat(table.copyMayWrite(page, -1)).isTrue();
    assertThat(table.forwardMayWrite(page, -1)).isTrue();
  }

  @Test
  void idsFreedLongestAgoComeBackFirst() {
    IdTable<String> ids = new IdTable<>();
    for (int i = 0; i < 40; i++) {
      assertThat(ids.next()).isEqualTo(i);
      ids.add("a" + i);
    }
    ids.remove(7);
    ids.remove(3);
    assertThat(ids.get(7)).isNull();
    assertThat(ids.get(40)).isNull();
    assertThat(ids.get(-1)).isNull();
    assertThat(ids.size()).isEqualTo(38);
    assertThat(ids.next()).isEqualTo(7);
    ids.add("b");
    assertThat(ids.next()).isEqualTo(3);
    ids.add("c");
    assertThat(ids.next()).isEqualTo(40);
    assertThat(ids.get(7)).isEqualTo("b");
  }
}
