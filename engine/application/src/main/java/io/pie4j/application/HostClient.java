package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.Client;
import io.pie4j.api.ClientFile;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureFile;
import io.pie4j.api.FutureText;

/** Messages and files between a program and whoever launched it. */
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
  public FutureText receive() {
    return new HostFuture.Text(host, Answer.event(host.instance().inbox().take()));
  }

  @Override
  public void sendFile(ClientFile file) {
    host.require("send-file", Right.FILES);
    FileNames.problem(file.name())
        .ifPresent(problem -> {
          throw new ApiException(ErrorCode.INVALID_ARGUMENT, "send-file: " + problem);
        });
    int most = host.instance().settings().services().files().fileBytesMax();
    if (file.content().length > most) {
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "send-file: content has %d bytes; the limit is %d (fileBytesMax)"
              .formatted(file.content().length, most));
    }
    host.tell(audience -> audience.file(host.instance(), file.name(), file.content()));
  }

  @Override
  public FutureFile receiveFile() {
    host.require("receive-file", Right.FILES);
    FileInbox.Asker asker = host.instance().files().ask();
    return new HostFuture.File(host, Answer.event(asker.file(), asker::received, asker::abandon));
  }
}
