package io.pie4j.application;

/**
 * Told when the program's thread begins and ends to wait in a call: time spent waiting is not the
 * program's.
 */
interface Waits {
  void begin();

  void end();

  Waits UNCOUNTED =
      new Waits() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
      };
}
