package io.pie4j.application;

import io.pie4j.component.Limits;

/**
 * Bounds of the application layer.
 *
 * @param instancesMax instances at once
 * @param argumentBytesMax bytes of all arguments of a launch, as UTF-8
 * @param inboxMessagesMax messages from its client that an instance has not received yet
 * @param messageBytesMax bytes of a message or of one print, as UTF-8
 * @param handlesMax resources (queues, futures, …) that an instance holds at once
 * @param readyInstancesMax instances kept made ahead for each program in use
 * @param limits memory and time of an instance
 */
public record LifecycleSettings(
    int instancesMax,
    int argumentBytesMax,
    int inboxMessagesMax,
    int messageBytesMax,
    int handlesMax,
    int readyInstancesMax,
    Limits limits) {

  public LifecycleSettings {
    requirePositive("instancesMax", instancesMax);
    requirePositive("argumentBytesMax", argumentBytesMax);
    requirePositive("inboxMessagesMax", inboxMessagesMax);
    requirePositive("messageBytesMax", messageBytesMax);
    requirePositive("handlesMax", handlesMax);
    if (readyInstancesMax < 0) {
      throw new IllegalArgumentException(
          "readyInstancesMax must not be negative, is " + readyInstancesMax);
    }
  }

  public static LifecycleSettings standard() {
    return new LifecycleSettings(8192, 1 << 20, 1024, 1 << 20, 65_536, 8, Limits.standard());
  }

  public LifecycleSettings withInstancesMax(int most) {
    return new LifecycleSettings(
        most,
        argumentBytesMax,
        inboxMessagesMax,
        messageBytesMax,
        handlesMax,
        readyInstancesMax,
        limits);
  }

  public LifecycleSettings withLimits(Limits newLimits) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        messageBytesMax,
        handlesMax,
        readyInstancesMax,
        newLimits);
  }

  public LifecycleSettings withReadyInstancesMax(int most) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        messageBytesMax,
        handlesMax,
        most,
        limits);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, is " + value);
    }
  }
}
