package io.pie4j.inference;

/**
 * Copies keys, values and positions of token slots between pages, over all layers.
 *
 * @param sourceSlots physical slots: page × page size + offset
 * @param targetSlots as many, disjoint from the sources of the same pass
 */
public record CopySlots(int[] sourceSlots, int[] targetSlots) {

  public CopySlots {
    if (sourceSlots.length != targetSlots.length) {
      throw new IllegalArgumentException(
          sourceSlots.length + " source slots for " + targetSlots.length + " target slots");
    }
  }
}
