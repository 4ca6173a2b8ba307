package io.pie4j.control;

/**
 * Pages under a name, for everybody to import who may use the name.
 *
 * @param name as it was exported
 * @param user whose program exported it
 * @param pages how many
 * @param tokens that they hold together
 */
public record ExportedPages(String name, String user, int pages, int tokens) {}
