package io.pie4j.inferlets.contract;

import io.pie4j.api.ClientFile;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureFile;
import io.pie4j.api.FutureText;
import io.pie4j.api.Pollable;
import java.util.List;

/** Messages and files to the client and back. */
final class ClientChecks {
  /** As the engine's settings are by default. */
  private static final int FILE_BYTES_MAX = 16 << 20;

  private ClientChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("send-and-receive", ClientChecks::messages, "client.send", "client.receive"),
        Check.of("send-file", ClientChecks::sendFile, "client.send-file"),
        Check.of(
            "receive-file",
            ClientChecks::receiveFile,
            "client.receive-file",
            "client.future-file.subscribe",
            "client.future-file.get",
            "client.future-file.await"),
        Check.of("files-refuse", ClientChecks::refuses));
  }

  private static void messages(Stage stage) {
    try (FutureText first = stage.api().client().receive();
        FutureText second = stage.api().client().receive()) {
      stage.api().client().send("echo one");
      stage.api().client().send("echo two");
      Expect.equal(stage.text(first, "the first answer"), "one", "the first answer");
      Expect.equal(stage.text(second, "the second answer"), "two", "the second answer");
    }
    String large = "large: " + "äö ".repeat(10_000);
    Expect.equal(stage.ask("echo " + large), large, "a large message");
  }

  private static void sendFile(Stage stage) {
    byte[] content = content(70_000);
    stage.api().client().sendFile(new ClientFile("täglich.bin", content));
    stage.confirm("got a file täglich.bin of 70000 bytes with sum " + sum(content));
    stage.api().client().sendFile(new ClientFile("empty", new byte[0]));
    stage.confirm("got a file empty of 0 bytes with sum 0");
  }

  private static void receiveFile(Stage stage) {
    try (FutureFile first = stage.api().client().receiveFile();
        Pollable ready = first.subscribe()) {
      Expect.that(first.get().isEmpty(), "a file before it was asked for");
      Expect.that(!ready.ready(), "ready before it was asked for");
      stage.confirm("send me a file one of 70000 bytes");
      Expect.that(stage.comes(ready), "the file does not come");
      ClientFile file = first.get().orElseThrow();
      Expect.equal(file.name(), "one", "its name");
      Expect.equal(file.content(), content(70_000), "its content");
    }
    stage.confirm("send me a file two of 3 bytes");
    try (FutureFile second = stage.api().client().receiveFile()) {
      ClientFile file = second.await();
      Expect.equal(file.name(), "two", "the name of the second");
      Expect.equal(file.content(), content(3), "the content of the second");
    }
  }

  private static void refuses(Stage stage) {
    for (String name : List.of("", "..", "a/b", "..\\b", "a\nb")) {
      Expect.refused(
          ErrorCode.INVALID_ARGUMENT,
          () -> stage.api().client().sendFile(new ClientFile(name, new byte[1])),
          "send-file",
          "name");
    }
    Expect.refused(
        ErrorCode.QUOTA_EXCEEDED,
        () -> stage.api().client().sendFile(new ClientFile("huge", new byte[FILE_BYTES_MAX + 1])),
        "send-file",
        "content");
    sendFile(stage); // the program goes on
  }

  /** Bytes that the launching side makes in the same way. */
  static byte[] content(int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (i * 31 + (i >> 8));
    }
    return content;
  }

  private static int sum(byte[] content) {
    int sum = 0;
    for (byte each : content) {
      sum = sum * 31 + each;
    }
    return sum;
  }
}
