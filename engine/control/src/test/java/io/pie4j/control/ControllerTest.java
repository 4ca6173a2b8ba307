package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import org.junit.jupiter.api.Test;

/** The controller on its own thread. */
class ControllerTest {

  @Test
  void aProgramDecodes() throws InterruptedException {
    try (Controller controller =
        Controller.start(
            new DummyDriver(DummySettings.withVocabulary(100)), ControlSettings.defaults())) {
      AddressSpace space = controller.open("p");
      CommandQueue queue = space.createQueue();
      int[] embeds = queue.allocateEmbeds(3);
      int[] pages = queue.allocatePages(2);
      queue.embedText(new int[] {1, 2, 3}, new int[] {0, 1, 2}, embeds);
      queue.forward(new int[0], embeds, pages, new int[] {embeds[2]});
      int token = queue.nextDistribution(embeds[2], 5).await().ids()[0];
      queue.embedText(new int[] {token}, new int[] {3}, new int[] {embeds[0]});
      queue.forward(pages, new int[] {embeds[0]}, pages, new int[] {embeds[0]});
      Sampling greedy = new Sampling(0, 0, 1, 0, 0);
      assertThat(queue.sample(embeds[0], greedy).await().id()).isBetween(0, 99);
      queue.synchronize().await();
      space.close();
    }
  }

  @Test
  void aClosedControllerEndsEverything() throws InterruptedException {
    Controller controller =
        Controller.start(
            new DummyDriver(DummySettings.withVocabulary(100)), ControlSettings.defaults());
    CommandQueue queue = controller.open("p").createQueue();
    controller.close();
    controller.close();
    assertThatThrownBy(queue::synchronize)
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.code()).isEqualTo(Code.TERMINATED));
    assertThatThrownBy(() -> controller.open("q"))
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.code()).isEqualTo(Code.TERMINATED));
  }
}
