package io.pie4j.control;

/**
 * The contents that a program's pages refer to, each counted once.
 *
 * @param distinct all of them
 * @param missing those that are elsewhere
 * @param unpinned those that are resident and may be moved out
 * @param leaving those among them that are moving out
 */
record Holdings(int distinct, int missing, int unpinned, int leaving) {

  /**
   * Counts them.
   *
   * @param stamp that no earlier count had; marks the contents as counted
   */
  static Holdings of(SpaceState space, long stamp) {
    int distinct = 0;
    int missing = 0;
    int unpinned = 0;
    int leaving = 0;
    for (VirtualPage page : space.pages) {
      PageContent content = page.content;
      if (content.counted != stamp) {
        content.counted = stamp;
        distinct++;
        missing += content.isResident() ? 0 : 1;
        unpinned += content.isResident() && content.pins == 0 ? 1 : 0;
        leaving += content.isMoving() && content.pins == 0 ? 1 : 0;
      }
    }
    return new Holdings(distinct, missing, unpinned, leaving);
  }
}
