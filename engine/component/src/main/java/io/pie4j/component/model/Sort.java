package io.pie4j.component.model;

/** What an index counts. */
enum Sort {
  CORE_FUNCTION("core func"),
  CORE_TABLE("core table"),
  CORE_MEMORY("core memory"),
  CORE_GLOBAL("core global"),
  CORE_TAG("core tag"),
  CORE_TYPE("core type"),
  MODULE("core module"),
  CORE_INSTANCE("core instance"),
  FUNCTION("func"),
  TYPE("type"),
  COMPONENT("component"),
  INSTANCE("instance");

  private final String text;

  Sort(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
