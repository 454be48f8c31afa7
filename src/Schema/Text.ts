/** Longest text of a service or provider that we pass on, in characters (contract §1). */
export const untrustedTextLimit = 500

const escapes = (character: string): string => {
  const point = character.codePointAt(0) ?? 0
  return point > 0xffff ? `\\u{${point.toString(16)}}` : `\\u${point.toString(16).padStart(4, "0")}`
}

// Controls but tab and newline, soft hyphen, bidi controls, zero-width and invisible characters, line separators, tags, lone surrogates.
const invisible =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- such characters are what it is for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu

/** Writes characters that a reader cannot see, or that move the text around them, as visible escapes (contract §1). */
export const visible = (text: string): string => text.replace(invisible, escapes)

/** The same for text that is JSON already: invisible characters as JSON's own escapes, so that it parses to the same value. */
export const visibleJson = (json: string): string =>
  json.replace(invisible, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
    ).join("")
  )

/** Foreign text made safe to pass on: visible, and at most 500 characters (contract §1). */
export const untrusted = (text: string): string => {
  const shown = visible(text)
  // A cut between the halves of a character would leave one that cannot be written.
  return shown.length > untrustedTextLimit
    ? `${shown.slice(0, untrustedTextLimit - 1).replace(/[\ud800-\udbff]$/, "")}…`
    : shown
}
