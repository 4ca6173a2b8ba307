package io.pie4j.inference;

/**
 * What the control layer must know of a driver.
 *
 * @param name for people: driver and model
 * @param pageSize token slots in a page, 1 to 32
 * @param pageCount physical pages, numbered from 0
 * @param embedCount physical embeds, numbered from 0
 * @param vocabularySize tokens are below this
 * @param maxPositions positions are below this
 * @param maxTokensPerPass new tokens in the forwards of one pass
 * @param maxReadoutsPerPass readouts in one pass
 * @param pageBytes bytes of a {@link PageImage}
 * @param adaptersMax adapters loaded at once, numbered from 0; 0 if the driver has none
 */
public record DriverInfo(
    String name,
    int pageSize,
    int pageCount,
    int embedCount,
    int vocabularySize,
    int maxPositions,
    int maxTokensPerPass,
    int maxReadoutsPerPass,
    long pageBytes,
    int adaptersMax) {

  /** A page's visible slots are bits of an {@code int}. */
  public static final int MAX_PAGE_SIZE = 32;

  public DriverInfo {
    if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException(
          "page size must be 1 to " + MAX_PAGE_SIZE + " tokens, is " + pageSize);
    }
    requirePositive("page count", pageCount);
    requirePositive("embed count", embedCount);
    requirePositive("vocabulary size", vocabularySize);
    requirePositive("max positions", maxPositions);
    requirePositive("max tokens per pass", maxTokensPerPass);
    requirePositive("max readouts per pass", maxReadoutsPerPass);
    if (pageBytes < 1 || adaptersMax < 0) {
      throw new IllegalArgumentException(
          "a page takes " + pageBytes + " bytes and " + adaptersMax + " adapters fit");
    }
    if ((long) pageCount * pageSize > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          pageCount + " pages of " + pageSize + " tokens are more slots than an int can number");
    }
  }

  /** Physical slots, numbered from 0: page × page size + offset. */
  public int slotCount() {
    return pageCount * pageSize;
  }

  /**
   * Checks every id and count of a pass against these bounds. Drivers call it before they run a
   * pass.
   *
   * @throws DriverException naming the first value that is out of bounds
   */
  public void check(Pass pass) {
    new PassCheck(this).check(pass);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be positive, is " + value);
    }
  }
}
