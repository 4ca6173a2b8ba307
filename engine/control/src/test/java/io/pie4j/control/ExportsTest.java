package io.pie4j.control;

import static io.pie4j.control.Stepped.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Stepped.Program;
import io.pie4j.inference.Readout;
import org.junit.jupiter.api.Test;

class ExportsTest {
  private static final Quotas QUOTAS = Quotas.defaults();

  private final Stepped engine = new Stepped();
  private final Program ann = program("ann");

  private Program program(String user) {
    return engine.new Program(engine.controller.open("p", user, QUOTAS));
  }

  /** Writes two tokens to the program's first page. */
  private static void write(Program p) {
    int[] inputs = {p.embeds[0], p.embeds[1]};
    p.queue.forward(new int[0], inputs, new int[] {p.pages[0]}, new int[0]);
  }

  private int pagesFree() {
    return engine.status().pagesFree();
  }

  @Test
  void whoImportsSeesTheSameAndSharesTheMemory() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0], ann.pages[1]}, "prefix");
    engine.settle();
    int free = pagesFree();
    assertThat(engine.controller.exports(name -> name.startsWith("pre")))
        .containsExactly(new ExportedPages("prefix", "ann", 2, 2));
    assertThat(engine.controller.exports(name -> false)).isEmpty();
    AddressSpace space = engine.controller.open("q");
    Program bob = engine.new Program(space);
    int used = free - pagesFree();
    int[] imported = bob.queue.importPages("prefix");
    engine.settle();
    assertThat(imported).hasSize(2);
    assertThat(free - pagesFree()).as("no memory for an import").isEqualTo(used);
    ann.queue.copyPage(ann.pages[0], ann.pages[2], 0, 0, 2);
    assertThat(contents(imported[0], bob)).isEqualTo(contents(ann.pages[2], ann));
  }

  /** The tokens' keys, by way of what a token sees. */
  private Object contents(int page, Program p) {
    Pending<?> answer = read(p, page);
    engine.settle();
    return ((Readout.Result.Distribution) answer.poll().orElseThrow()).ids();
  }

  private static Pending<?> read(Program p, int page) {
    p.queue.forward(new int[] {page}, new int[] {p.embeds[5]}, new int[0], new int[] {p.embeds[6]});
    return p.queue.nextDistribution(p.embeds[6], 3);
  }

  @Test
  void writesOfEitherSideStayItsOwn() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    Object before = contents(ann.pages[0], ann);
    Program bob = program("bob");
    int[] page = bob.queue.importPages("prefix");
    bob.queue.forward(new int[0], new int[] {bob.embeds[2]}, page, new int[0]);
    ann.queue.forward(new int[0], new int[] {ann.embeds[3]}, new int[] {ann.pages[0]}, new int[0]);
    engine.settle();
    assertThat(contents(ann.pages[0], ann)).isNotEqualTo(before);
    assertThat(contents(page[0], bob)).isNotEqualTo(before);
    int[] again = bob.queue.importPages("prefix");
    assertThat(contents(again[0], bob)).isEqualTo(before);
  }

  @Test
  void masksAreNotExported() {
    write(ann);
    Object before = contents(ann.pages[0], ann);
    ann.queue.maskPage(ann.pages[0], new boolean[] {false, true, false, false});
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    assertThat(contents(ann.queue.importPages("prefix")[0], ann)).isEqualTo(before);
    assertThat(contents(ann.pages[0], ann)).isNotEqualTo(before);
  }

  @Test
  void anExportIsWhatThePagesWereWhenTheQueueGotThere() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    ann.queue.forward(new int[0], new int[] {ann.embeds[3]}, new int[] {ann.pages[0]}, new int[0]);
    engine.settle();
    assertThat(engine.controller.exports(name -> true))
        .containsExactly(new ExportedPages("prefix", "ann", 1, 2));
  }

  @Test
  void aNameIsTakenAtTheCallAndSeenLater() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    assertFails(
        Code.INVALID_ARGUMENT,
        "export-kvpage: name: prefix is exported already; unexport-kvpage it first",
        () -> ann.queue.exportPages(new int[] {ann.pages[1]}, "prefix"));
    assertFails(
        Code.NOT_FOUND,
        "import-kvpage: name: nothing is exported as prefix",
        () -> ann.queue.importPages("prefix"));
    assertThat(engine.controller.exports(name -> true)).isEmpty();
    engine.settle();
    assertThat(ann.queue.importPages("prefix")).hasSize(1);
  }

  @Test
  void aFailedExportGivesTheNameBack() {
    ann.queue.forward(new int[0], new int[] {ann.embeds[0]}, ann.pages, new int[] {ann.embeds[0]});
    Pending<?> never = ann.queue.nextDistribution(ann.embeds[1], 3);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    assertFails(
        Code.INVALID_ARGUMENT,
        "get-next-dist: embed " + ann.embeds[1] + " holds no output; a forward must write it first",
        never);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    assertThat(engine.controller.exports(name -> true)).hasSize(1);
  }

  @Test
  void aPassThatFailsExportsNothingThatItWrote() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.start();
    assertThat(engine.controller.exports(name -> true)).as("not before it is written").isEmpty();
    engine.fail("planned");
    engine.settle();
    assertThat(engine.controller.exports(name -> true)).isEmpty();
    Pending<Done> pending = ann.queue.synchronize();
    engine.settle();
    assertFails(Code.INTERNAL, "forward: the driver failed: planned", pending);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    assertThat(engine.controller.exports(name -> true)).hasSize(1);
  }

  @Test
  void anEndedProgramDropsWhatItHadOnlyReserved() {
    ann.queue.forward(new int[0], new int[] {ann.embeds[0]}, ann.pages, new int[0]);
    engine.start();
    ann.queue.forward(ann.pages, new int[] {ann.embeds[1]}, ann.pages, new int[0]);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    ann.space.close();
    engine.finish();
    engine.settle();
    Program bob = program("bob");
    bob.queue.exportPages(new int[] {bob.pages[0]}, "prefix");
    engine.settle();
    assertThat(engine.controller.exports(name -> true))
        .containsExactly(new ExportedPages("prefix", "bob", 1, 0));
  }

  @Test
  void anExportOutlivesItsProgramAndImportsOutliveTheName() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    Object before = contents(ann.pages[0], ann);
    ann.space.close();
    Program bob = program("bob");
    int[] page = bob.queue.importPages("prefix");
    engine.controller.unexport("prefix", "ann");
    assertFails(
        Code.NOT_FOUND,
        "import-kvpage: name: nothing is exported as prefix",
        () -> bob.queue.importPages("prefix"));
    engine.settle();
    assertThat(contents(page[0], bob)).as("found before the name went").isEqualTo(before);
    bob.space.close();
    engine.settle();
    assertThat(pagesFree()).isEqualTo(Stepped.PAGES);
  }

  @Test
  void anImportThatNeverRunsLetsGo() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.settle();
    ann.queue.importPages("prefix");
    ann.space.close();
    engine.controller.unexport("prefix", "ann");
    engine.settle();
    assertThat(pagesFree()).isEqualTo(Stepped.PAGES);
  }

  @Test
  void anExportThatWasRemovedBeforeItWasMadeIsNotMade() {
    write(ann);
    ann.queue.exportPages(new int[] {ann.pages[0]}, "prefix");
    engine.controller.unexport("prefix", "ann");
    engine.settle();
    assertThat(engine.controller.exports(name -> true)).isEmpty();
    ann.space.close();
    engine.settle();
    assertThat(pagesFree()).isEqualTo(Stepped.PAGES);
  }

  @Test
  void badUse() {
    assertFails(
        Code.INVALID_ARGUMENT,
        "export-kvpage: pages is empty",
        () -> ann.queue.exportPages(new int[0], "x"));
    assertFails(
        Code.INVALID_ARGUMENT,
        "export-kvpage: name must have 1 to 1024 characters, has 0",
        () -> ann.queue.exportPages(ann.pages, ""));
    assertFails(
        Code.INVALID_ARGUMENT,
        "export-kvpage: pages[1]: page " + ann.pages[0] + " is named twice",
        () -> ann.queue.exportPages(new int[] {ann.pages[0], ann.pages[0]}, "x"));
    assertFails(
        Code.NOT_FOUND,
        "unexport-kvpage: name: nothing is exported as x",
        () -> engine.controller.unexport("x", "ann"));
    ann.queue.exportPages(new int[] {ann.pages[0]}, "x");
    assertFails(
        Code.DENIED,
        "unexport-kvpage: name: x was exported by another user",
        () -> engine.controller.unexport("x", "bob"));
    int freed = ann.pages[1];
    ann.queue.deallocatePages(new int[] {freed});
    assertFails(
        Code.NOT_FOUND,
        "export-kvpage: pages[0]: there is no page " + freed,
        () -> ann.queue.exportPages(new int[] {freed}, "y"));
  }

  @Test
  void exportingWhatAnotherQueueFreedFails() {
    CommandQueue other = ann.space.createQueue();
    ann.queue.forward(new int[0], new int[] {ann.embeds[0]}, ann.pages, new int[0]);
    engine.start();
    ann.queue.exportPages(new int[] {ann.pages[0]}, "x");
    other.deallocatePages(new int[] {ann.pages[0]});
    Pending<Done> done = ann.queue.synchronize();
    engine.finish();
    engine.settle();
    assertFails(
        Code.NOT_FOUND,
        "export-kvpage: pages[0]: page " + ann.pages[0] + " was freed on another queue",
        done);
    assertThat(engine.controller.exports(name -> true)).isEmpty();
  }

  @Test
  void quotasOfTheUser() {
    UserQuotas small = new UserQuotas(8, 16, 2, 3, 1_000);
    Program carl = engine.new Program(engine.controller.open("p", "carl", small, QUOTAS));
    Program carlToo = engine.new Program(engine.controller.open("q", "carl", small, QUOTAS));
    assertFails(
        Code.QUOTA_EXCEEDED,
        "alloc-kvpage: 1 pages asked, 8 held by the programs of user carl, the limit is 8",
        () -> carl.queue.allocatePages(1));
    assertFails(
        Code.QUOTA_EXCEEDED,
        "alloc-emb: 2 embeds asked, 16 held by the programs of user carl, the limit is 16",
        () -> carl.queue.allocateEmbeds(2));
    carl.queue.exportPages(new int[] {carl.pages[0], carl.pages[1]}, "x");
    assertFails(
        Code.QUOTA_EXCEEDED,
        "export-kvpage: 2 exported pages asked, 2 held by the programs of user carl, the limit is 3",
        () -> carlToo.queue.exportPages(new int[] {carlToo.pages[0], carlToo.pages[1]}, "y"));
    carlToo.queue.exportPages(new int[] {carlToo.pages[0]}, "y");
    engine.settle();
    assertFails(
        Code.QUOTA_EXCEEDED,
        "import-kvpage: 2 pages asked, 8 held by the programs of user carl, the limit is 8",
        () -> carl.queue.importPages("x"));
    engine.controller.unexport("y", "carl");
    carlToo.space.close();
    engine.settle();
    int[] imported = carl.queue.importPages("x");
    carl.queue.exportPages(new int[] {carl.pages[3]}, "z");
    carl.queue.deallocatePages(carl.pages);
    assertThat(carl.queue.allocatePages(6)).as("given back with the call").hasSize(6);
    assertFails(
        Code.QUOTA_EXCEEDED,
        "export-kvpage: 1 exports asked, 2 held by the programs of user carl, the limit is 2",
        () -> carl.queue.exportPages(imported, "w"));
  }
}
