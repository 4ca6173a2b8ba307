package io.pie4j.control;

import io.pie4j.control.Command.AllocateEmbeds;
import io.pie4j.control.Command.AllocatePages;
import io.pie4j.control.Command.ExportPages;
import io.pie4j.control.Command.FreeEmbeds;
import io.pie4j.control.Command.FreePages;
import io.pie4j.control.Command.ImportPages;
import io.pie4j.control.Command.MaskPage;
import io.pie4j.control.Command.TruncatePage;

/**
 * Does the commands that cost the driver nothing. Each method returns whether it is done; false
 * means, with nothing changed, that the command has to wait.
 */
final class Bookkeeper {
  private final PageTable pages;
  private final EmbedTable embeds;
  private final Exports exports;
  private final Contention contention;
  private int pagesExported;

  Bookkeeper(PageTable pages, EmbedTable embeds, Exports exports, Contention contention) {
    this.contention = contention;
    this.pages = pages;
    this.embeds = embeds;
    this.exports = exports;
  }

  boolean allocate(SpaceState space, AllocatePages c) {
    int count = c.pages().length;
    if (count > space.quotas.pages() - space.pages.size()) {
      return false; // for an earlier deallocation on another queue of the program
    }
    if (!contention.mayTakePages(space, c.call(), count)) {
      return false;
    }
    for (VirtualPage page : c.pages()) {
      pages.bind(page);
      space.bound(page);
    }
    return true;
  }

  boolean allocate(SpaceState space, AllocateEmbeds c) {
    int count = c.embeds().length;
    if (count > space.quotas.embeds() - space.embeds.size()) {
      return false;
    }
    if (!contention.mayTakeEmbeds(space, c.call(), count)) {
      return false;
    }
    for (VirtualEmbed embed : c.embeds()) {
      embeds.bind(embed);
      space.bound(embed);
    }
    return true;
  }

  /** A command that will never run: what it should have bound stays unbound, names are free. */
  void refuse(Command command) {
    switch (command) {
      case AllocatePages c -> fail(c.pages());
      case AllocateEmbeds c -> {
        for (VirtualEmbed embed : c.embeds()) {
          embed.binding = Binding.FAILED;
        }
      }
      case ExportPages c -> {
        if (exports.remove(c.export())) {
          letGo(c.export());
        }
      }
      case ImportPages c -> {
        fail(c.pages());
        letGo(c.export());
      }
      case Command _ -> {}
    }
  }

  private static void fail(VirtualPage[] unbound) {
    for (VirtualPage page : unbound) {
      page.binding = Binding.FAILED;
    }
  }

  /** Waits until no page is being written, since a pass that fails leaves what it writes undone. */
  boolean exportPages(ExportPages c) {
    for (int i = 0; i < c.pages().length; i++) {
      if (!Binding.usable(c.call(), "pages", i, c.pages()[i])
          || pages.isBeingWritten(c.pages()[i].content)) {
        return false;
      }
    }
    if (!c.export().isHeld()) {
      return true; // the name was removed meanwhile
    }
    PageContent[] contents = new PageContent[c.pages().length];
    int[] written = new int[contents.length];
    pagesExported += contents.length;
    for (int i = 0; i < contents.length; i++) {
      contents[i] = c.pages()[i].content;
      contents[i].references++;
      written[i] = c.pages()[i].written;
    }
    c.export().publish(contents, written);
    return true;
  }

  boolean importPages(SpaceState space, ImportPages c) {
    int count = c.pages().length;
    if (count > space.quotas.pages() - space.pages.size()) {
      return false;
    }
    contention.requirePossible(space, c.call(), count);
    PageContent[] contents = c.export().contents();
    for (PageContent content : contents) {
      if (!content.isResident()) {
        contention.suspend(space);
      }
    }
    for (int i = 0; i < count; i++) {
      pages.share(contents[i], c.export().written()[i], c.pages()[i], !space.suspended);
      space.bound(c.pages()[i]);
    }
    letGo(c.export());
    return true;
  }

  private void letGo(Export export) {
    if (export.letGo()) {
      drop(export);
    }
  }

  /** Nobody holds it any more. */
  void drop(Export export) {
    PageContent[] contents = export.takeContents();
    pagesExported -= contents.length;
    for (PageContent content : contents) {
      pages.drop(content, false);
    }
  }

  /** Pages of all exports together. */
  int pagesExported() {
    return pagesExported;
  }

  boolean free(SpaceState space, FreePages c) {
    for (VirtualPage page : c.pages()) {
      if (page.binding == Binding.PENDING && !space.closed) {
        return false;
      }
    }
    for (VirtualPage page : c.pages()) {
      free(space, page);
    }
    return true;
  }

  boolean free(SpaceState space, FreeEmbeds c) {
    for (VirtualEmbed embed : c.embeds()) {
      if (embed.binding == Binding.PENDING && !space.closed) {
        return false;
      }
    }
    for (VirtualEmbed embed : c.embeds()) {
      free(space, embed);
    }
    return true;
  }

  void free(SpaceState space, VirtualPage page) {
    if (page.binding == Binding.BOUND) {
      pages.free(page, !space.suspended);
      space.unbound(page);
    }
  }

  void free(SpaceState space, VirtualEmbed embed) {
    if (embed.binding == Binding.BOUND) {
      embeds.free(embed);
      space.unbound(embed);
    }
  }

  static boolean mask(MaskPage c) {
    if (!Binding.usable(c.call(), "page", c.page())) {
      return false;
    }
    c.page().hidden = c.hidden() & c.page().written;
    return true;
  }

  static boolean truncate(TruncatePage c) {
    if (!Binding.usable(c.call(), "page", c.page())) {
      return false;
    }
    int kept = PageTable.slots(0, c.tokens());
    c.page().written &= kept;
    c.page().hidden &= kept;
    return true;
  }
}
