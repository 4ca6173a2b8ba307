package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** A page of {@link FakeEngine}: tokens, positions, and which of them are hidden. */
final class FakePage {
  private final int id;
  private final int size;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Boolean> hidden = new ArrayList<>();
  private boolean freed;

  record Slot(int token, int position) {}

  FakePage(int id, int size) {
    this.id = id;
    this.size = size;
  }

  private void requireBound() {
    if (freed) {
      throw new ApiException(ErrorCode.NOT_FOUND, "page " + id + " was freed");
    }
  }

  void free() {
    requireBound();
    freed = true;
  }

  int room() {
    requireBound();
    return size - slots.size();
  }

  List<Integer> tokens() {
    return slots.stream().map(Slot::token).toList();
  }

  List<Slot> visible() {
    requireBound();
    List<Slot> visible = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      if (!hidden.get(i)) {
        visible.add(slots.get(i));
      }
    }
    return visible;
  }

  void add(Slot slot) {
    requireBound();
    slots.add(slot);
    hidden.add(false);
  }

  void copy(FakePage source, int sourceOffset, int targetOffset, int count) {
    requireBound();
    source.requireBound();
    assertThat(targetOffset).isEqualTo(slots.size());
    assertThat(sourceOffset + count).isLessThanOrEqualTo(source.slots.size());
    source.slots.subList(sourceOffset, sourceOffset + count).forEach(this::add);
  }

  /** As it is for somebody who imports it. */
  FakePage copy(int asId) {
    FakePage copy = new FakePage(asId, size);
    slots.forEach(copy::add);
    return copy;
  }

  void mask(boolean[] flags) {
    requireBound();
    assertThat(flags).hasSize(size);
    for (int i = 0; i < slots.size(); i++) {
      hidden.set(i, flags[i]);
    }
  }

  void truncate(int count) {
    requireBound();
    assertThat(count).isLessThanOrEqualTo(slots.size());
    slots.subList(count, slots.size()).clear();
    hidden.subList(count, hidden.size()).clear();
  }

  static String flags(boolean[] hidden) {
    StringBuilder text = new StringBuilder();
    for (boolean each : hidden) {
      text.append(each ? 'x' : '.');
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "page " + id;
  }
}
