package io.pie4j.control;

import java.util.List;

/**
 * What a simulation is about.
 *
 * @param seed of everything that is random
 * @param scarce too few pages for all
 * @param failing passes fail now and then
 * @param headStartMillis as the loop is told it, which a test may get wrong on purpose
 * @param pages the loop's table, which a test may have prepared
 * @param inbox the loop's inbox, likewise
 */
record Setup(
    long seed,
    boolean scarce,
    boolean failing,
    DispatchForm form,
    DispatchPolicy policy,
    long headStartMillis,
    PageTable pages,
    Inbox inbox) {
  private static final int PAGE_SIZE = 8;
  private static final int PAGES = 700;
  private static final int FEW_PAGES = 40;

  private static final List<DispatchPolicy> POLICIES =
      List.of(
          DispatchPolicy.adaptive(),
          new DispatchPolicy.Eager(),
          new DispatchPolicy.KOnly(3, 400_000),
          new DispatchPolicy.TOnly(100_000));

  /** Every form with every policy, each with enough memory, with too little, and with failures. */
  static Setup of(long seed) {
    DispatchForm form = seed % 2 == 0 ? DispatchForm.PASSES : DispatchForm.ONE_TYPE;
    DispatchPolicy policy = POLICIES.get((int) (seed / 2 % POLICIES.size()));
    long turn = seed / (2L * POLICIES.size());
    boolean scarce = turn % 6 == 4;
    PageTable pages = new PageTable(scarce ? FEW_PAGES : PAGES, PAGE_SIZE);
    return new Setup(
        seed,
        scarce,
        turn % 6 == 5,
        form,
        policy,
        Simulation.HEAD_START_MILLIS,
        pages,
        new Inbox());
  }

  static PageTable ample() {
    return new PageTable(PAGES, PAGE_SIZE);
  }

  Setup with(PageTable faulty) {
    return new Setup(seed, scarce, failing, form, policy, headStartMillis, faulty, inbox);
  }

  Setup with(Inbox faulty) {
    return new Setup(seed, scarce, failing, form, policy, headStartMillis, pages, faulty);
  }

  Setup withHeadStartMillis(long wrong) {
    return new Setup(seed, scarce, failing, form, policy, wrong, pages, inbox);
  }

  @Override
  public String toString() {
    return "seed "
        + seed
        + " ("
        + form
        + ", "
        + policy.name()
        + (scarce ? ", few pages" : "")
        + (failing ? ", failing passes" : "")
        + ")";
  }
}
