package io.pie4j.application.http;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;

/**
 * Reads the heads of one connection's answers, those that only say that more is coming included.
 * The library forgives an end in the middle of a head, odd characters, a change of the protocol and
 * any number of such answers; a program should not get to see them.
 */
final class HeadParser implements HttpMessageParser<ClassicHttpResponse> {
  private final HttpMessageParser<ClassicHttpResponse> parser;
  private long bytesLeft;

  HeadParser(Http1Config bounds, int headerBytesMax) {
    parser = new DefaultHttpResponseParser(bounds, BasicLineParser.INSTANCE, null);
    bytesLeft = headerBytesMax;
  }

  @Override
  public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
      throws IOException, HttpException {
    ClassicHttpResponse response = parser.parse(buffer, new UntilHead(in));
    if (response.getCode() == 101) {
      throw new ProtocolException("the server changed the protocol unasked");
    }
    bytesLeft -= "HTTP/1.1 200\r\n\r\n".length();
    for (Header header : response.getHeaders()) {
      String value = header.getValue();
      if (!Text.isHeaderName(header.getName()) || !Text.isHeaderValue(value)) {
        throw new ProtocolException("the answer has a header that is none");
      }
      bytesLeft -= header.getName().length() + value.length() + 4;
    }
    if (bytesLeft < 0) {
      throw new ProtocolException("the answer's headers are too long (headerBytesMax)");
    }
    return response;
  }

  /** Has no end: the end comes after the head. */
  private static final class UntilHead extends FilterInputStream {
    UntilHead(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
      int count = super.read(into, from, most);
      if (count < 0) {
        throw new EOFException("the server closed the connection in the middle of its answer");
      }
      return count;
    }
  }
}
