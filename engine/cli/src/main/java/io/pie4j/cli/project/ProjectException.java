package io.pie4j.cli.project;

/** A project, or what is needed to build it, is no good: what, and what to do. */
public final class ProjectException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProjectException(String message) {
    super(message);
  }
}
