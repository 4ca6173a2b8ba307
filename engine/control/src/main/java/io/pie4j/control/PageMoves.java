package io.pie4j.control;

import io.pie4j.inference.PageImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pages that the pass at hand moves out of the driver's memory and back.
 *
 * <p>A page that moves out keeps its place until the pass is over, so nothing is lost if the pass
 * fails, nor if its program needs it again meanwhile. A page that comes back keeps its slot until
 * then. Both cost a pass of waiting at most and spare the question what a failed pass did.
 */
final class PageMoves implements AutoCloseable {
  private final PageTable pages;
  private final List<SwapTier> tiers;

  private final List<PageContent> leaving = new ArrayList<>();
  private final List<PageContent> returning = new ArrayList<>();
  private final List<PageImage> saves = new ArrayList<>();
  private final List<PageImage> loads = new ArrayList<>();

  PageMoves(PageTable pages, List<SwapTier> tiers) {
    this.pages = pages;
    this.tiers = tiers;
  }

  /** Room for pages by the settings: none, unless pages may move at all. */
  static List<SwapTier> tiers(ContentionPolicy policy, long pageBytes) {
    List<SwapTier> tiers = new ArrayList<>();
    if (policy instanceof ContentionPolicy.SuspendAndRestore p) {
      tiers.add(new SwapToMemory(pageBytes, p.memoryBytes()));
      p.file().ifPresent(file -> tiers.add(new SwapToFile(pageBytes, file)));
    }
    return tiers;
  }

  List<PageImage> saves() {
    return saves;
  }

  List<PageImage> loads() {
    return loads;
  }

  boolean isEmpty() {
    return saves.isEmpty() && loads.isEmpty();
  }

  /** Pages that become free with the end of the pass unless somebody needs them again. */
  int leaving() {
    return leaving.size();
  }

  /** Pages that lie in the n-th tier. */
  int swapped(int tier) {
    return tier < tiers.size() ? tiers.get(tier).used() : 0;
  }

  /** Whether there was room. */
  boolean save(PageContent content) {
    Optional<SwapSlot> slot = Optional.empty();
    for (SwapTier tier : tiers) {
      slot = slot.or(tier::take);
    }
    if (slot.isEmpty()) {
      return false;
    }
    content.slot = slot;
    pages.copyReads(content.physical, 0); // whoever drops it must wait for the pass
    leaving.add(content);
    saves.add(new PageImage(content.physical, slot.get().memory()));
    return true;
  }

  /** A page must be free. */
  void load(PageContent content) {
    pages.settle(content);
    pages.copyReads(content.physical, 0);
    returning.add(content);
    loads.add(new PageImage(content.physical, content.slot.orElseThrow().memory()));
  }

  void finished() {
    for (PageContent content : leaving) {
      if (content.references > 0 && content.pins == 0) {
        pages.vacate(content);
      } else {
        giveSlot(content);
      }
    }
    returning.forEach(PageMoves::giveSlot);
    clear();
  }

  void failed() {
    leaving.forEach(PageMoves::giveSlot);
    for (PageContent content : returning) {
      if (content.references > 0) {
        pages.vacate(content);
      } else {
        giveSlot(content);
      }
    }
    clear();
  }

  private void clear() {
    leaving.clear();
    returning.clear();
    saves.clear();
    loads.clear();
  }

  private static void giveSlot(PageContent content) {
    content.slot.ifPresent(SwapSlot::give);
    content.slot = Optional.empty();
  }

  @Override
  public void close() {
    tiers.forEach(SwapTier::close);
  }
}
