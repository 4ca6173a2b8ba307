package io.pie4j.application;

import io.pie4j.component.wasi.HttpRequest;
import io.pie4j.component.wasi.IncomingHttp.Responder;

/**
 * What a server program is launched to answer: one request.
 *
 * @param body all of it; not copied
 * @param responder takes the response, on the instance's thread
 */
public record WebRequest(HttpRequest head, byte[] body, Responder responder) {}
