package io.pie4j.inferlet;

import io.pie4j.api.ChatMessage;
import io.pie4j.api.Model;
import io.pie4j.api.Tokenize;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation, written to a context's tokens by the model's chat template, piece by piece.
 *
 * <p>Templates render whole conversations; what a context lacks is the end of such a rendering. The
 * model's own answers stay as generated: a template sees a mark in their place, and what it writes
 * behind the mark is what follows the answer. So it does not matter that templates trim answers,
 * leave out their reasoning, or print special tokens as text that decoding leaves out.
 */
final class Chat {
  private final Tokenize tokenize;
  private final Model model;
  private final Tokens tokens;
  private final List<Turn> turns = new ArrayList<>();

  private State now = State.BEGINNING;

  /** What was before each time that the chat wrote, for going back. */
  private final List<State> marks = new ArrayList<>();

  /**
   * @param written how many turns the tokens hold
   * @param cued whether the cue for an answer comes after them
   * @param end how many tokens there were when the chat last wrote
   */
  record State(int written, boolean cued, int end) {
    static final State BEGINNING = new State(0, false, 0);
  }

  /** One turn; the content of the model's own is what the tokens hold. */
  record Turn(String role, String content, boolean ofModel) {}

  /** A conversation that writes to {@code tokens}; others may write there too. */
  Chat(Tokenize tokenize, Model model, Tokens tokens) {
    this.tokenize = tokenize;
    this.model = model;
    this.tokens = tokens;
  }

  /** A conversation that goes on from here on its own, in a copy of the tokens. */
  Chat copy(Tokens copied) {
    Chat copy = new Chat(tokenize, model, copied);
    copy.turns.addAll(turns);
    copy.marks.addAll(marks);
    copy.now = now;
    return copy;
  }

  /** What it needs to go on elsewhere, behind the same tokens. */
  record Saved(List<Turn> turns, State now) {
    static final Saved EMPTY = new Saved(List.of(), State.BEGINNING);
  }

  Saved save() {
    return new Saved(List.copyOf(turns), now);
  }

  void resume(Saved saved) {
    turns.addAll(saved.turns());
    now = saved.now();
  }

  /** The tokens behind the first {@code size} are gone, and so are messages among them. */
  void rewind(int size) {
    while (now.end() > size) {
      now = marks.isEmpty() ? State.BEGINNING : marks.removeLast();
    }
    while (turns.size() > now.written()) {
      turns.removeLast();
    }
  }

  /**
   * Adds a message; nothing is written yet. If an answer was cued, it ends here, as it is. An
   * assistant's message right behind a cue is that answer.
   */
  void add(String role, String content) {
    boolean answers = role.equals("assistant") && tokens.size() == now.end();
    if (now.cued() && now.written() == turns.size() && !answers) {
      turns.add(new Turn("assistant", "", true));
    }
    turns.add(new Turn(role, content, false));
  }

  /**
   * Writes the messages that the tokens lack and, if an answer comes next, its cue; none if other
   * tokens were added since, as these begin the answer.
   */
  void write(boolean answerNext) {
    boolean cueMissing = answerNext && !now.cued() && tokens.size() == now.end();
    if (turns.isEmpty() || (now.written() == turns.size() && !cueMissing)) {
      return;
    }
    String mark = mark();
    String all = render(turns.size(), answerNext, mark);
    if (!answerNext && !render(turns.size(), true, mark).startsWith(all)) {
      return; // the template closes a conversation that nobody goes on with: wait for the cue
    }
    if (now.written() < turns.size() && turns.get(now.written()).ofModel()) {
      writeBehindAnswer(behindAnswer(all, mark));
    } else {
      String before = now.written() == 0 ? "" : render(now.written(), now.cued(), mark);
      if (!all.startsWith(before)) {
        throw rewritten();
      }
      tokens.addAll(tokenize.tokenize(model, all.substring(before.length()), true));
    }
    marks.add(now);
    now = new State(turns.size(), answerNext, tokens.size());
  }

  /** Writes the messages that the tokens lack, if any, and then the cue for an answer. */
  void writePending() {
    if (now.written() < turns.size()) {
      write(true);
    }
  }

  /** What the template writes behind the answer at {@code written}. */
  private String behindAnswer(String all, String mark) {
    String own = mark(mark, now.written());
    int at = all.indexOf(own);
    String withCue = render(now.written(), true, mark);
    String before = common(render(now.written(), false, mark), withCue);
    // A cue may say more than the template later writes before the answer, such as the beginning
    // of its reasoning; and templates may put a space before an answer that has its own.
    if (at < 0
        || !all.substring(0, at).startsWith(before)
        || !withCue.startsWith(trimEnd(all.substring(0, at)))) {
      throw rewritten();
    }
    return all.substring(at + own.length());
  }

  /** If the answer ended by the token that the template writes behind it, that is there already. */
  private void writeBehindAnswer(String text) {
    int[] more = tokenize.tokenize(model, text, true);
    int from = 0;
    if (tokens.size() > now.end() && isStop(tokens.get(tokens.size() - 1))) {
      int last = tokens.get(tokens.size() - 1);
      if (trimStart(text).startsWith(tokenize.detokenize(model, new int[] {last}, false))) {
        from = indexAfter(more, last);
      }
    }
    for (int i = from; i < more.length; i++) {
      tokens.add(more[i]);
    }
  }

  private boolean isStop(int token) {
    for (int stop : model.stopTokens()) {
      if (token == stop) {
        return true;
      }
    }
    return false;
  }

  private static int indexAfter(int[] values, int value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return i + 1;
      }
    }
    return 0;
  }

  private String render(int count, boolean cue, String mark) {
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Turn turn = turns.get(i);
      messages.add(new ChatMessage(turn.role(), turn.ofModel() ? mark(mark, i) : turn.content()));
    }
    return model.formatChat(messages, cue);
  }

  /** Letters that no message has, for no template changes letters. */
  private String mark() {
    StringBuilder mark = new StringBuilder("WhatTheModelSaid");
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).content().contains(mark)) {
        mark.append('X');
        i = -1;
      }
    }
    return mark.toString();
  }

  private static String mark(String mark, int turn) {
    return mark + "In" + turn + "Th";
  }

  private static String common(String one, String other) {
    int length = 0;
    while (length < one.length()
        && length < other.length()
        && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return one.substring(0, length);
  }

  private static String trimEnd(String text) {
    int end = text.length();
    while (end > 0 && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static String trimStart(String text) {
    int start = 0;
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  /** Templates have no other; the tables of Unicode's would make every module larger. */
  private static boolean isBlank(char c) {
    return c <= ' ';
  }

  private IllegalStateException rewritten() {
    return new IllegalStateException(
        "the chat template of model "
            + model.name()
            + " writes earlier messages differently once others follow, and they are computed"
            + " already; begin a new context with all messages");
  }
}
