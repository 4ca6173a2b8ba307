package io.pie4j.control;

import io.pie4j.control.VirtualEmbed.Content;
import java.util.ArrayList;
import java.util.List;

/**
 * What the pass will have written. Programs' views are brought up to date while the pass is formed,
 * so that later commands of the same pass see it; if the pass fails, it is taken back.
 */
final class PassWrites {

  private record Slots(VirtualPage page, int slots) {}

  private final List<VirtualEmbed> embeds = new ArrayList<>();
  private final List<Slots> slots = new ArrayList<>();

  void embed(VirtualEmbed embed, Content content, int position) {
    embed.content = content;
    embed.position = position;
    embeds.add(embed);
  }

  /** New tokens, so they are visible. */
  void tokens(VirtualPage page, int written) {
    page.written |= written;
    page.hidden &= ~written;
    slots.add(new Slots(page, written));
  }

  /** Tokens that move to another physical page with their masks; lost if the pass fails. */
  void moved(VirtualPage page, int kept) {
    slots.add(new Slots(page, kept));
  }

  void undo() {
    for (VirtualEmbed embed : embeds) {
      embed.content = Content.EMPTY;
    }
    for (Slots each : slots) {
      each.page.written &= ~each.slots;
    }
  }

  void clear() {
    embeds.clear();
    slots.clear();
  }
}
