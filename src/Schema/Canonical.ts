/** A JSON value with the keys of its objects in order, so that equal values are equal text. */
export const canonical = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(canonical)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([name, inner]) => [name, canonical(inner)])
        )
      : value
