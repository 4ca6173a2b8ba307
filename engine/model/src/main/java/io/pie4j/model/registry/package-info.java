/**
 * Models by name: which there are on this machine, where they lie, and how they come here from a
 * hub. Knows files and HTTP, and nothing of serving. Read {@link
 * io.pie4j.model.registry.ModelRegistry} first, then {@link io.pie4j.model.registry.HubClient}.
 */
@NullMarked
package io.pie4j.model.registry;

import org.jspecify.annotations.NullMarked;
