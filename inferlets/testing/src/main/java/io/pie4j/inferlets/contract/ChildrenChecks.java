package io.pie4j.inferlets.contract;

import io.pie4j.api.Child;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureText;
import io.pie4j.api.Pollable;
import java.util.List;

/** Programs that a program launches. */
final class ChildrenChecks {
  private ChildrenChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "child-speaks-with-its-parent",
            ChildrenChecks::speaks,
            "children.launch",
            "children.child.id",
            "children.child.send",
            "children.child.receive"),
        Check.of(
            "child-ends",
            ChildrenChecks::ends,
            "children.launch",
            "children.child.subscribe",
            "children.child.get",
            "children.child.await"),
        Check.of("child-fails", ChildrenChecks::fails, "children.child.await"),
        Check.of("child-is-cancelled", ChildrenChecks::cancel, "children.child.cancel"));
  }

  private static Child launch(Stage stage, Role role, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = role.argument();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return stage.api().children().launch(stage.told("program"), List.of(all));
  }

  private static void speaks(Stage stage) {
    try (Child child = launch(stage, Role.ECHO)) {
      String id = stage.text(child.receive(), "the child's first message");
      Expect.equal(child.id(), id, "the child's id");
      Expect.that(!id.equals(stage.api().runtime().instanceId()), "the child has the parent's id");
      child.send("one");
      child.send("zwei");
      Expect.equal(stage.text(child.receive(), "an echo"), "echo one", "the first message");
      Expect.equal(stage.text(child.receive(), "an echo"), "echo zwei", "the second message");
      child.send("end");
      FutureText none = child.receive();
      Expect.refused(ErrorCode.NOT_FOUND, () -> stage.text(none, "the end"), "receive");
    }
  }

  private static void ends(Stage stage) {
    try (Child child = launch(stage, Role.ECHO, "a", "b");
        Pollable ended = child.subscribe()) {
      Expect.that(child.get().isEmpty(), "it has ended before it was told to");
      Expect.that(!ended.ready(), "its end is there before it was told to");
      child.send("end");
      Expect.that(stage.comes(ended), "it does not end");
      Expect.equal(child.get().orElse(""), "a,b", "what it printed");
      Expect.equal(child.await(), "a,b", "what it printed");
    }
    // Dropping the handle leaves it running: nobody but the next message ends it.
    try (Child child = launch(stage, Role.ECHO, "awaited")) {
      child.send("end");
      Expect.equal(child.await(), "awaited", "what the second printed");
    }
  }

  private static void fails(Stage stage) {
    try (Child child = launch(stage, Role.FAIL, "no bread left")) {
      Expect.refused(ErrorCode.FAILED, child::await, "no bread left");
      Expect.refused(ErrorCode.FAILED, child::get, "no bread left");
    }
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> stage.api().children().launch("no-such-program", List.of()),
        "launch",
        "no-such-program");
  }

  private static void cancel(Stage stage) {
    try (Child child = launch(stage, Role.WAIT);
        Pollable ended = child.subscribe()) {
      Expect.that(!ended.ready(), "it has ended before it was cancelled");
      child.cancel();
      Expect.that(stage.comes(ended), "it does not end");
      Expect.refused(ErrorCode.TERMINATED, child::await, "");
      child.cancel(); // does nothing
    }
  }
}
