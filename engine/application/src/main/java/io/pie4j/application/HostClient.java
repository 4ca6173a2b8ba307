package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.Client;
import io.pie4j.api.ClientFile;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureFile;
import io.pie4j.api.FutureText;

/** Messages between a program and whoever launched it. */
final class HostClient implements Client {
  private final HostSide host;

  HostClient(HostSide host) {
    this.host = host;
  }

  @Override
  public void send(String message) {
    host.requireMessageSize("send", message);
    host.tell(audience -> audience.message(host.instance(), message));
  }

  @Override
  public void sendFile(ClientFile file) {
    throw new ApiException(ErrorCode.UNSUPPORTED, "send-file: not answered by this engine yet");
  }

  @Override
  public FutureFile receiveFile() {
    throw new ApiException(ErrorCode.UNSUPPORTED, "receive-file: not answered by this engine yet");
  }

  @Override
  public FutureText receive() {
    return new HostFuture.Text(host, Answer.event(host.instance().inbox().take()));
  }
}
