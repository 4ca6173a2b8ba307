package io.pie4j.inferlets.contract;

import io.pie4j.api.Allocate;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.ExportedPages;
import java.util.Arrays;
import java.util.List;

/** Pages under names. */
final class ExportChecks {
  private static final int[] NONE = {};

  private ExportChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "export-and-import",
            ExportChecks::exportAndImport,
            "allocate.export-kvpage",
            "allocate.import-kvpage"),
        Check.of("unexport", ExportChecks::unexport, "allocate.unexport-kvpage"),
        Check.of("list-exports", ExportChecks::list, "allocate.list-exports"),
        Check.of("exports-of-others", ExportChecks::others, "allocate.export-kvpage"),
        Check.of("exports-refuse", ExportChecks::refuses));
  }

  private static String name(Stage stage, String suffix) {
    return stage.told("marker") + "/" + suffix;
  }

  /** All tokens but the last of a question, in pages under a name. */
  private static int[] export(Stage stage, Passes passes, int[] question, String name) {
    int before = question.length - 1;
    int[] pages = passes.pagesFor(before);
    passes.fill(NONE, Arrays.copyOf(question, before), Passes.range(0, before), pages);
    stage.api().allocate().exportKvpage(passes.queue(), pages, name);
    stage.synchronize(passes.queue());
    return pages;
  }

  private static Distribution next(Passes passes, int[] pages, int[] question) {
    int before = question.length - 1;
    return passes.next(pages, new int[] {question[before]}, new int[] {before}, NONE);
  }

  private static void exportAndImport(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    String name = name(stage, "import");
    int[] question = passes.question("What is the capital of Greece?");
    Distribution expected = passes.alone(question, Passes.range(0, question.length));
    int[] pages = export(stage, passes, question, name);
    // What the exporter does to its pages later is its own.
    allocate.deallocKvpage(passes.queue(), Arrays.copyOf(pages, 1));
    for (int i = 1; i < pages.length; i++) {
      stage.api().forward().truncateKvpage(passes.queue(), pages[i], 0);
    }
    stage.synchronize(passes.queue());

    Passes other = stage.passes();
    int[] imported = allocate.importKvpage(other.queue(), name);
    Expect.equal(imported.length, pages.length, "imported pages");
    Expect.same(next(other, imported, question), expected, "the answer with what was imported");
    // What an importer does to them nobody else sees.
    stage.api().forward().truncateKvpage(other.queue(), imported[0], 1);
    Expect.different(next(other, imported, question), expected, "with and without its beginning");
    int[] again = allocate.importKvpage(other.queue(), name);
    Expect.same(next(other, again, question), expected, "the answer with another import");
    allocate.unexportKvpage(passes.model(), name);
  }

  private static void unexport(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    String name = name(stage, "unexport");
    int[] question = passes.question("What is the capital of Greece?");
    export(stage, passes, question, name);
    int[] imported = allocate.importKvpage(passes.queue(), name);
    allocate.unexportKvpage(passes.model(), name);
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> allocate.importKvpage(passes.queue(), name),
        "import-kvpage",
        name);
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> allocate.unexportKvpage(passes.model(), name),
        "unexport-kvpage",
        name);
    Expect.same(
        next(passes, imported, question),
        passes.alone(question, Passes.range(0, question.length)),
        "the answer with what had been imported");
  }

  private static void list(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    int[] question = passes.question("What is the capital of Greece?");
    export(stage, passes, question, name(stage, "list b"));
    export(stage, passes, Arrays.copyOf(question, 4), name(stage, "list a"));
    List<ExportedPages> exports =
        allocate.listExports(passes.model()).stream()
            .filter(each -> each.name().startsWith(name(stage, "list")))
            .toList();
    int size = passes.model().pageSize();
    Expect.equal(
        exports,
        List.of(
            new ExportedPages(name(stage, "list a"), stage.told("user"), 1, 3),
            new ExportedPages(
                name(stage, "list b"),
                stage.told("user"),
                (question.length - 1 + size - 1) / size,
                question.length - 1)),
        "the exports");
    allocate.unexportKvpage(passes.model(), name(stage, "list a"));
    allocate.unexportKvpage(passes.model(), name(stage, "list b"));
  }

  /** Another program of the user finds the name, a stranger does not. */
  private static void others(Stage stage) {
    Passes passes = stage.passes();
    String name = name(stage, "others");
    int[] pages = export(stage, passes, passes.question("What is the capital of Greece?"), name);
    Expect.equal(
        stage.ask("run as me " + Role.IMPORT.argument() + " " + name),
        "" + pages.length,
        "what the user's other program imports");
    Expect.equal(
        stage.ask("run as stranger " + Role.IMPORT.argument() + " " + name),
        ErrorCode.NOT_FOUND.name(),
        "what a stranger imports");
    stage.api().allocate().unexportKvpage(passes.model(), name);
  }

  private static void refuses(Stage stage) {
    Allocate allocate = stage.api().allocate();
    Passes passes = stage.passes();
    String name = name(stage, "refused");
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> allocate.importKvpage(passes.queue(), name),
        "import-kvpage",
        name);
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> allocate.exportKvpage(passes.queue(), new int[] {123_456}, name),
        "export-kvpage",
        "123456");
    int[] question = passes.question("What is the capital of Greece?");
    int[] pages = export(stage, passes, question, name);
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> allocate.exportKvpage(passes.queue(), pages, name),
        "export-kvpage",
        name);
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> allocate.exportKvpage(passes.queue(), pages, ""),
        "export-kvpage");
    Expect.refused(
        ErrorCode.DENIED,
        () -> allocate.exportKvpage(passes.queue(), pages, "shared/all"),
        "export-kvpage",
        "shared/all");
    Expect.same(
        next(passes, pages, question),
        passes.alone(question, Passes.range(0, question.length)),
        "the answer after all that");
    allocate.unexportKvpage(passes.model(), name);
  }
}
