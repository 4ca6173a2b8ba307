/** Text as bytes and back; the language engine has no encoder of its own. */

/** A text's bytes; halves of characters become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const point = code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
    if (point < 0x80) {
      bytes.push(point);
    } else if (point < 0x800) {
      bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    } else if (point < 0x10000) {
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    } else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
  }
  return Uint8Array.from(bytes);
}

/** Bytes as text; what is no UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++]!;
    const more = first < 0x80 ? 0 : first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 ? 2 : 1;
    let point = more === 0 ? first : first & (0x3f >> more);
    let good = first < 0x80 || (first >= 0xc2 && first < 0xf5);
    for (let i = 0; good && i < more; i++) {
      const next = bytes[at];
      good = next !== undefined && (next & 0xc0) === 0x80;
      if (good) {
        point = (point << 6) | (next! & 0x3f);
        at++;
      }
    }
    good &&= point < 0x110000 && !(point >= 0xd800 && point < 0xe000) && point >= [0, 0x80, 0x800, 0x10000][more]!;
    text += String.fromCodePoint(good ? point : 0xfffd);
  }
  return text;
}
