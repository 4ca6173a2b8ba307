package io.pie4j.component;

import io.pie4j.component.abi.GuestMemory;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.TableInstance;
import run.endive.runtime.TagInstance;

/** What core instances of one {@link Store} offer each other. */
public sealed interface CoreExtern {
  /** A function; see {@link CoreFunction}. */
  record Function(CoreFunction function) implements CoreExtern {}

  /** A linear memory. */
  final class Memory implements CoreExtern {
    private final LinearMemory memory;

    Memory(LinearMemory memory) {
      this.memory = memory;
    }

    LinearMemory linear() {
      return memory;
    }

    /** As host functions see it. */
    public GuestMemory guest() {
      return memory;
    }
  }

  /** A table of references. */
  final class Table implements CoreExtern {
    private final TableInstance table;

    Table(TableInstance table) {
      this.table = table;
    }

    TableInstance instance() {
      return table;
    }
  }

  /** A global variable. */
  final class Global implements CoreExtern {
    private final GlobalInstance global;

    Global(GlobalInstance global) {
      this.global = global;
    }

    GlobalInstance instance() {
      return global;
    }
  }

  /** A tag of exceptions. */
  final class Tag implements CoreExtern {
    private final TagInstance tag;

    Tag(TagInstance tag) {
      this.tag = tag;
    }

    TagInstance instance() {
      return tag;
    }
  }
}
