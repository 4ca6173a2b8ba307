package io.pie4j.control;

import io.pie4j.control.ContentionPolicy.SuspendAndRestore;
import java.nio.file.Path;
import java.util.List;

/**
 * What a simulation is about.
 *
 * @param seed of everything that is random
 * @param scarce too few pages for all
 * @param failing passes fail now and then
 * @param contention who gives way
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
    ContentionPolicy contention,
    long headStartMillis,
    PageTable pages,
    Inbox inbox) {
  private static final int PAGE_SIZE = 8;
  private static final int PAGES = 700;
  private static final int FEW_PAGES = 40;
  private static final int CONTENDED_PAGES = 18;
  private static final int FULL_SOON = 4;

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
        scarce ? ContentionPolicy.refuse() : ContentionPolicy.suspendAndRestore(),
        Simulation.HEAD_START_MILLIS,
        pages,
        new Inbox());
  }

  /** Programs that want more together than there is, though none more than that. */
  static Setup contended(long seed, Path folder) {
    long pageBytes = 16L * PAGE_SIZE;
    SuspendAndRestore suspend =
        ContentionPolicy.suspendAndRestore().withQuietMillis(2).withGraceMillis(1);
    List<ContentionPolicy> contentions =
        List.of(
            suspend,
            suspend.withMemoryBytes(16 * pageBytes).withFile(folder, 500 * pageBytes),
            suspend.withMemoryBytes(FULL_SOON * pageBytes),
            ContentionPolicy.terminateNewest());
    return new Setup(
        seed,
        true,
        seed % 7 == 0,
        seed / 4 % 2 == 0 ? DispatchForm.PASSES : DispatchForm.ONE_TYPE,
        POLICIES.get((int) (seed / 8 % POLICIES.size())),
        contentions.get((int) (seed % contentions.size())),
        Simulation.HEAD_START_MILLIS,
        new PageTable(CONTENDED_PAGES, PAGE_SIZE),
        new Inbox());
  }

  boolean isContended() {
    return scarce && !(contention instanceof ContentionPolicy.Refuse);
  }

  /** Whether programs may be ended to free memory for others. */
  boolean endsPrograms() {
    return isContended()
        && !(contention instanceof SuspendAndRestore s
            && s.memoryBytes() > FULL_SOON * 16L * PAGE_SIZE);
  }

  static PageTable ample() {
    return new PageTable(PAGES, PAGE_SIZE);
  }

  Setup with(PageTable faulty) {
    return new Setup(
        seed, scarce, failing, form, policy, contention, headStartMillis, faulty, inbox);
  }

  Setup with(Inbox faulty) {
    return new Setup(
        seed, scarce, failing, form, policy, contention, headStartMillis, pages, faulty);
  }

  Setup withHeadStartMillis(long wrong) {
    return new Setup(seed, scarce, failing, form, policy, contention, wrong, pages, inbox);
  }

  @Override
  public String toString() {
    return "seed "
        + seed
        + " ("
        + form
        + ", "
        + policy.name()
        + (scarce ? ", few pages, " + contention.label() : "")
        + (failing ? ", failing passes" : "")
        + ")";
  }
}
