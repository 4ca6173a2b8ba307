package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.InputImage;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;

/** The image trait, which no model offers yet: every call says so. */
final class HostImages implements InputImage {

  @Override
  public int numEmbsNeeded(Model model, int width, int height) {
    throw unsupported("num-embs-needed", model);
  }

  @Override
  public void embedImg(Queue queue, byte[] image, int[] positions, int[] embeds) {
    throw unsupported("embed-img", queue.model());
  }

  private static ApiException unsupported(String call, Model model) {
    return new ApiException(
        ErrorCode.UNSUPPORTED,
        call
            + ": model "
            + model.name()
            + " does not offer the trait input-image; available-traits lists what it offers");
  }
}
