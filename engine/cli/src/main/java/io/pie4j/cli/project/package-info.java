/** Projects of inferlets in several languages: begun from a template, built by their toolchains. */
@NullMarked
package io.pie4j.cli.project;

import org.jspecify.annotations.NullMarked;
