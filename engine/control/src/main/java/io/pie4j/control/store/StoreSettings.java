package io.pie4j.control.store;

/**
 * Bounds of the programs' store. Names that all users share are one more space with the bounds of a
 * user's.
 *
 * @param valueBytesMax bytes of a value
 * @param bytesPerSpaceMax bytes of all keys and values of a user
 * @param keysPerSpaceMax keys of a user
 * @param listedKeysMax keys that one listing answers with
 * @param cacheBytesMax bytes of keys and values kept in memory to be read without the file
 * @param callsWaitingMax calls that wait for the file
 */
public record StoreSettings(
    int valueBytesMax,
    long bytesPerSpaceMax,
    int keysPerSpaceMax,
    int listedKeysMax,
    long cacheBytesMax,
    int callsWaitingMax) {

  public StoreSettings {
    requirePositive("valueBytesMax", valueBytesMax);
    requirePositive("bytesPerSpaceMax", bytesPerSpaceMax);
    requirePositive("keysPerSpaceMax", keysPerSpaceMax);
    requirePositive("listedKeysMax", listedKeysMax);
    requirePositive("cacheBytesMax", cacheBytesMax);
    requirePositive("callsWaitingMax", callsWaitingMax);
  }

  /** Values of 1 MiB; 64 MiB and 100,000 keys a user; 10,000 keys a listing; 16 MiB of cache. */
  public static StoreSettings standard() {
    return new StoreSettings(1 << 20, 64L << 20, 100_000, 10_000, 16L << 20, 16_384);
  }

  public StoreSettings withValueBytesMax(int most) {
    return new StoreSettings(
        most, bytesPerSpaceMax, keysPerSpaceMax, listedKeysMax, cacheBytesMax, callsWaitingMax);
  }

  public StoreSettings withBytesPerSpaceMax(long most) {
    return new StoreSettings(
        valueBytesMax, most, keysPerSpaceMax, listedKeysMax, cacheBytesMax, callsWaitingMax);
  }

  public StoreSettings withKeysPerSpaceMax(int most) {
    return new StoreSettings(
        valueBytesMax, bytesPerSpaceMax, most, listedKeysMax, cacheBytesMax, callsWaitingMax);
  }

  public StoreSettings withListedKeysMax(int most) {
    return new StoreSettings(
        valueBytesMax, bytesPerSpaceMax, keysPerSpaceMax, most, cacheBytesMax, callsWaitingMax);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, is " + value);
    }
  }
}
