package io.pie4j.application;

import io.pie4j.component.Limits;
import io.pie4j.component.ReadyInstances;

/**
 * Bounds of the application layer.
 *
 * @param instancesMax instances at once
 * @param argumentBytesMax bytes of all arguments of a launch, as UTF-8
 * @param inboxMessagesMax messages from its client that an instance has not received yet
 * @param inboxBytesMax memory of those messages, two bytes a character
 * @param messageBytesMax bytes of a message or of one print, as UTF-8
 * @param handlesMax resources (queues, futures, …) that an instance holds at once
 * @param answerBytesMax memory of the distributions and scores that an instance's futures hold
 *     until it closes them
 * @param ready instances kept made ahead for each program in use
 * @param limits memory and time of an instance
 * @param children bounds of programs that launch programs
 * @param services bounds of messaging, store, http and files
 */
public record LifecycleSettings(
    int instancesMax,
    int argumentBytesMax,
    int inboxMessagesMax,
    long inboxBytesMax,
    int messageBytesMax,
    int handlesMax,
    long answerBytesMax,
    ReadyInstances ready,
    Limits limits,
    ChildSettings children,
    ServiceSettings services) {

  public LifecycleSettings {
    requirePositive("instancesMax", instancesMax);
    requirePositive("argumentBytesMax", argumentBytesMax);
    requirePositive("inboxMessagesMax", inboxMessagesMax);
    requirePositive("inboxBytesMax", inboxBytesMax);
    requirePositive("messageBytesMax", messageBytesMax);
    requirePositive("handlesMax", handlesMax);
    requirePositive("answerBytesMax", answerBytesMax);
  }

  public static LifecycleSettings standard() {
    return new LifecycleSettings(
        8192,
        1 << 20,
        1024,
        16L << 20,
        1 << 20,
        65_536,
        64L << 20,
        ReadyInstances.standard(),
        Limits.standard(),
        ChildSettings.standard(),
        ServiceSettings.standard());
  }

  public LifecycleSettings withInstancesMax(int most) {
    return new LifecycleSettings(
        most,
        argumentBytesMax,
        inboxMessagesMax,
        inboxBytesMax,
        messageBytesMax,
        handlesMax,
        answerBytesMax,
        ready,
        limits,
        children,
        services);
  }

  public LifecycleSettings withInbox(int messages, long bytes) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        messages,
        bytes,
        messageBytesMax,
        handlesMax,
        answerBytesMax,
        ready,
        limits,
        children,
        services);
  }

  public LifecycleSettings withAnswerBytesMax(long most) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        inboxBytesMax,
        messageBytesMax,
        handlesMax,
        most,
        ready,
        limits,
        children,
        services);
  }

  public LifecycleSettings withChildren(ChildSettings bounds) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        inboxBytesMax,
        messageBytesMax,
        handlesMax,
        answerBytesMax,
        ready,
        limits,
        bounds,
        services);
  }

  public LifecycleSettings withLimits(Limits newLimits) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        inboxBytesMax,
        messageBytesMax,
        handlesMax,
        answerBytesMax,
        ready,
        newLimits,
        children,
        services);
  }

  public LifecycleSettings withReady(ReadyInstances bounds) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        inboxBytesMax,
        messageBytesMax,
        handlesMax,
        answerBytesMax,
        bounds,
        limits,
        children,
        services);
  }

  public LifecycleSettings withServices(ServiceSettings newServices) {
    return new LifecycleSettings(
        instancesMax,
        argumentBytesMax,
        inboxMessagesMax,
        inboxBytesMax,
        messageBytesMax,
        handlesMax,
        answerBytesMax,
        ready,
        limits,
        children,
        newServices);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive, is " + value);
    }
  }
}
