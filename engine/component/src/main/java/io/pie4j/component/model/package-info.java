/**
 * The component model on this engine's core modules: reading and checking components, linking and
 * instantiating them, and the canonical ABI between them and the host. Knows nothing of language
 * models. Read {@link io.pie4j.component.model.Component} first; {@link
 * io.pie4j.component.model.ComponentReader} is how one is read, {@link
 * io.pie4j.component.model.Transfer} how values travel.
 *
 * @see <a href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md">The
 *     binary format</a>
 */
@NullMarked
package io.pie4j.component.model;

import org.jspecify.annotations.NullMarked;
