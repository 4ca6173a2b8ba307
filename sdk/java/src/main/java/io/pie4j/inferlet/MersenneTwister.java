package io.pie4j.inferlet;

/**
 * The generator MT19937 (Matsumoto and Nishimura 1998) with 32-bit outputs, seeded by one number as
 * in its authors' {@code init_genrand}.
 */
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int SHIFT = 397;

  private final int[] state = new int[SIZE];
  private int at = SIZE;

  MersenneTwister(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      int before = state[i - 1];
      state[i] = 1_812_433_253 * (before ^ (before >>> 30)) + i;
    }
  }

  /** Any 32 bits. */
  int next() {
    if (at == SIZE) {
      twist();
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    return y ^ (y >>> 18);
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int y = (state[i] & 0x8000_0000) | (state[(i + 1) % SIZE] & 0x7fff_ffff);
      int mixed = (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908_b0df);
      state[i] = state[(i + SHIFT) % SIZE] ^ mixed;
    }
    at = 0;
  }
}
