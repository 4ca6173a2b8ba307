/**
 * Writes Java from WIT, by the canonical ABI: the API's interfaces, the host's side that calls
 * their implementation for a guest, and the guest's side that implements them by calling the host.
 * Run at build time; start at {@link io.pie4j.component.bindgen.Bindgen}.
 */
@NullMarked
package io.pie4j.component.bindgen;

import org.jspecify.annotations.NullMarked;
