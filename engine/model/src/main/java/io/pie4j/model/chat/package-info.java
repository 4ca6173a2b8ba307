/**
 * Chat templates: the part of Jinja that model files use to turn a conversation into a prompt.
 *
 * <p>Owns the lexer, parser and evaluator and Python's way of printing values; knows nothing of
 * models, tokens or serving. A template is text from a stranger: whatever it does ends within
 * {@link io.pie4j.model.chat.TemplateLimits} in text or in a {@link
 * io.pie4j.model.chat.ChatTemplateException}. Read {@link io.pie4j.model.chat.ChatTemplate} first,
 * then {@code Renderer} (statements) and {@code Evaluator} (expressions).
 */
@NullMarked
package io.pie4j.model.chat;

import org.jspecify.annotations.NullMarked;
