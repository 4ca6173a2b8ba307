package io.pie4j.application;

import io.pie4j.api.ClientFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Files for a program that has not asked for them yet, and askers for whom there is no file yet;
 * never both. A file counts until the program has seen it.
 */
final class FileInbox {
  private final FileSettings settings;
  private final Deque<ClientFile> files = new ArrayDeque<>();
  private final LinkedHashSet<Asker> askers = new LinkedHashSet<>();
  private int filesHeld;
  private long bytesHeld;

  FileInbox(FileSettings settings) {
    this.settings = settings;
  }

  /** One call that waits for a file. */
  final class Asker {
    private final CompletableFuture<ClientFile> file = new CompletableFuture<>();
    private @Nullable ClientFile unseen;

    CompletableFuture<ClientFile> file() {
      return file;
    }

    /** The program has seen the file. */
    void received() {
      synchronized (FileInbox.this) {
        ClientFile seen = unseen;
        unseen = null;
        if (seen != null) {
          filesHeld--;
          bytesHeld -= seen.content().length;
        }
      }
    }

    /** Nobody waits any more: what was not seen goes to the next. */
    void abandon() {
      synchronized (FileInbox.this) {
        askers.remove(this);
        ClientFile left = unseen;
        unseen = null;
        if (left != null) {
          files.addFirst(left);
          handOut();
        }
      }
    }
  }

  /** False if it is full. */
  synchronized boolean offer(ClientFile file) {
    if (filesHeld >= settings.inboxFilesMax()
        || bytesHeld + file.content().length > settings.inboxBytesMax()) {
      return false;
    }
    filesHeld++;
    bytesHeld += file.content().length;
    files.add(file);
    handOut();
    return true;
  }

  synchronized Asker ask() {
    Asker asker = new Asker();
    askers.add(asker);
    handOut();
    return asker;
  }

  private void handOut() {
    while (!files.isEmpty() && !askers.isEmpty()) {
      Asker asker = askers.removeFirst();
      ClientFile file = files.removeFirst();
      asker.unseen = file;
      asker.file.complete(file);
    }
  }
}
