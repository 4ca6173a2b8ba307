package io.pie4j.application;

import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The launching side of one run of a contract check: answers the questions that the program sends
 * to its client. Its answer to a question that is an assertion is {@code yes}, or why not.
 */
final class ContractPartner implements Audience {
  private final ContractStage stage;
  private final StringBuilder printed = new StringBuilder();
  private @Nullable String file;

  ContractPartner(ContractStage stage) {
    this.stage = stage;
  }

  @Override
  public void printed(Instance instance, String text) {
    printed.append(text);
  }

  @Override
  public void message(Instance instance, String message) {
    try {
      instance.send(answer(instance, message));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void file(Instance instance, String name, byte[] content) {
    int sum = 0;
    for (byte each : content) {
      sum = sum * 31 + each;
    }
    file = name + " of " + content.length + " bytes with sum " + sum;
  }

  @Override
  public void ended(Instance instance, Outcome outcome) {}

  private String answer(Instance instance, String question) throws InterruptedException {
    if (question.startsWith("echo ")) {
      return question.substring("echo ".length());
    }
    if (question.startsWith("printed ")) {
      return equal(printed.toString(), question.substring("printed ".length()));
    }
    if (question.startsWith("my id is ")) {
      return equal(instance.id().toString(), question.substring("my id is ".length()));
    }
    if (question.startsWith("got a file ")) {
      return equal(String.valueOf(file), question.substring("got a file ".length()));
    }
    if (question.startsWith("send me a file ")) {
      String[] words = question.split(" ", -1);
      instance.sendFile(words[4], content(Integer.parseInt(words[6])));
      return "yes";
    }
    if (question.startsWith("run as ")) {
      String[] words = question.split(" ", -1);
      return runAs(words[2].equals("me") ? instance.user() : ContractStage.STRANGER, words);
    }
    if (question.startsWith("logged ")) {
      String[] words = question.split(" ", -1);
      return stage.logged(instance, words[1], words[3]) ? "yes" : "no";
    }
    if (question.startsWith("the driver saw ")) {
      String[] words = question.split(" ", -1);
      int first = stage.driver().embedded().indexOf(Integer.valueOf(words[3]));
      int second = stage.driver().embedded().indexOf(Integer.valueOf(words[5]));
      return first >= 0 && first < second ? "yes" : "no: " + stage.driver().embedded();
    }
    if (question.contains(": ")) {
      String[] words = question.split(": ", -1);
      return settled(
          Integer.parseInt(words[1]),
          switch (words[0]) {
            case "pages in use" -> () -> stage.status().pagesUsed();
            case "embeds in use" -> () -> stage.status().embedsUsed();
            default -> throw new IllegalArgumentException("no count of " + words[0]);
          });
    }
    return switch (question) {
      case "others can have most of the pages" -> crowd();
      case "hold the driver" -> {
        stage.driver().hold();
        yield "yes";
      }
      case "the driver is held" -> stage.driver().awaitHeld() ? "yes" : "no pass comes";
      case "release the driver" -> {
        stage.driver().release();
        yield "yes";
      }
      case "hold the server" -> {
        stage.server().hold();
        yield "yes";
      }
      case "release the server" -> {
        stage.server().release();
        yield "yes";
      }
      default -> "no answer to '" + question + "'";
    };
  }

  private static String equal(String found, String expected) {
    return found.equals(expected) ? "yes" : "no: " + found;
  }

  /** The control loop publishes its counts a moment after it did something. */
  private static String settled(int expected, IntSupplier count) {
    long deadline = System.nanoTime() + 1_000_000_000L;
    while (count.getAsInt() != expected && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    return equal("" + count.getAsInt(), "" + expected);
  }

  /** Another program takes six tenths of all pages, and gives them back. */
  private String crowd() throws InterruptedException {
    int most = stage.engine().served().controller().info().pageCount() * 6 / 10;
    io.pie4j.api.Program body =
        api -> {
          var model = api.models().availableModels().getFirst();
          var queue = api.queues().createQueue(model);
          api.allocate().allocKvpage(queue, most);
          api.queues().synchronize(queue).await();
        };
    Program program = new TrustedProgram(ProgramName.parse("crowd"), body);
    Instance crowd = stage.engine().launchAs(ContractStage.STRANGER, program, Audience.none());
    try {
      Outcome outcome = crowd.outcome().get(1, TimeUnit.SECONDS);
      return outcome instanceof Outcome.Finished ? "yes" : "no: " + outcome.message();
    } catch (TimeoutException | ExecutionException late) {
      crowd.terminate("too late");
      return "no: they wait";
    }
  }

  /** What another program prints in the role that {@code words} tell from the fourth on. */
  private String runAs(User user, String[] words) throws InterruptedException {
    StringBuilder output = new StringBuilder();
    Audience audience =
        new Audience() {
          @Override
          public void printed(Instance other, String text) {
            output.append(text);
          }

          @Override
          public void message(Instance other, String message) {}

          @Override
          public void ended(Instance other, Outcome outcome) {}
        };
    Instance other = stage.launch(user, audience, Arrays.copyOfRange(words, 3, words.length));
    try {
      Outcome outcome = other.outcome().get(20, TimeUnit.SECONDS);
      return outcome instanceof Outcome.Finished ? output.toString() : outcome.message();
    } catch (TimeoutException | ExecutionException late) {
      other.terminate("too late");
      return "no end: " + late;
    }
  }

  /** Bytes that the program makes in the same way. */
  static byte[] content(int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (i * 31 + (i >> 8));
    }
    return content;
  }
}
