package io.pie4j.application;

/** How many carriers the virtual threads of inferlets have. */
public final class Carriers {
  private static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";
  private static final int A_CORE = 4;
  private static final int LEAST = 16;

  private Carriers() {}

  /**
   * Makes them more numerous than the cores: programs that compute hold a carrier each, and a few
   * of them would stop everybody. Has an effect only before the JVM's first virtual thread.
   */
  public static void outnumberCores() {
    int cores = Runtime.getRuntime().availableProcessors();
    System.setProperty(PROPERTY, String.valueOf(Math.max(LEAST, A_CORE * cores)));
  }
}
