package io.pie4j.model.chat;

/** Text in the making: the rendered text itself, a macro's result or a value's printed form. */
final class Output {
  private final Budget budget;
  private final StringBuilder text = new StringBuilder();

  Output(Budget budget) {
    this.budget = budget;
  }

  Output append(String more) {
    int charsMax = budget.limits().outputCharsMax();
    if (more.length() > charsMax - text.length()) {
      throw Fault.limit("the text is longer than " + charsMax + " characters (outputCharsMax)");
    }
    budget.chars(more.length());
    text.append(more);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
