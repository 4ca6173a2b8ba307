package io.pie4j.control;

import io.pie4j.control.Command.AllocateEmbeds;
import io.pie4j.control.Command.AllocatePages;
import io.pie4j.control.Command.ExportPages;
import io.pie4j.control.Command.FreeEmbeds;
import io.pie4j.control.Command.FreePages;
import io.pie4j.control.Command.ImportPages;
import io.pie4j.control.Command.MaskPage;
import io.pie4j.control.Command.TruncatePage;
import io.pie4j.control.ControlException.Code;

/**
 * Does the commands that cost the driver nothing. Each method returns whether it is done; false
 * means, with nothing changed, that the command has to wait.
 */
final class Bookkeeper {
  private final PageTable pages;
  private final EmbedTable embeds;
  private final Exports exports;

  Bookkeeper(PageTable pages, EmbedTable embeds, Exports exports) {
    this.pages = pages;
    this.embeds = embeds;
    this.exports = exports;
  }

  boolean allocate(SpaceState space, AllocatePages c) {
    int count = c.pages().length;
    if (count > space.quotas.pages() - space.pagesHeld) {
      return false; // for an earlier deallocation on another queue of the program
    }
    if (scarce(c.call(), "pages", count, pages.free(), pages.released())) {
      return false;
    }
    for (VirtualPage page : c.pages()) {
      pages.bind(page);
    }
    space.pagesHeld += count;
    return true;
  }

  boolean allocate(SpaceState space, AllocateEmbeds c) {
    int count = c.embeds().length;
    if (count > space.quotas.embeds() - space.embedsHeld) {
      return false;
    }
    if (scarce(c.call(), "embeds", count, embeds.free(), embeds.released())) {
      return false;
    }
    for (VirtualEmbed embed : c.embeds()) {
      embeds.bind(embed);
    }
    space.embedsHeld += count;
    return true;
  }

  /** Whether to wait for the pass under way. Here a contention policy will choose who gives way. */
  private static boolean scarce(String call, String what, int asked, int free, int released) {
    if (asked > free + released) {
      throw new ControlException(
          Code.OUT_OF_MEMORY, call + ": " + asked + " " + what + " asked, " + free + " are free");
    }
    return asked > free;
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
    if (count > space.quotas.pages() - space.pagesHeld) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      pages.share(c.export().contents()[i], c.export().written()[i], c.pages()[i]);
    }
    space.pagesHeld += count;
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
    for (PageContent content : export.takeContents()) {
      pages.drop(content);
    }
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
      pages.free(page);
      space.pagesHeld--;
    }
  }

  void free(SpaceState space, VirtualEmbed embed) {
    if (embed.binding == Binding.BOUND) {
      embeds.free(embed);
      space.embedsHeld--;
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
