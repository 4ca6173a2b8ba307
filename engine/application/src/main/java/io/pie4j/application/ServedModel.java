package io.pie4j.application;

import io.pie4j.control.Controller;
import io.pie4j.model.chat.ChatTemplate;
import io.pie4j.model.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * A model as programs see it.
 *
 * @param name what programs call it
 * @param description one line for people
 * @param tokenizer its vocabulary
 * @param chatTemplate how it wants conversations written, if it has one
 * @param stopTokens tokens that end an answer
 * @param controller its control layer
 */
public record ServedModel(
    String name,
    String description,
    Tokenizer tokenizer,
    Optional<ChatTemplate> chatTemplate,
    List<Integer> stopTokens,
    Controller controller) {}
